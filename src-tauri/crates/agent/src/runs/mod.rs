//! Runs: credentials offered one after the other from a list of rows, over connections, with an invitation each, or at a
//! desk to one person after the other. The list is in the store, and a row's exchange is begun in the commit that notes
//! it in the row: after any crash no row is lost, and none is offered twice. A row goes where its exchange goes (by
//! triggers in the store), so that there is nothing to catch up with after a start.

mod list;
mod offer;
mod worker;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use vouchsafe_protocols::issue_credential::LdProofDetail;
pub use vouchsafe_store::{RunItemRow, RunRow};

pub(crate) use self::worker::{Bell, run};
use crate::error::{AgentError, Result};

/// Rows of one run at most.
pub const MAX_ROWS: usize = 100_000;

/// To whom a run offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// Each row names its connection.
    Connections,
    /// Each row gets an invitation, which can be sent on.
    Invitations,
    /// One invitation at a time: the next row is for the next who comes.
    Desk,
}

impl To {
    /// Its word in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::Invitations => "invitations",
            Self::Desk => "desk",
        }
    }
}

/// What all rows of a run have in common.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// The detail whose credential has no subject yet, or, for a run that repeats, has the one of all.
    pub detail: LdProofDetail,
    /// A sentence to the holders.
    pub comment: Option<String>,
    /// Issue when the holder accepts, without asking again.
    pub auto_issue: bool,
    /// Give the credentials a status.
    pub revocable: bool,
    /// What the invitations say they are for.
    pub goal: Option<String>,
    /// Kept with the connections that come of the invitations.
    pub metadata: Map<String, Value>,
}

impl Frame {
    /// The detail of one row: the subject put in, dated now.
    fn detail_for(&self, subject: &str, now: jiff::Timestamp) -> Result<LdProofDetail> {
        let unreadable = |error: serde_json::Error| AgentError::invalid("row", error.to_string());
        let subject: Value = serde_json::from_str(subject).map_err(unreadable)?;
        let mut detail = Value::from(self.detail.clone());
        if let Some(credential) = detail.get_mut("credential").and_then(Value::as_object_mut) {
            credential.insert("credentialSubject".to_owned(), subject);
            if credential.contains_key("issuanceDate") {
                // Whole seconds: fractions are written differently by different wallets.
                let second = jiff::Timestamp::from_second(now.as_second()).unwrap_or(now);
                credential.insert("issuanceDate".to_owned(), second.to_string().into());
            }
        }
        LdProofDetail::from_value(detail).map_err(|error| AgentError::Credential(error.to_string()))
    }
}

/// A run to start.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRun {
    /// The person's name for it.
    pub name: String,
    /// To whom.
    pub to: To,
    /// Every person at the desk gets the subject of the frame; there are no rows.
    pub repeats: bool,
    /// What all rows have in common.
    pub frame: Frame,
    /// The rows, in order.
    pub rows: Vec<NewRow>,
}

/// A row to offer.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRow {
    /// Its line in the file.
    pub place: u32,
    /// What the credential says of its subject.
    pub subject: Value,
    /// The connection that it is for.
    pub connection_id: Option<String>,
    /// The person's name for whoever gets it.
    pub name: Option<String>,
}

/// How far a run has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The run.
    pub row: RunRow,
    /// Its rows by state.
    pub counts: HashMap<String, u64>,
    /// Rows issued within the last minute.
    pub lately: u64,
}

impl Run {
    /// Rows in this state.
    pub fn count(&self, state: &str) -> u64 {
        self.counts.get(state).copied().unwrap_or_default()
    }

    /// All rows.
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Nothing more happens by itself: every row has been issued, was declined, failed or was taken out.
    pub fn is_over(&self) -> bool {
        let open = ["waiting", "invited", "offered", "accepted"].into_iter().any(|state| self.count(state) > 0);
        !open && (!self.row.repeats || self.row.state == "cancelled")
    }
}
