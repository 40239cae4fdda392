//! An invitation's record as ACA-Py's `OobRecord`. ACA-Py deletes a record that is used up and says so in the answer
//! to `receive-invitation`; here it is kept as `done`, so that a second use can be told what it is.

use serde_json::{Value, json};
use vouchsafe_protocols::out_of_band::{OutOfBand, Role, State};

use super::{Record, time};

/// The record.
pub(crate) fn record(record: &OutOfBand) -> Value {
    in_state(record, record.state.word())
}

/// The record as `receive-invitation` answers it: `deleted` when all went through, as recorded.
pub(crate) fn received(record: &OutOfBand) -> Value {
    match record.state {
        State::Done => in_state(record, "deleted"),
        _ => self::record(record),
    }
}

/// The answer to `create-invitation`.
pub(crate) fn created(record: &OutOfBand, url: &str) -> Value {
    Record::default()
        .with("state", "initial")
        .with("trace", false)
        .with("invi_msg_id", record.invi_msg_id.as_str())
        .with("oob_id", record.id.as_str())
        .with("invitation", invitation(record))
        .with("invitation_url", url)
        .done()
}

/// The record with another state's word.
pub(crate) fn in_state(record: &OutOfBand, state: &str) -> Value {
    let their_service = record.their_service.as_ref().map(|service| {
        json!({
            "recipientKeys": service.recipient_keys,
            "serviceEndpoint": service.service_endpoint,
            "routingKeys": service.routing_keys,
        })
    });
    // A sender's record of an offer that rides along names its thread only once somebody has answered.
    let attach_thread_id = record.attach_thread_id.as_deref().filter(|_| record.role == Role::Receiver);
    Record::default()
        .with("state", state)
        .with("created_at", time(record.created_at))
        .with("updated_at", time(record.updated_at))
        .with("trace", false)
        .with("oob_id", record.id.as_str())
        .with("invi_msg_id", record.invi_msg_id.as_str())
        .with("invitation", invitation(record))
        .maybe("connection_id", record.connection_id.as_deref())
        .maybe("their_service", their_service)
        .maybe("attach_thread_id", attach_thread_id)
        .maybe("our_recipient_key", record.our_recipient_key.map(|key| key.to_string()))
        .with("role", role(record))
        .with("multi_use", record.multi_use)
        .done()
}

fn role(record: &OutOfBand) -> &'static str {
    match record.role {
        Role::Sender => "sender",
        Role::Receiver => "receiver",
    }
}

fn invitation(record: &OutOfBand) -> Value {
    Value::Object(record.invitation.message().as_value().clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use vouchsafe_didcomm::{Message, ServiceDecorator};
    use vouchsafe_protocols::out_of_band::Invitation;

    macro_rules! recorded {
        ($name:literal) => {
            serde_json::from_str::<Value>(include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../../tests/vectors/acapy/admin/",
                $name
            )))
            .unwrap()
        };
    }

    fn of_recording(shown: &Value, state: State) -> OutOfBand {
        let text = |name: &str| shown.get(name).and_then(Value::as_str).map(str::to_owned);
        let invitation = Invitation::read(Message::from_value(shown["invitation"].clone()).unwrap()).unwrap();
        let time = |name: &str| text(name).unwrap_or_else(|| "2026-11-23T09:44:02Z".to_owned()).parse().unwrap();
        OutOfBand {
            id: text("oob_id").unwrap(),
            invi_msg_id: text("invi_msg_id").unwrap(),
            role: if text("role").as_deref() == Some("receiver") { Role::Receiver } else { Role::Sender },
            state,
            invitation,
            connection_id: text("connection_id"),
            our_recipient_key: text("our_recipient_key").map(|key| key.parse().unwrap()),
            their_service: shown.get("their_service").map(|service| ServiceDecorator {
                recipient_keys: serde_json::from_value(service["recipientKeys"].clone()).unwrap(),
                routing_keys: Vec::new(),
                service_endpoint: service["serviceEndpoint"].as_str().unwrap().to_owned(),
            }),
            private_allowed: false,
            attach_thread_id: text("attach_thread_id"),
            multi_use: false,
            expires_at: None,
            created_at: time("created_at"),
            updated_at: time("updated_at"),
        }
    }

    #[test]
    fn invitations_sent_and_received_are_written_as_recorded() {
        let recording = recorded!("flow/02-receive-invitation.json");
        let shown = &recording["response"]["body"];
        assert_eq!(received(&of_recording(shown, State::Done)).to_string(), shown.to_string());

        let recording = recorded!("flow/receive-connectionless.json");
        let shown = &recording["response"]["body"];
        assert_eq!(received(&of_recording(shown, State::PrepareResponse)).to_string(), shown.to_string());

        let recording = recorded!("flow/01-create-invitation.json");
        let shown = &recording["response"]["body"];
        let record = of_recording(shown, State::AwaitResponse { reuse_msg_id: None });
        assert_eq!(created(&record, shown["invitation_url"].as_str().unwrap()).to_string(), shown.to_string());

        let recording = recorded!("webhooks/out_of_band-issuer-await-response.json");
        let shown = &recording["body"];
        let record = of_recording(shown, State::AwaitResponse { reuse_msg_id: None });
        assert_eq!(self::record(&record).to_string(), shown.to_string());
    }
}
