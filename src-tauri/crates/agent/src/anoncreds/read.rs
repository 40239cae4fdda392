//! Reading what never changes: schemas, credential definitions, revocation registries. Named by their resource's id they
//! are fetched once and kept for good.

use vouchsafe_anoncreds::{
    CredentialDefinition, CredentialDefinitionId, RevocationRegistryDefinition, RevocationRegistryId, Schema, SchemaId,
};
use vouchsafe_dids::cheqd::CheqdUrl;

use super::error::excerpt;
use super::object::Registered;
use super::{ObjectKind, RegistryError};
use crate::Agent;

impl Agent {
    /// The schema under this identifier.
    ///
    /// # Errors
    /// [`RegistryError`]: it is not there, cannot be had now, or is not what it should be.
    pub async fn schema(&self, id: &SchemaId) -> Result<Schema, RegistryError> {
        Ok(self.registered(ObjectKind::Schema, id.as_str()).await?.object)
    }

    /// The credential definition under this identifier. Its issuer is the DID that published it; its schema may be
    /// another issuer's.
    ///
    /// # Errors
    /// As [`Agent::schema`].
    pub async fn credential_definition(
        &self,
        id: &CredentialDefinitionId,
    ) -> Result<CredentialDefinition, RegistryError> {
        Ok(self.registered(ObjectKind::CredentialDefinition, id.as_str()).await?.object)
    }

    /// The revocation registry under this identifier. It is for a definition of the same issuer.
    ///
    /// # Errors
    /// As [`Agent::schema`].
    pub async fn revocation_registry(
        &self,
        id: &RevocationRegistryId,
    ) -> Result<RevocationRegistryDefinition, RegistryError> {
        Ok(self.registered_registry(id).await?.object)
    }

    pub(super) async fn registered_registry(
        &self,
        id: &RevocationRegistryId,
    ) -> Result<Registered<RevocationRegistryDefinition>, RegistryError> {
        let kind = ObjectKind::RevocationRegistry;
        let found: Registered<RevocationRegistryDefinition> = self.registered(kind, id.as_str()).await?;
        let definition = found.object.credential_definition_id().as_str();
        // Who revokes is who issued: a registry for somebody else's definition says nothing about its credentials.
        let of_issuer = definition.parse::<CheqdUrl>().is_ok_and(|url| *url.did() == found.did);
        if !of_issuer {
            let (issuer, did) = (excerpt(definition), found.did.to_string());
            return Err(RegistryError::OtherIssuer { kind, id: excerpt(id.as_str()), issuer, did });
        }
        Ok(found)
    }
}
