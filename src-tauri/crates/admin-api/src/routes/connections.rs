//! `/connections`: the connections that there are, the handshake of RFC 0160, and what is said over a connection:
//! trust pings (RFC 0048) and basic messages (RFC 0095).

use serde_json::{Map, Value, json};
use vouchsafe_agent::AgentError;
use vouchsafe_agent::connect::{
    AcceptInvitation, AcceptRequest, ConnectionFilter, CreateInvitation, ReceiveInvitation,
};
use vouchsafe_protocols::connection::Connection;
use vouchsafe_store::StoreError;

use super::{did_method, no_mediation};
use crate::call::{Call, Kind, PAGING, param, required};
use crate::error::ApiError;
use crate::route::{Answer, Route};
use crate::views::connection::connection;

/// Metadata of this wallet's own, which is no controller's business.
const OWN_METADATA: &str = "private_address_allowed";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/connections", "Query agent-to-agent connections", list)
            .query(&[
                param("alias", Kind::Text, "Alias"),
                param("connection_protocol", Kind::Text, "Connection protocol used"),
                param("invitation_key", Kind::Text, "Invitation key"),
                param("invitation_msg_id", Kind::Text, "Identifier of the associated invitation message"),
                param("my_did", Kind::Text, "My DID"),
                param("state", Kind::Text, "Connection state, in the words of RFC 0160 or RFC 0023"),
                param("their_did", Kind::Text, "Their DID"),
                param("their_public_did", Kind::Text, "Their public DID"),
                param("their_role", Kind::Text, "inviter or invitee"),
            ])
            .query(&PAGING),
        Route::get("/connections/{conn_id}", "Fetch a single connection record", show),
        Route::delete("/connections/{conn_id}", "Remove an existing connection record", delete),
        Route::get("/connections/{conn_id}/endpoints", "Fetch connection endpoints", endpoints),
        Route::get("/connections/{conn_id}/metadata", "Fetch connection metadata", metadata).query(&[param(
            "key",
            Kind::Text,
            "Key to retrieve",
        )]),
        Route::post("/connections/{conn_id}/metadata", "Set connection metadata", set_metadata)
            .body(const { &[required("metadata", Kind::Object, "Metadata to merge into the connection's")] }),
        Route::post(
            "/connections/create-invitation",
            "Create a new connection invitation (RFC 0160)",
            create_invitation,
        )
        .query(&[
            param("alias", Kind::Text, "Alias"),
            param("auto_accept", Kind::Flag, "Auto-accept connection (defaults to configuration)"),
            param("multi_use", Kind::Flag, "Create invitation for multiple use (default false)"),
            param("public", Kind::Flag, "Create invitation from the public DID (not served: use out-of-band)"),
        ])
        .body(
            const {
                &[
                    param("my_label", Kind::Text, "Label for the invitation"),
                    param("image_url", Kind::Text, "URL of a picture of the inviter"),
                    param("mediation_id", Kind::Text, "Mediation record to be used"),
                    param("metadata", Kind::Object, "Metadata of the connection"),
                ]
            },
        ),
        Route::post(
            "/connections/receive-invitation",
            "Receive a new connection invitation (RFC 0160)",
            receive_invitation,
        )
        .query(&[
            param("alias", Kind::Text, "Alias"),
            param("auto_accept", Kind::Flag, "Auto-accept connection (defaults to configuration)"),
            param("mediation_id", Kind::Text, "Mediation record to be used"),
        ])
        .document("The invitation"),
        Route::post(
            "/connections/{conn_id}/accept-invitation",
            "Accept a stored connection invitation",
            accept_invitation,
        )
        .query(&[
            param("mediation_id", Kind::Text, "Mediation record to be used"),
            param("my_endpoint", Kind::Text, "My URL endpoint"),
            param("my_label", Kind::Text, "Label for connection"),
        ]),
        Route::post("/connections/{conn_id}/accept-request", "Accept a stored connection request", accept_request)
            .query(&[param("my_endpoint", Kind::Text, "My URL endpoint")]),
        Route::post("/connections/{conn_id}/send-ping", "Send a trust ping to a connection", send_ping)
            .body(const { &[param("comment", Kind::Text, "Comment for the ping message")] }),
        Route::post("/connections/{conn_id}/send-message", "Send a basic message to a connection", send_message)
            .body(const { &[required("content", Kind::Text, "Message content")] }),
    ]
}

async fn list(call: Call) -> Answer {
    let query = &call.query;
    let filter = ConnectionFilter {
        alias: query.text("alias"),
        state: query.text("state"),
        their_did: query.text("their_did"),
        my_did: query.text("my_did"),
        invitation_key: query.text("invitation_key"),
        invitation_msg_id: query.text("invitation_msg_id"),
        their_role: query.text("their_role"),
        connection_protocol: query.text("connection_protocol"),
    };
    let found = call.api.agent().connections(filter, call.page()).await?;
    let public = query.text("their_public_did");
    let results: Vec<Value> =
        found.iter().filter(|record| public.is_none() || record.invitation_did == public).map(connection).collect();
    Ok(json!({ "results": results }))
}

