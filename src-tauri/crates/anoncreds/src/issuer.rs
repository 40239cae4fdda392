//! What an issuer does: make a definition, and sign credentials with it.

use anoncreds_clsignatures as cl;

use crate::attribute::attribute_key;
use crate::bounded::guarded;
use crate::credential::{Credential, CredentialShape, Values, check_values, signed_values};
use crate::credential_request::CredentialRequest;
use crate::definition::{CredentialDefinition, CredentialDefinitionPrivate, KeyCorrectnessProof};
use crate::identifier::{IssuerId, SchemaId};
use crate::issuance_error::IssuanceError;
use crate::offer::CredentialOffer;
use crate::revocation_registry::{RevocationRegistryDefinition, RevocationRegistryPrivate};
use crate::schema::{LINK_SECRET_ATTRIBUTE, Schema};
use crate::status_list::RevocationStatusList;

/// A definition just made: what is published, what is kept, and what goes into every offer.
pub struct NewDefinition {
    /// To publish.
    pub definition: CredentialDefinition,
    /// To keep in the vault.
    pub private: CredentialDefinitionPrivate,
    /// To keep, and to put into offers.
    pub correctness_proof: KeyCorrectnessProof,
}

/// Makes an issuer's keys for a schema. It looks for two safe primes of 1024 bits: that takes between half a second and
/// half a minute of one core, and cannot be interrupted, so a caller who wants to cancel it runs it in a process of its
/// own.
///
/// # Errors
/// [`IssuanceError::Object`] for a tag that is too long; [`IssuanceError::Computation`].
pub fn create_credential_definition(
    schema_id: SchemaId,
    schema: &Schema,
    issuer_id: IssuerId,
    tag: &str,
    revocable: bool,
) -> Result<NewDefinition, IssuanceError> {
    let (public, private, proof) =
        guarded(|| cl::Issuer::new_credential_def(&signed_attributes(schema)?, &unsigned_attributes()?, revocable))
            .map_err(IssuanceError::Computation)?;
    Ok(NewDefinition {
        definition: CredentialDefinition::from_parts(schema_id, issuer_id, tag.to_owned(), &public)?,
        private: CredentialDefinitionPrivate { value: private },
        correctness_proof: KeyCorrectnessProof { value: proof },
    })
}

/// A place in a registry for a new credential.
#[derive(Clone, Copy)]
pub struct RegistryPlace<'a> {
    /// The registry.
    pub registry: &'a RevocationRegistryDefinition,
    /// Its private key.
    pub private: &'a RevocationRegistryPrivate,
    /// Its latest status list.
    pub status_list: &'a RevocationStatusList,
    /// The place, from 1 up to one less than the registry's size. A place is given once.
    pub index: u32,
}

/// Signs a credential. An entry that the status list has as not issued yet (issuance on demand) must be issued in the
/// next one.
///
/// # Errors
/// [`IssuanceError`]: what of offer, request, values and place does not fit.
pub fn issue_credential(
    definition: &CredentialDefinition,
    private: &CredentialDefinitionPrivate,
    offer: &CredentialOffer,
    request: &CredentialRequest,
    values: Values,
    place: Option<RegistryPlace<'_>>,
) -> Result<Credential, IssuanceError> {
    if request.credential_definition_id() != offer.credential_definition_id() {
        return Err(IssuanceError::OtherDefinition {
            expected: offer.credential_definition_id().clone(),
            found: request.credential_definition_id().clone(),
        });
    }
    if definition.schema_id() != offer.schema_id() {
        return Err(IssuanceError::OtherSchema {
            expected: offer.schema_id().clone(),
            found: definition.schema_id().clone(),
        });
    }
    check_values(definition, &values)?;
    let key = definition.public_key()?;
    let (blinded, blinded_proof) = request.blinded();
    let signed = signed_values(&values, None).map_err(|error| IssuanceError::Computation(error.to_string()))?;
    let (signature, proof, registry, witness) = match place {
        None => {
            let (signature, proof) = guarded(|| {
                cl::Issuer::sign_credential(
                    request.entropy(),
                    blinded,
                    blinded_proof,
                    offer.nonce().number(),
                    request.nonce().number(),
                    &signed,
                    &key,
                    &private.value,
                )
            })
            .map_err(IssuanceError::BlindingRejected)?;
            (signature, proof, None, None)
        }
        Some(place) => {
            let unissued = check_place(definition, offer, &place)?;
            let mut registry = place.status_list.registry();
            let (signature, proof, witness, _) = guarded(|| {
                cl::Issuer::sign_credential_with_revoc(
                    request.entropy(),
                    blinded,
                    blinded_proof,
                    offer.nonce().number(),
                    request.nonce().number(),
                    &signed,
                    &key,
                    &private.value,
                    place.index,
                    place.registry.size(),
                    !unissued,
                    &mut registry,
                    &place.private.value,
                )
            })
            .map_err(IssuanceError::BlindingRejected)?;
            (signature, proof, Some(registry), Some(witness))
        }
    };
    Ok(Credential::try_from(CredentialShape {
        schema_id: offer.schema_id().clone(),
        cred_def_id: offer.credential_definition_id().clone(),
        rev_reg_id: place.map(|place| place.status_list.registry_id().clone()),
        values,
        signature,
        signature_correctness_proof: proof,
        rev_reg: registry,
        witness,
    })?)
}

/// Whether the place's entry is set, which for a new credential means: not issued yet.
fn check_place(
    definition: &CredentialDefinition,
    offer: &CredentialOffer,
    place: &RegistryPlace<'_>,
) -> Result<bool, IssuanceError> {
    if !definition.is_revocable() {
        return Err(IssuanceError::NotRevocable);
    }
    if place.registry.credential_definition_id() != offer.credential_definition_id() {
        return Err(IssuanceError::RegistryOfOtherDefinition(place.registry.credential_definition_id().clone()));
    }
    place.registry.check_list(place.status_list)?;
    place.registry.check_place(place.index)?;
    place
        .status_list
        .is_revoked(place.index)
        .ok_or(IssuanceError::NoSuchPlace { index: place.index, last: place.registry.last_place() })
}

/// The schema's attributes as the signature names them.
pub(crate) fn signed_attributes(schema: &Schema) -> Result<cl::CredentialSchema, cl::Error> {
    let mut attributes = cl::Issuer::new_credential_schema_builder()?;
    for name in schema.attribute_names() {
        attributes.add_attr(&attribute_key(name))?;
    }
    attributes.finalize()
}

/// What is signed without the issuer seeing it: the link secret.
pub(crate) fn unsigned_attributes() -> Result<cl::NonCredentialSchema, cl::Error> {
    let mut attributes = cl::Issuer::new_non_credential_schema_builder()?;
    attributes.add_attr(LINK_SECRET_ATTRIBUTE)?;
    attributes.finalize()
}
