//! Presentations in their W3C form: each credential with what is shown of it, and one proof over all.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::credential::{OneOrMany, SubjectValue, W3cCredential, W3cModel, contexts};
use super::proof::{Shown, SuiteProof, Whole};
use crate::attribute::attribute_key;
use crate::link_secret::LinkSecret;
use crate::object_error::ObjectError;
use crate::presentation::{Identifier, Published};
use crate::presentation_error::PresentationError;
use crate::presentation_request::{PresentationRequest, RequestedAttribute};
use crate::prove::{Presented, create_presentation};
use crate::revocation::RevocationState;

/// A presentation in its W3C form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct W3cPresentation {
    #[serde(rename = "@context")]
    pub(super) context: Vec<Value>,
    #[serde(rename = "type", alias = "@type")]
    pub(super) types: Vec<String>,
    pub(super) verifiable_credential: Vec<W3cCredential>,
    pub(super) proof: SuiteProof,
}

/// A credential and the wishes that it answers to.
#[derive(Debug, Clone)]
pub struct W3cPresented<'a> {
    /// The credential.
    pub credential: &'a W3cCredential,
    /// That it stands: needed where the request has an interval and the credential can be revoked.
    pub revocation: Option<&'a RevocationState>,
    /// Referents of attributes, and whether the values are shown.
    pub attributes: BTreeMap<String, bool>,
    /// Referents of predicates.
    pub predicates: BTreeSet<String>,
}

impl W3cPresentation {
    /// What is shown, credential by credential.
    pub fn credentials(&self) -> &[W3cCredential] {
        &self.verifiable_credential
    }

    /// Of which kinds the credentials are, and when they stood: what a verifier must look up first.
    ///
    /// # Errors
    /// [`ObjectError`]: a proof cannot be read.
    pub fn identifiers(&self) -> Result<Vec<Identifier>, ObjectError> {
        let shown = self.verifiable_credential.iter().map(|one| SuiteProof::of(one.proof.iter())?.value::<Shown>());
        shown.map(|shown| Ok(shown?.identifier())).collect()
    }
}

impl Shown {
    pub(super) fn identifier(&self) -> Identifier {
        Identifier {
            schema_id: self.schema_id.clone(),
            cred_def_id: self.cred_def_id.clone(),
            rev_reg_id: self.rev_reg_id.clone(),
            timestamp: self.timestamp,
        }
    }
}

/// Makes a presentation from credentials of one link secret. In this form nothing can be said without a credential.
///
/// # Errors
/// [`PresentationError`]: what does not fit.
pub fn create_w3c_presentation(
    request: &PresentationRequest,
    presented: &[W3cPresented<'_>],
    link_secret: &LinkSecret,
    published: &Published,
    model: W3cModel,
) -> Result<W3cPresentation, PresentationError> {
    let mut credentials = Vec::with_capacity(presented.len());
    for one in presented {
        credentials.push(one.credential.to_credential()?);
    }
    let plain: Vec<Presented<'_>> = presented
        .iter()
        .zip(&credentials)
        .map(|(one, credential)| Presented {
            credential,
            revocation: one.revocation,
            attributes: one.attributes.clone(),
            predicates: one.predicates.clone(),
        })
        .collect();
    let made = create_presentation(request, &plain, BTreeMap::new(), link_secret, published)?;
    let mut verifiable_credential = Vec::with_capacity(presented.len());
    for ((one, identifier), sub_proof) in presented.iter().zip(made.identifiers).zip(made.proof.proofs) {
        let method = identifier.cred_def_id.as_str().to_owned();
        let Identifier { schema_id, cred_def_id, rev_reg_id, timestamp } = identifier;
        let proof =
            SuiteProof::new(&Shown { schema_id, cred_def_id, rev_reg_id, timestamp, sub_proof }, &method, None)?;
        let proof = serde_json::to_value(proof).map_err(|error| ObjectError::parts("the W3C proof", error))?;
        verifiable_credential.push(W3cCredential {
            credential_subject: shown_of(request, one),
            proof: OneOrMany::One(proof),
            ..one.credential.clone()
        });
    }
    // The reference implementation names the last credential's definition here: a holder has no key of its own.
    let method = credentials.last().map(|one| one.credential_definition_id().as_str()).unwrap_or_default();
    let whole = Whole { aggregated: made.proof.aggregated_proof };
    let proof = SuiteProof::new(&whole, method, Some(request.nonce().as_str().to_owned()))?;
    let types = vec!["VerifiablePresentation".to_owned()];
    Ok(W3cPresentation { context: contexts(model), types, verifiable_credential, proof })
}

/// The values that are shown, and for attributes that are only compared, that they are.
fn shown_of(request: &PresentationRequest, one: &W3cPresented<'_>) -> BTreeMap<String, SubjectValue> {
    let revealed = one.attributes.iter().filter(|(_, reveal)| **reveal);
    let revealed = revealed.filter_map(|(referent, _)| request.attributes().get(referent));
    let revealed: BTreeSet<String> =
        revealed.flat_map(RequestedAttribute::names).map(|name| attribute_key(name)).collect();
    let compared = one.predicates.iter().filter_map(|referent| request.predicates().get(referent));
    let compared: BTreeSet<String> = compared.map(|wish| attribute_key(&wish.name)).collect();
    let subject = one.credential.credential_subject.iter();
    subject
        .filter_map(|(name, value)| {
            let key = attribute_key(name);
            let shown = if revealed.contains(&key) { Some(value.clone()) } else { None };
            let shown = shown.or_else(|| compared.contains(&key).then_some(SubjectValue::Compared(true)));
            Some((name.clone(), shown?))
        })
        .collect()
}
