//! What holder and verifier both make of a request for one credential. Both go by the request, never by what the other
//! side says was requested.

use anoncreds_clsignatures as cl;

use crate::attribute::attribute_key;
use crate::bounded::guarded;
use crate::presentation::{Identifier, Published, RequestedProof};
use crate::presentation_error::PresentationError;
use crate::presentation_request::PresentationRequest;
use crate::query::Subject;

/// What the mathematics is asked: which attributes are revealed, which comparisons are proven.
pub(crate) fn sub_proof_request<'a>(
    request: &PresentationRequest,
    revealed: impl Iterator<Item = &'a str>,
    predicates: impl Iterator<Item = &'a str>,
) -> Result<cl::SubProofRequest, PresentationError> {
    let mut names = Vec::new();
    for referent in revealed {
        let wish = request.attributes().get(referent);
        let wish = wish.ok_or_else(|| PresentationError::NotRequested(referent.to_owned()))?;
        names.extend(wish.names().iter().map(|name| attribute_key(name)));
    }
    let mut comparisons = Vec::new();
    for referent in predicates {
        let wish = request.predicates().get(referent);
        comparisons.push(wish.ok_or_else(|| PresentationError::NotRequested(referent.to_owned()))?);
    }
    guarded(|| {
        let mut sub_request = cl::Verifier::new_sub_proof_request_builder()?;
        names.iter().try_for_each(|name| sub_request.add_revealed_attr(name))?;
        for wish in comparisons {
            sub_request.add_predicate(&attribute_key(&wish.name), wish.p_type.word(), wish.p_value)?;
        }
        sub_request.finalize()
    })
    .map_err(PresentationError::Computation)
}

/// Looks up what is published about a credential, and whether it belongs together.
pub(crate) fn subject<'a>(
    identifier: &'a Identifier,
    published: &'a Published,
) -> Result<Subject<'a>, PresentationError> {
    let schema = published
        .schemas
        .get(&identifier.schema_id)
        .ok_or_else(|| PresentationError::SchemaMissing(identifier.schema_id.clone()))?;
    let definition = published
        .definitions
        .get(&identifier.cred_def_id)
        .ok_or_else(|| PresentationError::DefinitionMissing(identifier.cred_def_id.clone()))?;
    if *definition.schema_id() != identifier.schema_id || !definition.fits(schema)? {
        return Err(PresentationError::SchemaDoesNotFit {
            definition: identifier.cred_def_id.clone(),
            schema: identifier.schema_id.clone(),
        });
    }
    Ok(Subject {
        schema_id: &identifier.schema_id,
        schema,
        definition_id: &identifier.cred_def_id,
        definition,
        registry_id: identifier.rev_reg_id.as_ref(),
        attributes: std::collections::BTreeMap::new(),
    })
}

/// Whether a credential satisfies the restrictions of all that it answers to. A restriction on a value looks at what
/// the same credential reveals, under whatever referent.
pub(crate) fn check_restrictions<'a>(
    request: &PresentationRequest,
    referents: &[&str],
    index: u32,
    shown: &'a RequestedProof,
    mut subject: Subject<'a>,
) -> Result<(), PresentationError> {
    for (referent, revealed) in &shown.revealed_attrs {
        let wish = request.attributes().get(referent).filter(|_| revealed.sub_proof_index == index);
        for name in wish.iter().flat_map(|wish| wish.names()) {
            subject.attributes.insert(attribute_key(name), Some(revealed.value.raw()));
        }
    }
    for group in shown.revealed_attr_groups.values().filter(|group| group.sub_proof_index == index) {
        for (name, value) in &group.values {
            subject.attributes.insert(attribute_key(name), Some(value.raw()));
        }
    }
    for referent in referents {
        let attribute = request.attributes().get(*referent).and_then(|wish| wish.restrictions.as_ref());
        let predicate = request.predicates().get(*referent).and_then(|wish| wish.restrictions.as_ref());
        for query in attribute.into_iter().chain(predicate) {
            if !query.holds(&subject) {
                return Err(PresentationError::RestrictionNotMet((*referent).to_owned()));
            }
        }
    }
    Ok(())
}
