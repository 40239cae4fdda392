//! The values of a property: each becomes the object of a statement, or is refused.

use std::sync::Arc;

use serde_json::{Map, Value};
use ssi_json_ld::Type;
use ssi_json_ld::syntax::Keyword;

use super::literals::plain;
use super::node::Node;
use super::property::Property;
use super::reader::Reader;
use super::{RDF, XSD, items};
use crate::canonical::Term;
use crate::context::ActiveContext;
use crate::error::CredentialError;
use crate::name::{is_keyword, is_list_object};

impl Reader {
    pub(super) fn values(
        &mut self,
        subject: &Term,
        property: &Property<'_>,
        value: &Value,
        context: &Arc<ActiveContext>,
    ) -> Result<(), CredentialError> {
        if matches!(property.coercion, Some(Type::Json)) {
            let literal = self.json(value)?;
            return self.say(subject, property.iri.clone(), literal);
        }
        if property.by_language
            && let Value::Object(texts) = value
        {
            return self.by_language(subject, property, texts);
        }
        if property.list && !is_list_object(context, value) {
            let list = self.list(property, items(value), context)?;
            return self.say(subject, property.iri.clone(), list);
        }
        if items(value).is_empty() {
            return Err(self.not_covered("an empty array makes no statement"));
        }
        for item in items(value) {
            self.value(subject, property, item, context)?;
        }
        Ok(())
    }

    fn value(
        &mut self,
        subject: &Term,
        property: &Property<'_>,
        item: &Value,
        context: &Arc<ActiveContext>,
    ) -> Result<(), CredentialError> {
        if property.graph {
            let Value::Object(object) = item else {
                return Err(self.not_covered("it must be an object"));
            };
            let graph = self.blank();
            self.say(subject, property.iri.clone(), graph.clone())?;
            let outside = self.graph.replace(graph);
            let place = Node { property: Some((property.term, context)), top: false };
            let node = self.node(object, context, &place);
            self.graph = outside;
            return node.map(drop);
        }
        if let Value::Object(object) = item {
            let set = object.iter().find(|(key, _)| is_keyword(context, key, Keyword::Set));
            if let Some((_, inner)) = set {
                if object.len() > 1 {
                    return Err(self.malformed("@set stands alone"));
                }
                return self.nested(|reader| reader.values(subject, property, inner, context));
            }
        }
        let term = self.object(property, item, context)?;
        self.say(subject, property.iri.clone(), term)
    }

    /// One value as the object of a statement.
    fn object(
        &mut self,
        property: &Property<'_>,
        item: &Value,
        context: &Arc<ActiveContext>,
    ) -> Result<Term, CredentialError> {
        match item {
            Value::Null => Err(self.not_covered("null makes no statement")),
            Value::Array(_) => Err(self.not_covered("arrays in arrays are not supported")),
            Value::Object(object) => {
                if object.keys().any(|key| is_keyword(context, key, Keyword::List)) {
                    if object.len() > 1 {
                        return Err(self.malformed("@list stands alone"));
                    }
                    let inner = object.values().flat_map(items).collect::<Vec<_>>();
                    return self.nested(|reader| reader.list_of(property, &inner, context));
                }
                let place = Node { property: Some((property.term, context)), top: false };
                let within = Self::context_of(object, context, &place)?;
                if object.keys().any(|key| is_keyword(&within, key, Keyword::Value)) {
                    return self.value_object(object, &within);
                }
                self.node(object, context, &place)
            }
            Value::String(text) => {
                // The property's own context says which words it takes, as `assertionMethod` of `proofPurpose`.
                let within = context.within_property(context, property.term)?;
                match &property.coercion {
                    Some(Type::Id) => self.identifier(&within, text, false),
                    Some(Type::Vocab) => self.identifier(&within, text, true),
                    Some(Type::Iri(datatype)) => self.text(text, Some(datatype), None),
                    _ => self.text(text, None, property.language.as_deref()),
                }
            }
            Value::Number(number) => match &property.coercion {
                Some(Type::Iri(datatype)) => self.number(number, Some(datatype)),
                _ => self.number(number, None),
            },
            Value::Bool(value) => {
                let boolean = format!("{XSD}boolean");
                let datatype = match &property.coercion {
                    Some(Type::Iri(datatype)) => datatype,
                    _ => &boolean,
                };
                Ok(plain(&value.to_string(), datatype))
            }
        }
    }

    fn by_language(
        &mut self,
        subject: &Term,
        property: &Property<'_>,
        texts: &Map<String, Value>,
    ) -> Result<(), CredentialError> {
        if texts.is_empty() {
            return Err(self.not_covered("an empty object makes no statement"));
        }
        for (tag, value) in texts {
            if items(value).is_empty() {
                self.path.push(tag.clone());
                return Err(self.not_covered("an empty array makes no statement"));
            }
            for item in items(value) {
                let Value::String(text) = item else {
                    return Err(self.malformed("each language has a string"));
                };
                let literal = self.text(text, None, Some(tag))?;
                self.say(subject, property.iri.clone(), literal)?;
            }
        }
        Ok(())
    }

    fn list(
        &mut self,
        property: &Property<'_>,
        values: &[Value],
        context: &Arc<ActiveContext>,
    ) -> Result<Term, CredentialError> {
        self.list_of(property, &values.iter().collect::<Vec<_>>(), context)
    }

    /// `rdf:first`, `rdf:rest`, …, `rdf:nil`.
    fn list_of(
        &mut self,
        property: &Property<'_>,
        values: &[&Value],
        context: &Arc<ActiveContext>,
    ) -> Result<Term, CredentialError> {
        let mut rest = Term::Iri(format!("{RDF}nil"));
        for value in values.iter().rev() {
            let cell = self.blank();
            let first = self.object(property, value, context)?;
            self.say(&cell, format!("{RDF}first"), first)?;
            self.say(&cell, format!("{RDF}rest"), rest)?;
            rest = cell;
        }
        Ok(rest)
    }
}
