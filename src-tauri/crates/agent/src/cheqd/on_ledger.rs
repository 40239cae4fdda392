//! What stands on the ledger, as a job needs to know it: the document that is to be changed, and whether a change has
//! come about. Read through the network's resolver at the moment, never from what was kept. A resolver says "not found"
//! for whatever its ledger did not answer: where that matters, the DID itself is asked for too.

use serde_json::{Value, json};
use vouchsafe_dids::DidDocument;
use vouchsafe_dids::cheqd::{
    CheqdDid, CheqdUrl, MAX_RESOLUTION_BYTES, Resolution, ResolverError, ResourceMetadata, read_dereferencing,
    read_resolution,
};

use super::LedgerError;
use super::job::{LedgerJob, Wanted};
use super::resolve::{DEREFERENCING, RESOLUTION};
use crate::Agent;
use crate::config::PrivateAddresses;
use crate::error::{AgentError, Result};

/// The newest version of a document on the ledger.
#[derive(Debug)]
pub(super) struct Current {
    pub document: DidDocument,
    pub version_id: String,
}

/// What a look for a change found.
#[derive(Debug)]
pub(super) enum Look {
    /// It is there.
    There(Value),
    /// The ledger was read, and it is not there.
    Absent,
    /// Nobody can say.
    Unreadable(String),
}

impl Agent {
    pub(crate) fn may_be_private(&self) -> bool {
        self.config().policy.private_addresses == PrivateAddresses::Allow
    }

    async fn read_ledger(&self, did_url: &str, accept: &str) -> Result<(u16, Vec<u8>), LedgerReadError> {
        let failed = |reason: String| LedgerReadError::Failed(reason);
        let url: CheqdUrl = did_url.parse().map_err(|_| failed(format!("{did_url:.120} is no DID URL")))?;
        let answer = self.ledgers().ask(&url, accept, MAX_RESOLUTION_BYTES).await;
        let answer = answer.map_err(|error| failed(error.to_string()))?;
        Ok((answer.status, answer.body))
    }

    async fn resolution(&self, did: &CheqdDid, did_url: &str) -> Result<Resolution, LedgerReadError> {
        let (status, body) = self.read_ledger(did_url, RESOLUTION).await?;
        read_resolution(did, status, &body).map_err(LedgerReadError::of)
    }

    /// The newest version, without the list of the DID's resources: an issuer has thousands of them after some years.
    async fn newest(&self, did: &CheqdDid) -> Result<Resolution, LedgerReadError> {
        match self.resolution(did, &format!("{did}?resourceMetadata=false")).await {
            // Not every resolver takes the query.
            Err(LedgerReadError::NotServed(_)) => self.resolution(did, &did.to_string()).await,
            answer => answer,
        }
    }

    /// The document of `did` as it is now.
    ///
    /// # Errors
    /// It cannot be read, is not there, or was deactivated: then nothing can be changed.
    pub(super) async fn on_ledger(&self, did: &CheqdDid) -> Result<Current, LedgerError> {
        let name = did.to_string();
        let unreadable = |reason: String| LedgerError::Unreadable { did: name.clone(), reason };
        let resolution = self.newest(did).await.map_err(|error| match error {
            LedgerReadError::NotFound => LedgerError::NotOnLedger { did: name.clone() },
            LedgerReadError::NotServed(reason) | LedgerReadError::Failed(reason) => unreadable(reason),
        })?;
        if resolution.metadata.deactivated {
            return Err(LedgerError::Deactivated { did: name });
        }
        let whose = did.into();
        let document = DidDocument::from_value(resolution.document)
            .and_then(|document| document.must_be_of(&whose))
            .map_err(|error| unreadable(error.to_string()))?;
        let version_id =
            resolution.metadata.version_id.ok_or_else(|| unreadable("the resolver names no version".to_owned()))?;
        Ok(Current { document, version_id })
    }

    /// Whether what a job wants is on the ledger, under any version that was signed for or is about to be.
    pub(super) async fn look_for(&self, did: &CheqdDid, job: &LedgerJob) -> Look {
        if let Wanted::Publish { resource, .. } = &job.wanted {
            return self.look_for_resource(did, &resource.id, &resource.checksum).await;
        }
        let newest = self.newest(did).await;
        if let Ok(newest) = &newest
            && newest.metadata.version_id.as_ref().is_some_and(|version| job.sent.contains(version))
        {
            return Look::There(newest.document.clone());
        }
        // Somebody else with the same keys may have come after it.
        for version in job.sent.iter().rev() {
            match self.resolution(did, &format!("{did}/version/{version}")).await {
                Ok(resolution) if resolution.metadata.version_id.as_deref() == Some(version) => {
                    return Look::There(resolution.document);
                }
                Ok(_) => return Look::Unreadable("the resolver answers with another version".to_owned()),
                Err(LedgerReadError::NotFound) => {}
                Err(LedgerReadError::NotServed(reason) | LedgerReadError::Failed(reason)) => {
                    return Look::Unreadable(reason);
                }
            }
        }
        match newest {
            // A DID that is to be made is not there; one that is to be changed must be, or the ledger was not read.
            Err(LedgerReadError::NotFound) if matches!(job.wanted, Wanted::Create { .. }) => Look::Absent,
            newest => absent_if(newest),
        }
    }

