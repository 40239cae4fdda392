//! Creating, changing and ending a did:cheqd of this wallet. Each is a job: what was asked for and the keys for it are
//! in the store before anything is sent, and a new DID is the wallet's only when the ledger has it.

use serde_json::{Value, json};
use uuid::Uuid;
use vouchsafe_didcomm::SigningKey;
use vouchsafe_dids::DidDocument;
use vouchsafe_dids::cheqd::{CheqdDid, DidDocPayload};
use vouchsafe_store::DidRow;

use super::finish::CHEQD;
use super::job::{JobState, LedgerJob, Wanted};
use super::on_ledger::cheqd_did;
use super::plan::{CreateCheqdDid, KeyForm};
use super::work::{Drive, new_version};
use super::{LedgerError, Network};
use crate::Agent;
use crate::error::{AgentError, Result};

/// The person or the controller who asked is waiting.
const FIRST: Drive = Drive { attended: true, again: false, anew: false };

impl Agent {
    /// Makes a DID on a did:cheqd network and waits until the ledger has it. From then on it is the wallet's: method
    /// `cheqd`, posted, its document kept.
    ///
    /// # Errors
    /// [`AgentError::Ledger`] says what became of it, and whether anything was published; [`AgentError::Invalid`] names
    /// what cannot be published.
    pub async fn create_cheqd_did(&self, wanted: CreateCheqdDid) -> Result<DidRow> {
        let prepared = self.prepare_cheqd_did(&wanted).await?;
        let did = prepared.did.clone();
        let known = prepared.did.clone();
        if self.look(move |reader| Ok(reader.did(&known)?)).await?.is_some() {
            return Err(AgentError::invalid("did", "this DID is in the wallet already"));
        }
        let create =
            Wanted::Create { document: prepared.document, verkey: prepared.key.verkey(), metadata: wanted.metadata };
        let job = self.new_job(&prepared.network, &prepared.did, create, prepared.version_id);
        self.begin(job, Some(prepared.key), None).await?;
        self.did(&did).await
    }

    /// Puts another document, whole, in the place of a DID's document, and gives it as the ledger has it. The keys of
    /// the document that stands sign, and those of the new one, which have to be in this wallet (see
    /// [`Agent::new_cheqd_key`]).
    ///
    /// # Errors
    /// [`AgentError::Ledger`], [`AgentError::Invalid`], [`AgentError::NotFound`] for a DID that is not this wallet's.
    pub async fn update_cheqd_did(&self, did: &str, document: Value) -> Result<Value> {
        let (network, did) = self.own_cheqd_did(did).await?;
        let current = self.on_ledger(&did).await?;
        self.update(&network, &did, document, current.version_id, None).await
    }

    /// Puts a new key in the place of those that this wallet signs with for a DID, under a new id: in authentication,
    /// assertionMethod and wherever else they were. What was signed by an old one no longer verifies.
    ///
    /// # Errors
    /// As [`Agent::update_cheqd_did`].
    pub async fn rotate_cheqd_did_key(&self, did: &str) -> Result<Value> {
        let (network, did) = self.own_cheqd_did(did).await?;
        let current = self.on_ledger(&did).await?;
        let key = SigningKey::generate();
        let document = self.with_rotated_key(&did, &current.document, &key).await?;
        self.update(&network, &did, document, current.version_id, Some(key)).await
    }

    /// Makes a key in this wallet for a DID's next document, and gives the verification method to put into it. Nothing
    /// is published.
    ///
    /// # Errors
    /// [`AgentError::NotFound`] for a DID that is not this wallet's; the ledger cannot be read.
    pub async fn new_cheqd_key(&self, did: &str, form: KeyForm) -> Result<Value> {
        let (_, did) = self.own_cheqd_did(did).await?;
        let current = self.on_ledger(&did).await?;
        let key = SigningKey::generate();
        let method = form.method(&next_key_id(&did, &current.document), &did.to_string(), &key.verkey());
        let committed = self
            .commit(move |unit| {
                unit.tx().put_key(&key, unit.now())?;
                Ok::<_, AgentError>(())
            })
            .await?;
        self.settle(committed).await;
        Ok(method)
    }

    /// Ends a DID, for good: nothing that it signs from now on counts, and it never comes back. Gives the document as
    /// the ledger keeps it.
    ///
    /// # Errors
    /// As [`Agent::update_cheqd_did`].
    pub async fn deactivate_cheqd_did(&self, did: &str) -> Result<Value> {
        let (network, did) = self.own_cheqd_did(did).await?;
        let job = self.new_job(&network, &did.to_string(), Wanted::Deactivate, new_version());
        self.begin(job, None, None).await
    }

    async fn update(
        &self,
        network: &Network,
        did: &CheqdDid,
        document: Value,
        base: String,
        key: Option<SigningKey>,
    ) -> Result<Value> {
        let Value::Object(mut document) = document else {
            return Err(AgentError::invalid("didDocument", "it is not a JSON object"));
        };
        // Resolvers make their own; what is sent would be stored and never shown.
        document.remove("@context");
        document.entry("id").or_insert_with(|| json!(did.to_string()));
        let version_id = new_version();
        let payload = DidDocPayload::from_document(&Value::Object(document), &version_id)
            .map_err(|error| AgentError::invalid("didDocument", error.to_string()))?;
        if payload.did != *did {
            return Err(AgentError::invalid("didDocument.id", format!("it is the document of {}", payload.did)));
        }
        let wanted = Wanted::Update { document: payload.to_document(), base };
        let job = self.new_job(network, &did.to_string(), wanted, version_id);
        self.begin(job, key, None).await
    }

