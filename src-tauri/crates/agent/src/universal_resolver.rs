//! DIDs of methods that this wallet does not know itself, asked of a universal resolver as ACA-Py's
//! `--universal-resolver` does (DIF Universal Resolver, `GET <url>/identifiers/<did>`). What it says is believed: who
//! names one in the settings trusts it with these methods. It is bounded in size and time, and not followed elsewhere.

use std::sync::Arc;

use parking_lot::RwLock;
use regex::Regex;
use serde_json::Value;
use url::Url;
use vouchsafe_dids::cheqd::ResolverError;
use vouchsafe_dids::{BoxFuture, Did, DidDocument, DocumentError, Fetch, Fetched, MAX_DOCUMENT_BYTES, ResolveError};
use vouchsafe_store::Store;

use crate::cheqd::UniversalResolver;
use crate::cheqd::kept::{self, Kept};
use crate::config::{Config, PrivateAddresses};
use crate::resolution::ask_in_time;
use crate::transport::address::is_evidently_private;
use crate::transport::client::Client;

/// A document with everything that is known about it.
const ACCEPT: &str = "application/ld+json;profile=\"https://w3id.org/did-resolution\", application/json";
/// A document and what is said around it.
const MAX_BYTES: usize = 2 * MAX_DOCUMENT_BYTES;
/// The longest pattern that is read, in characters.
const MAX_PATTERN: usize = 1000;

/// Fetches documents of other methods.
pub(crate) struct Universal {
    pub client: Arc<Client>,
    pub config: Arc<RwLock<Arc<Config>>>,
    pub store: Store,
}

impl UniversalResolver {
    /// Whether it is asked for `did`: one of its patterns matches from the beginning, or it has none.
    pub fn serves(&self, did: &str) -> bool {
        self.methods.is_empty()
            || self
                .methods
                .iter()
                .filter(|pattern| pattern.len() <= MAX_PATTERN)
                .any(|pattern| Regex::new(&format!("^(?:{pattern})")).is_ok_and(|pattern| pattern.is_match(did)))
    }

    /// Where it answers for `did`. Its address may be written with and without the `/identifiers` at its end.
    fn address(&self, did: &Did) -> Option<Url> {
        let base = self.url.trim_end_matches('/');
        let base = base.strip_suffix("/identifiers").unwrap_or(base);
        Url::parse(&format!("{base}/identifiers/{did}"))
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
    }
}

impl Universal {
    async fn document(&self, did: &Did) -> Result<Fetched, ResolveError> {
        let config = self.config.read().clone();
        let resolver = config.universal_resolver.as_ref().filter(|resolver| resolver.serves(did.as_str()));
        let resolver = resolver.ok_or_else(|| ResolveError::Unsupported(did.method().to_owned()))?;
        let unreachable = |reason: String| ResolveError::Unreachable { did: did.clone(), reason };
        let url = resolver
            .address(did)
            .ok_or_else(|| unreachable("the universal resolver's address is none of HTTP".to_owned()))?;
        // Its address comes from the settings, not from a stranger.
        let allow_private = config.policy.private_addresses == PrivateAddresses::Allow || is_evidently_private(&url);
        let answer = ask_in_time(&self.client, &config, &url, ACCEPT, allow_private, MAX_BYTES)
            .await
            .map_err(|_| ResolveError::Timeout(did.clone()))?
            .map_err(|unanswered| unreachable(unanswered.error.to_string()))?;
        let (document, metadata) = read(did, answer.status, &answer.body)?;
        let deactivated = metadata.get("deactivated") == Some(&Value::Bool(true));
        let kept = Kept::Document { document: document.clone(), metadata, deactivated };
        kept::write(&self.store, vec![(did.to_string(), kept)], kept::now()).await;
        Ok(Fetched { document, deactivated })
    }
}

impl Fetch for Universal {
    fn fetch<'a>(&'a self, did: &'a Did) -> BoxFuture<'a, Result<Fetched, ResolveError>> {
        Box::pin(self.document(did))
    }
}

/// The document in a universal resolver's answer, and what it says about it.
fn read(did: &Did, status: u16, body: &[u8]) -> Result<(Value, Value), ResolveError> {
    let unreachable = |reason: String| ResolveError::Unreachable { did: did.clone(), reason };
    if !matches!(status, 200 | 410) {
        return Err(match ResolverError::read(status, body) {
            ResolverError::NotFound => ResolveError::NotFound(did.clone()),
            error => unreachable(error.to_string()),
        });
    }
    let answer: Value = serde_json::from_slice(body)
        .map_err(|_| unreachable("the universal resolver did not answer with JSON".to_owned()))?;
    let invalid = |error| ResolveError::Invalid { did: did.clone(), error };
    let document = answer.get("didDocument").filter(|document| document.is_object()).cloned();
    let document = document.ok_or_else(|| invalid(DocumentError::Malformed("didDocument")))?;
    DidDocument::parse(&document).and_then(|document| document.must_be_of(did)).map_err(invalid)?;
    Ok((document, answer.get("didDocumentMetadata").cloned().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vouchsafe_dids::{Did, ResolveError};

    use super::{UniversalResolver, read};

    fn resolver(url: &str, methods: &[&str]) -> UniversalResolver {
        UniversalResolver { url: url.to_owned(), methods: methods.iter().map(|&pattern| pattern.to_owned()).collect() }
    }

    #[test]
    fn patterns_match_from_the_beginning_and_none_means_all() {
        assert!(resolver("", &[]).serves("did:ion:1"));
        let some = resolver("", &["^did:cheqd:.*$", "did:(ion|ebsi):"]);
        assert!(some.serves("did:ion:1") && some.serves("did:cheqd:testnet:1"));
        assert!(!some.serves("did:web:did:ion:1"));
        assert!(!resolver("", &["did:(", "x(?=y)"]).serves("did:ion:1"), "what is no pattern matches nothing");
    }

    #[test]
    fn the_address_may_be_written_both_ways() {
        let did: Did = "did:ion:1".parse().unwrap();
        for url in ["https://dev.uniresolver.io/1.0", "https://dev.uniresolver.io/1.0/identifiers/"] {
            let address = resolver(url, &[]).address(&did).unwrap();
            assert_eq!(address.as_str(), "https://dev.uniresolver.io/1.0/identifiers/did:ion:1");
        }
        assert!(resolver("DEFAULT", &[]).address(&did).is_none());
    }

    #[test]
    fn the_document_is_that_of_the_did() {
        let did: Did = "did:ion:1".parse().unwrap();
        let answer = |id: &str| json!({ "didDocument": { "id": id } }).to_string().into_bytes();
        assert!(read(&did, 200, &answer("did:ion:1")).is_ok());
        assert!(matches!(read(&did, 200, &answer("did:ion:2")), Err(ResolveError::Invalid { .. })));
        assert!(matches!(read(&did, 200, b"{}"), Err(ResolveError::Invalid { .. })));
        assert!(matches!(read(&did, 200, b"<html>"), Err(ResolveError::Unreachable { .. })));
        assert_eq!(read(&did, 404, b""), Err(ResolveError::NotFound(did.clone())));
        assert!(matches!(read(&did, 502, b""), Err(ResolveError::Unreachable { .. })));
    }
}
