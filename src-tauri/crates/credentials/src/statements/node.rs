//! A node object: its context, its identifier, its types, and its members as properties (JSON-LD 1.1 API, 5.1.2).

use std::sync::Arc;

use serde_json::{Map, Value};
use ssi_json_ld::syntax::Keyword;

use super::reader::{MAX_DEPTH, Reader};
use super::{RDF, is_context, items};
use crate::canonical::Term;
use crate::context::ActiveContext;
use crate::error::CredentialError;
use crate::name::{Name, expand, is_keyword};

/// Where a node object stands.
pub(super) struct Node<'a> {
    /// The property whose value it is, and the context that defines the property.
    pub(super) property: Option<(&'a str, &'a ActiveContext)>,
    pub(super) top: bool,
}

impl Reader {
    pub(super) fn node(
        &mut self,
        object: &Map<String, Value>,
        context: &Arc<ActiveContext>,
        place: &Node<'_>,
    ) -> Result<Term, CredentialError> {
        let context = Self::context_of(object, context, place)?;
        let types = Self::types(object, &context);
        let names: Vec<&str> = types.iter().filter_map(|value| value.as_str()).collect();
        let within = context.within_types(&names)?;

        let mut id = None;
        for (key, value) in object {
            if !is_context(key)
                && let Some(Name::Keyword(Keyword::Id)) = expand(&within, key, true)
            {
                let text = value.as_str().ok_or_else(|| self.malformed_at(key, "an identifier must be a string"))?;
                if id.is_some() {
                    return Err(self.malformed_at(key, "a node has one identifier"));
                }
                id = Some(self.within(key, |reader| reader.identifier(&within, text, false))?);
            }
        }
        let subject = match id {
            Some(id) => id,
            None => self.blank(),
        };

        for (key, value) in object {
            if is_context(key) {
                continue;
            }
            self.path.push(key.clone());
            if self.path.len() > MAX_DEPTH {
                return Err(CredentialError::TooLarge { what: "levels", limit: MAX_DEPTH });
            }
            match expand(&within, key, true) {
                None => return Err(self.undefined()),
                Some(Name::Keyword(Keyword::Id)) => {}
                Some(Name::Keyword(Keyword::Type)) => {
                    self.write_types(&subject, value, &context)?;
                }
                Some(Name::Keyword(_)) => {
                    return Err(self.not_covered("this JSON-LD keyword is not supported here"));
                }
                Some(Name::Iri(iri)) => {
                    let property = self.property(&within, key, iri)?;
                    self.values(&subject, &property, value, &within)?;
                }
            }
            self.path.pop();
        }
        Ok(subject)
    }

    /// The context within this node, before its types (JSON-LD 1.1 API, 5.1.2, steps 7 to 9).
    pub(super) fn context_of(
        object: &Map<String, Value>,
        context: &Arc<ActiveContext>,
        place: &Node<'_>,
    ) -> Result<Arc<ActiveContext>, CredentialError> {
        let mut active = Arc::clone(context);
        let is_value = object.keys().any(|key| is_keyword(&active, key, Keyword::Value));
        let is_reference = object.len() == 1 && object.keys().all(|key| is_keyword(&active, key, Keyword::Id));
        if !is_value
            && !is_reference
            && let Some(previous) = active.previous()?
        {
            active = previous;
        }
        if let Some((property, defining)) = place.property {
            active = active.within_property(defining, property)?;
        }
        match object.get("@context") {
            Some(local) if !place.top => active.within_nested(local),
            _ => Ok(active),
        }
    }

    /// All values of the members that mean `@type`.
    pub(super) fn types<'a>(object: &'a Map<String, Value>, context: &ActiveContext) -> Vec<&'a Value> {
        object
            .iter()
            .filter(|(key, _)| !is_context(key) && is_keyword(context, key, Keyword::Type))
            .flat_map(|(_, value)| items(value))
            .collect()
    }

    fn write_types(&mut self, subject: &Term, value: &Value, context: &ActiveContext) -> Result<(), CredentialError> {
        if items(value).is_empty() {
            return Err(self.not_covered("an empty list of types says nothing"));
        }
        for item in items(value) {
            let Value::String(name) = item else {
                return Err(self.malformed("a type must be a string"));
            };
            let Some(Name::Iri(iri)) = expand(context, name, true) else {
                self.path.push(name.clone());
                return Err(self.undefined());
            };
            self.say(subject, format!("{RDF}type"), Term::Iri(iri))?;
        }
        Ok(())
    }
}
