//! Backing up: a file is written, opened again from the disk as a stranger would, restored into a folder of its own,
//! compared with the wallet, and only then called a backup.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use vouchsafe_agent::Agent;
use vouchsafe_store::backup::{self, About, BackupError, BackupFile, Locks, Secret, Trial, Unproven};
use vouchsafe_store::{CredentialFilter, Page, Passphrase, RecoveryWords, Store, StoreError};
use zeroize::Zeroizing;

use super::Profile;
use super::backup_steps::Steps;
use super::wallet::{Open, check_passphrase};
use crate::commands::Answer;
use crate::view::backup::{BackupDone, BackupSecret, BackupView, LastBackup, RestoredNote, StepKind, small};
use crate::view::{Failure, Topic};

/// What the wallet remembers of its backups.
const KEY: &str = "backup";
/// A reminder that was dismissed comes again after this time.
const DISMISSED_FOR: SignedDuration = SignedDuration::from_hours(24 * 7);
/// Looking up an issuer may take long; the backup does not wait for it.
const VERIFYING: Duration = Duration::from_secs(10);

/// The steps of a backup.
const STEPS: [StepKind; 8] = [
    StepKind::Copy,
    StepKind::Write,
    StepKind::Open,
    StepKind::Read,
    StepKind::Check,
    StepKind::Compare,
    StepKind::Credential,
    StepKind::Finish,
];

/// What the wallet remembers of its backups.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct KeptBackup {
    /// The last one.
    pub last: Option<LastBackup>,
    /// When its content was read.
    pub made_at: Option<Timestamp>,
    /// The newest credential in it.
    pub newest_credential: i64,
    /// When the reminder was dismissed.
    pub dismissed_at: Option<Timestamp>,
    /// The wallet was restored.
    pub restored: Option<RestoredNote>,
}

impl KeptBackup {
    /// What is remembered.
    pub async fn read(store: &Store) -> Result<Self, StoreError> {
        Ok(store.read(|reader| reader.setting::<Self>(KEY)).await?.unwrap_or_default())
    }

    /// Remember it.
    pub async fn write(self, store: &Store) -> Result<(), StoreError> {
        store.write(move |transaction| transaction.put_setting(KEY, &self)).await
    }
}

impl Profile {
    /// How the wallet stands with its backup. While it is locked, only how a restore comes along.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn backup(&self) -> Answer<BackupView> {
        let steps = self.backup.lock().clone();
        let Ok(open) = self.open() else {
            return Ok(BackupView {
                last: None,
                newer_credentials: 0,
                newer_identities: 0,
                remind: false,
                words_lock: false,
                has_words: false,
                steps,
                restored: None,
            });
        };
        let store = open.agent.store();
        let kept = KeptBackup::read(store).await?;
        let (after, since) = (kept.newest_credential, kept.made_at.unwrap_or(Timestamp::UNIX_EPOCH));
        let (credentials, identities) = store
            .read(move |reader| {
                Ok::<_, StoreError>((reader.count_credentials_after(after)?, reader.count_dids_after("cheqd", since)?))
            })
            .await?;
        let quiet = kept.dismissed_at.is_some_and(|at| Timestamp::now().duration_since(at) < DISMISSED_FOR);
        // A wallet that has only what it made for itself, and no credential yet, is not worth a word.
        let worth = credentials > 0 || (kept.last.is_some() && identities > 0);
        Ok(BackupView {
            newer_credentials: small(credentials),
            newer_identities: small(identities),
            remind: worth && !quiet,
            words_lock: open.vault.backup_seal(store)?.is_some(),
            has_words: open.vault.protection().recovery_words,
            steps,
            last: kept.last,
            restored: kept.restored,
        })
    }

    /// Say nothing more of it for a week.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn dismiss_backup_reminder(&self) -> Answer<()> {
        self.change_backup(|kept| kept.dismissed_at = Some(Timestamp::now())).await
    }

    /// What a restore means was read.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn dismiss_restored_note(&self) -> Answer<()> {
        self.change_backup(|kept| kept.restored = None).await
    }

    async fn change_backup(&self, change: impl FnOnce(&mut KeptBackup)) -> Answer<()> {
        let open = self.open()?;
        let _keeping = open.keeping.lock().await;
        let mut kept = KeptBackup::read(open.agent.store()).await?;
        change(&mut kept);
        kept.write(open.agent.store()).await?;
        self.announcer.say([Topic::Backup]);
        Ok(())
    }

    /// Write a backup and prove it.
    ///
    /// # Errors
    ///
    /// Those of the place, the passphrase, the words and the disk. Then there is no new backup, and an earlier one at
    /// the place is as it was.
    pub async fn back_up(&self, place: &str, secret: BackupSecret) -> Answer<BackupDone> {
        let open = self.open()?;
        let Ok(_one) = self.backing_up.try_lock() else {
            return Err(Failure::invalid("backup-running", "A backup is being made already.", "Wait for it to end."));
        };
        let to = checked_place(place)?;
        let secret = self.checked_secret(&open, secret).await?;
        let by_words = matches!(secret, Secret::Words(_)) || open.vault.backup_seal(open.agent.store())?.is_some();
        let by_passphrase = matches!(secret, Secret::Passphrase(_));
        let label = open.running.lock().kept.label.clone();
        let mut steps = Steps::begin(&self.backup, &self.announcer, &STEPS);
        steps.at(StepKind::Copy, None);
        self.clear_trials();
        let (writing, folder) = (open.clone(), self.folder.clone());
        let written = blocking(move || {
            let written = write(&writing, &to, label, &secret, &mut steps)?;
            let opened = BackupFile::at(written.path())?.open(&secret)?;
            let trial = opened.trial(&folder, &mut |stage, done, total| steps.restoring(stage, done, total))?;
            Ok((written, trial, steps))
        });
        let (written, trial, mut steps) = written.await?;
        let tried = prove(&open.agent, &written, &trial, &mut steps).await;
        trial.end().await;
        let tried = tried?;
        steps.at(StepKind::Finish, None);
        let size = size(written.bytes);
        let manifest = blocking(move || written.keep()).await?;
        let last = LastBackup {
            made_at: manifest.made_at.to_string(),
            place: place.trim().to_owned(),
            credentials: small(manifest.counts.credentials),
        };
        let kept = last.clone();
        self.change_backup(|remembered| {
            remembered.last = Some(kept);
            remembered.made_at = Some(manifest.made_at);
            remembered.newest_credential = manifest.newest_credential;
            remembered.dismissed_at = None;
        })
        .await?;
        steps.end();
        let LastBackup { made_at, place, credentials } = last;
        Ok(BackupDone { place, made_at, size, credentials, by_words, by_passphrase, tried })
    }

    /// What was typed, if it can lock a backup: a passphrase that is good enough, or this wallet's own words.
    async fn checked_secret(&self, open: &Open, secret: BackupSecret) -> Answer<Secret> {
        let typed = Typed::of(secret);
        if let Some(passphrase) = typed.passphrase {
            check_passphrase(&passphrase)?;
            return Ok(Secret::Passphrase(Passphrase::new(passphrase.as_str())));
        }
        let Some(words) = typed.words else { return Err(BackupError::Unlocked.into()) };
        let (vault, store) = (open.vault.clone(), open.agent.store().clone());
        let confirmed = blocking(move || {
            let words = RecoveryWords::parse(&words)?;
            vault.confirm_recovery_words(&store, &words)?;
            Ok(words)
        });
        Ok(Secret::Words(confirmed.await?))
    }

    /// What a trial left that was broken off by the end of the program.
    fn clear_trials(&self) {
        let Ok(entries) = std::fs::read_dir(&self.folder) else { return };
        for entry in entries.flatten() {
            if entry.file_name().to_string_lossy().starts_with("trial-") {
                let _ = std::fs::remove_dir_all(entry.path());
            }
        }
    }
}

