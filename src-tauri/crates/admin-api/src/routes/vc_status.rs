//! Whether credentials stand, beside the VC-API: what this wallet issued and how it stands, the VC-API's "update status",
//! publishing what waits, and how a held credential stands. The paths but for `/vc/credentials/status` are ours: ACA-Py
//! has none for JSON-LD credentials.

use serde_json::{Value, json};
use vouchsafe_agent::status::{Changed, CredentialStatus, Issued, IssuedFilter, IssuedStatus};

use crate::call::{Call, Kind, PAGING, param};
use crate::error::ApiError;
use crate::route::{Answer, Route};
use crate::views::{Record, time};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/vc/credentials/issued", "List issued credentials and how they stand", issued)
            .query(&[
                param("text", Kind::Text, "Words of the title, the subject, the issuer or the connection"),
                param("cred_ex_id", Kind::Text, "Credential exchange identifier"),
                param("connection_id", Kind::Text, "Connection identifier"),
                param("issuer_id", Kind::Text, "Issuer identifier"),
                param("status", Kind::Text, "valid, suspended, revoked or not_revocable"),
                param("pending", Kind::Flag, "Only those whose last change is not published"),
            ])
            .query(&PAGING),
        Route::post("/vc/credentials/status", "Update the status of issued credentials", update).body(
            const {
                &[
                    param("credentialId", Kind::Text, "The credential's id, or that of the exchange it was issued in"),
                    param("credentialIds", Kind::Texts, "The same for many"),
                    param(
                        "credentialStatus",
                        Kind::Json,
                        "{statusPurpose: revocation | suspension, status: \"1\" | \"0\"}",
                    ),
                    param("status", Kind::Json, "The status, where credentialStatus does not have it"),
                    param("publish", Kind::Flag, "Publish at once (default), or later with all that waits"),
                ]
            },
        ),
        Route::post("/vc/credentials/status/publish", "Publish every change of status that waits", publish),
        Route::get("/vc/credentials/{credential_id}/status", "How a stored credential stands", held).query(&[param(
            "refresh",
            Kind::Flag,
            "Ask the issuer's list now",
        )]),
    ]
}

async fn issued(call: Call) -> Answer {
    let query = &call.query;
    let filter = IssuedFilter {
        text: query.text("text"),
        exchange_id: query.text("cred_ex_id"),
        connection_id: query.text("connection_id"),
        issuer: query.text("issuer_id"),
        status: query.word("status", IssuedStatus::of_name)?,
        pending: query.is_set("pending"),
    };
    let found = call.api.agent().issued_credentials(filter, call.page()).await?;
    Ok(json!({ "results": found.iter().map(issued_record).collect::<Vec<_>>() }))
}

fn issued_record(issued: &Issued) -> Value {
    Record::default()
        .with("cred_ex_id", issued.exchange_id.as_str())
        .maybe("connection_id", issued.connection_id.as_deref())
        .with("title", issued.title.as_str())
        .maybe("subject_id", issued.subject.as_deref())
        .with("issuer_id", issued.issuer.as_str())
        .with("issued_at", time(issued.issued_at))
        .with("status", issued.status.word())
        .with("pending", issued.pending)
        .done()
}

async fn update(call: Call) -> Answer {
    let mut ids = call.body.texts("credentialIds");
    ids.extend(call.body.text("credentialId"));
    if ids.is_empty() {
        return Err(ApiError::field("credentialId", "Missing data for required field."));
    }
    let to = wanted(call.body.json("credentialStatus").as_ref(), call.body.json("status").as_ref())?;
    let publish = call.body.flag("publish").unwrap_or(true);
    Ok(changed(&call.api.agent().set_status(ids, to, publish).await?))
}

/// The state that is asked for. Both drafts of the VC-API are taken: one entry or a list of one, with the status in it or
/// beside it.
fn wanted(entry: Option<&Value>, beside: Option<&Value>) -> Result<IssuedStatus, ApiError> {
    let entry = match entry {
        Some(Value::Array(entries)) => match entries.as_slice() {
            [only] => Some(only),
            _ => return Err(ApiError::field("credentialStatus", "One entry at a time is taken.")),
        },
        entry => entry,
    };
    let member = |name: &str| entry.and_then(|entry| entry.get(name));
    let purpose = member("statusPurpose").map_or(Some("revocation"), Value::as_str);
    let set = match member("status").or(beside) {
        None | Some(Value::Bool(true)) => true,
        Some(Value::Bool(false)) => false,
        Some(Value::String(text)) if text == "1" => true,
        Some(Value::String(text)) if text == "0" => false,
        Some(Value::Number(number)) if number.as_u64() == Some(1) => true,
        Some(Value::Number(number)) if number.as_u64() == Some(0) => false,
        Some(_) => return Err(ApiError::field("credentialStatus.status", "Must be one of: 0, 1.")),
    };
    match (purpose, set) {
        (Some("revocation"), true) => Ok(IssuedStatus::Revoked),
        (Some("suspension"), true) => Ok(IssuedStatus::Suspended),
        (Some("suspension"), false) => Ok(IssuedStatus::Valid),
        (Some("revocation"), false) => Err(ApiError::bad("What is revoked stays revoked.")),
        _ => Err(ApiError::field("credentialStatus.statusPurpose", "Must be one of: revocation, suspension.")),
    }
}

async fn publish(call: Call) -> Answer {
    Ok(changed(&call.api.agent().publish_status().await?))
}

fn changed(changed: &Changed) -> Value {
    Record::default()
        .with("changed", changed.changed)
        .with("unchanged", changed.unchanged)
        .with("pending", changed.pending)
        .maybe("problem", changed.problem.as_ref().map(ToString::to_string))
        .done()
}

async fn held(call: Call) -> Answer {
    let (agent, id) = (call.api.agent(), call.path("credential_id"));
    let status = if call.query.is_set("refresh") {
        agent.check_status(id).await?
    } else {
        CredentialStatus::of_row(&agent.credential(id).await?.status)
    };
    Ok(Record::default()
        .with("status", json!(status.state))
        .maybe("checked_at", status.checked_at.map(time))
        .with("detail", status.detail)
        .done())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_drafts_of_the_vc_api_are_understood() {
        let revoked = [
            (json!({"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}), None),
            (json!([{"type": "StatusList2021Entry", "status": "1"}]), None),
            (json!({"statusPurpose": "revocation"}), Some(json!(true))),
        ];
        for (entry, beside) in revoked {
            assert_eq!(wanted(Some(&entry), beside.as_ref()), Ok(IssuedStatus::Revoked), "{entry}");
        }
        let suspension = |status: Value| json!({"statusPurpose": "suspension", "status": status});
        assert_eq!(wanted(Some(&suspension(json!("1"))), None), Ok(IssuedStatus::Suspended));
        assert_eq!(wanted(Some(&suspension(json!(false))), None), Ok(IssuedStatus::Valid));
        for (entry, beside) in [
            (json!({"statusPurpose": "revocation", "status": "0"}), None),
            (json!({"statusPurpose": "message"}), None),
            (json!({"statusPurpose": 7}), None),
            (json!([{}, {}]), None),
            (json!({}), Some(json!("perhaps"))),
        ] {
            assert!(wanted(Some(&entry), beside.as_ref()).is_err(), "{entry}");
        }
    }
}
