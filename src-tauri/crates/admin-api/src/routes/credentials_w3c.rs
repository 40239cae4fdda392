//! `/credentials` and `/credential`: what the holder keeps. AnonCreds credentials have routes of their own and none of
//! them is here yet, so that their list is empty.

use axum::http::StatusCode;
use serde_json::{Value, json};
use vouchsafe_agent::{AgentError, Page};
use vouchsafe_store::CredentialFilter;

use crate::call::{Call, Kind, PAGING, param};
use crate::error::ApiError;
use crate::route::{Answer, Route};
use crate::views::credential::credential;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/credentials/w3c", "Fetch W3C credentials from wallet", list)
            .query(&[
                param("count", Kind::Number, "Maximum number of results"),
                param("start", Kind::Number, "Results left out at the start"),
            ])
            .body(
                const {
                    &[
                        param("contexts", Kind::Texts, "Contexts, all of which a credential must have"),
                        param("types", Kind::Texts, "Types, short or expanded"),
                        param("schema_ids", Kind::Texts, "Schema identifiers"),
                        param("issuer_id", Kind::Text, "Issuer identifier"),
                        param("subject_ids", Kind::Texts, "Subject identifiers"),
                        param("proof_types", Kind::Texts, "Signature suites of the proofs"),
                        param("given_id", Kind::Text, "The credential's own id"),
                        param("tag_query", Kind::Object, "Tags with their values"),
                        param("max_results", Kind::Number, "Maximum number of results"),
                    ]
                },
            ),
        Route::get("/credential/w3c/{credential_id}", "Fetch W3C credential from wallet by id", show),
        Route::delete("/credential/w3c/{credential_id}", "Remove W3C credential from wallet by id", delete),
        Route::get("/credential/{credential_id}", "Fetch AnonCreds credential from wallet by id", no_anoncreds),
        Route::delete("/credential/{credential_id}", "Remove AnonCreds credential from wallet by id", no_anoncreds),
        Route::get("/credential/mime-types/{credential_id}", "Get attribute MIME types from wallet", no_anoncreds),
        Route::get("/credential/revoked/{credential_id}", "Query credential revocation status by id", no_anoncreds),
        Route::get("/credentials", "Fetch AnonCreds credentials from wallet", anoncreds)
            .query(&[
                param("count", Kind::Number, "Maximum number of results"),
                param("start", Kind::Number, "Results left out at the start"),
                param("wql", Kind::Text, "Query"),
            ])
            .query(&PAGING),
    ]
}

async fn list(call: Call) -> Answer {
    let mut tags = Vec::new();
    for (name, value) in call.body.object("tag_query").unwrap_or_default() {
        let Value::String(value) = value else {
            return Err(ApiError::field("tag_query", "Only tags with the text that they shall have are taken."));
        };
        tags.push((name, value));
    }
    let filter = CredentialFilter {
        contexts: call.body.texts("contexts"),
        types: call.body.texts("types"),
        schema_ids: call.body.texts("schema_ids"),
        issuer_id: call.body.text("issuer_id"),
        subject_ids: call.body.texts("subject_ids"),
        proof_types: call.body.texts("proof_types"),
        given_id: call.body.text("given_id"),
        tags,
        ..CredentialFilter::default()
    };
    let limit = call.query.number("count").or_else(|| call.body.number("max_results")).unwrap_or(1000);
    let page = Page { limit: limit.min(10_000), offset: call.query.number("start").unwrap_or(0), descending: false };
    let results = call
        .api
        .agent()
        .store()
        .read(move |reader| {
            let mut results = Vec::new();
            for found in reader.credentials(&filter, page)? {
                results.extend(reader.credential(&found.record_id)?.as_ref().map(credential));
            }
            Ok::<_, AgentError>(results)
        })
        .await?;
    Ok(json!({ "results": results }))
}

async fn show(call: Call) -> Answer {
    Ok(credential(&call.api.agent().credential(call.path("credential_id")).await?))
}

async fn delete(call: Call) -> Answer {
    call.api.agent().delete_credential(call.path("credential_id")).await?;
    Ok(json!({}))
}

async fn anoncreds(_: Call) -> Answer {
    Ok(json!({ "results": [] }))
}

async fn no_anoncreds(call: Call) -> Answer {
    let id = crate::error::cut(call.path("credential_id"));
    Err(ApiError::new(StatusCode::NOT_FOUND, format!("Credential {id} not found in wallet.")))
}
