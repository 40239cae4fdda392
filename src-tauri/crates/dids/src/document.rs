//! DID documents (W3C DID Core, section 5), also in the shape they had before it (`publicKey`, authentication objects).
//! The raw document is kept; what the wallet needs of it is parsed. Defends against documents of any size, against two
//! keys under one id, and against documents that speak for somebody else: only keys under the document's own DID count.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::{
    did::{Did, MalformedDid, brief},
    public_key::PublicKey,
    service::{self, DidCommService, Service},
};

/// The largest document that is read, in bytes.
pub const MAX_DOCUMENT_BYTES: usize = 128 * 1024;

/// The most verification methods, references of a relationship, services or other names that are read.
const MAX_ITEMS: usize = 128;

/// Why something is not a DID document: whoever published it is at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// It is larger than [`MAX_DOCUMENT_BYTES`].
    #[error("the DID document has {0} bytes; at most {MAX_DOCUMENT_BYTES} are read")]
    TooLarge(usize),
    /// It is not JSON.
    #[error("the DID document is not JSON")]
    NotJson,
    /// A member is missing or not what it should be.
    #[error("the DID document is malformed: {0}")]
    Malformed(&'static str),
    /// Two different keys have this id.
    #[error("the DID document has two keys with the id {0}")]
    AmbiguousKey(String),
    /// It is the document of another DID than the one it was to be of.
    #[error("the DID document is that of {}", .0.brief())]
    OtherDid(Did),
}

impl From<MalformedDid> for DocumentError {
    fn from(_: MalformedDid) -> Self {
        Self::Malformed("id")
    }
}

/// A key of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationMethod {
    /// Its absolute id: `did:example:1#key-1`.
    pub id: String,
    /// The DID that controls it; the document's own where it says none.
    pub controller: String,
    /// Its type: `Multikey`, `Ed25519VerificationKey2018`, …
    pub method_type: String,
    /// The key.
    pub key: PublicKey,
}

/// A DID document: as received, and what is understood of it.
#[derive(Clone, Debug, PartialEq)]
pub struct DidDocument {
    raw: Value,
    id: Did,
    also_known_as: Vec<String>,
    verification_methods: Vec<VerificationMethod>,
    authentication: Vec<String>,
    assertion_method: Vec<String>,
    key_agreement: Vec<String>,
    services: Vec<Service>,
}

impl DidDocument {
    /// Reads a document.
    ///
    /// # Errors
    /// Says what makes it none.
    pub fn parse(document: &Value) -> Result<Self, DocumentError> {
        Self::from_value(document.clone())
    }

    /// Reads a document that came over the network.
    ///
    /// # Errors
    /// Says what makes it none.
    pub fn parse_bytes(bytes: &[u8]) -> Result<Self, DocumentError> {
        if bytes.len() > MAX_DOCUMENT_BYTES {
            return Err(DocumentError::TooLarge(bytes.len()));
        }
        Self::from_value(serde_json::from_slice(bytes).map_err(|_| DocumentError::NotJson)?)
    }

    /// As [`DidDocument::parse`], without a copy.
    ///
    /// # Errors
    /// Says what makes it no document.
    pub fn from_value(raw: Value) -> Result<Self, DocumentError> {
        let object = raw.as_object().ok_or(DocumentError::Malformed("not an object"))?;
        let id: Did = object.get("id").and_then(Value::as_str).ok_or(DocumentError::Malformed("id"))?.parse()?;
        let mut reader = Reader { id: &id, methods: Vec::new(), index: HashMap::new() };
        for member in ["verificationMethod", "publicKey"] {
            for method in items(object, member)? {
                reader.method(method, member)?;
            }
        }
        let authentication = reader.relationship(object, "authentication")?;
        let assertion_method = reader.relationship(object, "assertionMethod")?;
        let key_agreement = reader.relationship(object, "keyAgreement")?;
        let verification_methods = reader.methods;
        let services =
            items(object, "service")?.iter().map(|service| Service::parse(service, &id)).collect::<Result<_, _>>()?;
        let also_known_as =
            items(object, "alsoKnownAs")?.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
        Ok(Self {
            raw,
            id,
            also_known_as,
            verification_methods,
            authentication,
            assertion_method,
            key_agreement,
            services,
        })
    }

    /// The DID it is the document of.
    pub fn id(&self) -> &Did {
        &self.id
    }

    /// The other names of its subject.
    pub fn also_known_as(&self) -> &[String] {
        &self.also_known_as
    }

    /// All its keys.
    pub fn verification_methods(&self) -> &[VerificationMethod] {
        &self.verification_methods
    }

    /// The key with this id, absolute or `#fragment`.
    pub fn verification_method(&self, id: &str) -> Option<&VerificationMethod> {
        let id = absolute(id, &self.id);
        self.verification_methods.iter().find(|method| method.id == id)
    }