    /// The document with `key` in the place of every key of it that this wallet has.
    async fn with_rotated_key(&self, did: &CheqdDid, document: &DidDocument, key: &SigningKey) -> Result<Value> {
        let mut ours = Vec::new();
        for method in document.verification_methods() {
            if let vouchsafe_dids::PublicKey::Ed25519(verkey) = &method.key {
                let verkey = *verkey;
                if self.look(move |reader| Ok(reader.signing_key(&verkey)?.is_some())).await? {
                    ours.push((method.id.clone(), method.method_type.clone()));
                }
            }
        }
        let Some((_, form)) = ours.first() else {
            return Err(LedgerError::MissingKey { kid: format!("{did}#key-1") }.into());
        };
        let form = KeyForm::of_name(form).unwrap_or_default();
        let id = next_key_id(did, document);
        let method = form.method(&id, &did.to_string(), &key.verkey());
        let is_ours = |name: &str| {
            let name = if name.starts_with('#') { format!("{did}{name}") } else { name.to_owned() };
            ours.iter().any(|(ours, _)| *ours == name)
        };
        let mut document = document.to_value();
        let Some(members) = document.as_object_mut() else { return Ok(document) };
        for (member, value) in members.iter_mut() {
            let Some(items) = value.as_array_mut() else { continue };
            let replacement = if member == "verificationMethod" { method.clone() } else { json!(id) };
            let old = |item: &Value| {
                let name = item.as_str().or_else(|| item.get("id").and_then(Value::as_str));
                // A service may have the id of nobody's key; only references and methods are replaced.
                member != "service" && name.is_some_and(is_ours)
            };
            if let Some(at) = items.iter().position(old) {
                items.retain(|item| !old(item));
                items.insert(at.min(items.len()), replacement);
            }
        }
        Ok(document)
    }

    pub(super) fn new_job(&self, network: &Network, did: &str, wanted: Wanted, version_id: String) -> LedgerJob {
        let id = Uuid::new_v4().to_string();
        LedgerJob::new(id, network.namespace.clone(), did.to_owned(), wanted, version_id, self.now())
    }

    /// A did:cheqd of this wallet, and its network.
    pub(super) async fn own_cheqd_did(&self, did: &str) -> Result<(Network, CheqdDid)> {
        let parsed = cheqd_did(did)?;
        let row = self.did(&parsed.to_string()).await?;
        if row.method != CHEQD {
            return Err(AgentError::not_found("DID", did));
        }
        Ok((self.config().network(parsed.namespace())?.clone(), parsed))
    }

    /// Keeps a job with all that it needs, and works on it until it has ended or has to rest. It goes on even if the
    /// caller no longer waits.
    pub(super) async fn begin(
        &self,
        job: LedgerJob,
        key: Option<SigningKey>,
        content: Option<Vec<u8>>,
    ) -> Result<Value> {
        let agent = self.clone();
        let working = self.tasks().spawn(async move {
            let _turn = agent.ledger_desk().turn(&job.did).await;
            agent.begin_in_turn(job, key, content).await
        });
        working.await.map_err(|_| AgentError::Stopping)?
    }

    pub(super) async fn begin_in_turn(
        &self,
        job: LedgerJob,
        key: Option<SigningKey>,
        content: Option<Vec<u8>>,
    ) -> Result<Value> {
        self.end_what_is_under_way(&job.did).await?;
        let committed = self
            .commit(move |unit| {
                if let Some(key) = &key {
                    unit.tx().put_key(key, unit.now())?;
                }
                unit.tx().put_ledger_job(&job.to_row()?)?;
                if let Some(content) = &content {
                    unit.tx().put_ledger_job_content(&job.id, Some(content))?;
                }
                Ok::<_, AgentError>(job)
            })
            .await?;
        let job = self.settle(committed).await;
        result_of(self.drive(job, FIRST).await?)
    }

    /// Ends the job of a DID that is still under way, if there is one: the next is made from what it leaves.
    async fn end_what_is_under_way(&self, did: &str) -> Result<()> {
        let wanted = did.to_owned();
        let Some(row) = self.look(move |reader| Ok(reader.ledger_job_under_way(&wanted)?)).await? else {
            return Ok(());
        };
        let job = LedgerJob::from_row(&row)?;
        let job = self.drive(job, Drive { attended: false, again: true, anew: false }).await?;
        if job.is_under_way() { Err(LedgerError::Busy { did: did.to_owned() }.into()) } else { Ok(()) }
    }
}

/// What a job came to.
///
/// # Errors
/// Why it has not.
pub(super) fn result_of(job: LedgerJob) -> Result<Value> {
    let error = job.error().cloned();
    match job.state {
        JobState::Finished { result } => Ok(result),
        _ => Err(error.unwrap_or(LedgerError::Busy { did: job.did }).into()),
    }
}

/// An id that no key of the document has: `#key-2`, `#key-3`, …
fn next_key_id(did: &CheqdDid, document: &DidDocument) -> String {
    let highest = document
        .verification_methods()
        .iter()
        .filter_map(|method| method.id.rsplit_once("#key-")?.1.parse::<u32>().ok())
        .max()
        .unwrap_or(0);
    format!("{did}#key-{}", highest.saturating_add(1))
}
