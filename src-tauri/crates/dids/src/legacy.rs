//! DIDs and documents from before DID Core, as DID Exchange 1.0 (Aries RFC 0023) and Connections 1.0 (RFC 0160) carry
//! them: a DID is the first 16 bytes of its key, its document has `publicKey` and an `IndyAgent` service. Such a
//! document vouches for itself only through the signature of the message or attachment that it came in.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use vouchsafe_didcomm::Verkey;

use crate::{
    did::Did,
    document::{DidDocument, DocumentError},
    peer::NewService,
};

/// The unqualified DID of a key: the base58 of its first 16 bytes.
///
/// # Errors
/// Never in practice: 16 bytes in base58 are an unqualified DID.
pub fn unqualified(verkey: &Verkey) -> Result<Did, DocumentError> {
    let bytes = verkey.as_bytes().first_chunk::<16>().ok_or(DocumentError::Malformed("key"))?;
    Ok(bs58::encode(bytes).into_string().parse()?)
}

/// The document that goes with an unqualified DID, in the shape that ACA-Py sends: `did:sov:…`, one key, an
/// `IndyAgent` service for each endpoint.
pub fn document(did: &Did, verkey: &Verkey, services: &[NewService]) -> Value {
    let id = format!("did:sov:{}", did.method_specific_id());
    let key_id = format!("{id}#1");
    let services: Vec<Value> = services
        .iter()
        .enumerate()
        .map(|(at, service)| {
            let suffix = if at == 0 { String::new() } else { at.to_string() };
            let mut value = json!({
                "id": format!("{id};indy{suffix}"),
                "type": "IndyAgent",
                "priority": at,
                "recipientKeys": [verkey],
            });
            if let Value::Object(value) = &mut value {
                if !service.routing_keys.is_empty() {
                    value.insert("routingKeys".to_owned(), json!(service.routing_keys));
                }
                value.insert("serviceEndpoint".to_owned(), json!(service.endpoint));
            }
            value
        })
        .collect();
    json!({
        "@context": "https://w3id.org/did/v1",
        "id": id,
        "publicKey": [{
            "id": key_id,
            "type": "Ed25519VerificationKey2018",
            "controller": id,
            "publicKeyBase58": verkey,
        }],
        "authentication": [{"type": "Ed25519SignatureAuthentication2018", "publicKey": key_id}],
        "service": services,
    })
}

/// Reads the document that came with `did`, written out (`did:sov:…`) or unqualified.
///
/// # Errors
/// What is wrong with it, or [`DocumentError::OtherDid`] if it is somebody else's.
pub fn read(did: &Did, document: &Value) -> Result<DidDocument, DocumentError> {
    let document = DidDocument::parse(document)?;
    if unqualified_name(document.id()) == unqualified_name(did) {
        Ok(document)
    } else {
        Err(DocumentError::OtherDid(document.id().clone()))
    }
}

/// What a DID and its document's id are compared by: `did:sov:X` and `X` are one.
pub(crate) fn unqualified_name(did: &Did) -> &str {
    did.as_str().strip_prefix("did:sov:").unwrap_or(did.as_str())
}

/// The `connection` block of Connections 1.0: a DID and its document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectionBlock {
    /// The DID, unqualified.
    #[serde(rename = "DID")]
    pub did: Did,
    /// Its document.
    #[serde(rename = "DIDDoc")]
    pub document: Value,
}

impl ConnectionBlock {
    /// The block of an own key.
    ///
    /// # Errors
    /// As [`unqualified`].
    pub fn new(verkey: &Verkey, services: &[NewService]) -> Result<Self, DocumentError> {
        let did = unqualified(verkey)?;
        let document = document(&did, verkey, services);
        Ok(Self { did, document })
    }

    /// The document, checked to be that of the DID beside it.
    ///
    /// # Errors
    /// As [`read`].
    pub fn read(&self) -> Result<DidDocument, DocumentError> {
        read(&self.did, &self.document)
    }
}
