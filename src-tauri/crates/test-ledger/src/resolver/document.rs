//! From what the ledger holds to the JSON that the resolver answers (did-resolver `types/*.go`), member by member and in
//! its order. The stored `@context` is ignored and made anew from the types of the keys, as there.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::times;
use crate::{
    keys::{ED25519_2018, ED25519_2020, JWK_2020, Key},
    payload::{DidDocPayload, Service, VerificationMethod},
    state::{DidVersion, Resource},
};

pub const DID_CONTEXT: &str = "https://www.w3.org/ns/did/v1";
pub const RESOLUTION_CONTEXT: &str = "https://w3id.org/did-resolution/v1";

/// Appends a member, unless it is empty: Go's `omitempty`.
fn put(object: &mut Map<String, Value>, name: &str, value: Value) {
    let empty = match &value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Number(number) => number.as_u64() == Some(0),
        Value::Bool(yes) => !yes,
        Value::Object(_) => false,
    };
    if !empty {
        object.insert(name.to_owned(), value);
    }
}

/// The document of a version; with contexts where the type wants them.
pub fn did_document(payload: &DidDocPayload, linked: bool) -> Value {
    let mut document = Map::new();
    put(&mut document, "@context", if linked { contexts(payload) } else { Value::Null });
    put(&mut document, "id", json!(payload.id));
    put(&mut document, "controller", json!(payload.controller));
    let methods: Vec<Value> = payload.verification_method.iter().map(verification_method).collect();
    put(&mut document, "verificationMethod", methods.into());
    put(&mut document, "authentication", json!(payload.authentication));
    let assertions: Vec<Value> = payload.assertion_method.iter().map(|entry| assertion_method(entry)).collect();
    put(&mut document, "assertionMethod", assertions.into());
    put(&mut document, "capabilityInvocation", json!(payload.capability_invocation));
    // The resolver writes this one in snake case.
    put(&mut document, "capability_delegation", json!(payload.capability_delegation));
    put(&mut document, "keyAgreement", json!(payload.key_agreement));
    put(&mut document, "service", payload.service.iter().map(service).collect::<Vec<_>>().into());
    put(&mut document, "alsoKnownAs", json!(payload.also_known_as));
    document.into()
}

fn contexts(payload: &DidDocPayload) -> Value {
    let mut contexts = vec![DID_CONTEXT];
    let mut add = |context| {
        if !contexts.contains(&context) {
            contexts.push(context);
        }
    };
    if payload.service.iter().any(|service| service.kind == "LinkedDomains") {
        add("https://identity.foundation/.well-known/did-configuration/v1");
    }
    for method in &payload.verification_method {
        match method.kind.as_str() {
            ED25519_2020 => add("https://w3id.org/security/suites/ed25519-2020/v1"),
            ED25519_2018 => add("https://w3id.org/security/suites/ed25519-2018/v1"),
            JWK_2020 => add("https://w3id.org/security/suites/jws-2020/v1"),
            _ => {}
        }
    }
    json!(contexts)
}

/// A verification method.
pub fn verification_method(method: &VerificationMethod) -> Value {
    let (name, key) = match method.kind.as_str() {
        ED25519_2018 => ("publicKeyBase58", json!(method.material)),
        JWK_2020 => ("publicKeyJwk", serde_json::from_str(&method.material).unwrap_or_default()),
        _ => ("publicKeyMultibase", json!(method.material)),
    };
    let mut object = Map::new();
    put(&mut object, "id", json!(method.id));
    put(&mut object, "type", json!(method.kind));
    put(&mut object, "controller", json!(method.controller));
    put(&mut object, name, key);
    object.into()
}

/// The same key in the notation of another type; `None` for keys that have no such notation.
pub fn transform(method: &VerificationMethod, kind: &str) -> Option<VerificationMethod> {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    if method.kind == kind {
        return Some(method.clone());
    }
    let key = Key::of(method).ok()?.ed25519_bytes()?;
    let material = match kind {
        ED25519_2020 => format!("z{}", bs58::encode([&[0xed, 0x01], key.as_slice()].concat()).into_string()),
        ED25519_2018 => bs58::encode(key).into_string(),
        _ => json!({ "crv": "Ed25519", "kty": "OKP", "x": URL_SAFE_NO_PAD.encode(key) }).to_string(),
    };
    Some(VerificationMethod { kind: kind.to_owned(), material, ..method.clone() })
}

