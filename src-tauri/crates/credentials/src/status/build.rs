//! Making a status list and the entries that point into it.
//!
//! Bitstring Status List is the default for both data models: data model 2.0 defines its terms, data model 1.1 gets the
//! context of the Recommendation (section 5.2). A credential that names the context of StatusList2021 gets that form,
//! for holders who have no other at hand.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::bits::Bits;
use super::entry::{Form, Purpose};
use crate::credential::{V1, V2, items};

const STATUS_V1: &str = "https://www.w3.org/ns/credentials/status/v1";
const STATUS_LIST_2021: &str = "https://w3id.org/vc/status-list/2021/v1";
const ED25519_2020: &str = "https://w3id.org/security/suites/ed25519-2020/v1";

fn names(credential: &Value, context: &str) -> bool {
    items(credential.get("@context")).iter().any(|named| named == context)
}

/// The form of status that a credential with these contexts gets.
pub fn form_for(credential: &Value) -> Form {
    if names(credential, STATUS_LIST_2021) { Form::StatusList2021 } else { Form::Bitstring }
}

/// The form that `credentialStatus` of an exchange's options asks for (RFC 0593), by its type; `None`: another.
pub fn form_named(entry_type: &str) -> Option<Form> {
    [Form::Bitstring, Form::StatusList2021].into_iter().find(|form| form.entry_type() == entry_type)
}

/// The context that entries of this form need and the credential does not name yet: to be added before it is offered.
fn missing_context(credential: &Value, form: Form) -> Option<&'static str> {
    match form {
        Form::Bitstring => (!names(credential, STATUS_V1) && !names(credential, V2)).then_some(STATUS_V1),
        Form::StatusList2021 => (!names(credential, STATUS_LIST_2021)).then_some(STATUS_LIST_2021),
    }
}

/// The credential with that context right after the data model's.
#[must_use]
pub fn with_context(mut credential: Value, form: Form) -> Value {
    if let Some(context) = missing_context(&credential, form)
        && let Some(contexts) = credential.get_mut("@context").and_then(Value::as_array_mut)
    {
        let after = contexts.len().min(1);
        contexts.insert(after, context.into());
    }
    credential
}

/// One entry for `credentialStatus`.
pub fn entry(form: Form, purpose: &Purpose, list: &str, index: u64) -> Value {
    json!({
        "id": format!("{list}#{index}"),
        "type": form.entry_type(),
        "statusPurpose": purpose.word(),
        "statusListIndex": index.to_string(),
        "statusListCredential": list,
    })
}

/// A list to be published.
#[derive(Debug, Clone, Copy)]
pub struct NewList<'a> {
    /// Which standard it follows.
    pub form: Form,
    /// What it is for.
    pub purpose: &'a Purpose,
    /// Its URL, which entries name.
    pub id: &'a str,
    /// The DID whose credentials it is about, and which signs it.
    pub issuer: &'a str,
    /// Its bits.
    pub bits: &'a Bits,
    /// When this version is made.
    pub made_at: Timestamp,
}

/// The list's credential, still to be signed with Ed25519Signature2020 by its issuer.
pub fn list_credential(list: &NewList<'_>) -> Value {
    let made_at = list.made_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let (contexts, date, packed) = match list.form {
        Form::Bitstring => (json!([V2, ED25519_2020]), "validFrom", list.bits.to_multibase()),
        Form::StatusList2021 => (json!([V1, STATUS_LIST_2021, ED25519_2020]), "issuanceDate", list.bits.to_base64url()),
    };
    json!({
        "@context": contexts,
        "id": list.id,
        "type": ["VerifiableCredential", list.form.credential_type()],
        "issuer": list.issuer,
        date: made_at,
        "credentialSubject": {
            "id": format!("{}#list", list.id),
            "type": list.form.list_type(),
            "statusPurpose": list.purpose.word(),
            "encodedList": packed,
        },
    })
}
