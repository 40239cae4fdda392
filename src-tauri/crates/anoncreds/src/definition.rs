//! Credential definitions: an issuer's keys for one schema (AnonCreds v1.0, section 5.4), their private parts, and the
//! proof that the keys were made as they should be.

use anoncreds_clsignatures as cl;
use serde::{Deserialize, Serialize};

use crate::attribute::attribute_key;
use crate::bounded;
use crate::identifier::{IssuerId, SchemaId};
use crate::object_error::ObjectError;
use crate::schema::{LINK_SECRET_ATTRIBUTE, Schema, check_length};

/// An issuer's published keys for one schema.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "DefinitionShape")]
pub struct CredentialDefinition {
    schema_id: SchemaId,
    #[serde(rename = "type")]
    kind: SignatureType,
    tag: String,
    value: DefinitionKeys,
    issuer_id: IssuerId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DefinitionShape {
    schema_id: SchemaId,
    #[serde(rename = "type")]
    kind: SignatureType,
    tag: String,
    value: DefinitionKeys,
    issuer_id: IssuerId,
}

/// The only kind of signature that AnonCreds v1.0 knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum SignatureType {
    #[serde(rename = "CL")]
    Cl,
}

/// The public keys: one that signs the attributes, and one for revocation where that is wanted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DefinitionKeys {
    #[serde(deserialize_with = "bounded::part")]
    primary: cl::CredentialPrimaryPublicKey,
    #[serde(default, deserialize_with = "bounded::optional_part", skip_serializing_if = "Option::is_none")]
    revocation: Option<cl::CredentialRevocationPublicKey>,
}

impl CredentialDefinition {
    pub(crate) fn from_parts(
        schema_id: SchemaId,
        issuer_id: IssuerId,
        tag: String,
        key: &cl::CredentialPublicKey,
    ) -> Result<Self, ObjectError> {
        check_length("the definition's tag", &tag)?;
        let primary = key
            .get_primary_key()
            .try_clone()
            .map_err(|error| ObjectError::parts("the credential definition", error))?;
        let value = DefinitionKeys { primary, revocation: key.get_revocation_key().cloned() };
        Ok(Self { schema_id, kind: SignatureType::Cl, tag, value, issuer_id })
    }

    /// The schema that it is for.
    pub fn schema_id(&self) -> &SchemaId {
        &self.schema_id
    }

    /// Who signs with it.
    pub fn issuer_id(&self) -> &IssuerId {
        &self.issuer_id
    }

    /// What tells it from others of the issuer for the same schema.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// Whether its credentials can be revoked.
    pub fn is_revocable(&self) -> bool {
        self.value.revocation.is_some()
    }

    /// Whether its keys are for exactly the attributes of `schema`.
    ///
    /// # Errors
    /// [`ObjectError`] when the keys cannot be looked at.
    pub fn fits(&self, schema: &Schema) -> Result<bool, ObjectError> {
        let mut wanted: Vec<String> = schema.attribute_names().iter().map(|name| attribute_key(name)).collect();
        wanted.push(LINK_SECRET_ATTRIBUTE.to_owned());
        wanted.sort();
        Ok(self.attribute_keys()? == wanted)
    }

    /// The attributes that its keys sign, sorted, the link secret's among them.
    pub(crate) fn attribute_keys(&self) -> Result<Vec<String>, ObjectError> {
        let failed = |error: serde_json::Error| ObjectError::parts("the credential definition", error);
        let key = serde_json::to_value(&self.value.primary).map_err(failed)?;
        let mut names: Vec<String> = key
            .get("r")
            .and_then(serde_json::Value::as_object)
            .map(|members| members.keys().cloned().collect())
            .unwrap_or_default();
        names.sort();
        Ok(names)
    }

    pub(crate) fn public_key(&self) -> Result<cl::CredentialPublicKey, ObjectError> {
        cl::CredentialPublicKey::build_from_parts(&self.value.primary, self.value.revocation.as_ref())
            .map_err(|error| ObjectError::parts("the credential definition", error))
    }
}

impl TryFrom<DefinitionShape> for CredentialDefinition {
    type Error = ObjectError;

    fn try_from(shape: DefinitionShape) -> Result<Self, ObjectError> {
        check_length("the definition's tag", &shape.tag)?;
        let DefinitionShape { schema_id, kind, tag, value, issuer_id } = shape;
        let definition = Self { schema_id, kind, tag, value, issuer_id };
        if !definition.attribute_keys()?.iter().any(|name| name == LINK_SECRET_ATTRIBUTE) {
            return Err(ObjectError::parts("the credential definition", "there is no key for the link secret"));
        }
        Ok(definition)
    }
}

impl PartialEq for CredentialDefinition {
    fn eq(&self, other: &Self) -> bool {
        self.schema_id == other.schema_id
            && self.tag == other.tag
            && self.issuer_id == other.issuer_id
            && self.value.primary == other.value.primary
            && self.value.revocation == other.value.revocation
    }
}

/// The private keys of a definition: who has them issues in the issuer's name. It has no `Debug`; its JSON belongs in
/// the vault alone.
#[derive(Serialize, Deserialize)]
pub struct CredentialDefinitionPrivate {
    #[serde(deserialize_with = "bounded::part")]
    pub(crate) value: cl::CredentialPrivateKey,
}

/// The proof, in every offer, that the definition's keys were made as they should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyCorrectnessProof {
    #[serde(deserialize_with = "bounded::part")]
    pub(crate) value: cl::CredentialKeyCorrectnessProof,
}