    /// The absolute ids in `authentication`.
    pub fn authentication(&self) -> &[String] {
        &self.authentication
    }

    /// The absolute ids in `assertionMethod`.
    pub fn assertion_method(&self) -> &[String] {
        &self.assertion_method
    }

    /// The absolute ids in `keyAgreement`.
    pub fn key_agreement(&self) -> &[String] {
        &self.key_agreement
    }

    /// The keys that may sign credentials for this DID, with their absolute ids.
    pub fn assertion_keys(&self) -> Vec<(String, PublicKey)> {
        self.own_keys(&self.assertion_method)
    }

    /// The keys that may act as this DID, with their absolute ids.
    pub fn authentication_keys(&self) -> Vec<(String, PublicKey)> {
        self.own_keys(&self.authentication)
    }

    /// The keys to encrypt to, with their absolute ids.
    pub fn key_agreement_keys(&self) -> Vec<(String, PublicKey)> {
        self.own_keys(&self.key_agreement)
    }

    /// A document could list a key under another DID's name; such a key is not this DID's to lend.
    fn own_keys(&self, ids: &[String]) -> Vec<(String, PublicKey)> {
        ids.iter()
            .filter(|id| id.strip_prefix(self.id.as_str()).is_some_and(|rest| rest.starts_with(['#', '?', '/', ';'])))
            .filter_map(|id| self.verification_method(id))
            .map(|method| (method.id.clone(), method.key.clone()))
            .collect()
    }

    /// Everything in `service`.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// Where and to which keys to send DIDComm v1 messages, the preferred one first.
    pub fn didcomm_services(&self) -> Vec<DidCommService> {
        service::didcomm_services(self)
    }

    /// The document as it was received.
    pub fn to_value(&self) -> Value {
        self.raw.clone()
    }

    /// The document as it was received.
    pub fn as_value(&self) -> &Value {
        &self.raw
    }

    /// Refuses a document that is of another DID.
    ///
    /// # Errors
    /// [`DocumentError::OtherDid`].
    pub fn must_be_of(self, did: &Did) -> Result<Self, DocumentError> {
        if self.id == *did { Ok(self) } else { Err(DocumentError::OtherDid(self.id)) }
    }
}

/// A relative reference in full.
pub(crate) fn absolute(reference: &str, id: &Did) -> String {
    if reference.starts_with('#') { format!("{id}{reference}") } else { reference.to_owned() }
}

fn items<'a>(object: &'a Map<String, Value>, member: &'static str) -> Result<&'a [Value], DocumentError> {
    match object.get(member) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(items)) if items.len() <= MAX_ITEMS => Ok(items),
        Some(_) => Err(DocumentError::Malformed(member)),
    }
}

struct Reader<'a> {
    id: &'a Did,
    methods: Vec<VerificationMethod>,
    index: HashMap<String, usize>,
}

impl Reader<'_> {
    /// Reads a verification method and says its absolute id.
    fn method(&mut self, method: &Value, member: &'static str) -> Result<String, DocumentError> {
        let malformed = DocumentError::Malformed(member);
        let object = method.as_object().ok_or(malformed.clone())?;
        let id = absolute(object.get("id").and_then(Value::as_str).ok_or(malformed)?, self.id);
        let method_type = object.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        let controller = object.get("controller").and_then(Value::as_str).unwrap_or(self.id.as_str()).to_owned();
        let key = PublicKey::of_method(object, &method_type);
        let known = self.index.get(&id).and_then(|at| self.methods.get(*at));
        match known {
            Some(known) if known.key != key => return Err(DocumentError::AmbiguousKey(brief(&id))),
            Some(_) => {}
            None => {
                self.index.insert(id.clone(), self.methods.len());
                self.methods.push(VerificationMethod { id: id.clone(), controller, method_type, key });
            }
        }
        Ok(id)
    }

    /// The absolute ids of a relationship; keys that are written out in it are read on the way.
    fn relationship(
        &mut self,
        object: &Map<String, Value>,
        member: &'static str,
    ) -> Result<Vec<String>, DocumentError> {
        items(object, member)?
            .iter()
            .map(|item| match item {
                Value::String(reference) => Ok(absolute(reference, self.id)),
                // Before DID Core: {"type": "Ed25519SignatureAuthentication2018", "publicKey": "did:sov:…#1"}.
                Value::Object(legacy) if legacy.contains_key("publicKey") => legacy
                    .get("publicKey")
                    .and_then(Value::as_str)
                    .map(|reference| absolute(reference, self.id))
                    .ok_or(DocumentError::Malformed(member)),
                embedded => self.method(embedded, member),
            })
            .collect()
    }
}
