//! What is on its way to a ledger, as a person reads it: the steps of a job with their times, and each way in which it can stop as a sentence that says whether anything was published.

use serde_json::Value;
use vouchsafe_agent::cheqd::{JobState, LedgerError, LedgerJob, Wanted};

use super::Failure;
use super::card::cut;
use super::identities::{LedgerJobKind, LedgerJobState, LedgerJobStep, LedgerJobView, NAME};
use super::networks::{host_of, network_name};
use super::strip::StepState;

const NOT_PUBLISHED: &str = "Nothing was published.";

impl LedgerJobView {
    /// A job. `name` is the person's own name for its identity, where the wallet has that.
    pub fn of(job: &LedgerJob, name: Option<&str>) -> Self {
        let given = match &job.wanted {
            Wanted::Create { metadata, .. } => metadata.get(NAME).and_then(Value::as_str),
            _ => None,
        };
        let name = name.or(given).map(|name| cut(name, 120));
        let kind = match &job.wanted {
            Wanted::Create { .. } => LedgerJobKind::Create,
            Wanted::Update { .. } => LedgerJobKind::Update,
            Wanted::Deactivate => LedgerJobKind::Deactivate,
            Wanted::Publish { .. } => LedgerJobKind::Resource,
        };
        let state = match &job.state {
            JobState::Refused { .. } => LedgerJobState::Refused,
            JobState::Interrupted { .. } => LedgerJobState::Interrupted,
            _ => LedgerJobState::UnderWay,
        };
        Self {
            sentence: sentence(job, kind, state, name.as_deref()),
            steps: steps(job),
            problem: job.error().map(Failure::from),
            // What is under way waits for its time; a person may be quicker.
            can_retry: (state != LedgerJobState::UnderWay || job.last_error.is_some())
                && !matches!(job.error(), Some(LedgerError::Superseded { .. } | LedgerError::Deactivated { .. })),
            can_dismiss: state != LedgerJobState::UnderWay || job.last_error.is_some(),
            begun_at: job.created_at.to_string(),
            updated_at: job.updated_at.to_string(),
            id: job.id.clone(),
            did: job.did.clone(),
            kind,
            name,
            state,
        }
    }

    /// Whether it makes an identity.
    pub fn is_creation(&self) -> bool {
        self.kind == LedgerJobKind::Create
    }
}

fn sentence(job: &LedgerJob, kind: LedgerJobKind, state: LedgerJobState, name: Option<&str>) -> String {
    let identity = name.map_or_else(|| "an identity".to_owned(), |name| format!("“{name}”"));
    let what = match kind {
        LedgerJobKind::Create => format!("Making {identity}"),
        LedgerJobKind::Update => format!("Changing {identity}"),
        LedgerJobKind::Deactivate => format!("Deactivating {identity}"),
        LedgerJobKind::Resource => {
            let resource = job.resource().map_or("", |resource| resource.name.as_str());
            format!("Publishing “{}” by {identity}", cut(resource, 60))
        }
    };
    let network = network_name(&job.network);
    match (state, &job.state) {
        (LedgerJobState::Refused, _) => format!("{what} was refused"),
        (LedgerJobState::Interrupted, _) => format!("{what} was interrupted"),
        (_, JobState::Planned { .. }) => format!("{what}: asking the registrar of {network}"),
        (_, JobState::Asked { .. }) => format!("{what}: checking and signing what the registrar asks for"),
        (_, JobState::Sent { .. }) => format!("{what}: waiting until the ledger has it"),
        (_, _) => format!("{what}: done"),
    }
}

fn steps(job: &LedgerJob) -> Vec<LedgerJobStep> {
    use StepState::{Ahead, Current, Done, Failed};
    let (asked, signed, published) = match &job.state {
        JobState::Planned { .. } => (Current, Ahead, Ahead),
        JobState::Asked { .. } => (Done, Current, Ahead),
        JobState::Sent { .. } => (Done, Done, Current),
        JobState::Finished { .. } => (Done, Done, Done),
        // Where no signature was given away, it ended with the registrar.
        JobState::Refused { .. } | JobState::Interrupted { .. } if job.sent.is_empty() => (Failed, Ahead, Ahead),
        JobState::Refused { .. } | JobState::Interrupted { .. } => (Done, Done, Failed),
    };
    let sent_at = match &job.state {
        JobState::Sent { sent_at, .. } => Some(sent_at.to_string()),
        _ => None,
    };
    let published_at = matches!(published, Done).then(|| job.updated_at.to_string());
    let step =
        |key: &str, label: &str, state, at| LedgerJobStep { key: key.to_owned(), label: label.to_owned(), state, at };
    vec![
        step("prepared", "Prepared", Done, Some(job.created_at.to_string())),
        step("asked", "Registrar asked", asked, None),
        step("signed", "Checked and signed", signed, sent_at),
        step("published", "On the ledger", published, published_at),
    ]
}

