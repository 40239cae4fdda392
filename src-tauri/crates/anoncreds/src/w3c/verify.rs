//! Verifying a presentation in its W3C form. It does not say which credential answers to which wish, so that one is
//! looked for: that shows it, is of the kind, and stood when it was asked for. Everything that the document says must
//! be proven, also what nobody asked for.

use std::collections::BTreeMap;

use anoncreds_clsignatures as cl;

use super::credential::{SubjectValue, W3cCredential, check_contexts};
use super::presentation::W3cPresentation;
use super::proof::{Shown, SuiteProof, Whole};
use crate::attribute::{attribute_key, encode};
use crate::bounded::guarded;
use crate::issuer::{signed_attributes, unsigned_attributes};
use crate::object_error::ObjectError;
use crate::presentation::{Identifier, MAX_CREDENTIALS, Published};
use crate::presentation_error::PresentationError;
use crate::presentation_request::{PresentationRequest, RequestedPredicate};
use crate::query::{Query, Subject};
use crate::schema::LINK_SECRET_ATTRIBUTE;
use crate::sub_proof::subject;
use crate::verify::{IntervalOverrides, RegistryState, check_non_revocation};

/// A credential of the presentation, with what is known of it.
struct One<'a> {
    identifier: Identifier,
    sub_proof: cl::SubProof,
    /// What the proof reveals, by the attributes' keys, as it is signed.
    revealed: BTreeMap<String, String>,
    /// What the document says, by the attributes' keys.
    raw: BTreeMap<String, String>,
    document: &'a W3cCredential,
}

impl W3cPresentation {
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
        check_contexts(&self.context)?;
        if self.verifiable_credential.len() > MAX_CREDENTIALS {
            return Err(ObjectError::TooLarge { what: "the number of credentials", limit: MAX_CREDENTIALS }.into());
        }
        if self.proof.challenge.as_deref() != Some(request.nonce().as_str()) {
            return Err(PresentationError::ProofRejected);
        }
        let whole: Whole = self.proof.value()?;
        let all: Vec<One<'_>> = self.verifiable_credential.iter().map(One::read).collect::<Result<_, _>>()?;
        for one in &all {
            one.check_document(published)?;
        }
        for (referent, wish) in request.attributes() {
            let names: Vec<String> = wish.names().iter().map(|name| attribute_key(name)).collect();
            let shows = |one: &One<'_>| names.iter().all(|key| one.revealed.contains_key(key));
            // As among plain presentations, a credential may have an attribute and not show it.
            let has = |one: &One<'_>| one.has(published, &names);
            let answers = |fits: &dyn Fn(&One<'_>) -> bool| {
                find(&all, fits, (request, referent, wish.restrictions.as_ref()), published, overrides)
            };
            match answers(&shows) {
                Ok(()) => {}
                Err(first) => answers(&has).map_err(|second| match second {
                    PresentationError::NotAnswered(_) => first,
                    second => second,
                })?,
            }
        }
        for (referent, wish) in request.predicates() {
            let proves = |one: &One<'_>| one.proves(wish);
            find(&all, &proves, (request, referent, wish.restrictions.as_ref()), published, overrides)?;
        }
        prove(all, whole, request, published, overrides)
    }
}

