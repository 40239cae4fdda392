//! Rules of form: what a message must be like before the ledger looks at its own state (cheqd-node `x/*/types`). The
//! same rules run twice, first for any namespace (code 1205), then for this ledger's (1206); the order is the ledger's.

use std::collections::HashSet;

use serde_json::Value;

use crate::{
    identifiers::{check_did, check_fragment_url, check_id, is_uuid},
    keys::{ED25519_2018, ED25519_2020, JWK_2020, Key},
    payload::{DeactivatePayload, DidDocPayload, ResourcePayload, Service, VerificationMethod},
    rejection::Violation,
    transaction::SignInfo,
};

type Checked = Result<(), Violation>;

/// The largest resource in bytes.
pub const MAX_RESOURCE_BYTES: usize = 2 * 1024 * 1024;

fn required(member: &str, text: &str) -> Checked {
    if text.is_empty() { Err(Violation::at(member, "cannot be blank")) } else { Ok(()) }
}

fn length(member: &str, text: &str, most: usize) -> Checked {
    if text.len() > most {
        return Err(Violation::at(member, format!("the length must be between 1 and {most}")));
    }
    Ok(())
}

fn unique<'a>(member: &str, items: impl Iterator<Item = &'a str>, rule: &str) -> Checked {
    let mut seen = HashSet::new();
    for item in items {
        if !seen.insert(item) {
            return Err(Violation::at(member, rule));
        }
    }
    Ok(())
}

fn each<T>(member: &str, items: &[T], check: impl Fn(&T) -> Checked) -> Checked {
    for (at, item) in items.iter().enumerate() {
        check(item).map_err(|violation| violation.within(at).within(member))?;
    }
    Ok(())
}

fn did(member: &str, did: &str, namespace: Option<&str>) -> Checked {
    required(member, did)?;
    check_did(did, namespace).map_err(|rule| Violation::at(member, rule))
}

/// The id of a part of the document of `base`.
fn own_url(url: &str, base: &str, namespace: Option<&str>) -> Result<(), String> {
    check_fragment_url(url, namespace)?;
    if url.starts_with(base) { Ok(()) } else { Err(format!("must have prefix: {base}")) }
}

fn relationship(member: &str, urls: &[String], base: &str, namespace: Option<&str>) -> Checked {
    unique(member, urls.iter().map(String::as_str), "there should be no duplicates")?;
    each(member, urls, |url| own_url(url, base, namespace).map_err(Violation::new))
}

fn method(method: &VerificationMethod, base: &str, namespace: Option<&str>) -> Checked {
    required("id", &method.id)?;
    own_url(&method.id, base, namespace).map_err(|rule| Violation::at("id", rule))?;
    did("controller", &method.controller, namespace)?;
    required("verification_method_type", &method.kind)?;
    if ![ED25519_2020, ED25519_2018, JWK_2020].contains(&method.kind.as_str()) {
        return Err(Violation::at("verification_method_type", "must be a valid value"));
    }
    required("verification_material", &method.material)?;
    Key::of(method).map(drop).map_err(|rule| Violation::at("verification_material", rule))
}

fn service(service: &Service, base: &str, namespace: Option<&str>) -> Checked {
    required("id", &service.id)?;
    own_url(&service.id, base, namespace).map_err(|rule| Violation::at("id", rule))?;
    required("service_type", &service.kind)?;
    length("service_type", &service.kind, 255)?;
    each("service_endpoint", &service.endpoints, |endpoint| {
        if endpoint.is_empty() { Err(Violation::new("cannot be blank")) } else { Ok(()) }
    })
}

const ASSERTION_FORM: &str =
    "assertionMethod should be a valid DIDUrl or an Escaped JSON string with id, type and controller values";

/// An entry of assertionMethod is the id of a verification method of this document, or a whole one as a quoted JSON
/// string: the only way to anchor keys of other types.
fn assertion_method(entry: &str, document: &DidDocPayload, namespace: Option<&str>) -> Result<(), String> {
    let Ok(inline) = serde_json::from_str::<String>(entry) else {
        own_url(entry, &document.id, namespace).map_err(|_| ASSERTION_FORM)?;
        let known = document.verification_method.iter().any(|method| method.id == entry);
        return if known {
            Ok(())
        } else {
            Err("assertionMethod should be a valid key reference within the DID document's verification method".into())
        };
    };
    let inline: Value = serde_json::from_str(&inline).map_err(|_| "input should be a valid JSON string")?;
    let members = inline.as_object().ok_or("input should be a valid JSON string")?;
    for (name, value) in members {
        if name != "metadata" && !(value.is_string() || value.is_number() || value.is_boolean()) {
            return Err(format!("field {name} is not protobuf-supported"));
        }
    }
    let text = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default();
    let same = |method: &VerificationMethod| {
        (method.id.as_str(), method.kind.as_str(), method.controller.as_str())
            == (text("id"), text("type"), text("controller"))
            && ["publicKeyJwk", "publicKeyBase58", "publicKeyMultibase"]
                .iter()
                .any(|name| method.material == text(name))
    };
    if document.verification_method.iter().any(same) {
        return Err("assertionMethod should be a unique inline key fragment definition".into());
    }
    own_url(text("id"), &document.id, namespace).map_err(|_| ASSERTION_FORM)?;
    check_did(text("controller"), namespace)
}

