//! Credentials that can be taken back, between two wallets and a local ledger: suspended, restored, revoked, and seen to
//! be; with the ledger down, its answers changed, and the wallet ended in the middle.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "../cheqd_write/harness.rs"]
#[allow(dead_code, unused_imports, reason = "a part is used here")]
mod harness;
#[path = "../support/mod.rs"]
mod support;

mod holder;
mod issuer;
mod ledger_down;
mod pair;
mod restored;
mod wrong_lists;
