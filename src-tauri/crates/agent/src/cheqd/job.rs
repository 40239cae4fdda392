//! A job: one change of a ledger, from the moment it was asked for until the ledger has it or it is known that it will
//! not. What it has gone through is one value, advanced by one pure step, so that after any interruption it is known
//! whether a signature was given away; from then on the ledger alone says how it ended. A version id is never signed
//! for twice: what was signed once can be published by whoever has it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use vouchsafe_didcomm::Verkey;
use vouchsafe_store::{LedgerJobRow, StoreError};

use super::LedgerError;
use crate::error::{AgentError, Result};

/// What the ledger is to be changed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "operation", rename_all = "snake_case")]
pub enum Wanted {
    /// A new DID, which becomes the wallet's when the ledger has it.
    Create {
        /// Its document.
        document: Value,
        /// Its first key, kept in the wallet since the job was made.
        verkey: Verkey,
        /// The owner's notes, kept with the DID.
        metadata: Map<String, Value>,
    },
    /// Another document, whole.
    Update {
        /// The document.
        document: Value,
        /// The version that it was made from: if the ledger has another one, somebody else was quicker.
        base: String,
    },
    /// The end of the DID.
    Deactivate,
    /// A resource; its bytes lie beside the job.
    Publish {
        /// What is published.
        resource: WantedResource,
        /// Whether it is a new version of one with this name and type.
        update: bool,
    },
}

/// A resource to be published, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedResource {
    /// Its id, chosen here: the same one however often it is tried, and the ledger takes it once.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its type.
    pub resource_type: String,
    /// Its version; empty: none.
    pub version: String,
    /// SHA-256 of its bytes, in hex.
    pub checksum: String,
    /// How many bytes.
    pub bytes: usize,
}

/// How far a job has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum JobState {
    /// Nothing has left this wallet.
    Planned {
        /// The version that it will be.
        version_id: String,
    },
    /// The registrar wants a signature over exactly what was asked for; none was given.
    Asked {
        /// The version that it will be.
        version_id: String,
        /// The registrar's name for the job.
        registrar_job: String,
    },
    /// The signatures were given away, or are about to be: the ledger alone says what became of them.
    Sent {
        /// The version that it will be.
        version_id: String,
        /// The registrar's name for the job.
        registrar_job: String,
        /// When.
        sent_at: Timestamp,
    },
    /// The ledger has it.
    Finished {
        /// The document as the ledger has it, or what it says of the resource.
        result: Value,
    },
    /// It will not come about as it was asked for.
    Refused {
        /// Why not.
        error: LedgerError,
    },
    /// It was not begun, or proved not to have come about, and is not tried again by itself.
    Interrupted {
        /// What came in between.
        error: LedgerError,
    },
}

/// One change of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerJob {
    /// Its id (a UUID).
    pub id: String,
    /// The network's namespace.
    pub network: String,
    /// The DID that it is about.
    pub did: String,
    /// What was asked for.
    pub wanted: Wanted,
    /// How far it has come.
    pub state: JobState,
    /// What stood in the way last, while it is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<LedgerError>,
    /// Tries in a row that decided nothing.
    pub attempts: u32,
    /// When it goes on by itself, if it does.
    pub next_attempt_at: Option<Timestamp>,
    /// Every version id that was signed for.
    pub sent: Vec<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What happens to a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    /// The registrar wants what was asked for signed.
    Asked {
        /// Its name for the job.
        registrar_job: String,
    },
    /// The signatures are about to be given away.
    Sending,
    /// The ledger has it.
    Found(Value),
    /// It will not come about as it was asked for.
    Refused(LedgerError),
    /// It is not to be tried again by itself.
    Interrupted(LedgerError),
    /// Nothing is decided; it goes on at this time, or when somebody says so.
    Later(LedgerError, Option<Timestamp>),
    /// It begins again: nothing of it is on the ledger.
    Again {
        /// A version id that was never used.
        version_id: String,
    },
}

