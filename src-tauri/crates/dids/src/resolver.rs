//! One place to ask for the document of any DID. Methods that need nobody are resolved here and now; others go to the
//! [`Fetch`] that was registered for them; names of documents that were given before (short did:peer:4, did:peer:1 and
//! 3, unqualified DIDs) resolve only if the document was remembered. Nothing here blocks or waits on a lock while it
//! waits for the network. Defends against a document that takes another's name: one that vouches for itself is
//! checked, and one that cannot is not replaced by a different one.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use jiff::Timestamp;
use parking_lot::Mutex;
use serde_json::Value;

use crate::{
    cache::Cache,
    did::Did,
    document::{DidDocument, DocumentError},
    jwk, key, legacy,
    peer::{self, Form},
};

/// Why a DID has no document here and now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// There is no such DID, or its document was never given. Its owner's doing; asking again will not help.
    #[error("there is no document for {}", .0.brief())]
    NotFound(Did),
    /// There is something, but it is no document of this DID. Its owner's fault.
    #[error("the document of {} is not usable: {error}", .did.brief())]
    Invalid {
        /// The DID.
        did: Did,
        /// What is wrong.
        error: DocumentError,
    },
    /// Its resolver did not find it, or did not reach its ledger: it says the same for both. Asking again later may
    /// help, and what was kept of it before still holds.
    #[error("there is no document for {}, or its ledger cannot be reached through the resolver", .0.brief())]
    NotFoundOrUnreachable(Did),
    /// The DID is of a network that is not in this wallet's settings. The person can add it.
    #[error("this wallet knows no did:cheqd network {network:?} (it knows {known}), so {} was not looked up", .did.brief())]
    UnknownNetwork {
        /// The DID.
        did: Did,
        /// The network that it names.
        network: String,
        /// Those that are known.
        known: String,
    },
    /// Nobody here knows this method. Our limit.
    #[error("DIDs of the method {0:?} are not supported")]
    Unsupported(String),
    /// Whoever has the document could not be reached. Asking again later may help.
    #[error("the document of {} cannot be fetched now: {reason}", .did.brief())]
    Unreachable {
        /// The DID.
        did: Did,
        /// What the network said.
        reason: String,
    },
    /// Whoever has the document did not answer in time. Asking again later may help.
    #[error("fetching the document of {} took too long", .0.brief())]
    Timeout(Did),
    /// The DID was deactivated: nothing that it signs counts any more.
    #[error("{} was deactivated for good, so no key may sign for it any more", .0.brief())]
    Deactivated(Did),
    /// A different document was remembered for this DID before. Whoever sent the new one is at fault, or it has to be
    /// forgotten first.
    #[error("a different document of {} is known already", .0.brief())]
    Conflict(Did),
}

impl ResolveError {
    /// Whether asking again later may help, with nobody changing what they ask for. Until then a document that was
    /// kept is the best there is.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Timeout(_) | Self::NotFoundOrUnreachable(_))
    }
}

/// A future in a box, as object-safe traits need it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What a fetch found.
#[derive(Clone, Debug, PartialEq)]
pub struct Fetched {
    /// The DID document, as JSON.
    pub document: Value,
    /// Whether the DID was deactivated.
    pub deactivated: bool,
}

/// Fetches documents of one or more methods from where they are: the web, a ledger, a universal resolver. It bounds
/// sizes and times itself.
pub trait Fetch: Send + Sync {
    /// The document of `did` as it is now.
    fn fetch<'a>(&'a self, did: &'a Did) -> BoxFuture<'a, Result<Fetched, ResolveError>>;
}

/// Says what time it is.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A document and when it was true.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The document.
    pub document: Arc<DidDocument>,
    /// When it was fetched; for DIDs that hold their document, now.
    pub fetched_at: Timestamp,
    /// Whether it was fetched before and may have changed since.
    pub from_cache: bool,
}

/// How much the cache may hold, in bytes.
const CACHE_BYTES: usize = 8 * 1024 * 1024;

/// How much may be remembered, in bytes.
const KNOWN_BYTES: usize = 16 * 1024 * 1024;

/// For how long a fetched document is good unless the caller wants it fresh.
const MAX_AGE: Duration = Duration::from_mins(5);

/// Resolves DIDs. Share it by reference or in an [`Arc`].
pub struct Resolver {
    clock: Clock,
    max_age: Duration,
    fetchers: Vec<(String, Arc<dyn Fetch>)>,
    fallback: Option<Arc<dyn Fetch>>,
    state: Mutex<State>,
}

