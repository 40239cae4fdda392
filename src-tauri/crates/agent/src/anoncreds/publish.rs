//! Publishing objects in the name of a did:cheqd of this wallet. The resource's id is made of what is published, so that
//! asking twice publishes once: what was begun is gone on with, what is there is given. Names and versions are as ACA-Py
//! chooses them, for people who look at the ledger; nobody is to find an object by them.

use std::time::Duration;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};
use vouchsafe_anoncreds::{
    CredentialDefinition, CredentialDefinitionId, IssuerId, RevocationRegistryDefinition, RevocationRegistryId,
    RevocationStatusList, Schema, SchemaId,
};
use vouchsafe_dids::cheqd::{CheqdDid, CheqdUrl};
use vouchsafe_store::{LedgerJobFilter, Page};

use super::error::is_not_found;
use super::object::{Registered, by_id, published_form, resource_of};
use super::{ObjectKind, RegistryError};
use crate::Agent;
use crate::cheqd::{CHEQD, Dereferenced, Freshness, JobState, LedgerError, PublishResource, PublishedResource, Wanted};
use crate::error::AgentError;

/// The longest name or version of a resource, in bytes.
const MAX_NAME: usize = 64;

/// A status list that the ledger has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedStatusList {
    /// Its DID URL.
    pub did_url: String,
    /// From when on it holds: the time of its block.
    pub published: Timestamp,
}

/// An object on its way to the ledger.
struct Publication {
    kind: ObjectKind,
    did: CheqdDid,
    id: Uuid,
    name: String,
    version: String,
    content: Vec<u8>,
    /// Whether it is a new version of what has its name, as far as is known.
    update: bool,
    /// Whether it may be one.
    may_update: bool,
}

impl Agent {
    /// Publishes a schema and waits until the ledger has it; gives its identifier. The DID is the schema's issuer. If it
    /// is there already, that one is given; if it was interrupted, it is gone on with.
    ///
    /// # Errors
    /// [`RegistryError::NotOurs`]; [`RegistryError::Taken`] when the DID has another schema of this name and version;
    /// [`RegistryError::Agent`] with [`AgentError::Ledger`] says what became of it.
    pub async fn publish_schema(&self, schema: &Schema) -> Result<SchemaId, RegistryError> {
        let kind = ObjectKind::Schema;
        let did = self.own_issuer(schema.issuer_id()).await?;
        let (name, version) = (fitting(schema.name()), fitting(schema.version()));
        let content = form(kind, schema)?;
        let id = resource_id(&[&did.to_string(), kind.resource_type(), &name, &version], &content);
        let mut publication = Publication { kind, did, id, name, version, content, update: false, may_update: true };
        // An earlier version of it is not in the way.
        let named = publication.named()?.to_string();
        publication.update = match self.there(&publication).await {
            Some(resource) => return identifier(kind, &resource, SchemaId::new),
            None => match self.dereference(&named, Freshness::Now).await {
                Ok(_) => true,
                Err(error) if is_not_found(&error) => false,
                Err(error) => return Err(error.into()),
            },
        };
        identifier(kind, &self.publish_object(publication).await?, SchemaId::new)
    }

    /// Publishes a credential definition and waits until the ledger has it; gives its identifier. Its schema has to be
    /// published; it may be another issuer's.
    ///
    /// # Errors
    /// [`RegistryError::Unfit`] when its keys are not for the schema's attributes; [`RegistryError::Taken`] when the DID
    /// has another definition with this tag for a schema of that name; the others as [`Agent::publish_schema`].
    pub async fn publish_credential_definition(
        &self,
        definition: &CredentialDefinition,
    ) -> Result<CredentialDefinitionId, RegistryError> {
        let kind = ObjectKind::CredentialDefinition;
        let did = self.own_issuer(definition.issuer_id()).await?;
        let schema = self.schema(definition.schema_id()).await?;
        if !definition.fits(&schema).map_err(|error| RegistryError::unfit(kind, error))? {
            return Err(RegistryError::unfit(kind, "its keys are not for the attributes of its schema"));
        }
        let name = fitting(&format!("{}-{}", schema.name(), definition.tag()));
        let publication = Publication::new(kind, did, name, fitting(definition.tag()), form(kind, definition)?);
        identifier(kind, &self.publish_object(publication).await?, CredentialDefinitionId::new)
    }

