//! did:cheqd: the networks that a wallet knows, reading their documents and resources, and writing to them through a
//! registrar that never sees a key.

pub mod network;

pub use network::{Network, UniversalResolver};
