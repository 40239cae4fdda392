//! `/out-of-band`: invitations (RFC 0434).

use serde_json::{Value, json};
use vouchsafe_agent::connect::{CreateInvitation, InvitationAttachment, OobVersion, ReceiveInvitation};
use vouchsafe_protocols::connection::Handshake;
use vouchsafe_protocols::out_of_band::State;
use vouchsafe_store::InvitationFilter;

use super::{did_method, no_mediation};
use crate::call::{Call, Kind, PAGING, param};
use crate::error::ApiError;
use crate::route::{Answer, Route};
use crate::views::out_of_band;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/out-of-band/create-invitation", "Create a new connection invitation", create)
            .query(&[
                param("auto_accept", Kind::Flag, "Auto-accept connection (defaults to configuration)"),
                param("multi_use", Kind::Flag, "Create invitation for multiple use (default false)"),
                param("create_unique_did", Kind::Flag, "Create unique DID for this invitation (default false)"),
            ])
            .body(
                const {
                    &[
                        param("alias", Kind::Text, "Alias for connection"),
                        param(
                            "accept",
                            Kind::Texts,
                            "Mime types and profiles that are accepted, in order of preference",
                        ),
                        param(
                            "attachments",
                            Kind::Objects,
                            "Attached messages, each {id, type}; type credential-offer",
                        ),
                        param("goal", Kind::Text, "The goal of the invitation, for people"),
                        param("goal_code", Kind::Text, "The goal of the invitation, as a code"),
                        param("handshake_protocols", Kind::Texts, "Handshake protocols, in order of preference"),
                        param("imageUrl", Kind::Text, "URL of a picture of the inviter"),
                        param("image_url", Kind::Text, "The same"),
                        param("mediation_id", Kind::Text, "Mediation record to be used"),
                        param("metadata", Kind::Object, "Metadata of the connection that comes of it"),
                        param("my_label", Kind::Text, "Label for the invitation"),
                        param("protocol_version", Kind::Text, "Out-of-band version: 1.0 or 1.1"),
                        param("use_did", Kind::Text, "DID of the wallet to use in the invitation"),
                        param("use_did_method", Kind::Text, "Method of a new DID to use: did:peer:2 or did:peer:4"),
                        param("use_public_did", Kind::Flag, "Whether to use the public DID"),
                    ]
                },
            ),
        Route::post("/out-of-band/receive-invitation", "Receive a new connection invitation", receive)
            .query(&[
                param("alias", Kind::Text, "Alias for connection"),
                param("auto_accept", Kind::Flag, "Auto-accept connection (defaults to configuration)"),
                param("mediation_id", Kind::Text, "Mediation record to be used"),
                param("use_existing_connection", Kind::Flag, "Use an existing connection, if possible (default true)"),
            ])
            .document("The invitation"),
        Route::get(
            "/out-of-band/invitations",
            "Fetch an invitation's message and URL, or all invitations",
            invitations,
        )
        .query(&[param("oob_id", Kind::Text, "The record's id")])
        .query(&PAGING),
        Route::get("/out-of-band/records", "List out-of-band records", records)
            .query(&[
                param("connection_id", Kind::Text, "Connection identifier"),
                param("invi_msg_id", Kind::Text, "The invitation's message id"),
                param("role", Kind::Text, "sender or receiver"),
                param("state", Kind::Text, "The record's state"),
            ])
            .query(&PAGING),
        Route::delete("/out-of-band/invitations/{invi_msg_id}", "Delete records associated with an invitation", delete),
    ]
}

