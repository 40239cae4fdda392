//! The routes, a file a resource.

mod connections;
mod credentials_w3c;
mod did_cheqd;
mod did_rotate;
mod didexchange;
mod discover_features;
mod issue_credential;
mod out_of_band;
mod resolver;
mod server;
mod vc;
mod vc_status;
mod wallet;
mod wallet_keys;

use vouchsafe_agent::connect::DidMethod;

use crate::error::ApiError;
use crate::route::{Route, tagged};

pub(crate) use wallet::read_seed;

/// All of them.
pub(crate) fn all() -> Vec<Route> {
    [
        tagged("connection", connections::routes()),
        tagged("credentials", credentials_w3c::routes()),
        tagged("did", did_cheqd::routes()),
        tagged("did-exchange", didexchange::routes()),
        tagged("did-rotate", did_rotate::routes()),
        tagged("discover-features v2.0", discover_features::routes()),
        tagged("issue-credential v2.0", issue_credential::routes()),
        tagged("out-of-band", out_of_band::routes()),
        tagged("resolver", resolver::routes()),
        tagged("server", server::routes()),
        tagged("vc-api", vc::routes()),
        tagged("vc-api", vc_status::routes()),
        tagged("wallet", wallet::routes()),
        tagged("wallet", wallet_keys::routes()),
    ]
    .concat()
}

/// `use_did_method`, as ACA-Py names the methods.
fn did_method(word: &str) -> Option<DidMethod> {
    match word {
        "did:peer:2" => Some(DidMethod::Peer2),
        "did:peer:4" => Some(DidMethod::Peer4),
        "sov" | "did:sov" => Some(DidMethod::Legacy),
        _ => None,
    }
}

/// A mediator was named, and mediation is not served.
fn no_mediation(mediation_id: Option<String>) -> Result<(), ApiError> {
    match mediation_id {
        None => Ok(()),
        Some(id) => Err(ApiError::no_record("mediation_requests", &id)),
    }
}
