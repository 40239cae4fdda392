//! The Data Integrity proof and its value.

use anoncreds_clsignatures as cl;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::bounded;
use crate::identifier::{CredentialDefinitionId, RevocationRegistryId, SchemaId};
use crate::object_error::ObjectError;

/// The longest proof value, in bytes of its text: a credential's has some 6,000, a proof of many predicates more.
const MAX_PROOF: usize = 512 * 1024;
const WHAT: &str = "the W3C proof";

/// A proof in the form of VC Data Integrity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SuiteProof {
    cryptosuite: Cryptosuite,
    #[serde(rename = "type")]
    kind: ProofType,
    pub(super) proof_purpose: Purpose,
    pub(super) verification_method: String,
    pub(super) proof_value: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) challenge: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Cryptosuite {
    #[serde(rename = "anoncreds-2023")]
    Anoncreds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum ProofType {
    DataIntegrityProof,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Purpose {
    #[serde(rename = "assertionMethod")]
    Assertion,
    #[serde(rename = "authentication")]
    Authentication,
}

/// What a proof value is of. Its number stands before it.
pub(super) trait ProofValue: Serialize + DeserializeOwned {
    const NUMBER: i32;
    const PURPOSE: Purpose;
}

/// The signature of a whole credential.
#[derive(Serialize, Deserialize)]
pub(super) struct Signed {
    pub(super) schema_id: SchemaId,
    pub(super) cred_def_id: CredentialDefinitionId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rev_reg_id: Option<RevocationRegistryId>,
    pub(super) signature: cl::CredentialSignature,
    pub(super) signature_correctness_proof: cl::SignatureCorrectnessProof,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rev_reg: Option<cl::RevocationRegistry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) witness: Option<cl::Witness>,
}

/// The proof of one credential in a presentation.
#[derive(Serialize, Deserialize)]
pub(super) struct Shown {
    pub(super) schema_id: SchemaId,
    pub(super) cred_def_id: CredentialDefinitionId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rev_reg_id: Option<RevocationRegistryId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) timestamp: Option<u64>,
    pub(super) sub_proof: cl::SubProof,
}

/// What holds the proofs of a presentation together.
#[derive(Serialize, Deserialize)]
pub(super) struct Whole {
    pub(super) aggregated: cl::AggregatedProof,
}

impl ProofValue for Signed {
    const NUMBER: i32 = 1;
    const PURPOSE: Purpose = Purpose::Assertion;
}

impl ProofValue for Shown {
    const NUMBER: i32 = 2;
    const PURPOSE: Purpose = Purpose::Assertion;
}

impl ProofValue for Whole {
    const NUMBER: i32 = 3;
    const PURPOSE: Purpose = Purpose::Authentication;
}

impl SuiteProof {
    pub(super) fn new<T: ProofValue>(
        value: &T,
        verification_method: &str,
        challenge: Option<String>,
    ) -> Result<Self, ObjectError> {
        let packed = rmp_serde::to_vec_named(&(T::NUMBER, value)).map_err(|error| ObjectError::parts(WHAT, error))?;
        Ok(Self {
            cryptosuite: Cryptosuite::Anoncreds,
            kind: ProofType::DataIntegrityProof,
            proof_purpose: T::PURPOSE,
            verification_method: verification_method.to_owned(),
            proof_value: format!("u{}", URL_SAFE_NO_PAD.encode(packed)),
            challenge,
        })
    }

    /// The first of this suite among a document's proofs.
    pub(super) fn of<'a>(mut proofs: impl Iterator<Item = &'a Value>) -> Result<Self, ObjectError> {
        let is_ours = |proof: &&Value| proof.get("cryptosuite").and_then(Value::as_str) == Some("anoncreds-2023");
        let proof = proofs.find(is_ours).ok_or(ObjectError::Empty("the proof of suite anoncreds-2023"))?;
        serde_json::from_value(proof.clone()).map_err(|error| ObjectError::parts(WHAT, error))
    }

    pub(super) fn value<T: ProofValue>(&self) -> Result<T, ObjectError> {
        if self.proof_value.len() > MAX_PROOF {
            return Err(ObjectError::TooLarge { what: "the W3C proof in bytes", limit: MAX_PROOF });
        }
        if self.proof_purpose != T::PURPOSE {
            return Err(ObjectError::parts(WHAT, "its purpose is another"));
        }
        let text = self.proof_value.strip_prefix('u');
        let text = text.ok_or_else(|| ObjectError::parts(WHAT, "it is not written in base 64 for URLs"))?;
        let packed = URL_SAFE_NO_PAD.decode(text).map_err(|error| ObjectError::parts(WHAT, error))?;
        let (number, value): (i32, T) = bounded::unpack(&packed).map_err(|error| ObjectError::parts(WHAT, error))?;
        if number != T::NUMBER {
            return Err(ObjectError::parts(WHAT, "it is the proof of something else"));
        }
        Ok(value)
    }
}
