//! What a resolver answers (did-resolver 3.8 `types/*.go`; W3C DID Resolution, sections 3 and 4): a document or a
//! resource with what is known about it, or an error. The resolver says `notFound` for whatever its ledger node did not
//! answer, so that error is no proof that there is nothing. Defends against answers of any size, shape and subject.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::identifier::CheqdDid;

/// The largest resolution result that is read, in bytes: a document with what is known about its resources.
pub const MAX_RESOLUTION_BYTES: usize = 1024 * 1024;

/// Why a resolver gave no document or resource.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolverError {
    /// It is not there, or the resolver cannot reach its ledger: it says the same for both.
    #[error("it was not found, or the ledger cannot be reached through this resolver")]
    NotFound,
    /// The resolver says that this is no DID or DID URL of its ledger.
    #[error("the resolver does not take it for a DID or DID URL ({0})")]
    Invalid(String),
    /// The resolver does not serve this method or this network, or not in this form.
    #[error("the resolver does not serve this ({0})")]
    Unsupported(String),
    /// The resolver failed. Asking again later may help.
    #[error("the resolver failed ({0})")]
    Internal(String),
    /// The answer is none that a resolver gives.
    #[error("this does not answer as a resolver does: {0}")]
    NotUnderstood(String),
    /// It gives the document of another DID than the one that was asked for, which calls itself this.
    #[error("the resolver answers with the document of another DID ({})", crate::did::brief(.0))]
    OtherDid(String),
}

/// A document and what is known about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolution {
    /// The document of the DID that was asked for, as JSON.
    pub document: Value,
    /// What is known about it.
    pub metadata: DocumentMetadata,
    /// The same as the resolver gave it.
    pub raw_metadata: Value,
}

/// `didDocumentMetadata`, as far as it is decided by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentMetadata {
    /// Whether it was deactivated, for good.
    pub deactivated: bool,
    /// The name of this version.
    pub version_id: Option<String>,
}

/// An entry of `linkedResourceMetadata`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceMetadata {
    /// The unique id of the DID that it belongs to.
    pub collection_id: String,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its type.
    pub resource_type: String,
    /// Its media type, as the ledger guessed it from the bytes.
    pub media_type: String,
    /// Its version; may be empty.
    pub version: String,
    /// When it was published.
    pub created: Option<Timestamp>,
    /// SHA-256 of its bytes in hexadecimal.
    pub checksum: String,
}

/// A part of a document or a resource, in the form of a dereferencing result.
#[derive(Clone, Debug, PartialEq)]
pub struct Dereferencing {
    /// What was asked for; null where only metadata was.
    pub content: Value,
    /// What is known about it.
    pub metadata: Value,
}

/// Reads a resolution result for `did`.
///
/// # Errors
/// What the resolver said instead, or that it is not understood.
pub fn read_resolution(did: &CheqdDid, status: u16, body: &[u8]) -> Result<Resolution, ResolverError> {
    let mut result = result(status, body)?;
    let mut document = result.remove("didDocument").filter(Value::is_object).ok_or_else(|| none("a document"))?;
    let id = document.get("id").and_then(Value::as_str).unwrap_or_default();
    if id != did.to_string() {
        return Err(ResolverError::OtherDid(id.to_owned()));
    }
    if let Some(assertions) = document.get_mut("assertionMethod").and_then(Value::as_array_mut) {
        // The resolver writes null for a key that it could not read.
        assertions.retain(|entry| !entry.is_null());
    }
    let raw_metadata = result.remove("didDocumentMetadata").ok_or_else(|| none("the document's metadata"))?;
    let metadata = DocumentMetadata::read(&raw_metadata)?;
    Ok(Resolution { document, metadata, raw_metadata })
}

/// Reads a dereferencing result.
///
/// # Errors
/// What the resolver said instead, or that it is not understood.
pub fn read_dereferencing(status: u16, body: &[u8]) -> Result<Dereferencing, ResolverError> {
    let mut result = result(status, body)?;
    if !result.contains_key("contentStream") && !result.contains_key("contentMetadata") {
        return Err(none("any content"));
    }
    let mut member = |name: &str| result.remove(name).unwrap_or_default();
    Ok(Dereferencing { content: member("contentStream"), metadata: member("contentMetadata") })
}

