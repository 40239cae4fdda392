//! The ledger from outside, over its HTTP: golden signatures, the real ledger's rejection cases, the registrar's and
//! the resolver's answers, restarts.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod golden;
mod harness;
mod program;
mod registrar;
mod rejections;
mod resolver;
mod restart;
