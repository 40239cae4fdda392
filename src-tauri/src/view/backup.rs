//! Backing up and restoring: what is newer than the last backup, how far a new one has come, and what is in a file.

use serde::{Deserialize, Serialize};
use specta::Type;
use vouchsafe_store::backup::{BackupError, BackupFile, Manifest};

use super::Failure;
use super::app::RecoveryWords;

/// How the wallet stands with its backup.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupView {
    /// The last backup; `null` if there was none.
    pub last: Option<LastBackup>,
    /// Credentials that are in no backup.
    pub newer_credentials: u32,
    /// Identities that are in no backup: their keys are nowhere else.
    pub newer_identities: u32,
    /// Whether the person is to be reminded now.
    pub remind: bool,
    /// The recovery words open backups without being typed.
    pub words_lock: bool,
    /// The wallet has recovery words at all.
    pub has_words: bool,
    /// What is going on, or how it ended.
    pub steps: Vec<BackupStep>,
    /// The wallet was restored, and what that means was not dismissed yet.
    pub restored: Option<RestoredNote>,
}

/// The last backup.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LastBackup {
    /// When it was made.
    pub made_at: String,
    /// The file's place at that time.
    pub place: String,
    /// Credentials in it.
    pub credentials: u32,
}

/// What was going on when the backup was made that this wallet was restored from.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RestoredNote {
    /// When the backup was made.
    pub made_at: String,
    /// Credential exchanges that were open then and may have gone on since.
    pub open_exchanges: u32,
    /// Changes of a ledger that were under way.
    pub ledger_jobs: u32,
    /// Status lists of this wallet.
    pub status_lists: u32,
}

/// A step of backing up or restoring.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupStep {
    /// Which.
    pub kind: StepKind,
    /// How it stands.
    pub state: BackupStepState,
    /// How far it has come, where that is known.
    pub percent: Option<u32>,
}

/// The steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum StepKind {
    /// The wallet is copied as it is at this moment.
    Copy,
    /// The file is written.
    Write,
    /// The file is opened with what was typed.
    Open,
    /// All of it is read back, each part proved.
    Read,
    /// It is restored, and its tables are checked.
    Check,
    /// What is in it is counted and compared with the wallet.
    Compare,
    /// One credential is read out of it and verified.
    Credential,
    /// The file gets its name, or the wallet opens.
    Finish,
}

/// How a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum BackupStepState {
    /// Its turn comes.
    Waiting,
    /// Being done.
    Doing,
    /// Done.
    Done,
    /// It failed, and what comes after it was not begun.
    Failed,
}

/// What opens a backup: one of the two.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupSecret {
    /// The backup's passphrase.
    pub passphrase: Option<String>,
    /// The wallet's recovery words, separated by spaces.
    pub words: Option<String>,
}

/// A backup that was written and proved.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupDone {
    /// Where it is.
    pub place: String,
    /// When it was made.
    pub made_at: String,
    /// How long the file is, for people.
    pub size: String,
    /// Credentials in it.
    pub credentials: u32,
    /// It opens by the recovery words too.
    pub by_words: bool,
    /// It opens by the passphrase that was typed.
    pub by_passphrase: bool,
    /// The credential that was read out of it and verified; `null` where there is none.
    pub tried: Option<String>,
}

/// What a backup says before it is open. None of it is proved.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupFace {
    /// When it says it was made.
    pub made_at: String,
    /// The program that it says made it.
    pub program: String,
    /// Whether it opens by a passphrase.
    pub passphrase: bool,
    /// Whether it opens by recovery words.
    pub words: bool,
}

impl<R: std::io::Read> From<&BackupFile<R>> for BackupFace {
    fn from(file: &BackupFile<R>) -> Self {
        let locks = file.locks();
        Self {
            made_at: file.made_at().to_string(),
            program: super::card::cut(file.program(), 60),
            passphrase: locks.passphrase,
            words: locks.words,
        }
    }
}

/// What is in a backup.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BackupContents {
    /// The name that others saw.
    pub label: String,
    /// When it was made.
    pub made_at: String,
    /// How many credentials.
    pub credentials: u32,
    /// How many connections.
    pub connections: u32,
    /// How many credentials it had issued.
    pub issued: u32,
    /// The kinds of credentials, most first, some at most.
    pub held: Vec<HeldKind>,
    /// Kinds that are not listed.
    pub more_kinds: u32,
    /// The recovery words opened it: they go on opening the wallet.
    pub by_words: bool,
}

/// Credentials of one kind by one issuer.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HeldKind {
    /// What they are called.
    pub title: String,
    /// The issuer's id.
    pub issuer: String,
    /// How many.
    pub count: u32,
}

/// Kinds that are shown before restoring.
const SHOWN_KINDS: usize = 50;

