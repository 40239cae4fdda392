//! Active contexts (JSON-LD 1.1, context processing), each made once and shared.
//!
//! Processing a large context costs more than everything else about a proof together, so that the result is kept
//! by the text of `@context`, and with it the contexts that its types and properties bring. What is kept is
//! bounded: a stranger who sends a new context with every credential makes it slow, not large.
//!
//! Contexts inside a document are a way to say one thing and sign another. They may define terms, but not undo
//! them: a term defined as nothing, a base for relative identifiers or a text direction would each make members
//! that no signature covers, and are refused here.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, OnceLock};

use futures::FutureExt as _;
use iref::{Iri, IriBuf};
use json_syntax::Parse as _;
use parking_lot::Mutex;
use serde_json::Value;
use ssi_json_ld::context_processing::{Error as ProcessingError, Options, Process as _};
use ssi_json_ld::syntax::TryFromJson as _;
use ssi_json_ld::syntax::context::Context as LocalContext;
use ssi_json_ld::{BlankIdBuf, LoadError, Loader, LoadingResult, RemoteDocument};

use crate::bundled;
use crate::error::CredentialError;

type LdContext = ssi_json_ld::Context<IriBuf, BlankIdBuf>;

/// Entries (members and items) that the contexts inside one document may have. Processing is quadratic in them.
const MAX_INLINE_ENTRIES: usize = 500;
/// Bytes of one `@context`: it is kept with what comes of it, [`MAX_KEPT`] times.
const MAX_TEXT: usize = 64 * 1024;
/// Entries of one `@context` array.
const MAX_CONTEXTS: usize = 16;
/// Processed contexts kept at a time, with those derived from them; a large one takes about 100 kB.
const MAX_KEPT: usize = 200;
/// Contexts that one `@context` may bring forth through types and properties within one document.
const MAX_DERIVED: usize = 128;
/// With so many derived from it, the next document begins anew, so that each has its share of [`MAX_DERIVED`].
const DERIVED_ENOUGH: usize = 64;

static KEPT: AtomicUsize = AtomicUsize::new(0);
static ROOTS: LazyLock<Mutex<HashMap<String, Arc<ActiveContext>>>> = LazyLock::new(Mutex::default);

/// What the `@context` of a document consists of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sources {
    /// URLs of the bundled contexts named, in order.
    pub urls: Vec<String>,
    /// Whether the document itself defines terms.
    pub inline: bool,
}

/// A processed context, with those that follow from it.
pub(crate) struct ActiveContext {
    terms: LdContext,
    derived: Mutex<HashMap<(Scope, String), Arc<ActiveContext>>>,
    /// How many were derived from the same root.
    count: Arc<AtomicUsize>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Scope {
    Types,
    Property,
    Previous,
    Nested,
}

impl ActiveContext {
    /// The context that `@context` of a document names, kept from the last time if it is.
    pub fn of(local: &Value) -> Result<Arc<Self>, CredentialError> {
        let key = local.to_string();
        if let Some(known) = ROOTS.lock().get(&key)
            && known.count.load(Ordering::Relaxed) < DERIVED_ENOUGH
        {
            return Ok(Arc::clone(known));
        }
        if key.len() > MAX_TEXT {
            return Err(CredentialError::TooLarge { what: "bytes of @context", limit: MAX_TEXT });
        }
        sources(local)?;
        let terms = process(&local_context(local)?, &LdContext::default(), None, Options::default())?;
        let made = Arc::new(Self::new(terms, Arc::default()));
        keep_one_more();
        ROOTS.lock().insert(key, Arc::clone(&made));
        Ok(made)
    }

    fn new(terms: LdContext, count: Arc<AtomicUsize>) -> Self {
        Self { terms, derived: Mutex::default(), count }
    }

    /// The definitions in force.
    pub fn terms(&self) -> &LdContext {
        &self.terms
    }

    /// The context outside the types or property whose context this is, if it ends at the next node.
    pub fn previous(self: &Arc<Self>) -> Result<Option<Arc<Self>>, CredentialError> {
        let Some(previous) = self.terms.previous_context() else {
            return Ok(None);
        };
        self.derive(Scope::Previous, "", || Ok(previous.clone())).map(Some)
    }

    /// The context within a node of these types (JSON-LD 1.1, type-scoped contexts).
    pub fn within_types(self: &Arc<Self>, types: &[&str]) -> Result<Arc<Self>, CredentialError> {
        let mut scoped: Vec<&str> = types
            .iter()
            .copied()
            .filter(|name| self.terms.get(*name).is_some_and(|term| term.context().is_some()))
            .collect();
        if scoped.is_empty() {
            return Ok(Arc::clone(self));
        }
        scoped.sort_unstable();
        scoped.dedup();
        self.derive(Scope::Types, &format!("{scoped:?}"), || {
            let mut within = self.terms.clone();
            for name in &scoped {
                if let Some(term) = self.terms.get(*name)
                    && let Some(local) = term.context()
                {
                    let options = Options::default().without_propagation();
                    within = process(local, &within, term.base_url().cloned(), options)?;
                }
            }
            Ok(within)
        })
    }

