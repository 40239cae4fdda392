//! Reading did:cheqd: documents and resources out of the resolver that the wallet's settings name for the network, and
//! out of nobody else's. A resolver is a stranger: it is asked within a time and a size, it is not followed elsewhere, it
//! may be on this computer for a practice network alone, and a document that it gives must be of the DID that was asked
//! for. What it says is kept, so that an outage is no reason to know nothing.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::future::Shared;
use jiff::Timestamp;
use parking_lot::{Mutex, RwLock};
use url::Url;
use vouchsafe_dids::cheqd::{
    CheqdDid, CheqdUrl, MAX_RESOLUTION_BYTES, MalformedCheqdDid, Resolution, ResolverError, read_resolution,
};
use vouchsafe_dids::{BoxFuture, Did, DidDocument, DocumentError, Fetch, Fetched, ResolveError, Resolved};
use vouchsafe_store::Store;

use super::Network;
use super::kept::{self, Kept};
use crate::config::{Config, PrivateAddresses};
use crate::resolution::ask_in_time;
use crate::transport::client::{Client, DeliveryError, Fetched as Answer};

/// A document with everything that is known about it.
pub(super) const RESOLUTION: &str = "application/ld+json;profile=\"https://w3id.org/did-resolution\"";
/// A resource with everything that is known about it.
pub(super) const DEREFERENCING: &str = "application/ld+json;profile=\"https://w3id.org/did-url-dereferencing\"";

/// For so long a resolver that gave no answer is not waited for again where there is something kept.
const SILENCE: Duration = Duration::from_secs(20);

/// The did:cheqd networks as this wallet reads them.
pub(crate) struct Ledgers {
    client: Arc<Client>,
    config: Arc<RwLock<Arc<Config>>>,
    store: Store,
    /// When a network's resolver last gave no answer.
    silent: Mutex<HashMap<String, Timestamp>>,
    /// Documents that are being fetched, of any method: who needs one of them waits for the same answer.
    pub(crate) under_way: Mutex<HashMap<Did, Awaited>>,
}

/// An answer that many wait for.
pub(crate) type Awaited = Shared<futures::future::BoxFuture<'static, Result<Resolved, ResolveError>>>;

impl Ledgers {
    pub(crate) fn new(client: Arc<Client>, config: Arc<RwLock<Arc<Config>>>, store: Store) -> Self {
        Self { client, config, store, silent: Mutex::default(), under_way: Mutex::default() }
    }

    /// The network of a DID.
    ///
    /// # Errors
    /// [`ResolveError::UnknownNetwork`].
    fn network(&self, did: &CheqdDid) -> Result<(Network, Arc<Config>), ResolveError> {
        let config = self.config.read().clone();
        let found = config.networks.iter().find(|network| network.namespace == did.namespace());
        let network = found.ok_or_else(|| ResolveError::UnknownNetwork {
            did: did.into(),
            network: did.namespace().to_owned(),
            known: config.networks.iter().map(|network| network.namespace.as_str()).collect::<Vec<_>>().join(", "),
        })?;
        Ok((network.clone(), config))
    }

    /// Asks the network's resolver for `url`.
    ///
    /// # Errors
    /// There is no answer: it cannot be reached, was too slow, or said too much.
    pub(super) async fn ask(&self, url: &CheqdUrl, accept: &str, max_bytes: usize) -> Result<Answer, ResolveError> {
        self.try_ask(url, accept, max_bytes).await.map_err(NoAnswer::into_error)
    }

    async fn try_ask(&self, url: &CheqdUrl, accept: &str, max_bytes: usize) -> Result<Answer, NoAnswer> {
        let (network, config) = self.network(url.did())?;
        let allow_private = network.practice || config.policy.private_addresses == PrivateAddresses::Allow;
        let unreachable = |reason: String| ResolveError::Unreachable { did: url.did().into(), reason };
        let base = network.resolver_url().map_err(|error| unreachable(error.to_string()))?;
        let address = url.resolver_url(&base).map_err(|error| unreachable(error.to_string()))?;
        let answer = ask_in_time(&self.client, &config, &address, accept, allow_private, max_bytes)
            .await
            .map_err(|_| NoAnswer::Other(ResolveError::Timeout(url.did().into())))
            .and_then(|answer| answer.map_err(|unanswered| no_answer(url.did(), &base, &network, &unanswered.error)));
        let mut silent = self.silent.lock();
        match &answer {
            // Whoever says too much is not silent.
            Err(NoAnswer::Other(ResolveError::Unreachable { .. } | ResolveError::Timeout(_))) => {
                silent.insert(network.namespace, Timestamp::now());
            }
            _ => _ = silent.remove(&network.namespace),
        }
        answer
    }