impl BackupContents {
    /// What a manifest says.
    pub fn of(manifest: &Manifest, by_words: bool) -> Self {
        let held = manifest.held.iter().take(SHOWN_KINDS).map(|held| HeldKind {
            title: super::card::cut(&held.title, 120),
            issuer: super::card::cut(&held.issuer, 200),
            count: small(held.count),
        });
        Self {
            label: super::card::cut(&manifest.label, 100),
            made_at: manifest.made_at.to_string(),
            credentials: small(manifest.counts.credentials),
            connections: small(manifest.counts.connections),
            issued: small(manifest.counts.issued),
            held: held.collect(),
            more_kinds: small(manifest.held.len().saturating_sub(SHOWN_KINDS) as u64),
            by_words,
        }
    }
}

/// How a restored wallet is to open.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RestoreInto {
    /// With the desktop's keyring.
    pub keyring: bool,
    /// With this passphrase.
    pub passphrase: Option<String>,
}

/// A restored wallet, open.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Restored {
    /// New recovery words; `null` where the old ones were typed and go on.
    pub words: Option<RecoveryWords>,
    /// What was going on when the backup was made.
    pub note: RestoredNote,
}

/// What the person has and where to get it again: no value of a claim, no key.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MigrationList {
    /// The wallet's name.
    pub label: String,
    /// When the list was made.
    pub made_at: String,
    /// What is in it.
    pub rows: Vec<MigrationRow>,
}

/// Credentials of one kind by one issuer.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct MigrationRow {
    /// What they are called.
    pub title: String,
    /// Their types.
    pub types: Vec<String>,
    /// How many.
    pub count: u32,
    /// The issuer's name, as it gives it.
    pub issuer_name: Option<String>,
    /// The issuer's id.
    pub issuer: String,
    /// When the first was stored.
    pub since: String,
    /// When the last of them ends.
    pub expires_at: Option<String>,
    /// The name of the connection they came over.
    pub connection: Option<String>,
    /// The host where the issuer was reached.
    pub host: Option<String>,
}

/// How the list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum MigrationFormat {
    /// A page to read and print.
    Html,
    /// For programs.
    Json,
    /// For a spreadsheet.
    Csv,
}

/// A count as the window takes it.
pub fn small(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        let another = "Choose another copy of the backup, if there is one.";
        let failure = match &error {
            BackupError::Store(error) => return error.clone().into(),
            BackupError::NotABackup => Self::invalid(
                "backup-unknown",
                "This file is not a backup of Vouchsafe.",
                "Choose a file whose name ends in .vouchsafe-backup.",
            ),
            BackupError::TooNew { .. } => Self::new(
                "backup-too-new",
                "Written by a newer version",
                "A newer version of Vouchsafe made this backup.",
                "Update Vouchsafe, then open it.",
            ),
            BackupError::CutShort(_) => Self::new(
                "backup-cut-short",
                "Backup is cut short",
                "The end of this file is missing: it was not copied whole, or was changed there.",
                another,
            ),
            BackupError::Damaged(_) | BackupError::Differs(_) => Self::new(
                "backup-damaged",
                "Backup is damaged",
                "A part of this file is not what was written, so nothing of it is used.",
                another,
            ),
            BackupError::Refused(_) => Self::new(
                "backup-refused",
                "Backup is not opened",
                "This file asks for a protection that is too weak, or that would never end: somebody changed it.",
                another,
            ),
            BackupError::TooLittleMemory(_) => Self::new(
                "backup-memory",
                "Too little memory",
                "Opening a backup takes some hundred megabytes of memory, which are not free.",
                "Close other programs and try again.",
            ),
            BackupError::NoSuchLock(way) => Self::invalid(
                "backup-no-such-lock",
                format!("This backup does not open by {way}."),
                "Use the other way.",
            ),
            BackupError::WrongPassphrase => Self::new(
                "backup-wrong-passphrase",
                "Wrong passphrase",
                "This is not the passphrase of this backup.",
                "Try again. It is the one that was chosen for the backup; the recovery words open it too.",
            ),
            BackupError::WrongWords => Self::new(
                "backup-wrong-words",
                "Wrong recovery words",
                "These are not the words of the wallet that made this backup.",
                "Use the words that the wallet had when the backup was made.",
            ),
            BackupError::Unlocked => Self::invalid(
                "backup-unlocked",
                "A backup needs a passphrase or recovery words.",
                "Choose one of the two.",
            ),
            BackupError::Taken => Self::invalid(
                "backup-place-taken",
                "There is another file or folder of this name, which is not a backup. It was left alone.",
                "Choose another name.",
            ),
            BackupError::Missing => Self::invalid(
                "backup-missing",
                "There is no file at this place.",
                "Choose the file again; a drive may have to be connected first.",
            ),
            BackupError::Unreadable(_) => Self::new(
                "backup-unreadable",
                "File cannot be read",
                "The file is there, but could not be read.",
                "Check that you may read it and that its drive is connected.",
            ),
            BackupError::Unwritable(_) => Self::new(
                "backup-unwritable",
                "Place cannot be written to",
                "The backup could not be written at this place. An earlier backup there is untouched.",
                "Choose another folder.",
            ),
        };
        failure.because(error)
    }
}