/// Whether a credential that `fits` is of the kind, and stood when it was asked for.
fn find(
    all: &[One<'_>],
    fits: &dyn Fn(&One<'_>) -> bool,
    (request, referent, query): (&PresentationRequest, &str, Option<&Query>),
    published: &Published,
    overrides: &IntervalOverrides,
) -> Result<(), PresentationError> {
    let mut problem = PresentationError::NotAnswered(referent.to_owned());
    for one in all.iter().filter(|one| fits(one)) {
        let mut subject = subject(&one.identifier, published)?;
        let values = one.raw.iter().map(|(key, raw)| (key.clone(), Some(raw.as_str())));
        subject.attributes = values.collect();
        if query.is_some_and(|query| !query.holds(&subject)) {
            problem = PresentationError::RestrictionNotMet(referent.to_owned());
            continue;
        }
        let interval = request.interval_for(std::iter::once(referent)).filter(|_| subject.definition.is_revocable());
        match check_non_revocation(interval, &one.identifier, &one.sub_proof, published, overrides) {
            Ok(_) => return Ok(()),
            Err(error) => problem = error,
        }
    }
    Err(problem)
}

/// The mathematics. What was revealed and compared is what the documents' proofs say here: that it is what was asked
/// for has been looked at.
fn prove(
    all: Vec<One<'_>>,
    whole: Whole,
    request: &PresentationRequest,
    published: &Published,
    overrides: &IntervalOverrides,
) -> Result<(), PresentationError> {
    let mut verifier = guarded(|| {
        let mut verifier = cl::Verifier::new_proof_verifier()?;
        verifier.add_common_attribute(LINK_SECRET_ATTRIBUTE)?;
        Ok(verifier)
    })
    .map_err(PresentationError::Computation)?;
    for one in &all {
        let Subject { schema, definition, .. } = subject(&one.identifier, published)?;
        let registry: Option<RegistryState<'_>> =
            check_non_revocation(None, &one.identifier, &one.sub_proof, published, overrides)?;
        let key = definition.public_key()?;
        guarded(|| {
            let mut sub_request = cl::Verifier::new_sub_proof_request_builder()?;
            one.revealed.keys().try_for_each(|name| sub_request.add_revealed_attr(name))?;
            for predicate in one.sub_proof.predicates() {
                let kind = format!("{:?}", predicate.p_type);
                sub_request.add_predicate(&predicate.attr_name, &kind, predicate.value)?;
            }
            verifier.add_sub_proof_request(
                &sub_request.finalize()?,
                &signed_attributes(schema)?,
                &unsigned_attributes()?,
                &key,
                registry.as_ref().map(|(definition, _)| definition.key()),
                registry.as_ref().map(|(_, state)| state),
            )
        })
        .map_err(|_| PresentationError::ProofRejected)?;
    }
    let proofs = all.into_iter().map(|one| one.sub_proof).collect();
    let proof = cl::Proof { proofs, aggregated_proof: whole.aggregated };
    match guarded(|| verifier.verify(&proof, request.nonce().number())) {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => Err(PresentationError::ProofRejected),
    }
}

impl<'a> One<'a> {
    fn read(document: &'a W3cCredential) -> Result<Self, PresentationError> {
        document.check()?;
        let proof = SuiteProof::of(document.proof.iter())?;
        let shown: Shown = proof.value()?;
        let identifier = shown.identifier();
        if proof.verification_method != identifier.cred_def_id.as_str() {
            return Err(ObjectError::Contradiction("the proof names two credential definitions").into());
        }
        let revealed = guarded(|| shown.sub_proof.revealed_attrs()).map_err(|_| PresentationError::ProofRejected)?;
        let raw = document.credential_subject.iter();
        let raw = raw.filter_map(|(name, value)| Some((attribute_key(name), value.raw()?))).collect();
        Ok(Self { identifier, sub_proof: shown.sub_proof, revealed: revealed.into_iter().collect(), raw, document })
    }

    /// Whether all that the document says is proven, and by its issuer.
    fn check_document(&self, published: &Published) -> Result<(), PresentationError> {
        let definition = subject(&self.identifier, published)?.definition;
        if *definition.issuer_id() != self.document.issuer {
            let problem = "the issuer is another than the credential definition's";
            return Err(ObjectError::Contradiction(problem).into());
        }
        let compared = self.sub_proof.predicates();
        for (name, value) in &self.document.credential_subject {
            let key = attribute_key(name);
            let proven = match value {
                SubjectValue::Compared(said) => *said && compared.iter().any(|one| one.attr_name == key),
                SubjectValue::Text(_) | SubjectValue::Number(_) => {
                    let raw = value.raw().unwrap_or_default();
                    self.revealed.get(&key).is_some_and(|signed| *signed == encode(&raw))
                }
            };
            if !proven {
                return Err(PresentationError::OtherValue(name.clone()));
            }
        }
        if let Some(key) = self.revealed.keys().find(|key| !self.raw.contains_key(*key)) {
            return Err(PresentationError::OtherValue(key.clone()));
        }
        Ok(())
    }

    fn has(&self, published: &Published, keys: &[String]) -> bool {
        subject(&self.identifier, published).is_ok_and(|subject| {
            let own: Vec<String> = subject.schema.attribute_names().iter().map(|name| attribute_key(name)).collect();
            keys.iter().all(|key| own.contains(key))
        })
    }

    fn proves(&self, wish: &RequestedPredicate) -> bool {
        let key = attribute_key(&wish.name);
        self.sub_proof.predicates().iter().any(|one| {
            one.attr_name == key && one.value == wish.p_value && format!("{:?}", one.p_type) == wish.p_type.word()
        })
    }
}
