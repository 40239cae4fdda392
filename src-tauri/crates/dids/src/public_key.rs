//! Public keys as verification methods hold them: Multikey and the Ed25519 and X25519 suites of 2018 to 2020, and
//! JWKs. A key of a kind that is not known here, or whose bytes are not what its kind says, is [`PublicKey::Other`]:
//! one strange key in a document does not take away the others, and cannot be used by anybody.

use serde_json::{Map, Value, json};
use vouchsafe_didcomm::Verkey;

use crate::base64url;

const ED25519: [u8; 2] = [0xed, 0x01];
const X25519: [u8; 2] = [0xec, 0x01];
const P256: [u8; 2] = [0x80, 0x24];
const BLS12381_G2: [u8; 2] = [0xeb, 0x01];

/// No key of a known kind is longer in multibase: the longest is of 98 bytes.
const MAX_MULTIBASE_BYTES: usize = 160;

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicKey {
    /// For Ed25519 signatures.
    Ed25519(Verkey),
    /// For X25519 key agreement.
    X25519([u8; 32]),
    /// For P-256 signatures: the compressed point.
    P256([u8; 33]),
    /// For BLS signatures: the compressed point of G2.
    Bls12381G2([u8; 96]),
    /// Not understood.
    Other,
}

impl PublicKey {
    /// The key of a multibase text with its multicodec prefix; [`PublicKey::Other`] if it is not understood.
    pub fn from_multibase(text: &str) -> Self {
        Self::try_from_multibase(text).unwrap_or(Self::Other)
    }

    fn try_from_multibase(text: &str) -> Option<Self> {
        if text.len() > MAX_MULTIBASE_BYTES {
            return None;
        }
        let bytes = bs58::decode(text.strip_prefix('z')?).into_vec().ok()?;
        let (prefix, key) = bytes.split_first_chunk::<2>()?;
        match *prefix {
            ED25519 => Some(Self::Ed25519(Verkey::from_bytes(key.try_into().ok()?))),
            X25519 => Some(Self::X25519(key.try_into().ok()?)),
            P256 => Some(Self::P256(key.try_into().ok()?)),
            BLS12381_G2 => Some(Self::Bls12381G2(key.try_into().ok()?)),
            _ => None,
        }
    }

    /// Its multibase text with its multicodec prefix, if the key is understood.
    pub fn to_multibase(&self) -> Option<String> {
        let (prefix, key): (_, &[u8]) = match self {
            Self::Ed25519(key) => (ED25519, key.as_bytes()),
            Self::X25519(key) => (X25519, key),
            Self::P256(key) => (P256, key),
            Self::Bls12381G2(key) => (BLS12381_G2, key),
            Self::Other => return None,
        };
        Some(format!("z{}", bs58::encode([prefix.as_slice(), key].concat()).into_string()))
    }

    /// The key of a JWK; [`PublicKey::Other`] if it is not understood.
    pub fn from_jwk(jwk: &Value) -> Self {
        Self::try_from_jwk(jwk).unwrap_or(Self::Other)
    }

    fn try_from_jwk(jwk: &Value) -> Option<Self> {
        let coordinate = |name: &str| -> Option<[u8; 32]> {
            let text = jwk.get(name)?.as_str().filter(|text| text.len() <= 44)?;
            base64url::decode(text).ok()?.try_into().ok()
        };
        match (jwk.get("kty")?.as_str()?, jwk.get("crv")?.as_str()?) {
            ("OKP", "Ed25519") => Some(Self::Ed25519(Verkey::from_bytes(&coordinate("x")?))),
            ("OKP", "X25519") => Some(Self::X25519(coordinate("x")?)),
            ("EC", "P-256") => {
                let (x, y) = (coordinate("x")?, coordinate("y")?);
                let mut point = [0; 33];
                let (sign, rest) = point.split_first_mut()?;
                *sign = 2 | (y.last()? & 1);
                rest.copy_from_slice(&x);
                Some(Self::P256(point))
            }
            _ => None,
        }
    }

    /// The key of a verification method, by whichever member it is written in.
    pub(crate) fn of_method(method: &Map<String, Value>, kind: &str) -> Self {
        if let Some(multibase) = method.get("publicKeyMultibase").and_then(Value::as_str) {
            return Self::from_multibase(multibase);
        }
        if let Some(jwk) = method.get("publicKeyJwk") {
            return Self::from_jwk(jwk);
        }
        let base58 = method.get("publicKeyBase58").and_then(Value::as_str);
        base58.and_then(|text| Self::try_from_base58(text, kind)).unwrap_or(Self::Other)
    }

    /// Raw base58 says nothing about the kind of key: the method's type does.
    fn try_from_base58(text: &str, kind: &str) -> Option<Self> {
        if text.len() > MAX_MULTIBASE_BYTES {
            return None;
        }
        let bytes = bs58::decode(text).into_vec().ok()?;
        match kind {
            "Ed25519VerificationKey2018" | "Ed25519VerificationKey2020" | "Ed25519SignatureAuthentication2018" => {
                Some(Self::Ed25519(Verkey::from_bytes(&bytes.try_into().ok()?)))
            }
            "X25519KeyAgreementKey2019" | "X25519KeyAgreementKey2020" => Some(Self::X25519(bytes.try_into().ok()?)),
            "Bls12381G2Key2020" => Some(Self::Bls12381G2(bytes.try_into().ok()?)),
            _ => None,
        }
    }
}

/// The verification method of `key` as Multikey.
pub(crate) fn multikey(id: &str, controller: &str, multibase: &str) -> Value {
    json!({"id": id, "type": "Multikey", "controller": controller, "publicKeyMultibase": multibase})
}