    async fn look_for_resource(&self, did: &CheqdDid, id: &str, checksum: &str) -> Look {
        let read = self.read_ledger(&format!("{did}/resources/{id}/metadata"), DEREFERENCING).await;
        let found = read.and_then(|(status, body)| read_dereferencing(status, &body).map_err(LedgerReadError::of));
        match found {
            Ok(found) => {
                let listed = found.metadata.pointer("/linkedResourceMetadata/0").unwrap_or(&found.metadata);
                match ResourceMetadata::read(listed) {
                    Some(resource) if resource.id == id && resource.collection_id == did.unique_id() => {
                        if resource.checksum.eq_ignore_ascii_case(checksum) {
                            Look::There(published(did, &resource))
                        } else {
                            Look::Unreadable("a resource with other content has this id".to_owned())
                        }
                    }
                    _ => Look::Unreadable("the resolver answers with another resource".to_owned()),
                }
            }
            Err(LedgerReadError::NotServed(reason) | LedgerReadError::Failed(reason)) => Look::Unreadable(reason),
            Err(LedgerReadError::NotFound) => absent_if(self.newest(did).await),
        }
    }

    /// Whether somebody answers at the network's resolver as resolvers do: asked for a DID that cannot be there.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub(super) async fn greet_resolver(&self, namespace: &str) -> Result<(), String> {
        let nobody = format!("did:cheqd:{namespace}:00000000-0000-4000-8000-000000000000");
        let (status, body) = match self.read_ledger(&nobody, RESOLUTION).await {
            Ok(answer) => answer,
            Err(LedgerReadError::NotServed(reason) | LedgerReadError::Failed(reason)) => return Err(reason),
            Err(LedgerReadError::NotFound) => return Ok(()),
        };
        match (status, ResolverError::read(status, &body)) {
            (200, _) | (_, ResolverError::NotFound) => Ok(()),
            (_, ResolverError::Invalid(_) | ResolverError::Unsupported(_)) => {
                Err(format!("it answers, but does not serve the network {namespace}"))
            }
            (_, error) => Err(error.to_string()),
        }
    }
}

/// Not there, if the DID itself could be read: a resolver says "not found" for an outage too.
fn absent_if(newest: Result<Resolution, LedgerReadError>) -> Look {
    match newest {
        Ok(_) => Look::Absent,
        Err(LedgerReadError::NotFound) => Look::Unreadable(ResolverError::NotFound.to_string()),
        Err(LedgerReadError::NotServed(reason) | LedgerReadError::Failed(reason)) => Look::Unreadable(reason),
    }
}

/// What the ledger says of a resource, as it is kept with the job.
fn published(did: &CheqdDid, resource: &ResourceMetadata) -> Value {
    json!({
        "did_url": format!("{did}/resources/{}", resource.id),
        "id": resource.id,
        "name": resource.name,
        "resource_type": resource.resource_type,
        "version": resource.version,
        "media_type": resource.media_type,
        "checksum": resource.checksum,
        "created": resource.created,
    })
}

/// Why the ledger gave no answer.
enum LedgerReadError {
    /// The resolver did not find it, or did not reach its ledger.
    NotFound,
    /// The resolver does not answer this question.
    NotServed(String),
    /// There was no answer that says anything.
    Failed(String),
}

impl LedgerReadError {
    fn of(error: ResolverError) -> Self {
        match error {
            ResolverError::NotFound => Self::NotFound,
            ResolverError::Invalid(_) | ResolverError::Unsupported(_) => Self::NotServed(error.to_string()),
            other => Self::Failed(other.to_string()),
        }
    }
}

/// The did:cheqd in a text that came from this wallet's own records or from a caller.
///
/// # Errors
/// [`AgentError::Invalid`].
pub(super) fn cheqd_did(text: &str) -> Result<CheqdDid> {
    text.parse()
        .map_err(|error: vouchsafe_dids::cheqd::MalformedCheqdDid| AgentError::invalid("did", error.to_string()))
}
