//! Wrapping the store's key: XChaCha20-Poly1305 under a key of its own for each way to unlock, with everything that the
//! header says about that way as associated data.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::StoreError;
use crate::sqlite::VaultKey;

/// A key that wraps the store's key.
pub(super) type WrappingKey = Zeroizing<[u8; 32]>;

/// What a wrapping is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To be opened by a passphrase.
    Passphrase,
    /// To be opened by what the keyring holds.
    Keyring,
    /// To be opened by the recovery words.
    RecoveryWords,
    /// What locks backups for the recovery words, to be opened by the store's key.
    BackupSeal,
}

impl Purpose {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Passphrase => "passphrase",
            Self::Keyring => "keyring",
            Self::RecoveryWords => "recovery-words",
            Self::BackupSeal => "backup-seal",
        }
    }
}

/// The store's key, wrapped; base64.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Wrapped {
    nonce: String,
    ciphertext: String,
}

/// A new random wrapping key.
pub(super) fn random_key() -> Result<WrappingKey, StoreError> {
    let mut key = WrappingKey::default();
    getrandom::fill(key.as_mut()).map_err(|error| StoreError::Internal(error.to_string()))?;
    Ok(key)
}

/// Wraps `key` under `wrapping`, bound to `bound`.
pub(super) fn wrap(wrapping: &[u8; 32], bound: &[u8], key: &VaultKey) -> Result<Wrapped, StoreError> {
    let mut nonce = [0; 24];
    getrandom::fill(&mut nonce).map_err(|error| StoreError::Internal(error.to_string()))?;
    let ciphertext = XChaCha20Poly1305::new(wrapping.into())
        .encrypt(XNonce::from_slice(&nonce), Payload { msg: key.as_bytes(), aad: bound })
        .map_err(|_| StoreError::Internal("the key could not be wrapped".into()))?;
    Ok(Wrapped { nonce: STANDARD.encode(nonce), ciphertext: STANDARD.encode(ciphertext) })
}

/// The key that was wrapped; `None` when `wrapping` is not the key for it, or what it is bound to was changed.
pub(super) fn unwrap(wrapping: &[u8; 32], bound: &[u8], wrapped: &Wrapped) -> Result<Option<VaultKey>, StoreError> {
    let damaged = || StoreError::Damaged("the header's wrapped key is malformed".into());
    let nonce: [u8; 24] = STANDARD.decode(&wrapped.nonce).ok().and_then(|n| n.try_into().ok()).ok_or_else(damaged)?;
    let ciphertext = STANDARD.decode(&wrapped.ciphertext).map_err(|_| damaged())?;
    let opened = XChaCha20Poly1305::new(wrapping.into())
        .decrypt(XNonce::from_slice(&nonce), Payload { msg: &ciphertext, aad: bound });
    let Ok(opened) = opened.map(Zeroizing::new) else {
        return Ok(None);
    };
    Ok(opened.as_slice().try_into().ok().map(VaultKey::from_bytes))
}
