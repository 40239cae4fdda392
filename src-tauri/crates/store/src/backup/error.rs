//! What can be wrong with a backup, told apart by what the person can do: another file, another secret, another place,
//! a newer program.

use std::io;

use crate::StoreError;

/// Why a backup was not written, or does not open. Whatever the variant, the wallet is as it was, and so is the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackupError {
    /// The file is something else.
    #[error("the file is not a Vouchsafe backup")]
    NotABackup,
    /// A newer version of the program wrote it.
    #[error("a newer version of the program wrote this backup (version {found}, known up to {known})")]
    TooNew {
        /// The version found.
        found: u32,
        /// The newest version that this program knows.
        known: u32,
    },
    /// The file ends too early.
    #[error("the backup is cut short: {0}")]
    CutShort(&'static str),
    /// The file is not what was written.
    #[error("the backup is damaged: {0}")]
    Damaged(String),
    /// It asks for a weaker, or an absurd, derivation: someone made or changed it to be guessed, or to hang this program.
    #[error("the backup asks for a key derivation that is not accepted: {0}")]
    Refused(String),
    /// This computer has too little memory to derive the key.
    #[error("there is too little memory to derive the key: {0} MiB are needed")]
    TooLittleMemory(u32),
    /// The backup has no such lock (`"passphrase"`, `"recovery words"`).
    #[error("this backup does not open by {0}")]
    NoSuchLock(&'static str),
    /// The passphrase is not the backup's.
    #[error("this is not the passphrase of this backup")]
    WrongPassphrase,
    /// The recovery words are not of the wallet that made the backup, or it had others then.
    #[error("these are not the recovery words of the wallet that made this backup")]
    WrongWords,
    /// A backup was to be made that nothing opens.
    #[error("a backup needs a passphrase or recovery words")]
    Unlocked,
    /// Something else stands where the backup was to go.
    #[error("there is another file at this place, which is not a backup; it was left alone")]
    Taken,
    /// There is no file of this name.
    #[error("there is no file at this place")]
    Missing,
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    /// The place cannot be written to.
    #[error("the place cannot be written to: {0}")]
    Unwritable(String),
    /// What was to be proved was not: what is in the file is not what it says.
    #[error("the backup does not hold what it says: {0}")]
    Differs(String),
    /// What the store says.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl BackupError {
    /// Of reading the backup's file.
    pub(super) fn reading(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::UnexpectedEof => Self::CutShort("it ends in the middle"),
            _ => Self::Unreadable(error.to_string()),
        }
    }

    /// Of writing the backup's file.
    pub(super) fn writing(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Store(StoreError::DiskFull),
            _ => Self::Unwritable(error.to_string()),
        }
    }
}

impl From<rusqlite::Error> for BackupError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}
