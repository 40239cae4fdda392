//! Resolving DIDs with the wallet's own network client: bounded, under the address policy, and kept with the time they
//! were fetched, in memory for minutes and in the wallet for longer. Where nobody answers, what was kept is used and
//! said to be so.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::FutureExt;
use jiff::Timestamp;
use parking_lot::RwLock;
use serde::Serialize;
use serde_json::{Value, json};
use tokio::time::error::Elapsed;
use url::Url;
use vouchsafe_dids::cheqd::CheqdDid;
use vouchsafe_dids::{
    BoxFuture, Clock, Did, DidDocument, Fetch, Fetched, MAX_DOCUMENT_BYTES, ResolveError, Resolved, Resolver, web,
};
use vouchsafe_store::Store;

use crate::Agent;
use crate::cheqd::DEACTIVATED;
use crate::cheqd::dereference::{Freshness, NOT_KEPT, is_within};
use crate::cheqd::kept::{self, Kept};
use crate::cheqd::resolve::{Awaited, Ledgers};
use crate::config::{Config, PrivateAddresses};
use crate::error::{AgentError, Result, Unresolved};
use crate::transport::client::{Ask, Client, DeliveryError, Fetched as Answer, Unanswered};
use crate::universal_resolver::Universal;

/// Time for one document, unless the wallet's other deliveries have less.
const PATIENCE: Duration = Duration::from_secs(15);
/// For so long a fetched document is good unless the caller wants it fresher.
const MAX_AGE: Duration = Duration::from_mins(5);

/// A resolver that fetches what must be fetched with `client`, by what `ledgers` and the settings name.
pub(crate) fn resolver(
    client: Arc<Client>,
    config: Arc<RwLock<Arc<Config>>>,
    store: Store,
    ledgers: Arc<Ledgers>,
) -> Resolver {
    let clock: Clock = Arc::new(kept::now);
    let web = Web { client: client.clone(), config: config.clone(), store: store.clone() };
    Resolver::new(clock)
        .with_max_age(MAX_AGE)
        .with_fetch("web", Arc::new(web))
        .with_fetch("cheqd", ledgers)
        .with_fallback(Arc::new(Universal { client, config, store }))
}

/// Fetches did:web documents (did:web method specification, section 3.2).
struct Web {
    client: Arc<Client>,
    config: Arc<RwLock<Arc<Config>>>,
    store: Store,
}

impl Fetch for Web {
    fn fetch<'a>(&'a self, did: &'a Did) -> BoxFuture<'a, std::result::Result<Fetched, ResolveError>> {
        Box::pin(async move {
            let invalid = |error| ResolveError::Invalid { did: did.clone(), error };
            let url = web::url(did).map_err(invalid)?;
            let config = self.config.read().clone();
            let allow_private = config.policy.private_addresses == PrivateAddresses::Allow;
            let accept = "application/did+json, application/json";
            let fetched = ask_in_time(&self.client, &config, &url, accept, allow_private, MAX_DOCUMENT_BYTES)
                .await
                .map_err(|_| ResolveError::Timeout(did.clone()))?
                .map_err(|unanswered| unreachable(did, &unanswered.error))?;
            match fetched.status {
                200 => {
                    let document = web::parse(did, &fetched.body).map_err(invalid)?.to_value();
                    let kept = Kept::Document { document: document.clone(), metadata: Value::Null, deactivated: false };
                    kept::write(&self.store, vec![(did.to_string(), kept)], kept::now()).await;
                    Ok(Fetched { document, deactivated: false })
                }
                404 | 410 => Err(ResolveError::NotFound(did.clone())),
                status => Err(ResolveError::Unreachable {
                    did: did.clone(),
                    reason: format!("the host answered HTTP {status}"),
                }),
            }
        })
    }
}

/// Asks for one document, or for what is below one, in the time that there is for it: [`Elapsed`] if nobody answers in
/// time.
pub(crate) async fn ask_in_time(
    client: &Client,
    config: &Config,
    url: &Url,
    accept: &str,
    allow_private: bool,
    max_bytes: usize,
) -> std::result::Result<std::result::Result<Answer, Unanswered>, Elapsed> {
    let patience = PATIENCE.min(config.limits.delivery());
    // Too slow and not there are told apart: this clock has to be the first.
    let ask = Ask { json: None, accept, allow_private, max_bytes, patience: patience.saturating_mul(2) };
    tokio::time::timeout(patience, client.ask(url, ask)).await
}

fn unreachable(did: &Did, error: &DeliveryError) -> ResolveError {
    ResolveError::Unreachable { did: did.clone(), reason: error.to_string() }
}

