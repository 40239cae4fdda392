//! The vault: a wallet's folder while it is closed, and what opens it. The store's key is random; each way to unlock (a
//! passphrase, the desktop's keyring, the recovery words) wraps that one key, so a way can be added, changed or taken
//! away without touching the store. Defends against who has the folder, and against losing it: a keyring that has
//! forgotten the key never leads to a new key over an old store, and nothing is ever wiped after wrong tries.
//!
//! A folder holds `wallet.sqlite` (the store), `vault.json` (the header), `lock` (held while a process has the wallet
//! open) and `attempts.json` (wrong tries). Deriving a key takes a noticeable part of a second and the keyring may ask
//! the person: call these functions on a blocking thread.

mod attempts;
mod create;
mod folder;
mod header;
pub mod keyring;
mod secret;
mod wrap;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

pub use create::{Created, Protect};
pub use keyring::{Keyring, MemoryKeyring, OsKeyring};
pub use secret::{Passphrase, RecoveryWords};

use crate::backup::WordsSeal;
use crate::sqlite::VaultKey;
use crate::{Store, StoreError};
use attempts::Attempts;
pub(crate) use folder::FolderLock;
use header::{Derived, Header, InKeyring};
use wrap::Purpose;

/// A wallet's folder, held by this process. It goes to the next process when the vault and its stores are dropped.
pub struct Vault {
    folder: PathBuf,
    lock: Arc<FolderLock>,
    header: Mutex<Header>,
    attempts: Mutex<Attempts>,
}

/// The ways in which a wallet can be unlocked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Protection {
    /// By a passphrase.
    pub passphrase: bool,
    /// By the desktop's keyring: as strong as the desktop's login.
    pub keyring: bool,
    /// By recovery words.
    pub recovery_words: bool,
}

impl Vault {
    /// Whether there is a wallet in `folder`.
    pub fn exists(folder: &Path) -> bool {
        folder.join(folder::HEADER).exists()
    }