    /// Publishes a revocation registry and waits until the ledger has it; gives its identifier. Its definition has to be
    /// published by the same issuer, and its tails file has to be where it says.
    ///
    /// # Errors
    /// [`RegistryError::Unfit`] when its definition is another issuer's or not revocable; [`RegistryError::Taken`] when
    /// the definition has another registry with this tag; the others as [`Agent::publish_schema`].
    pub async fn publish_revocation_registry_definition(
        &self,
        registry: &RevocationRegistryDefinition,
    ) -> Result<RevocationRegistryId, RegistryError> {
        let kind = ObjectKind::RevocationRegistry;
        let did = self.own_issuer(registry.issuer_id()).await?;
        let id = registry.credential_definition_id().as_str();
        let definition: Registered<CredentialDefinition> =
            self.registered(ObjectKind::CredentialDefinition, id).await?;
        if definition.did != did {
            return Err(RegistryError::unfit(kind, "its credential definition is another issuer's"));
        }
        if !definition.object.is_revocable() {
            return Err(RegistryError::unfit(kind, "the credentials of its definition cannot be revoked"));
        }
        // Its status lists are found by its name: that must be no other registry's.
        let name = fitting(&format!("{}-{}", definition.resource.name, registry.tag()));
        let publication = Publication::new(kind, did, name, fitting(registry.tag()), form(kind, registry)?);
        identifier(kind, &self.publish_object(publication).await?, RevocationRegistryId::new)
    }

    /// Publishes a registry's next status list and waits until the ledger has it. If the ledger's newest list is the
    /// same, that one is given. Whoever makes the lists has to make each of the one before: here their order is that of
    /// the calls.
    ///
    /// # Errors
    /// [`RegistryError::Unfit`] when it is of another issuer or size than its registry; the others as
    /// [`Agent::publish_schema`]. While the newest list cannot be read, nothing is published.
    pub async fn publish_revocation_status_list(
        &self,
        list: &RevocationStatusList,
    ) -> Result<PublishedStatusList, RegistryError> {
        let kind = ObjectKind::StatusList;
        let did = self.own_issuer(list.issuer_id()).await?;
        let registry = self.registered_registry(list.registry_id()).await?;
        if registry.did != did {
            return Err(RegistryError::unfit(kind, "its registry is another issuer's"));
        }
        if usize::try_from(registry.object.size()) != Ok(list.entries().len()) {
            return Err(RegistryError::unfit(kind, "it has another number of entries than its registry has places"));
        }
        let name = registry.resource.name.clone();
        let mut publication = Publication::new(kind, did, name, String::new(), form(kind, list)?);
        publication.may_update = true;
        let newest = publication.named()?.to_string();
        let before = match self.dereference(&newest, Freshness::Now).await {
            Ok(found) => Some((resource_of(kind, &newest, &found)?, found)),
            Err(error) if is_not_found(&error) => None,
            Err(error) => return Err(error.into()),
        };
        if let Some((_, found)) = &before
            && is_same(&found.content, &publication.content)
        {
            return published(found_as(&publication.did, found), &newest);
        }
        // The same entries may come again after others: what comes after what is a list of its own.
        let after = before.map(|(resource, _)| resource.id).unwrap_or_default();
        publication.id = resource_id(
            &[&publication.did.to_string(), kind.resource_type(), &publication.name, &after],
            &publication.content,
        );
        publication.version = publication.id.to_string();
        publication.update = !after.is_empty();
        published(Some(self.publish_object(publication).await?), &newest)
    }

    /// Publishes what is not there yet, however often it is asked for.
    async fn publish_object(&self, publication: Publication) -> Result<PublishedResource, RegistryError> {
        if let Some(resource) = self.there(&publication).await {
            return Ok(resource);
        }
        let update = publication.update;
        match self.publish_as(&publication, update).await {
            // It has come to be since, or the resolver did not say so.
            Err(AgentError::Ledger(LedgerError::Exists { .. })) if !update && publication.may_update => {
                self.publish_as(&publication, true).await.map_err(|error| publication.refused(error))
            }
            published => published.map_err(|error| publication.refused(error)),
        }
    }

    /// The object, where the ledger is known to have it.
    async fn there(&self, publication: &Publication) -> Option<PublishedResource> {
        let url = format!("{}/resources/{}", publication.did, publication.id);
        let found = self.dereference(&url, Freshness::Within(Duration::ZERO)).await.ok()?;
        let same = found.content == publication.content;
        found_as(&publication.did, &found).filter(|resource| same && resource.name == publication.name)
    }

    async fn publish_as(&self, publication: &Publication, update: bool) -> Result<PublishedResource, AgentError> {
        let resource_id = Some(publication.id.to_string());
        let did = Some(publication.did.to_string());
        let filter = LedgerJobFilter { did, resource_id, ..LedgerJobFilter::default() };
        // A try that ended is gone on with as it was begun; where that was wrong, it makes room.
        if let Some(job) = self.ledger_jobs(filter, Page::newest(1)).await?.pop()
            && matches!(job.state, JobState::Refused { .. } | JobState::Interrupted { .. })
            && !matches!(job.wanted, Wanted::Publish { update: begun, .. } if begun == update)
        {
            self.dismiss_ledger_job(&job.id).await?;
        }
        self.publish_resource(PublishResource {
            did: publication.did.to_string(),
            name: publication.name.clone(),
            resource_type: publication.kind.resource_type().to_owned(),
            version: Some(publication.version.clone()),
            content: publication.content.clone(),
            id: Some(publication.id),
            update,
        })
        .await
    }

