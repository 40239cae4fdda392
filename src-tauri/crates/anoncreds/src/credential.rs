//! Credentials: values, signature, and where the credential stands in a registry (AnonCreds v1.0, sections 6.3 and 6.4).

use std::collections::BTreeMap;

use anoncreds_clsignatures as cl;
use serde::{Deserialize, Serialize};

use crate::attribute::{AttributeValue, attribute_key};
use crate::bounded::{self, guarded};
use crate::credential_request::CredentialRequestMetadata;
use crate::definition::CredentialDefinition;
use crate::identifier::{CredentialDefinitionId, RevocationRegistryId, SchemaId};
use crate::issuance_error::IssuanceError;
use crate::link_secret::LinkSecret;
use crate::object_error::ObjectError;
use crate::revocation_registry::RevocationRegistryDefinition;
use crate::schema::{LINK_SECRET_ATTRIBUTE, MAX_ATTRIBUTES};

/// The claims of a credential by their names.
pub type Values = BTreeMap<String, AttributeValue>;

/// What an issuer signed for a holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "CredentialShape")]
pub struct Credential {
    schema_id: SchemaId,
    cred_def_id: CredentialDefinitionId,
    rev_reg_id: Option<RevocationRegistryId>,
    values: Values,
    signature: cl::CredentialSignature,
    signature_correctness_proof: cl::SignatureCorrectnessProof,
    rev_reg: Option<cl::RevocationRegistry>,
    witness: Option<cl::Witness>,
}

#[derive(Deserialize)]
pub(crate) struct CredentialShape {
    pub(crate) schema_id: SchemaId,
    pub(crate) cred_def_id: CredentialDefinitionId,
    #[serde(default)]
    pub(crate) rev_reg_id: Option<RevocationRegistryId>,
    pub(crate) values: Values,
    #[serde(deserialize_with = "bounded::part")]
    pub(crate) signature: cl::CredentialSignature,
    #[serde(deserialize_with = "bounded::part")]
    pub(crate) signature_correctness_proof: cl::SignatureCorrectnessProof,
    #[serde(default, deserialize_with = "bounded::optional_part")]
    pub(crate) rev_reg: Option<cl::RevocationRegistry>,
    #[serde(default, deserialize_with = "bounded::optional_part")]
    pub(crate) witness: Option<cl::Witness>,
}

impl TryFrom<CredentialShape> for Credential {
    type Error = ObjectError;

    fn try_from(shape: CredentialShape) -> Result<Self, ObjectError> {
        if shape.values.is_empty() {
            return Err(ObjectError::Empty("the credential's list of values"));
        }
        if shape.values.len() > MAX_ATTRIBUTES {
            return Err(ObjectError::TooLarge { what: "the credential's number of values", limit: MAX_ATTRIBUTES });
        }
        let CredentialShape {
            schema_id,
            cred_def_id,
            rev_reg_id,
            values,
            signature,
            signature_correctness_proof,
            rev_reg,
            witness,
        } = shape;
        if rev_reg_id.is_some() && signature.extract_index().is_none() {
            return Err(ObjectError::Contradiction("the credential names a revocation registry, but no place in it"));
        }
        Ok(Self {
            schema_id,
            cred_def_id,
            rev_reg_id,
            values,
            signature,
            signature_correctness_proof,
            rev_reg,
            witness,
        })
    }
}

impl Credential {
    /// Its schema.
    pub fn schema_id(&self) -> &SchemaId {
        &self.schema_id
    }

    /// The definition that signed it.
    pub fn credential_definition_id(&self) -> &CredentialDefinitionId {
        &self.cred_def_id
    }

    /// The registry that it stands in, if it can be revoked.
    pub fn registry_id(&self) -> Option<&RevocationRegistryId> {
        self.rev_reg_id.as_ref()
    }

    /// Its place in the registry.
    pub fn revocation_index(&self) -> Option<u32> {
        self.signature.extract_index()
    }

