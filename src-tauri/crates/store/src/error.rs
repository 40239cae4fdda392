//! What can go wrong with the store, told apart by who can mend it: the person (a wrong passphrase, a second start),
//! the disk (full, failing), the file (cut short, another wallet's) or the calling code.

use std::cell::Cell;
use std::path::PathBuf;
use std::time::Duration;

use rusqlite::ErrorCode;

/// Why the store could not do what it was asked. Whatever the variant, what was committed before is still there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The vault was sealed: the person has to unlock it first.
    #[error("the wallet is locked")]
    Sealed,
    /// Another process has this wallet open.
    #[error("the wallet is already open in another process")]
    InUse,
    /// There is no wallet in this folder.
    #[error("there is no wallet in {0}")]
    NotAWallet(PathBuf),
    /// There is a wallet in this folder, or what is left of one: nothing is ever made over it.
    #[error("there is already a wallet in {0}")]
    AlreadyAWallet(PathBuf),
    /// A new wallet was to be made with neither a passphrase nor a keyring.
    #[error("a wallet needs a passphrase or the desktop's keyring to guard its key")]
    Unguarded,
    /// The passphrase was wrong. Nothing is lost; the next try is taken after `retry_after`.
    #[error("the passphrase is wrong; the next try is possible in {} s", retry_after.as_secs())]
    WrongPassphrase {
        /// How long further tries are refused.
        retry_after: Duration,
    },
    /// The recovery words are words, but not this wallet's. The next try is taken after `retry_after`.
    #[error("these are not the recovery words of this wallet; the next try is possible in {} s", retry_after.as_secs())]
    WrongRecoveryWords {
        /// How long further tries are refused.
        retry_after: Duration,
    },
    /// The recovery words are mistyped: a word is not in the list, or the check word does not fit.
    #[error("the recovery words are mistyped: {0}")]
    MalformedRecoveryWords(String),
    /// A try came before the delay after the last wrong one was over.
    #[error("too many wrong tries; the next one is possible in {} s", retry_after.as_secs())]
    TooSoon {
        /// How long further tries are refused.
        retry_after: Duration,
    },
    /// The wallet has no such way to unlock (`"passphrase"`, `"keyring"`, `"recovery words"`).
    #[error("this wallet cannot be unlocked by {0}")]
    NoSuchLock(&'static str),
    /// The last way to unlock the wallet cannot be taken away.
    #[error("this is the only way to unlock the wallet and stays")]
    LastLock,
    /// The desktop's keyring does not answer, or is locked. The passphrase or the recovery words still open the wallet.
    #[error("the desktop's keyring is not available: {0}")]
    KeyringUnavailable(String),
    /// The keyring answers but no longer has this wallet's key. No new key is made over the old store: the passphrase
    /// or the recovery words open it.
    #[error("the desktop's keyring no longer has this wallet's key; the passphrase or the recovery words open it")]
    KeyMissing,
    /// The header asks for a weaker (or an absurd) key derivation than this version accepts: someone changed it.
    #[error("the wallet's header asks for a key derivation that is not accepted: {0}")]
    HeaderRefused(String),
    /// The file cannot be read with this wallet's key: it is another wallet's, or was overwritten.
    #[error("the store file cannot be read with this wallet's key: it is another wallet's or was overwritten")]
    WrongKey,
    /// A file of the wallet is cut short or changed. A copy from a backup is needed.
    #[error("the wallet's files are damaged: {0}")]
    Damaged(String),
    /// A newer version of the program wrote this wallet.
    #[error("a newer version of the program wrote this wallet (schema {found}, known up to {known})")]
    TooNew {
        /// The version found.
        found: u32,
        /// The newest version that this program knows.
        known: u32,
    },
    /// The disk is full: what was asked has not happened. It can be asked again once there is space.
    #[error("the disk is full; nothing was changed")]
    DiskFull,
    /// The disk or the file system failed: what was asked has not happened.
    #[error("the disk failed; nothing was changed: {0}")]
    Disk(String),
    /// A row with this id (or another column that is unique) is there already.
    #[error("it is stored already: {0}")]
    Conflict(String),
    /// The caller gave a value that cannot be stored.
    #[error("the value cannot be stored: {0}")]
    Unstorable(String),
    /// The job itself panicked. Its changes were rolled back, the store goes on.
    #[error("a job of the store broke off; its changes were rolled back")]
    JobBroke,
    /// Anything else that SQLite says; a fault of this program.
    #[error("the store failed: {0}")]
    Internal(String),
}

thread_local! {
    static LAST_COMPLAINT: Cell<Option<StoreError>> = const { Cell::new(None) };
}

/// What the disk last complained of on this thread, once. When the disk makes SQLite give up a whole transaction, the
/// error itself has gone into the result of the job that met it, whose type the writer does not know.
pub(crate) fn take_last_complaint() -> Option<StoreError> {
    LAST_COMPLAINT.take()
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let error = Self::of_sqlite(&error);
        if matches!(error, Self::DiskFull | Self::Disk(_)) {
            LAST_COMPLAINT.set(Some(error.clone()));
        }
        error
    }
}

impl StoreError {
    fn of_sqlite(error: &rusqlite::Error) -> Self {
        let text = error.to_string();
        match error {
            rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::DiskFull => Self::DiskFull,
                ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied => Self::Disk(text),
                ErrorCode::NotADatabase => Self::WrongKey,
                ErrorCode::DatabaseCorrupt => Self::Damaged(text),
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::InUse,
                ErrorCode::ConstraintViolation => Self::Conflict(text),
                _ => Self::Internal(text),
            },
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::InvalidColumnType(..) => Self::Damaged(text),
            rusqlite::Error::ToSqlConversionFailure(_) => Self::Unstorable(text),
            _ => Self::Internal(text),
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Disk(error.to_string()),
        }
    }
}
