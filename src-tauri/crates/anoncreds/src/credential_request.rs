//! Credential requests: the holder's link secret, blinded, with the proof that it knows it; and what it keeps to take
//! the blinding off again (AnonCreds v1.0, section 6.2).

use anoncreds_clsignatures as cl;
use serde::{Deserialize, Serialize};

use crate::bounded::{self, guarded};
use crate::definition::CredentialDefinition;
use crate::identifier::CredentialDefinitionId;
use crate::issuance_error::IssuanceError;
use crate::link_secret::LinkSecret;
use crate::nonce::Nonce;
use crate::object_error::ObjectError;
use crate::offer::CredentialOffer;
use crate::schema::LINK_SECRET_ATTRIBUTE;

/// The longest entropy or DID of a prover, in bytes.
const MAX_ENTROPY: usize = 1024;

/// What makes the issuer's context number differ between holders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entropy<'a> {
    /// Any text that is not used again.
    Text(&'a str),
    /// The holder's DID, as older software has it.
    ProverDid(&'a str),
}

/// What a holder asks an issuer to sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RequestShape")]
pub struct CredentialRequest {
    #[serde(skip_serializing_if = "Option::is_none")]
    entropy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prover_did: Option<String>,
    cred_def_id: CredentialDefinitionId,
    blinded_ms: cl::BlindedCredentialSecrets,
    blinded_ms_correctness_proof: cl::BlindedCredentialSecretsCorrectnessProof,
    nonce: Nonce,
}

#[derive(Deserialize)]
struct RequestShape {
    #[serde(default)]
    entropy: Option<String>,
    #[serde(default)]
    prover_did: Option<String>,
    cred_def_id: CredentialDefinitionId,
    #[serde(deserialize_with = "bounded::part")]
    blinded_ms: cl::BlindedCredentialSecrets,
    #[serde(deserialize_with = "bounded::part")]
    blinded_ms_correctness_proof: cl::BlindedCredentialSecretsCorrectnessProof,
    nonce: Nonce,
}

impl TryFrom<RequestShape> for CredentialRequest {
    type Error = ObjectError;

    fn try_from(shape: RequestShape) -> Result<Self, ObjectError> {
        for text in [&shape.entropy, &shape.prover_did].into_iter().flatten() {
            if text.len() > MAX_ENTROPY {
                return Err(ObjectError::TooLarge { what: "the request's entropy", limit: MAX_ENTROPY });
            }
        }
        match (&shape.entropy, &shape.prover_did) {
            (Some(_), Some(_)) => {
                return Err(ObjectError::Contradiction("a request has either entropy or the prover's DID, not both"));
            }
            (None, None) => return Err(ObjectError::Empty("the request's entropy")),
            _ => {}
        }
        let RequestShape { entropy, prover_did, cred_def_id, blinded_ms, blinded_ms_correctness_proof, nonce } = shape;
        Ok(Self { entropy, prover_did, cred_def_id, blinded_ms, blinded_ms_correctness_proof, nonce })
    }
}

/// What a holder keeps until the credential comes. Who has it and the credential can link the two, but not present it.
/// It has no `Debug`; its JSON belongs in the vault alone.
#[derive(Serialize, Deserialize)]
pub struct CredentialRequestMetadata {
    #[serde(deserialize_with = "bounded::part")]
    pub(crate) link_secret_blinding_data: cl::CredentialSecretsBlindingFactors,
    pub(crate) nonce: Nonce,
    link_secret_name: String,
}

impl CredentialRequestMetadata {
    /// Under which name the link secret is kept.
    pub fn link_secret_name(&self) -> &str {
        &self.link_secret_name
    }
}

impl CredentialRequest {
    /// Answers an offer.
    ///
    /// # Errors
    /// [`IssuanceError::OtherSchema`], [`IssuanceError::UnsoundKeys`]; [`IssuanceError::Object`] for entropy that is
    /// too long or empty.
    pub fn create(
        offer: &CredentialOffer,
        definition: &CredentialDefinition,
        link_secret: &LinkSecret,
        link_secret_name: &str,
        entropy: Entropy<'_>,
    ) -> Result<(Self, CredentialRequestMetadata), IssuanceError> {
        if definition.schema_id() != offer.schema_id() {
            return Err(IssuanceError::OtherSchema {
                expected: offer.schema_id().clone(),
                found: definition.schema_id().clone(),
            });
        }
        let key = definition.public_key()?;
        let nonce = Nonce::random()?;
        let (blinded, blinding, proof) = guarded(|| {
            let mut values = cl::Prover::new_credential_values_builder()?;
            values.add_value_hidden(LINK_SECRET_ATTRIBUTE, &link_secret.0)?;
            let values = values.finalize()?;
            cl::Prover::blind_credential_secrets(&key, &offer.proof().value, &values, offer.nonce().number())
        })
        .map_err(IssuanceError::UnsoundKeys)?;
        let (entropy, prover_did) = match entropy {
            Entropy::Text(text) => (Some(text.to_owned()), None),
            Entropy::ProverDid(did) => (None, Some(did.to_owned())),
        };
        let request = Self::try_from(RequestShape {
            entropy,
            prover_did,
            cred_def_id: offer.credential_definition_id().clone(),
            blinded_ms: blinded,
            blinded_ms_correctness_proof: proof,
            nonce: nonce.clone(),
        })?;
        let metadata = CredentialRequestMetadata {
            link_secret_blinding_data: blinding,
            nonce,
            link_secret_name: link_secret_name.to_owned(),
        };
        Ok((request, metadata))
    }

    /// The definition that shall sign.
    pub fn credential_definition_id(&self) -> &CredentialDefinitionId {
        &self.cred_def_id
    }

    /// What the credential answers to.
    pub fn nonce(&self) -> &Nonce {
        &self.nonce
    }

    pub(crate) fn entropy(&self) -> &str {
        self.entropy.as_deref().or(self.prover_did.as_deref()).unwrap_or_default()
    }

    pub(crate) fn blinded(&self) -> (&cl::BlindedCredentialSecrets, &cl::BlindedCredentialSecretsCorrectnessProof) {
        (&self.blinded_ms, &self.blinded_ms_correctness_proof)
    }
}
