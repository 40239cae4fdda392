//! Resolving DIDs with the wallet's own network client: bounded, under the address policy, and kept with the time they
//! were fetched.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::RwLock;
use serde_json::{Value, json};
use vouchsafe_dids::{BoxFuture, Did, DidDocument, Fetch, Fetched, ResolveError, Resolved, Resolver, web};

use crate::Agent;
use crate::config::{Config, PrivateAddresses};
use crate::error::{AgentError, Result};
use crate::transport::client::{Client, DeliveryError};

/// Time for one document.
const PATIENCE: Duration = Duration::from_secs(15);

/// A resolver that fetches what must be fetched with `client`.
pub(crate) fn resolver(client: Arc<Client>, config: Arc<RwLock<Arc<Config>>>) -> Resolver {
    Resolver::new(Arc::new(Timestamp::now)).with_fetch("web", Arc::new(Web { client, config }))
}

/// Fetches did:web documents (did:web method specification, section 3.2).
struct Web {
    client: Arc<Client>,
    config: Arc<RwLock<Arc<Config>>>,
}

impl Fetch for Web {
    fn fetch<'a>(&'a self, did: &'a Did) -> BoxFuture<'a, std::result::Result<Fetched, ResolveError>> {
        Box::pin(async move {
            let invalid = |error| ResolveError::Invalid { did: did.clone(), error };
            let url = web::url(did).map_err(invalid)?;
            let allow_private = self.config.read().policy.private_addresses == PrivateAddresses::Allow;
            let get = self.client.get(&url, "application/did+json, application/json", allow_private);
            let fetched = tokio::time::timeout(PATIENCE, get)
                .await
                .map_err(|_| ResolveError::Timeout(did.clone()))?
                .map_err(|error| unreachable(did, &error))?;
            match fetched.status {
                200 => {
                    let document = web::parse(did, &fetched.body).map_err(invalid)?;
                    Ok(Fetched { document: document.to_value(), deactivated: false })
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

fn unreachable(did: &Did, error: &DeliveryError) -> ResolveError {
    ResolveError::Unreachable { did: did.clone(), reason: error.to_string() }
}

impl Agent {
    /// The document of a DID, with its age. The wallet's own DIDs need no network.
    ///
    /// # Errors
    /// [`AgentError::Resolution`]; `passing` tells whether asking later may help.
    pub async fn resolve_document(&self, did: &str) -> Result<Resolved> {
        let parsed: Did = did.parse().map_err(|_| AgentError::Resolution {
            did: did.chars().take(100).collect(),
            reason: "it is not a DID".to_owned(),
            passing: false,
        })?;
        if let Some(document) = self.own_document(did).await? {
            return Ok(Resolved { document: Arc::new(document), fetched_at: self.now(), from_cache: false });
        }
        self.resolver().resolve(&parsed).await.map_err(|error| {
            let passing = matches!(error, ResolveError::Unreachable { .. } | ResolveError::Timeout(_));
            AgentError::Resolution { did: parsed.brief(), reason: error.to_string(), passing }
        })
    }

    /// The document of a DID and what is known about it, as a DID resolver answers.
    ///
    /// # Errors
    /// As [`Agent::resolve_document`].
    pub async fn resolve(&self, did: &str) -> Result<(Value, Value)> {
        let resolved = self.resolve_document(did).await?;
        let metadata = json!({ "retrieved_time": resolved.fetched_at.to_string(), "from_cache": resolved.from_cache });
        Ok((resolved.document.to_value(), metadata))
    }

    /// The document that the wallet keeps for a DID of its own, where the DID alone does not hold it.
    async fn own_document(&self, did: &str) -> Result<Option<DidDocument>> {
        // A did:key is its own document.
        if did.starts_with("did:key:") {
            return Ok(None);
        }
        let wanted = did.to_owned();
        let kept = self.look(move |reader| Ok(reader.did(&wanted)?.and_then(|row| row.document))).await?;
        Ok(kept.and_then(|document| DidDocument::from_value(document).ok()))
    }
}
