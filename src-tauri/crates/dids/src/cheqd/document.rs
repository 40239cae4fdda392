//! From a DID document in JSON to what the ledger keeps of one, and back (cheqd ADR 001; @cheqd/sdk composes the same).
//! The ledger has a field for each member that it knows and none for others: what it could not hold is named here,
//! before anybody pays for a document that would silently be another one. A document as a resolver shows it can be
//! changed and handed in again.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::{
    identifier::CheqdDid,
    payload::{DidDocPayload, MethodPayload, ServicePayload},
};
use crate::{document::MAX_DOCUMENT_BYTES, public_key::PublicKey};

/// Multibase, base58 or JWK, by the verification method's type.
pub const ED25519_2020: &str = "Ed25519VerificationKey2020";
/// The type whose key is in base58.
pub const ED25519_2018: &str = "Ed25519VerificationKey2018";
/// The type whose key is a JWK.
pub const JWK_2020: &str = "JsonWebKey2020";

const MEMBERS: [&str; 12] = [
    "@context",
    "id",
    "controller",
    "verificationMethod",
    "authentication",
    "assertionMethod",
    "capabilityInvocation",
    "capabilityDelegation",
    // As the resolver writes it.
    "capability_delegation",
    "keyAgreement",
    "service",
    "alsoKnownAs",
];

/// The ledger cannot hold this document: which member, and why not. Whoever wrote the document is at fault; nothing was
/// sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the ledger cannot hold this document: {member} {reason}")]
pub struct Unpublishable {
    /// The member: `service[0].serviceEndpoint`, …
    pub member: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

type Result<T> = std::result::Result<T, Unpublishable>;

fn wrong<T>(member: impl Into<String>, reason: &'static str) -> Result<T> {
    Err(Unpublishable { member: member.into(), reason })
}

impl DidDocPayload {
    /// What the ledger would keep of `document` as the version of this id, a UUID. A document that names no controller
    /// is its own: a registrar asks nobody to sign for one that has none.
    ///
    /// # Errors
    /// Names the member that the ledger cannot hold.
    pub fn from_document(document: &Value, version_id: &str) -> Result<Self> {
        let Some(object) = document.as_object() else { return wrong("it", "is not a JSON object") };
        if document.to_string().len() > MAX_DOCUMENT_BYTES {
            return wrong("it", "is larger than 128 KiB");
        }
        if let Some(member) = object.keys().find(|member| !MEMBERS.contains(&member.as_str())) {
            return wrong(member, "is no member that the ledger has");
        }
        if !super::is_uuid(version_id) {
            return wrong("the version id", "is not a UUID");
        }
        let did: CheqdDid = match object.get("id").and_then(Value::as_str).map(str::parse) {
            Some(Ok(did)) => did,
            _ => return wrong("id", "is not a did:cheqd"),
        };
        let mut controller = one_or_more(object, "controller")?;
        if controller.is_empty() {
            controller.push(did.to_string());
        }
        let delegation = if object.contains_key("capabilityDelegation") { MEMBERS[7] } else { MEMBERS[8] };
        let payload = Self {
            context: one_or_more(object, "@context")?,
            controller,
            verification_method: each(object, "verificationMethod", method)?,
            authentication: texts(object, "authentication")?,
            assertion_method: each(object, "assertionMethod", assertion)?,
            capability_invocation: texts(object, "capabilityInvocation")?,
            capability_delegation: texts(object, delegation)?,
            key_agreement: texts(object, "keyAgreement")?,
            service: each(object, "service", service)?,
            also_known_as: texts(object, "alsoKnownAs")?,
            version_id: version_id.to_ascii_lowercase(),
            did,
        };
        payload.check()?;
        Ok(payload)
    }

    /// The document that it stands for, as a registrar reads it.
    pub fn to_document(&self) -> Value {
        let mut document = Map::new();
        put(&mut document, "@context", json!(self.context));
        document.insert("id".to_owned(), json!(self.did.to_string()));
        put(&mut document, "controller", json!(self.controller));
        put(&mut document, "verificationMethod", self.verification_method.iter().map(method_json).collect());
        put(&mut document, "authentication", json!(self.authentication));
        put(&mut document, "assertionMethod", json!(self.assertion_method));
        put(&mut document, "capabilityInvocation", json!(self.capability_invocation));
        put(&mut document, "capabilityDelegation", json!(self.capability_delegation));
        put(&mut document, "keyAgreement", json!(self.key_agreement));
        put(&mut document, "service", self.service.iter().map(service_json).collect());
        put(&mut document, "alsoKnownAs", json!(self.also_known_as));
        document.into()
    }

