//! What happened, as the topics and bodies that ACA-Py sends by webhook and `/ws`.

use jiff::Timestamp;
use serde_json::{Value, json};
use vouchsafe_agent::Event;
use vouchsafe_protocols::out_of_band::{OutOfBand, Role, State};

use super::{Record, connection, exchange, out_of_band, time};

/// One message to a controller.
pub(crate) type Told = (&'static str, Value);

/// What a controller is told of an event: none, one or several messages, in order.
pub(crate) fn told(event: &Event) -> Vec<Told> {
    match event {
        Event::Connection(record) => vec![("connections", connection::connection(record))],
        Event::ConnectionDeleted(record) => vec![("connections", connection::deleted(record))],
        Event::OutOfBand(record) => invitation(record),
        Event::ConnectionReuse { connection_id, invi_msg_id, thread_id, .. } => {
            vec![("connection_reuse", reuse(connection_id, invi_msg_id, thread_id, None))]
        }
        Event::ConnectionReuseAccepted { connection_id, invi_msg_id, thread_id, .. } => {
            vec![("connection_reuse_accepted", reuse(connection_id, invi_msg_id, thread_id, Some("accepted")))]
        }
        Event::CredentialExchange(record) => {
            let slim = ("issue_credential_v2_0", exchange::slim(record, record.state_word()));
            match exchange::ld_proof(record) {
                Value::Null => vec![slim],
                detail => vec![("issue_credential_v2_0_ld_proof", detail), slim],
            }
        }
        Event::CredentialExchangeDeleted(record) => {
            vec![("issue_credential_v2_0", exchange::slim(record, "deleted"))]
        }
        Event::BasicMessage { connection_id, message_id, content, sent_time } => {
            let sent_time = sent_time.parse::<Timestamp>().map_or_else(|_| Value::from(sent_time.as_str()), time);
            let body = json!({
                "connection_id": connection_id,
                "message_id": message_id,
                "content": content,
                "state": "received",
                "sent_time": sent_time,
            });
            vec![("basicmessages", body)]
        }
        Event::Ping { connection_id, thread_id, comment, responded } => {
            let state = if *responded { "response_received" } else { "received" };
            let body = Record::default()
                .maybe("comment", comment.as_deref())
                .with("connection_id", connection_id.as_str())
                .with("responded", *responded)
                .with("state", state)
                .with("thread_id", thread_id.as_str());
            vec![("ping", body.done())]
        }
        Event::ProblemReport { connection_id, thread_id, code, description } => {
            let body = Record::default()
                .maybe("connection_id", connection_id.as_deref())
                .with("thread_id", thread_id.as_str())
                .with("description", json!({ "code": code, "en": description }));
            vec![("problem_report", body.done())]
        }
        Event::Disclosures { connection_id, thread_id, disclosures } => {
            let body = json!({
                "connection_id": connection_id,
                "thread_id": thread_id,
                "disclosures": { "disclosures": disclosures },
            });
            vec![("discover_feature", body)]
        }
        Event::CredentialStored { .. }
        | Event::CredentialKept { .. }
        | Event::CredentialDeleted { .. }
        | Event::CredentialStatus { .. }
        | Event::IssuedStatus { .. }
        | Event::Dids
        | Event::Settings
        | Event::Runs
        | Event::Delivery { .. }
        | Event::Undeliverable { .. } => Vec::new(),
    }
}

/// ACA-Py tells every state that a record passes, also where it passes several at once.
fn invitation(record: &OutOfBand) -> Vec<Told> {
    let states: &[&str] = match (&record.state, record.role) {
        (State::Done, Role::Receiver) if record.created_at == record.updated_at => &["initial", "deleted", "done"],
        (State::Done, _) => &["done", "deleted"],
        (state, _) => &[state.word()],
    };
    states.iter().map(|state| ("out_of_band", out_of_band::in_state(record, state))).collect()
}

fn reuse(connection_id: &str, invi_msg_id: &str, thread_id: &str, state: Option<&str>) -> Value {
    Record::default()
        .with("thread_id", thread_id)
        .with("connection_id", connection_id)
        .maybe("state", state)
        .with("comment", format!("Connection {connection_id} is being reused for invitation {invi_msg_id}"))
        .done()
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! recorded {
        ($name:literal) => {
            serde_json::from_str::<Value>(include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../../../tests/vectors/acapy/admin/webhooks/",
                $name
            )))
            .unwrap()
        };
    }

    /// The topic and the body as ACA-Py sent them, members in order.
    fn is_as_recorded(event: &Event, recording: &Value) {
        let told = told(event);
        let topic = recording["path"].as_str().unwrap().split('/').nth(3).unwrap();
        let body = &told.iter().find(|(told, _)| *told == topic).unwrap().1;
        assert_eq!(body.to_string(), recording["body"].to_string());
    }

    #[test]
    fn a_reuse_is_told_to_both_sides_as_recorded() {
        let recording = recorded!("connection_reuse-issuer.json");
        let text = |name: &str| recording["body"][name].as_str().unwrap().to_owned();
        let invi_msg_id = text("comment").rsplit(' ').next().unwrap().to_owned();
        let (connection_id, thread_id, oob_id) = (text("connection_id"), text("thread_id"), String::new());
        is_as_recorded(&Event::ConnectionReuse { connection_id, oob_id, invi_msg_id, thread_id }, &recording);
        let recording = recorded!("connection_reuse_accepted-holder-accepted.json");
        let text = |name: &str| recording["body"][name].as_str().unwrap().to_owned();
        let invi_msg_id = text("comment").rsplit(' ').next().unwrap().to_owned();
        let (connection_id, thread_id, oob_id) = (text("connection_id"), text("thread_id"), String::new());
        is_as_recorded(&Event::ConnectionReuseAccepted { connection_id, oob_id, invi_msg_id, thread_id }, &recording);
    }

    #[test]
    fn a_basic_message_is_told_as_recorded() {
        let recording = recorded!("basicmessages-holder-received.json");
        let text = |name: &str| recording["body"][name].as_str().unwrap().to_owned();
        let event = Event::BasicMessage {
            connection_id: text("connection_id"),
            message_id: text("message_id"),
            content: text("content"),
            sent_time: text("sent_time"),
        };
        is_as_recorded(&event, &recording);
    }

    #[test]
    fn a_connection_is_told_as_recorded() {
        let recording = recorded!("connections-holder-completed.json");
        let record = connection::tests::of_recording(&recording["body"]);
        is_as_recorded(&Event::Connection(Box::new(record)), &recording);
    }

    #[test]
    fn a_stored_credential_is_told_before_the_exchange_is_done() {
        let recording = recorded!("issue_credential_v2_0-holder-done.json");
        let record = exchange::tests::recorded_and_stored();
        let event = Event::CredentialExchange(Box::new(record));
        is_as_recorded(&event, &recording);
        is_as_recorded(&event, &recorded!("issue_credential_v2_0_ld_proof-holder.json"));
        let topics: Vec<_> = told(&event).into_iter().map(|(topic, _)| topic).collect();
        assert_eq!(topics, ["issue_credential_v2_0_ld_proof", "issue_credential_v2_0"]);
    }
}
