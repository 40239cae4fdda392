//! Why a presentation is not made, or not believed. Each failure says what does not fit.

use crate::identifier::{CredentialDefinitionId, RevocationRegistryId, SchemaId};
use crate::object_error::ObjectError;

/// What does not fit between a request, a presentation and what is published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PresentationError {
    /// An object cannot be used.
    #[error(transparent)]
    Object(#[from] ObjectError),
    /// What was asked for is not there.
    #[error("{0} was requested, but nothing answers to it")]
    NotAnswered(String),
    /// What is there was not asked for.
    #[error("{0} was not requested, or not in this form")]
    NotRequested(String),
    /// One wish has two answers, which need not agree.
    #[error("{0} is answered twice")]
    AnsweredTwice(String),
    /// An attribute that must come from a credential was only said.
    #[error("{0} must come from a credential, but the holder only says it")]
    SelfAttested(String),
    /// The presentation points to a credential that it does not have.
    #[error("the presentation has no credential number {0}")]
    NoSuchCredential(u32),
    /// The credential has no such attribute.
    #[error("the credential that answers to {referent} has no attribute {attribute}")]
    NoSuchAttribute {
        /// The wish.
        referent: String,
        /// The attribute.
        attribute: String,
    },
    /// The text shown is not the number that was signed.
    #[error("the value shown for {0} is not the one that was signed")]
    OtherValue(String),
    /// A comparison does not hold, or the value is no 32-bit integer.
    #[error("the comparison {0} does not hold for the credential's value")]
    PredicateNotMet(String),
    /// The credential is not of a kind that the verifier takes.
    #[error("the credential that answers to {0} is not of the kind that was requested")]
    RestrictionNotMet(String),
    /// Who calls did not fetch a schema.
    #[error("the schema {0} is not at hand")]
    SchemaMissing(SchemaId),
    /// Who calls did not fetch a definition.
    #[error("the credential definition {0} is not at hand")]
    DefinitionMissing(CredentialDefinitionId),
    /// Who calls did not fetch a registry.
    #[error("the revocation registry {0} is not at hand")]
    RegistryMissing(RevocationRegistryId),
    /// Who calls did not fetch a status list.
    #[error("the status list of {registry} at {timestamp} is not at hand")]
    StatusListMissing {
        /// The registry.
        registry: RevocationRegistryId,
        /// The time that the presentation names.
        timestamp: u64,
    },
    /// Schema and definition do not belong together.
    #[error("the credential definition {definition} is not for the schema {schema}")]
    SchemaDoesNotFit {
        /// The definition.
        definition: CredentialDefinitionId,
        /// The schema.
        schema: SchemaId,
    },
    /// Registry and definition do not belong together.
    #[error("the revocation registry {0} is not for the credential's definition")]
    RegistryDoesNotFit(RevocationRegistryId),
    /// It was to be shown that a credential is not revoked, and it was not.
    #[error("it was to be shown that the credential of {0} is not revoked, and it is not shown")]
    NonRevocationMissing(CredentialDefinitionId),
    /// The status list is from outside of the time that was asked for.
    #[error("the status list shown is of {timestamp}, which is not in the time that was asked for ({from} to {to})")]
    OutsideInterval {
        /// The list's time.
        timestamp: u64,
        /// The beginning, or a dash.
        from: String,
        /// The end, or a dash.
        to: String,
    },
    /// The proof does not hold: made up, for another request, with a revoked credential, or of two holders.
    #[error("the proof does not hold: it was changed, is for another request, or a credential in it is revoked")]
    ProofRejected,
    /// The mathematics refused, with its reason.
    #[error("the proof could not be computed: {0}")]
    Computation(String),
}
