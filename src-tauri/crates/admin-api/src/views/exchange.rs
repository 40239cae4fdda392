//! A credential exchange as ACA-Py's `V20CredExRecord` with its format's detail, and the slim form that its webhook
//! has.

use serde_json::{Value, json};
use vouchsafe_didcomm::Message;
use vouchsafe_protocols::issue_credential::{CredentialExchange, Initiator, Role, State, holder};

use super::{Record, time};

/// The record with its formats' details: what GET, issue and store answer.
pub(crate) fn detailed(exchange: &CredentialExchange) -> Value {
    json!({
        "cred_ex_record": record(exchange),
        "anoncreds": null,
        "indy": null,
        "ld_proof": ld_proof(exchange),
        "vc_di": null,
    })
}

/// The record alone: what the other steps answer.
pub(crate) fn record(exchange: &CredentialExchange) -> Value {
    let issuer = exchange.role() == Role::Issuer;
    Record::default()
        .with("state", exchange.state_word())
        .with("created_at", time(exchange.created_at))
        .with("updated_at", time(exchange.updated_at))
        .with("trace", false)
        .with("cred_ex_id", exchange.id.as_str())
        .maybe("connection_id", exchange.connection_id.as_deref())
        .with("thread_id", exchange.thread_id.as_str())
        .maybe("parent_thread_id", exchange.parent_thread_id.as_deref())
        .with("initiator", initiator(exchange))
        .with("role", role(exchange))
        .maybe("cred_proposal", exchange.cred_proposal().map(message))
        .maybe("cred_offer", exchange.cred_offer().map(message))
        .maybe("cred_request", exchange.cred_request().map(message))
        .maybe("cred_issue", exchange.cred_issue().map(message))
        .with("by_format", exchange.by_format())
        .with("auto_offer", exchange.auto_offer)
        .with("auto_issue", exchange.auto_issue)
        .with("auto_remove", exchange.auto_remove)
        .maybe("auto_remove_on_failure", (issuer || exchange.state.is_abandoned()).then_some(false))
        .maybe("error_msg", exchange.error_msg.as_deref())
        .done()
}

/// The holder's record of the stored credential; null before.
pub(crate) fn ld_proof(exchange: &CredentialExchange) -> Value {
    let State::Holder(holder::State::Done(stored)) = &exchange.state else { return Value::Null };
    let stored_at = time(stored.stored_at);
    Record::default()
        .with("created_at", stored_at.clone())
        .with("updated_at", stored_at)
        .with("cred_ex_ld_proof_id", stored.stored_id.as_str())
        .with("cred_ex_id", exchange.id.as_str())
        .with("cred_id_stored", stored.credential_id.as_str())
        .done()
}

/// What the webhook says: ids, state and flags.
pub(crate) fn slim(exchange: &CredentialExchange, state: &str) -> Value {
    Record::default()
        .maybe("connection_id", exchange.connection_id.as_deref())
        .with("cred_ex_id", exchange.id.as_str())
        .with("role", role(exchange))
        .with("initiator", initiator(exchange))
        .with("auto_offer", exchange.auto_offer)
        .with("auto_issue", exchange.auto_issue)
        .with("auto_remove", exchange.auto_remove)
        .maybe("error_msg", exchange.error_msg.as_deref())
        .with("thread_id", exchange.thread_id.as_str())
        .maybe("parent_thread_id", exchange.parent_thread_id.as_deref())
        .with("state", state)
        .with("trace", false)
        .with("created_at", time(exchange.created_at))
        .with("updated_at", time(exchange.updated_at))
        .done()
}

/// The message, its thread after its id as ACA-Py shows it, wherever it stood when it crossed.
fn message(message: &Message) -> Value {
    let mut members = message.as_value().clone();
    if let Some(thread) = members.shift_remove("~thread") {
        let after_id = members.keys().position(|name| name == "@id").map_or(0, |at| at + 1);
        members.shift_insert(after_id, "~thread".to_owned(), thread);
    }
    Value::Object(members)
}

fn role(exchange: &CredentialExchange) -> &'static str {
    match exchange.role() {
        Role::Issuer => "issuer",
        Role::Holder => "holder",
    }
}

