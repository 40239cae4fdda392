//! Credentials: the agent's side of Issue Credential 2.0 (RFC 0453). What must be resolved, verified or signed is
//! gathered first; then one pure step is committed with the credential it stores and the messages it sends.

mod alone;
mod credentials;
mod holder;
mod inbound;
mod intents;
mod issuer;
mod lane;
pub(crate) mod policy;
mod practice;
mod proofs;
pub mod retry;
mod signing_keys;
mod steps;
mod waiting;

pub(crate) use inbound::{handle, take_attached};
pub use intents::{RequestCredential, StartExchange};
pub(crate) use issuer::open_offer;
pub(crate) use lane::{QUEUE, attach_offer};
pub use practice::is_this_computer;
pub(crate) use steps::remove as forget_offer;
pub(crate) use waiting::{await_connection, deliver};
