//! Verifying a presentation. What the holder sent is believed in nothing: what was revealed and compared is taken from
//! the request, kinds of credentials from what is published, and non-revocation must be proven wherever it was asked
//! for.

use std::collections::{BTreeMap, BTreeSet};

use anoncreds_clsignatures as cl;

use crate::attribute::{AttributeValue, attribute_key};
use crate::bounded::guarded;
use crate::identifier::RevocationRegistryId;
use crate::issuer::{signed_attributes, unsigned_attributes};
use crate::object_error::ObjectError;
use crate::presentation::{Identifier, Presentation, Published};
use crate::presentation_error::PresentationError;
use crate::presentation_request::{NonRevokedInterval, PresentationRequest, RequestedAttribute};
use crate::query::Subject;
use crate::revocation_registry::RevocationRegistryDefinition;
use crate::schema::LINK_SECRET_ATTRIBUTE;
use crate::sub_proof::{check_restrictions, sub_proof_request, subject};

/// Where a list earlier than the requested `from` is good enough, because it was still the latest then: by registry,
/// from the requested time to the list's.
pub type IntervalOverrides = BTreeMap<RevocationRegistryId, BTreeMap<u64, u64>>;

impl Presentation {
    /// Whether it answers to `request`, fully and truly.
    ///
    /// # Errors
    /// [`PresentationError`]: the first thing that does not fit.
    pub fn verify(
        &self,
        request: &PresentationRequest,
        published: &Published,
        overrides: &IntervalOverrides,
    ) -> Result<(), PresentationError> {
        self.check_answers(request)?;
        let mut verifier = guarded(|| {
            let mut verifier = cl::Verifier::new_proof_verifier()?;
            verifier.add_common_attribute(LINK_SECRET_ATTRIBUTE)?;
            Ok(verifier)
        })
        .map_err(PresentationError::Computation)?;
        for ((index, identifier), proof) in (0..).zip(&self.identifiers).zip(&self.proof.proofs) {
            self.add_credential(request, published, overrides, (index, identifier, proof), &mut verifier)?;
        }
        match guarded(|| verifier.verify(&self.proof, request.nonce().number())) {
            Ok(true) => Ok(()),
            // What the mathematics says here is about a stranger's numbers, and tells a reader nothing more.
            Ok(false) | Err(_) => Err(PresentationError::ProofRejected),
        }
    }

    /// Whether each wish has exactly one answer, in the form that was asked for.
    fn check_answers(&self, request: &PresentationRequest) -> Result<(), PresentationError> {
        let shown = &self.requested_proof;
        let mut answered = BTreeSet::new();
        let single = shown.revealed_attrs.keys().map(|referent| (referent, false));
        let grouped = shown.revealed_attr_groups.keys().map(|referent| (referent, true));
        for (referent, group) in single.chain(grouped) {
            let wish = request.attributes().get(referent);
            if wish.is_none_or(|wish| wish.names.is_some() != group) {
                return Err(PresentationError::NotRequested(referent.clone()));
            }
        }
        let attributes = shown.revealed_attrs.keys().chain(shown.revealed_attr_groups.keys());
        for referent in attributes.chain(shown.unrevealed_attrs.keys()).chain(shown.self_attested_attrs.keys()) {
            if !request.attributes().contains_key(referent) {
                return Err(PresentationError::NotRequested(referent.clone()));
            }
            if !answered.insert(referent) {
                return Err(PresentationError::AnsweredTwice(referent.clone()));
            }
        }
        for referent in shown.self_attested_attrs.keys() {
            if !request.attributes().get(referent).is_some_and(RequestedAttribute::may_be_self_attested) {
                return Err(PresentationError::SelfAttested(referent.clone()));
            }
        }
        if let Some(referent) = shown.predicates.keys().find(|referent| !request.predicates().contains_key(*referent)) {
            return Err(PresentationError::NotRequested(referent.clone()));
        }
        let open = request.attributes().keys().find(|referent| !answered.contains(referent));
        let unproven = request.predicates().keys().find(|referent| !shown.predicates.contains_key(*referent));
        if let Some(referent) = open.or(unproven) {
            return Err(PresentationError::NotAnswered(referent.clone()));
        }
        let indexes = shown.revealed_attrs.values().map(|shown| shown.sub_proof_index);
        let indexes = indexes.chain(shown.revealed_attr_groups.values().map(|shown| shown.sub_proof_index));
        let hidden = shown.unrevealed_attrs.values().chain(shown.predicates.values());
        for index in indexes.chain(hidden.map(|shown| shown.sub_proof_index)) {
            if usize::try_from(index).map_or(true, |index| index >= self.identifiers.len()) {
                return Err(PresentationError::NoSuchCredential(index));
            }
        }
        Ok(())
    }

