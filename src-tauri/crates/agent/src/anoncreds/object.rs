//! The objects as resources: of which type they are, how large they may be, and their JSON, which leaves out the issuer:
//! that is the DID that the resource belongs to.

use std::fmt;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use vouchsafe_dids::cheqd::{CheqdDid, CheqdUrl, ResourceMetadata};

use super::RegistryError;
use super::error::excerpt;
use crate::Agent;
use crate::cheqd::{Dereferenced, Freshness};

/// The longest identifier that is looked up, in bytes.
const MAX_IDENTIFIER: usize = 1024;
/// An object that is named by its resource's id never changes; where a query leads may.
const HOUR: Freshness = Freshness::Within(Duration::from_hours(1));

/// What is published for AnonCreds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectKind {
    /// A list of attributes.
    Schema,
    /// An issuer's keys for a schema.
    CredentialDefinition,
    /// A registry of what was revoked.
    RevocationRegistry,
    /// Its state at one time.
    StatusList,
}

impl ObjectKind {
    /// The type of its resource.
    pub(super) fn resource_type(self) -> &'static str {
        match self {
            Self::Schema => "anonCredsSchema",
            Self::CredentialDefinition => "anonCredsCredDef",
            Self::RevocationRegistry => "anonCredsRevocRegDef",
            Self::StatusList => "anonCredsStatusList",
        }
    }

    /// What is parsed at most, in bytes. A schema has 125 names of 256 bytes, a definition as many numbers of a thousand
    /// digits, a list 32,768 entries; each may be written with spaces and escapes.
    fn limit(self) -> usize {
        match self {
            Self::Schema => 256 * 1024,
            Self::CredentialDefinition | Self::StatusList => 1024 * 1024,
            Self::RevocationRegistry => 64 * 1024,
        }
    }
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Schema => "the schema",
            Self::CredentialDefinition => "the credential definition",
            Self::RevocationRegistry => "the revocation registry",
            Self::StatusList => "the status list",
        })
    }
}

/// An object with the resource that it is.
pub(super) struct Registered<T> {
    pub object: T,
    pub did: CheqdDid,
    pub resource: ResourceMetadata,
}

impl Agent {
    /// Reads an object under its identifier.
    pub(super) async fn registered<T: DeserializeOwned + Send + 'static>(
        &self,
        kind: ObjectKind,
        id: &str,
    ) -> Result<Registered<T>, RegistryError> {
        let did = place(kind, id)?.did().clone();
        let found = self.dereference(id, HOUR).await.map_err(|error| RegistryError::of_reading(kind, id, error))?;
        let resource = resource_of(kind, id, &found)?;
        let object = self.object(kind, id, &did, &resource, found.content).await?;
        Ok(Registered { object, did, resource })
    }

    /// The object in a resource's bytes. The numbers in them are work, so it is not done where others wait.
    pub(super) async fn object<T: DeserializeOwned + Send + 'static>(
        &self,
        kind: ObjectKind,
        id: &str,
        did: &CheqdDid,
        resource: &ResourceMetadata,
        content: Vec<u8>,
    ) -> Result<T, RegistryError> {
        let (id, did, by_id) = (id.to_owned(), did.to_string(), by_id(did, resource));
        let reading = move || {
            let members = members(kind, &id, &by_id, &did, &content)?;
            serde_json::from_value(Value::Object(members)).map_err(|error| RegistryError::malformed(kind, &id, error))
        };
        tokio::task::spawn_blocking(reading).await.map_err(|_| RegistryError::Agent(crate::AgentError::Stopping))?
    }
}

/// Where an identifier leads: to a resource of a did:cheqd, by its id or by a query.
pub(super) fn place(kind: ObjectKind, id: &str) -> Result<CheqdUrl, RegistryError> {
    let refused = |reason: &str| Err(RegistryError::identifier(kind, id, reason));
    if id.len() > MAX_IDENTIFIER {
        return refused("it is too long");
    }
    if !id.starts_with("did:cheqd:") {
        return refused("it is no DID URL of did:cheqd");
    }
    let url: CheqdUrl = id.parse().map_err(|error| RegistryError::identifier(kind, id, error))?;
    if !url.is_resource() || url.fragment().is_some() {
        return refused("it names no resource");
    }
    Ok(url)
}

/// The resource that was found, if it is of the type that such an object has.
pub(super) fn resource_of(kind: ObjectKind, id: &str, found: &Dereferenced) -> Result<ResourceMetadata, RegistryError> {
    let resource = found
        .resource()
        .ok_or_else(|| RegistryError::malformed(kind, id, "the resolver does not say which resource it is"))?;
    if resource.resource_type != kind.resource_type() {
        let found = excerpt(&resource.resource_type);
        return Err(RegistryError::OtherKind { kind, id: excerpt(id), found });
    }
    Ok(resource)
}

/// The DID URL of a resource by its id.
pub(super) fn by_id(did: &CheqdDid, resource: &ResourceMetadata) -> String {
    format!("{did}/resources/{}", resource.id)
}

/// The members of an object, its issuer among them.
fn members(
    kind: ObjectKind,
    id: &str,
    by_id: &str,
    did: &str,
    content: &[u8],
) -> Result<Map<String, Value>, RegistryError> {
    let (bytes, limit) = (content.len(), kind.limit());
    if bytes > limit {
        return Err(RegistryError::TooLarge { kind, id: excerpt(id), bytes, limit });
    }
    let mut members: Map<String, Value> =
        serde_json::from_slice(content).map_err(|error| RegistryError::malformed(kind, id, error))?;
    let named = |value: &Value| excerpt(&value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    // Neither is written by those who keep to the method. Where one is written nevertheless, it must be true.
    if let Some(issuer) = members.get("issuerId").filter(|issuer| *issuer != did) {
        let (issuer, did) = (named(issuer), did.to_owned());
        return Err(RegistryError::OtherIssuer { kind, id: excerpt(id), issuer, did });
    }
    let itself = if kind == ObjectKind::StatusList { "revRegDefId" } else { "id" };
    if let Some(found) = members.get(itself).filter(|found| *found != id && *found != by_id) {
        return Err(RegistryError::OtherId { kind, id: excerpt(id), found: named(found) });
    }
    members.insert("issuerId".to_owned(), json!(did));
    if kind == ObjectKind::StatusList {
        if !members.contains_key(itself) {
            return Err(RegistryError::malformed(kind, id, "it does not say of which registry it is"));
        }
        // The time that counts is the ledger's, and whoever asked by one identifier compares by that one.
        members.remove("timestamp");
        members.insert(itself.to_owned(), json!(id));
    }
    Ok(members)
}

/// The JSON of an object as it is published.
pub(super) fn published_form(object: Value) -> Vec<u8> {
    let mut object = object;
    if let Some(members) = object.as_object_mut() {
        members.remove("issuerId");
        members.remove("timestamp");
    }
    object.to_string().into_bytes()
}
