//! What the tests of the whole program stand on: agents as processes (ours and real ACA-Py), their admin API, and the
//! steps of the flow, written once so that every case is a row of choices.

pub mod admin;
pub mod cast;
pub mod connect;
pub mod credential;
pub mod issue;
pub mod ledger;
pub mod peer;
pub mod signed;
pub mod wait;
pub mod webhooks;
#[cfg(target_os = "linux")]
pub mod window;
