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

mod attribute;
mod bounded;
mod definition;
mod identifier;
mod link_secret;
mod nonce;
mod object_error;
mod revocation_registry;
mod schema;
mod status_list;

pub use attribute::{AttributeValue, MAX_RAW, attribute_key, encode};
pub use definition::{CredentialDefinition, CredentialDefinitionPrivate, DefinitionKeys, KeyCorrectnessProof};
pub use identifier::{CredentialDefinitionId, IssuerId, MAX_IDENTIFIER, RevocationRegistryId, SchemaId};
pub use link_secret::LinkSecret;
pub use nonce::Nonce;
pub use object_error::ObjectError;
pub use revocation_registry::{
    MAX_REGISTRY_SIZE, RegistryKeys, RegistryValue, RevocationRegistryDefinition, RevocationRegistryPrivate,
};
pub use schema::{MAX_ATTRIBUTES, MAX_NAME, Schema};
pub use status_list::RevocationStatusList;
