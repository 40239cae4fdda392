//! What the tests stand on: recorded messages, a counter for ids, a credential to issue.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde_json::{Value, json};
use vouchsafe_didcomm::Message;
use vouchsafe_protocols::{
    Context, ProtocolError,
    issue_credential::{CredentialExchange, ExchangeStep, LdProofDetail, Payload, Received, State, holder, issuer},
};

pub fn recordings() -> Value {
    serde_json::from_str(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../tests/vectors/acapy/issue-credential.json"
    )))
    .unwrap()
}

/// A recorded message of ACA-Py, by the path it was recorded under.
pub fn recorded(name: &str) -> Message {
    let all: Value = serde_json::from_str(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../tests/vectors/acapy/messages.json"
    )))
    .unwrap();
    let found = all.as_array().unwrap().iter().find(|entry| entry["name"] == name);
    message(&found.unwrap_or_else(|| panic!("no recording {name}"))["message"])
}

/// The recorded messages of Credo, by message name.
pub fn credo(name: &str) -> Message {
    let all: Value = serde_json::from_str(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../tests/vectors/credo-wire.json"
    )))
    .unwrap();
    let found = all.as_array().unwrap().iter().find(|entry| entry["@type"].as_str().unwrap().ends_with(name));
    let mut found = found.unwrap().clone();
    found.as_object_mut().unwrap().shift_remove("from");
    message(&found)
}

pub fn message(value: &Value) -> Message {
    Message::from_value(value.clone()).unwrap()
}

/// Runs a step whose new ids are `ids` first and counted ones after.
pub fn with_ids<T>(ids: &[&str], step: impl FnOnce(&mut Context<'_>) -> T) -> T {
    use std::sync::atomic::{AtomicU64, Ordering};
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let mut ids: VecDeque<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    let mut next = || ids.pop_front().unwrap_or_else(|| format!("id-{:08}", COUNTER.fetch_add(1, Ordering::Relaxed)));
    let now: Timestamp = "2026-11-23T09:44:03.764725Z".parse().unwrap();
    step(&mut Context::new(now, &mut next))
}

pub fn hold(record: CredentialExchange, input: holder::Input) -> Result<ExchangeStep, ProtocolError> {
    with_ids(&[], |context| holder::advance(record, input, context))
}

pub fn issue(record: CredentialExchange, input: issuer::Input) -> Result<ExchangeStep, ProtocolError> {
    with_ids(&[], |context| issuer::advance(record, input, context))
}

pub fn received(message: &Message) -> Received {
    Received { message: message.clone(), connection_id: Some("connection".to_owned()) }
}

/// An offer's detail with no subject named.
pub fn detail() -> LdProofDetail {
    LdProofDetail::new(
        json!({
            "@context": ["https://www.w3.org/2018/credentials/v1", {"@vocab": "https://example.org/vocab#"}],
            "type": ["VerifiableCredential", "PermanentResident"],
            "issuer": "did:key:z6MkIssuer",
            "issuanceDate": "2024-01-01T00:00:00Z",
            "credentialSubject": {"type": ["PermanentResident"], "givenName": "ALICE", "age": 42}
        }),
        "Ed25519Signature2018",
    )
    .unwrap()
}

pub fn request_for(offer: &LdProofDetail) -> LdProofDetail {
    offer.clone().with_subject_id("did:key:z6MkHolder").unwrap()
}

/// The credential that a request asks for, with a proof that looks like one.
pub fn credential_for(request: &LdProofDetail) -> Value {
    let mut credential = request.credential().clone();
    credential["proof"] = json!({
        "type": request.proof_type(),
        "proofPurpose": request.proof_purpose(),
        "verificationMethod": "did:key:z6MkIssuer#z6MkIssuer",
        "created": "2026-11-23T09:44:04Z",
        "jws": "e30..c2ln"
    });
    credential
}

pub fn offer_of(detail: &LdProofDetail) -> issuer::Offer {
    issuer::Offer {
        payloads: vec![detail.clone().into()],
        asked: Vec::new(),
        preview: None,
        comment: Some("Yours".to_owned()),
    }
}

pub fn request_of(detail: LdProofDetail) -> holder::Request {
    holder::Request { payload: detail.into(), comment: None }
}

pub fn proposal_of(detail: &LdProofDetail) -> holder::Proposal {
    holder::Proposal { payloads: vec![detail.clone().into()], preview: None, comment: None }
}

pub fn issue_of(credential: Value) -> issuer::Input {
    issuer::Input::Issue { payload: Payload::ld_proof_credential(credential), comment: None }
}

/// Writes the record and reads it back, as between any two steps in the wallet.
pub fn stored(record: &CredentialExchange) -> CredentialExchange {
    let text = serde_json::to_string(record).unwrap();
    let back: CredentialExchange = serde_json::from_str(&text).unwrap();
    assert_eq!(&back, record, "a record changed by being stored: {text}");
    assert_eq!(serde_json::to_string(&back).unwrap(), text);
    back
}

pub fn is_final(record: &CredentialExchange) -> bool {
    State::is_final(&record.state)
}