struct State {
    /// Documents that hold for ever (out of the DID itself) or from a time on (fetched).
    documents: Cache<(Arc<DidDocument>, Option<Timestamp>)>,
    known: Cache<Known>,
}

#[derive(Clone)]
enum Known {
    /// The long form of a short did:peer:4, which is checked by its hash.
    Long(Did),
    /// A document that somebody else vouched for.
    Document(Arc<DidDocument>),
}

impl Resolver {
    /// A resolver that knows the methods that need nobody.
    pub fn new(clock: Clock) -> Self {
        let state = State { documents: Cache::new(CACHE_BYTES), known: Cache::new(KNOWN_BYTES) };
        Self { clock, max_age: MAX_AGE, fetchers: Vec::new(), fallback: None, state: Mutex::new(state) }
    }

    /// The same, asking `fetch` for DIDs of `method`.
    #[must_use]
    pub fn with_fetch(mut self, method: &str, fetch: Arc<dyn Fetch>) -> Self {
        self.fetchers.retain(|(known, _)| known != method);
        self.fetchers.push((method.to_owned(), fetch));
        self
    }

    /// The same, asking `fetch` for DIDs of every method that nobody else serves.
    #[must_use]
    pub fn with_fallback(mut self, fetch: Arc<dyn Fetch>) -> Self {
        self.fallback = Some(fetch);
        self
    }

    /// The same, taking fetched documents to be good for this long.
    #[must_use]
    pub fn with_max_age(mut self, max_age: Duration) -> Self {
        self.max_age = max_age;
        self
    }

    /// The document of a DID; a fetched one may be as old as the maximal age.
    ///
    /// # Errors
    /// Says why there is none.
    pub async fn resolve(&self, did: &Did) -> Result<Resolved, ResolveError> {
        if let Some(local) = self.resolve_local(did) {
            return local;
        }
        if let Some(cached) = self.cached(did)
            && self.is_fresh(cached.fetched_at)
        {
            return Ok(cached);
        }
        self.refresh(did).await
    }

    /// The document of a DID as it is now: what is fetched is fetched anew.
    ///
    /// # Errors
    /// Says why there is none.
    pub async fn refresh(&self, did: &Did) -> Result<Resolved, ResolveError> {
        if let Some(local) = self.resolve_local(did) {
            return local;
        }
        let method = did.method();
        let fetch = self
            .fetchers
            .iter()
            .find_map(|(known, fetch)| (known == method).then(|| Arc::clone(fetch)))
            .or_else(|| self.fallback.clone())
            .ok_or_else(|| ResolveError::Unsupported(method.to_owned()))?;
        let fetched = fetch.fetch(did).await?;
        if fetched.deactivated {
            self.state.lock().documents.remove(did.as_str());
            return Err(ResolveError::Deactivated(did.clone()));
        }
        let document = DidDocument::from_value(fetched.document)
            .and_then(|document| document.must_be_of(did))
            .map_err(|error| ResolveError::Invalid { did: did.clone(), error })?;
        let document = Arc::new(document);
        let now = (self.clock)();
        self.keep(did, &document, Some(now));
        Ok(Resolved { document, fetched_at: now, from_cache: false })
    }

    /// The document that was fetched last, however old it is. For those who would rather know an old one than none.
    pub fn cached(&self, did: &Did) -> Option<Resolved> {
        match self.state.lock().documents.get(did.as_str()) {
            Some((document, Some(fetched_at))) => Some(Resolved { document, fetched_at, from_cache: true }),
            _ => None,
        }
    }

    /// The document of a DID that needs nobody: one that holds it, or whose document was remembered. None if it has to
    /// be fetched.
    pub fn resolve_local(&self, did: &Did) -> Option<Result<Resolved, ResolveError>> {
        let form = peer::form(did);
        let named = matches!(form, Some(Form::One | Form::Three | Form::ShortFour));
        let local = match did.method() {
            "key" | "jwk" | "peer" => true,
            "sov" => did.is_unqualified() || self.known(did).is_some(),
            _ => false,
        };
        local.then(|| {
            let document = if named || did.method() == "sov" { self.remembered(did) } else { self.held(did) }?;
            Ok(Resolved { document, fetched_at: (self.clock)(), from_cache: false })
        })
    }

