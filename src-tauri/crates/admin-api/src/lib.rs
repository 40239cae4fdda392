//! ACA-Py's admin API (1.6.1) over a wallet, with its webhooks and its command line: a controller written for ACA-Py
//! drives this wallet unchanged. What ACA-Py was recorded to answer wins over its description, its description over
//! prose.
//!
//! [`Api`] is a router that the headless binary serves and the app can mount; [`webhooks`] tell a controller what was
//! committed, however long it is away; [`command`] is the binary.

mod api;
mod call;
pub mod command;
mod error;
mod guard;
mod openapi;
mod route;
mod routes;
mod socket;
mod views;
pub mod webhooks;

pub use api::{Api, ApiOptions};
pub use error::ApiError;
pub use guard::Access;
pub use openapi::ACAPY_VERSION;