    /// The context within the values of a property whose definition stands in `defining`.
    pub fn within_property(self: &Arc<Self>, defining: &Self, property: &str) -> Result<Arc<Self>, CredentialError> {
        let Some(term) = defining.terms.get(property) else {
            return Ok(Arc::clone(self));
        };
        let Some(local) = term.context() else {
            return Ok(Arc::clone(self));
        };
        let make = || {
            let options = Options::default().with_override();
            process(local, &self.terms, term.base_url().cloned(), options)
        };
        if std::ptr::eq(self.as_ref(), defining) {
            self.derive(Scope::Property, property, make)
        } else {
            self.derive_unkept(make)
        }
    }

    /// The context within a node that has an `@context` of its own.
    pub fn within_nested(self: &Arc<Self>, local: &Value) -> Result<Arc<Self>, CredentialError> {
        sources(local)?;
        self.derive(Scope::Nested, &local.to_string(), || {
            process(&local_context(local)?, &self.terms, None, Options::default())
        })
    }

    fn derive(
        self: &Arc<Self>,
        scope: Scope,
        name: &str,
        make: impl FnOnce() -> Result<LdContext, CredentialError>,
    ) -> Result<Arc<Self>, CredentialError> {
        let key = (scope, name.to_owned());
        if let Some(known) = self.derived.lock().get(&key) {
            return Ok(Arc::clone(known));
        }
        let context = self.derive_unkept(make)?;
        keep_one_more();
        self.derived.lock().insert(key, Arc::clone(&context));
        Ok(context)
    }

