//! The strip of steps: what has happened, what is waited for and whose turn it is, told anew each time from what the store has.

use serde::Serialize;
use specta::Type;
use vouchsafe_protocols::issue_credential::{self, State, issuer};

use super::connections::Side;
use super::exchanges::{ExchangePhase, ExchangeRow, Role, Sources};

/// One step of the strip.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StripStep {
    /// Which.
    pub step: Step,
    /// Where it is.
    pub state: StepState,
    /// When it was done.
    pub at: Option<String>,
    /// Whose turn it is, while it is the current one.
    pub whose_turn: Side,
    /// It has been waited for long.
    pub late: bool,
    /// In a sentence: what happened, or what we wait for and why.
    pub sentence: String,
}

/// The six steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The invitation was made or received.
    Invitation,
    /// The two wallets are connected.
    Connected,
    /// The credential is offered.
    Offered,
    /// The offer is accepted.
    Requested,
    /// The credential is signed and sent.
    Issued,
    /// The holder verified and stored it.
    Stored,
}

/// Where a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    /// Done.
    Done,
    /// This is the one that is waited for.
    Current,
    /// Not yet.
    Ahead,
    /// It ended here.
    Failed,
    /// Not needed in this exchange.
    Skipped,
}

/// The steps in order, with how far each state has come: the number of steps done, and whose turn the next one is.
fn progress(sources: &Sources) -> (usize, Side) {
    let exchange = &sources.exchange;
    let view = exchange.state.view();
    match exchange.state_word() {
        "proposal-sent" => (2, Side::Them),
        "proposal-received" => (2, Side::Us),
        "offer-sent" if exchange.connection_id.is_none() => (1, Side::Them),
        "offer-sent" => (3, Side::Them),
        "offer-received" => (3, Side::Us),
        "request-sent" => (4, Side::Them),
        "request-received" => (4, Side::Us),
        "credential-issued" => (5, Side::Them),
        "credential-received" => (5, Side::Us),
        "done" => (6, Side::Nobody),
        _ => {
            let unheard = exchange.connection_id.is_none() && exchange.role() == issue_credential::Role::Issuer;
            let done = if unheard {
                1
            } else if view.cred_issue.is_some() {
                5
            } else if view.cred_request.is_some() {
                4
            } else if view.cred_offer.is_some() {
                3
            } else {
                2
            };
            (done, Side::Nobody)
        }
    }
}

/// The strip of an exchange.
pub fn strip(sources: &Sources, row: &ExchangeRow) -> Vec<StripStep> {
    let (done, turn) = progress(sources);
    let abandoned = row.phase == ExchangePhase::Ended;
    let view = sources.exchange.state.view();
    let waits = matches!(sources.exchange.state, State::Issuer(issuer::State::OfferWaiting(_)));
    [Step::Invitation, Step::Connected, Step::Offered, Step::Requested, Step::Issued, Step::Stored]
        .into_iter()
        .enumerate()
        .map(|(number, step)| {
            let known = match step {
                Step::Invitation | Step::Connected => sources.connection.is_some() || sources.invitation.is_some(),
                // A holder may begin with the request.
                Step::Offered => view.cred_offer.is_some() || view.cred_request.is_none(),
                Step::Requested | Step::Issued | Step::Stored => true,
            };
            // An offer in an invitation is made before there is a connection; one that waits has not left.
            let offered_early = step == Step::Offered && view.cred_offer.is_some() && !abandoned && !waits;
            let state = if !known {
                StepState::Skipped
            } else if number < done || offered_early {
                StepState::Done
            } else if number == done && abandoned {
                StepState::Failed
            } else if number == done {
                StepState::Current
            } else {
                StepState::Ahead
            };
            let current = state == StepState::Current;
            StripStep {
                step,
                state,
                at: if state == StepState::Done || state == StepState::Failed {
                    time_of(sources, step, state)
                } else {
                    None
                },
                whose_turn: if current { turn } else { Side::Nobody },
                late: current && row.late,
                sentence: step_sentence(sources, row, step, state),
            }
        })
        .collect()
}

fn time_of(sources: &Sources, step: Step, state: StepState) -> Option<String> {
    let Sources { exchange, connection, invitation, history, .. } = sources;
    let line = |subject_id: &str, words: &[&str]| {
        history
            .iter()
            .find(|line| line.subject_id == subject_id && words.contains(&line.what.as_str()))
            .map(|line| line.at)
    };
    let connection_id = connection.as_ref().map(|connection| connection.id.as_str()).unwrap_or_default();
    let at = match (step, state) {
        (_, StepState::Failed) => Some(exchange.updated_at),
        (Step::Invitation, _) => invitation
            .as_ref()
            .map(|record| record.created_at)
            .or_else(|| connection.as_ref().map(|connection| connection.created_at)),
        (Step::Connected, _) => line(connection_id, &["completed"])
            .or_else(|| line(connection_id, &["response-sent", "response-received"]))
            .or_else(|| connection.as_ref().map(|connection| connection.updated_at)),
        // One that waited for its connection was made before it left.
        (Step::Offered, _) => line(&exchange.id, &["offer-sent", "offer-received"])
            .or_else(|| line(&exchange.id, &["offer-created"]))
            .or(Some(exchange.created_at)),
        (Step::Requested, _) => line(&exchange.id, &["request-sent", "request-received"]),
        (Step::Issued, _) => line(&exchange.id, &["credential-issued", "credential-received"]),
        (Step::Stored, _) => line(&exchange.id, &["done"]).or(Some(exchange.updated_at)),
    };
    at.map(|at| at.to_string())
}

fn step_sentence(sources: &Sources, row: &ExchangeRow, step: Step, state: StepState) -> String {
    let other = row.other.as_str();
    let issuing = row.role == Role::Issuer;
    let unreachable = sources.unsent.iter().any(|message| message.last_error.is_some());
    match state {
        StepState::Skipped => "Not needed here".to_owned(),
        StepState::Ahead => String::new(),
        StepState::Failed => "It ended here".to_owned(),
        StepState::Current if unreachable => {
            format!("{other} cannot be reached. What waits is sent again by itself, also after a restart.")
        }
        StepState::Current if !sources.unsent.is_empty() => format!("On its way to {other}"),
        StepState::Current => row.sentence.clone(),
        StepState::Done => match step {
            Step::Invitation => "Invitation made or received".to_owned(),
            Step::Connected => format!("Connected with {other}"),
            Step::Offered if issuing => "Offered".to_owned(),
            Step::Offered => format!("Offered by {other}"),
            Step::Requested if issuing => format!("Accepted by {other}"),
            Step::Requested => "Accepted".to_owned(),
            Step::Issued if issuing => "Signed and sent".to_owned(),
            Step::Issued => format!("Issued by {other}"),
            Step::Stored if issuing => format!("Stored by {other}"),
            Step::Stored => "Verified and stored".to_owned(),
        },
    }
}
