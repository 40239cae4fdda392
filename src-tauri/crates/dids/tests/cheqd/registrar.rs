use proptest::prelude::*;
use serde_json::{Value, json};
use vouchsafe_dids::cheqd::{LedgerCode, MAX_REPLY_BYTES, RegistrarError, RegistrarReply, read_registrar_reply};

const KID: &str = "did:cheqd:testnet:6981f795-f2f5-43db-ab18-e161f9241bf8#key-1";

fn read(status: u16, body: &Value) -> Result<RegistrarReply, RegistrarError> {
    read_registrar_reply(status, body.to_string().as_bytes())
}

/// A failure as the driver tells it.
fn failure(status: u16, reason: &str, description: &str) -> RegistrarError {
    let state = json!({ "did": "", "state": "failed", "reason": reason, "description": description, "secret": {} });
    read(status, &json!({ "jobId": null, "didState": state })).unwrap_err()
}

fn invalid(description: &str) -> RegistrarError {
    failure(400, "Invalid payload", &format!("Invalid payload: {description}"))
}

fn internal(error: &str) -> RegistrarError {
    let text = format!("The operation failed due to an internal error. Please try again: {error}");
    failure(500, "Internal server error", &text)
}

fn asking(requests: &Value) -> Value {
    json!({ "jobId": "70685f27-6939-4da0-86a4-ac8e1af5aefd", "didState": {
        "did": "did:cheqd:testnet:6981f795-f2f5-43db-ab18-e161f9241bf8", "state": "action", "action": "signPayload",
        "description": "Please sign", "signingRequest": requests, "secret": { "signingResponse": "e.g. {}" },
    }})
}

#[test]
fn a_payload_is_read_from_every_base64() {
    // Bytes whose two alphabets differ, and whose length needs padding.
    for text in ["+/+/+w==", "+/+/+w", "-_-_-w==", "-_-_-w"] {
        let request =
            json!({ "kid": KID, "type": "Ed25519VerificationKey2020", "alg": "EdDSA", "serializedPayload": text });
        let RegistrarReply::Sign { job_id, requests } =
            read(200, &asking(&json!({ "signingRequest0": request }))).unwrap()
        else {
            panic!("it asks to sign");
        };
        assert_eq!(job_id, "70685f27-6939-4da0-86a4-ac8e1af5aefd");
        assert_eq!(
            (requests[0].kid.as_str(), requests[0].payload.as_slice()),
            (KID, [0xfb, 0xff, 0xbf, 0xfb].as_slice())
        );
    }
}

#[test]
fn what_is_done_is_told_for_documents_and_resources() {
    let document = json!({ "id": "did:cheqd:testnet:x" });
    let body = json!({ "jobId": "1", "didState": { "did": "x", "state": "finished", "didDocument": document } });
    assert_eq!(read(201, &body), Ok(RegistrarReply::Finished));
    let body = json!({ "jobId": "1", "didUrlState": { "didUrl": "x", "state": "finished", "content": "Hello" } });
    assert_eq!(read(201, &body), Ok(RegistrarReply::Finished));
}

#[test]
fn a_lack_of_funds_is_told_as_such_whoever_says_it() {
    for error in [
        "Error: Broadcasting transaction failed with code 5 (codespace: sdk). Log: failed to deduct fees from \
         cheqd1rnr5jrt4exl0samwj0yegv99jeskl0hsxmcz96: spendable balance 45135161199ncheq is smaller than \
         50000000000ncheq: insufficient funds: insufficient funds",
        "Error: Account 'cheqd1rnr5jrt4exl0samwj0yegv99jeskl0hsxmcz96' does not exist on chain. Send some tokens there \
         before trying to query sequence.",
        "Error: Broadcasting transaction failed with code 13 (codespace: sdk). Log: insufficient fees; got: 1ncheq: \
         insufficient fee",
        "Error: No signer provided",
    ] {
        let told = internal(error);
        assert!(matches!(told, RegistrarError::LackOfFunds { .. }), "{error}: {told}");
        assert!(told.nothing_written());
    }
    assert!(matches!(invalid("\"failed to execute: insufficient funds\""), RegistrarError::LackOfFunds { .. }));
}

#[test]
fn the_ledgers_code_is_read_from_its_number_or_its_sentence() {
    let code = |error: RegistrarError| match error {
        RegistrarError::Refused { code, .. } => code,
        other => panic!("{other}"),
    };
    let log = "Error: Broadcasting transaction failed with code 1205 (codespace: cheqd). Log: payload: (id: x.): basic \
               validation failed";
    assert_eq!(code(internal(log)), Some(LedgerCode::Validation));
    for (sentence, expected) in [
        ("method id: x#key-1: invalid signature detected", LedgerCode::InvalidSignature),
        ("signer: x: signature is required but not found", LedgerCode::SignatureMissing),
        ("x#key-9: verification method not found", LedgerCode::MethodNotFound),
        ("x: DID Doc not found", LedgerCode::DidNotFound),
        ("x: DID Doc already deactivated", LedgerCode::Deactivated),
        ("x: DID namespace validation failed", LedgerCode::Namespace),
        ("x: internal error", LedgerCode::Internal),
    ] {
        let log = format!("\"failed to execute message; message index: 0: {sentence}\"");
        assert_eq!(code(invalid(&log)), Some(expected));
    }
    assert_eq!(code(invalid("Resource Data is invalid")), None);
    assert_eq!(LedgerCode::Deactivated.number(), 1207);
}

