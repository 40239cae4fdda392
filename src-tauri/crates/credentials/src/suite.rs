//! The four proof suites: what each hashes and how each writes its signature.
//!
//! Ed25519Signature2018 and Ed25519Signature2020 (W3C CCG) are what Aries peers make; eddsa-rdfc-2022 and
//! eddsa-jcs-2022 (W3C Data Integrity EdDSA Cryptosuites 1.0) are their successors. All sign
//! SHA-256(proof options) followed by SHA-256(document); they differ in how these two become bytes.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use vouchsafe_didcomm::key::{SigningKey, Verkey};

use crate::canonical::{Quad, canonical_form};
use crate::context::ActiveContext;
use crate::error::CredentialError;
use crate::statements::statements;

/// How a proof is made. Displayed and parsed as ACA-Py's `proofType`, or the name of the cryptosuite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Suite {
    /// Detached JWS over canonical RDF; secures data model 1.1 only.
    Ed25519Signature2018,
    /// Multibase signature over canonical RDF.
    Ed25519Signature2020,
    /// Data Integrity over canonical RDF.
    #[serde(rename = "eddsa-rdfc-2022")]
    EddsaRdfc2022,
    /// Data Integrity over canonical JSON (RFC 8785).
    #[serde(rename = "eddsa-jcs-2022")]
    EddsaJcs2022,
}

/// The header of our own detached JWS. Received ones are used as they came: signers differ in its spaces.
const JWS_HEADER: &str = r#"{"alg":"EdDSA","b64":false,"crit":["b64"]}"#;

impl Suite {
    /// The name that peers know it by.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ed25519Signature2018 => "Ed25519Signature2018",
            Self::Ed25519Signature2020 => "Ed25519Signature2020",
            Self::EddsaRdfc2022 => "eddsa-rdfc-2022",
            Self::EddsaJcs2022 => "eddsa-jcs-2022",
        }
    }

    /// The proof's `type` and `cryptosuite`.
    pub(crate) fn proof_type(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Ed25519Signature2018 | Self::Ed25519Signature2020 => (self.name(), None),
            Self::EddsaRdfc2022 | Self::EddsaJcs2022 => ("DataIntegrityProof", Some(self.name())),
        }
    }

    pub(crate) fn of_proof(proof: &Map<String, Value>) -> Result<Self, CredentialError> {
        let text = |member: &str| proof.get(member).and_then(Value::as_str);
        let name = match (text("type"), text("cryptosuite")) {
            (Some("DataIntegrityProof"), Some(cryptosuite)) => cryptosuite,
            (Some("DataIntegrityProof"), None) => {
                return Err(CredentialError::malformed("proof.cryptosuite", "it is missing"));
            }
            (Some(name), None) => name,
            (Some(name), Some(_)) => return Err(CredentialError::UnknownSuite(name.to_owned())),
            (None, _) => return Err(CredentialError::malformed("proof.type", "it is missing")),
        };
        let suite: Self = name.parse()?;
        if text("type") == Some(suite.proof_type().0) {
            Ok(suite)
        } else {
            Err(CredentialError::UnknownSuite(name.to_owned()))
        }
    }

    /// The proof's member that holds the signature.
    pub(crate) fn signature_member(self) -> &'static str {
        match self {
            Self::Ed25519Signature2018 => "jws",
            _ => "proofValue",
        }
    }

    /// What is signed: `options` is the proof without its signature, `document` the credential without proofs.
    pub(crate) fn verify_data(
        self,
        options: &Map<String, Value>,
        document: &Map<String, Value>,
        context: &Arc<ActiveContext>,
        document_statements: &[Quad],
    ) -> Result<[u8; 64], CredentialError> {
        let (options, document) = if self == Self::EddsaJcs2022 {
            (jcs(options)?, jcs(document)?)
        } else {
            let mut options = options.clone();
            options.remove("@context");
            let options = statements(&options, context).map_err(|error| within_proof(&error))?;
            (canonical(options)?, canonical(document_statements.to_vec())?)
        };
        let mut hashes = [0; 64];
        let (first, second) = hashes.split_at_mut(32);
        first.copy_from_slice(&Sha256::digest(options.as_bytes()));
        second.copy_from_slice(&Sha256::digest(document.as_bytes()));
        Ok(hashes)
    }

    /// The value of [`Self::signature_member`].
    pub(crate) fn sign(self, verify_data: &[u8; 64], key: &SigningKey) -> String {
        if self == Self::Ed25519Signature2018 {
            let header = URL_SAFE_NO_PAD.encode(JWS_HEADER);
            let signature = key.sign(&jws_input(&header, verify_data));
            format!("{header}..{}", URL_SAFE_NO_PAD.encode(signature))
        } else {
            format!("z{}", bs58::encode(key.sign(verify_data)).into_string())
        }
    }

    /// Whether `signature` is `key`'s over `verify_data`; if not, why.
    pub(crate) fn verify(self, signature: &str, verify_data: &[u8; 64], key: &Verkey) -> Result<(), &'static str> {
        const WRONG: &str =
            "the signature does not fit the credential: it was changed after signing, or signed by another key";
        if signature.len() > 512 {
            return Err("the signature is not 64 bytes long");
        }
        if self == Self::Ed25519Signature2018 {
            let (header, signature) = signature.split_once("..").ok_or("the signature is not a detached JWS")?;
            check_header(header)?;
            let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| "the signature is not base64url")?;
            key.verify(&jws_input(header, verify_data), &signature).map_err(|_| WRONG)
        } else {
            let base58 = signature.strip_prefix('z').ok_or("the signature is not base58 multibase")?;
            let signature = bs58::decode(base58).into_vec().map_err(|_| "the signature is not base58 multibase")?;
            key.verify(verify_data, &signature).map_err(|_| WRONG)
        }
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Suite {
    type Err = CredentialError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        [Self::Ed25519Signature2018, Self::Ed25519Signature2020, Self::EddsaRdfc2022, Self::EddsaJcs2022]
            .into_iter()
            .find(|suite| suite.name() == name)
            .ok_or_else(|| CredentialError::UnknownSuite(name.chars().take(100).collect()))
    }
}