    /// Takes hold of the wallet in `folder`, without opening it.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotAWallet`], [`StoreError::InUse`], [`StoreError::Damaged`], [`StoreError::TooNew`] or the disk's.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        if !Self::exists(folder) {
            return Err(StoreError::NotAWallet(folder.into()));
        }
        let lock = Arc::new(FolderLock::take(folder)?);
        let header = Header::read(folder)?;
        let attempts = Attempts::read(folder);
        Ok(Self { folder: folder.into(), lock, header: Mutex::new(header), attempts: Mutex::new(attempts) })
    }

    /// The ways in which this wallet can be unlocked.
    pub fn protection(&self) -> Protection {
        let header = self.header.lock();
        Protection {
            passphrase: header.passphrase.is_some(),
            keyring: header.keyring.is_some(),
            recovery_words: header.recovery_words.is_some(),
        }
    }

    /// How long tries are refused after the last wrong one, if they are.
    pub fn retry_after(&self) -> Option<Duration> {
        self.attempts.lock().retry_after()
    }

    /// Opens the store.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongPassphrase`], [`StoreError::TooSoon`], [`StoreError::NoSuchLock`],
    /// [`StoreError::HeaderRefused`]; [`StoreError::InUse`] while the store is open; and what can be wrong with the store
    /// file: [`StoreError::Damaged`], [`StoreError::WrongKey`], [`StoreError::TooNew`].
    pub fn unlock_with_passphrase(&self, passphrase: &Passphrase) -> Result<Store, StoreError> {
        let key = self.key_by_passphrase(passphrase)?;
        self.open_store(key)
    }

    /// Tells whether it is the wallet's passphrase, without opening the store: for the locked screen and before the
    /// passphrase is changed.
    ///
    /// # Errors
    ///
    /// As [`Vault::unlock_with_passphrase`].
    pub fn confirm_passphrase(&self, passphrase: &Passphrase) -> Result<(), StoreError> {
        self.key_by_passphrase(passphrase).map(drop)
    }

    /// Opens the store with what the keyring holds.
    ///
    /// # Errors
    ///
    /// [`StoreError::KeyringUnavailable`] when it does not answer, [`StoreError::KeyMissing`] when it does and has no
    /// key that fits; further as [`Vault::unlock_with_passphrase`].
    pub fn unlock_with_keyring(&self, keyring: &dyn Keyring) -> Result<Store, StoreError> {
        let key = self.key_by_keyring(keyring)?;
        self.open_store(key)
    }

    /// Tells whether the keyring holds the wallet's key, without opening the store.
    ///
    /// # Errors
    ///
    /// As [`Vault::unlock_with_keyring`].
    pub fn confirm_keyring(&self, keyring: &dyn Keyring) -> Result<(), StoreError> {
        self.key_by_keyring(keyring).map(drop)
    }

    /// Opens the store with the recovery words.
    ///
    /// # Errors
    ///
    /// [`StoreError::WrongRecoveryWords`]; further as [`Vault::unlock_with_passphrase`].
    pub fn unlock_with_recovery_words(&self, words: &RecoveryWords) -> Result<Store, StoreError> {
        let key = self.key_by_words(words)?;
        self.open_store(key)
    }

    /// Tells whether they are the wallet's recovery words, without opening the store.
    ///
    /// # Errors
    ///
    /// As [`Vault::unlock_with_recovery_words`].
    pub fn try_recovery_words(&self, words: &RecoveryWords) -> Result<(), StoreError> {
        self.key_by_words(words).map(drop)
    }

    /// Sets or changes the passphrase of the open wallet.
    ///
    /// # Errors
    ///
    /// [`StoreError::Sealed`] when `store` is sealed or another wallet's, [`StoreError::Unguarded`] when the passphrase is
    /// empty, or the disk's: then the old one still holds.
    pub fn set_passphrase(&self, store: &Store, passphrase: &Passphrase) -> Result<(), StoreError> {
        let key = self.key_of(store)?;
        self.change(|header| {
            header.passphrase = Some(header.derived(Purpose::Passphrase, passphrase.bytes()?, &key)?);
            Ok(())
        })
    }

    /// Takes the passphrase away; the keyring has to be there.
    ///
    /// # Errors
    ///
    /// [`StoreError::LastLock`], or as [`Vault::set_passphrase`].
    pub fn remove_passphrase(&self, store: &Store) -> Result<(), StoreError> {
        self.key_of(store)?;
        self.change(|header| {
            header.passphrase = None;
            if header.keyring.is_none() { Err(StoreError::LastLock) } else { Ok(()) }
        })
    }

    /// Lets the keyring open the wallet from now on.
    ///
    /// # Errors
    ///
    /// [`StoreError::KeyringUnavailable`], or as [`Vault::set_passphrase`].
    pub fn set_keyring(&self, store: &Store, keyring: &dyn Keyring) -> Result<(), StoreError> {
        let key = self.key_of(store)?;
        let before = self.header.lock().keyring.as_ref().map(|lock| lock.account.clone());
        self.change(|header| {
            header.keyring = Some(InKeyring::new(header, keyring, &key)?);
            Ok(())
        })?;
        forget(keyring, before);
        Ok(())
    }

    /// No longer lets the keyring open the wallet; a passphrase has to be there.
    ///
    /// # Errors
    ///
    /// [`StoreError::LastLock`], or as [`Vault::set_passphrase`].
    pub fn remove_keyring(&self, store: &Store, keyring: &dyn Keyring) -> Result<(), StoreError> {
        self.key_of(store)?;
        let mut before = None;
        self.change(|header| {
            before = header.keyring.take().map(|lock| lock.account);
            if header.passphrase.is_none() { Err(StoreError::LastLock) } else { Ok(()) }
        })?;
        forget(keyring, before);
        Ok(())
    }

    /// Makes new recovery words; the ones before no longer open the wallet.
    ///
    /// # Errors
    ///
    /// As [`Vault::set_passphrase`].
    pub fn renew_recovery_words(&self, store: &Store) -> Result<RecoveryWords, StoreError> {
        let key = self.key_of(store)?;
        let words = RecoveryWords::generate()?;
        self.change(|header| header.set_recovery_words(&words, &key))?;
        Ok(words)
    }

    /// What locks backups for the recovery words; nothing where there are none, or where they were made before backups
    /// were locked for them ([`Vault::confirm_recovery_words`] helps).
    ///
    /// # Errors
    ///
    /// As [`Vault::set_passphrase`].
    pub fn backup_seal(&self, store: &Store) -> Result<Option<WordsSeal>, StoreError> {
        self.header.lock().backup_seal(&self.key_of(store)?)
    }

    /// Tells whether these are the recovery words of the open wallet. From then on they lock its backups, if they did
    /// not before.
    ///
    /// # Errors
    ///
    /// As [`Vault::unlock_with_recovery_words`] and [`Vault::set_passphrase`].
    pub fn confirm_recovery_words(&self, store: &Store, words: &RecoveryWords) -> Result<(), StoreError> {
        let known = self.key_by_words(words)?;
        let key = self.key_of(store)?;
        if known.as_bytes() == key.as_bytes() && self.header.lock().backup_seal(&key)? != Some(words.seal()) {
            self.change(|header| header.set_backup_seal(&words.seal(), &key))?;
        }
        Ok(())
    }

    fn key_by_passphrase(&self, passphrase: &Passphrase) -> Result<VaultKey, StoreError> {
        let header = self.header.lock();
        let lock = header.passphrase.as_ref().ok_or(StoreError::NoSuchLock("passphrase"))?;
        let key = self.attempt(&header, lock, Purpose::Passphrase, passphrase.bytes()?)?;
        key.map_err(|retry_after| StoreError::WrongPassphrase { retry_after })
    }

    fn key_by_keyring(&self, keyring: &dyn Keyring) -> Result<VaultKey, StoreError> {
        let header = self.header.lock();
        let lock = header.keyring.as_ref().ok_or(StoreError::NoSuchLock("keyring"))?;
        let secret = keyring.get(&lock.account)?.ok_or(StoreError::KeyMissing)?;
        let wrapping = secret.as_slice().try_into().map_err(|_| StoreError::KeyMissing)?;
        let bound = header.bound(Purpose::Keyring, None);
        wrap::unwrap(wrapping, &bound, &lock.wrapped)?.ok_or(StoreError::KeyMissing)
    }

    fn key_by_words(&self, words: &RecoveryWords) -> Result<VaultKey, StoreError> {
        let header = self.header.lock();
        let lock = header.recovery_words.as_ref().ok_or(StoreError::NoSuchLock("recovery words"))?;
        let key = self.attempt(&header, lock, Purpose::RecoveryWords, words.entropy().as_slice())?;
        key.map_err(|retry_after| StoreError::WrongRecoveryWords { retry_after })
    }

    /// One try: counted as wrong before it is made, so that breaking it off does not save the delay.
    fn attempt(
        &self,
        header: &Header,
        lock: &Derived,
        purpose: Purpose,
        secret: &[u8],
    ) -> Result<Result<VaultKey, Duration>, StoreError> {
        lock.derivation.check()?;
        let mut attempts = self.attempts.lock();
        if let Some(retry_after) = attempts.retry_after() {
            return Err(StoreError::TooSoon { retry_after });
        }
        attempts.begin(&self.folder)?;
        let wrapping = lock.derivation.derive(secret)?;
        let bound = header.bound(purpose, Some(&lock.derivation));
        match wrap::unwrap(&wrapping, &bound, &lock.wrapped)? {
            Some(key) => {
                attempts.succeeded(&self.folder)?;
                Ok(Ok(key))
            }
            None => Ok(Err(attempts.failed(&self.folder)?)),
        }
    }

    fn open_store(&self, key: VaultKey) -> Result<Store, StoreError> {
        // Each open store holds the lock too: one at a time.
        if Arc::strong_count(&self.lock) > 1 {
            return Err(StoreError::InUse);
        }
        let salt = self.header.lock().store_salt()?;
        let store = Store::open(&self.folder.join(folder::STORE), key, Some(&salt))?;
        store.hold(Arc::clone(&self.lock));
        Ok(store)
    }

    fn key_of(&self, store: &Store) -> Result<VaultKey, StoreError> {
        if store.holds(&self.lock) { store.key() } else { Err(StoreError::Sealed) }
    }

    /// Changes the header: on the disk first, here after.
    fn change(&self, change: impl FnOnce(&mut Header) -> Result<(), StoreError>) -> Result<(), StoreError> {
        let mut header = self.header.lock();
        let mut changed = header.clone();
        change(&mut changed)?;
        changed.write(&self.folder)?;
        *header = changed;
        Ok(())
    }
}

/// Deletes a keyring entry that nothing needs any more.
fn forget(keyring: &dyn Keyring, account: Option<String>) {
    if let Some(account) = account
        && let Err(error) = keyring.delete(&account)
    {
        tracing::warn!(%error, "an old entry stays in the keyring; it opens nothing any more");
    }
}
