//! Restoring: a backup is looked at, opened, and made into this profile's wallet, where there is none. A wallet that was
//! restored is older than the world; what that means is counted and told.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use parking_lot::Mutex;
use vouchsafe_agent::restored::settle_restored;
use vouchsafe_store::backup::{BackupError, BackupFile, Secret};
use vouchsafe_store::{
    Created, LedgerJobFilter, OsKeyring, Page, Passphrase, Protect, Reader, RecoveryWords, StoreError,
};
use zeroize::Zeroizing;

use super::Profile;
use super::backup::{KeptBackup, Typed, blocking, checked_place};
use super::backup_steps::Steps;
use super::keep;
use super::wallet::check_passphrase;
use crate::commands::Answer;
use crate::view::Failure;
use crate::view::app::WalletState;
use crate::view::backup::{
    BackupContents, BackupFace, BackupSecret, LastBackup, RestoreInto, Restored, RestoredNote, StepKind, small,
};

/// The steps of a restore.
const STEPS: [StepKind; 4] = [StepKind::Open, StepKind::Read, StepKind::Check, StepKind::Finish];
/// The states of an exchange that was going on.
const OPEN: [&str; 5] = ["offer-received", "offer-sent", "request-sent", "request-received", "credential-received"];
/// Interrupted jobs that are counted at most.
const MOST_JOBS: u32 = 10_000;

/// A backup that was opened to be restored: where it is and what opens it. Forgotten when it is restored.
pub type ToRestore = Mutex<Option<Arc<(PathBuf, Secret)>>>;

impl Profile {
    /// Look at a file, without opening it.
    ///
    /// # Errors
    ///
    /// `backup-…`: what is wrong with it.
    pub async fn look_at_backup(&self, place: &str) -> Answer<BackupFace> {
        let path = checked_place(place)?;
        blocking(move || Ok(BackupFace::from(&BackupFile::at(&path)?))).await
    }

    /// Open a backup, to see what is in it and to restore it next.
    ///
    /// # Errors
    ///
    /// `backup-…`: what is wrong with it or with what was typed; `recovery-words-mistyped`.
    pub async fn open_backup(&self, place: &str, secret: BackupSecret) -> Answer<BackupContents> {
        let path = checked_place(place)?;
        let typed = Typed::of(secret);
        let (manifest, opened) = blocking(move || {
            let secret = match (typed.passphrase, typed.words) {
                (Some(passphrase), _) => Secret::Passphrase(Passphrase::new(passphrase.as_str())),
                (None, Some(words)) => Secret::Words(RecoveryWords::parse(&words)?),
                (None, None) => return Err(BackupError::Unlocked),
            };
            let opened = BackupFile::at(&path)?.open(&secret)?;
            Ok((opened.manifest, Arc::new((path, secret))))
        })
        .await?;
        let by_words = matches!(opened.1, Secret::Words(_));
        *self.to_restore.lock() = Some(opened);
        Ok(BackupContents::of(&manifest, by_words))
    }

    /// Forget what was opened.
    pub fn close_backup(&self) {
        *self.to_restore.lock() = None;
    }

    /// Make the backup that was opened this profile's wallet, and open it.
    ///
    /// # Errors
    ///
    /// `wallet-exists`, `backup-…`, a passphrase that cannot be used, what the keyring or the disk says. Then there is
    /// no wallet, and it can be tried again.
    pub async fn restore_backup(&self, into: RestoreInto) -> Answer<Restored> {
        let RestoreInto { keyring, passphrase } = into;
        let passphrase = passphrase.map(Zeroizing::new);
        if let Some(passphrase) = &passphrase {
            check_passphrase(passphrase)?;
        }
        let Some(from) = self.to_restore.lock().clone() else {
            return Err(Failure::invalid("backup-closed", "No backup is open.", "Choose the file again."));
        };
        let _changing = self.changing.lock().await;
        if !matches!(self.wallet_state().0, WalletState::None) {
            return Err(StoreError::AlreadyAWallet(self.wallet_folder()).into());
        }
        let mut steps = Steps::begin(&self.backup, &self.announcer, &STEPS);
        steps.at(StepKind::Open, None);
        let (folder, file) = (self.wallet_folder(), from.clone());
        let (created, manifest, mut steps) = blocking(move || {
            let (path, secret) = &*file;
            let opened = BackupFile::at(path)?.open(secret)?;
            let manifest = opened.manifest.clone();
            let passphrase = passphrase.map(|passphrase| Passphrase::new(passphrase.as_str()));
            let protect = Protect { passphrase, keyring: keyring.then_some(&OsKeyring as _), recovery: true };
            let words = match secret {
                Secret::Words(words) => Some(words),
                Secret::Passphrase(_) => None,
            };
            let settle = Box::new(|tx: &vouchsafe_store::Transaction<'_>| settle_restored(tx, Timestamp::now()));
            let progress = &mut |stage, done, total| steps.restoring(stage, done, total);
            let created = opened.restore(&folder, &protect, words, settle, progress)?;
            Ok((created, manifest, steps))
        })
        .await?;
        let Created { vault, store, recovery_words } = created;
        steps.at(StepKind::Finish, None);
        let made_at = manifest.made_at.to_string();
        let noted = made_at.clone();
        let note = store.read(move |reader| note(reader, noted)).await?;
        let kept = KeptBackup {
            last: Some(LastBackup {
                made_at,
                place: from.0.to_string_lossy().into_owned(),
                credentials: small(manifest.counts.credentials),
            }),
            made_at: Some(manifest.made_at),
            newest_credential: manifest.newest_credential,
            dismissed_at: None,
            restored: Some(note.clone()),
        };
        kept.write(&store).await?;
        let mut kept = keep::read(&store).await?;
        // New words were made unless the old ones were typed.
        kept.words_unconfirmed = recovery_words.is_some();
        keep::write(&store, &kept).await?;
        self.run(Arc::new(vault), store, kept).await?;
        self.close_backup();
        steps.end();
        Ok(Restored { words: recovery_words.map(|words| self.show(Some(&words))), note })
    }
}

/// What was going on when the backup was made.
fn note(reader: &Reader<'_>, made_at: String) -> Result<RestoredNote, StoreError> {
    let counts = reader.exchange_counts()?;
    let open = counts.iter().filter(|count| OPEN.contains(&count.state.as_str())).map(|count| count.count).sum();
    let interrupted = LedgerJobFilter { state: Some("interrupted".to_owned()), ..LedgerJobFilter::default() };
    Ok(RestoredNote {
        made_at,
        open_exchanges: small(open),
        ledger_jobs: small(reader.ledger_jobs(&interrupted, Page::newest(MOST_JOBS))?.len() as u64),
        status_lists: small(reader.count_status_lists()?),
    })
}
