//! What a job asks the ledger to write, made from what the wallet keeps and from the document that stands, and the keys
//! that have to sign it.

use serde_json::Value;
use vouchsafe_didcomm::SigningKey;
use vouchsafe_dids::DidDocument;
use vouchsafe_dids::cheqd::{CheqdDid, DeactivatePayload, DidDocPayload, Operation, ResourcePayload};

use super::LedgerError;
use super::job::{LedgerJob, Wanted};
use super::on_ledger::Current;
use super::signers::Signers;
use crate::Agent;
use crate::error::{AgentError, Result};

impl Agent {
    /// The document that stands; none for a DID that is to be made.
    pub(super) async fn document_to_change(
        &self,
        did: &CheqdDid,
        job: &LedgerJob,
    ) -> Result<Result<Option<Current>, LedgerError>> {
        if matches!(job.wanted, Wanted::Create { .. }) {
            return Ok(Ok(None));
        }
        let current = match self.unless_stopped(self.on_ledger(did)).await? {
            Ok(current) => current,
            Err(error) => return Ok(Err(error)),
        };
        Ok(match &job.wanted {
            Wanted::Update { base, .. } if *base != current.version_id => {
                Err(LedgerError::Changed { did: job.did.clone() })
            }
            _ => Ok(Some(current)),
        })
    }

    /// What the ledger is to be asked to write.
    pub(super) async fn operation_of(&self, job: &LedgerJob, did: &CheqdDid, version_id: &str) -> Result<Operation> {
        let payload = |document: &Value| {
            DidDocPayload::from_document(document, version_id)
                .map_err(|error| AgentError::invalid("didDocument", error.to_string()))
        };
        Ok(match &job.wanted {
            Wanted::Create { document, .. } => Operation::Create(payload(document)?),
            Wanted::Update { document, .. } => Operation::Update(payload(document)?),
            Wanted::Deactivate => {
                Operation::Deactivate(DeactivatePayload { did: did.clone(), version_id: version_id.to_owned() })
            }
            Wanted::Publish { resource, update } => {
                let id = job.id.clone();
                let content = self
                    .look(move |reader| Ok(reader.ledger_job_content(&id)?))
                    .await?
                    .ok_or_else(|| AgentError::not_found("content of the ledger job", job.id.as_str()))?;
                let payload = ResourcePayload {
                    did: did.clone(),
                    id: resource.id.clone(),
                    name: resource.name.clone(),
                    version: resource.version.clone(),
                    resource_type: resource.resource_type.clone(),
                    content,
                };
                if *update { Operation::UpdateResource(payload) } else { Operation::CreateResource(payload) }
            }
        })
    }

    /// Whose keys sign: those of the document that stands and of the one that is to come, and of other DIDs of this
    /// wallet that control it.
    pub(super) async fn signers_of(
        &self,
        did: &CheqdDid,
        job: &LedgerJob,
        current: Option<&Current>,
    ) -> Result<Result<(Signers, Vec<SigningKey>), LedgerError>> {
        let coming = match &job.wanted {
            Wanted::Create { document, .. } | Wanted::Update { document, .. } => {
                let parsed = DidDocument::parse(document);
                Some(parsed.map_err(|error| AgentError::invalid("didDocument", error.to_string()))?)
            }
            _ => None,
        };
        let mut signers = Signers::default();
        for document in current.map(|current| &current.document).into_iter().chain(&coming) {
            signers.add(document);
            for controller in controllers(document) {
                if controller == job.did {
                    continue;
                }
                let missing = LedgerError::MissingKey { kid: controller.clone() };
                let (name, other) = (controller.clone(), controller.parse::<CheqdDid>());
                let (true, Ok(other)) = (self.look(move |reader| Ok(reader.did(&name)?.is_some())).await?, other)
                else {
                    return Ok(Err(missing));
                };
                if other == *did {
                    continue;
                }
                match self.unless_stopped(self.on_ledger(&other)).await? {
                    Ok(other) => signers.add(&other.document),
                    Err(error) => return Ok(Err(error)),
                }
            }
        }
        let verkeys = signers.verkeys();
        let keys = self
            .look(move |reader| {
                let keys = verkeys.iter().map(|verkey| reader.signing_key(verkey)).collect::<Result<Vec<_>, _>>()?;
                Ok(keys.into_iter().flatten().collect())
            })
            .await?;
        Ok(Ok((signers, keys)))
    }
}

fn controllers(document: &DidDocument) -> Vec<String> {
    match document.as_value().get("controller") {
        Some(Value::String(controller)) => vec![controller.clone()],
        Some(Value::Array(list)) => list.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}
