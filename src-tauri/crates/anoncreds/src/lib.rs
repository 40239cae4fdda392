//! AnonCreds (AnonCreds specification v1.0): the objects that issuer, holder and verifier exchange and publish, over
//! the CL signatures of `anoncreds-clsignatures`. No mathematics is done here.
//!
//! The JSON of every object is that of the reference implementation. What is read is bounded and checked at the door:
//! identifiers are URIs or the legacy form, names and numbers have limits, and what the mathematics is given has been
//! looked at first ([`ObjectError`]). There is no network, no file and no clock here; randomness is
//! `anoncreds-clsignatures`' own.
//!
//! - [`Schema`], [`CredentialDefinition`], [`RevocationRegistryDefinition`] and [`RevocationStatusList`] are published.
//! - [`AttributeValue`] is a claim with the number that is signed for it ([`encode`]).
//! - [`CredentialOffer`], [`CredentialRequest`] and [`Credential`] go between issuer and holder;
//!   [`create_credential_definition`] and [`issue_credential`] are the issuer's, [`CredentialRequest::create`] and
//!   [`Credential::process`] the holder's steps. A step that fails says why ([`IssuanceError`]).
//! - [`PresentationRequest`] and [`Presentation`] go between verifier and holder: [`create_presentation`] and
//!   [`Presentation::verify`]. What does not fit is a [`PresentationError`] each.
//! - [`W3cCredential`] and [`W3cPresentation`] are the same in the form of the W3C data models.
//! - [`create_revocation_registry`], [`RevocationStatusList::update`] and [`RevocationState`] are revocation.

mod attribute;
mod bounded;
mod credential;
mod credential_request;
mod definition;
mod identifier;
mod issuance_error;
mod issuer;
mod link_secret;
mod nonce;
mod object_error;
mod offer;
mod presentation;
mod presentation_error;
mod presentation_request;
mod prove;
mod query;
mod revocation;
mod revocation_registry;
mod schema;
mod status_list;
mod sub_proof;
mod tails;
mod verify;
mod w3c;

pub use attribute::{AttributeValue, MAX_RAW, attribute_key, encode};
pub use credential::{Credential, Values};
pub use credential_request::{CredentialRequest, CredentialRequestMetadata, Entropy};
pub use definition::{CredentialDefinition, CredentialDefinitionPrivate, DefinitionKeys, KeyCorrectnessProof};
pub use identifier::{CredentialDefinitionId, IssuerId, MAX_IDENTIFIER, RevocationRegistryId, SchemaId};
pub use issuance_error::IssuanceError;
pub use issuer::{NewDefinition, RegistryPlace, create_credential_definition, issue_credential};
pub use link_secret::LinkSecret;
pub use nonce::Nonce;
pub use object_error::ObjectError;
pub use offer::CredentialOffer;
pub use presentation::{
    Identifier, MAX_CREDENTIALS, Presentation, Published, RequestedProof, RevealedAttribute, RevealedGroup,
    SubProofReferent,
};
pub use presentation_error::PresentationError;
pub use presentation_request::{
    MAX_REQUESTED, NonRevokedInterval, PredicateType, PresentationRequest, RequestedAttribute, RequestedPredicate,
};
pub use prove::{Presented, create_presentation};
pub use query::Query;
pub use revocation::{Issuance, RevocationState, create_revocation_registry};
pub use revocation_registry::{
    MAX_REGISTRY_SIZE, RegistryKeys, RegistryValue, RevocationRegistryDefinition, RevocationRegistryPrivate,
};
pub use schema::{MAX_ATTRIBUTES, MAX_NAME, Schema};
pub use status_list::RevocationStatusList;
pub use tails::{TailsFile, check_tails, tails_length};
pub use verify::IntervalOverrides;
pub use w3c::{SubjectValue, W3cCredential, W3cModel, W3cPresentation, W3cPresented, create_w3c_presentation};
