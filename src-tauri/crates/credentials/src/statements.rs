//! The statements that a JSON-LD document makes: expansion and conversion to RDF (JSON-LD 1.1 API, sections 5.1
//! and 8.1) in one pass, for what credentials are made of, and strictly.
//!
//! Ordinary JSON-LD drops in silence what it cannot express. Here every member and every value becomes a
//! statement or is an error with the member's name, so that no part of a document can be changed under a valid
//! signature: undefined members and types, relative identifiers, nulls, empty arrays, text directions, indexes,
//! node names of the document's own making. Numbers whose canonical form would differ from what is shown, or
//! between implementations, are refused too.

use std::sync::Arc;

use serde_json::{Map, Number, Value};
use ssi_json_ld::syntax::{ContainerKind, Keyword};
use ssi_json_ld::{Nullable, Type};

use crate::canonical::{Quad, Term, quote};
use crate::context::ActiveContext;
use crate::error::CredentialError;
use crate::name::{Name, expand, is_keyword, is_list_object};

/// Objects and arrays within each other.
pub(crate) const MAX_DEPTH: usize = 32;
/// Statements of one document.
const MAX_STATEMENTS: usize = 10_000;

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

/// The statements of `document`, whose own `@context` is not looked at: `context` is in force.
pub(crate) fn statements(
    document: &Map<String, Value>,
    context: &Arc<ActiveContext>,
) -> Result<Vec<Quad>, CredentialError> {
    let mut reader = Reader { quads: Vec::new(), next_blank: 0, path: Vec::new(), graph: None };
    reader.node(document, context, &Node { property: None, top: true })?;
    if reader.quads.is_empty() {
        return Err(CredentialError::malformed("the document", "it says nothing"));
    }
    Ok(reader.quads)
}

struct Reader {
    quads: Vec<Quad>,
    next_blank: usize,
    path: Vec<String>,
    graph: Option<Term>,
}

/// Where a node object stands.
struct Node<'a> {
    /// The property whose value it is, and the context that defines the property.
    property: Option<(&'a str, &'a ActiveContext)>,
    top: bool,
}

/// How a property's values are written.
struct Property<'a> {
    iri: String,
    term: &'a str,
    coercion: Option<Type<String>>,
    language: Option<String>,
    list: bool,
    graph: bool,
    by_language: bool,
}

