//! The timeline: everything that history tells of, a day at a time, and each with its steps, how long they took, whose
//! turn it is, and the messages that crossed, where they are kept.

use serde::{Deserialize, Serialize};
use specta::Type;
use vouchsafe_protocols::issue_credential::CredentialExchange;
use vouchsafe_store::{HistoryRow, KeptMessageRow};

use super::activity::{HistoryEntry, Outcome, Subject};
use super::card::Tint;
use super::connections::{ConnectionRef, Side};
use super::offers::Waits;
use super::strip::StripStep;

/// The longest message that is shown.
const MAX_TEXT: usize = 64 * 1024;

/// Which part of the timeline is wanted.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TimelineQuery {
    /// Only of this kind; `null` for all.
    pub kind: Option<ActivityKind>,
    /// Only over this connection.
    pub connection_id: Option<String>,
    /// Words to search for in titles and in names of connections; all must match.
    pub words: String,
    /// How many minutes the person's clock is ahead of UTC: days begin by it.
    pub minutes: i32,
    /// Rows to skip, newest first.
    pub offset: u32,
    /// Rows wanted, at most 200.
    pub limit: u32,
}

/// What a row of the timeline is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ActivityKind {
    /// A credential that was offered to this wallet.
    Received,
    /// A credential that this wallet offered.
    Issued,
    /// A connection or an invitation.
    Connection,
    /// A credential that is here.
    Credential,
    /// An identity of this wallet.
    Identity,
    /// The wallet itself.
    Other,
}

impl ActivityKind {
    /// The store's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Issued => "issued",
            Self::Connection => "connection",
            Self::Credential => "credential",
            Self::Identity => "identity",
            Self::Other => "other",
        }
    }

    /// The kind of a word of the store's.
    pub fn of(word: &str) -> Self {
        [Self::Received, Self::Issued, Self::Connection, Self::Credential, Self::Identity]
            .into_iter()
            .find(|kind| kind.word() == word)
            .unwrap_or(Self::Other)
    }
}

/// A page of the timeline.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TimelinePage {
    /// How many rows match.
    pub total: u32,
    /// The rows from the offset that was asked for.
    pub rows: Vec<TimelineRow>,
    /// The days that all matching rows fall on, newest first.
    pub days: Vec<TimelineDay>,
}

/// How many rows fall on a day.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TimelineDay {
    /// The day, as `2026-11-23`.
    pub day: String,
    /// How many rows.
    pub count: u32,
}

/// Something that history tells of.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TimelineRow {
    /// Its id among them.
    pub id: String,
    /// What it is.
    pub kind: ActivityKind,
    /// What a click on it opens.
    pub subject: Subject,
    /// The id of that.
    pub subject_id: String,
    /// Its name.
    pub title: String,
    /// The connection, where there is one.
    pub connection: Option<ConnectionRef>,
    /// What happened last, in a sentence.
    pub sentence: String,
    /// What came of it.
    pub outcome: Outcome,
    /// Whose turn it is, while it is somebody's.
    pub turn: Side,
    /// When it began.
    pub began_at: String,
    /// When it last moved.
    pub at: String,
    /// The tint of its mark.
    pub tint: Tint,
}

/// One of them in full.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TimelineView {
    /// As in the list.
    pub row: TimelineRow,
    /// The strip of steps, of an exchange that is still here.
    pub strip: Vec<StripStep>,
    /// What is waited for.
    pub waits: Option<Waits>,
    /// What happened, oldest first, at most 200.
    pub lines: Vec<TimelineLine>,
    /// The thread of its messages.
    pub thread_id: Option<String>,
    /// The protocol, by its URI.
    pub protocol: Option<String>,
    /// From beginning to end, in milliseconds, where it is over.
    pub took: Option<u32>,
    /// The exchange is still here: its messages and actions are.
    pub here: bool,
}

/// One thing that happened.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TimelineLine {
    /// The line.
    pub entry: HistoryEntry,
    /// Milliseconds since the one before.
    pub after: Option<u32>,
    /// The message's id, where it was one.
    pub message_id: Option<String>,
}

/// The messages of an exchange as they crossed.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RawMessages {
    /// Messages are kept from now on.
    pub kept: bool,
    /// In the order they crossed, at most 100.
    pub messages: Vec<RawMessage>,
}

/// A message as it crossed, decrypted.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RawMessage {
    /// Its id.
    pub id: String,
    /// Whether this wallet sent it.
    pub sent: bool,
    /// Its type, a URI.
    pub message_type: String,
    /// When it was promised, or came.
    pub at: String,
    /// Its size in bytes.
    pub size: u32,
    /// Its text, laid out; `null` where it was too large to be kept.
    pub text: Option<String>,
}

/// Milliseconds from one time to another; none where the clock went back.
pub fn milliseconds(from: jiff::Timestamp, to: jiff::Timestamp) -> u32 {
    u32::try_from(to.duration_since(from).as_millis().max(0)).unwrap_or(u32::MAX)
}

/// The lines with the time between them and the messages that they were.
pub fn lines(
    rows: &[HistoryRow],
    entries: Vec<HistoryEntry>,
    exchange: Option<&CredentialExchange>,
) -> Vec<TimelineLine> {
    let before = std::iter::once(None).chain(rows.iter().map(|row| Some(row.at)));
    rows.iter()
        .zip(before)
        .zip(entries)
        .map(|((row, before), entry)| TimelineLine {
            entry,
            after: before.map(|before| milliseconds(before, row.at)),
            message_id: exchange.and_then(|exchange| message_of(exchange, &row.what)).map(str::to_owned),
        })
        .collect()
}

/// The message that a line of an exchange's history was.
fn message_of<'a>(exchange: &'a CredentialExchange, what: &str) -> Option<&'a str> {
    let message = match what {
        "proposal-sent" | "proposal-received" => exchange.cred_proposal(),
        "offer-sent" | "offer-received" => exchange.cred_offer(),
        "request-sent" | "request-received" => exchange.cred_request(),
        "credential-issued" | "credential-received" => exchange.cred_issue(),
        _ => None,
    }?;
    Some(message.id())
}

impl From<KeptMessageRow> for RawMessage {
    fn from(row: KeptMessageRow) -> Self {
        let text = row.body.map(|body| {
            let laid_out = serde_json::from_slice::<serde_json::Value>(&body)
                .ok()
                .and_then(|value| serde_json::to_string_pretty(&value).ok())
                .unwrap_or_else(|| String::from_utf8_lossy(&body).into_owned());
            laid_out.chars().take(MAX_TEXT * 2).collect()
        });
        Self {
            id: row.message_id,
            sent: row.direction == "sent",
            message_type: row.message_type,
            at: row.at.to_string(),
            size: u32::try_from(row.size).unwrap_or(u32::MAX),
            text,
        }
    }
}
