//! A credential in its W3C form. The issuer's signature covers the attributes alone, so that nothing else of what a
//! person would read is let in: unknown members are refused.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};

use super::proof::{Signed, SuiteProof};
use crate::attribute::AttributeValue;
use crate::credential::{Credential, CredentialShape, Values};
use crate::credential_request::CredentialRequestMetadata;
use crate::definition::CredentialDefinition;
use crate::identifier::IssuerId;
use crate::issuance_error::IssuanceError;
use crate::link_secret::LinkSecret;
use crate::object_error::ObjectError;
use crate::revocation_registry::RevocationRegistryDefinition;
use crate::schema::MAX_ATTRIBUTES;

const V1: &str = "https://www.w3.org/2018/credentials/v1";
const V2: &str = "https://www.w3.org/ns/credentials/v2";
const DATA_INTEGRITY: &str = "https://w3id.org/security/data-integrity/v2";

/// Which edition of the W3C data model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum W3cModel {
    /// 1.1, with the time of issuance that it asks for.
    V1 {
        /// When it was issued. The signature does not cover it.
        issued: Timestamp,
    },
    /// 2.0.
    V2,
}

/// A credential in its W3C form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct W3cCredential {
    #[serde(rename = "@context")]
    pub(super) context: Vec<Value>,
    #[serde(rename = "type", alias = "@type")]
    pub(super) types: Vec<String>,
    pub(super) issuer: IssuerId,
    pub(super) credential_subject: BTreeMap<String, SubjectValue>,
    pub(super) proof: OneOrMany,
    #[serde(default, alias = "@id", skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    #[serde(serialize_with = "instant", default, skip_serializing_if = "Option::is_none")]
    pub(super) issuance_date: Option<Timestamp>,
    #[serde(serialize_with = "instant", default, skip_serializing_if = "Option::is_none")]
    pub(super) valid_from: Option<Timestamp>,
}

/// A claim in its W3C form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SubjectValue {
    /// Text.
    Text(String),
    /// A 32-bit integer.
    Number(i32),
    /// In a presentation: a comparison about the attribute is proven.
    Compared(bool),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum OneOrMany {
    Many(Vec<Value>),
    One(Value),
}

impl OneOrMany {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Value> {
        match self {
            Self::Many(all) => all.iter(),
            Self::One(one) => std::slice::from_ref(one).iter(),
        }
    }
}

impl SubjectValue {
    /// As a person reads it; `None` for a comparison.
    pub fn raw(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Number(number) => Some(number.to_string()),
            Self::Compared(_) => None,
        }
    }

    pub(super) fn of(value: &AttributeValue) -> Self {
        value.raw().parse().map_or_else(|_| Self::Text(value.raw().to_owned()), Self::Number)
    }
}

/// The contexts of a document of this model.
pub(super) fn contexts(model: W3cModel) -> Vec<Value> {
    let vocabulary = json!({"@vocab": "https://www.w3.org/ns/credentials/issuer-dependent#"});
    match model {
        W3cModel::V1 { .. } => vec![json!(V1), json!(DATA_INTEGRITY), vocabulary],
        W3cModel::V2 => vec![json!(V2), vocabulary],
    }
}

/// Whether the contexts are exactly those of one of the models: others could give the claims another meaning.
pub(super) fn check_contexts(context: &[Value]) -> Result<(), ObjectError> {
    let first = W3cModel::V1 { issued: Timestamp::UNIX_EPOCH };
    if [first, W3cModel::V2].into_iter().any(|model| contexts(model) == context) {
        return Ok(());
    }
    Err(ObjectError::Contradiction("the contexts are not those of an AnonCreds credential in its W3C form"))
}