    /// The ledger's own rules on what stands where (cheqd-node `x/did/types`), which cost nothing to look at here.
    fn check(&self) -> Result<()> {
        if self.verification_method.is_empty() {
            return wrong("verificationMethod", "is missing: somebody has to sign");
        }
        if self.authentication.is_empty() {
            return wrong("authentication", "is missing: the registrar asks the keys in it to sign");
        }
        if self.controller.iter().any(|controller| controller.parse::<CheqdDid>().is_err()) {
            return wrong("controller", "has an entry that is no did:cheqd");
        }
        let own = |id: &str| id.strip_prefix(&format!("{}#", self.did)).is_some_and(|fragment| !fragment.is_empty());
        for (at, method) in self.verification_method.iter().enumerate() {
            if !own(&method.id) {
                return wrong(format!("verificationMethod[{at}].id"), "is not the DID with a fragment");
            }
            if method.controller.parse::<CheqdDid>().is_err() {
                return wrong(format!("verificationMethod[{at}].controller"), "is no did:cheqd");
            }
        }
        for (at, service) in self.service.iter().enumerate() {
            if !own(&service.id) {
                return wrong(format!("service[{at}].id"), "is not the DID with a fragment");
            }
        }
        let relationships = [
            ("authentication", &self.authentication),
            ("capabilityInvocation", &self.capability_invocation),
            ("capabilityDelegation", &self.capability_delegation),
            ("keyAgreement", &self.key_agreement),
        ];
        for (member, ids) in relationships {
            if !ids.iter().all(|id| own(id)) {
                return wrong(member, "has an entry that is not the DID with a fragment");
            }
        }
        let known: HashSet<&str> = self.verification_method.iter().map(|method| method.id.as_str()).collect();
        let references = self.assertion_method.iter().filter(|entry| entry.starts_with("did:"));
        if references.clone().any(|id| !known.contains(id.as_str())) {
            return wrong("assertionMethod", "names a key that is not in verificationMethod");
        }
        let ids = |ids: &[String]| ids.iter().collect::<HashSet<_>>().len() == ids.len();
        let unique = known.len() == self.verification_method.len();
        let services: HashSet<&str> = self.service.iter().map(|service| service.id.as_str()).collect();
        for (member, unique) in [
            ("verificationMethod", unique),
            ("service", services.len() == self.service.len()),
            ("controller", ids(&self.controller)),
            ("assertionMethod", ids(&self.assertion_method)),
            ("alsoKnownAs", ids(&self.also_known_as)),
        ] {
            if !unique {
                return wrong(member, "has an entry twice");
            }
        }
        for (member, list) in relationships {
            if !ids(list) {
                return wrong(member, "has an entry twice");
            }
        }
        Ok(())
    }
}

fn put(object: &mut Map<String, Value>, member: &str, value: Value) {
    if value.as_array().is_none_or(|items| !items.is_empty()) {
        object.insert(member.to_owned(), value);
    }
}

/// The member's items, each read by `read`, which is told where it stands.
fn each<T>(object: &Map<String, Value>, member: &str, read: fn(&Value, String) -> Result<T>) -> Result<Vec<T>> {
    match object.get(member) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) => {
            items.iter().enumerate().map(|(at, item)| read(item, format!("{member}[{at}]"))).collect()
        }
        Some(_) => wrong(member, "is not a list"),
    }
}

fn text(value: &Value, place: String) -> Result<String> {
    match value {
        Value::String(text) if !text.is_empty() => Ok(text.clone()),
        _ => wrong(place, "is not a text, and the ledger has nothing else there"),
    }
}

fn texts(object: &Map<String, Value>, member: &str) -> Result<Vec<String>> {
    each(object, member, text)
}

/// A list of texts, or one text alone.
fn one_or_more(object: &Map<String, Value>, member: &str) -> Result<Vec<String>> {
    match object.get(member) {
        Some(Value::String(one)) => Ok(vec![one.clone()]),
        _ => texts(object, member),
    }
}

fn required(object: &Map<String, Value>, place: &str, member: &str) -> Result<String> {
    text(object.get(member).unwrap_or(&Value::Null), format!("{place}.{member}"))
}

fn only(object: &Map<String, Value>, place: &str, members: &[&str]) -> Result<()> {
    match object.keys().find(|member| !members.contains(&member.as_str())) {
        Some(member) => wrong(format!("{place}.{member}"), "is no member that the ledger has there"),
        None => Ok(()),
    }
}

