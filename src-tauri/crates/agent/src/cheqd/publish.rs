//! Publishing a resource of a did:cheqd: a schema, a status list, any file of up to two MiB. Its id is chosen here, so
//! that asking twice publishes once.

use jiff::Timestamp;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use vouchsafe_dids::cheqd::ResourcePayload;
use vouchsafe_store::{LedgerJobFilter, Page};

use super::job::{JobState, LedgerJob, Wanted, WantedResource};
use super::work::{Drive, new_version};
use super::write::result_of;
use crate::Agent;
use crate::error::{AgentError, Result};

/// A resource to be published.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublishResource {
    /// The DID that it belongs to, one of this wallet's.
    pub did: String,
    /// Its name, 1 to 64 bytes.
    pub name: String,
    /// Its type, 1 to 64 bytes: `BitstringStatusListCredential`, …
    pub resource_type: String,
    /// Its version, at most 64 bytes; of two versions of one resource the registrar wants them to differ.
    pub version: Option<String>,
    /// Its bytes, 1 to 2 MiB. The ledger tells the media type from them.
    pub content: Vec<u8>,
    /// Its id, instead of a random one. Asking again with the same id and content goes on with what was begun, or
    /// gives what was published.
    pub id: Option<Uuid>,
    /// Whether it is a new version of one with this name and type.
    pub update: bool,
}

/// A resource on the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PublishedResource {
    /// Its DID URL.
    pub did_url: String,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its type.
    pub resource_type: String,
    /// Its version; empty: none.
    pub version: String,
    /// Its media type, as the ledger told it from the bytes.
    pub media_type: String,
    /// SHA-256 of its bytes, in hex.
    pub checksum: String,
    /// The time of its block.
    pub created: Option<Timestamp>,
}

impl Agent {
    /// Publishes a resource and waits until the ledger has it.
    ///
    /// # Errors
    /// [`AgentError::Ledger`] says what became of it, and whether anything was published; [`AgentError::Invalid`] names
    /// what cannot be published; [`AgentError::NotFound`] for a DID that is not this wallet's.
    pub async fn publish_resource(&self, wanted: PublishResource) -> Result<PublishedResource> {
        let (network, did) = self.own_cheqd_did(&wanted.did).await?;
        network.registrar_url()?;
        let payload = ResourcePayload {
            did: did.clone(),
            id: wanted.id.unwrap_or_else(Uuid::new_v4).to_string(),
            name: wanted.name,
            version: wanted.version.unwrap_or_default(),
            resource_type: wanted.resource_type,
            content: wanted.content,
        };
        payload.check().map_err(|error| AgentError::invalid(error.member, error.reason))?;
        let resource = WantedResource {
            checksum: format!("{:x}", Sha256::digest(&payload.content)),
            bytes: payload.content.len(),
            id: payload.id,
            name: payload.name,
            resource_type: payload.resource_type,
            version: payload.version,
        };
        let publish = Wanted::Publish { resource: resource.clone(), update: wanted.update };
        let job = self.new_job(&network, &did.to_string(), publish, new_version());
        let agent = self.clone();
        let working = self.tasks().spawn(async move {
            let _turn = agent.ledger_desk().turn(&job.did).await;
            match agent.job_of_resource(&job.did, &resource).await? {
                Some(begun) => {
                    let again = Drive { attended: true, again: true, anew: true };
                    agent.take_up(begun, again).await.and_then(result_of)
                }
                None => agent.begin_in_turn(job, None, Some(payload.content)).await,
            }
        });
        let result = working.await.map_err(|_| AgentError::Stopping)??;
        serde_json::from_value(result).map_err(|error| AgentError::invalid("resource", error.to_string()))
    }

    /// The job that was begun for this very resource.
    async fn job_of_resource(&self, did: &str, resource: &WantedResource) -> Result<Option<LedgerJob>> {
        let filter = LedgerJobFilter {
            did: Some(did.to_owned()),
            resource_id: Some(resource.id.clone()),
            ..LedgerJobFilter::default()
        };
        let rows = self.look(move |reader| Ok(reader.ledger_jobs(&filter, Page::newest(1))?)).await?;
        let Some(job) = rows.first().map(LedgerJob::from_row).transpose()? else { return Ok(None) };
        if job.resource() == Some(resource) {
            return Ok(Some(job));
        }
        Err(AgentError::invalid("id", "another resource was published, or is being published, under this id"))
    }

    /// Works on a job that was begun before: goes on with it, or begins it again.
    pub(super) async fn take_up(&self, job: LedgerJob, drive: Drive) -> Result<LedgerJob> {
        let job = match &job.state {
            JobState::Finished { .. } => return Ok(job),
            JobState::Refused { .. } | JobState::Interrupted { .. } => self.begin_again(job).await?,
            _ => job,
        };
        self.drive(job, drive).await
    }
}
