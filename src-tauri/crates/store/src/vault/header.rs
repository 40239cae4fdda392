//! The vault's header, `vault.json`: for each way to unlock, the store's key wrapped, and how to derive the key that
//! unwraps it. Nothing in it is secret. Everything in it is bound into the wrapping, so a changed header opens nothing,
//! and a derivation weaker than today's minimum is refused before it is run.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::folder;
use super::keyring::Keyring;
use super::secret::RecoveryWords;
use super::wrap::{self, Purpose, Wrapped, WrappingKey};
use crate::StoreError;
use crate::backup::WordsSeal;
use crate::sqlite::{Salt, VaultKey};

/// The header's version that this program writes, and the newest it reads.
const VERSION: u32 = 1;

/// Bytes of a header at most; a real one has about a thousand.
const MAX_BYTES: u64 = 64 * 1024;

/// The header as it stands in the file.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Header {
    version: u32,
    /// The wallet's id, a UUID.
    wallet: String,
    /// The first bytes of the store file, base64: tells this wallet's file from another's.
    store_salt: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) passphrase: Option<Derived>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) keyring: Option<InKeyring>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) recovery_words: Option<Derived>,
    /// What locks backups for the recovery words, under the store's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    backup_seal: Option<Wrapped>,
}

/// The store's key under something a person knows.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Derived {
    pub(super) derivation: Derivation,
    pub(super) wrapped: Wrapped,
}

/// The store's key under a key that the keyring holds.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct InKeyring {
    /// The entry's name in the keyring; a new one each time, so that replacing it can be broken off.
    pub(super) account: String,
    pub(super) wrapped: Wrapped,
}

/// How a wrapping key is derived: Argon2id (RFC 9106).
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Derivation {
    salt: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Derivation {
    /// The parameters of RFC 9106's second recommendation (64 MiB, three passes) on one lane.
    const MEMORY_KIB: u32 = 64 * 1024;
    const PASSES: u32 = 3;
    const LANES: u32 = 1;

    fn new() -> Result<Self, StoreError> {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|error| StoreError::Internal(error.to_string()))?;
        Ok(Self { salt: STANDARD.encode(salt), memory_kib: Self::MEMORY_KIB, passes: Self::PASSES, lanes: Self::LANES })
    }

    /// Refuses what is weaker than the minimum, and what would never end.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let Self { memory_kib, passes, lanes, .. } = self;
        let accepted = (Self::MEMORY_KIB..=16 * Self::MEMORY_KIB).contains(memory_kib)
            && (Self::PASSES..=24).contains(passes)
            && (Self::LANES..=8).contains(lanes);
        if accepted {
            return Ok(());
        }
        Err(StoreError::HeaderRefused(format!("{memory_kib} KiB of memory, {passes} passes, {lanes} lanes")))
    }

    pub(super) fn derive(&self, secret: &[u8]) -> Result<WrappingKey, StoreError> {
        self.check()?;
        let refused = |error: argon2::Error| StoreError::HeaderRefused(error.to_string());
        let salt = STANDARD.decode(&self.salt).map_err(|error| StoreError::Damaged(format!("the header: {error}")))?;
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).map_err(refused)?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(secret, &salt, key.as_mut())
            .map_err(refused)?;
        Ok(key)
    }
}

impl InKeyring {
    /// Puts a new wrapping key into the keyring, and the store's key under it.
    pub(super) fn new(header: &Header, keyring: &dyn Keyring, key: &VaultKey) -> Result<Self, StoreError> {
        let account = format!("{}/{}", header.wallet, uuid::Uuid::new_v4());
        let wrapping = wrap::random_key()?;
        let wrapped = wrap::wrap(&wrapping, &header.bound(Purpose::Keyring, None), key)?;
        keyring.set(&account, wrapping.as_slice())?;
        // Some keyrings accept what they do not keep: better known now than at the next start.
        let kept = keyring.get(&account)?;
        if kept.is_none_or(|kept| kept.as_slice() != wrapping.as_slice()) {
            return Err(StoreError::KeyringUnavailable("it did not keep the key".into()));
        }
        Ok(Self { account, wrapped })
    }
}

impl Header {
    /// A header of a new wallet, that nothing unlocks yet.
    pub(super) fn new() -> Result<Self, StoreError> {
        let mut salt = Salt::default();
        getrandom::fill(&mut salt).map_err(|error| StoreError::Internal(error.to_string()))?;
        Ok(Self {
            version: VERSION,
            wallet: uuid::Uuid::new_v4().to_string(),
            store_salt: STANDARD.encode(salt),
            passphrase: None,
            keyring: None,
            recovery_words: None,
            backup_seal: None,
        })
    }