impl From<&LedgerError> for Failure {
    #[expect(clippy::too_many_lines, reason = "a table: one sentence an error")]
    fn from(error: &LedgerError) -> Self {
        let at = |registrar: &str| host_of(registrar).unwrap_or_else(|| cut(registrar, 100));
        let (title, what, next) = match error {
            LedgerError::RegistrarUnreachable { registrar, .. } => (
                "Registrar cannot be reached",
                format!("Nobody answers at {}, where the registrar should be.", at(registrar)),
                "Check the network and try again, or name another registrar in the settings.",
            ),
            LedgerError::RegistrarFailed { registrar, .. } => (
                "Registrar failed",
                format!("The registrar at {} failed before anything was signed.", at(registrar)),
                "Try again later.",
            ),
            LedgerError::NoRegistrar { registrar, .. } => (
                "That is no registrar",
                format!("What answers at {} is no registrar.", at(registrar)),
                "Look at its address in the network's settings.",
            ),
            LedgerError::OutcomeUnknown { .. } => (
                "Not known yet",
                "It is not known yet whether the ledger has taken it.".to_owned(),
                "Wait: the wallet goes on looking and finishes this by itself.",
            ),
            LedgerError::PayloadDiffers { registrar, .. } => (
                "Registrar asked for something else",
                format!(
                    "The registrar at {} asked this wallet to sign something other than what was asked for, so nothing was signed.",
                    at(registrar)
                ),
                "Do not use this registrar.",
            ),
            LedgerError::ForeignKey { registrar, .. } => (
                "Registrar asked for another key",
                format!(
                    "The registrar at {} asked for a signature by a key that has no part in this, so nothing was signed.",
                    at(registrar)
                ),
                "Do not use this registrar.",
            ),
            LedgerError::MissingKey { .. } => (
                "Key is not here",
                "A key that has to sign is not in this wallet.".to_owned(),
                "Use the wallet that has the key.",
            ),
            LedgerError::LackOfFunds { registrar, .. } => (
                "Registrar cannot pay",
                format!("The registrar at {} has not enough tokens to pay the ledger's fee.", at(registrar)),
                "Ask its operator to fund its account, then try again.",
            ),
            LedgerError::Refused { ledger_code, .. } => (
                "Ledger refused",
                ledger_code.map_or_else(
                    || "The ledger's rules refuse this.".to_owned(),
                    |code| format!("The ledger's rules refuse this (code {code})."),
                ),
                "Look at the details: they say which rule. Mend it and try again.",
            ),
            LedgerError::Exists { .. } => (
                "It is there already",
                "The ledger has this already.".to_owned(),
                "Look at it; nothing needs to be done twice.",
            ),
            LedgerError::NothingToUpdate { .. } => (
                "Nothing to renew",
                "There is nothing of this name and type that could get a new version.".to_owned(),
                "Publish it as a new one.",
            ),
            LedgerError::NotOnLedger { .. } => (
                "Not on the ledger",
                "The ledger does not know this identity, or cannot be read through this resolver now.".to_owned(),
                "Check the network in the settings and try again.",
            ),
            LedgerError::Deactivated { .. } => {
                ("Deactivated", "This identity was deactivated, which is for good.".to_owned(), "Use another identity.")
            }
            LedgerError::Unreadable { .. } => (
                "Ledger cannot be read",
                "What the ledger has of this identity cannot be read now, so nothing was begun.".to_owned(),
                "Check the network and try again.",
            ),
            LedgerError::Changed { .. } => (
                "Changed elsewhere",
                "This identity was changed elsewhere meanwhile.".to_owned(),
                "Look at its document as it is now, then change it again.",
            ),
            LedgerError::Busy { .. } => (
                "Another change is under way",
                "Another change of this identity is not finished yet, so this one was not begun.".to_owned(),
                "Try again when the other is done.",
            ),
            LedgerError::Superseded { name } => (
                "Something newer is there",
                format!("A newer version of “{}” was published since, which this one would replace.", cut(name, 60)),
                "Dismiss this one.",
            ),
            LedgerError::Forgotten { .. } => (
                "Registrar forgot the job",
                "The registrar forgot the job before the signatures came, more than once.".to_owned(),
                "Try again later.",
            ),
        };
        let mut failure = Self::new(error.code(), title, what, next).because(error);
        failure.lost = if matches!(error, LedgerError::OutcomeUnknown { .. }) {
            "Nothing was lost. It may have been published."
        } else {
            NOT_PUBLISHED
        };
        failure
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;
    use vouchsafe_agent::cheqd::{LedgerError, LedgerJob};

    use super::{Failure, LedgerJobState, LedgerJobView, StepState};

    /// Every way to stop, as it is kept with a job.
    fn errors() -> Vec<LedgerError> {
        let (did, registrar) = ("did:cheqd:testnet:1", "https://registrar.example/1.0/");
        [
            json!({"code": "registrar-unreachable", "registrar": registrar, "reason": "refused"}),
            json!({"code": "registrar-failed", "registrar": registrar, "reason": "500"}),
            json!({"code": "no-registrar", "registrar": registrar, "reason": "HTML"}),
            json!({"code": "outcome-unknown", "did": did, "reason": "timeout"}),
            json!({"code": "payload-differs", "registrar": registrar, "reason": "byte 3"}),
            json!({"code": "foreign-key", "registrar": registrar, "kid": "did:x#1"}),
            json!({"code": "missing-key", "kid": "did:x#1"}),
            json!({"code": "lack-of-funds", "registrar": registrar, "reason": "insufficient funds"}),
            json!({"code": "refused", "ledger_code": 1100, "reason": "invalid signature detected"}),
            json!({"code": "exists", "reason": "DID Doc exists"}),
            json!({"code": "nothing-to-update", "did": did}),
            json!({"code": "not-on-ledger", "did": did}),
            json!({"code": "deactivated", "did": did}),
            json!({"code": "unreadable", "did": did, "reason": "404"}),
            json!({"code": "changed", "did": did}),
            json!({"code": "busy", "did": did}),
            json!({"code": "superseded", "name": "list"}),
            json!({"code": "forgotten", "registrar": registrar}),
        ]
        .into_iter()
        .map(|error| serde_json::from_value(error.clone()).unwrap_or_else(|reason| panic!("{error}: {reason}")))
        .collect()
    }

    #[test]
    fn every_way_to_stop_has_a_sentence_of_its_own_and_says_whether_anything_was_published() {
        let failures: Vec<Failure> = errors().iter().map(Failure::from).collect();
        let whats: BTreeSet<&str> = failures.iter().map(|failure| failure.what.as_str()).collect();
        let codes: BTreeSet<&str> = failures.iter().map(|failure| failure.code).collect();
        assert_eq!((whats.len(), codes.len()), (failures.len(), failures.len()));
        for failure in &failures {
            assert!(failure.lost.contains("published") && !failure.next.is_empty() && failure.detail.is_some());
            assert!(!failure.what.contains('{') && failure.what.ends_with('.'), "{}", failure.what);
        }
    }

    #[test]
    fn a_job_tells_its_steps_and_where_it_stopped() {
        use StepState::{Ahead, Current, Done, Failed};
        let job = |state: serde_json::Value, sent: &[&str]| -> LedgerJob {
            serde_json::from_value(json!({
                "id": "j", "network": "practice", "did": "did:cheqd:practice:1", "attempts": 0,
                "wanted": {"operation": "deactivate"}, "state": state, "sent": sent, "next_attempt_at": null,
                "created_at": "2026-11-23T12:00:00Z", "updated_at": "2026-11-23T12:00:01Z",
            }))
            .unwrap()
        };
        let states = |view: &LedgerJobView| view.steps.iter().map(|step| step.state).collect::<Vec<_>>();
        let planned = LedgerJobView::of(&job(json!({"state": "planned", "version_id": "v"}), &[]), Some("Desk"));
        assert_eq!(states(&planned), [Done, Current, Ahead, Ahead]);
        assert_eq!(planned.sentence, "Deactivating “Desk”: asking the registrar of Practice");
        assert!(!planned.can_dismiss && !planned.can_retry);
        let busy = json!({"code": "busy", "did": "did:cheqd:practice:1"});
        let refused = LedgerJobView::of(&job(json!({"state": "refused", "error": busy}), &["v"]), None);
        assert_eq!((states(&refused), refused.state), (vec![Done, Done, Done, Failed], LedgerJobState::Refused));
        assert!(refused.problem.is_some() && refused.can_dismiss && refused.can_retry);
        let interrupted = LedgerJobView::of(&job(json!({"state": "interrupted", "error": busy}), &[]), None);
        assert_eq!(states(&interrupted), [Done, Failed, Ahead, Ahead]);
    }
}
