//! `/issue-credential-2.0`: exchanges of credentials (RFC 0453), for both roles.

use serde_json::{Map, Value, json};
use vouchsafe_agent::AgentError;
use vouchsafe_agent::issue::{RequestCredential, StartExchange};
use vouchsafe_protocols::issue_credential::{CredentialExchange, CredentialPreview, LdProofDetail};
use vouchsafe_store::ExchangeFilter;

use crate::call::{Call, Fields, Kind, PAGING, Param, param, required};
use crate::error::ApiError;
use crate::route::{Answer, Route};
use crate::views::exchange;

const FILTER: Param = required("filter", Kind::Object, "What is to be issued: {ld_proof: {credential, options}}");
const CONNECTION: Param = required("connection_id", Kind::Text, "Connection identifier");
const COMMENT: Param = param("comment", Kind::Text, "Human-readable comment");
const PREVIEW: Param = param("credential_preview", Kind::Object, "Credential preview");
const AUTO_ISSUE: Param = param("auto_issue", Kind::Flag, "Whether to issue when a request comes");
const AUTO_OFFER: Param = param("auto_offer", Kind::Flag, "Whether to offer when a proposal comes");
const AUTO_REMOVE: Param = param("auto_remove", Kind::Flag, "Whether to remove the record on completion");
const TRACE: Param = param("trace", Kind::Flag, "Record trace information (does nothing)");
const REVOCABLE: Param = param(
    "revocable",
    Kind::Flag,
    "Ours: two entries, of revocation and of suspension; ACA-Py takes one only, by options.credentialStatus {type}",
);
const HOLDER_DID: Param = param("holder_did", Kind::Text, "DID to be the credential's subject");

pub(super) fn routes() -> Vec<Route> {
    let free: &'static [Param] = const { &[CONNECTION, FILTER, COMMENT, PREVIEW, AUTO_REMOVE, AUTO_OFFER, TRACE] };
    let offer: &'static [Param] =
        const { &[CONNECTION, FILTER, COMMENT, PREVIEW, AUTO_ISSUE, AUTO_OFFER, AUTO_REMOVE, TRACE, REVOCABLE] };
    let connectionless: &'static [Param] =
        const { &[FILTER, COMMENT, PREVIEW, AUTO_ISSUE, AUTO_REMOVE, TRACE, REVOCABLE] };
    vec![
        Route::post("/issue-credential-2.0/send-proposal", "Send issuer a credential proposal", send_proposal)
            .body(free),
        Route::post("/issue-credential-2.0/send-offer", "Send holder a credential offer", send_offer).body(offer),
        Route::post("/issue-credential-2.0/send", "Send holder a credential, automating the entire flow", send)
            .body(offer),
        Route::post(
            "/issue-credential-2.0/create-offer",
            "Create a credential offer, independent of any proposal or connection",
            create_offer,
        )
        .body(connectionless),
        Route::post("/issue-credential-2.0/create", "Create a credential record without sending it", create)
            .body(connectionless),
        Route::post(
            "/issue-credential-2.0/send-request",
            "Send issuer a credential request not bound to an existing thread",
            send_request,
        )
        .body(const { &[CONNECTION, FILTER, COMMENT, AUTO_REMOVE, HOLDER_DID, TRACE] }),
        Route::get("/issue-credential-2.0/records", "Fetch all credential exchange records", list)
            .query(&[
                param("connection_id", Kind::Text, "Connection identifier"),
                param("role", Kind::Text, "issuer or holder"),
                param("state", Kind::Text, "Credential exchange state"),
                param("thread_id", Kind::Text, "Thread identifier"),
            ])
            .query(&PAGING),
        Route::get("/issue-credential-2.0/records/{cred_ex_id}", "Fetch a single credential exchange record", show),
        Route::delete(
            "/issue-credential-2.0/records/{cred_ex_id}",
            "Remove an existing credential exchange record",
            delete,
        ),
        Route::post(
            "/issue-credential-2.0/records/{cred_ex_id}/send-offer",
            "Send holder a credential offer in reference to a proposal",
            bound_offer,
        )
        .body(
            const {
                &[
                    param("filter", Kind::Object, "What to offer instead of what was proposed"),
                    param("counter_preview", Kind::Object, "Preview of what is offered instead"),
                    COMMENT,
                ]
            },
        ),
        Route::post(
            "/issue-credential-2.0/records/{cred_ex_id}/send-request",
            "Send issuer a credential request",
            bound_request,
        )
        .body(const { &[HOLDER_DID, AUTO_REMOVE, COMMENT] }),
        Route::post("/issue-credential-2.0/records/{cred_ex_id}/issue", "Send holder a credential", issue)
            .body(const { &[COMMENT] }),
        Route::post("/issue-credential-2.0/records/{cred_ex_id}/store", "Store a received credential", store)
            .body(const { &[param("credential_id", Kind::Text, "Identifier for the stored credential")] }),
        Route::post(
            "/issue-credential-2.0/records/{cred_ex_id}/problem-report",
            "Send a problem report for credential exchange",
            problem_report,
        )
        .body(const { &[required("description", Kind::Text, "Why the exchange is given up")] }),
    ]
}