async fn create(call: Call) -> Answer {
    let body = &call.body;
    no_mediation(body.text("mediation_id"))?;
    let mut handshake_protocols = Vec::new();
    for name in body.texts("handshake_protocols") {
        let handshake: Handshake =
            name.parse().map_err(|error: vouchsafe_protocols::connection::UnknownHandshake| {
                ApiError::field("handshake_protocols", &error.to_string())
            })?;
        handshake_protocols.push(handshake);
    }
    let text = |member: Option<&Value>| member.and_then(Value::as_str).map(str::to_owned);
    let mut attachments = Vec::new();
    for attachment in body.objects("attachments") {
        let (Some(id), Some(kind)) = (text(attachment.get("id")), text(attachment.get("type"))) else {
            return Err(ApiError::field("attachments", "Each needs an id and a type."));
        };
        attachments.push(InvitationAttachment { id, kind });
    }
    let wanted = CreateInvitation {
        alias: body.text("alias"),
        accept: Some(body.texts("accept")).filter(|accept| !accept.is_empty()),
        goal: body.text("goal"),
        goal_code: body.text("goal_code"),
        handshake_protocols,
        image_url: body.text("imageUrl").or_else(|| body.text("image_url")),
        multi_use: call.query.is_set("multi_use"),
        auto_accept: call.query.flag("auto_accept"),
        create_unique_did: call.query.is_set("create_unique_did"),
        my_label: body.text("my_label"),
        use_did: body.text("use_did"),
        use_did_method: body.word("use_did_method", did_method)?,
        use_public_did: body.is_set("use_public_did"),
        protocol_version: body
            .word("protocol_version", |word| match word {
                "1.0" => Some(OobVersion::V1_0),
                "1.1" => Some(OobVersion::V1_1),
                _ => None,
            })?
            .unwrap_or_default(),
        metadata: body.object("metadata").unwrap_or_default(),
        attachments,
        offers: Vec::new(),
        expires_at: None,
    };
    let agent = call.api.agent();
    let record = agent.create_invitation(wanted).await?;
    Ok(out_of_band::created(&record, &agent.invitation_url(&record.invitation)))
}

async fn receive(call: Call) -> Answer {
    no_mediation(call.query.text("mediation_id"))?;
    let wanted = ReceiveInvitation {
        alias: call.query.text("alias"),
        auto_accept: call.query.flag("auto_accept"),
        use_existing_connection: call.query.flag("use_existing_connection").unwrap_or(true),
        allow_private: false,
        my_label: None,
    };
    let record = call.api.agent().receive_invitation(Value::Object(call.document), wanted).await?;
    Ok(out_of_band::received(&record))
}

async fn invitations(call: Call) -> Answer {
    let agent = call.api.agent();
    if let Some(oob_id) = call.query.text("oob_id") {
        let record = agent.invitation(&oob_id).await?;
        return Ok(out_of_band::created(&record, &agent.invitation_url(&record.invitation)));
    }
    let filter = InvitationFilter { role: Some("sender".to_owned()), ..InvitationFilter::default() };
    let records = agent.invitations(filter, call.page()).await?;
    let results: Vec<Value> = records
        .iter()
        .filter(|record| matches!(record.state, State::AwaitResponse { .. }))
        .map(|record| {
            let mut view = out_of_band::record(record);
            if let Some(members) = view.as_object_mut() {
                members.insert("invitation_url".to_owned(), agent.invitation_url(&record.invitation).into());
            }
            view
        })
        .collect();
    Ok(json!({ "results": results }))
}

async fn records(call: Call) -> Answer {
    let filter = InvitationFilter {
        connection_id: call.query.text("connection_id"),
        invi_msg_id: call.query.text("invi_msg_id"),
        role: call.query.text("role"),
        state: call.query.text("state"),
        ..InvitationFilter::default()
    };
    let records = call.api.agent().invitations(filter, call.page()).await?;
    Ok(json!({ "results": records.iter().map(out_of_band::record).collect::<Vec<_>>() }))
}

/// By the message's id as ACA-Py has it, or by the record's.
async fn delete(call: Call) -> Answer {
    let agent = call.api.agent();
    let id = call.path("invi_msg_id").to_owned();
    let filter = InvitationFilter { invi_msg_id: Some(id.clone()), ..InvitationFilter::default() };
    let records = agent.invitations(filter, vouchsafe_agent::Page::ALL).await?;
    if records.is_empty() {
        agent.delete_invitation(&id).await?;
    }
    for record in records {
        agent.delete_invitation(&record.id).await?;
    }
    Ok(json!({}))
}