/// RFC 7797: unencoded payload; the only header that the 2018 suite knows.
fn check_header(header: &str) -> Result<(), &'static str> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Header {
        alg: String,
        b64: bool,
        crit: Vec<String>,
    }
    const PROBLEM: &str = "the JWS header is not that of Ed25519Signature2018";
    let bytes = URL_SAFE_NO_PAD.decode(header).map_err(|_| PROBLEM)?;
    let header: Header = serde_json::from_slice(&bytes).map_err(|_| PROBLEM)?;
    if header.alg == "EdDSA" && !header.b64 && header.crit == ["b64"] { Ok(()) } else { Err(PROBLEM) }
}

fn jws_input(header: &str, verify_data: &[u8; 64]) -> Vec<u8> {
    let mut input = Vec::with_capacity(header.len() + 65);
    input.extend_from_slice(header.as_bytes());
    input.push(b'.');
    input.extend_from_slice(verify_data);
    input
}

fn jcs(object: &Map<String, Value>) -> Result<String, CredentialError> {
    serde_json_canonicalizer::to_string(object)
        .map_err(|_| CredentialError::malformed("the document", "it has no canonical JSON form"))
}

fn canonical(quads: Vec<Quad>) -> Result<String, CredentialError> {
    canonical_form(quads).map_err(|_| {
        CredentialError::malformed(
            "the document",
            "too many of its parts without id cannot be told apart; give them an id",
        )
    })
}

fn within_proof(error: &CredentialError) -> CredentialError {
    let inside = |member: &str| format!("proof.{member}");
    match error.clone() {
        CredentialError::Undefined { member } => CredentialError::Undefined { member: inside(&member) },
        CredentialError::NotCovered { member, reason } => {
            CredentialError::NotCovered { member: inside(&member), reason }
        }
        CredentialError::Malformed { member, problem } => {
            CredentialError::Malformed { member: inside(&member), problem }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What ACA-Py's `/vc/di/add-proof` made, recorded.
    #[test]
    fn a_jcs_proof_of_acapy_verifies() {
        let did = "did:key:z6MkrVFrf2GJQnatnLYzv5Jse3f1hkneNivGgme1R6vgpFYy";
        let options = json!({
            "type": "DataIntegrityProof",
            "proofPurpose": "assertionMethod",
            "verificationMethod": "did:key:z6MkrVFrf2GJQnatnLYzv5Jse3f1hkneNivGgme1R6vgpFYy#z6MkrVFrf2GJQnatnLYzv5Jse3f1hkneNivGgme1R6vgpFYy",
            "cryptosuite": "eddsa-jcs-2022",
        });
        let options = options.as_object().unwrap();
        let signature = "z9LLdJaSTaJrJpfwyqVkcVxZbTrGkFBAY8ARtnjQm2NdWdBWrFmpNkeQWN2ehLZ1MuDTkcpQbvaNCm14c96tyRqu";
        let suite = Suite::of_proof(options).unwrap();
        assert_eq!(suite, Suite::EddsaJcs2022);
        let context = ActiveContext::of(&json!("https://www.w3.org/ns/credentials/v2")).unwrap();
        let key: Verkey = did.parse().unwrap();
        for (document, fits) in [(json!({"a": 1}), true), (json!({"a": 2}), false)] {
            let verify_data = suite.verify_data(options, document.as_object().unwrap(), &context, &[]).unwrap();
            assert_eq!(suite.verify(signature, &verify_data, &key).is_ok(), fits);
        }
    }

    #[test]
    fn a_jws_header_may_be_spaced_but_not_say_anything_else() {
        let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
        assert!(check_header(&encode(JWS_HEADER)).is_ok());
        assert!(check_header(&encode(r#"{"alg": "EdDSA", "b64": false, "crit": ["b64"]}"#)).is_ok());
        for header in [
            r#"{"alg":"none","b64":false,"crit":["b64"]}"#,
            r#"{"alg":"EdDSA","b64":true,"crit":["b64"]}"#,
            r#"{"alg":"EdDSA","b64":false,"crit":[]}"#,
            r#"{"alg":"EdDSA","b64":false,"crit":["b64"],"jwk":{}}"#,
        ] {
            assert!(check_header(&encode(header)).is_err(), "{header}");
        }
    }
}
