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
        Event::ConnectionReuse { connection_id, oob_id } => vec![("connection_reuse", reuse(connection_id, oob_id, None))],
        Event::ConnectionReuseAccepted { connection_id, oob_id } => {
            vec![("connection_reuse_accepted", reuse(connection_id, oob_id, Some("accepted")))]
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
        | Event::CredentialDeleted { .. }
        | Event::Dids
        | Event::Settings
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

fn reuse(connection_id: &str, oob_id: &str, state: Option<&str>) -> Value {
    Record::default()
        .with("connection_id", connection_id)
        .maybe("state", state)
        .with("oob_id", oob_id)
        .with("comment", format!("Connection {connection_id} is being reused for an invitation"))
        .done()
}
