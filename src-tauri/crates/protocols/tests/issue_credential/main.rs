//! Issue Credential 2.0 from outside: replayed against recorded peers, in any order of messages and steps, and one
//! machine against the other over a bad network.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod any_order;
mod between;
mod codec;
mod recorded;
mod steps;
mod world;
