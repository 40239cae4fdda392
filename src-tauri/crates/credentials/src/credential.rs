//! A credential's structure: Verifiable Credentials Data Model 1.1 and 2.0 (W3C), as far as an issuer and a
//! holder must agree on it before anything is signed. Everything is read from what a stranger sent.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::canonical::Quad;
use crate::context::{self, ActiveContext, Sources};
use crate::error::CredentialError;
use crate::statements::{MAX_DEPTH, statements};

pub(crate) const V1: &str = "https://www.w3.org/2018/credentials/v1";
pub(crate) const V2: &str = "https://www.w3.org/ns/credentials/v2";

/// Bytes of a credential as JSON: what fits into a message of 1 MiB as a base64 attachment.
const MAX_BYTES: usize = 768 * 1024;

/// The version of the data model, which the first context names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum DataModel {
    /// `https://www.w3.org/2018/credentials/v1`.
    #[serde(rename = "1.1")]
    V1,
    /// `https://www.w3.org/ns/credentials/v2`.
    #[serde(rename = "2.0")]
    V2,
}

/// A credential whose structure holds and whose every member makes a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The data model's version.
    pub data_model: DataModel,
    /// The issuer's identifier.
    pub issuer: String,
    /// Bundled contexts that the credential names, in order.
    pub contexts: Vec<String>,
    /// Whether the credential itself defines terms: then what a member means is what its author says.
    pub inline_contexts: bool,
    /// `issuanceDate` or `validFrom`.
    pub valid_from: Option<Timestamp>,
    /// `expirationDate` or `validUntil`.
    pub valid_until: Option<Timestamp>,
}

/// A checked credential with what signing and verifying need of it.
pub(crate) struct Read {
    pub checked: Checked,
    pub document: Map<String, Value>,
    pub context: Arc<ActiveContext>,
    pub statements: Vec<Quad>,
}

/// Reads a credential, with or without proofs, as an issuer or holder must before agreeing to it.
///
/// # Errors
/// What is wrong, with the member's name: see [`CredentialError`].
pub fn check(credential: &Value) -> Result<Checked, CredentialError> {
    read(credential).map(|read| read.checked)
}

/// The issuer's identifier, if there is one.
pub fn issuer_of(credential: &Value) -> Option<&str> {
    id_of(credential.get("issuer")?)
}

/// The verification method of the first proof.
pub fn verification_method_of(credential: &Value) -> Option<&str> {
    proofs_of(credential).first()?.get("verificationMethod")?.as_str()
}

/// The proofs: none, one or several.
pub fn proofs_of(credential: &Value) -> &[Value] {
    match credential.get("proof") {
        None | Some(Value::Null) => &[],
        Some(Value::Array(proofs)) => proofs,
        Some(one) => std::slice::from_ref(one),
    }
}

/// The credential as it was before it was signed.
#[must_use]
pub fn without_proof(credential: &Value) -> Value {
    let mut credential = credential.clone();
    if let Some(members) = credential.as_object_mut() {
        members.shift_remove("proof");
    }
    credential
}

pub(crate) fn id_of(value: &Value) -> Option<&str> {
    match value {
        Value::String(id) => Some(id),
        Value::Object(object) => object.get("id")?.as_str(),
        _ => None,
    }
}

pub(crate) fn items(value: Option<&Value>) -> &[Value] {
    match value {
        None => &[],
        Some(Value::Array(items)) => items,
        Some(one) => std::slice::from_ref(one),
    }
}