#[test]
fn each_failure_is_told_from_the_others() {
    assert_eq!(invalid("The DID does not exist or is Deactivated"), RegistrarError::NoSuchDid);
    assert_eq!(
        invalid("Update resource name or type does not match existing resource"),
        RegistrarError::NothingToUpdate
    );
    for exists in [
        invalid("Resource already exists"),
        failure(409, "Invalid payload", "Invalid payload: Update resource version or id already exists"),
        invalid("\"failed to execute message; message index: 0: did:cheqd:testnet:x: DID Doc exists\""),
        invalid("\"failed to execute message; message index: 0: x: Resource exists\""),
    ] {
        assert!(matches!(exists, RegistrarError::Exists { .. }) && !exists.nothing_written(), "{exists}");
    }
    let body = json!({ "jobId": "1", "didState": { "state": "failed", "reason": "The jobId is either expired or not found" } });
    assert_eq!(read(400, &body), Err(RegistrarError::JobExpired));
    // The driver tells this one with HTTP 200.
    let controller =
        failure(200, "Invalid payload", "Invalid payload: The Controller does not exist or is Deactivated");
    assert!(matches!(controller, RegistrarError::Refused { code: None, .. }), "{controller}");
    assert!(controller.nothing_written());
}

#[test]
fn a_failure_that_may_have_come_after_the_ledger_took_it_says_so() {
    for error in [
        "Error: Transaction with ID 5B9 was submitted but was not yet found on the chain. You might want to check later. \
         There was a wait of 60 seconds.",
        "TypeError: fetch failed",
    ] {
        let told = internal(error);
        assert!(matches!(told, RegistrarError::Internal { .. }) && !told.nothing_written(), "{told}");
    }
    assert!(matches!(read_registrar_reply(502, b"<html>Bad Gateway</html>"), Err(RegistrarError::Internal { .. })));
    assert!(
        internal("Error: Broadcasting transaction failed with code 19 (codespace: sdk). Log: tx already in mempool")
            .to_string()
            .contains("refused")
    );
}

#[test]
fn what_is_no_registrar_is_not_taken_for_one() {
    let request = json!({ "kid": KID, "alg": "EdDSA", "serializedPayload": "AAAA" });
    let with = |member: &str, value: Value| {
        let mut request = request.clone();
        request[member] = value;
        asking(&json!({ "signingRequest0": request }))
    };
    let many: serde_json::Map<String, Value> = (0..40).map(|at| (at.to_string(), request.clone())).collect();
    let mut elsewhere = asking(&json!({ "signingRequest0": request }));
    elsewhere["didState"]["action"] = json!("redirect");
    let mut nameless = asking(&json!({ "signingRequest0": request }));
    nameless["jobId"] = Value::Null;
    for body in [
        json!({}),
        json!([]),
        json!({ "didState": {} }),
        json!({ "didState": { "state": "wait" } }),
        asking(&json!({})),
        asking(&json!([request])),
        asking(&many.into()),
        with("alg", json!("ES256K")),
        with("kid", json!("")),
        with("serializedPayload", json!("***")),
        with("serializedPayload", json!(5)),
        elsewhere,
        nameless,
    ] {
        assert!(matches!(read(200, &body), Err(RegistrarError::NotUnderstood(_))), "{body}");
    }
    assert_eq!(
        read_registrar_reply(400, b"Bad request").unwrap_err().to_string(),
        "this does not answer as a registrar does: HTTP 400: Bad request"
    );
    let huge = vec![b' '; MAX_REPLY_BYTES + 1];
    assert!(matches!(read_registrar_reply(200, &huge), Err(RegistrarError::NotUnderstood(_))));
}

#[test]
fn what_others_wrote_is_quoted_within_bounds() {
    let RegistrarError::Refused { reason, .. } = invalid(&format!("bad\n\u{7}{}", "x".repeat(5000))) else {
        panic!("refused");
    };
    assert!(reason.chars().count() <= 601 && !reason.contains(['\n', '\u{7}']));
}

proptest! {
    #[test]
    fn no_answer_makes_it_panic(status in 100_u16..600, body: Vec<u8>, text in "\\PC{0,60}") {
        let _ = read_registrar_reply(status, &body);
        let _ = failure(status, &text, &text);
        let _ = read(status, &json!({ "didState": text, "error": text }));
        let _ = read(status, &asking(&json!({ "a": { "kid": text, "serializedPayload": text } })));
    }
}