fn none(what: &str) -> ResolverError {
    ResolverError::NotUnderstood(format!("it answered without {what}"))
}

/// The JSON object of a result that is no error.
fn result(status: u16, body: &[u8]) -> Result<Map<String, Value>, ResolverError> {
    if status != 200 {
        return Err(ResolverError::read(status, body));
    }
    let Ok(Value::Object(object)) = serde_json::from_slice(body) else {
        return Err(ResolverError::NotUnderstood("it did not answer with a JSON object".to_owned()));
    };
    // Universal resolvers have told errors with status 200.
    match told_error(&object) {
        Some(code) => Err(ResolverError::by_code(code, status)),
        None => Ok(object),
    }
}

fn told_error(object: &Map<String, Value>) -> Option<&str> {
    let about = ["didResolutionMetadata", "dereferencingMetadata"].iter().find_map(|member| object.get(*member))?;
    about.get("error")?.as_str().filter(|code| !code.is_empty())
}

impl ResolverError {
    /// The error that a resolver told with this status and body, whatever was asked.
    pub fn read(status: u16, body: &[u8]) -> Self {
        let object = body.len() <= MAX_RESOLUTION_BYTES;
        let object = object.then(|| serde_json::from_slice::<Map<String, Value>>(body).ok()).flatten();
        match object.as_ref().and_then(told_error) {
            Some(code) => Self::by_code(code, status),
            None => Self::by_status(status),
        }
    }

    fn by_code(code: &str, status: u16) -> Self {
        let code = crate::did::brief(code);
        match code.as_str() {
            "notFound" => Self::NotFound,
            "invalidDid" | "invalidDidUrl" => Self::Invalid(code),
            "representationNotSupported" | "methodNotSupported" => Self::Unsupported(code),
            "internalError" => Self::Internal(code),
            _ => match Self::by_status(status) {
                Self::Internal(_) => Self::Internal(code),
                _ => Self::NotUnderstood(format!("HTTP {status}, {code}")),
            },
        }
    }

    fn by_status(status: u16) -> Self {
        match status {
            404 => Self::NotFound,
            400 => Self::Invalid("HTTP 400".to_owned()),
            406 | 501 => Self::Unsupported(format!("HTTP {status}")),
            408 | 425 | 429 | 500..=599 => Self::Internal(format!("HTTP {status}")),
            _ => Self::NotUnderstood(format!("HTTP {status}")),
        }
    }

    /// Whether asking again later may help.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::NotFound | Self::Internal(_))
    }
}

impl DocumentMetadata {
    /// Reads `didDocumentMetadata`.
    ///
    /// # Errors
    /// It is not understood: above all, whether the DID was deactivated cannot be told.
    pub fn read(metadata: &Value) -> Result<Self, ResolverError> {
        let object = metadata.as_object().ok_or_else(|| none("the document's metadata"))?;
        let deactivated = match object.get("deactivated") {
            None | Some(Value::Null | Value::Bool(false)) => false,
            Some(Value::Bool(true)) => true,
            Some(_) => return Err(ResolverError::NotUnderstood("whether the DID is deactivated".to_owned())),
        };
        Ok(Self { deactivated, version_id: filled(object, "versionId") })
    }
}

impl ResourceMetadata {
    /// Reads one entry; none if it names no resource.
    pub fn read(metadata: &Value) -> Option<Self> {
        let object = metadata.as_object()?;
        let text = |member: &str| filled(object, member).unwrap_or_default();
        Some(Self {
            collection_id: filled(object, "resourceCollectionId")?,
            id: filled(object, "resourceId").filter(|id| super::is_uuid(id))?,
            name: text("resourceName"),
            resource_type: text("resourceType"),
            media_type: text("mediaType"),
            version: text("resourceVersion"),
            created: text("created").parse().ok(),
            checksum: text("checksum"),
        })
    }
}

fn filled(object: &Map<String, Value>, member: &str) -> Option<String> {
    object.get(member).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}