pub(crate) fn read(credential: &Value) -> Result<Read, CredentialError> {
    let members = credential
        .as_object()
        .ok_or_else(|| CredentialError::malformed("the credential", "it must be a JSON object"))?;
    bounded(credential, 0)?;
    let size = serde_json::to_vec(credential).map_or(usize::MAX, |bytes| bytes.len());
    if size > MAX_BYTES {
        return Err(CredentialError::TooLarge { what: "bytes", limit: MAX_BYTES });
    }
    let local = members.get("@context").ok_or_else(|| CredentialError::malformed("@context", "it is missing"))?;
    let data_model = data_model(local)?;
    let Sources { urls, inline } = context::sources(local)?;

    let has_type = items(members.get("type")).iter().any(|name| name == "VerifiableCredential");
    if !has_type {
        return Err(CredentialError::malformed("type", "it must contain VerifiableCredential"));
    }
    let issuer = members
        .get("issuer")
        .and_then(id_of)
        .filter(|id| id.contains(':'))
        .ok_or_else(|| CredentialError::malformed("issuer", "it must be a DID or URL, or an object with such an id"))?
        .to_owned();
    let subjects = items(members.get("credentialSubject"));
    if subjects.is_empty()
        || !subjects.iter().all(|subject| subject.as_object().is_some_and(|claims| !claims.is_empty()))
    {
        return Err(CredentialError::malformed(
            "credentialSubject",
            "it must be an object with claims, or a list of such",
        ));
    }
    for member in ["credentialStatus", "credentialSchema"] {
        if !items(members.get(member)).iter().all(|item| item.get("type").is_some()) {
            return Err(CredentialError::malformed(member, "it must be an object with a type"));
        }
    }
    let (valid_from, valid_until) = dates(members, data_model)?;

    let mut document = members.clone();
    document.shift_remove("proof");
    let context = ActiveContext::of(local)?;
    let statements = statements(&document, &context)?;
    Ok(Read {
        checked: Checked { data_model, issuer, contexts: urls, inline_contexts: inline, valid_from, valid_until },
        document,
        context,
        statements,
    })
}

fn data_model(local: &Value) -> Result<DataModel, CredentialError> {
    match local.as_array().and_then(|contexts| contexts.first()).and_then(Value::as_str) {
        Some(V1) => Ok(DataModel::V1),
        Some(V2) => Ok(DataModel::V2),
        _ => Err(CredentialError::malformed("@context", format!("it must be a list that begins with {V1} or {V2}"))),
    }
}

fn dates(
    members: &Map<String, Value>,
    data_model: DataModel,
) -> Result<(Option<Timestamp>, Option<Timestamp>), CredentialError> {
    let date = |member: &'static str| match members.get(member) {
        None => Ok(None),
        Some(value) => value.as_str().and_then(timestamp).map(Some).ok_or_else(|| {
            CredentialError::malformed(member, "it must be a date and time with a time zone, as 2026-01-31T12:00:00Z")
        }),
    };
    let (issued, expires) = (date("issuanceDate")?, date("expirationDate")?);
    let (from, until) = (date("validFrom")?, date("validUntil")?);
    if data_model == DataModel::V1 && issued.is_none() {
        return Err(CredentialError::malformed("issuanceDate", "it is missing"));
    }
    let (valid_from, valid_until) = match data_model {
        DataModel::V1 => (issued.max(from), earlier(expires, until)),
        DataModel::V2 => (from, until),
    };
    if let (Some(from), Some(until)) = (valid_from, valid_until)
        && until < from
    {
        return Err(CredentialError::malformed(
            match data_model {
                DataModel::V1 => "expirationDate",
                DataModel::V2 => "validUntil",
            },
            "it ends before it begins",
        ));
    }
    Ok((valid_from, valid_until))
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    [one, other].into_iter().flatten().min()
}

/// A date-time of XML Schema with its zone, which the data model asks for; jiff alone would take more.
pub(crate) fn timestamp(text: &str) -> Option<Timestamp> {
    let plain = |byte: u8| byte.is_ascii_digit() || b"T:-+.Z".contains(&byte);
    let shaped = (20..=40).contains(&text.len()) && text.as_bytes().get(10) == Some(&b'T') && text.bytes().all(plain);
    if shaped { text.parse().ok() } else { None }
}

/// Depth, and contexts below the top, which would change what the members there mean.
fn bounded(value: &Value, depth: usize) -> Result<(), CredentialError> {
    if depth > MAX_DEPTH {
        return Err(CredentialError::TooLarge { what: "levels", limit: MAX_DEPTH });
    }
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                if key == "@context" {
                    if depth > 0 {
                        return Err(CredentialError::malformed(
                            "@context",
                            "a context below the top of the credential is not supported",
                        ));
                    }
                    continue;
                }
                // A proof's own context is compared with the document's when the proof is verified.
                if depth == 0 && key == "proof" {
                    continue;
                }
                bounded(value, depth + 1)?;
            }
            Ok(())
        }
        Value::Array(items) => items.iter().try_for_each(|item| bounded(item, depth + 1)),
        _ => Ok(()),
    }
}