    fn derive_unkept(
        &self,
        make: impl FnOnce() -> Result<LdContext, CredentialError>,
    ) -> Result<Arc<Self>, CredentialError> {
        if self.count.fetch_add(1, Ordering::Relaxed) >= MAX_DERIVED {
            return Err(CredentialError::TooLarge {
                what: "combinations of types with contexts of their own",
                limit: MAX_DERIVED,
            });
        }
        Ok(Arc::new(Self::new(make()?, Arc::clone(&self.count))))
    }
}

/// Makes room. Dropping all is as good as dropping the oldest: a wallet that works has few contexts, and makes
/// them again in milliseconds.
fn keep_one_more() {
    if KEPT.fetch_add(1, Ordering::Relaxed) >= MAX_KEPT {
        let dropped = std::mem::take(&mut *ROOTS.lock());
        KEPT.store(1, Ordering::Relaxed);
        drop(dropped);
    }
}

/// Which contexts `@context` names, or why they cannot be used.
pub(crate) fn sources(local: &Value) -> Result<Sources, CredentialError> {
    let mut named = Sources::default();
    let entries = match local {
        Value::Array(entries) => entries.as_slice(),
        one => std::slice::from_ref(one),
    };
    if entries.len() > MAX_CONTEXTS {
        return Err(CredentialError::TooLarge { what: "contexts", limit: MAX_CONTEXTS });
    }
    let mut left = MAX_INLINE_ENTRIES;
    for entry in entries {
        match entry {
            Value::String(url) if bundled::find(url).is_some() => named.urls.push(url.clone()),
            Value::String(url) => return Err(CredentialError::UnknownContext(url.clone())),
            Value::Object(_) => {
                named.inline = true;
                inline(entry, &mut left)?;
            }
            _ => {
                return Err(CredentialError::malformed(
                    "@context",
                    "each entry must be a URL or an object with definitions",
                ));
            }
        }
    }
    Ok(named)
}

/// Refuses what would make members without a statement; see the module's opening.
fn inline(value: &Value, left: &mut usize) -> Result<(), CredentialError> {
    let spend = |left: &mut usize| {
        *left = left
            .checked_sub(1)
            .ok_or(CredentialError::TooLarge { what: "definitions in its own contexts", limit: MAX_INLINE_ENTRIES })?;
        Ok(())
    };
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                spend(left)?;
                match key.as_str() {
                    "@base" | "@direction" | "@reverse" | "@nest" | "@index" => {
                        return Err(CredentialError::InvalidContext(format!(
                            "{key} in a context inside the credential is not supported"
                        )));
                    }
                    "@context" => {
                        for url in strings(value) {
                            if bundled::find(url).is_none() {
                                return Err(CredentialError::UnknownContext(url.to_owned()));
                            }
                        }
                    }
                    "@import" => {
                        let url = value.as_str().unwrap_or_default();
                        if bundled::find(url).is_none() {
                            return Err(CredentialError::UnknownContext(url.to_owned()));
                        }
                    }
                    "@language" | "@vocab" => continue,
                    _ => {}
                }
                if value.is_null() {
                    return Err(CredentialError::InvalidContext(format!(
                        "{key} is defined as nothing, so that members could stand in the credential unsigned"
                    )));
                }
                inline(value, left)?;
            }
        }
        Value::Array(items) => {
            for item in items {
                spend(left)?;
                if item.is_null() {
                    return Err(CredentialError::InvalidContext(
                        "a null context inside the credential is not supported".to_owned(),
                    ));
                }
                inline(item, left)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    items.iter().filter_map(Value::as_str)
}

fn local_context(local: &Value) -> Result<LocalContext, CredentialError> {
    let syntax = |problem: String| CredentialError::InvalidContext(problem);
    let (json, _) = json_syntax::Value::parse_str(&local.to_string()).map_err(|error| syntax(error.to_string()))?;
    LocalContext::try_from_json(json).map_err(|error| syntax(error.to_string()))
}

fn process(
    local: &LocalContext,
    active: &LdContext,
    base_url: Option<IriBuf>,
    options: Options,
) -> Result<LdContext, CredentialError> {
    let mut vocabulary = ();
    let processed = local.process_full(&mut vocabulary, active, &Bundled, base_url, options, ()).now_or_never();
    match processed {
        Some(Ok(processed)) => Ok(processed.into_processed()),
        Some(Err(ProcessingError::ContextLoadingFailed(error))) => {
            Err(CredentialError::UnknownContext(error.target.to_string()))
        }
        Some(Err(ProcessingError::ProtectedTermRedefinition)) => Err(CredentialError::InvalidContext(
            "a later context gives a protected term of an earlier one another meaning".to_owned(),
        )),
        Some(Err(error)) => Err(CredentialError::InvalidContext(error.to_string())),
        // The loader below is always ready.
        None => Err(CredentialError::InvalidContext("a context was not at hand".to_owned())),
    }
}

/// Loads bundled contexts, and nothing else.
struct Bundled;

#[derive(Debug, thiserror::Error)]
#[error("not a bundled context")]
struct NotBundled;

impl Loader for Bundled {
    async fn load(&self, url: &Iri) -> LoadingResult {
        static PARSED: OnceLock<Mutex<HashMap<&'static str, json_syntax::Value>>> = OnceLock::new();
        let unknown = || LoadError::new(url.to_owned(), NotBundled);
        let context = bundled::find(url.as_str()).ok_or_else(unknown)?;
        let mut parsed = PARSED.get_or_init(Mutex::default).lock();
        let document = if let Some(document) = parsed.get(context.url) {
            document.clone()
        } else {
            let (document, _) = json_syntax::Value::parse_str(context.document).map_err(|_| unknown())?;
            parsed.insert(context.url, document.clone());
            document
        };
        Ok(RemoteDocument::new(Some(url.to_owned()), None, document))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const V1: &str = "https://www.w3.org/2018/credentials/v1";

    fn error_of(local: &Value) -> CredentialError {
        match ActiveContext::of(local) {
            Ok(_) => panic!("accepted {local}"),
            Err(error) => error,
        }
    }

    #[test]
    fn a_context_is_processed_once() {
        let local = json!([V1, "https://w3id.org/citizenship/v1"]);
        let first = ActiveContext::of(&local).unwrap();
        assert!(Arc::ptr_eq(&first, &ActiveContext::of(&local).unwrap()));
        let card = first.within_types(&["VerifiableCredential", "PermanentResidentCard"]).unwrap();
        let again = first.within_types(&["PermanentResidentCard", "VerifiableCredential"]).unwrap();
        assert!(Arc::ptr_eq(&card, &again));
    }

    #[test]
    fn an_unknown_context_is_refused_with_its_url() {
        let url = "https://example.org/context/v1";
        for local in [json!([V1, url]), json!([V1, {"T": {"@id": "urn:t", "@context": url}}])] {
            assert_eq!(error_of(&local), CredentialError::UnknownContext(url.to_owned()));
        }
    }

    #[test]
    fn a_protected_term_cannot_be_given_another_meaning() {
        let error = error_of(&json!([V1, {"VerifiableCredential": "https://example.org/x"}]));
        assert!(error.to_string().contains("protected"), "{error}");
    }

    #[test]
    fn inline_contexts_cannot_make_members_mean_nothing() {
        for definition in [
            json!({"degree": null}),
            json!({"degree": {"@id": null}}),
            json!({"@base": "https://example.org/"}),
            json!({"degree": {"@id": "urn:d", "@container": "@index", "@index": "urn:i"}}),
            json!({"degree": {"@id": "urn:d", "@context": [null]}}),
        ] {
            assert!(matches!(error_of(&json!([V1, definition])), CredentialError::InvalidContext(_)));
        }
    }

    #[test]
    fn inline_contexts_are_bounded() {
        let many: serde_json::Map<String, Value> =
            (0..=MAX_INLINE_ENTRIES).map(|n| (format!("t{n}"), json!("urn:t"))).collect();
        assert!(matches!(error_of(&json!([V1, many])), CredentialError::TooLarge { .. }));
        let long = json!([V1, {"t": format!("urn:{}", "t".repeat(MAX_TEXT))}]);
        assert!(matches!(error_of(&long), CredentialError::TooLarge { .. }));
    }
}
