//! Revocation registries: the published keys of an accumulator, and where its tails file is (AnonCreds v1.0, section
//! 5.5). Credentials have places in it from 1 up to its size.

use anoncreds_clsignatures as cl;
use serde::{Deserialize, Serialize};

use crate::bounded;
use crate::identifier::{CredentialDefinitionId, IssuerId};
use crate::object_error::ObjectError;
use crate::schema::check_length;

/// The most credentials in one registry: what ACA-Py allows. Its tails file has 8 MiB.
pub const MAX_REGISTRY_SIZE: u32 = 32_768;
/// The longest place of a tails file, in bytes.
const MAX_LOCATION: usize = 4096;
/// A SHA-256 in base 58 has at most 44 characters.
const MAX_HASH: usize = 44;

/// A published registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "RegistryShape")]
pub struct RevocationRegistryDefinition {
    issuer_id: IssuerId,
    revoc_def_type: RegistryType,
    tag: String,
    cred_def_id: CredentialDefinitionId,
    value: RegistryValue,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RegistryShape {
    issuer_id: IssuerId,
    revoc_def_type: RegistryType,
    tag: String,
    cred_def_id: CredentialDefinitionId,
    value: RegistryValue,
}

/// The only kind of registry that AnonCreds v1.0 knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum RegistryType {
    #[serde(rename = "CL_ACCUM")]
    ClAccum,
}

/// Size, key and tails file of a registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistryValue {
    max_cred_num: u32,
    public_keys: RegistryKeys,
    tails_hash: String,
    tails_location: String,
}

/// The accumulator's public key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RegistryKeys {
    #[serde(deserialize_with = "bounded::part")]
    accum_key: cl::RevocationKeyPublic,
}

impl RevocationRegistryDefinition {
    pub(crate) fn from_parts(
        issuer_id: IssuerId,
        cred_def_id: CredentialDefinitionId,
        tag: String,
        size: u32,
        accum_key: cl::RevocationKeyPublic,
        (tails_hash, tails_location): (String, String),
    ) -> Result<Self, ObjectError> {
        let public_keys = RegistryKeys { accum_key };
        let value = RegistryValue { max_cred_num: size, public_keys, tails_hash, tails_location };
        RegistryShape { issuer_id, revoc_def_type: RegistryType::ClAccum, tag, cred_def_id, value }.try_into()
    }

    /// Who keeps it: the issuer of the credentials in it.
    pub fn issuer_id(&self) -> &IssuerId {
        &self.issuer_id
    }

    /// The definition whose credentials are in it.
    pub fn credential_definition_id(&self) -> &CredentialDefinitionId {
        &self.cred_def_id
    }

    /// What tells it from others of the same definition.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// How many credentials it has place for.
    pub fn size(&self) -> u32 {
        self.value.max_cred_num
    }

    /// The SHA-256 of the tails file in base 58.
    pub fn tails_hash(&self) -> &str {
        &self.value.tails_hash
    }

    /// Where the tails file is: a URL, once published.
    pub fn tails_location(&self) -> &str {
        &self.value.tails_location
    }

    /// The same, with its tails file elsewhere: it is made here before anybody can know its URL.
    ///
    /// # Errors
    /// [`ObjectError::TooLarge`].
    pub fn with_tails_location(mut self, location: impl Into<String>) -> Result<Self, ObjectError> {
        self.value.tails_location = location.into();
        self.check()?;
        Ok(self)
    }

    pub(crate) fn key(&self) -> &cl::RevocationKeyPublic {
        &self.value.public_keys.accum_key
    }

    fn check(&self) -> Result<(), ObjectError> {
        check_length("the registry's tag", &self.tag)?;
        if self.value.max_cred_num == 0 || self.value.max_cred_num > MAX_REGISTRY_SIZE {
            let problem = "a registry has place for 1 to 32768 credentials";
            return Err(ObjectError::Number { what: "the registry's size", problem });
        }
        if self.value.tails_location.len() > MAX_LOCATION {
            return Err(ObjectError::TooLarge { what: "the place of the tails file", limit: MAX_LOCATION });
        }
        let hash = bs58::decode(&self.value.tails_hash);
        if self.value.tails_hash.len() > MAX_HASH || !hash.into_vec().is_ok_and(|bytes| bytes.len() == 32) {
            return Err(ObjectError::parts("the registry", "the hash of the tails file is no SHA-256 in base 58"));
        }
        Ok(())
    }
}

impl TryFrom<RegistryShape> for RevocationRegistryDefinition {
    type Error = ObjectError;

    fn try_from(shape: RegistryShape) -> Result<Self, ObjectError> {
        let RegistryShape { issuer_id, revoc_def_type, tag, cred_def_id, value } = shape;
        let registry = Self { issuer_id, revoc_def_type, tag, cred_def_id, value };
        registry.check()?;
        Ok(registry)
    }
}

/// The private key of a registry: who has it revokes. It has no `Debug`; its JSON belongs in the vault alone.
#[derive(Serialize, Deserialize)]
pub struct RevocationRegistryPrivate {
    #[serde(deserialize_with = "bounded::part")]
    pub(crate) value: cl::RevocationKeyPrivate,
}