fn method(value: &Value, place: String) -> Result<MethodPayload> {
    let Some(object) = value.as_object() else { return wrong(place, "is not an object") };
    let method_type = required(object, &place, "type")?;
    let member = match method_type.as_str() {
        ED25519_2020 => "publicKeyMultibase",
        ED25519_2018 => "publicKeyBase58",
        JWK_2020 => "publicKeyJwk",
        _ => {
            return wrong(
                format!("{place}.type"),
                "is none of Ed25519VerificationKey2020, Ed25519VerificationKey2018 and JsonWebKey2020",
            );
        }
    };
    only(object, &place, &["id", "type", "controller", member])?;
    let key_place = format!("{place}.{member}");
    let material = match object.get(member) {
        // The text of the JWK is signed: its members stay in their order.
        Some(jwk @ Value::Object(members)) if method_type == JWK_2020 => {
            if members.contains_key("d") {
                return wrong(key_place, "holds a private key");
            }
            jwk.to_string()
        }
        Some(Value::String(text)) if method_type != JWK_2020 => text.clone(),
        _ => return wrong(key_place, "is missing or of another kind than the type says"),
    };
    if method_type != JWK_2020 && !matches!(PublicKey::of_method(object, &method_type), PublicKey::Ed25519(_)) {
        return wrong(key_place, "is not an Ed25519 key");
    }
    Ok(MethodPayload {
        id: required(object, &place, "id")?,
        controller: required(object, &place, "controller")?,
        method_type,
        material,
    })
}

fn method_json(method: &MethodPayload) -> Value {
    let (member, key) = match method.method_type.as_str() {
        ED25519_2018 => ("publicKeyBase58", json!(method.material)),
        JWK_2020 => ("publicKeyJwk", serde_json::from_str(&method.material).unwrap_or_default()),
        _ => ("publicKeyMultibase", json!(method.material)),
    };
    json!({ "id": method.id, "type": method.method_type, "controller": method.controller, member: key })
}

/// An entry of `assertionMethod`: the id of a key, or a key of any type, which the ledger keeps as a JSON text that is
/// itself quoted as JSON. A resolver shows the latter as an object.
fn assertion(value: &Value, place: String) -> Result<String> {
    match value {
        Value::String(id) if id.starts_with("did:") => Ok(id.clone()),
        Value::String(quoted) => {
            let inline = serde_json::from_str::<String>(quoted).ok();
            let inline = inline.and_then(|text| serde_json::from_str::<Map<String, Value>>(&text).ok());
            match inline {
                Some(_) => Ok(quoted.clone()),
                None => wrong(place, "is neither the id of a key nor a key as quoted JSON"),
            }
        }
        Value::Object(_) => Ok(Value::String(value.to_string()).to_string()),
        _ => wrong(place, "is neither the id of a key nor a key"),
    }
}

fn service(value: &Value, place: String) -> Result<ServicePayload> {
    let Some(object) = value.as_object() else { return wrong(place, "is not an object") };
    only(object, &place, &["id", "type", "serviceEndpoint", "recipientKeys", "routingKeys", "accept", "priority"])?;
    let endpoint_place = format!("{place}.serviceEndpoint");
    let endpoints = match object.get("serviceEndpoint") {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(many)) => {
            many.iter().map(|one| text(one, endpoint_place.clone())).collect::<Result<Vec<_>>>()?
        }
        _ => return wrong(endpoint_place, "is neither a text nor a list of texts"),
    };
    if endpoints.iter().all(|endpoint| endpoint.trim().is_empty()) {
        return wrong(endpoint_place, "is empty");
    }
    let priority = match object.get("priority") {
        None | Some(Value::Null) => 0,
        Some(priority) => match priority.as_u64().and_then(|priority| u32::try_from(priority).ok()) {
            Some(priority) => priority,
            None => return wrong(format!("{place}.priority"), "is not a number from 0 to 4294967295"),
        },
    };
    let list = |member: &str| {
        texts(object, member).map_err(|error| Unpublishable { member: format!("{place}.{}", error.member), ..error })
    };
    let service_type = required(object, &place, "type")?;
    if service_type.len() > 255 {
        return wrong(format!("{place}.type"), "is longer than 255 bytes");
    }
    Ok(ServicePayload {
        id: required(object, &place, "id")?,
        service_type,
        endpoints,
        recipient_keys: list("recipientKeys")?,
        routing_keys: list("routingKeys")?,
        accept: list("accept")?,
        priority,
    })
}

fn service_json(service: &ServicePayload) -> Value {
    let mut object = Map::new();
    object.insert("id".to_owned(), json!(service.id));
    object.insert("type".to_owned(), json!(service.service_type));
    object.insert("serviceEndpoint".to_owned(), json!(service.endpoints));
    put(&mut object, "recipientKeys", json!(service.recipient_keys));
    put(&mut object, "routingKeys", json!(service.routing_keys));
    put(&mut object, "accept", json!(service.accept));
    if service.priority != 0 {
        object.insert("priority".to_owned(), json!(service.priority));
    }
    object.into()
}