/// What resolving a DID found, in the shape of ACA-Py's `/resolver/resolve`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Resolution {
    /// The document. One that was deactivated says so in `deactivated`.
    pub did_document: Value,
    /// What the ledger says about the document; an object.
    pub document_metadata: Value,
    /// Who resolved it, when, and for how many milliseconds.
    pub metadata: Value,
}

impl Agent {
    /// The document of a DID, with its age. The wallet's own DIDs need no network; others may be some minutes old, and
    /// where nobody answers, as old as what was kept.
    ///
    /// # Errors
    /// [`AgentError::Resolution`]; `passing` tells whether asking later may help.
    pub async fn resolve_document(&self, did: &str) -> Result<Resolved> {
        let parsed = parse(did)?;
        if let Some((document, ended)) = self.own_document(did).await? {
            if ended {
                return Err(unresolved(&parsed, &ResolveError::Deactivated(parsed.clone())));
            }
            return Ok(Resolved { document: Arc::new(document), fetched_at: self.now(), from_cache: false });
        }
        let resolved = self.resolve_as_of(&parsed, Freshness::Within(MAX_AGE)).await;
        resolved.map_err(|error| unresolved(&parsed, &error))
    }

    /// The document of a DID as fresh as is wanted, also of one that is this wallet's own: what others see.
    ///
    /// # Errors
    /// Why there is none; [`ResolveError::Deactivated`] for a DID that has ended, fetched or kept.
    pub async fn resolve_as_of(&self, did: &Did, freshness: Freshness) -> std::result::Result<Resolved, ResolveError> {
        if let Some(local) = self.resolver().resolve_local(did) {
            return local;
        }
        // A ledger keeps one spelling.
        let did = &did.as_str().parse::<CheqdDid>().map_or_else(|_| did.clone(), |cheqd| Did::from(&cheqd));
        let age = match freshness {
            Freshness::Now => return self.resolver().refresh(did).await,
            Freshness::Within(age) => age,
            Freshness::Kept => Duration::MAX,
        };
        if let Some(cached) = self.resolver().cached(did)
            && is_within(cached.fetched_at, age, self.now())
        {
            return Ok(cached);
        }
        // Where nobody answered a moment ago, what was kept is better than waiting once more.
        if (freshness == Freshness::Kept || self.ledgers().is_silent(did))
            && let Some(kept) = self.kept_document(did).await
        {
            return kept;
        }
        if freshness == Freshness::Kept {
            return Err(ResolveError::Unreachable { did: did.clone(), reason: NOT_KEPT.to_owned() });
        }
        match self.refresh_together(did).await {
            Err(error) if error.is_passing() => self.kept_document(did).await.unwrap_or(Err(error)),
            refreshed => refreshed,
        }
    }

    /// The document of a DID as it is now, or was when somebody else asked a moment ago: many credentials of one issuer
    /// ask its ledger once. Goes on if whoever waits for it goes away.
    fn refresh_together(&self, did: &Did) -> Awaited {
        let mut under_way = self.ledgers().under_way.lock();
        if let Some(awaited) = under_way.get(did).filter(|awaited| awaited.peek().is_none()) {
            return awaited.clone();
        }
        let lost = ResolveError::Unreachable { did: did.clone(), reason: "the look-up broke off".to_owned() };
        let (agent, wanted, stopped) = (self.clone(), did.clone(), lost.clone());
        let fetching = tokio::spawn(async move {
            let found = tokio::select! {
                () = agent.stopping().cancelled_owned() => Err(stopped),
                found = agent.resolver().refresh(&wanted) => found,
            };
            agent.ledgers().under_way.lock().remove(&wanted);
            found
        });
        let awaited = async move { fetching.await.unwrap_or(Err(lost)) }.boxed().shared();
        under_way.insert(did.clone(), awaited.clone());
        awaited
    }

    /// The document that is kept of a DID, with its age.
    async fn kept_document(&self, did: &Did) -> Option<std::result::Result<Resolved, ResolveError>> {
        let (kept, fetched_at) = kept::read(self.store(), did.as_str()).await?;
        let Kept::Document { document, deactivated, .. } = kept else { return None };
        if deactivated {
            return Some(Err(ResolveError::Deactivated(did.clone())));
        }
        let document = DidDocument::from_value(document).and_then(|document| document.must_be_of(did)).ok()?;
        Some(Ok(Resolved { document: Arc::new(document), fetched_at, from_cache: true }))
    }

