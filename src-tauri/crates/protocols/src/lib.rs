//! The Aries protocols as pure state machines: given a record and an input, what now?
//!
//! Each protocol is a folder named as its RFC; in it `message.rs` holds what crosses the wire, and one file a role
//! holds a state enum in which each state owns what it needs. No IO, no clock, no randomness: see [`step`].

pub mod basic_message;
pub mod connection;
pub mod connections;
pub mod did_exchange;
pub mod did_rotate;
pub mod discover_features;
pub mod issue_credential;
pub mod out_of_band;
pub mod report_problem;
pub mod step;
pub mod trust_ping;

pub use step::{Context, InvitationProblem, ProtocolError, Step};
