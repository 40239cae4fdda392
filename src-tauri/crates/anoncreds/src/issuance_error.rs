//! Why a credential is not offered, asked for, issued, accepted or revoked.

use crate::identifier::{CredentialDefinitionId, RevocationRegistryId, SchemaId};
use crate::object_error::ObjectError;

/// Why a step of issuing or revoking was not taken. Nothing was signed and nothing is changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssuanceError {
    /// An object cannot be used.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// Offer, request, definition and credential must be of one definition.
    #[error("this is for the credential definition {found}, not for {expected}")]
    OtherDefinition {
        /// The one that was agreed on.
        expected: CredentialDefinitionId,
        /// The one in the message.
        found: CredentialDefinitionId,
    },
    /// The definition is for another schema.
    #[error("the credential definition is for the schema {found}, not for {expected}")]
    OtherSchema {
        /// The one that was agreed on.
        expected: SchemaId,
        /// The definition's.
        found: SchemaId,
    },
    /// The definition's keys are not for the schema's attributes.
    #[error("the credential definition's keys are not for the attributes of its schema")]
    SchemaDoesNotFit,
    /// The definition wants an attribute that was not given.
    #[error("the attribute {0} has no value")]
    AttributeMissing(String),
    /// An attribute that the definition does not have, or has twice.
    #[error("the credential definition has no attribute {0}, or it was given twice")]
    AttributeUnknown(String),
    /// The signed number is not that of the text.
    #[error(
        "the value of {0} is not encoded as AnonCreds has it, so nobody could tell that the text is what was signed"
    )]
    WrongEncoding(String),
    /// The issuer did not prove that its keys were made as they should be.
    #[error("the offer does not prove that the issuer's keys are sound: {0}")]
    UnsoundKeys(String),
    /// The holder's blinded secret does not hold: for another offer, another definition, or damaged.
    #[error("the request does not fit the offer: {0}")]
    BlindingRejected(String),
    /// The signature does not hold: for another request, another secret, or damaged.
    #[error("the credential's signature does not hold: {0}")]
    SignatureRejected(String),
    /// The definition has no keys for revocation.
    #[error("credentials of this definition cannot be revoked: it was made without revocation")]
    NotRevocable,
    /// A credential that can be revoked came without what shows that it is not.
    #[error("the credential can be revoked, but its registry or witness is missing")]
    RegistryMissing,
    /// Registry and status list, or credential and registry, belong to others.
    #[error("the revocation registry is {found}, not {expected}")]
    OtherRegistry {
        /// The one that was agreed on.
        expected: RevocationRegistryId,
        /// The one that was found.
        found: RevocationRegistryId,
    },
    /// The registry is for another definition.
    #[error("the revocation registry is for another credential definition: {0}")]
    RegistryOfOtherDefinition(CredentialDefinitionId),
    /// The list has not as many entries as the registry.
    #[error("the status list has {found} entries, its registry {expected}")]
    OtherSize {
        /// The registry's size.
        expected: u32,
        /// The list's length.
        found: usize,
    },
    /// Places are counted from 1; the last one cannot be used.
    #[error("the registry has no place {index}: places are 1 to {last}")]
    NoSuchPlace {
        /// The place that was asked for.
        index: u32,
        /// The last one.
        last: u32,
    },
    /// The holder's credential is revoked at that time.
    #[error("the credential at place {0} is revoked")]
    Revoked(u32),
    /// A status list without a time cannot be presented.
    #[error("the status list does not say from when on it holds")]
    NoTimestamp,
    /// The tails file is not that of the registry, or could not be read or written.
    #[error("the tails file cannot be used: {0}")]
    Tails(String),
    /// The mathematics refused, with its reason. Most often memory or randomness is short.
    #[error("the credential could not be computed: {0}")]
    Computation(String),
}