    /// Lets these words, and no others any more, open the wallet and the backups that are made from now on.
    pub(super) fn set_recovery_words(&mut self, words: &RecoveryWords, key: &VaultKey) -> Result<(), StoreError> {
        self.recovery_words = Some(self.derived(Purpose::RecoveryWords, words.entropy().as_slice(), key)?);
        self.set_backup_seal(&words.seal(), key)
    }

    /// Lets the words that belong to `seal` open the backups that are made from now on.
    pub(super) fn set_backup_seal(&mut self, seal: &WordsSeal, key: &VaultKey) -> Result<(), StoreError> {
        let seal = VaultKey::from_bytes(seal.as_bytes());
        self.backup_seal = Some(wrap::wrap(key.as_bytes(), &self.bound(Purpose::BackupSeal, None), &seal)?);
        Ok(())
    }

    /// What locks backups for the recovery words, if it is known.
    pub(super) fn backup_seal(&self, key: &VaultKey) -> Result<Option<WordsSeal>, StoreError> {
        let Some(wrapped) = &self.backup_seal else { return Ok(None) };
        let seal = wrap::unwrap(key.as_bytes(), &self.bound(Purpose::BackupSeal, None), wrapped)?;
        Ok(seal.map(|seal| WordsSeal::from_bytes(*seal.as_bytes())))
    }

    pub(super) fn store_salt(&self) -> Result<Salt, StoreError> {
        let salt = STANDARD.decode(&self.store_salt).ok().and_then(|salt| salt.try_into().ok());
        salt.ok_or_else(|| StoreError::Damaged("the header's store_salt is not 16 bytes".into()))
    }

    /// The store's key under what is derived from `secret`.
    pub(super) fn derived(&self, purpose: Purpose, secret: &[u8], key: &VaultKey) -> Result<Derived, StoreError> {
        let derivation = Derivation::new()?;
        let wrapping = derivation.derive(secret)?;
        let wrapped = wrap::wrap(&wrapping, &self.bound(purpose, Some(&derivation)), key)?;
        Ok(Derived { derivation, wrapped })
    }

    /// What a wrapping is bound to: it opens in this wallet, for this purpose, with these parameters only.
    pub(super) fn bound(&self, purpose: Purpose, derivation: Option<&Derivation>) -> Vec<u8> {
        let Self { version, wallet, store_salt, .. } = self;
        let derivation = derivation.map_or_else(String::new, |Derivation { salt, memory_kib, passes, lanes }| {
            format!(" argon2id {salt} {memory_kib} {passes} {lanes}")
        });
        format!("vouchsafe vault {version} {wallet} {store_salt} {}{derivation}", purpose.name()).into_bytes()
    }

    pub(super) fn read(folder: &Path) -> Result<Self, StoreError> {
        let damaged = |reason: &dyn std::fmt::Display| StoreError::Damaged(format!("the header vault.json: {reason}"));
        let mut text = Vec::new();
        File::open(folder.join(folder::HEADER))?.take(MAX_BYTES + 1).read_to_end(&mut text)?;
        if text.len() as u64 > MAX_BYTES {
            return Err(damaged(&"it is too long"));
        }
        // The version first: what a later one looks like besides is not known.
        let value: serde_json::Value = serde_json::from_slice(&text).map_err(|error| damaged(&error))?;
        let version = value.get("version").and_then(serde_json::Value::as_u64);
        let found = version.and_then(|version| u32::try_from(version).ok()).ok_or_else(|| damaged(&"no version"))?;
        if found > VERSION {
            return Err(StoreError::TooNew { found, known: VERSION });
        }
        serde_json::from_value(value).map_err(|error| damaged(&error))
    }

    pub(super) fn write(&self, folder: &Path) -> Result<(), StoreError> {
        folder::write(folder, folder::HEADER, &self.to_bytes()?)
    }

    pub(super) fn write_unfinished(&self, folder: &Path) -> Result<(), StoreError> {
        folder::write(folder, folder::UNFINISHED, &self.to_bytes()?)
    }

    fn to_bytes(&self) -> Result<Vec<u8>, StoreError> {
        serde_json::to_vec_pretty(self).map_err(|error| StoreError::Internal(error.to_string()))
    }
}