fn initiator(exchange: &CredentialExchange) -> &'static str {
    match exchange.initiator {
        Initiator::Own => "self",
        Initiator::External => "external",
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use vouchsafe_protocols::issue_credential::holder::Stored;
    use vouchsafe_protocols::issue_credential::issuer;
    use vouchsafe_protocols::issue_credential::stage::{Crossed, Issued, Offered, Requested};

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

    fn message_of(shown: &Value, name: &str) -> Option<Message> {
        shown.get(name).map(|message| Message::from_value(message.clone()).unwrap())
    }

    fn of_recording(shown: &Value, state: State) -> CredentialExchange {
        let text = |name: &str| shown.get(name).and_then(Value::as_str).map(str::to_owned);
        CredentialExchange {
            id: text("cred_ex_id").unwrap(),
            thread_id: text("thread_id").unwrap(),
            parent_thread_id: text("parent_thread_id"),
            connection_id: text("connection_id"),
            initiator: if text("initiator").as_deref() == Some("self") { Initiator::Own } else { Initiator::External },
            state,
            auto_offer: false,
            auto_issue: false,
            auto_remove: false,
            error_msg: text("error_msg"),
            received: Vec::new(),
            created_at: text("created_at").unwrap().parse().unwrap(),
            updated_at: text("updated_at").unwrap().parse().unwrap(),
        }
    }

    /// The holder's record of the recorded flow, once the credential is stored.
    pub(crate) fn recorded_and_stored() -> CredentialExchange {
        let recording = recorded!("06-store.json");
        let (shown, detail) =
            (&recording["response"]["body"]["cred_ex_record"], &recording["response"]["body"]["ld_proof"]);
        let offered = Offered { cred_proposal: None, cred_offer: message_of(shown, "cred_offer").unwrap() };
        let requested = Requested { offered: Some(offered), cred_request: message_of(shown, "cred_request").unwrap() };
        let issued = Issued { requested, cred_issue: message_of(shown, "cred_issue").unwrap() };
        let stored = Stored {
            issued,
            credential_id: detail["cred_id_stored"].as_str().unwrap().to_owned(),
            stored_id: detail["cred_ex_ld_proof_id"].as_str().unwrap().to_owned(),
            stored_at: detail["created_at"].as_str().unwrap().parse().unwrap(),
        };
        of_recording(shown, State::Holder(holder::State::Done(stored)))
    }

    #[test]
    fn a_stored_credential_s_exchange_is_written_as_recorded() {
        let recording = recorded!("06-store.json");
        assert_eq!(detailed(&recorded_and_stored()).to_string(), recording["response"]["body"].to_string());
    }

    #[test]
    fn an_offer_is_written_as_recorded() {
        let recording = recorded!("03-send-offer.json");
        let shown = &recording["response"]["body"];
        let offered = Offered {
            cred_proposal: message_of(shown, "cred_proposal"),
            cred_offer: message_of(shown, "cred_offer").unwrap(),
        };
        let exchange = of_recording(shown, State::Issuer(issuer::State::OfferSent(offered)));
        assert_eq!(record(&exchange).to_string(), shown.to_string());
    }

    #[test]
    fn a_declined_offer_is_written_as_recorded() {
        let recording = recorded!("holder-record-after-decline.json");
        let shown = &recording["response"]["body"]["cred_ex_record"];
        let crossed = Crossed { cred_offer: message_of(shown, "cred_offer"), ..Crossed::default() };
        let exchange = of_recording(shown, State::Holder(holder::State::Abandoned(crossed)));
        assert_eq!(detailed(&exchange).to_string(), recording["response"]["body"].to_string());
    }

    #[test]
    fn a_thread_is_shown_after_the_id_wherever_it_stood() {
        let crossed =
            json!({ "@type": "https://didcomm.org/notification/1.0/ack", "@id": "1", "status": "OK", "~thread": {} });
        let shown = message(&Message::from_value(crossed).unwrap());
        let names: Vec<_> = shown.as_object().unwrap().keys().cloned().collect();
        assert_eq!(names, ["@type", "@id", "~thread", "status"]);
    }
}
