//! did:peer:4: the long form is a document behind its hash, the short form the hash alone. Whoever has the long form
//! can check that the document is the one that the short form names, so a document cannot be swapped.

use serde_json::{Map, Value, json};
use vouchsafe_didcomm::Verkey;

use super::{Form, NewService, form, hash};
use crate::{
    base58,
    did::Did,
    document::{DidDocument, DocumentError},
};

/// The multicodec prefix of JSON (0x0200 as a varint).
const JSON: [u8; 2] = [0x80, 0x04];

/// A did:peer:4 in both forms.
#[derive(Clone, Debug, PartialEq)]
pub struct Peer4 {
    /// The form that holds the document.
    pub long: Did,
    /// The form that names it.
    pub short: Did,
    /// The document of the long form.
    pub document: DidDocument,
}

/// A did:peer:4 with one key, as agents exchange it in DID Exchange 1.1: `#key-0` as Multikey to authenticate, to sign
/// credentials and to agree on keys, and a `did-communication` service for each endpoint.
///
/// # Errors
/// [`DocumentError::Malformed`] if the services make the DID too long.
pub fn create_peer4(verkey: &Verkey, services: &[NewService]) -> Result<Peer4, DocumentError> {
    let services: Vec<Value> = services
        .iter()
        .enumerate()
        .map(|(priority, service)| {
            json!({
                "id": format!("#didcomm-{priority}"),
                "type": "did-communication",
                "recipientKeys": ["#key-0"],
                "routingKeys": service.routing_references(),
                "serviceEndpoint": service.endpoint,
                "priority": priority,
            })
        })
        .collect();
    encode_peer4(&json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "verificationMethod": [{"id": "#key-0", "type": "Multikey", "publicKeyMultibase": verkey.to_multibase()}],
        "authentication": ["#key-0"],
        "assertionMethod": ["#key-0"],
        "keyAgreement": ["#key-0"],
        "service": services,
    }))
}

/// The did:peer:4 of a document that has no `id` yet.
///
/// # Errors
/// [`DocumentError::Malformed`] if the document is none or makes the DID too long.
pub fn encode_peer4(input: &Value) -> Result<Peer4, DocumentError> {
    let content = [JSON.as_slice(), input.to_string().as_bytes()].concat();
    let encoded = format!("z{}", base58::encode(&content));
    let hash = hash(encoded.as_bytes());
    let too_long = |_| DocumentError::Malformed("too long for a did:peer:4");
    let long: Did = format!("did:peer:4{hash}:{encoded}").parse().map_err(too_long)?;
    let short: Did = format!("did:peer:4{hash}").parse()?;
    let document = contextualise(input.clone(), &long, &short)?;
    Ok(Peer4 { long, short, document })
}

/// The short form of a long did:peer:4; none if it is none, or if its hash is not that of its document.
pub fn short_form(long: &Did) -> Option<Did> {
    if form(long) != Some(Form::LongFour) {
        return None;
    }
    let (short, encoded) = long.as_str().rsplit_once(':')?;
    let stated = short.strip_prefix("did:peer:4")?;
    (stated == hash(encoded.as_bytes())).then(|| short.parse().ok()).flatten()
}

/// The document of the short form, out of the long one.
///
/// # Errors
/// Says what is wrong with the long form.
pub fn resolve_short(long: &Did) -> Result<DidDocument, DocumentError> {
    let short = short_form(long).ok_or(DocumentError::Malformed("the hash of the did:peer:4"))?;
    contextualise(decode(long)?, &short, long)
}

pub(super) fn resolve_long(long: &Did) -> Result<DidDocument, DocumentError> {
    let short = short_form(long).ok_or(DocumentError::Malformed("the hash of the did:peer:4"))?;
    contextualise(decode(long)?, long, &short)
}

fn decode(long: &Did) -> Result<Value, DocumentError> {
    let malformed = DocumentError::Malformed("the document of the did:peer:4");
    let encoded = long.as_str().rsplit_once(":z").map(|(_, encoded)| encoded).ok_or(malformed.clone())?;
    let content = base58::decode(encoded).ok_or(malformed.clone())?;
    let json = content.strip_prefix(&JSON).ok_or(malformed.clone())?;
    serde_json::from_slice(json).map_err(|_| malformed)
}

/// The document with the members that depend on its own hash and so cannot be in the encoded one.
fn contextualise(input: Value, id: &Did, other: &Did) -> Result<DidDocument, DocumentError> {
    let Value::Object(mut input) = input else { return Err(DocumentError::Malformed("not an object")) };
    let mut document = Map::new();
    if let Some(context) = input.shift_remove("@context") {
        document.insert("@context".to_owned(), context);
    }
    let mut names = match input.shift_remove("alsoKnownAs") {
        Some(Value::Array(names)) => names,
        _ => Vec::new(),
    };
    names.push(Value::String(other.to_string()));
    input.shift_remove("id");
    document.insert("id".to_owned(), Value::String(id.to_string()));
    document.insert("alsoKnownAs".to_owned(), Value::Array(names));
    document.extend(input);
    for member in ["verificationMethod", "authentication", "assertionMethod", "keyAgreement"] {
        let methods = document.get_mut(member).and_then(Value::as_array_mut);
        for method in methods.into_iter().flatten().filter_map(Value::as_object_mut) {
            method.entry("controller").or_insert_with(|| Value::String(id.to_string()));
        }
    }
    DidDocument::from_value(Value::Object(document))
}
