//! did:key (W3C CCG did:key): the DID is the key, its document follows from it. Ed25519 keys sign and, as X25519,
//! agree on keys; P-256 and BLS keys are for reading what others signed.

use serde_json::{Value, json};
use vouchsafe_didcomm::Verkey;

use crate::{
    did::Did,
    document::{DidDocument, DocumentError},
    public_key::{PublicKey, multikey},
};

/// The document of a did:key.
///
/// # Errors
/// [`DocumentError::Malformed`] if the DID is no did:key or its key is not understood.
pub fn resolve(did: &Did) -> Result<DidDocument, DocumentError> {
    if did.method() != "key" || did.is_unqualified() {
        return Err(DocumentError::Malformed("not a did:key"));
    }
    document(did.as_str(), did.method_specific_id())
}

/// The document of the did:key of this key.
///
/// # Errors
/// [`DocumentError::Malformed`] if the key is not usable.
pub fn from_verkey(verkey: &Verkey) -> Result<DidDocument, DocumentError> {
    resolve(&did(verkey)?)
}

/// The did:key of this key.
///
/// # Errors
/// Never in practice: a did:key of 32 bytes is a DID.
pub fn did(verkey: &Verkey) -> Result<Did, DocumentError> {
    Ok(verkey.to_did_key().parse()?)
}

/// The document of `id`, whose key is `multibase`: what did:key and did:peer:0 have in common.
pub(crate) fn document(id: &str, multibase: &str) -> Result<DidDocument, DocumentError> {
    let method_id = format!("{id}#{multibase}");
    let value = match PublicKey::from_multibase(multibase) {
        PublicKey::Ed25519(verkey) => ed25519(id, &method_id, multibase, &verkey)?,
        PublicKey::X25519(_) => json!({
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/suites/x25519-2020/v1"],
            "id": id,
            "keyAgreement": [x25519(id, multibase)],
        }),
        PublicKey::P256(_) | PublicKey::Bls12381G2(_) => json!({
            "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": id,
            "verificationMethod": [multikey(&method_id, id, multibase)],
            "authentication": [method_id],
            "assertionMethod": [method_id],
            "capabilityDelegation": [method_id],
            "capabilityInvocation": [method_id],
        }),
        PublicKey::Other => return Err(DocumentError::Malformed("the kind of key is not known")),
    };
    DidDocument::from_value(value)
}

fn ed25519(id: &str, method_id: &str, multibase: &str, verkey: &Verkey) -> Result<Value, DocumentError> {
    let agreement = verkey.to_x25519().map_err(|_| DocumentError::Malformed("the key is not usable"))?;
    let agreement = PublicKey::X25519(agreement).to_multibase().unwrap_or_default();
    Ok(json!({
        "@context": [
            "https://www.w3.org/ns/did/v1",
            "https://w3id.org/security/suites/ed25519-2020/v1",
            "https://w3id.org/security/suites/x25519-2020/v1",
        ],
        "id": id,
        "verificationMethod": [{
            "id": method_id,
            "type": "Ed25519VerificationKey2020",
            "controller": id,
            "publicKeyMultibase": multibase,
        }],
        "authentication": [method_id],
        "assertionMethod": [method_id],
        "capabilityDelegation": [method_id],
        "capabilityInvocation": [method_id],
        "keyAgreement": [x25519(id, &agreement)],
    }))
}

fn x25519(id: &str, multibase: &str) -> Value {
    json!({
        "id": format!("{id}#{multibase}"),
        "type": "X25519KeyAgreementKey2020",
        "controller": id,
        "publicKeyMultibase": multibase,
    })
}
