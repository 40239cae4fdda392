//! Issue Credential 2.0 (RFC 0453) with linked-data proofs (RFC 0593): proposal, offer, request, credential, ack.
//!
//! [`message`] is what crosses the wire, [`exchange`] the record that both roles keep, [`holder`] and [`issuer`] the
//! two state machines; what a credential format adds is behind [`format`]. The other side is a stranger: nothing is
//! requested but what was offered, nothing is taken but what was requested, and nothing is issued twice.

pub mod exchange;
pub mod format;
pub mod holder;
pub mod issuer;
pub mod ld_proof;
pub mod message;
pub mod stage;

pub use exchange::{AbandonedBy, CredentialExchange, Event, Initiator, Received, Role, Start, State};
pub use format::{Format, FormatError, Payload, Stage};
pub use ld_proof::LdProofDetail;
pub use message::{CredentialPreview, Kind, PreviewAttribute};

/// What every step here answers with.
pub type ExchangeStep = crate::Step<CredentialExchange, Event>;
