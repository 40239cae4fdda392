//! The recovery words as a lock for backups: a public key that follows from them, to which a file's key is sealed
//! without the words being there.

use crypto_box::{PublicKey, SecretKey};
use rand_core::OsRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::BackupError;
use crate::RecoveryWords;

const PURPOSE: &[u8] = b"vouchsafe backup recovery words 1";

/// What locks a backup for someone's recovery words. Kept under the key of the store: who knows it could forge a backup
/// that the words open, so it stands in no file in the clear.
#[derive(Clone, PartialEq, Eq)]
pub struct WordsSeal([u8; 32]);

impl WordsSeal {
    pub(crate) fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The file's key, for the words alone.
    pub(super) fn seal(&self, key: &[u8; 32]) -> Result<Vec<u8>, BackupError> {
        let sealed = PublicKey::from(self.0).seal(&mut OsRng, key);
        sealed.map_err(|_| BackupError::Damaged("the key could not be sealed".into()))
    }
}

impl RecoveryWords {
    /// What locks backups for these words.
    pub fn seal(&self) -> WordsSeal {
        WordsSeal(*self.secret().public_key().as_bytes())
    }

    /// The file's key out of its seal.
    pub(super) fn unseal(&self, sealed: &[u8]) -> Result<Zeroizing<[u8; 32]>, BackupError> {
        let key = Zeroizing::new(self.secret().unseal(sealed).map_err(|_| BackupError::WrongWords)?);
        let key = key.as_slice().try_into().map_err(|_| BackupError::Damaged("the sealed key is malformed".into()))?;
        Ok(Zeroizing::new(key))
    }

    fn secret(&self) -> SecretKey {
        let digest = Sha256::new().chain_update(PURPOSE).chain_update(self.entropy().as_slice()).finalize();
        let digest = Zeroizing::new(<[u8; 32]>::from(digest));
        SecretKey::from(*digest)
    }
}
