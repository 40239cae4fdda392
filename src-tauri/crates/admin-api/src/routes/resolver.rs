//! `/resolver`: DID documents.

use axum::http::StatusCode;
use serde_json::json;
use vouchsafe_agent::{AgentError, Unresolved};

use crate::call::Call;
use crate::error::ApiError;
use crate::route::{Answer, Route};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/resolver/resolve/{did}", "Retrieve the DID document of the requested DID", resolve)]
}

async fn resolve(call: Call) -> Answer {
    match call.api.agent().resolve(call.path("did")).await {
        Ok(found) => Ok(json!(found)),
        Err(error @ AgentError::Resolution { kind, .. }) => {
            // As ACA-Py's route answers, which has a 500 for what is no answer.
            let status = match kind {
                Unresolved::NotFound => StatusCode::NOT_FOUND,
                Unresolved::Unsupported => StatusCode::NOT_IMPLEMENTED,
                Unresolved::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
                Unresolved::NoAnswer => StatusCode::BAD_GATEWAY,
            };
            Err(ApiError::new(status, error.to_string()))
        }
        Err(error) => Err(error.into()),
    }
}
