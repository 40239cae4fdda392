//! W3C Verifiable Credentials (data models 1.1 and 2.0) with linked-data proofs.
//!
//! What a person is shown must be what the issuer signed. A linked-data proof covers the statements that a
//! document's JSON-LD contexts make of it, not its text: a member that no context defines, a relative
//! identifier or a null makes no statement, so that it could be added or changed under a valid signature.
//! This crate therefore reads credentials strictly ([`check`]): every member must make a statement, every
//! context must be one of those bundled here and pinned by their hash, or stand in the document, which
//! [`Verification`] then says. There is no network and no clock here: who calls brings the issuer's keys
//! ([`IssuerKeys`]) and the time.
//!
//! - [`check`] reads a credential's structure before it is offered, requested or signed.
//! - [`sign`] adds a proof, in one of the four [`Suite`]s.
//! - [`verify`] says, check by check, what holds.
//! - [`status`] tells whether a credential still stands.
//! - [`Vocabulary`] tells which types and terms contexts offer for new credentials.
//! - [`Summary`] is what lists, cards and search show.

mod bundled;
mod canonical;
mod context;
mod credential;
mod error;
mod name;
mod proof;
mod statements;
pub mod status;
mod suite;
mod summary;
mod verify;
mod vocabulary;

pub use bundled::{BundledContext, bundled_contexts};
pub use credential::{Checked, DataModel, check, issuer_of, proofs_of, verification_method_of, without_proof};
pub use error::CredentialError;
pub use proof::{ProofOptions, required_contexts, sign};
pub use suite::Suite;
pub use summary::{Claim, Summary};
pub use verify::{Check, CheckKind, IssuerKeys, KeyDocument, Outcome, Verification, verify};
pub use vocabulary::{Takes, Vocabulary, VocabularyTerm};
