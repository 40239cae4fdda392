//! Verification material and signatures, as the ledger checks them (cheqd-node `x/did/utils/{crypto,encoding}.go`):
//! Ed25519 in three notations, and in a JWK also ECDSA (ASN.1, SHA-256) and RSA (PSS, SHA-256). The signature is over the
//! raw payload bytes.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD},
};
use ed25519_dalek::{Signature, Verifier as _, VerifyingKey};
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA256_ASN1, RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde_json::Value;

use crate::payload::VerificationMethod;

/// The types of verification method that the ledger takes.
pub const ED25519_2020: &str = "Ed25519VerificationKey2020";
/// Base58 notation.
pub const ED25519_2018: &str = "Ed25519VerificationKey2018";
/// JWK notation.
pub const JWK_2020: &str = "JsonWebKey2020";

/// A public key that can check signatures.
pub enum Key {
    Ed25519(VerifyingKey),
    /// Uncompressed points.
    P256(Vec<u8>),
    P384(Vec<u8>),
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
}

impl Key {
    /// The key in a verification method, or what is wrong with its material.
    pub fn of(method: &VerificationMethod) -> Result<Self, String> {
        match method.kind.as_str() {
            ED25519_2020 => Self::from_multibase(&method.material),
            ED25519_2018 => Self::ed25519(&base58(&method.material)?),
            JWK_2020 => Self::from_jwk(&method.material),
            _ => Err("must be a valid value".into()),
        }
    }

    fn ed25519(bytes: &[u8]) -> Result<Self, String> {
        let bytes: &[u8; 32] =
            bytes.try_into().map_err(|_| format!("ed25519: bad public key length: {}", bytes.len()))?;
        VerifyingKey::from_bytes(bytes).map(Key::Ed25519).map_err(|_| "edwards25519: invalid point encoding".into())
    }

    fn from_multibase(material: &str) -> Result<Self, String> {
        let Some(encoded) = material.strip_prefix('z') else {
            return Err("invalid encoding for Ed25519VerificationKey2020. expected: base58btc".into());
        };
        let bytes = base58(encoded)?;
        let Some(key) = bytes.strip_prefix(&[0xed, 0x01]) else {
            return Err("invalid two-byte prefix for Ed25519VerificationKey2020. expected: 0xed01".into());
        };
        Self::ed25519(key)
    }

    fn from_jwk(material: &str) -> Result<Self, String> {
        let jwk: Value = serde_json::from_str(material).map_err(|error| format!("can't parse jwk: {error}"))?;
        let text = |name: &str| jwk.get(name).and_then(Value::as_str).unwrap_or_default();
        let bytes =
            |name: &str| guessed_base64(text(name)).map_err(|_| format!("can't parse jwk: {name} is not base64url"));
        // A private key in a public ledger is never wanted; jwx parses it to a type that the ledger refuses.
        if jwk.get("d").is_some() {
            return Err("unsupported jwk type: supported types are: rsa/pub, ecdsa/pub, ed25519/pub".into());
        }
        match (text("kty"), text("crv")) {
            ("OKP", "Ed25519") => Self::ed25519(&bytes("x")?),
            ("EC", "P-256") => point(bytes("x")?, bytes("y")?, 32).map(Key::P256),
            ("EC", "P-384") => point(bytes("x")?, bytes("y")?, 48).map(Key::P384),
            ("RSA", _) => {
                let (n, e) = (bytes("n")?, bytes("e")?);
                if n.is_empty() || e.is_empty() || n.len() > 1024 || e.len() > 8 {
                    return Err("can't parse jwk: rsa modulus or exponent missing or too long".into());
                }
                Ok(Key::Rsa { n, e })
            }
            _ => Err("unsupported jwk type: supported types are: rsa/pub, ecdsa/pub, ed25519/pub".into()),
        }
    }

    /// Whether `signature` is this key's over `message`.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Key::Ed25519(key) => {
                Signature::from_slice(signature).is_ok_and(|signature| key.verify(message, &signature).is_ok())
            }
            Key::P256(key) => UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, key).verify(message, signature).is_ok(),
            Key::P384(key) => UnparsedPublicKey::new(&ECDSA_P384_SHA256_ASN1, key).verify(message, signature).is_ok(),
            Key::Rsa { n, e } => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PSS_2048_8192_SHA256, message, signature).is_ok()
            }
        }
    }

    /// The Ed25519 key's bytes, if it is one.
    pub fn ed25519_bytes(&self) -> Option<[u8; 32]> {
        match self {
            Key::Ed25519(key) => Some(key.to_bytes()),
            _ => None,
        }
    }
}

/// A member of a JWK as jwx reads it: it guesses the alphabet and the padding from the text. ACA-Py's cheqd plugin writes
/// the standard alphabet, padded.
fn guessed_base64(text: &str) -> Result<Vec<u8>, base64::DecodeError> {
    match (text.contains(['+', '/']), text.ends_with('=')) {
        (false, false) => URL_SAFE_NO_PAD.decode(text),
        (false, true) => URL_SAFE.decode(text),
        (true, false) => STANDARD_NO_PAD.decode(text),
        (true, true) => STANDARD.decode(text),
    }
}

/// Base58 that a hostile length cannot make slow: decoding is quadratic.
fn base58(text: &str) -> Result<Vec<u8>, String> {
    if text.len() > 128 {
        return Err("base58 text is too long for a key".into());
    }
    bs58::decode(text).into_vec().map_err(|error| error.to_string())
}

fn point(x: Vec<u8>, y: Vec<u8>, size: usize) -> Result<Vec<u8>, String> {
    if x.len() != size || y.len() != size {
        return Err("can't parse jwk: coordinates have the wrong length".into());
    }
    Ok([vec![4], x, y].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_members_of_a_jwk_may_be_in_any_base64() {
        let bytes = [0x3f; 32].map(|byte| byte ^ 0xc4);
        let key = ed25519_dalek::SigningKey::from_bytes(&bytes).verifying_key().to_bytes();
        let texts =
            [URL_SAFE_NO_PAD.encode(key), URL_SAFE.encode(key), STANDARD_NO_PAD.encode(key), STANDARD.encode(key)];
        for x in texts {
            let jwk = json!({"crv": "Ed25519", "kty": "OKP", "x": x}).to_string();
            assert_eq!(Key::from_jwk(&jwk).ok().and_then(|key| key.ed25519_bytes()), Some(key), "{x}");
        }
        let mixed = json!({"crv": "Ed25519", "kty": "OKP", "x": "-+".repeat(21)}).to_string();
        assert!(Key::from_jwk(&mixed).is_err());
    }
}
