//! did:cheqd: the networks that a wallet knows, reading their documents and resources, and writing to them through a
//! registrar that never sees a key.
//!
//! A change of the ledger is a [`LedgerJob`]: [planned](Plan) and kept with its keys before anything is sent, asked of
//! the registrar, signed only if the registrar's payload equals the one that is made here byte for byte, and finished
//! when the network's resolver shows it. After an interruption it goes on by itself.

pub(crate) mod dereference;
pub(crate) mod desk;
mod endpoint;
mod error;
mod finish;
pub(crate) mod job;
mod jobs;
pub(crate) mod kept;
pub mod network;
mod on_ledger;
mod operation;
mod plan;
mod publish;
mod registrar;
pub(crate) mod resolve;
mod signers;
mod work;
mod write;

pub use dereference::{Dereferenced, Freshness};
pub(crate) use desk::Desk;
pub use endpoint::EndpointKind;
pub use error::LedgerError;
pub use finish::{CHEQD, DEACTIVATED, POSTED};
pub use job::{JobState, LedgerJob, Wanted, WantedResource};
pub use jobs::{NetworkCheck, Reach};
pub use network::{Network, UniversalResolver};
pub use plan::{CreateCheqdDid, KeyForm, Plan};
pub use publish::{PublishResource, PublishedResource};
