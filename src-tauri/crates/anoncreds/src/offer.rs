//! Credential offers: an issuer says which definition it would sign with, proves that its keys are sound, and gives the
//! nonce that the request must answer to (AnonCreds v1.0, section 6.1).

use serde::{Deserialize, Serialize};

use crate::definition::KeyCorrectnessProof;
use crate::identifier::{CredentialDefinitionId, SchemaId};
use crate::nonce::Nonce;
use crate::object_error::ObjectError;

/// What an issuer offers to sign with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialOffer {
    schema_id: SchemaId,
    cred_def_id: CredentialDefinitionId,
    key_correctness_proof: KeyCorrectnessProof,
    nonce: Nonce,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    method_name: Option<String>,
}

impl CredentialOffer {
    /// A new offer, with a nonce of its own.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn new(
        schema_id: SchemaId,
        definition_id: CredentialDefinitionId,
        proof: &KeyCorrectnessProof,
    ) -> Result<Self, ObjectError> {
        Ok(Self {
            schema_id,
            cred_def_id: definition_id,
            key_correctness_proof: proof.clone(),
            nonce: Nonce::random()?,
            method_name: None,
        })
    }

    /// The schema of the credential.
    pub fn schema_id(&self) -> &SchemaId {
        &self.schema_id
    }

    /// The definition that will sign.
    pub fn credential_definition_id(&self) -> &CredentialDefinitionId {
        &self.cred_def_id
    }

    /// What the request answers to. An issuer takes each once.
    pub fn nonce(&self) -> &Nonce {
        &self.nonce
    }

    pub(crate) fn proof(&self) -> &KeyCorrectnessProof {
        &self.key_correctness_proof
    }
}
