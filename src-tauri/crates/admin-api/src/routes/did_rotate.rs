//! `/did-rotate`: moving a connection to another DID, and hanging up (RFC 0794).

use serde_json::json;

use crate::call::{Call, Kind, param};
use crate::route::{Answer, Route};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/did-rotate/{conn_id}/rotate", "Begin rotation of a DID as a rotator", rotate)
            .body(const { &[param("to_did", Kind::Text, "The DID to rotate to; none: a new did:peer:4")] }),
        Route::post("/did-rotate/{conn_id}/hangup", "Send hangup to a connection and end it", hangup),
    ]
}

async fn rotate(call: Call) -> Answer {
    let to_did = call.api.agent().rotate_did(call.path("conn_id"), call.body.text("to_did")).await?;
    Ok(json!({ "@type": "https://didcomm.org/did-rotate/1.0/rotate", "to_did": to_did }))
}

async fn hangup(call: Call) -> Answer {
    call.api.agent().hangup(call.path("conn_id")).await?;
    Ok(json!({ "@type": "https://didcomm.org/did-rotate/1.0/hangup" }))
}