    /// Remembers a document that was given by the DID's owner, in a signed message or by an earlier connection. The
    /// agent does so when it learns of one and again after a restart, since what was not used for long is forgotten.
    ///
    /// # Errors
    /// [`ResolveError::Invalid`] if it is not the document that its DID names, [`ResolveError::Conflict`] if a
    /// different one is remembered.
    pub fn remember(&self, document: DidDocument) -> Result<(), ResolveError> {
        let did = document.id().clone();
        match peer::form(&did) {
            Some(Form::LongFour) => return self.remember_long(&did),
            Some(Form::ShortFour) => {
                // Only the long form proves that this is the document.
                let long = document
                    .also_known_as()
                    .iter()
                    .filter_map(|name| name.parse::<Did>().ok())
                    .find(|name| peer::short_form(name).as_ref() == Some(&did))
                    .ok_or(ResolveError::NotFound(did))?;
                return self.remember_long(&long);
            }
            _ => {}
        }
        let name = legacy::unqualified_name(&did).to_owned();
        let size = document.as_value().to_string().len().saturating_mul(2);
        let mut state = self.state.lock();
        match state.known.get(&name) {
            Some(Known::Document(known)) if *known != document => return Err(ResolveError::Conflict(did)),
            Some(Known::Document(_)) => {}
            _ => state.known.insert(&name, Known::Document(Arc::new(document)), size),
        }
        Ok(())
    }

    /// Remembers a long did:peer:4, so that its short form resolves.
    ///
    /// # Errors
    /// [`ResolveError::Invalid`] if its hash is not that of its document.
    pub fn remember_long(&self, long: &Did) -> Result<(), ResolveError> {
        let short = peer::short_form(long).ok_or_else(|| ResolveError::Invalid {
            did: long.clone(),
            error: DocumentError::Malformed("the hash of the did:peer:4"),
        })?;
        self.state.lock().known.insert(short.as_str(), Known::Long(long.clone()), long.as_str().len());
        Ok(())
    }

    /// Forgets a remembered document, for example when its connection is deleted or the DID's owner has rotated it.
    pub fn forget(&self, did: &Did) {
        let mut state = self.state.lock();
        state.documents.remove(did.as_str());
        state.known.remove(legacy::unqualified_name(did));
        if let Some(short) = peer::short_form(did) {
            state.known.remove(short.as_str());
            state.documents.remove(short.as_str());
        }
    }

    fn known(&self, did: &Did) -> Option<Known> {
        self.state.lock().known.get(legacy::unqualified_name(did))
    }

    /// The document of a DID that names one.
    fn remembered(&self, did: &Did) -> Result<Arc<DidDocument>, ResolveError> {
        match self.known(did).ok_or_else(|| ResolveError::NotFound(did.clone()))? {
            Known::Document(document) => Ok(document),
            Known::Long(long) => self.made(did, || peer::resolve_short(&long)),
        }
    }

    /// The document of a DID that holds it.
    fn held(&self, did: &Did) -> Result<Arc<DidDocument>, ResolveError> {
        let document = self.made(did, || match did.method() {
            "key" => key::resolve(did),
            "jwk" => jwk::resolve(did),
            _ => peer::resolve(did),
        })?;
        // Messages after the first name a did:peer:4 by its short form.
        if peer::form(did) == Some(Form::LongFour)
            && let Some((short, _)) = did.as_str().rsplit_once(':')
        {
            self.state.lock().known.insert(short, Known::Long(did.clone()), did.as_str().len());
        }
        Ok(document)
    }

    /// The document that was made out of this DID before, or is made now.
    fn made(
        &self,
        did: &Did,
        make: impl FnOnce() -> Result<DidDocument, DocumentError>,
    ) -> Result<Arc<DidDocument>, ResolveError> {
        if let Some((document, None)) = self.state.lock().documents.get(did.as_str()) {
            return Ok(document);
        }
        let document = make().map_err(|error| ResolveError::Invalid { did: did.clone(), error })?;
        let document = Arc::new(document);
        self.keep(did, &document, None);
        Ok(document)
    }

    fn keep(&self, did: &Did, document: &Arc<DidDocument>, fetched_at: Option<Timestamp>) {
        // The raw document and what was parsed of it are each about as large as its text.
        let size = document.as_value().to_string().len().saturating_mul(3);
        self.state.lock().documents.insert(did.as_str(), (Arc::clone(document), fetched_at), size);
    }

    fn is_fresh(&self, fetched_at: Timestamp) -> bool {
        let age = (self.clock)().duration_since(fetched_at);
        // A clock that was set back makes a document come from the future: it is not fresh either.
        !age.is_negative() && age.unsigned_abs() <= self.max_age
    }
}
