//! The desktop's keyring (Secret Service, Keychain, Credential Manager), which keeps the key that wraps the store's key
//! while the person is logged in. Behind a trait, because tests have another one.

use std::collections::HashMap;

use keyring::Entry;
use keyring_core::Error;
use parking_lot::Mutex;
use zeroize::Zeroizing;

use crate::StoreError;

/// A place that keeps secrets by an account's name. Calls may block, and may ask the person.
pub trait Keyring: Send + Sync {
    /// The secret of `account`; `None` if there is none.
    ///
    /// # Errors
    ///
    /// [`StoreError::KeyringUnavailable`] when the keyring cannot say.
    fn get(&self, account: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError>;

    /// Keeps `secret` for `account`, in place of an earlier one.
    ///
    /// # Errors
    ///
    /// [`StoreError::KeyringUnavailable`].
    fn set(&self, account: &str, secret: &[u8]) -> Result<(), StoreError>;

    /// Forgets the secret of `account`. One that is not there is no error.
    ///
    /// # Errors
    ///
    /// [`StoreError::KeyringUnavailable`].
    fn delete(&self, account: &str) -> Result<(), StoreError>;
}

/// The operating system's keyring. Whether there is one is found out once a process: one that comes up later is seen
/// after a restart.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsKeyring;

impl OsKeyring {
    /// The name that the entries go by in the keyring's own window.
    const SERVICE: &str = "Vouchsafe";

    fn entry(account: &str) -> Result<Entry, StoreError> {
        Entry::new(Self::SERVICE, account).map_err(unavailable)
    }
}

/// Says what is wrong without the secret, which some variants of the error carry.
fn unavailable(error: Error) -> StoreError {
    let reason = match error {
        Error::PlatformFailure(_) => "there is no keyring service".into(),
        Error::NoStorageAccess(_) => "the keyring is locked or has no collection".into(),
        Error::NoDefaultStore => "this platform has no keyring".into(),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => "the entry is malformed".into(),
        Error::Ambiguous(_) => "there are several entries of the same name".into(),
        other => other.to_string(),
    };
    StoreError::KeyringUnavailable(reason)
}

impl Keyring for OsKeyring {
    fn get(&self, account: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        match Self::entry(account)?.get_secret() {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(unavailable(error)),
        }
    }

    fn set(&self, account: &str, secret: &[u8]) -> Result<(), StoreError> {
        Self::entry(account)?.set_secret(secret).map_err(unavailable)
    }

    fn delete(&self, account: &str) -> Result<(), StoreError> {
        match Self::entry(account)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(unavailable(error)),
        }
    }
}

/// A keyring that lives as long as the process: for tests.
#[derive(Default)]
pub struct MemoryKeyring {
    secrets: Mutex<HashMap<String, Zeroizing<Vec<u8>>>>,
}

impl MemoryKeyring {
    /// How many secrets it keeps.
    pub fn len(&self) -> usize {
        self.secrets.lock().len()
    }

    /// Whether it keeps none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Loses everything, as a reset keyring does.
    pub fn clear(&self) {
        self.secrets.lock().clear();
    }
}

impl Keyring for MemoryKeyring {
    fn get(&self, account: &str) -> Result<Option<Zeroizing<Vec<u8>>>, StoreError> {
        Ok(self.secrets.lock().get(account).cloned())
    }

    fn set(&self, account: &str, secret: &[u8]) -> Result<(), StoreError> {
        self.secrets.lock().insert(account.into(), Zeroizing::new(secret.to_vec()));
        Ok(())
    }

    fn delete(&self, account: &str) -> Result<(), StoreError> {
        self.secrets.lock().remove(account);
        Ok(())
    }
}
