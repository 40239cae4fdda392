//! Identities: the list, one of them, its name, and which one is the usual. Making and changing them is beside this.

use std::collections::HashMap;

use serde_json::Value;
use vouchsafe_agent::cheqd::{CHEQD, DEACTIVATED, Freshness};
use vouchsafe_dids::{DidDocument, PublicKey};
use vouchsafe_store::{DidFilter, DidRow, Page as StorePage, Reader, StoreError};

use super::Profile;
use super::wallet::Open;
use crate::commands::Answer;
use crate::view::card::is_practice;
use crate::view::facts::{Fact, Tone};
use crate::view::identities::{
    IdentityAction, IdentityRow, IdentityState, IdentityView, LedgerJobState, LedgerJobView, NAME, Sources, keys_of,
    network_of, services_of,
};
use crate::view::networks::{host_of, network_name};
use crate::view::{Failure, ListQuery, MAX_ROWS, Page, Topic};

/// The longest name of an identity, in characters.
pub(super) const MAX_NAME: usize = 100;

impl Profile {
    /// Identities: the usual one first, then the newest.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn identities(&self, query: ListQuery) -> Answer<Page<IdentityRow>> {
        let open = self.open()?;
        let words: Vec<String> = query.query.to_lowercase().split_whitespace().take(20).map(str::to_owned).collect();
        let mut rows = open.identity_rows().await?;
        rows.retain(|row| {
            let text = format!("{} {}", row.name, row.did).to_lowercase();
            words.iter().all(|word| text.contains(word))
        });
        let total = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let limit = query.limit.min(MAX_ROWS) as usize;
        Ok(Page { total, rows: rows.into_iter().skip(query.offset as usize).take(limit).collect() })
    }

    /// One identity.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn identity(&self, did: &str) -> Answer<IdentityView> {
        self.open()?.identity_view(did, Vec::new()).await
    }

    /// Give an identity another name.
    ///
    /// # Errors
    ///
    /// `name-invalid`, `not-found`, `wallet-locked`; what the store says.
    pub async fn rename_identity(&self, did: &str, name: &str) -> Answer<IdentityView> {
        let open = self.open()?;
        let (name, wanted) = (checked_name(name)?, did.to_owned());
        let found = open
            .agent
            .store()
            .write(move |transaction| {
                let Some(mut row) = transaction.did(&wanted)? else { return Ok(false) };
                if let Some(notes) = row.metadata.as_object_mut() {
                    notes.insert(NAME.to_owned(), Value::from(name));
                }
                transaction.put_did(&row).map(|()| true)
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        if !found {
            return Err(Failure::not_found("identity"));
        }
        self.announcer.say([Topic::Identities, Topic::Exchanges, Topic::Issued]);
        open.identity_view(did, Vec::new()).await
    }

    /// Issue by this identity from now on, unless another one is chosen.
    ///
    /// # Errors
    ///
    /// `identity-unusable`, `not-found`, `wallet-locked`; what the store says.
    pub async fn use_identity(&self, did: &str) -> Answer<IdentityView> {
        let open = self.open()?;
        let row = open.identity_view(did, Vec::new()).await?.row;
        if row.state != IdentityState::Ready {
            return Err(Failure::new(
                "identity-unusable",
                "It cannot sign now",
                format!("Nothing can be signed by this identity now: {}.", row.sentence),
                "Choose another one.",
            ));
        }
        let chosen = did.to_owned();
        self.change_kept(&open, move |kept| kept.issuer_did = Some(chosen)).await?;
        self.announcer.say([Topic::Identities, Topic::Settings]);
        open.identity_view(did, Vec::new()).await
    }

    /// Read an identity's document from its ledger, now.
    ///
    /// # Errors
    ///
    /// `did-…`, `not-found`, `wallet-locked`; what the store says.
    pub async fn check_identity(&self, did: &str) -> Answer<IdentityView> {
        let open = self.open()?;
        if is_practice(did) && open.running.lock().kept.practice {
            self.start_practice(&open).await?;
        }
        let fact = open.on_ledger(did).await?;
        self.announcer.say([Topic::Identities]);
        open.identity_view(did, vec![fact]).await
    }
}

impl Open {
    /// Every identity, the usual one first, then the newest.
    pub(super) async fn identity_rows(&self) -> Answer<Vec<IdentityRow>> {
        let config = self.agent.config();
        let (usual, keys) = {
            let running = self.running.lock();
            (running.kept.issuer_did.clone(), running.kept.signing_keys())
        };
        let stored = self
            .agent
            .store()
            .read(move |reader| signing_dids(reader, &keys))
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        let mut jobs: HashMap<String, LedgerJobView> = HashMap::new();
        // The newest of each DID: they come newest first.
        for job in self.unfinished_jobs(None).await? {
            jobs.entry(job.did.clone()).or_insert(job);
        }
        let mut rows: Vec<IdentityRow> = stored
            .iter()
            .map(|row| {
                IdentityRow::of(Sources {
                    row,
                    usual: usual.as_deref(),
                    networks: &config.networks,
                    job: jobs.remove(&row.did),
                    deactivated: is_deactivated(row),
                })
            })
            .collect();
        // What is left is about DIDs that the wallet does not have yet.
        rows.extend(jobs.into_values().filter(LedgerJobView::is_creation).map(IdentityRow::coming));
        rows.sort_by(|one, other| {
            (other.usual, &other.created_at, &other.did).cmp(&(one.usual, &one.created_at, &one.did))
        });
        Ok(rows)
    }

    /// One identity.
    async fn identity_row(&self, did: &str) -> Answer<IdentityRow> {
        let (usual, keys) = {
            let running = self.running.lock();
            (running.kept.issuer_did.clone(), running.kept.signing_keys())
        };
        let wanted = did.to_owned();
        let stored: Option<DidRow> = self
            .agent
            .store()
            .read(move |reader| reader.did(&wanted))
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        let job = self.unfinished_jobs(Some(did)).await?.into_iter().next();
        match (stored, job) {
            (Some(row), job) if row.method == CHEQD || keys.contains(&row.did) => Ok(IdentityRow::of(Sources {
                row: &row,
                usual: usual.as_deref(),
                networks: &self.agent.config().networks,
                job,
                deactivated: is_deactivated(&row),
            })),
            (None, Some(job)) if job.is_creation() => Ok(IdentityRow::coming(job)),
            _ => Err(Failure::not_found("identity")),
        }
    }

    /// One identity in full, with what was found out just now.
    pub(super) async fn identity_view(&self, did: &str, news: Vec<Fact>) -> Answer<IdentityView> {
        let row = self.identity_row(did).await?;
        let document = self.document_of(&row).await;
        let held = self.held_keys(&document).await?;
        let mut facts = vec![Fact::new("did", "Identifier", &row.did)];
        if let Some(namespace) = row.network.as_deref() {
            facts.push(Fact::new("network", "Network", network_name(namespace)));
            if let Ok(network) = self.agent.config().network(namespace) {
                let registrar = network.registrar.as_deref().and_then(host_of);
                facts.push(Fact::new("registrar", "Registrar", registrar.unwrap_or_else(|| "None".to_owned())));
            }
        }
        facts.push(Fact::new("created", "Made", &row.created_at));
        facts.extend(news);
        Ok(IdentityView {
            keys: keys_of(&document, &|id| held.iter().any(|known| known == id)),
            services: services_of(&document),
            facts,
            document: if document.is_null() {
                String::new()
            } else {
                serde_json::to_string_pretty(&document).unwrap_or_default()
            },
            actions: actions(&row),
            row,
        })
    }

    /// The document as the wallet keeps it; that of a did:key is in its name; `null` where there is none yet.
    pub(super) async fn document_of(&self, row: &IdentityRow) -> Value {
        if matches!(row.state, IdentityState::Creating | IdentityState::Stuck) {
            return Value::Null;
        }
        // The wallet's own documents are kept: nobody is asked.
        self.agent.resolve_document(&row.did).await.map(|resolved| resolved.document.to_value()).unwrap_or_default()
    }

    /// The ids of the verification methods whose private keys are here.
    async fn held_keys(&self, document: &Value) -> Answer<Vec<String>> {
        let Ok(document) = DidDocument::parse(document) else { return Ok(Vec::new()) };
        let methods: Vec<_> = document
            .verification_methods()
            .iter()
            .filter_map(|method| match &method.key {
                PublicKey::Ed25519(verkey) => Some((method.id.clone(), *verkey)),
                _ => None,
            })
            .collect();
        self.agent
            .store()
            .read(move |reader| {
                let mut held = Vec::new();
                for (id, verkey) in methods {
                    if reader.signing_key(&verkey)?.is_some() {
                        held.push(id);
                    }
                }
                Ok(held)
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))
    }
}

impl Open {
    /// What the ledger says of an identity, asked now.
    async fn on_ledger(&self, did: &str) -> Answer<Fact> {
        let now = self.agent.now().to_string();
        if network_of(did).is_none() {
            return Ok(Fact::new("on-ledger", "On a ledger", "No: its key is its name"));
        }
        let kept = self.agent.resolve_document(did).await.ok().map(|resolved| resolved.document.to_value());
        let found = self.agent.dereference(did, Freshness::Now).await?;
        let found: Option<Value> = serde_json::from_slice(&found.content).ok();
        // Resolvers add a context of their own; the keys are what matters.
        let part = |document: &Option<Value>, name: &str| document.as_ref().and_then(|it| it.get(name).cloned());
        let same = ["verificationMethod", "assertionMethod", "service"]
            .iter()
            .all(|name| part(&found, name) == part(&kept, name));
        Ok(if same {
            Fact::new("on-ledger", "Seen on the ledger", now).with_tone(Tone::Good)
        } else {
            Fact::new("on-ledger", "On the ledger", "Its document there is not the one that this wallet keeps")
                .with_tone(Tone::Warning)
        })
    }
}

/// The DIDs that sign credentials: those on a ledger, and the did:keys that were made for it.
fn signing_dids(reader: &Reader<'_>, keys: &[String]) -> Result<Vec<DidRow>, StoreError> {
    let filter = DidFilter { method: Some(CHEQD.to_owned()), ..DidFilter::default() };
    let mut rows = reader.dids(&filter, StorePage::ALL)?;
    for did in keys {
        rows.extend(reader.did(did)?);
    }
    Ok(rows)
}

fn is_deactivated(row: &DidRow) -> bool {
    row.metadata.get(DEACTIVATED).and_then(Value::as_bool).unwrap_or(false)
}

fn actions(row: &IdentityRow) -> Vec<IdentityAction> {
    use IdentityAction::{Check, Deactivate, Rename, RotateKey, Services, Use};
    let on_ledger = row.network.is_some();
    match row.state {
        IdentityState::Creating | IdentityState::Stuck => Vec::new(),
        IdentityState::Unreachable => vec![Rename],
        IdentityState::Deactivated => vec![Rename, Check],
        IdentityState::Ready => {
            let mut actions = if row.usual { vec![Rename] } else { vec![Use, Rename] };
            let busy = row.job.as_ref().is_some_and(|job| job.state == LedgerJobState::UnderWay);
            if on_ledger && !busy {
                actions.extend([Services, RotateKey, Deactivate]);
            }
            if on_ledger {
                actions.push(Check);
            }
            actions
        }
    }
}

/// The person's own name for an identity: one line, not empty.
pub(super) fn checked_name(name: &str) -> Answer<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        return Err(Failure::invalid(
            "name-invalid",
            format!("A name has one line of at most {MAX_NAME} characters, and is not empty."),
            "Choose another name.",
        ));
    }
    Ok(name.to_owned())
}
