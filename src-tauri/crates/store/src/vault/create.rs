//! Making a new wallet. Until the header has its name the wallet does not exist: what a crash leaves before that is
//! cleared away by the next try, and nothing else ever is.

use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;

use super::attempts::Attempts;
use super::folder::{self, FolderLock};
use super::header::{Header, InKeyring};
use super::wrap::Purpose;
use super::{Keyring, Passphrase, RecoveryWords, Vault};
use crate::sqlite::{Durability, Salt, VaultKey};
use crate::{Store, StoreError};

/// How a new wallet is to be guarded: by at least one of passphrase and keyring.
#[derive(Default)]
pub struct Protect<'a> {
    /// Unlocks it.
    pub passphrase: Option<Passphrase>,
    /// Unlocks it, without asking.
    pub keyring: Option<&'a dyn Keyring>,
    /// Whether to make recovery words.
    pub recovery: bool,
}

/// A new wallet, open.
pub struct Created {
    /// Its vault, for changing how it is guarded.
    pub vault: Vault,
    /// Its store.
    pub store: Store,
    /// The words that open it when all else is lost. The person reads them once; they are kept nowhere.
    pub recovery_words: Option<RecoveryWords>,
}

impl Vault {
    /// Makes a wallet in `folder`, which is made too if need be.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unguarded`], [`StoreError::AlreadyAWallet`], [`StoreError::InUse`],
    /// [`StoreError::KeyringUnavailable`] or the disk's. Then there is no wallet, and it can be tried again.
    pub fn create(folder: &Path, protect: &Protect<'_>) -> Result<Created, StoreError> {
        Self::make(folder, protect, None, |path, key, salt| Store::create(path, key, salt, Durability::Full))
    }

    /// Makes a wallet whose store `lay` lays at the path that it is given. `words`, if there are any, become its recovery
    /// words; else new ones are made where [`Protect::recovery`] says so.
    pub(crate) fn make<E: From<StoreError>>(
        folder: &Path,
        protect: &Protect<'_>,
        words: Option<&RecoveryWords>,
        lay: impl FnOnce(&Path, VaultKey, &Salt) -> Result<Store, E>,
    ) -> Result<Created, E> {
        if protect.passphrase.is_none() && protect.keyring.is_none() {
            return Err(StoreError::Unguarded.into());
        }
        folder::make(folder)?;
        let lock = Arc::new(FolderLock::take(folder)?);
        clear_unfinished(folder)?;
        let key = VaultKey::generate()?;
        let mut header = Header::new()?;
        if let Some(passphrase) = &protect.passphrase {
            header.passphrase = Some(header.derived(Purpose::Passphrase, passphrase.bytes()?, &key)?);
        }
        let recovery_words = if words.is_none() && protect.recovery { Some(RecoveryWords::generate()?) } else { None };
        if let Some(words) = words.or(recovery_words.as_ref()) {
            header.set_recovery_words(words, &key)?;
        }
        if let Some(keyring) = protect.keyring {
            header.keyring = Some(InKeyring::new(&header, keyring, &key)?);
        }
        header.write_unfinished(folder)?;
        let store = lay(&folder.join(folder::STORE), key, &header.store_salt()?)?;
        store.hold(Arc::clone(&lock));
        folder::finish(folder)?;
        let attempts = Mutex::new(Attempts::default());
        let vault = Self { folder: folder.into(), lock, header: Mutex::new(header), attempts };
        Ok(Created { vault, store, recovery_words })
    }
}

/// Makes sure that there is no wallet in `folder`, and removes what an unfinished [`Vault::create`] left.
fn clear_unfinished(folder: &Path) -> Result<(), StoreError> {
    let store = folder.join(folder::STORE);
    let unfinished = folder.join(folder::UNFINISHED);
    if Vault::exists(folder) || (store.exists() && !unfinished.exists()) {
        return Err(StoreError::AlreadyAWallet(folder.into()));
    }
    // The unfinished header goes last: until then a crash leaves the same state as before.
    let laid = [folder::STORE, "wallet.sqlite-wal", "wallet.sqlite-shm", "wallet.sqlite-journal"];
    let taken_out = ["wallet.restoring", "wallet.restoring-wal", "wallet.restoring-shm", "wallet.restoring-journal"];
    for name in laid.into_iter().chain(taken_out).chain([folder::UNFINISHED]) {
        match std::fs::remove_file(folder.join(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}