/// The detail of the one format that is spoken. The credential itself is judged by whoever signs it.
fn detail(filter: &Map<String, Value>) -> Result<LdProofDetail, ApiError> {
    for format in ["anoncreds", "indy", "vc_di"] {
        if filter.get(format).is_some_and(|value| !value.is_null()) {
            return Err(ApiError::field(&format!("filter.{format}"), "This format is not supported; ld_proof is."));
        }
    }
    let Some(given) = filter.get("ld_proof").filter(|value| !value.is_null()) else {
        return Err(ApiError::field("filter.ld_proof", "Missing data for required field."));
    };
    LdProofDetail::from_value(given.clone()).map_err(|error| ApiError::field("filter.ld_proof", &error.to_string()))
}

fn preview(body: &Fields, name: &str) -> Result<Option<CredentialPreview>, ApiError> {
    body.parsed::<CredentialPreview>(name)
}

fn start(call: &Call) -> Result<StartExchange, ApiError> {
    let body = &call.body;
    Ok(StartExchange {
        connection_id: body.text("connection_id"),
        detail: detail(&body.object("filter").unwrap_or_default())?,
        preview: preview(body, "credential_preview")?,
        comment: body.text("comment"),
        auto_issue: body.flag("auto_issue"),
        auto_offer: body.flag("auto_offer"),
        auto_remove: body.flag("auto_remove"),
        holder_did: body.text("holder_did").filter(|did| !did.is_empty()),
        revocable: body.is_set("revocable"),
    })
}

async fn send_proposal(call: Call) -> Answer {
    Ok(exchange::record(&call.api.agent().send_proposal(start(&call)?).await?))
}

async fn send_offer(call: Call) -> Answer {
    Ok(exchange::record(&call.api.agent().send_offer(start(&call)?).await?))
}

async fn send(call: Call) -> Answer {
    let wanted = StartExchange { auto_issue: Some(true), ..start(&call)? };
    Ok(exchange::record(&call.api.agent().send_offer(wanted).await?))
}

async fn create_offer(call: Call) -> Answer {
    Ok(exchange::record(&call.api.agent().create_offer(start(&call)?).await?))
}

async fn create(call: Call) -> Answer {
    let wanted = StartExchange { auto_issue: Some(true), ..start(&call)? };
    Ok(exchange::record(&call.api.agent().create_offer(wanted).await?))
}

async fn send_request(call: Call) -> Answer {
    Ok(exchange::record(&call.api.agent().send_request(start(&call)?).await?))
}

async fn list(call: Call) -> Answer {
    let filter = ExchangeFilter {
        connection_id: call.query.text("connection_id"),
        role: call.query.text("role"),
        state: call.query.text("state"),
        thread_id: call.query.text("thread_id"),
        ..ExchangeFilter::default()
    };
    let found = call.api.agent().exchanges(filter, call.page()).await?;
    Ok(json!({ "results": found.iter().map(exchange::detailed).collect::<Vec<_>>() }))
}

async fn show(call: Call) -> Answer {
    Ok(exchange::detailed(&call.api.agent().exchange(call.path("cred_ex_id")).await?))
}

async fn delete(call: Call) -> Answer {
    call.api.agent().delete_exchange(call.path("cred_ex_id")).await?;
    Ok(json!({}))
}

async fn bound_offer(call: Call) -> Answer {
    let id = call.path("cred_ex_id");
    let detail = call.body.object("filter").map(|filter| detail(&filter)).transpose()?;
    let preview = preview(&call.body, "counter_preview")?;
    let offered = call.api.agent().offer_credential(id, detail, preview, call.body.text("comment")).await;
    Ok(exchange::record(&in_state(id, "proposal-received", offered)?))
}

async fn bound_request(call: Call) -> Answer {
    let id = call.path("cred_ex_id");
    let wanted = RequestCredential {
        holder_did: call.body.text("holder_did").filter(|did| !did.is_empty()),
        comment: call.body.text("comment"),
        auto_remove: call.body.flag("auto_remove"),
    };
    let requested = call.api.agent().request_credential(id, wanted).await;
    Ok(exchange::record(&in_state(id, "offer-received", requested)?))
}

async fn issue(call: Call) -> Answer {
    let id = call.path("cred_ex_id");
    let issued = call.api.agent().issue_credential(id, call.body.text("comment")).await;
    Ok(exchange::detailed(&in_state(id, "request-received", issued)?))
}

async fn store(call: Call) -> Answer {
    let id = call.path("cred_ex_id");
    let stored = call.api.agent().store_credential(id, call.body.text("credential_id")).await;
    let record = in_state(id, "credential-received", stored)?;
    // A credential that did not verify ends the exchange, and the caller is told why.
    match (record.state.is_abandoned(), &record.error_msg) {
        (true, reason) => {
            Err(ApiError::bad(reason.clone().unwrap_or_else(|| "The credential was refused.".to_owned())))
        }
        (false, _) => Ok(exchange::detailed(&record)),
    }
}

async fn problem_report(call: Call) -> Answer {
    let reason = call.body.text("description");
    call.api.agent().abandon_exchange(call.path("cred_ex_id"), reason).await?;
    Ok(json!({}))
}

/// A step in the wrong state is refused in ACA-Py's words.
fn in_state(
    id: &str,
    wanted: &str,
    taken: Result<CredentialExchange, AgentError>,
) -> Result<CredentialExchange, ApiError> {
    taken.map_err(|error| match error {
        AgentError::NotNow { state, .. } if state != wanted => {
            ApiError::bad(format!("Credential exchange {} in {state} state (must be {wanted}).", crate::error::cut(id)))
        }
        other => other.into(),
    })
}
