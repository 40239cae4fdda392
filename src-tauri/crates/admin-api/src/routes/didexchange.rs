//! `/didexchange`: the handshake of RFC 0023, step by step.

use serde_json::Value;
use vouchsafe_agent::connect::{ReceiveRequest, RequestConnection};
use vouchsafe_protocols::connection::Handshake;

use super::{connections, did_method, no_mediation};
use crate::call::{Call, Kind, param, required};
use crate::route::{Answer, Route};
use crate::views::connection::connection;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "/didexchange/create-request",
            "Create and send a request against a public DID's implicit invitation",
            create_request,
        )
        .query(&[
            required("their_public_did", Kind::Text, "Public DID to which to request connection"),
            param("alias", Kind::Text, "Alias for connection"),
            param("auto_accept", Kind::Flag, "Auto-accept connection (defaults to configuration)"),
            param("goal", Kind::Text, "The goal of the request, for people"),
            param("goal_code", Kind::Text, "The goal of the request, as a code"),
            param("mediation_id", Kind::Text, "Mediation record to be used"),
            param("my_endpoint", Kind::Text, "My URL endpoint"),
            param("my_label", Kind::Text, "Label for connection request"),
            param("protocol", Kind::Text, "didexchange/1.0 or didexchange/1.1"),
            param("use_did", Kind::Text, "DID of the wallet to use"),
            param("use_did_method", Kind::Text, "Method of a new DID to use: did:peer:2 or did:peer:4"),
            param("use_public_did", Kind::Flag, "Use the public DID for this connection"),
        ]),
        Route::post(
            "/didexchange/receive-request",
            "Receive request against public DID's implicit invitation",
            receive_request,
        )
        .query(&[
            param("alias", Kind::Text, "Alias for connection"),
            param("auto_accept", Kind::Flag, "Auto-accept connection (defaults to configuration)"),
            param("mediation_id", Kind::Text, "Mediation record to be used"),
            param("my_endpoint", Kind::Text, "Not looked at: the public DID says where it is reached"),
        ])
        .document("The request, with its @type, @id and ~thread"),
        Route::post(
            "/didexchange/{conn_id}/accept-invitation",
            "Accept a stored connection invitation",
            accept_invitation,
        )
        .query(&[
            param("my_endpoint", Kind::Text, "My URL endpoint"),
            param("my_label", Kind::Text, "Label for connection request"),
            param("use_did", Kind::Text, "DID of the wallet to use"),
            param("use_did_method", Kind::Text, "Method of a new DID to use: did:peer:2 or did:peer:4"),
        ]),
        Route::post("/didexchange/{conn_id}/accept-request", "Accept a stored connection request", accept_request)
            .query(&[
                param("mediation_id", Kind::Text, "Mediation record to be used"),
                param("my_endpoint", Kind::Text, "My URL endpoint"),
                param("use_public_did", Kind::Flag, "Use the public DID for this connection"),
            ]),
        Route::post("/didexchange/{conn_id}/reject", "Abandon or reject a DID Exchange", reject)
            .body(const { &[param("reason", Kind::Text, "Reason for rejecting the DID Exchange")] }),
    ]
}

async fn create_request(call: Call) -> Answer {
    let query = &call.query;
    no_mediation(query.text("mediation_id"))?;
    let wanted = RequestConnection {
        their_public_did: query.text("their_public_did").unwrap_or_default(),
        alias: query.text("alias"),
        my_label: query.text("my_label"),
        my_endpoint: query.text("my_endpoint"),
        protocol: query.word("protocol", |word| word.parse::<Handshake>().ok())?,
        use_public_did: query.is_set("use_public_did"),
        use_did: query.text("use_did"),
        use_did_method: query.word("use_did_method", did_method)?,
        goal: query.text("goal"),
        goal_code: query.text("goal_code"),
        auto_accept: query.flag("auto_accept"),
        allow_private: false,
    };
    Ok(connection(&call.api.agent().request_connection(wanted).await?))
}

async fn receive_request(call: Call) -> Answer {
    no_mediation(call.query.text("mediation_id"))?;
    let wanted = ReceiveRequest { alias: call.query.text("alias"), auto_accept: call.query.flag("auto_accept") };
    let record = call.api.agent().receive_connection_request(Value::Object(call.document), wanted).await?;
    Ok(connection(&record))
}

async fn accept_invitation(call: Call) -> Answer {
    connections::accept_by(&call).await
}

async fn accept_request(call: Call) -> Answer {
    no_mediation(call.query.text("mediation_id"))?;
    connections::accept_request_by(&call).await
}

async fn reject(call: Call) -> Answer {
    let record = call.api.agent().reject_connection(call.path("conn_id"), call.body.text("reason")).await?;
    Ok(connection(&record))
}
