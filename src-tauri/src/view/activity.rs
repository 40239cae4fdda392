//! Activity: what happened, when, by whom, and what came of it. It holds no claim's value.

use serde::{Deserialize, Serialize};
use specta::Type;

use vouchsafe_store::HistoryRow;

use super::card::{cut, short_did};
use super::connections::{ConnectionRef, Side};

/// Which part of the history is wanted.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ActivityQuery {
    /// Only over this connection.
    pub connection_id: Option<String>,
    /// Rows to skip, newest first.
    pub offset: u32,
    /// Rows wanted, at most 200.
    pub limit: u32,
}

/// One line of history.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HistoryEntry {
    /// Its id.
    pub id: String,
    /// When.
    pub at: String,
    /// Who did it.
    pub who: Side,
    /// What happened, in a sentence.
    pub sentence: String,
    /// What came of it.
    pub outcome: Outcome,
    /// What it is about.
    pub subject: Subject,
    /// The id of what it is about.
    pub subject_id: String,
    /// The connection, where there is one.
    pub connection: Option<ConnectionRef>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Done.
    Done,
    /// Under way.
    Waiting,
    /// It failed or was refused.
    Failed,
}

/// What a line of history is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A connection.
    Connection,
    /// An exchange.
    Exchange,
    /// A stored credential.
    Credential,
    /// An invitation.
    Invitation,
    /// An identity of this wallet.
    Identity,
    /// The wallet itself.
    Wallet,
}

impl HistoryEntry {
    /// A line of the store's history. `connection` is the connection's name, `subject_name` what an exchange or credential is about.
    pub fn of(row: &HistoryRow, connection: Option<ConnectionRef>, subject_name: Option<&str>) -> Self {
        let subject = match row.subject.as_str() {
            "connection" => Subject::Connection,
            "credential-exchange" => Subject::Exchange,
            "credential" => Subject::Credential,
            "invitation" | "out-of-band" => Subject::Invitation,
            "did" => Subject::Identity,
            _ => Subject::Wallet,
        };
        let who = if row.who == "them" { Side::Them } else { Side::Us };
        let other = connection.as_ref().map_or("The other side", |connection| connection.name.as_str());
        let unnamed = if subject == Subject::Identity { short_did(&row.subject_id) } else { "credential".to_owned() };
        let what = subject_name.unwrap_or(&unnamed);
        Self {
            id: row.id.to_string(),
            at: row.at.to_string(),
            who,
            sentence: sentence(row, other, what),
            outcome: match row.what.as_str() {
                "abandoned" | "failed" | "message-undeliverable" | "refused" | "interrupted" => Outcome::Failed,
                _ => Outcome::Done,
            },
            subject,
            subject_id: row.subject_id.clone(),
            connection,
        }
    }
}

/// A line as a person reads it; an unknown word is shown as it is.
fn sentence(row: &HistoryRow, other: &str, what: &str) -> String {
    let us = row.who != "them";
    let reason = if row.outcome.is_empty() { String::new() } else { format!(": {}", cut(&row.outcome, 300)) };
    match (row.subject.as_str(), row.what.as_str()) {
        ("connection", "invitation-sent" | "invitation-created") => "Invitation made".to_owned(),
        ("connection", "invitation-received") => format!("Invitation from {other} received"),
        ("connection", "request-sent") => format!("Asked {other} to connect"),
        ("connection", "request-received") => format!("{other} asked to connect"),
        ("connection", "response-sent") => format!("{other} was let in"),
        ("connection", "response-received") => format!("{other} let this wallet in"),
        ("connection", "completed") => format!("Connected with {other}"),
        ("connection", "abandoned") => format!("The connection with {other} ended{reason}"),
        ("connection", "blocked") => format!("{other} was blocked"),
        ("connection", "unblocked") => format!("{other} is heard again"),
        ("connection", "hung-up") => "The connection was ended".to_owned(),
        ("connection", "deleted") => "A connection was deleted".to_owned(),
        ("credential-exchange", "proposal-sent") => format!("Proposed {what} to {other}"),
        ("credential-exchange", "proposal-received") => format!("{other} proposed {what}"),
        ("credential-exchange", "offer-created") => format!("Offer of {what} made, for whoever uses its invitation"),
        ("credential-exchange", "offer-sent") => format!("Offered {what} to {other}"),
        ("credential-exchange", "offer-received") => format!("{other} offered {what}"),
        ("credential-exchange", "request-sent") => format!("Accepted {what} from {other}"),
        ("credential-exchange", "request-received") => format!("{other} accepted {what}"),
        ("credential-exchange", "credential-issued") => format!("Issued {what} to {other}"),
        ("credential-exchange", "credential-received") => format!("{what} from {other} received"),
        ("credential-exchange", "revoked") => format!("Revoked {what}"),
        ("credential-exchange", "suspended") => format!("Suspended {what}"),
        ("credential-exchange", "restored") => format!("Restored {what}"),
        ("credential", "revoked") => format!("{what} was revoked by its issuer"),
        ("credential", "suspended") => format!("{what} was suspended by its issuer"),
        ("credential", "status-valid") => format!("{what} stands, as its issuer says"),
        ("credential", "status-unknown") => format!("Whether {what} still stands could not be read"),
        ("credential-exchange", "sent-again") => format!("Sent once more to {other}"),
        (_, "message-undeliverable") => format!("A message could not be delivered to {other}, and is tried no more"),
        ("credential-exchange", "done") if us => format!("{what} from {other} verified and stored"),
        ("credential-exchange", "done") => format!("{other} stored {what}"),
        ("credential-exchange", "abandoned") if row.who == "person" => format!("Declined {what}{reason}"),
        ("credential-exchange", "abandoned") if us => format!("{what} was refused by this wallet{reason}"),
        ("credential-exchange", "abandoned") => format!("{other} ended the exchange of {what}{reason}"),
        ("did", "published") => match row.outcome.as_str() {
            "create" => format!("{what} was put on its ledger"),
            "update" => format!("{what} was changed on its ledger"),
            "deactivate" => format!("{what} was deactivated"),
            _ => format!("{what} published something on its ledger"),
        },
        ("did", "refused") => format!("{what}: its ledger or registrar refused a change"),
        ("did", "interrupted") => format!("{what}: a change of its ledger was interrupted"),
        ("credential", "deleted") => format!("{what} was deleted"),
        ("credential", "stored") => format!("{what} stored"),
        (_, word) => format!("{}{reason}", cut(&word.replace('-', " "), 100)),
    }
}

#[cfg(test)]
mod tests {
    use vouchsafe_store::HistoryRow;

    use super::{HistoryEntry, Outcome};

    fn row(what: &str, who: &str, outcome: &str) -> HistoryRow {
        HistoryRow {
            id: 1,
            at: "2026-11-23T12:00:00Z".parse().unwrap(),
            subject: "credential-exchange".to_owned(),
            subject_id: "x".to_owned(),
            connection_id: None,
            who: who.to_owned(),
            what: what.to_owned(),
            outcome: outcome.to_owned(),
        }
    }

    #[test]
    fn a_line_names_who_did_what_and_why_it_failed() {
        assert_eq!(
            HistoryEntry::of(&row("offer-received", "them", ""), None, Some("Membership card")).sentence,
            "The other side offered Membership card"
        );
        let ended = HistoryEntry::of(&row("abandoned", "person", "not mine"), None, Some("Membership card"));
        assert_eq!(ended.sentence, "Declined Membership card: not mine");
        assert_eq!(ended.outcome, Outcome::Failed);
    }
}
