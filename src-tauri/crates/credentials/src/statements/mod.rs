//! The statements that a JSON-LD document makes: expansion and conversion to RDF (JSON-LD 1.1 API, sections 5.1
//! and 8.1) in one pass, for what credentials are made of, and strictly.
//!
//! Ordinary JSON-LD drops in silence what it cannot express. Here every member and every value becomes a
//! statement or is an error with the member's name, so that no part of a document can be changed under a valid
//! signature: undefined members and types, relative identifiers, nulls, empty arrays, text directions, indexes,
//! node names of the document's own making. Numbers whose canonical form would differ from what is shown, or
//! between implementations, are refused too.

mod literals;
mod node;
mod property;
mod reader;
mod values;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde_json::{Map, Value};

use self::node::Node;
use self::reader::Reader;
use crate::canonical::Quad;
use crate::context::ActiveContext;
use crate::error::CredentialError;
use crate::name::{Name, expand};

pub(crate) use self::reader::MAX_DEPTH;

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const XSD: &str = "http://www.w3.org/2001/XMLSchema#";

/// The statements of `document`, whose own `@context` is not looked at: `context` is in force.
pub(crate) fn statements(
    document: &Map<String, Value>,
    context: &Arc<ActiveContext>,
) -> Result<Vec<Quad>, CredentialError> {
    let mut reader = Reader::new();
    reader.node(document, context, &Node { property: None, top: true })?;
    let said = reader.into_quads();
    if said.is_empty() {
        return Err(CredentialError::malformed("the document", "it says nothing"));
    }
    Ok(said)
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

fn is_context(key: &str) -> bool {
    key == "@context"
}

fn items(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}
