//! Active contexts (JSON-LD 1.1, context processing), each made once and shared.
//!
//! Processing a large context costs more than everything else about a proof together, so that the result is kept
//! by the text of `@context`, and with it the contexts that its types and properties bring. What is kept is
//! bounded: a stranger who sends a new context with every credential makes it slow, not large.

mod processing;
mod sources;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use iref::IriBuf;
use parking_lot::Mutex;
use serde_json::Value;
use ssi_json_ld::BlankIdBuf;
use ssi_json_ld::context_processing::Options;

use self::processing::{local_context, process};
use crate::error::CredentialError;

pub(crate) use self::sources::{Sources, sources};

type LdContext = ssi_json_ld::Context<IriBuf, BlankIdBuf>;

/// Bytes of one `@context`: it is kept with what comes of it, [`MAX_KEPT`] times.
const MAX_TEXT: usize = 64 * 1024;
/// Processed contexts kept at a time, with those derived from them; a large one takes about 100 kB.
const MAX_KEPT: usize = 200;
/// Contexts that one `@context` may bring forth through types and properties within one document.
const MAX_DERIVED: usize = 128;
/// With so many derived from it, the next document begins anew, so that each has its share of [`MAX_DERIVED`].
const DERIVED_ENOUGH: usize = 64;

static KEPT: AtomicUsize = AtomicUsize::new(0);
static ROOTS: LazyLock<Mutex<HashMap<String, Arc<ActiveContext>>>> = LazyLock::new(Mutex::default);

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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::sources::MAX_INLINE_ENTRIES;
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
