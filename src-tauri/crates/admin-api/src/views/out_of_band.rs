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
