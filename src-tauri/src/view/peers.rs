//! What the person should know of a peer, and says to it: names that could be taken for another's, what was exchanged,
//! the texts that went to and fro.

use serde::Serialize;
use specta::Type;
use vouchsafe_agent::connect::LookAlike as Alike;
use vouchsafe_protocols::connection::Connection;
use vouchsafe_store::{BasicMessageRow, OutboxRow, PeerCounts};

use super::card::cut;
use super::connections::{ConnectionRef, plain_did};

/// The longest text that the window takes, in characters.
pub const MAX_TEXT: usize = 10_000;

/// A connection whose name could be taken for the one that is looked at.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LookAlike {
    /// The connection that was there before.
    pub connection: ConnectionRef,
    /// The name of it that is alike.
    pub name: String,
    /// To the eye the names are the same; otherwise one letter is between them.
    pub same: bool,
    /// Its peer is blocked.
    pub blocked: bool,
    /// The end of its DID, to tell the two apart.
    pub fingerprint: String,
    /// Since when it is known.
    pub since: String,
}

impl From<Alike> for LookAlike {
    fn from(alike: Alike) -> Self {
        Self {
            connection: ConnectionRef::from(&alike.connection),
            name: cut(&alike.name, 200),
            same: alike.same,
            blocked: alike.blocked,
            fingerprint: fingerprint(&alike.connection),
            since: alike.connection.created_at.to_string(),
        }
    }
}

/// What was exchanged with a peer, in numbers.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Exchanged {
    /// Texts, sent and received.
    pub messages: u32,
    /// Texts that were not read yet.
    pub unread: u32,
    /// Credentials that came over it and are held.
    pub received: u32,
    /// Credentials that were issued over it.
    pub issued: u32,
    /// Exchanges that are not over.
    pub open: u32,
}

impl From<PeerCounts> for Exchanged {
    fn from(counts: PeerCounts) -> Self {
        let number = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            messages: number(counts.messages),
            unread: number(counts.unread),
            received: number(counts.received),
            issued: number(counts.issued),
            open: number(counts.open),
        }
    }
}

/// A text that went over a connection.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MessageRow {
    /// Its id.
    pub id: String,
    /// Written here.
    pub ours: bool,
    /// The text: text and nothing else, whatever is in it.
    pub text: String,
    /// When it was sent, as its sender says.
    pub at: String,
    /// Where it is.
    pub delivery: MessageDelivery,
}

/// Where a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum MessageDelivery {
    /// It came in.
    Received,
    /// The other side's agent took it.
    Sent,
    /// It is on its way.
    Sending,
    /// The other side cannot be reached; it is sent again by itself.
    Waiting,
    /// It was given up.
    Failed,
}

impl MessageRow {
    /// A text, with what waits to be delivered over its connection.
    pub fn of(row: &BasicMessageRow, unsent: &[OutboxRow]) -> Self {
        let ours = row.direction == "sent";
        let delivery = match unsent.iter().find(|message| message.message_id == row.id) {
            _ if !ours => MessageDelivery::Received,
            None => MessageDelivery::Sent,
            Some(message) if message.state == vouchsafe_store::FAILED => MessageDelivery::Failed,
            Some(message) if message.state == vouchsafe_store::HANDED => MessageDelivery::Sent,
            Some(message) if message.last_error.is_some() || message.state == vouchsafe_store::WAITING => {
                MessageDelivery::Waiting
            }
            Some(_) => MessageDelivery::Sending,
        };
        Self { id: row.id.clone(), ours, text: row.content.clone(), at: row.sent_at.to_string(), delivery }
    }
}

/// The end of the peer's DID, by which two of one name are told apart; of the record's id while it has none.
pub fn fingerprint(connection: &Connection) -> String {
    let did = connection.their.as_ref().map_or(connection.id.as_str(), |their| plain_did(&their.did));
    let letters: Vec<char> = did.chars().filter(char::is_ascii_alphanumeric).collect();
    letters.iter().skip(letters.len().saturating_sub(6)).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use vouchsafe_store::BasicMessageRow;

    use super::{MessageDelivery, MessageRow};

    #[test]
    fn a_text_that_waits_for_nothing_was_sent() {
        let row = |direction: &str| BasicMessageRow {
            id: "one".to_owned(),
            connection_id: "c".to_owned(),
            direction: direction.to_owned(),
            content: "hello".to_owned(),
            sent_at: Timestamp::UNIX_EPOCH,
        };
        assert_eq!(MessageRow::of(&row("sent"), &[]).delivery, MessageDelivery::Sent);
        assert_eq!(MessageRow::of(&row("received"), &[]).delivery, MessageDelivery::Received);
    }
}
