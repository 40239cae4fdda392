//! The Ed25519 keys that agents are addressed by. A [`Verkey`] names a recipient or a sender; a [`SigningKey`] opens
//! what was sent to its verkey and signs for it. Their X25519 forms for encryption are derived here (RFC 7748, as
//! libsodium does it) and stay inside this crate. Defends against keys that are no point of the curve, or one of the
//! few whose shared secret everybody knows: such a key neither verifies nor encrypts.

use std::{fmt, str::FromStr};

use ed25519_dalek::{Signer, VerifyingKey};
use rand_core::{OsRng, RngCore};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

/// What is wrong with a key or a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text is neither base58 of 32 bytes nor a did:key of an Ed25519 key.
    #[error("not an Ed25519 key (base58 of 32 bytes or did:key:z6Mk… expected)")]
    Malformed,
    /// The bytes are no point of the curve, or one of small order, whose secrets are no secrets.
    #[error("not a usable Ed25519 public key")]
    Weak,
    /// The signature is not by this key over this message.
    #[error("the signature does not verify")]
    BadSignature,
}

/// The multicodec prefix of an Ed25519 public key (0xed as a varint).
const ED25519_MULTICODEC: [u8; 2] = [0xed, 0x01];

/// An Ed25519 public key. Shown, serialised and parsed as base58; parsing also takes a did:key, with or without its
/// fragment.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Verkey([u8; 32]);

impl Verkey {
    /// The key with these bytes. Whether they are a usable key shows when it is used.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(*bytes)
    }

    /// The key's 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The multibase form of the key with its multicodec prefix: `z6Mk…`.
    pub fn to_multibase(&self) -> String {
        let mut prefixed = [0; 34];
        let (prefix, key) = prefixed.split_at_mut(2);
        prefix.copy_from_slice(&ED25519_MULTICODEC);
        key.copy_from_slice(&self.0);
        format!("z{}", bs58::encode(prefixed).into_string())
    }

    /// The key that a multibase text with an Ed25519 multicodec prefix stands for.
    ///
    /// # Errors
    /// [`KeyError::Malformed`] if it is anything else.
    pub fn from_multibase(text: &str) -> Result<Self, KeyError> {
        let encoded = text.strip_prefix('z').ok_or(KeyError::Malformed)?;
        let mut bytes = [0; 34];
        match (bs58::decode(encoded).onto(&mut bytes), bytes.split_first_chunk::<2>()) {
            (Ok(34), Some((prefix, key))) if *prefix == ED25519_MULTICODEC => {
                key.try_into().map(Self).map_err(|_| KeyError::Malformed)
            }
            _ => Err(KeyError::Malformed),
        }
    }

    /// The key as a DID: `did:key:z6Mk…`.
    pub fn to_did_key(&self) -> String {
        format!("did:key:{}", self.to_multibase())
    }

    /// The key as a DID URL of its verification method: `did:key:z6Mk…#z6Mk…`.
    pub fn to_did_key_reference(&self) -> String {
        let multibase = self.to_multibase();
        format!("did:key:{multibase}#{multibase}")
    }

    /// Checks a 64-byte signature, refusing the malleable ones and those by keys of small order.
    ///
    /// # Errors
    /// [`KeyError::Weak`] if this is no usable key, [`KeyError::BadSignature`] if the signature is not its.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), KeyError> {
        let key = VerifyingKey::from_bytes(&self.0).map_err(|_| KeyError::Weak)?;
        let signature = ed25519_dalek::Signature::from_slice(signature).map_err(|_| KeyError::BadSignature)?;
        key.verify_strict(message, &signature).map_err(|_| KeyError::BadSignature)
    }

    /// The X25519 public key of the same secret.
    ///
    /// # Errors
    /// [`KeyError::Weak`] if the bytes are no point of the curve or one of small order.
    pub fn to_x25519(&self) -> Result<[u8; 32], KeyError> {
        let key = VerifyingKey::from_bytes(&self.0).map_err(|_| KeyError::Weak)?;
        if key.is_weak() {
            return Err(KeyError::Weak);
        }
        Ok(key.to_montgomery().to_bytes())
    }
}

impl fmt::Display for Verkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&bs58::encode(self.0).into_string())
    }
}