impl LedgerJob {
    /// A job that is to be begun.
    pub(crate) fn new(
        id: String,
        network: String,
        did: String,
        wanted: Wanted,
        version_id: String,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            network,
            did,
            wanted,
            state: JobState::Planned { version_id },
            last_error: None,
            attempts: 0,
            next_attempt_at: None,
            sent: Vec::new(),
            created_at: now,
            updated_at: now,
        }
    }

    /// The state's word.
    pub fn state_word(&self) -> &'static str {
        match self.state {
            JobState::Planned { .. } => "planned",
            JobState::Asked { .. } => "asked",
            JobState::Sent { .. } => "sent",
            JobState::Finished { .. } => "finished",
            JobState::Refused { .. } => "refused",
            JobState::Interrupted { .. } => "interrupted",
        }
    }

    /// What it does: `create`, `update`, `deactivate` or `publish`.
    pub fn operation(&self) -> &'static str {
        match self.wanted {
            Wanted::Create { .. } => "create",
            Wanted::Update { .. } => "update",
            Wanted::Deactivate => "deactivate",
            Wanted::Publish { .. } => "publish",
        }
    }

    /// Whether it may still change the ledger by itself.
    pub fn is_under_way(&self) -> bool {
        matches!(self.state, JobState::Planned { .. } | JobState::Asked { .. } | JobState::Sent { .. })
    }

    /// What stands in its way, or stood when it ended.
    pub fn error(&self) -> Option<&LedgerError> {
        match &self.state {
            JobState::Refused { error } | JobState::Interrupted { error } => Some(error),
            JobState::Finished { .. } => None,
            _ => self.last_error.as_ref(),
        }
    }

    /// The resource that it publishes.
    pub fn resource(&self) -> Option<&WantedResource> {
        match &self.wanted {
            Wanted::Publish { resource, .. } => Some(resource),
            _ => None,
        }
    }

    /// The next state. A job is where nothing was given away ([`JobState::Planned`], [`JobState::Asked`]), where the
    /// ledger decides ([`JobState::Sent`]), or at an end.
    ///
    /// # Errors
    /// [`AgentError::NotNow`] if this cannot happen to it now; it stays as it was.
    pub(crate) fn advance(mut self, input: Input, now: Timestamp) -> Result<Self> {
        let state = match (self.state, input) {
            // Interrupted here once, it is asked anew: nothing was signed for the registrar's earlier job.
            (JobState::Planned { version_id } | JobState::Asked { version_id, .. }, Input::Asked { registrar_job }) => {
                JobState::Asked { version_id, registrar_job }
            }
            (JobState::Asked { version_id, registrar_job }, Input::Sending) => {
                self.sent.push(version_id.clone());
                JobState::Sent { version_id, registrar_job, sent_at: now }
            }
            // Nothing was given away under this version id: it is as good as new.
            (JobState::Planned { version_id } | JobState::Asked { version_id, .. }, Input::Again { .. }) => {
                JobState::Planned { version_id }
            }
            (
                JobState::Sent { .. } | JobState::Refused { .. } | JobState::Interrupted { .. },
                Input::Again { version_id },
            ) => JobState::Planned { version_id },
            (JobState::Finished { result }, _) => {
                self.state = JobState::Finished { result };
                return Err(self.not_now("it is finished"));
            }
            (_, Input::Found(result)) => JobState::Finished { result },
            (JobState::Planned { .. } | JobState::Asked { .. } | JobState::Sent { .. }, Input::Refused(error)) => {
                JobState::Refused { error }
            }
            (JobState::Planned { .. } | JobState::Asked { .. } | JobState::Sent { .. }, Input::Interrupted(error)) => {
                JobState::Interrupted { error }
            }
            (
                state @ (JobState::Planned { .. } | JobState::Asked { .. } | JobState::Sent { .. }),
                Input::Later(error, at),
            ) => {
                self.state = state;
                self.attempts = self.attempts.saturating_add(1);
                self.last_error = Some(error);
                self.next_attempt_at = at;
                self.updated_at = now;
                return Ok(self);
            }
            (state, input) => {
                self.state = state;
                return Err(self.not_now(&format!("it cannot take {input:?}")));
            }
        };
        self.state = state;
        self.last_error = None;
        self.next_attempt_at = None;
        self.updated_at = now;
        Ok(self)
    }

    fn not_now(&self, reason: &str) -> AgentError {
        AgentError::NotNow { state: self.state_word().to_owned(), reason: format!("job {}: {reason:.200}", self.id) }
    }

    /// Its row.
    pub(crate) fn to_row(&self) -> Result<LedgerJobRow> {
        Ok(LedgerJobRow {
            id: self.id.clone(),
            network: self.network.clone(),
            did: self.did.clone(),
            operation: self.operation().to_owned(),
            resource_id: self.resource().map(|resource| resource.id.clone()),
            state: self.state_word().to_owned(),
            under_way: self.is_under_way(),
            next_attempt_at: self.next_attempt_at,
            created_at: self.created_at,
            updated_at: self.updated_at,
            body: serde_json::to_string(self).map_err(|error| AgentError::invalid("job", error.to_string()))?,
        })
    }

    /// The job of a row.
    pub(crate) fn from_row(row: &LedgerJobRow) -> Result<Self> {
        serde_json::from_str(&row.body)
            .map_err(|error| StoreError::Damaged(format!("the ledger job {} cannot be read: {error}", row.id)).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job() -> LedgerJob {
        let did = "did:cheqd:testnet:1".to_owned();
        LedgerJob::new("j".into(), "testnet".into(), did, Wanted::Deactivate, "v1".into(), Timestamp::UNIX_EPOCH)
    }

    fn through(inputs: Vec<Input>) -> Result<LedgerJob> {
        inputs.into_iter().try_fold(job(), |job, input| job.advance(input, Timestamp::UNIX_EPOCH))
    }

    fn error() -> LedgerError {
        LedgerError::Busy { did: "did:cheqd:testnet:1".to_owned() }
    }

    fn asked() -> Input {
        Input::Asked { registrar_job: "r".to_owned() }
    }

    fn again() -> Input {
        Input::Again { version_id: "v2".to_owned() }
    }

    #[test]
    fn every_step_from_every_state() {
        let to: [(&str, Vec<Input>); 6] = [
            ("planned", vec![]),
            ("asked", vec![asked()]),
            ("sent", vec![asked(), Input::Sending]),
            ("finished", vec![Input::Found(Value::Null)]),
            ("refused", vec![Input::Refused(error())]),
            ("interrupted", vec![Input::Interrupted(error())]),
        ];
        let inputs: [(&str, Input, [&str; 6]); 7] = [
            ("asked", asked(), ["asked", "asked", "-", "-", "-", "-"]),
            ("sending", Input::Sending, ["-", "sent", "-", "-", "-", "-"]),
            ("found", Input::Found(Value::Null), ["finished", "finished", "finished", "-", "finished", "finished"]),
            ("refused", Input::Refused(error()), ["refused", "refused", "refused", "-", "-", "-"]),
            ("interrupted", Input::Interrupted(error()), ["interrupted", "interrupted", "interrupted", "-", "-", "-"]),
            ("later", Input::Later(error(), None), ["planned", "asked", "sent", "-", "-", "-"]),
            ("again", again(), ["planned", "planned", "planned", "-", "planned", "planned"]),
        ];
        for (name, input, ends) in inputs {
            for ((from, way), end) in to.iter().zip(ends) {
                let before = through(way.clone()).unwrap();
                assert_eq!(before.state_word(), *from);
                let after = before.advance(input.clone(), Timestamp::UNIX_EPOCH);
                assert_eq!(after.as_ref().map_or("-", LedgerJob::state_word), end, "{name} in {from}");
            }
        }
    }

    #[test]
    fn a_version_id_that_was_signed_for_is_not_used_again() {
        let version = |job: &LedgerJob| match &job.state {
            JobState::Planned { version_id } => version_id.clone(),
            other => panic!("{other:?}"),
        };
        // Unsigned: the same again.
        assert_eq!(version(&through(vec![asked(), again()]).unwrap()), "v1");
        let again = through(vec![asked(), Input::Sending, again()]).unwrap();
        assert_eq!(version(&again), "v2");
        assert_eq!(again.sent, ["v1"]);
    }

    #[test]
    fn a_row_gives_its_job_back() {
        let job = through(vec![asked(), Input::Sending, Input::Later(error(), Some(Timestamp::UNIX_EPOCH))]).unwrap();
        let row = job.to_row().unwrap();
        assert!(row.under_way);
        assert_eq!(row.next_attempt_at, Some(Timestamp::UNIX_EPOCH));
        assert_eq!(LedgerJob::from_row(&row).unwrap(), job);
        let damaged = LedgerJobRow { body: "{}".to_owned(), ..row };
        assert!(LedgerJob::from_row(&damaged).is_err());
    }
}
