//! did:peer:2: keys and services as elements of the DID, each with a letter that says what it is for. Services are
//! abbreviated JSON.

use serde_json::{Map, Value, json};
use vouchsafe_didcomm::Verkey;

use super::{NewService, hash};
use crate::{
    base64url,
    did::Did,
    document::{DidDocument, DocumentError},
    public_key::{PublicKey, multikey},
};

/// The most elements of a did:peer:2 that are read.
const MAX_ELEMENTS: usize = 64;

/// A did:peer:2 with one key to authenticate (`#key-1`), its X25519 form to agree on keys (`#key-2`), and a
/// `did-communication` service for each endpoint.
///
/// # Errors
/// [`DocumentError::Malformed`] if the key is not usable or the services make the DID too long.
pub fn create_peer2(verkey: &Verkey, services: &[NewService]) -> Result<Did, DocumentError> {
    let agreement = verkey.to_x25519().map_err(|_| DocumentError::Malformed("the key is not usable"))?;
    let agreement = PublicKey::X25519(agreement).to_multibase().unwrap_or_default();
    let mut did = format!("did:peer:2.V{}.E{agreement}", verkey.to_multibase());
    for (priority, service) in services.iter().enumerate() {
        let abbreviated = json!({
            "id": format!("#didcomm-{priority}"),
            "t": "did-communication",
            "priority": priority,
            "recipientKeys": ["#key-1"],
            "r": service.routing_references(),
            "s": service.endpoint,
        });
        did.push_str(".S");
        did.push_str(&base64url::encode(abbreviated.to_string().as_bytes()));
    }
    did.parse().map_err(|_| DocumentError::Malformed("too long for a did:peer:2"))
}

pub(super) fn resolve(did: &Did) -> Result<DidDocument, DocumentError> {
    let malformed = DocumentError::Malformed("an element of the did:peer:2");
    let elements = did.as_str().strip_prefix("did:peer:2.").ok_or(malformed.clone())?;
    if elements.split('.').count() > MAX_ELEMENTS {
        return Err(malformed);
    }
    let mut methods = Vec::new();
    let mut services = Vec::new();
    let mut relationships = Map::new();
    for element in elements.split('.') {
        let (purpose, content) = element.split_at_checked(1).ok_or(malformed.clone())?;
        let relationship = match purpose {
            "A" => "assertionMethod",
            "D" => "capabilityDelegation",
            "E" => "keyAgreement",
            "I" => "capabilityInvocation",
            "V" => "authentication",
            "S" => {
                read_services(content, &mut services).ok_or(malformed.clone())?;
                continue;
            }
            _ => return Err(malformed),
        };
        if PublicKey::from_multibase(content) == PublicKey::Other {
            return Err(malformed);
        }
        let id = format!("#key-{}", methods.len().saturating_add(1));
        methods.push(multikey(&id, did.as_str(), content));
        let listed = relationships.entry(relationship).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(ids) = listed {
            ids.push(Value::String(id));
        }
    }
    let mut document = json!({
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "alsoKnownAs": [third_form(did)],
        "verificationMethod": methods,
    });
    if let Value::Object(document) = &mut document {
        document.extend(relationships);
        document.insert("service".to_owned(), Value::Array(services));
    }
    DidDocument::from_value(document)
}

/// The did:peer:3 that names the same document.
pub(crate) fn third_form(second: &Did) -> String {
    let content = second.as_str().strip_prefix("did:peer:2").unwrap_or_default();
    format!("did:peer:3{}", hash(content.as_bytes()))
}

/// One service, or as older agents wrote it, a list of them.
fn read_services(content: &str, services: &mut Vec<Value>) -> Option<()> {
    let decoded: Value = serde_json::from_slice(&base64url::decode(content).ok()?).ok()?;
    let found = match decoded {
        Value::Array(many) => many,
        one => vec![one],
    };
    for service in found {
        let Value::Object(service) = service else { return None };
        let mut service = expand(service);
        if let Some(Value::Object(endpoint)) = service.get_mut("serviceEndpoint") {
            *endpoint = expand(std::mem::take(endpoint));
        }
        if !service.contains_key("id") {
            let id = if services.is_empty() { "#service".to_owned() } else { format!("#service-{}", services.len()) };
            service.shift_insert(0, "id".to_owned(), Value::String(id));
        }
        services.push(Value::Object(service));
    }
    Some(())
}

/// The abbreviations of the method's specification.
fn expand(abbreviated: Map<String, Value>) -> Map<String, Value> {
    abbreviated
        .into_iter()
        .map(|(name, value)| {
            let name = match name.as_str() {
                "t" => "type".to_owned(),
                "s" => "serviceEndpoint".to_owned(),
                "r" => "routingKeys".to_owned(),
                "a" => "accept".to_owned(),
                _ => name,
            };
            let value = if name == "type" && value == "dm" { Value::from("DIDCommMessaging") } else { value };
            (name, value)
        })
        .collect()
}
