//! Decentralised identifiers: their documents and how to come by them.
//!
//! [`Did`] and [`DidUrl`] are the identifiers, [`DidDocument`] is what one stands for. [`key`], [`peer`], [`jwk`] and
//! [`legacy`] make documents out of the identifiers themselves; [`web`] and [`cheqd`] say where one is to be fetched and
//! read what is found there; [`Resolver`] puts them together, with a cache that knows how old each document is.
//! Documents come from strangers: what is parsed here is bounded, a key that is not understood is a key that cannot be
//! used, and a document speaks for its own DID alone.

mod base58;
mod base64url;
mod cache;
pub mod cheqd;
mod did;
mod document;
pub mod jwk;
pub mod key;
pub mod legacy;
pub mod peer;
mod public_key;
mod resolver;
mod service;
pub mod web;

pub use did::{Did, DidUrl, MAX_DID_BYTES, MalformedDid};
pub use document::{DidDocument, DocumentError, MAX_DOCUMENT_BYTES, VerificationMethod};
pub use peer::{NewService, QUEUE_ENDPOINT};
pub use public_key::PublicKey;
pub use resolver::{BoxFuture, Clock, Fetch, Fetched, ResolveError, Resolved, Resolver};
pub use service::{DidCommService, Service};
