//! Making a presentation: the holder's credentials answer to a request, with a new proof each time.

use std::collections::{BTreeMap, BTreeSet};

use anoncreds_clsignatures as cl;

use crate::attribute::AttributeValue;
use crate::bounded::guarded;
use crate::credential::{Credential, signed_values};
use crate::issuer::{signed_attributes, unsigned_attributes};
use crate::link_secret::LinkSecret;
use crate::presentation::{
    Identifier, Presentation, Published, RequestedProof, RevealedAttribute, RevealedGroup, SubProofReferent,
};
use crate::presentation_error::PresentationError;
use crate::presentation_request::{PresentationRequest, RequestedAttribute};
use crate::query::Subject;
use crate::revocation::RevocationState;
use crate::schema::LINK_SECRET_ATTRIBUTE;
use crate::sub_proof::{self, sub_proof_request, subject};

/// A credential and the wishes that it answers to.
#[derive(Debug, Clone)]
pub struct Presented<'a> {
    /// The credential.
    pub credential: &'a Credential,
    /// That it stands: needed where the request has an interval and the credential can be revoked.
    pub revocation: Option<&'a RevocationState>,
    /// Referents of attributes, and whether the values are shown.
    pub attributes: BTreeMap<String, bool>,
    /// Referents of predicates.
    pub predicates: BTreeSet<String>,
}

/// Makes a presentation from credentials of one link secret.
///
/// # Errors
/// [`PresentationError`]: what does not fit. Everything that a verifier would object to is found here first.
pub fn create_presentation(
    request: &PresentationRequest,
    presented: &[Presented<'_>],
    self_attested: BTreeMap<String, String>,
    link_secret: &LinkSecret,
    published: &Published,
) -> Result<Presentation, PresentationError> {
    let mut shown = RequestedProof { self_attested_attrs: self_attested, ..RequestedProof::default() };
    check_answers(request, presented, &shown.self_attested_attrs)?;
    let mut identifiers = Vec::with_capacity(presented.len());
    let mut builder = guarded(|| {
        let mut builder = cl::Prover::new_proof_builder()?;
        builder.add_common_attribute(LINK_SECRET_ATTRIBUTE)?;
        Ok(builder)
    })
    .map_err(PresentationError::Computation)?;
    for (index, one) in (0..).zip(presented) {
        show(request, one, index, &mut shown)?;
        let identifier = add_credential(request, one, link_secret, published, &mut builder)?;
        identifiers.push(identifier);
    }
    for (index, one) in (0..).zip(presented) {
        check_restrictions(request, one, index, &shown, published)?;
    }
    let proof = guarded(|| builder.finalize(request.nonce().number())).map_err(PresentationError::Computation)?;
    Ok(Presentation { proof, requested_proof: shown, identifiers })
}

/// Whether each wish has exactly one answer.
fn check_answers(
    request: &PresentationRequest,
    presented: &[Presented<'_>],
    self_attested: &BTreeMap<String, String>,
) -> Result<(), PresentationError> {
    let mut answered = BTreeSet::new();
    let by_credentials = presented.iter().flat_map(|one| one.attributes.keys());
    for referent in self_attested.keys().chain(by_credentials) {
        if !request.attributes().contains_key(referent) {
            return Err(PresentationError::NotRequested(referent.clone()));
        }
        if !answered.insert(referent) {
            return Err(PresentationError::AnsweredTwice(referent.clone()));
        }
    }
    for referent in self_attested.keys() {
        if !request.attributes().get(referent).is_some_and(RequestedAttribute::may_be_self_attested) {
            return Err(PresentationError::SelfAttested(referent.clone()));
        }
    }
    let mut proven = BTreeSet::new();
    for referent in presented.iter().flat_map(|one| &one.predicates) {
        if !request.predicates().contains_key(referent) {
            return Err(PresentationError::NotRequested(referent.clone()));
        }
        if !proven.insert(referent) {
            return Err(PresentationError::AnsweredTwice(referent.clone()));
        }
    }
    let open = request.attributes().keys().find(|referent| !answered.contains(referent));
    let unproven = request.predicates().keys().find(|referent| !proven.contains(referent));
    open.or(unproven).map_or(Ok(()), |referent| Err(PresentationError::NotAnswered(referent.clone())))
}

/// Writes down what a credential shows.
fn show(
    request: &PresentationRequest,
    one: &Presented<'_>,
    sub_proof_index: u32,
    shown: &mut RequestedProof,
) -> Result<(), PresentationError> {
    for (referent, reveal) in &one.attributes {
        let Some(wish) = request.attributes().get(referent) else {
            return Err(PresentationError::NotRequested(referent.clone()));
        };
        let mut values = BTreeMap::new();
        for name in wish.names() {
            values.insert(name.clone(), value(one.credential, referent, name)?.clone());
        }
        if !reveal {
            shown.unrevealed_attrs.insert(referent.clone(), SubProofReferent { sub_proof_index });
        } else if wish.names.is_some() {
            shown.revealed_attr_groups.insert(referent.clone(), RevealedGroup { sub_proof_index, values });
        } else if let Some(value) = values.into_values().next() {
            shown.revealed_attrs.insert(referent.clone(), RevealedAttribute { sub_proof_index, value });
        }
    }
    for referent in &one.predicates {
        let Some(wish) = request.predicates().get(referent) else {
            return Err(PresentationError::NotRequested(referent.clone()));
        };
        let number = value(one.credential, referent, &wish.name)?.encoded().parse::<i32>();
        let holds = number
            .is_ok_and(|number| wish.p_type.holds(number, wish.p_value) && number.checked_sub(wish.p_value).is_some());
        if !holds {
            return Err(PresentationError::PredicateNotMet(referent.clone()));
        }
        shown.predicates.insert(referent.clone(), SubProofReferent { sub_proof_index });
    }
    Ok(())
}

fn value<'a>(credential: &'a Credential, referent: &str, name: &str) -> Result<&'a AttributeValue, PresentationError> {
    credential
        .value(name)
        .ok_or_else(|| PresentationError::NoSuchAttribute { referent: referent.to_owned(), attribute: name.to_owned() })
}

