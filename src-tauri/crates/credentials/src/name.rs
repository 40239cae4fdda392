//! What a key, a type or an identifier stands for under a context (JSON-LD 1.1 API, 5.2, IRI expansion), without
//! a base: what would be relative, or is defined by nothing, has no meaning here.

use iref::Iri;
use serde_json::Value;
use ssi_json_ld::context::TermDefinitionRef;
use ssi_json_ld::syntax::Keyword;
use ssi_json_ld::{Id, Term as LdTerm, ValidId};

use crate::context::ActiveContext;

/// What a text stands for.
pub(crate) enum Name {
    /// A JSON-LD keyword or an alias of one.
    Keyword(Keyword),
    /// An absolute IRI.
    Iri(String),
}

pub(crate) fn is_keyword(context: &ActiveContext, key: &str, keyword: Keyword) -> bool {
    if key.starts_with('@') {
        return key == keyword.into_str();
    }
    matches!(
        context.terms().get(key).and_then(|term| term.value().cloned()),
        Some(LdTerm::Keyword(found)) if found == keyword
    )
}

pub(crate) fn is_list_object(context: &ActiveContext, value: &Value) -> bool {
    value.as_object().is_some_and(|object| object.keys().any(|key| is_keyword(context, key, Keyword::List)))
}

/// IRI expansion (JSON-LD 1.1 API, 5.2) without a base: what a key, type or identifier stands for. None if
/// nothing defines it.
pub(crate) fn expand(context: &ActiveContext, text: &str, vocabulary: bool) -> Option<Name> {
    if let Ok(keyword) = Keyword::try_from(text) {
        return Some(Name::Keyword(keyword));
    }
    if text.starts_with('@') || text.starts_with("_:") {
        return None;
    }
    let terms = context.terms();
    let definition: Option<TermDefinitionRef<'_>> = terms.get(text);
    match definition.as_ref().and_then(TermDefinitionRef::value) {
        Some(LdTerm::Keyword(keyword)) => return Some(Name::Keyword(*keyword)),
        Some(LdTerm::Id(Id::Valid(ValidId::Iri(iri)))) if vocabulary => {
            return Some(Name::Iri(iri.to_string()));
        }
        _ if vocabulary && definition.is_some() => return None,
        _ => {}
    }
    if let Some((prefix, suffix)) = text.split_once(':')
        && !prefix.is_empty()
    {
        if !suffix.starts_with("//")
            && let Some(definition) = terms.get(prefix)
            && definition.prefix()
            && let Some(LdTerm::Id(Id::Valid(ValidId::Iri(iri)))) = definition.value()
        {
            return absolute(format!("{iri}{suffix}"));
        }
        if Iri::new(text).is_ok() {
            return Some(Name::Iri(text.to_owned()));
        }
    }
    match terms.vocabulary() {
        Some(LdTerm::Id(Id::Valid(ValidId::Iri(iri)))) if vocabulary => absolute(format!("{iri}{text}")),
        _ => None,
    }
}

fn absolute(iri: String) -> Option<Name> {
    Iri::new(iri.as_str()).is_ok().then_some(Name::Iri(iri))
}
