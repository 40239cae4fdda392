//! A connection as ACA-Py's `ConnRecord`.

use serde_json::Value;
use vouchsafe_protocols::connection::{Accept, Connection, InvitationMode, Role};

use super::{Record, time};

/// The record.
pub(crate) fn connection(connection: &Connection) -> Value {
    record(connection, connection.rfc160_state())
}

/// The record as it is told when it is deleted.
pub(crate) fn deleted(connection: &Connection) -> Value {
    record(connection, "deleted")
}

fn record(connection: &Connection, state: &str) -> Value {
    let accept = match connection.accept {
        Accept::Auto => "auto",
        Accept::Manual => "manual",
    };
    let mode = match connection.invitation_mode {
        InvitationMode::Once => "once",
        InvitationMode::Multi => "multi",
    };
    // Of a DID Exchange by public DID only the requester has somebody else's.
    let their_public_did = match connection.their_role {
        Role::Inviter if connection.invitation_msg_id.is_none() => connection.invitation_did.as_deref(),
        Role::Inviter | Role::Invitee => None,
    };
    Record::default()
        .with("state", state)
        .with("created_at", time(connection.created_at))
        .with("updated_at", time(connection.updated_at))
        .with("connection_id", connection.id.as_str())
        .maybe("my_did", connection.my.as_ref().map(|my| my.did.as_str()))
        .maybe("their_did", connection.their.as_ref().map(|their| their.did.as_str()))
        .maybe("their_label", connection.their_label.as_deref())
        .with("their_role", their_role(connection))
        .maybe("connection_protocol", connection.protocol.map(|protocol| protocol.to_string()))
        .with("rfc23_state", connection.rfc23_state())
        .maybe("invitation_key", connection.invitation_key.map(|key| key.to_string()))
        .maybe("invitation_msg_id", connection.invitation_msg_id.as_deref())
        .maybe("request_id", connection.request_id.as_deref())
        .with("accept", accept)
        .maybe("error_msg", connection.error_msg.as_deref())
        .with("invitation_mode", mode)
        .maybe("alias", connection.alias.as_deref())
        .maybe("their_public_did", their_public_did)
        .done()
}

fn their_role(connection: &Connection) -> &'static str {
    match connection.their_role {
        Role::Inviter => "inviter",
        Role::Invitee => "invitee",
    }
}