fn add_credential(
    request: &PresentationRequest,
    one: &Presented<'_>,
    link_secret: &LinkSecret,
    published: &Published,
    builder: &mut cl::ProofBuilder,
) -> Result<Identifier, PresentationError> {
    let credential = one.credential;
    let revealed = one.attributes.iter().filter(|(_, reveal)| **reveal).map(|(referent, _)| referent.as_str());
    let sub_request = sub_proof_request(request, revealed, one.predicates.iter().map(String::as_str))?;
    let identifier = Identifier {
        schema_id: credential.schema_id().clone(),
        cred_def_id: credential.credential_definition_id().clone(),
        rev_reg_id: credential.registry_id().cloned(),
        timestamp: None,
    };
    let subject = subject(&identifier, published)?;
    let referents = one.attributes.keys().chain(&one.predicates).map(String::as_str);
    let wanted = request.interval_for(referents).is_some() && subject.definition.is_revocable();
    let state = match (wanted, one.revocation) {
        (false, _) => None,
        (true, Some(state)) if credential.registry_id().is_some() => Some(state),
        (true, _) => return Err(PresentationError::NonRevocationMissing(identifier.cred_def_id.clone())),
    };
    let (registry, witness) = state.map(RevocationState::parts).unzip();
    let key = subject.definition.public_key()?;
    guarded(|| {
        builder.add_sub_proof_request(
            &sub_request,
            &signed_attributes(subject.schema)?,
            &unsigned_attributes()?,
            credential.signature(),
            &signed_values(credential.values(), Some(link_secret))?,
            &key,
            registry,
            witness,
        )
    })
    .map_err(PresentationError::Computation)?;
    let timestamp = state.map(RevocationState::timestamp);
    Ok(Identifier { timestamp, ..identifier })
}

fn check_restrictions(
    request: &PresentationRequest,
    one: &Presented<'_>,
    index: u32,
    shown: &RequestedProof,
    published: &Published,
) -> Result<(), PresentationError> {
    let identifier = Identifier {
        schema_id: one.credential.schema_id().clone(),
        cred_def_id: one.credential.credential_definition_id().clone(),
        rev_reg_id: one.credential.registry_id().cloned(),
        timestamp: None,
    };
    let referents: Vec<&str> = one.attributes.keys().chain(&one.predicates).map(String::as_str).collect();
    let subject: Subject<'_> = subject(&identifier, published)?;
    sub_proof::check_restrictions(request, &referents, index, shown, subject)
}
