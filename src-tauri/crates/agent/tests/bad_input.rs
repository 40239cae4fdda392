//! What a hostile or broken world can send: no envelopes, envelopes for others, messages out of turn, credentials that
//! are not what was requested, peers that do not behave, a full disk. Each is refused with a reason, changes nothing and
//! loses nothing, and afterwards a flow works as before.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "bad_input/bytes.rs"]
mod bytes;
#[path = "bad_input/credentials.rs"]
mod credentials;
#[path = "bad_input/disk.rs"]
mod disk;
#[path = "bad_input/forger.rs"]
mod forger;
#[path = "bad_input/invitations.rs"]
mod invitations;
#[path = "bad_input/messages.rs"]
mod messages;
#[path = "bad_input/peers.rs"]
mod peers;
#[path = "bad_input/strangers.rs"]
mod strangers;
mod support;
#[path = "bad_input/takeover.rs"]
mod takeover;