    /// Whether the DID's resolver gave no answer a moment ago.
    pub(crate) fn is_silent(&self, did: &Did) -> bool {
        let Ok(did) = did.as_str().parse::<CheqdDid>() else { return false };
        let since = self.silent.lock().get(did.namespace()).copied();
        since.is_some_and(|since| {
            let age = Timestamp::now().duration_since(since);
            !age.is_negative() && age.unsigned_abs() < SILENCE
        })
    }

    /// The document of `did` as its ledger has it now; it is kept.
    async fn resolution(&self, did: &CheqdDid) -> Result<Resolution, ResolveError> {
        let whole = CheqdUrl::document(did.clone());
        let answer = match self.try_ask(&whole, RESOLUTION, MAX_RESOLUTION_BYTES).await {
            // With the list of its resources: an issuer has thousands of them after some years. The document is small.
            Err(NoAnswer::TooLarge(error)) => {
                let alone = whole.with_query("resourceMetadata", "false").map_err(|_| error)?;
                self.ask(&alone, RESOLUTION, MAX_RESOLUTION_BYTES).await?
            }
            answer => answer.map_err(NoAnswer::into_error)?,
        };
        if let (301 | 302 | 307 | 308, Some(location)) = (answer.status, &answer.location) {
            return Err(ResolveError::Unreachable { did: did.into(), reason: moved(location) });
        }
        let resolution = read_resolution(did, answer.status, &answer.body).map_err(|error| match error {
            ResolverError::OtherDid(id) => {
                let error = id.parse().map_or(DocumentError::Malformed("id"), DocumentError::OtherDid);
                ResolveError::Invalid { did: did.into(), error }
            }
            error => told(did, error),
        })?;
        // What is no document is not worth keeping.
        DidDocument::parse(&resolution.document).map_err(|error| ResolveError::Invalid { did: did.into(), error })?;
        let kept = Kept::Document {
            document: resolution.document.clone(),
            metadata: resolution.raw_metadata.clone(),
            deactivated: resolution.metadata.deactivated,
        };
        kept::write(&self.store, vec![(did.to_string(), kept)], kept::now()).await;
        Ok(resolution)
    }
}

impl Fetch for Ledgers {
    fn fetch<'a>(&'a self, did: &'a Did) -> BoxFuture<'a, Result<Fetched, ResolveError>> {
        Box::pin(async move {
            let wanted: CheqdDid = did.as_str().parse().map_err(|_: MalformedCheqdDid| ResolveError::Invalid {
                did: did.clone(),
                error: DocumentError::Malformed("not a did:cheqd"),
            })?;
            let resolution = self.resolution(&wanted).await?;
            Ok(Fetched { document: resolution.document, deactivated: resolution.metadata.deactivated })
        })
    }
}

/// The resolver's own error as one of resolving `did`.
pub(super) fn told(did: &CheqdDid, error: ResolverError) -> ResolveError {
    match error {
        ResolverError::NotFound => ResolveError::NotFoundOrUnreachable(did.into()),
        other => ResolveError::Unreachable { did: did.into(), reason: other.to_string() },
    }
}

/// Why a resolver's answer could not be had.
enum NoAnswer {
    /// It says more than is taken.
    TooLarge(ResolveError),
    Other(ResolveError),
}

impl NoAnswer {
    fn into_error(self) -> ResolveError {
        let (Self::TooLarge(error) | Self::Other(error)) = self;
        error
    }
}

impl From<ResolveError> for NoAnswer {
    fn from(error: ResolveError) -> Self {
        Self::Other(error)
    }
}

fn no_answer(did: &CheqdDid, base: &Url, network: &Network, error: &DeliveryError) -> NoAnswer {
    let reason = match error {
        DeliveryError::Address(_) if !network.practice => format!(
            "the resolver of the network {} is set to {base}, and only a practice network may be on this computer or \
             its local network",
            network.namespace
        ),
        error => error.to_string(),
    };
    let told = ResolveError::Unreachable { did: did.into(), reason };
    if matches!(error, DeliveryError::TooLarge(..)) { NoAnswer::TooLarge(told) } else { NoAnswer::Other(told) }
}

/// DIDs of the network's first version were given new names; the resolver points there.
fn moved(location: &Url) -> String {
    match CheqdUrl::within(location.as_str()) {
        Ok(url) => format!("it is called {} now; ask for that one", url.did()),
        Err(_) => format!("the resolver points elsewhere, and is not followed there ({location:.200})"),
    }
}
