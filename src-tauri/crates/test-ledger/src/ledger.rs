//! The ledger: state, rules and journal, one transaction at a time. A transaction is checked, written to the disk, and only then
//! true; on opening, every transaction is checked again, signatures and all, so that a changed file cannot make a
//! document that its controllers never signed.

use std::{path::PathBuf, sync::Arc};

use jiff::Timestamp;
use parking_lot::{Mutex, RwLock};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    identifiers::is_namespace,
    journal::{Journal, JournalError},
    rejection::Rejection,
    rules,
    state::State,
    transaction::Transaction,
};

/// Tells the time; tests have their own.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What a ledger is opened with.
#[derive(Clone)]
pub struct LedgerSettings {
    /// The folder of its file; made when it is not there.
    pub directory: PathBuf,
    /// The network's name in its DIDs: `testnet`, `practice`, …; letters and digits.
    pub namespace: String,
    /// How large the file may become, in bytes; everything in it is held in memory too.
    pub max_bytes: u64,
    /// The time that transactions get.
    pub clock: Clock,
}

impl LedgerSettings {
    /// A ledger of `namespace` in `directory`: at most 256 MiB, the system's clock.
    pub fn new(directory: impl Into<PathBuf>, namespace: impl Into<String>) -> Self {
        Self {
            directory: directory.into(),
            namespace: namespace.into(),
            max_bytes: 256 * 1024 * 1024,
            clock: Arc::new(Timestamp::now),
        }
    }
}

/// Why a ledger does not open.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The namespace has other characters than letters and digits, or none, or too many.
    #[error("{0:?} is no namespace: 1 to 32 letters and digits")]
    Namespace(String),
    /// The folder has the ledger of another network.
    #[error("the folder has the ledger of namespace {found:?}, not {asked:?}")]
    OtherNamespace {
        /// What the file says.
        found: String,
        /// What was asked for.
        asked: String,
    },
    /// The file was written by another version of this program.
    #[error("the ledger's file has format {0:?}, which this version does not read")]
    Format(String),
    /// An entry is not a transaction.
    #[error("entry {0} of the ledger's file is not a transaction")]
    Entry(usize),
    /// An entry breaks the ledger's rules, so this ledger did not write it.
    #[error("entry {at} of the ledger's file breaks its rules: {rejection}")]
    Rule {
        /// Which entry, the first transaction being 1.
        at: usize,
        /// The rule.
        rejection: Rejection,
    },
    /// The file itself.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Why a transaction was not taken.
#[derive(Debug, Error)]
pub enum SubmitError {
    /// The ledger's rules refuse it: the sender's fault.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// It could not be stored: this computer's fault. Nothing of it counts.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// It could not be written down.
    #[error("the transaction cannot be written down: {0}")]
    Encode(#[from] serde_json::Error),
}

const FORMAT: &str = "vouchsafe-test-ledger/1";

#[derive(Serialize, Deserialize)]
struct Head {
    format: String,
    namespace: String,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    time: Timestamp,
    #[serde(flatten)]
    transaction: Transaction,
}

/// A did:cheqd ledger in a folder of this computer.
pub struct Ledger {
    namespace: String,
    clock: Clock,
    cut: u64,
    /// Taken before the state: one transaction at a time is checked and written.
    writer: Mutex<Writer>,
    /// Locked for writing only to apply what is on the disk already, so that readers never wait for it.
    state: RwLock<State>,
}

struct Writer {
    journal: Journal,
    last: Timestamp,
}

impl Ledger {
    /// Opens the ledger and checks everything in it.
    ///
    /// # Errors
    /// When the file is in use, damaged, of another namespace, or holds what the rules refuse.
    pub fn open(settings: LedgerSettings) -> Result<Self, OpenError> {
        let LedgerSettings { directory, namespace, max_bytes, clock } = settings;
        if namespace.is_empty() || namespace.len() > 32 || !is_namespace(&namespace) {
            return Err(OpenError::Namespace(namespace));
        }
        let (mut journal, loaded) = Journal::open(&directory, max_bytes)?;
        let mut entries = loaded.entries.iter().enumerate();
        if let Some((at, head)) = entries.next() {
            let head: Head = serde_json::from_slice(head).map_err(|_| OpenError::Entry(at))?;
            if head.format != FORMAT {
                return Err(OpenError::Format(head.format));
            }
            if head.namespace != namespace {
                return Err(OpenError::OtherNamespace { found: head.namespace, asked: namespace });
            }
        } else {
            let head = Head { format: FORMAT.into(), namespace: namespace.clone() };
            journal.append(&serde_json::to_vec(&head).map_err(|_| OpenError::Entry(0))?)?;
        }
        let (mut state, mut last) = (State::default(), Timestamp::UNIX_EPOCH);
        for (at, entry) in entries {
            let entry: Entry = serde_json::from_slice(entry).map_err(|_| OpenError::Entry(at))?;
            let change = rules::execute(&state, &namespace, &entry.transaction, entry.time)
                .map_err(|rejection| OpenError::Rule { at, rejection })?;
            state.apply(change);
            last = last.max(entry.time);
        }
        let writer = Mutex::new(Writer { journal, last });
        Ok(Self { namespace, clock, cut: loaded.cut, writer, state: RwLock::new(state) })
    }

    /// Checks a transaction and, when it keeps every rule, stores it for good. Waits for the disk: not for an async task.
    ///
    /// # Errors
    /// [`SubmitError::Rejected`] with the ledger's code when a rule is broken; otherwise the disk's. Nothing changed.
    pub fn submit(&self, transaction: Transaction) -> Result<(), SubmitError> {
        let mut writer = self.writer.lock();
        // Time on a ledger does not go back, whatever this computer's clock does.
        let time = (self.clock)().max(writer.last);
        let change = rules::execute(&self.state.read(), &self.namespace, &transaction, time)?;
        let entry = serde_json::to_vec(&Entry { time, transaction })?;
        writer.journal.append(&entry)?;
        writer.last = time;
        self.state.write().apply(change);
        Ok(())
    }

    /// The network's name in this ledger's DIDs.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// How many DIDs and how many resources there are.
    pub fn counts(&self) -> (usize, usize) {
        self.read(State::counts)
    }

    /// Bytes of a torn last entry that were cut when the ledger was opened; they are kept beside its file.
    pub fn cut_bytes(&self) -> u64 {
        self.cut
    }

    /// The time that a transaction would get, were it sent now.
    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Looks at the state; short, no waiting inside.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.state.read())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        payload::{DeactivatePayload, Payload as _},
        transaction::Operation,
    };

    #[test]
    fn a_file_that_someone_else_wrote_must_keep_the_rules_too() {
        let directory = tempfile::tempdir().unwrap();
        let settings = LedgerSettings::new(directory.path(), "testnet");
        drop(Ledger::open(settings.clone()).unwrap());
        let (mut journal, _) = Journal::open(directory.path(), settings.max_bytes).unwrap();
        let id = "did:cheqd:testnet:6981f795-f2f5-43db-ab18-e161f9241bf8".to_owned();
        let version_id = "33333333-3333-4333-8333-333333333333".to_owned();
        let payload = DeactivatePayload { id, version_id }.encode();
        let transaction = Transaction { operation: Operation::DeactivateDid, payload, signatures: Vec::new() };
        let entry = Entry { time: Timestamp::now(), transaction };
        journal.append(&serde_json::to_vec(&entry).unwrap()).unwrap();
        drop(journal);
        assert!(matches!(Ledger::open(settings), Err(OpenError::Rule { at: 1, .. })));
    }
}