    /// Since when a DID is known to have been deactivated, if it is.
    pub(crate) async fn ended_since(&self, did: &str) -> Option<Timestamp> {
        match kept::read(self.store(), did).await? {
            (Kept::Document { deactivated: true, .. }, since) => Some(since),
            _ => None,
        }
    }

    /// What the ledger said about the document of a DID when it was fetched last; an empty object if nothing.
    pub(crate) async fn document_metadata(&self, did: &Did) -> Value {
        match kept::read(self.store(), did.as_str()).await {
            Some((Kept::Document { metadata, .. }, _)) if metadata.is_object() => metadata,
            _ => json!({}),
        }
    }

    /// The document of a DID and what is known about it, as a DID resolver answers. A DID that was deactivated has one
    /// too.
    ///
    /// # Errors
    /// As [`Agent::resolve_document`].
    pub async fn resolve(&self, did: &str) -> Result<Resolution> {
        let started = Instant::now();
        let parsed = parse(did)?;
        let own = self.own_document(did).await?.map(|(document, _)| (document.to_value(), self.now(), false));
        let found = match own {
            // What others see of a DID is what its ledger says.
            Some(found) if parsed.method() != "cheqd" => found,
            own => match self.resolve_as_of(&parsed, Freshness::Within(MAX_AGE)).await {
                Ok(resolved) => (resolved.document.to_value(), resolved.fetched_at, resolved.from_cache),
                Err(ResolveError::Deactivated(ended)) => self.ended(&ended).await?,
                Err(error) => match own {
                    Some(own) if error.is_passing() => own,
                    _ => return Err(unresolved(&parsed, &error)),
                },
            },
        };
        let (did_document, retrieved, from_cache) = found;
        let native = matches!(parsed.method(), "key" | "jwk" | "peer" | "sov" | "web" | "cheqd");
        let metadata = json!({
            "resolver_type": if native { "native" } else { "non-native" },
            "resolver": resolver_name(&parsed),
            "retrieved_time": retrieved.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "duration": started.elapsed().as_millis(),
            "from_cache": from_cache,
        });
        Ok(Resolution { did_document, document_metadata: self.document_metadata(&parsed).await, metadata })
    }

    /// The last document of a DID that was deactivated.
    async fn ended(&self, did: &Did) -> Result<(Value, Timestamp, bool)> {
        match kept::read(self.store(), did.as_str()).await {
            Some((Kept::Document { mut document, .. }, fetched_at)) => {
                if let Some(document) = document.as_object_mut() {
                    document.insert("deactivated".to_owned(), Value::Bool(true));
                }
                Ok((document, fetched_at, false))
            }
            _ => Err(unresolved(did, &ResolveError::Deactivated(did.clone()))),
        }
    }

    /// The document that the wallet keeps for a DID of its own, where the DID alone does not hold it, and whether the
    /// DID has ended.
    async fn own_document(&self, did: &str) -> Result<Option<(DidDocument, bool)>> {
        // A did:key is its own document.
        if did.starts_with("did:key:") {
            return Ok(None);
        }
        let wanted = did.to_owned();
        let Some(row) = self.look(move |reader| Ok(reader.did(&wanted)?)).await? else { return Ok(None) };
        let ended = row.metadata.get(DEACTIVATED) == Some(&Value::Bool(true));
        Ok(row.document.and_then(|document| DidDocument::from_value(document).ok()).map(|document| (document, ended)))
    }
}

/// Who resolves a DID here, in ACA-Py's words.
fn resolver_name(did: &Did) -> String {
    let name = match did.method() {
        "key" => "KeyDIDResolver",
        "jwk" => "JwkDIDResolver",
        "peer" => return format!("PeerDID{}Resolver", did.method_specific_id().get(..1).unwrap_or_default()),
        "sov" => "LegacyPeerDIDResolver",
        "web" => "WebDIDResolver",
        "cheqd" => "CheqdDIDResolver",
        _ => "UniversalResolver",
    };
    name.to_owned()
}

fn parse(did: &str) -> Result<Did> {
    did.parse().map_err(|_| refused(did, "it is not a DID"))
}

/// The caller's text leads nowhere, now or later.
pub(crate) fn refused(text: &str, reason: &str) -> AgentError {
    AgentError::Resolution {
        did: text.chars().take(100).collect(),
        reason: reason.to_owned(),
        passing: false,
        kind: Unresolved::Invalid,
    }
}

/// Resolving a DID failed.
pub(crate) fn unresolved(did: &Did, error: &ResolveError) -> AgentError {
    AgentError::Resolution {
        did: did.brief(),
        reason: error.to_string(),
        passing: error.is_passing(),
        kind: error.into(),
    }
}
