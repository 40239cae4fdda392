//! Two sides get to know each other: recorded ACA-Py and Credo messages, whole handshakes in memory, and any inputs in
//! any order.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::similar_names,
    clippy::wildcard_imports,
    clippy::too_many_lines,
    reason = "tests; inviter and invitee are the RFC's words"
)]

mod any_order;
mod between_two;
mod invitations;
mod recorded;
mod small_protocols;
mod world;
