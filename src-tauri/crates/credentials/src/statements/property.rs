//! How a property's values are written, as its term's definition says (JSON-LD 1.1, section 4). Definitions that would
//! keep a value out of the signed statements are refused.

use ssi_json_ld::syntax::ContainerKind;
use ssi_json_ld::{Nullable, Type};

use super::reader::Reader;
use crate::context::ActiveContext;
use crate::error::CredentialError;

/// How a property's values are written.
pub(super) struct Property<'a> {
    pub(super) iri: String,
    pub(super) term: &'a str,
    pub(super) coercion: Option<Type<String>>,
    pub(super) language: Option<String>,
    pub(super) list: bool,
    pub(super) graph: bool,
    pub(super) by_language: bool,
}

impl Reader {
    pub(super) fn property<'a>(
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
}
