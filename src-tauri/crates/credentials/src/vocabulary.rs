//! What contexts offer for credentials: the types that they define, and the terms that can be used within them, each
//! with the kind of value that it takes. Read from the same definitions that signing goes by, so that nothing is
//! offered that a signature would not cover.

use serde_json::{Value, json};
use ssi_json_ld::context::{BindingRef, TermDefinitionRef};
use ssi_json_ld::{Id, Term as LdTerm, Type, ValidId};

use crate::context::ActiveContext;
use crate::credential::items;
use crate::error::CredentialError;

const CREDENTIALS_V1: &str = "https://www.w3.org/2018/credentials/v1";
const CREDENTIALS_V2: &str = "https://www.w3.org/ns/credentials/v2";
/// Types and terms that are listed of one context.
const MAX_LISTED: usize = 2_000;

/// The kind of value that a term takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Takes {
    /// Nothing is said: text, a number, yes or no, or an object.
    Anything,
    /// An identifier, or an object.
    Identifier,
    /// Text that is read as this datatype, by its IRI.
    Datatype(String),
    /// Any JSON.
    Json,
}

/// A term that contexts define.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VocabularyTerm {
    /// Its name.
    pub name: String,
    /// What it means.
    pub iri: String,
    /// What it takes.
    pub takes: Takes,
}

/// What contexts define beside the data model itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// Names that can be types, by name.
    pub types: Vec<VocabularyTerm>,
    /// Terms that can be used within the types that were asked for, by name.
    pub terms: Vec<VocabularyTerm>,
}

impl Vocabulary {
    /// What `context`, the whole `@context` of a credential, offers within nodes of these types.
    ///
    /// # Errors
    ///
    /// Why the contexts cannot be used, as for a credential that names them.
    pub fn of(context: &Value, within: &[&str]) -> Result<Self, CredentialError> {
        let model = [CREDENTIALS_V1, CREDENTIALS_V2]
            .into_iter()
            .find(|url| items(Some(context)).iter().any(|named| named == url));
        let known = ActiveContext::of(&json!(model.unwrap_or(CREDENTIALS_V1)))?;
        let context = ActiveContext::of(context)?.within_types(within)?;
        let mut found = Self::default();
        for binding in context.terms().definitions().iter().take(MAX_LISTED) {
            let BindingRef::Normal(name, definition) = binding else { continue };
            let (name, definition) = (name.as_str(), TermDefinitionRef::Normal(definition));
            let Some(LdTerm::Id(Id::Valid(ValidId::Iri(iri)))) = definition.value() else { continue };
            let inherited = known.terms().get(name).is_some_and(|same| same.value() == definition.value());
            let container = definition.container();
            if inherited || definition.prefix() || definition.reverse_property() || name.contains(':') {
                continue;
            }
            let takes = match definition.typ() {
                None | Some(Type::None) => Takes::Anything,
                Some(Type::Id | Type::Vocab) => Takes::Identifier,
                Some(Type::Json) => Takes::Json,
                Some(Type::Iri(datatype)) => Takes::Datatype(datatype.to_string()),
            };
            let term = VocabularyTerm { name: name.to_owned(), iri: iri.to_string(), takes };
            // Contexts do not tell types from properties: by custom a type begins with a capital letter.
            if term.takes == Takes::Anything && name.starts_with(char::is_uppercase) {
                found.types.push(term);
            } else if container.is_empty() || container == ssi_json_ld::Container::Set {
                found.terms.push(term);
            }
        }
        found.types.sort_by(|one, other| one.name.cmp(&other.name));
        found.terms.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pinned_context_offers_its_types_and_what_each_may_say() {
        let context = json!([CREDENTIALS_V1, "https://w3id.org/citizenship/v1"]);
        let all = Vocabulary::of(&context, &[]).unwrap();
        let names: Vec<&str> = all.types.iter().map(|term| term.name.as_str()).collect();
        assert_eq!(names, ["PermanentResident", "PermanentResidentCard", "Person"]);
        let general: Vec<&str> = all.terms.iter().map(|term| term.name.as_str()).collect();
        assert_eq!(general, ["description", "identifier", "image", "name"]);
        let resident = Vocabulary::of(&context, &["PermanentResident"]).unwrap();
        let birth = resident.terms.iter().find(|term| term.name == "birthDate").unwrap();
        assert_eq!(birth.takes, Takes::Datatype("http://www.w3.org/2001/XMLSchema#dateTime".to_owned()));
        assert!(resident.terms.iter().any(|term| term.name == "lprNumber" && term.takes == Takes::Anything));
    }

    #[test]
    fn definitions_of_ones_own_are_read_and_unsafe_ones_refused() {
        let own = json!([CREDENTIALS_V1, {
            "ex": "https://example.org/terms#",
            "Badge": "ex:Badge",
            "level": {"@id": "ex:level", "@type": "http://www.w3.org/2001/XMLSchema#integer"},
            "page": {"@id": "ex:page", "@type": "@id"},
        }]);
        let found = Vocabulary::of(&own, &["Badge"]).unwrap();
        assert_eq!(found.types.iter().map(|term| term.name.as_str()).collect::<Vec<_>>(), ["Badge"]);
        let terms: Vec<(&str, &Takes)> = found.terms.iter().map(|term| (term.name.as_str(), &term.takes)).collect();
        let integer = Takes::Datatype("http://www.w3.org/2001/XMLSchema#integer".to_owned());
        assert_eq!(terms, [("level", &integer), ("page", &Takes::Identifier)]);
        for refused in
            [json!([{"level": null}]), json!(["https://example.org/not-pinned"]), json!([{"@base": "https://a"}])]
        {
            assert!(Vocabulary::of(&refused, &[]).is_err(), "{refused}");
        }
    }
}