/// What was typed, wiped when it is dropped.
pub(super) struct Typed {
    pub(super) passphrase: Option<Zeroizing<String>>,
    pub(super) words: Option<Zeroizing<String>>,
}

impl Typed {
    pub(super) fn of(secret: BackupSecret) -> Self {
        let typed = |text: Option<String>| text.map(Zeroizing::new).filter(|text| !text.trim().is_empty());
        Self { passphrase: typed(secret.passphrase), words: typed(secret.words) }
    }
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Answer<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(StoreError::JobBroke.into()),
    }
}

/// The file's whole path: where a program stands is not where a person thinks.
pub(super) fn checked_place(place: &str) -> Answer<PathBuf> {
    let path = PathBuf::from(place.trim());
    if place.len() > 4096 || !path.is_absolute() || path.file_name().is_none() {
        return Err(Failure::invalid(
            "backup-place",
            "This is not the whole path of a file.",
            "Choose the place with the button, or type it from the beginning.",
        ));
    }
    Ok(path)
}

fn write(open: &Open, to: &Path, label: String, secret: &Secret, steps: &mut Steps) -> Result<Unproven, BackupError> {
    let store = open.agent.store();
    let (passphrase, seal) = match secret {
        Secret::Passphrase(passphrase) => (Some(passphrase), open.vault.backup_seal(store)?),
        Secret::Words(words) => (None, Some(words.seal())),
    };
    let locks = Locks { passphrase, words: seal.as_ref() };
    let about = About { label, program: format!("Vouchsafe {}", env!("CARGO_PKG_VERSION")) };
    backup::write(store, to, &locks, about, &mut |stage, done, total| steps.writing(stage, done, total))
}

/// What is in the trial is what was to be backed up, down to the document of one credential and its signature.
async fn prove(agent: &Agent, written: &Unproven, trial: &Trial, steps: &mut Steps) -> Answer<Option<String>> {
    steps.at(StepKind::Compare, None);
    let counts = trial.counts().await?;
    if counts != written.manifest.counts {
        return Err(BackupError::Differs(format!("{counts:?}")).into());
    }
    steps.at(StepKind::Credential, None);
    let newest = |store: &Store| {
        let store = store.clone();
        async move { store.read(|reader| reader.whole_credentials(&CredentialFilter::default(), Page::newest(1))).await }
    };
    let Some(restored) = newest(trial.store()).await?.pop() else { return Ok(None) };
    let id = restored.record_id.clone();
    let here = agent.store().read(move |reader| reader.credential(&id)).await?;
    // It may have been deleted in this moment; what is there has to be the same.
    if here.is_some_and(|here| here.cred != restored.cred) {
        return Err(BackupError::Differs("a credential's document".into()).into());
    }
    let verified = tokio::time::timeout(VERIFYING, agent.verify_credential(restored.cred)).await;
    Ok(matches!(verified, Ok(Ok(verification)) if verification.verified).then_some(restored.title))
}

/// A file's length for people.
#[expect(clippy::cast_precision_loss, reason = "one digit behind the point is shown")]
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.0} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

impl Profile {
    /// The name of a new backup: the profile's and the day's.
    pub fn backup_name(&self) -> String {
        let day = Timestamp::now().to_string();
        let day = day.split('T').next().unwrap_or_default().to_owned();
        format!("{} {day}.{}", self.name, backup::EXTENSION)
    }
}