    fn add_credential(
        &self,
        request: &PresentationRequest,
        published: &Published,
        overrides: &IntervalOverrides,
        (index, identifier, proof): (u32, &Identifier, &cl::SubProof),
        verifier: &mut cl::ProofVerifier,
    ) -> Result<(), PresentationError> {
        let shown = &self.requested_proof;
        let subject = subject(identifier, published)?;
        self.check_values(request, index, proof, &subject)?;
        let referents: Vec<&str> = shown.referents_of(index).into_iter().collect();
        let (schema, definition) = (subject.schema, subject.definition);
        let interval = request.interval_for(referents.iter().copied()).filter(|_| definition.is_revocable());
        let registry = check_non_revocation(interval, identifier, proof, published, overrides)?;
        check_restrictions(request, &referents, index, shown, subject)?;
        let of_index = |of: &u32| *of == index;
        let revealed = shown.revealed_attrs.iter().filter(|(_, shown)| of_index(&shown.sub_proof_index));
        let groups = shown.revealed_attr_groups.iter().filter(|(_, shown)| of_index(&shown.sub_proof_index));
        let revealed = revealed.map(|(referent, _)| referent.as_str());
        let revealed = revealed.chain(groups.map(|(referent, _)| referent.as_str()));
        let predicates = shown.predicates.iter().filter(|(_, shown)| of_index(&shown.sub_proof_index));
        let sub_request = sub_proof_request(request, revealed, predicates.map(|(referent, _)| referent.as_str()))?;
        let key = definition.public_key()?;
        guarded(|| {
            verifier.add_sub_proof_request(
                &sub_request,
                &signed_attributes(schema)?,
                &unsigned_attributes()?,
                &key,
                registry.as_ref().map(|(definition, _)| definition.key()),
                registry.as_ref().map(|(_, state)| state),
            )
        })
        .map_err(PresentationError::Computation)
    }

    /// Whether the credential has what is hidden, and what is shown is what the proof reveals.
    fn check_values(
        &self,
        request: &PresentationRequest,
        index: u32,
        proof: &cl::SubProof,
        subject: &Subject<'_>,
    ) -> Result<(), PresentationError> {
        let shown = &self.requested_proof;
        let keys: BTreeSet<String> = subject.schema.attribute_names().iter().map(|name| attribute_key(name)).collect();
        for referent in shown.referents_of(index) {
            let attribute = request.attributes().get(referent).map(RequestedAttribute::names).unwrap_or_default();
            let predicate = request.predicates().get(referent).map(|wish| &wish.name);
            let predicate = predicate.filter(|_| shown.predicates.contains_key(referent));
            if let Some(name) = attribute.iter().chain(predicate).find(|name| !keys.contains(&attribute_key(name))) {
                return Err(PresentationError::NoSuchAttribute {
                    referent: referent.to_owned(),
                    attribute: name.clone(),
                });
            }
        }
        let revealed = guarded(|| proof.revealed_attrs()).map_err(|_| PresentationError::ProofRejected)?;
        let matches = |name: &str, value: &AttributeValue| {
            value.is_true_to_text()
                && revealed.get(&attribute_key(name)).is_some_and(|signed| signed == value.encoded())
        };
        for (referent, one) in shown.revealed_attrs.iter().filter(|(_, one)| one.sub_proof_index == index) {
            let name = request.attributes().get(referent).and_then(|wish| wish.name.as_deref()).unwrap_or_default();
            if !matches(name, &one.value) {
                return Err(PresentationError::OtherValue(referent.clone()));
            }
        }
        for (referent, group) in shown.revealed_attr_groups.iter().filter(|(_, one)| one.sub_proof_index == index) {
            let names = request.attributes().get(referent).map(RequestedAttribute::names).unwrap_or_default();
            if group.values.len() != names.len() {
                return Err(PresentationError::NotRequested(referent.clone()));
            }
            for name in names {
                let value = group.values.get(name);
                let value = value.ok_or_else(|| PresentationError::NotAnswered(format!("{referent} ({name})")))?;
                if !matches(name, value) {
                    return Err(PresentationError::OtherValue(referent.clone()));
                }
            }
        }
        Ok(())
    }
}

pub(crate) type RegistryState<'a> = (&'a RevocationRegistryDefinition, cl::RevocationRegistry);

/// What the proof of non-revocation is held against; `None` where there is none and none is needed. The mathematics
/// passes over a proof that is absent, so that its presence is looked at here.
pub(crate) fn check_non_revocation<'a>(
    interval: Option<NonRevokedInterval>,
    identifier: &Identifier,
    proof: &cl::SubProof,
    published: &'a Published,
    overrides: &IntervalOverrides,
) -> Result<Option<RegistryState<'a>>, PresentationError> {
    let present = serde_json::to_value(proof)
        .map_err(|error| ObjectError::parts("the proof", error))?
        .get("non_revoc_proof")
        .is_some_and(|part| !part.is_null());
    let missing = || PresentationError::NonRevocationMissing(identifier.cred_def_id.clone());
    if !present {
        return if interval.is_some() { Err(missing()) } else { Ok(None) };
    }
    let (Some(registry_id), Some(timestamp)) = (&identifier.rev_reg_id, identifier.timestamp) else {
        return Err(missing());
    };
    if let Some(mut interval) = interval {
        let earlier = overrides.get(registry_id).zip(interval.from).and_then(|(times, from)| times.get(&from));
        interval.from = earlier.copied().or(interval.from);
        if !interval.contains(timestamp) {
            let word = |time: Option<u64>| time.map_or_else(|| "–".to_owned(), |time| time.to_string());
            let (from, to) = (word(interval.from), word(interval.to));
            return Err(PresentationError::OutsideInterval { timestamp, from, to });
        }
    }
    let registry = published.registries.get(registry_id);
    let registry = registry.ok_or_else(|| PresentationError::RegistryMissing(registry_id.clone()))?;
    if *registry.credential_definition_id() != identifier.cred_def_id {
        return Err(PresentationError::RegistryDoesNotFit(registry_id.clone()));
    }
    let list = published
        .status_lists
        .iter()
        .find(|list| list.registry_id() == registry_id && list.timestamp() == Some(timestamp))
        .ok_or_else(|| PresentationError::StatusListMissing { registry: registry_id.clone(), timestamp })?;
    Ok(Some((registry, list.registry())))
}