    /// What it says.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// The value of an attribute, however its name is spelt.
    pub fn value(&self, name: &str) -> Option<&AttributeValue> {
        let key = attribute_key(name);
        self.values.iter().find(|(own, _)| attribute_key(own) == key).map(|(_, value)| value)
    }

    /// Takes the blinding off and checks everything: the signature over these values and this link secret, the
    /// encoding of the values, and the place in the registry. What it returns is what a holder keeps.
    ///
    /// # Errors
    /// [`IssuanceError`]: what does not fit. The credential should not be kept then.
    pub fn process(
        mut self,
        metadata: &CredentialRequestMetadata,
        link_secret: &LinkSecret,
        definition: &CredentialDefinition,
        registry: Option<&RevocationRegistryDefinition>,
    ) -> Result<Self, IssuanceError> {
        if self.schema_id != *definition.schema_id() {
            return Err(IssuanceError::OtherSchema { expected: definition.schema_id().clone(), found: self.schema_id });
        }
        check_values(definition, &self.values)?;
        if self.rev_reg_id.is_some() {
            let registry = registry.ok_or(IssuanceError::RegistryMissing)?;
            if *registry.credential_definition_id() != self.cred_def_id {
                return Err(IssuanceError::RegistryOfOtherDefinition(registry.credential_definition_id().clone()));
            }
            if self.witness.is_none() || self.rev_reg.is_none() || !definition.is_revocable() {
                return Err(IssuanceError::RegistryMissing);
            }
        }
        let key = definition.public_key()?;
        let mut signature = self.signature.clone();
        guarded(|| {
            let values = signed_values(&self.values, Some(link_secret))?;
            cl::Prover::process_credential_signature(
                &mut signature,
                &values,
                &self.signature_correctness_proof,
                &metadata.link_secret_blinding_data,
                &key,
                metadata.nonce.number(),
                registry.map(RevocationRegistryDefinition::key),
                self.rev_reg.as_ref(),
                self.witness.as_ref(),
            )
        })
        .map_err(IssuanceError::SignatureRejected)?;
        self.signature = signature;
        Ok(self)
    }

    pub(crate) fn parts(
        &self,
    ) -> (&cl::SignatureCorrectnessProof, Option<&cl::RevocationRegistry>, Option<&cl::Witness>) {
        (&self.signature_correctness_proof, self.rev_reg.as_ref(), self.witness.as_ref())
    }

    pub(crate) fn signature(&self) -> &cl::CredentialSignature {
        &self.signature
    }
}

/// Whether the values are exactly the definition's attributes, each encoded as its text.
pub(crate) fn check_values(definition: &CredentialDefinition, values: &Values) -> Result<(), IssuanceError> {
    let mut missing = definition.attribute_keys()?;
    missing.retain(|key| key != LINK_SECRET_ATTRIBUTE);
    for (name, value) in values {
        let key = attribute_key(name);
        let place = missing.iter().position(|wanted| *wanted == key);
        let place = place.ok_or_else(|| IssuanceError::AttributeUnknown(name.clone()))?;
        missing.swap_remove(place);
        if !value.is_true_to_text() {
            return Err(IssuanceError::WrongEncoding(name.clone()));
        }
    }
    missing.into_iter().next().map_or(Ok(()), |name| Err(IssuanceError::AttributeMissing(name)))
}

/// The numbers that are signed.
pub(crate) fn signed_values(
    values: &Values,
    link_secret: Option<&LinkSecret>,
) -> Result<cl::CredentialValues, cl::Error> {
    let mut signed = cl::Issuer::new_credential_values_builder()?;
    for (name, value) in values {
        signed.add_dec_known(&attribute_key(name), value.encoded())?;
    }
    if let Some(secret) = link_secret {
        signed.add_value_hidden(LINK_SECRET_ATTRIBUTE, &secret.0)?;
    }
    signed.finalize()
}