/// An entry of assertionMethod: a reference as it is, an inline method as an object.
fn assertion_method(entry: &str) -> Value {
    if entry.starts_with("did:cheqd") {
        return entry.into();
    }
    let inline = serde_json::from_str::<String>(entry).ok();
    let Some(Value::Object(inline)) = inline.and_then(|inline| serde_json::from_str(&inline).ok()) else {
        return Value::Null;
    };
    let mut object = Map::new();
    for name in ["id", "type", "controller", "publicKeyJwk", "publicKeyMultibase", "publicKeyBase58"] {
        put(&mut object, name, inline.get(name).cloned().unwrap_or_default());
    }
    object.into()
}

/// A service; one endpoint is written as text, several as a list.
pub fn service(service: &Service) -> Value {
    let endpoint = match service.endpoints.as_slice() {
        [one] => json!(one),
        several => json!(several),
    };
    let mut object = Map::new();
    put(&mut object, "id", json!(service.id));
    put(&mut object, "type", json!(service.kind));
    put(&mut object, "serviceEndpoint", endpoint);
    put(&mut object, "recipientKeys", json!(service.recipient_keys));
    put(&mut object, "routingKeys", json!(service.routing_keys));
    put(&mut object, "accept", json!(service.accept));
    put(&mut object, "priority", json!(service.priority));
    object.into()
}

/// `didDocumentMetadata` of a version with these resources.
pub fn version_metadata<'a>(version: &DidVersion, resources: impl Iterator<Item = &'a Resource>, did: &str) -> Value {
    let mut object = Map::new();
    put(&mut object, "created", times::text(version.created).into());
    put(&mut object, "updated", version.updated.map(times::text).into());
    put(&mut object, "deactivated", version.deactivated.into());
    put(&mut object, "versionId", json!(version.version_id));
    put(&mut object, "nextVersionId", json!(version.next_version_id));
    put(&mut object, "previousVersionId", json!(version.previous_version_id));
    let resources: Vec<Value> = resources.map(|resource| resource_metadata(resource, did)).collect();
    put(&mut object, "linkedResourceMetadata", resources.into());
    object.into()
}

/// A resource's metadata.
pub fn resource_metadata(resource: &Resource, did: &str) -> Value {
    json!({
        "resourceURI": format!("{did}/resources/{}", resource.id),
        "resourceCollectionId": resource.collection_id,
        "resourceId": resource.id,
        "resourceName": resource.name,
        "resourceType": resource.kind,
        "mediaType": resource.media_type,
        "resourceVersion": resource.version,
        "created": times::text(resource.created),
        "checksum": resource.checksum,
        "previousVersionId": resource.previous_version_id,
        "nextVersionId": resource.next_version_id,
    })
}

/// A resource's content within a dereferencing result: a JSON object as it is, anything else as base64.
pub fn content_stream(resource: &Resource) -> Value {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    if ["application/json", "text/plain"].contains(&resource.media_type)
        && let Ok(Value::Object(mut object)) = serde_json::from_slice(&resource.data)
    {
        // The resolver goes through a Go map, which has its names in order.
        object.sort_keys();
        let mut content = Value::Object(object);
        content.sort_all_objects();
        return content;
    }
    STANDARD.encode(&resource.data).into()
}

/// What a resolution or dereferencing result says of itself.
pub fn metadata(did: &str, content_type: &str, error: Option<&str>, now: Timestamp) -> Value {
    let mut object = Map::new();
    put(&mut object, "contentType", json!(content_type));
    put(&mut object, "error", json!(error));
    put(&mut object, "retrieved", times::text(now).into());
    let mut properties = Map::new();
    let did = did.split(['/', '?', '#']).next().unwrap_or_default();
    if let Some(parts) = crate::identifiers::split_did(did) {
        put(&mut properties, "didString", json!(did));
        put(&mut properties, "methodSpecificId", json!(parts.id));
        put(&mut properties, "method", json!(parts.method));
    }
    object.insert("did".into(), properties.into());
    object.into()
}
