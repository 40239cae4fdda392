//! A credential exchange as ACA-Py's `V20CredExRecord` with its format's detail, and the slim form that its webhook
//! has.

use serde_json::{Value, json};
use uuid::Uuid;
use vouchsafe_didcomm::Message;
use vouchsafe_protocols::issue_credential::{CredentialExchange, Initiator, Role};

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
    let Some(credential_id) = exchange.credential_id() else { return Value::Null };
    let stored_at = time(exchange.updated_at);
    Record::default()
        .with("created_at", stored_at.clone())
        .with("updated_at", stored_at)
        .with("cred_ex_ld_proof_id", detail_id(&exchange.id))
        .with("cred_ex_id", exchange.id.as_str())
        .with("cred_id_stored", credential_id)
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

/// The detail's id: the same at every look, and nobody else's.
fn detail_id(exchange_id: &str) -> String {
    const DETAIL: u128 = 0x6c64_2070_726f_0000_0000_6f66_2064_6574;
    match Uuid::parse_str(exchange_id) {
        Ok(id) => Uuid::from_u128(id.as_u128() ^ DETAIL).to_string(),
        Err(_) => exchange_id.to_owned(),
    }
}

fn message(message: &Message) -> Value {
    Value::Object(message.as_value().clone())
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