impl fmt::Debug for Verkey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Verkey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        if let Some(did_key) = text.strip_prefix("did:key:") {
            let (multibase, fragment) = did_key.split_once('#').unwrap_or((did_key, did_key));
            // A fragment that names another key would be two answers to one question.
            if fragment != multibase {
                return Err(KeyError::Malformed);
            }
            return Self::from_multibase(multibase);
        }
        let mut bytes = [0; 32];
        match bs58::decode(text).onto(&mut bytes) {
            Ok(32) => Ok(Self(bytes)),
            _ => Err(KeyError::Malformed),
        }
    }
}

impl Serialize for Verkey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Verkey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// An Ed25519 private key. Zeroized when dropped; cannot be printed, cloned or serialised.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// A new key from the operating system's randomness.
    pub fn generate() -> Self {
        let mut seed = Zeroizing::new([0; 32]);
        OsRng.fill_bytes(seed.as_mut());
        Self::from_seed(&seed)
    }

    /// The key that this 32-byte seed stands for.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// Its public key.
    pub fn verkey(&self) -> Verkey {
        Verkey(self.0.verifying_key().to_bytes())
    }

    /// The 64-byte signature over `message`.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    /// The seed, for the store to keep encrypted. Nobody else needs it.
    pub fn seed(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    /// The X25519 secret key of the same secret.
    pub(crate) fn to_x25519(&self) -> crypto_box::SecretKey {
        let scalar = Zeroizing::new(self.0.to_scalar_bytes());
        crypto_box::SecretKey::from(*scalar)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_verkey_is_known_by_all_its_names() {
        let verkey = SigningKey::from_seed(&[1; 32]).verkey();
        assert_eq!(verkey.to_string(), "AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9");
        for name in [verkey.to_string(), verkey.to_did_key(), verkey.to_did_key_reference()] {
            assert_eq!(name.parse::<Verkey>().unwrap(), verkey);
        }
        assert!(verkey.to_did_key().starts_with("did:key:z6Mk"));
    }

    #[test]
    fn what_is_no_ed25519_key_is_malformed() {
        for text in [
            "",
            "did:key:",
            "did:key:z",
            "abc",
            "0OIl",
            "did:key:z6LSeu9HkTHSfLLeUs2nnzUSNedgDUevfNQgQjQC23ZCit6F",
            &"1".repeat(100_000),
        ] {
            assert_eq!(text.parse::<Verkey>(), Err(KeyError::Malformed), "{text:.60}");
        }
        let one = SigningKey::from_seed(&[1; 32]).verkey().to_did_key();
        let other = SigningKey::from_seed(&[2; 32]).verkey().to_multibase();
        assert_eq!(format!("{one}#{other}").parse::<Verkey>(), Err(KeyError::Malformed));
    }

    #[test]
    fn a_key_of_small_order_neither_verifies_nor_encrypts() {
        let mut identity = [0; 32];
        *identity.first_mut().unwrap() = 1;
        let weak = Verkey::from_bytes(&identity);
        assert_eq!(weak.to_x25519(), Err(KeyError::Weak));
        let mut signature = [0; 64];
        *signature.first_mut().unwrap() = 1;
        assert!(weak.verify(b"anything", &signature).is_err());
    }

    proptest! {
        #[test]
        fn both_halves_of_a_key_derive_the_same_x25519_key(seed: [u8; 32]) {
            let key = SigningKey::from_seed(&seed);
            prop_assert_eq!(key.verkey().to_x25519().unwrap(), key.to_x25519().public_key().to_bytes());
        }

        #[test]
        fn a_signature_verifies_and_a_changed_one_does_not(seed: [u8; 32], message: Vec<u8>, at in 0_usize..64) {
            let key = SigningKey::from_seed(&seed);
            let mut signature = key.sign(&message);
            prop_assert_eq!(key.verkey().verify(&message, &signature), Ok(()));
            *signature.get_mut(at).unwrap() ^= 1;
            prop_assert_eq!(key.verkey().verify(&message, &signature), Err(KeyError::BadSignature));
        }

        #[test]
        fn any_text_parses_or_is_refused(text in "\\PC{0,80}|did:key:z[1-9A-Za-z#]{0,60}") {
            let _ = text.parse::<Verkey>();
        }
    }
}
