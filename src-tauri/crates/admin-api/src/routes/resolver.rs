//! `/resolver`: DID documents.

use axum::http::StatusCode;
use serde_json::json;
use vouchsafe_agent::AgentError;

use crate::call::Call;
use crate::error::ApiError;
use crate::route::{Answer, Route};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/resolver/resolve/{did}", "Retrieve the DID document of the requested DID", resolve)]
}

async fn resolve(call: Call) -> Answer {
    match call.api.agent().resolve(call.path("did")).await {
        Ok(found) => Ok(json!(found)),
        Err(error @ AgentError::Resolution { passing, .. }) => {
            let status = if passing { StatusCode::BAD_GATEWAY } else { StatusCode::NOT_FOUND };
            Err(ApiError::new(status, error.to_string()))
        }
        Err(error) => Err(error.into()),
    }
}
