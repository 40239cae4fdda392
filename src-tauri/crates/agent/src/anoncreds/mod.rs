//! did:cheqd as the registry of AnonCreds: schemas, credential definitions, revocation registries and their status lists
//! are published as DID-linked resources and read from there, as the AnonCreds object method of cheqd has it. An object
//! is found under its DID URL as it was given; names are the publisher's own affair and never guessed. What is read is
//! bounded before it is parsed, and must be of the DID that it was found under: the ledger, not the object, says who
//! issued it.

mod error;
mod object;
mod publish;
mod read;
mod status_list;

pub use error::RegistryError;
pub use object::ObjectKind;
pub use publish::PublishedStatusList;
pub use status_list::FoundStatusList;