impl W3cCredential {
    /// The W3C form of a credential.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn from_credential(credential: &Credential, issuer: IssuerId, model: W3cModel) -> Result<Self, ObjectError> {
        let issuance_date = match model {
            W3cModel::V1 { issued } => Some(issued),
            W3cModel::V2 => None,
        };
        Ok(Self {
            context: contexts(model),
            types: vec!["VerifiableCredential".to_owned()],
            issuer,
            credential_subject: subject_of(credential.values()),
            proof: OneOrMany::Many(vec![proof_of(credential)?]),
            id: None,
            issuance_date,
            valid_from: None,
        })
    }

    /// The same credential in the form of AnonCreds.
    ///
    /// # Errors
    /// [`ObjectError`]: the document breaks the form, or has no such proof.
    pub fn to_credential(&self) -> Result<Credential, ObjectError> {
        self.check()?;
        let proof = SuiteProof::of(self.proof.iter())?;
        let signature: Signed = proof.value()?;
        if proof.verification_method != signature.cred_def_id.as_str() {
            return Err(ObjectError::Contradiction("the proof names two credential definitions"));
        }
        let mut values = Values::new();
        for (name, value) in &self.credential_subject {
            let raw = value.raw().ok_or(ObjectError::Contradiction("a credential has claims, no comparisons"))?;
            values.insert(name.clone(), AttributeValue::new(raw)?);
        }
        Credential::try_from(CredentialShape {
            schema_id: signature.schema_id,
            cred_def_id: signature.cred_def_id,
            rev_reg_id: signature.rev_reg_id,
            values,
            signature: signature.signature,
            signature_correctness_proof: signature.signature_correctness_proof,
            rev_reg: signature.rev_reg,
            witness: signature.witness,
        })
    }

    /// Takes the blinding off and checks everything, as [`Credential::process`], and that the issuer is the
    /// definition's.
    ///
    /// # Errors
    /// [`IssuanceError`]: what does not fit.
    pub fn process(
        mut self,
        metadata: &CredentialRequestMetadata,
        link_secret: &LinkSecret,
        definition: &CredentialDefinition,
        registry: Option<&RevocationRegistryDefinition>,
    ) -> Result<Self, IssuanceError> {
        if self.issuer != *definition.issuer_id() {
            let problem = "the issuer is another than the credential definition's";
            return Err(ObjectError::Contradiction(problem).into());
        }
        let credential = self.to_credential()?.process(metadata, link_secret, definition, registry)?;
        let own = proof_of(&credential)?;
        let suite = own.get("cryptosuite");
        match &mut self.proof {
            OneOrMany::One(proof) => *proof = own,
            OneOrMany::Many(all) => {
                if let Some(proof) = all.iter_mut().find(|proof| proof.get("cryptosuite") == suite) {
                    *proof = own;
                }
            }
        }
        Ok(self)
    }

    /// Who issued it.
    pub fn issuer(&self) -> &IssuerId {
        &self.issuer
    }

    /// Its claims.
    pub fn subject(&self) -> &BTreeMap<String, SubjectValue> {
        &self.credential_subject
    }

    pub(super) fn check(&self) -> Result<(), ObjectError> {
        check_contexts(&self.context)?;
        if !self.types.iter().any(|name| name == "VerifiableCredential") {
            return Err(ObjectError::Contradiction("the document is no VerifiableCredential"));
        }
        if self.credential_subject.len() > MAX_ATTRIBUTES {
            return Err(ObjectError::TooLarge { what: "the credential's number of values", limit: MAX_ATTRIBUTES });
        }
        if self.context.first().and_then(Value::as_str) == Some(V1) && self.issuance_date.is_none() {
            return Err(ObjectError::Empty("the credential's issuanceDate"));
        }
        Ok(())
    }
}

fn subject_of(values: &Values) -> BTreeMap<String, SubjectValue> {
    values.iter().map(|(name, value)| (name.clone(), SubjectValue::of(value))).collect()
}

fn proof_of(credential: &Credential) -> Result<Value, ObjectError> {
    let (correctness, registry, witness) = credential.parts();
    let value = Signed {
        schema_id: credential.schema_id().clone(),
        cred_def_id: credential.credential_definition_id().clone(),
        rev_reg_id: credential.registry_id().cloned(),
        signature: credential.signature().clone(),
        signature_correctness_proof: correctness.clone(),
        rev_reg: registry.cloned(),
        witness: witness.cloned(),
    };
    let proof = SuiteProof::new(&value, credential.credential_definition_id().as_str(), None)?;
    serde_json::to_value(proof).map_err(|error| ObjectError::parts("the W3C proof", error))
}

/// An instant as the reference implementation writes it: a second's fraction has no digit, three, six or nine of them.
#[expect(clippy::ref_option, reason = "serde hands a member over by reference")]
fn instant<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    let Some(at) = at else { return serializer.serialize_none() };
    let digits = match at.subsec_nanosecond() {
        0 => 0,
        nanoseconds if nanoseconds % 1_000_000 == 0 => 3,
        nanoseconds if nanoseconds % 1_000 == 0 => 6,
        _ => 9,
    };
    serializer.collect_str(&format_args!("{at:.digits$}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_keeps_the_zeros_that_the_reference_implementation_writes() {
        for text in [
            "2026-11-24T07:43:15Z",
            "2026-11-24T07:43:15.500Z",
            "2026-11-24T07:43:15.479200Z",
            "2026-11-24T07:43:15.479205760Z",
        ] {
            let at: Timestamp = text.parse().unwrap();
            assert_eq!(instant(&Some(at), serde_json::value::Serializer).unwrap(), text);
        }
    }
}
