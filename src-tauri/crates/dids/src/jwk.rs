//! did:jwk: a JWK in base64url. Its `use` says whether it signs or agrees on keys; without one it does both.

use serde_json::{Map, Value, json};

use crate::{
    base64url,
    did::Did,
    document::{DidDocument, DocumentError},
};

/// The document of a did:jwk.
///
/// # Errors
/// [`DocumentError::Malformed`] if the DID is none.
pub fn resolve(did: &Did) -> Result<DidDocument, DocumentError> {
    let malformed = DocumentError::Malformed("not a did:jwk");
    let encoded = did.as_str().strip_prefix("did:jwk:").ok_or(malformed.clone())?;
    let jwk: Map<String, Value> = base64url::decode(encoded)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or(malformed.clone())?;
    // A private key in an identifier was published by mistake and must not be spread further.
    if jwk.contains_key("d") {
        return Err(DocumentError::Malformed("the did:jwk holds a private key"));
    }
    let usage = jwk.get("use").and_then(Value::as_str).map(str::to_owned);
    let id = format!("{did}#0");
    let mut document = json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/jws-2020/v1"],
        "id": did,
        "verificationMethod": [{"id": id, "type": "JsonWebKey2020", "controller": did, "publicKeyJwk": jwk}],
    });
    if let Value::Object(document) = &mut document {
        let mut list = |relationship: &str| document.insert(relationship.to_owned(), json!([id]));
        if usage.as_deref() != Some("enc") {
            for relationship in ["assertionMethod", "authentication", "capabilityInvocation", "capabilityDelegation"] {
                list(relationship);
            }
        }
        if usage.as_deref() != Some("sig") {
            list("keyAgreement");
        }
    }
    DidDocument::from_value(document)
}
