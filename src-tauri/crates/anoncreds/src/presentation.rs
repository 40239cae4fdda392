//! Presentations: what a holder shows, and the proof of it (AnonCreds v1.0, section 8.3).

use std::collections::{BTreeMap, BTreeSet};

use anoncreds_clsignatures as cl;
use serde::{Deserialize, Serialize};

use crate::attribute::AttributeValue;
use crate::bounded;
use crate::definition::CredentialDefinition;
use crate::identifier::{CredentialDefinitionId, RevocationRegistryId, SchemaId};
use crate::object_error::ObjectError;
use crate::revocation_registry::RevocationRegistryDefinition;
use crate::schema::Schema;
use crate::status_list::RevocationStatusList;

/// The most credentials in one presentation.
pub const MAX_CREDENTIALS: usize = 50;

/// What a holder shows, with its proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "PresentationShape")]
pub struct Presentation {
    pub(crate) proof: cl::Proof,
    pub(crate) requested_proof: RequestedProof,
    pub(crate) identifiers: Vec<Identifier>,
}

#[derive(Deserialize)]
struct PresentationShape {
    #[serde(deserialize_with = "bounded::part")]
    proof: cl::Proof,
    requested_proof: RequestedProof,
    identifiers: Vec<Identifier>,
}

/// Which credential answers to which referent, and the values shown.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestedProof {
    /// Values shown, by their referents.
    pub revealed_attrs: BTreeMap<String, RevealedAttribute>,
    /// Values shown together, by their referents.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub revealed_attr_groups: BTreeMap<String, RevealedGroup>,
    /// What the holder says without a credential.
    #[serde(default)]
    pub self_attested_attrs: BTreeMap<String, String>,
    /// Attributes that a credential has, but that are not shown.
    #[serde(default)]
    pub unrevealed_attrs: BTreeMap<String, SubProofReferent>,
    /// Comparisons proven.
    #[serde(default)]
    pub predicates: BTreeMap<String, SubProofReferent>,
}

/// One value shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevealedAttribute {
    /// Which of the credentials.
    pub sub_proof_index: u32,
    /// The value.
    #[serde(flatten)]
    pub value: AttributeValue,
}

/// Several values of one credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevealedGroup {
    /// Which of the credentials.
    pub sub_proof_index: u32,
    /// The values by the attributes' names as they were requested.
    pub values: BTreeMap<String, AttributeValue>,
}

/// Which of the credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubProofReferent {
    /// Its place among [`Presentation::identifiers`].
    pub sub_proof_index: u32,
}

/// Of which kind a credential is, and when it stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identifier {
    /// Its schema.
    pub schema_id: SchemaId,
    /// The definition that signed it.
    pub cred_def_id: CredentialDefinitionId,
    /// Its registry.
    #[serde(default)]
    pub rev_reg_id: Option<RevocationRegistryId>,
    /// The time of the status list by which it stood.
    #[serde(default)]
    pub timestamp: Option<u64>,
}

/// The published objects that holder and verifier look up: who calls fetched them, by the identifiers of credentials or
/// presentation.
#[derive(Debug, Clone, Default)]
pub struct Published {
    /// Schemas.
    pub schemas: BTreeMap<SchemaId, Schema>,
    /// Definitions.
    pub definitions: BTreeMap<CredentialDefinitionId, CredentialDefinition>,
    /// Registries. A holder needs none.
    pub registries: BTreeMap<RevocationRegistryId, RevocationRegistryDefinition>,
    /// Status lists at the times that the presentation names. A holder needs none.
    pub status_lists: Vec<RevocationStatusList>,
}

impl Presentation {
    /// What is shown.
    pub fn shown(&self) -> &RequestedProof {
        &self.requested_proof
    }

    /// The credentials it is shown from.
    pub fn identifiers(&self) -> &[Identifier] {
        &self.identifiers
    }
}

impl RequestedProof {
    /// The referents that a credential answers to.
    pub(crate) fn referents_of(&self, index: u32) -> BTreeSet<&str> {
        let revealed = self.revealed_attrs.iter().filter(move |(_, shown)| shown.sub_proof_index == index);
        let groups = self.revealed_attr_groups.iter().filter(move |(_, shown)| shown.sub_proof_index == index);
        let hidden = self.unrevealed_attrs.iter().filter(move |(_, shown)| shown.sub_proof_index == index);
        let predicates = self.predicates.iter().filter(move |(_, shown)| shown.sub_proof_index == index);
        let attributes = revealed.map(|(referent, _)| referent).chain(groups.map(|(referent, _)| referent));
        attributes
            .chain(hidden.map(|(referent, _)| referent))
            .chain(predicates.map(|(referent, _)| referent))
            .map(String::as_str)
            .collect()
    }
}

impl TryFrom<PresentationShape> for Presentation {
    type Error = ObjectError;

    fn try_from(shape: PresentationShape) -> Result<Self, ObjectError> {
        if shape.identifiers.len() > MAX_CREDENTIALS {
            return Err(ObjectError::TooLarge { what: "the number of credentials", limit: MAX_CREDENTIALS });
        }
        if shape.identifiers.len() != shape.proof.proofs.len() {
            return Err(ObjectError::Contradiction("the presentation has not one proof for each credential"));
        }
        Ok(Self { proof: shape.proof, requested_proof: shape.requested_proof, identifiers: shape.identifiers })
    }
}