impl Reader {
    fn node(
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
    fn context_of(
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
    fn types<'a>(object: &'a Map<String, Value>, context: &ActiveContext) -> Vec<&'a Value> {
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

    fn property<'a>(
        &self,
        context: &ActiveContext,
        term: &'a str,
        iri: String,
    ) -> Result<Property<'a>, CredentialError> {
        let default_language = context.terms().default_language().map(|tag| tag.as_str().to_owned());
        let mut property = Property {
            iri,
            term,
            coercion: None,
            language: default_language,
            list: false,
            graph: false,
            by_language: false,
        };
        if context.terms().default_base_direction().is_some() {
            return Err(self.not_covered("a base direction is not part of the signed statements"));
        }
        let Some(definition) = context.terms().get(term) else {
            return Ok(property);
        };
        if definition.reverse_property() || definition.nest().is_some() {
            return Err(self.not_covered("reverse and nested properties are not supported"));
        }
        if matches!(definition.direction(), Some(Nullable::Some(_))) {
            return Err(self.not_covered("a base direction is not part of the signed statements"));
        }
        property.coercion = definition.typ().map(|typ| typ.clone().map(|iri| iri.to_string()));
        match definition.language() {
            Some(Nullable::Some(tag)) => property.language = Some(tag.to_string()),
            Some(Nullable::Null) => property.language = None,
            None => {}
        }
        for container in definition.container().iter() {
            match container {
                ContainerKind::Set => {}
                ContainerKind::List => property.list = true,
                ContainerKind::Graph => property.graph = true,
                ContainerKind::Language => property.by_language = true,
                ContainerKind::Index | ContainerKind::Id | ContainerKind::Type => {
                    return Err(self.not_covered("maps by index, id or type are not supported"));
                }
            }
        }
        Ok(property)
    }

    fn values(
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
                let datatype = match &property.coercion {
                    Some(Type::Iri(datatype)) => datatype.clone(),
                    _ => format!("{XSD}boolean"),
                };
                Ok(Term::Literal(format!("\"{value}\"^^<{datatype}>")))
            }
        }
    }

    /// `{"@value": …, "@type": …, "@language": …}`.
    fn value_object(&mut self, object: &Map<String, Value>, context: &ActiveContext) -> Result<Term, CredentialError> {
        let (mut value, mut datatype, mut language) = (None, None, None);
        let mut json = false;
        for (key, member) in object {
            let Some(Name::Keyword(keyword)) = expand(context, key, true) else {
                self.path.push(key.clone());
                return Err(self.undefined());
            };
            match (keyword, member) {
                (Keyword::Context, _) => {}
                (Keyword::Value, _) => value = Some(member),
                (Keyword::Type, Value::String(name)) if name == "@json" => json = true,
                (Keyword::Type, Value::String(name)) => {
                    let Some(Name::Iri(iri)) = expand(context, name, true) else {
                        self.path.push(name.clone());
                        return Err(self.undefined());
                    };
                    datatype = Some(iri);
                }
                (Keyword::Language, Value::String(tag)) => language = Some(tag.as_str()),
                _ => {
                    self.path.push(key.clone());
                    return Err(self.not_covered("this JSON-LD keyword is not supported here"));
                }
            }
        }
        match value {
            Some(value) if json => self.json(value),
            Some(Value::String(text)) if datatype.is_none() || language.is_none() => {
                self.text(text, datatype.as_deref(), language)
            }
            Some(Value::Number(number)) if language.is_none() => self.number(number, datatype.as_deref()),
            Some(Value::Bool(value)) if language.is_none() => {
                let datatype = datatype.unwrap_or_else(|| format!("{XSD}boolean"));
                Ok(Term::Literal(format!("\"{value}\"^^<{datatype}>")))
            }
            _ => Err(self.malformed("a value object holds a string, a number or a boolean")),
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

    fn identifier(&self, context: &ActiveContext, text: &str, vocabulary: bool) -> Result<Term, CredentialError> {
        match expand(context, text, vocabulary) {
            Some(Name::Iri(iri)) => Ok(Term::Iri(iri)),
            _ if text.starts_with("_:") => Err(self.not_covered("names of the form _:name are not signed")),
            _ => Err(self.not_covered("an identifier must be an absolute URL or URI")),
        }
    }

    fn text(&self, text: &str, datatype: Option<&str>, language: Option<&str>) -> Result<Term, CredentialError> {
        // Implementations write these differently, and nobody can see them.
        if text.chars().any(|c| (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) && c < '\u{80}') {
            return Err(self.malformed("control characters are not allowed"));
        }
        let mut literal = quote(text);
        match (datatype, language) {
            (_, Some(tag)) => {
                let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
                if tag.is_empty() || tag.len() > 64 || !tag.as_bytes().iter().all(allowed) {
                    return Err(self.malformed("the language is not a language tag"));
                }
                literal.push('@');
                literal.push_str(tag);
            }
            (Some(datatype), None) if datatype != format!("{XSD}string") => {
                literal.push_str("^^<");
                literal.push_str(datatype);
                literal.push('>');
            }
            _ => {}
        }
        Ok(Term::Literal(literal))
    }

    fn number(&self, number: &Number, datatype: Option<&str>) -> Result<Term, CredentialError> {
        const EXACT: i64 = 1 << 53;
        let double = format!("{XSD}double");
        let wants_double = datatype == Some(double.as_str());
        let (text, native) = match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) if !(-EXACT..=EXACT).contains(&integer) => {
                return Err(self.not_covered("integers beyond 2^53 are not exact in JSON"));
            }
            (Some(integer), _) if !wants_double => (integer.to_string(), format!("{XSD}integer")),
            (_, Some(float)) => {
                if number.as_i64().is_none() && float.fract() == 0.0 {
                    return Err(self.not_covered(
                        "a whole number must be written without point or exponent: implementations sign it differently",
                    ));
                }
                let text = canonical_double(float);
                if text.parse::<f64>() != Ok(float) {
                    return Err(self.not_covered("the number has more than 16 digits"));
                }
                (text, double)
            }
            _ => return Err(self.not_covered("the number is out of range")),
        };
        let datatype = datatype.map_or(native, str::to_owned);
        Ok(Term::Literal(format!("\"{text}\"^^<{datatype}>")))
    }

    fn json(&self, value: &Value) -> Result<Term, CredentialError> {
        let text =
            serde_json_canonicalizer::to_string(value).map_err(|_| self.malformed("it has no canonical JSON form"))?;
        Ok(Term::Literal(format!("{}^^<{RDF}JSON>", quote(&text))))
    }

    fn say(&mut self, subject: &Term, predicate: String, object: Term) -> Result<(), CredentialError> {
        if self.quads.len() >= MAX_STATEMENTS {
            return Err(CredentialError::TooLarge { what: "statements", limit: MAX_STATEMENTS });
        }
        let graph = self.graph.clone();
        self.quads.push(Quad { subject: subject.clone(), predicate, object, graph });
        Ok(())
    }

    fn blank(&mut self) -> Term {
        self.next_blank += 1;
        Term::Blank(self.next_blank)
    }

    /// One level further in, for nesting that adds no member to the path.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, CredentialError>) -> Result<T, CredentialError> {
        self.path.push("@list".to_owned());
        if self.path.len() > MAX_DEPTH {
            return Err(CredentialError::TooLarge { what: "levels", limit: MAX_DEPTH });
        }
        let result = read(self);
        self.path.pop();
        result
    }

    fn within<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut Self) -> Result<T, CredentialError>,
    ) -> Result<T, CredentialError> {
        self.path.push(key.to_owned());
        let result = read(self);
        self.path.pop();
        result
    }

    fn member(&self) -> String {
        self.path.join(".")
    }

    fn undefined(&self) -> CredentialError {
        CredentialError::Undefined { member: self.member() }
    }

    fn not_covered(&self, reason: &'static str) -> CredentialError {
        CredentialError::NotCovered { member: self.member(), reason }
    }

    fn malformed(&self, problem: &str) -> CredentialError {
        CredentialError::malformed(self.member(), problem)
    }

    fn malformed_at(&self, key: &str, problem: &str) -> CredentialError {
        let mut path = self.path.clone();
        path.push(key.to_owned());
        CredentialError::malformed(path.join("."), problem)
    }
}