fn document(document: &DidDocPayload, namespace: Option<&str>) -> Checked {
    let base = document.id.as_str();
    did("id", base, namespace)?;
    unique("controller", document.controller.iter().map(String::as_str), "there should be no duplicates")?;
    each("controller", &document.controller, |controller| check_did(controller, namespace).map_err(Violation::new))?;
    let methods = &document.verification_method;
    let rule = "there are verification method duplicates";
    unique("verification_method", methods.iter().map(|method| method.id.as_str()), rule)?;
    each("verification_method", methods, |entry| method(entry, base, namespace))?;
    relationship("authentication", &document.authentication, base, namespace)?;
    let member = "assertion_method";
    unique(member, document.assertion_method.iter().map(String::as_str), "there should be no duplicates")?;
    each(member, &document.assertion_method, |entry| {
        assertion_method(entry, document, namespace).map_err(Violation::new)
    })?;
    relationship("capability_invocation", &document.capability_invocation, base, namespace)?;
    relationship("capability_delegation", &document.capability_delegation, base, namespace)?;
    relationship("key_agreement", &document.key_agreement, base, namespace)?;
    let services = &document.service;
    unique("service", services.iter().map(|service| service.id.as_str()), "there are service duplicates")?;
    each("service", services, |entry| service(entry, base, namespace))?;
    unique("also_known_as", document.also_known_as.iter().map(String::as_str), "there should be no duplicates")
}

/// Which signatures may stand side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeats {
    /// One signature a key: creation.
    None,
    /// Several by one key id, if they differ: update has the old and the new key under one id.
    Differing,
}

/// The signatures' form.
pub fn signatures(infos: &[SignInfo], repeats: Repeats, namespace: Option<&str>) -> Checked {
    let member = "signatures";
    let mut seen = HashSet::new();
    for info in infos {
        let signature = if repeats == Repeats::None { &[] } else { info.signature.as_slice() };
        if !seen.insert((info.verification_method_id.as_str(), signature)) {
            return Err(Violation::at(
                member,
                match repeats {
                    Repeats::None => "there are sign info records with the same ID",
                    Repeats::Differing => "there are full sign info duplicates",
                },
            ));
        }
    }
    each(member, infos, |info| {
        required("verification_method_id", &info.verification_method_id)?;
        check_fragment_url(&info.verification_method_id, namespace)
            .map_err(|rule| Violation::at("verification_method_id", rule))?;
        if info.signature.is_empty() { Err(Violation::at("signature", "cannot be blank")) } else { Ok(()) }
    })
}

/// A document to create or to update to.
pub fn did_doc(payload: &DidDocPayload, namespace: Option<&str>) -> Checked {
    let checked = document(payload, namespace).and_then(|()| required("version_id", &payload.version_id));
    checked.map_err(|violation| violation.within("payload"))
}

/// A deactivation.
pub fn deactivation(payload: &DeactivatePayload, namespace: Option<&str>) -> Checked {
    let version = || {
        required("version_id", &payload.version_id)?;
        if is_uuid(&payload.version_id) {
            return Ok(());
        }
        Err(Violation::at("version_id", "uuid must be of length 36 (in form of xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)"))
    };
    did("id", &payload.id, namespace).and_then(|()| version()).map_err(|violation| violation.within("payload"))
}

/// A resource.
pub fn resource(payload: &ResourcePayload) -> Checked {
    let checked = || {
        required("collection_id", &payload.collection_id)?;
        check_id(&payload.collection_id).map_err(|rule| Violation::at("collection_id", rule))?;
        required("id", &payload.id)?;
        if !is_uuid(&payload.id) {
            let rule = "uuid must be of length 36 (in form of xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx)";
            return Err(Violation::at("id", rule));
        }
        required("name", &payload.name)?;
        length("name", &payload.name, 64)?;
        length("version", &payload.version, 64)?;
        required("resource_type", &payload.resource_type)?;
        length("resource_type", &payload.resource_type, 64)?;
        each("also_known_as", &payload.also_known_as, |other| {
            required("uri", &other.uri)?;
            length("uri", &other.uri, 256)?;
            length("description", &other.description, 128)
        })?;
        if payload.data.is_empty() {
            return Err(Violation::at("data", "cannot be blank"));
        }
        if payload.data.len() > MAX_RESOURCE_BYTES {
            return Err(Violation::at("data", format!("the length must be between 1 and {MAX_RESOURCE_BYTES}")));
        }
        Ok(())
    };
    checked().map_err(|violation| violation.within("payload"))
}
