//! A connection as ACA-Py's `ConnRecord`.

use serde_json::Value;
use vouchsafe_protocols::connection::{Accept, Connection, InvitationMode, Role, short_did};

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
        .maybe("my_did", connection.my.as_ref().map(|my| short_did(&my.did)))
        .maybe("their_did", connection.their.as_ref().map(|their| short_did(&their.did)))
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

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;
    use vouchsafe_didcomm::SigningKey;
    use vouchsafe_protocols::connection::{HandshakeState, Party};
    use vouchsafe_protocols::did_exchange::{requester, responder};

    use super::*;

    macro_rules! recorded {
        ($name:literal) => {
            serde_json::from_str::<Value>(include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../../tests/vectors/acapy/admin/flow/",
                $name
            )))
            .unwrap()
        };
    }

    /// A record with what a recorded one shows.
    pub(crate) fn of_recording(shown: &Value) -> Connection {
        let text = |name: &str| shown.get(name).and_then(Value::as_str).map(str::to_owned);
        let party = |name: &str| text(name).map(|did| Party::own(did, SigningKey::generate().verkey()));
        let inviter = text("their_role").as_deref() == Some("inviter");
        let handshake = match text("rfc23_state").as_deref() {
            Some("completed") if inviter => HandshakeState::Requester(requester::State::Completed),
            Some("completed") => HandshakeState::Responder(responder::State::Completed),
            _ => HandshakeState::InvitationSent { offered: Vec::new() },
        };
        Connection {
            id: text("connection_id").unwrap(),
            alias: text("alias"),
            their_label: text("their_label"),
            my_label: None,
            their_role: if inviter { Role::Inviter } else { Role::Invitee },
            protocol: text("connection_protocol").map(|protocol| protocol.parse().unwrap()),
            accept: if text("accept").as_deref() == Some("auto") { Accept::Auto } else { Accept::Manual },
            invitation_mode: InvitationMode::Once,
            invitation_key: text("invitation_key").map(|key| key.parse().unwrap()),
            invitation_msg_id: text("invitation_msg_id"),
            invitation_did: None,
            request_id: text("request_id"),
            my: party("my_did"),
            their: party("their_did"),
            handshake,
            error_msg: None,
            metadata: serde_json::Map::new(),
            created_at: text("created_at").unwrap().parse().unwrap(),
            updated_at: text("updated_at").unwrap().parse().unwrap(),
        }
    }

    #[test]
    fn connections_of_both_sides_are_written_as_recorded() {
        for recording in [recorded!("07-holder-connections.json"), recorded!("07-issuer-connections.json")] {
            let shown = &recording["response"]["body"]["results"][0];
            assert_eq!(connection(&of_recording(shown)).to_string(), shown.to_string());
        }
    }

    #[test]
    fn a_deleted_connection_says_so_and_keeps_its_facts() {
        let recording = recorded!("07-issuer-connections.json");
        let record = of_recording(&recording["response"]["body"]["results"][0]);
        let mut expected = connection(&record);
        expected["state"] = json!("deleted");
        assert_eq!(deleted(&record), expected);
    }
}