async fn show(call: Call) -> Answer {
    Ok(connection(&call.api.agent().connection(call.path("conn_id")).await?))
}

async fn delete(call: Call) -> Answer {
    call.api.agent().delete_connection(call.path("conn_id")).await?;
    Ok(json!({}))
}

async fn endpoints(call: Call) -> Answer {
    let agent = call.api.agent();
    let record = agent.connection(call.path("conn_id")).await?;
    let theirs = record.their_target().and_then(|target| target.endpoint);
    Ok(json!({ "my_endpoint": agent.config().endpoints.first(), "their_endpoint": theirs }))
}

async fn metadata(call: Call) -> Answer {
    let mut all = call.api.agent().connection(call.path("conn_id")).await?.metadata;
    all.shift_remove(OWN_METADATA);
    Ok(match call.query.text("key") {
        Some(key) => json!({ "results": { key.clone(): all.get(&key) } }),
        None => json!({ "results": all }),
    })
}

async fn set_metadata(call: Call) -> Answer {
    let id = call.path("conn_id").to_owned();
    let wanted = call.body.object("metadata").unwrap_or_default();
    let all: Map<String, Value> = call
        .api
        .agent()
        .store()
        .write(move |tx| {
            let mut row = tx.connection(&id)?.ok_or_else(|| AgentError::not_found("connection", id.as_str()))?;
            let damaged = |error: serde_json::Error| StoreError::Damaged(error.to_string());
            let mut record: Connection = serde_json::from_str(&row.body).map_err(damaged)?;
            record.metadata.extend(wanted.into_iter().filter(|(name, _)| name != OWN_METADATA));
            row.body = serde_json::to_string(&record).map_err(damaged)?;
            tx.put_connection(&row)?;
            record.metadata.shift_remove(OWN_METADATA);
            Ok::<_, AgentError>(record.metadata)
        })
        .await?;
    Ok(json!({ "results": all }))
}

async fn create_invitation(call: Call) -> Answer {
    no_mediation(call.body.text("mediation_id"))?;
    if call.query.is_set("public") {
        return Err(ApiError::bad("An invitation by the public DID is made by /out-of-band/create-invitation."));
    }
    let wanted = CreateInvitation {
        alias: call.query.text("alias"),
        auto_accept: call.query.flag("auto_accept"),
        multi_use: call.query.is_set("multi_use"),
        my_label: call.body.text("my_label"),
        image_url: call.body.text("image_url"),
        metadata: call.body.object("metadata").unwrap_or_default(),
        ..CreateInvitation::default()
    };
    let alias = wanted.alias.clone();
    let (record, invitation, url) = call.api.agent().create_connection_invitation(wanted).await?;
    let mut answer = json!({
        "connection_id": record.id,
        "invitation": Value::Object(invitation.message().as_value().clone()),
        "invitation_url": url,
    });
    if let (Some(alias), Some(members)) = (alias, answer.as_object_mut()) {
        members.insert("alias".to_owned(), alias.into());
    }
    Ok(answer)
}

async fn receive_invitation(call: Call) -> Answer {
    no_mediation(call.query.text("mediation_id"))?;
    let wanted = ReceiveInvitation {
        alias: call.query.text("alias"),
        auto_accept: call.query.flag("auto_accept"),
        ..ReceiveInvitation::default()
    };
    let record = call.api.agent().receive_connection_invitation(Value::Object(call.document), wanted).await?;
    Ok(connection(&record))
}

async fn accept_invitation(call: Call) -> Answer {
    no_mediation(call.query.text("mediation_id"))?;
    accept_by(&call).await
}

/// Accepts an invitation; DID Exchange has the same step.
pub(super) async fn accept_by(call: &Call) -> Answer {
    let wanted = AcceptInvitation {
        my_endpoint: call.query.text("my_endpoint"),
        my_label: call.query.text("my_label"),
        use_did: call.query.text("use_did"),
        use_did_method: call.query.word("use_did_method", did_method)?,
    };
    Ok(connection(&call.api.agent().accept_invitation(call.path("conn_id"), wanted).await?))
}

async fn accept_request(call: Call) -> Answer {
    accept_request_by(&call).await
}

/// Accepts a request; DID Exchange has the same step.
pub(super) async fn accept_request_by(call: &Call) -> Answer {
    let wanted = AcceptRequest {
        my_endpoint: call.query.text("my_endpoint"),
        my_label: None,
        use_public_did: call.query.is_set("use_public_did"),
    };
    Ok(connection(&call.api.agent().accept_request(call.path("conn_id"), wanted).await?))
}

async fn send_ping(call: Call) -> Answer {
    let thread_id = call.api.agent().send_ping(call.path("conn_id"), call.body.text("comment")).await?;
    Ok(json!({ "thread_id": thread_id }))
}

async fn send_message(call: Call) -> Answer {
    let content = call.body.text("content").unwrap_or_default();
    call.api.agent().send_message(call.path("conn_id"), content).await?;
    Ok(json!({}))
}