/// XSD's canonical double, as JSON-LD 1.1 API, 8.6 writes it: `1.5E0`.
fn canonical_double(value: f64) -> String {
    let text = format!("{value:.15E}");
    let (mantissa, exponent) = text.split_once('E').unwrap_or((&text, "0"));
    let trimmed = mantissa.trim_end_matches('0');
    let point = if trimmed.ends_with('.') { "0" } else { "" };
    format!("{trimmed}{point}E{exponent}")
}

fn is_context(key: &str) -> bool {
    key == "@context"
}

fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}

/// The IRIs of a document's types, those that nothing defines left out.
pub(crate) fn type_iris(document: &Map<String, Value>, context: &ActiveContext) -> Vec<String> {
    Reader::types(document, context)
        .into_iter()
        .filter_map(Value::as_str)
        .filter_map(|name| match expand(context, name, true) {
            Some(Name::Iri(iri)) => Some(iri),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::canonical::canonical_form;

    const V1: &str = "https://www.w3.org/2018/credentials/v1";

    fn read(document: &Value) -> Result<String, CredentialError> {
        let context = ActiveContext::of(document.get("@context").unwrap())?;
        let quads = statements(document.as_object().unwrap(), &context)?;
        Ok(canonical_form(quads).unwrap())
    }

    fn with_subject(definitions: &Value, subject: &Value) -> Result<String, CredentialError> {
        read(&json!({
            "@context": [V1, definitions],
            "type": "VerifiableCredential",
            "issuer": "did:example:issuer",
            "credentialSubject": subject,
        }))
    }

    #[test]
    fn the_canonical_form_is_that_of_pyld() {
        #[derive(serde::Deserialize)]
        struct Case {
            name: String,
            document: Value,
            nquads: String,
        }
        let cases: Vec<Case> = serde_json::from_str(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../tests/vectors/credentials/canonical-pyld.json"
        )))
        .unwrap();
        for case in cases {
            let form = read(&case.document).unwrap_or_else(|error| panic!("{}: {error}", case.name));
            assert_eq!(form, case.nquads, "{}", case.name);
        }
    }

    #[test]
    fn what_would_be_dropped_in_silence_is_refused_by_name() {
        let definitions = json!({"degree": "urn:degree", "link": {"@id": "urn:link", "@type": "@id"}});
        for (subject, member) in [
            (json!({"degre": "x"}), "credentialSubject.degre"),
            (json!({"type": "Nobody"}), "credentialSubject.type.Nobody"),
            (json!({"@degree": "x"}), "credentialSubject.@degree"),
            (json!({"degree": {"inner": 1}}), "credentialSubject.degree.inner"),
            (json!({"degree": null}), "credentialSubject.degree"),
            (json!({"degree": []}), "credentialSubject.degree"),
            (json!({"degree": [["x"]]}), "credentialSubject.degree"),
            (json!({"id": "relative", "degree": "x"}), "credentialSubject.id"),
            (json!({"id": "_:b0", "degree": "x"}), "credentialSubject.id"),
            (json!({"link": "relative"}), "credentialSubject.link"),
            (json!({"degree": {"@value": "x", "@direction": "rtl"}}), "credentialSubject.degree.@direction"),
            (json!({"degree": 1.0}), "credentialSubject.degree"),
            (json!({"degree": 0.123_456_789_012_345_67}), "credentialSubject.degree"),
            (json!({"degree": u64::MAX}), "credentialSubject.degree"),
            (json!({"@reverse": {"degree": "x"}}), "credentialSubject.@reverse"),
        ] {
            let error = with_subject(&definitions, &subject).unwrap_err();
            let named = match &error {
                CredentialError::Undefined { member } | CredentialError::NotCovered { member, .. } => member.as_str(),
                other => panic!("{subject}: {other}"),
            };
            assert_eq!(named, member, "{subject}: {error}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let mut subject = json!({"degree": "x"});
        for _ in 0..60 {
            subject = json!({"degree": subject});
        }
        let error = with_subject(&json!({"degree": "urn:degree"}), &subject).unwrap_err();
        assert!(matches!(error, CredentialError::TooLarge { .. }), "{error}");
    }
}
