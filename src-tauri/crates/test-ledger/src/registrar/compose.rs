//! From a DID document in JSON to the payload that is to be signed, as the cheqd driver composes it (did-registrar
//! `helpers.ts`, @cheqd/sdk): JWKs become compact JSON text, an endpoint given as a string becomes a list of one.

use serde_json::{Map, Value};

use crate::{
    keys::{ED25519_2018, ED25519_2020, JWK_2020},
    payload::{DidDocPayload, Service, VerificationMethod},
};

/// The most members of one list in a document.
const MAX_ITEMS: usize = 1024;

/// The payload of `document`, or `None` where the driver finds the document not to be one.
pub fn did_doc_payload(document: &Value, version_id: &str) -> Option<DidDocPayload> {
    let document = document.as_object()?;
    let methods = document.get("verificationMethod")?.as_array()?;
    if methods.is_empty() || methods.len() > MAX_ITEMS {
        return None;
    }
    Some(DidDocPayload {
        context: texts(document, "@context")?,
        id: text(document, "id").filter(|id| !id.is_empty())?,
        controller: texts(document, "controller")?,
        verification_method: methods.iter().map(method).collect::<Option<_>>()?,
        authentication: texts(document, "authentication")?,
        assertion_method: texts(document, "assertionMethod")?,
        capability_invocation: texts(document, "capabilityInvocation")?,
        capability_delegation: texts(document, "capabilityDelegation")?,
        key_agreement: texts(document, "keyAgreement")?,
        service: items(document, "service")?.iter().map(service).collect::<Option<_>>()?,
        also_known_as: texts(document, "alsoKnownAs")?,
        version_id: version_id.to_owned(),
    })
}

/// A text member; absent is empty.
fn text(object: &Map<String, Value>, name: &str) -> Option<String> {
    match object.get(name) {
        None | Some(Value::Null) => Some(String::new()),
        Some(Value::String(text)) => Some(text.clone()),
        Some(_) => None,
    }
}

fn items<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a [Value]> {
    match object.get(name) {
        None | Some(Value::Null) => Some(&[]),
        Some(Value::Array(items)) if items.len() <= MAX_ITEMS => Some(items),
        Some(_) => None,
    }
}

fn texts(object: &Map<String, Value>, name: &str) -> Option<Vec<String>> {
    items(object, name)?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

fn method(value: &Value) -> Option<VerificationMethod> {
    let object = value.as_object()?;
    let kind = text(object, "type")?;
    let material = match kind.as_str() {
        ED25519_2020 => text(object, "publicKeyMultibase")?,
        ED25519_2018 => text(object, "publicKeyBase58")?,
        JWK_2020 => serde_json::to_string(object.get("publicKeyJwk").filter(|jwk| jwk.is_object())?).ok()?,
        _ => return None,
    };
    if material.is_empty() {
        return None;
    }
    Some(VerificationMethod { id: text(object, "id")?, kind, controller: text(object, "controller")?, material })
}

fn service(value: &Value) -> Option<Service> {
    let object = value.as_object()?;
    let filled = |name: &str| text(object, name).filter(|text| !text.trim().is_empty());
    let endpoints = match object.get("serviceEndpoint")? {
        Value::String(endpoint) => vec![endpoint.clone()],
        Value::Array(_) => texts(object, "serviceEndpoint")?,
        _ => return None,
    };
    if endpoints.is_empty() || endpoints.iter().any(|endpoint| endpoint.trim().is_empty()) {
        return None;
    }
    let priority = match object.get("priority") {
        None | Some(Value::Null) => 0,
        Some(priority) => priority.as_u64().and_then(|priority| u32::try_from(priority).ok())?,
    };
    Some(Service {
        id: filled("id")?,
        kind: filled("type")?,
        endpoints,
        recipient_keys: texts(object, "recipientKeys")?,
        routing_keys: texts(object, "routingKeys")?,
        accept: texts(object, "accept")?,
        priority,
    })
}
