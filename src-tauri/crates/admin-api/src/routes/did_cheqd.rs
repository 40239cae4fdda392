//! `/did/cheqd`: DIDs on the did:cheqd networks, as ACA-Py's cheqd plugin has them. Each call answers when the ledger
//! has what was asked for; one that was interrupted goes on by itself, and `/did/cheqd/jobs` (ours) tells how it stands.

use serde_json::{Map, Value, json};
use vouchsafe_agent::cheqd::{CreateCheqdDid, EndpointKind, KeyForm, LedgerJob};
use vouchsafe_store::{DidRow, LedgerJobFilter};

use super::{no_mediation, read_seed};
use crate::call::{Call, Kind, PAGING, Param, param, required};
use crate::error::{ApiError, cut};
use crate::route::{Answer, Route};
use crate::views::{Record, time};

const UPDATE: [Param; 3] = [
    required("did", Kind::Text, "DID to update"),
    required("didDocument", Kind::Object, "The new document, whole"),
    param("options", Kind::Object, "Not looked at: the DID says its network"),
];

/// What `set-did-endpoint` takes.
pub(super) const ENDPOINT: [Param; 4] = [
    required("did", Kind::Text, "DID of interest"),
    param("endpoint", Kind::Text, "Endpoint to set (omit to delete)"),
    param("endpoint_type", Kind::Text, "Endpoint (default), Profile or LinkedDomains"),
    param("mediation_id", Kind::Text, "Mediation record to be used"),
];

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/did/cheqd/create", "Create a did:cheqd", create).body(
            const {
                &[
                    param("options", Kind::Object, "network (testnet), verification_method, seed, key_type (ed25519)"),
                    param("features", Kind::Object, "Not looked at"),
                    param("didDocument", Kind::Object, "The document to publish; what it leaves out is filled in"),
                ]
            },
        ),
        Route::post("/did/cheqd/update", "Update a did:cheqd", update).body(&UPDATE),
        Route::post("/did/cheqd/deactivate", "Deactivate a did:cheqd, for good", deactivate).body(
            const {
                &[
                    required("did", Kind::Text, "DID to deactivate"),
                    param("options", Kind::Object, "Not looked at: the DID says its network"),
                ]
            },
        ),
        Route::post("/wallet/cheqd/set-did-endpoint", "Update the endpoint of a did:cheqd", set_endpoint)
            .body(&ENDPOINT),
        Route::get("/did/cheqd/jobs", "What is under way on a ledger, and what came of it", jobs)
            .query(&[
                param("did", Kind::Text, "DID of interest"),
                param("state", Kind::Text, "planned, asked, sent, finished, refused or interrupted"),
            ])
            .query(&PAGING),
        Route::post("/did/cheqd/jobs/{job_id}/resume", "Go on with what was interrupted", resume),
        Route::delete(
            "/did/cheqd/jobs/{job_id}",
            "Let what was interrupted be, if the ledger does not have it",
            dismiss,
        ),
    ]
}

async fn create(call: Call) -> Answer {
    let options = call.body.object("options").unwrap_or_default();
    let row = make(&call, &options, None, call.body.object("didDocument").map(Value::Object)).await?;
    Ok(json!({ "did": row.did, "verkey": row.verkey.map(|key| key.to_string()) }))
}

/// Makes a DID by the plugin's options; `/wallet/did/create` has its seed beside them.
pub(super) async fn make(
    call: &Call,
    options: &Map<String, Value>,
    seed: Option<String>,
    did_document: Option<Value>,
) -> Result<DidRow, ApiError> {
    let option = |name: &str| options.get(name).and_then(Value::as_str);
    if let Some(other) = option("key_type").filter(|key_type| *key_type != "ed25519") {
        let reason = format!("Must be one of: ed25519 (was {}).", cut(other));
        return Err(ApiError::field("options.key_type", &reason));
    }
    if let Some(other) = option("method_specific_id_algo").filter(|kind| *kind != "uuid") {
        let reason = format!("Must be one of: uuid (was {}).", cut(other));
        return Err(ApiError::field("options.method_specific_id_algo", &reason));
    }
    let key_form = match option("verification_method") {
        None => KeyForm::default(),
        Some(name) => KeyForm::of_name(name).ok_or_else(|| {
            let known = KeyForm::ALL.map(KeyForm::name).join(", ");
            ApiError::field("options.verification_method", &format!("Must be one of: {known}."))
        })?,
    };
    let seed = seed.or_else(|| option("seed").map(str::to_owned));
    let wanted = CreateCheqdDid {
        network: option("network").unwrap_or("testnet").to_owned(),
        key_form,
        seed: seed.map(|seed| read_seed(&seed)).transpose()?,
        did_document,
        ..CreateCheqdDid::default()
    };
    Ok(call.api.agent().create_cheqd_did(wanted).await?)
}

async fn update(call: Call) -> Answer {
    let did = call.body.text("did").unwrap_or_default();
    let document = Value::Object(call.body.object("didDocument").unwrap_or_default());
    let document = call.api.agent().update_cheqd_did(&did, document).await?;
    Ok(json!({ "did": did, "didDocument": document }))
}

async fn deactivate(call: Call) -> Answer {
    let did = call.body.text("did").unwrap_or_default();
    let document = call.api.agent().deactivate_cheqd_did(&did).await?;
    described(&call, &did, document).await
}

async fn set_endpoint(call: Call) -> Answer {
    Ok(json!({ "result": publish_endpoint(&call).await? }))
}

/// Publishes the address that the body names.
pub(super) async fn publish_endpoint(call: &Call) -> Answer {
    no_mediation(call.body.text("mediation_id"))?;
    let did = call.body.text("did").unwrap_or_default();
    let kind = call.body.word("endpoint_type", EndpointKind::of_name)?.unwrap_or_default();
    let document = call.api.agent().set_cheqd_did_endpoint(&did, call.body.text("endpoint"), kind).await?;
    described(call, &did, document).await
}

async fn described(call: &Call, did: &str, document: Value) -> Answer {
    let row = call.api.agent().did(did).await?;
    let metadata = if row.metadata.is_object() { row.metadata } else { json!({}) };
    Ok(json!({ "did": did, "didDocument": document, "didDocumentMetadata": metadata }))
}

async fn jobs(call: Call) -> Answer {
    let filter =
        LedgerJobFilter { did: call.query.text("did"), state: call.query.text("state"), ..LedgerJobFilter::default() };
    let found = call.api.agent().ledger_jobs(filter, call.page()).await?;
    Ok(json!({ "results": found.iter().map(job).collect::<Vec<_>>() }))
}

async fn resume(call: Call) -> Answer {
    Ok(job(&call.api.agent().resume_ledger_job(call.path("job_id")).await?))
}

async fn dismiss(call: Call) -> Answer {
    // The ledger had it after all: then it is told, and not forgotten.
    let found = call.api.agent().dismiss_ledger_job(call.path("job_id")).await?;
    Ok(found.as_ref().map_or_else(|| json!({}), job))
}

fn job(job: &LedgerJob) -> Value {
    Record::default()
        .with("created_at", time(job.created_at))
        .with("updated_at", time(job.updated_at))
        .with("job_id", job.id.as_str())
        .with("network", job.network.as_str())
        .with("did", job.did.as_str())
        .with("operation", job.operation())
        .with("state", job.state_word())
        .maybe("next_attempt_at", job.next_attempt_at.map(time))
        .maybe("error_code", job.error().map(vouchsafe_agent::cheqd::LedgerError::code))
        .maybe("error_msg", job.error().map(ToString::to_string))
        .done()
}
