//! The running wallet: takes a step, commits it, delivers what it promised.
//!
//! One message's way: a [transport] takes bytes, bounded in size and time; [`inbound`] opens them with the wallet's
//! key; [`dispatch`] decides by type and sender who may say this; the protocol's handler gathers what it needs and
//! commits one pure step as a [`unit`] (record, credential, outgoing messages, history, the id seen: all or nothing);
//! the [`outbox`] delivers; [`policy`] takes the steps that follow by themselves. A person's decision and an API call
//! are inputs to the same steps.
//!
//! What stands elsewhere is asked for while gathering and changed after a commit: [`cheqd`] reads and writes the ledger,
//! [`anoncreds`] keeps AnonCreds objects there, [`status`] says whether credentials stand, [`resolution`] keeps the
//! documents of others with their age.

mod agent;
pub mod anoncreds;
mod attachments;
pub mod cheqd;
pub mod config;
pub mod connect;
mod delivery;
mod did_endpoint;
mod dispatch;
mod error;
mod event;
mod housekeeping;
pub mod inbound;
pub mod issue;
mod outbox;
mod policy;
pub mod qr;
mod records;
mod resolution;
pub mod restored;
pub mod runs;
pub mod status;
pub mod transport;
pub mod unit;
mod universal_resolver;
pub mod wallet_dids;
pub mod wallet_keys;

pub use agent::Agent;
pub use attachments::LinkError;
pub use config::{Config, Limits, Policy, PrivateAddresses};
pub use dispatch::PROTOCOLS;
pub use error::{AgentError, InvitationError, Result, Unresolved};
pub use event::{Event, Observer};
pub use resolution::Resolution;
pub use vouchsafe_store::Page;
