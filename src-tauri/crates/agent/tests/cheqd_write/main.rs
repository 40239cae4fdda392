//! Writing to a did:cheqd ledger, with a local one: every operation, every interruption, and registrars that lie.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod harness;
mod interruptions;
mod operations;
mod refusals;
