//! What stands beside a card: the facts of an offer or a credential, and the checks of a verification, each with its reason.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use specta::Type;
use vouchsafe_credentials::Summary;

use super::card::{EXPIRING, MAX_VALUE, ValueKind, cut, is_practice, kind_of};

/// One line beside a card: how the issuer was resolved, the proof's type, the expiry, the subject, the contexts.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Fact {
    /// Stable: `issuer`, `resolved`, `proof-type`, `expires`, `issued`, `subject`, `contexts`, `types`, `model`, `connection`, `thread`, …
    pub key: String,
    /// The label.
    pub label: String,
    /// The value as text.
    pub value: String,
    /// How to show the value.
    pub kind: ValueKind,
    /// Whether it is as it should be.
    pub tone: Tone,
}

/// Whether a thing is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Nothing to say.
    Neutral,
    /// As it should be.
    Good,
    /// Look at it.
    Warning,
    /// Wrong.
    Bad,
}

/// One check of a verification, with its reason.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// Stable: `signature`, `key`, `contexts`, `members`, `dates`, `issuer`, …
    pub key: String,
    /// What was checked, in words.
    pub label: String,
    /// What came out.
    pub outcome: CheckOutcome,
    /// Why.
    pub reason: String,
    /// What is behind it, for those who want to know: suite, method, document, hashes.
    pub facts: Vec<Fact>,
}

/// What came out of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum CheckOutcome {
    /// Passed.
    Passed,
    /// Failed.
    Failed,
    /// Could not be checked.
    NotChecked,
    /// Neither right nor wrong: for the person to know.
    Noted,
}

/// What is said where a document defines its own terms.
const OWN_TERMS: &str = "Defined in the document by its author, not by a shared vocabulary";

/// The checks of a verification as it was stored.
pub fn checks(verification: &Value) -> Vec<Check> {
    let checks = verification.get("checks").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    checks
        .iter()
        .take(50)
        .map(|check| {
            let text = |name: &str| check.get(name).and_then(Value::as_str).unwrap_or_default();
            if text("kind") == "contexts" && text("outcome") == "not-checked" {
                return Check {
                    key: "contexts".to_owned(),
                    label: "Meaning of its terms".to_owned(),
                    outcome: CheckOutcome::Noted,
                    reason: OWN_TERMS.to_owned(),
                    facts: Vec::new(),
                };
            }
            Check {
                key: text("kind").to_owned(),
                label: check_label(text("kind")).to_owned(),
                outcome: match text("outcome") {
                    "passed" => CheckOutcome::Passed,
                    "failed" => CheckOutcome::Failed,
                    _ => CheckOutcome::NotChecked,
                },
                reason: cut(text("detail"), 500),
                facts: Vec::new(),
            }
        })
        .collect()
}

fn check_label(kind: &str) -> &'static str {
    match kind {
        "structure" => "Follows the data model",
        "contexts" => "Meaning of its terms is known",
        "members" => "Every value is covered by the signature",
        "signature" => "Signature is right",
        "key-authorised" => "Key belongs to the issuer",
        "purpose" => "Signed for this purpose",
        "valid-from" => "Already valid",
        "expiry" => "Not expired",
        "status" => "Not revoked",
        _ => "Another check",
    }
}

impl Fact {
    /// A fact with nothing to say about whether it is right.
    pub fn new(key: &str, label: &str, value: impl Into<String>) -> Self {
        let value = cut(&value.into(), MAX_VALUE);
        Self { key: key.to_owned(), label: label.to_owned(), kind: kind_of(&value), value, tone: Tone::Neutral }
    }

    /// The same fact with a judgement.
    #[must_use]
    pub fn with_tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}

/// The facts that a credential itself tells, signed or not.
pub fn facts(credential: &Value, summary: &Summary, now: Timestamp) -> Vec<Fact> {
    let mut facts = Vec::new();
    if !summary.issuer.is_empty() {
        facts.push(Fact::new("issuer", "Issuer", &summary.issuer));
        facts.push(resolution(&summary.issuer));
    }
    for subject in summary.subject_ids.iter().take(3) {
        facts.push(Fact::new("subject", "Subject", subject));
    }
    if let Some(at) = summary.issued_at {
        facts.push(Fact::new("issued", "Issued", at.to_string()));
    }
    facts.push(match summary.expires_at {
        None => Fact::new("expires", "Expires", "Never"),
        Some(end) if end <= now => Fact::new("expires", "Expires", end.to_string()).with_tone(Tone::Bad),
        Some(end) if end <= now + EXPIRING => Fact::new("expires", "Expires", end.to_string()).with_tone(Tone::Warning),
        Some(end) => Fact::new("expires", "Expires", end.to_string()),
    });
    facts.push(match vouchsafe_credentials::check(&vouchsafe_credentials::without_proof(credential)) {
        Ok(checked) if checked.inline_contexts => {
            Fact::new("contexts", "Meaning of its terms", OWN_TERMS).with_tone(Tone::Warning)
        }
        Ok(_) => Fact::new("contexts", "Meaning of its terms", "Defined by shared vocabularies that are known here")
            .with_tone(Tone::Good),
        Err(error) => Fact::new("contexts", "Meaning of its terms", error.to_string()).with_tone(Tone::Bad),
    });
    if has_status(credential) {
        facts.push(Fact::new("status", "Revocation", "The issuer can revoke it"));
    }
    facts
}

/// Whether a credential says where its issuer tells that it still stands.
pub fn has_status(credential: &Value) -> bool {
    credential.get("credentialStatus").is_some_and(|status| !status.is_null())
}

/// How the issuer's keys are found.
fn resolution(did: &str) -> Fact {
    let method = did.strip_prefix("did:").and_then(|rest| rest.split(':').next()).unwrap_or_default();
    match method {
        "key" | "jwk" | "peer" => {
            Fact::new("resolved", "Issuer's key", "In the DID itself: nothing tells who is behind it")
                .with_tone(Tone::Warning)
        }
        "web" => Fact::new("resolved", "Issuer's key", "Published at a web address"),
        "cheqd" if is_practice(did) => Fact::new(
            "resolved",
            "Issuer's key",
            "Published on the practice ledger of this computer: it means nothing elsewhere",
        )
        .with_tone(Tone::Warning),
        "cheqd" => Fact::new("resolved", "Issuer's key", "Published on the cheqd ledger").with_tone(Tone::Good),
        "" => Fact::new("resolved", "Issuer's key", "The issuer is not a DID").with_tone(Tone::Bad),
        other => Fact::new("resolved", "Issuer's key", format!("Published by did:{other}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{CheckOutcome, checks};

    #[test]
    fn terms_of_the_documents_own_are_said_in_a_sentence() {
        let verification = json!({"checks": [
            {"kind": "contexts", "outcome": "not-checked", "detail": "inline"},
            {"kind": "status", "outcome": "not-checked", "detail": "not asked"},
        ]});
        let found = checks(&verification);
        assert_eq!((found[0].outcome, found[1].outcome), (CheckOutcome::Noted, CheckOutcome::NotChecked));
        assert!(found[0].reason.contains("by its author"));
    }
}
