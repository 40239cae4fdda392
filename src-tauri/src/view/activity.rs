//! Activity: what happened, when, by whom, and what came of it. It holds no claim's value.

use serde::{Deserialize, Serialize};
use specta::Type;

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
    /// The wallet itself.
    Wallet,
}