    /// The DID that an object is published by: its issuer, one of this wallet's.
    async fn own_issuer(&self, issuer: &IssuerId) -> Result<CheqdDid, RegistryError> {
        let not_ours = || RegistryError::NotOurs { issuer: issuer.as_str().chars().take(200).collect() };
        let did: CheqdDid = issuer.as_str().parse().map_err(|_| not_ours())?;
        // Readers name it as the ledger spells it.
        if did.to_string() != issuer.as_str() {
            return Err(not_ours());
        }
        match self.did(issuer.as_str()).await {
            Ok(row) if row.method == CHEQD => Ok(did),
            Ok(_) | Err(AgentError::NotFound { .. }) => Err(not_ours()),
            Err(error) => Err(error.into()),
        }
    }
}

impl Publication {
    /// One of a name of its own.
    fn new(kind: ObjectKind, did: CheqdDid, name: String, version: String, content: Vec<u8>) -> Self {
        let id = resource_id(&[&did.to_string(), kind.resource_type(), &name, &version], &content);
        Self { kind, did, id, name, version, content, update: false, may_update: false }
    }

    /// The newest resource with its name and type.
    fn named(&self) -> Result<CheqdUrl, RegistryError> {
        CheqdUrl::named_resource(self.did.clone(), &self.name, self.kind.resource_type())
            .map_err(|error| RegistryError::unfit(self.kind, error))
    }

    fn refused(&self, error: AgentError) -> RegistryError {
        if !matches!(error, AgentError::Ledger(LedgerError::Exists { .. })) {
            return error.into();
        }
        let distinguished = if self.kind == ObjectKind::Schema { "version" } else { "tag" };
        let (did, name) = (self.did.to_string(), self.name.clone());
        RegistryError::Taken { kind: self.kind, did, name, distinguished }
    }
}

/// An id for a resource, made of what it is.
fn resource_id(parts: &[&str], content: &[u8]) -> Uuid {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hash.update(content);
    let mut bytes = [0; 16];
    for (byte, hashed) in bytes.iter_mut().zip(hash.finalize()) {
        *byte = hashed;
    }
    // In the form of those that are made of names: registrars know no newer forms.
    Builder::from_sha1_bytes(bytes).into_uuid()
}

/// A name or version as the ledger takes it: one that is too long becomes its SHA-256 in hex, as ACA-Py does it.
fn fitting(name: &str) -> String {
    if name.len() <= MAX_NAME { name.to_owned() } else { format!("{:x}", Sha256::digest(name)) }
}

fn form(kind: ObjectKind, object: &impl serde::Serialize) -> Result<Vec<u8>, RegistryError> {
    serde_json::to_value(object).map(published_form).map_err(|error| RegistryError::unfit(kind, error))
}

fn is_same(one: &[u8], other: &[u8]) -> bool {
    let read = |content: &[u8]| serde_json::from_slice::<serde_json::Value>(content).ok();
    one == other || read(one).is_some_and(|one| Some(one) == read(other))
}

/// What was found, as what was published.
fn found_as(did: &CheqdDid, found: &Dereferenced) -> Option<PublishedResource> {
    let resource = found.resource()?;
    Some(PublishedResource {
        did_url: by_id(did, &resource),
        id: resource.id,
        name: resource.name,
        resource_type: resource.resource_type,
        version: resource.version,
        media_type: resource.media_type,
        checksum: resource.checksum,
        created: resource.created,
    })
}

fn identifier<T>(
    kind: ObjectKind,
    resource: &PublishedResource,
    read: impl FnOnce(String) -> Result<T, vouchsafe_anoncreds::ObjectError>,
) -> Result<T, RegistryError> {
    read(resource.did_url.clone()).map_err(|error| RegistryError::identifier(kind, &resource.did_url, error))
}

fn published(resource: Option<PublishedResource>, url: &str) -> Result<PublishedStatusList, RegistryError> {
    let known = resource.and_then(|resource| Some((resource.did_url, resource.created?)));
    let (did_url, published) = known.ok_or_else(|| {
        let reason = "the ledger has it, and the resolver does not say since when";
        RegistryError::malformed(ObjectKind::StatusList, url, reason)
    })?;
    Ok(PublishedStatusList { did_url, published })
}
