//! Credentials of our own: what may be signed, that what was signed verifies, and that nothing in it can change.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use vouchsafe_credentials::{
    CheckKind, CredentialError, DataModel, IssuerKeys, Outcome, ProofOptions, Suite, check, required_contexts, sign,
    verify, without_proof,
};
use vouchsafe_didcomm::key::SigningKey;

const SUITES: [Suite; 4] =
    [Suite::Ed25519Signature2018, Suite::Ed25519Signature2020, Suite::EddsaRdfc2022, Suite::EddsaJcs2022];
const NOW: &str = "2026-06-01T12:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

fn keys() -> IssuerKeys {
    let verkey = key().verkey();
    IssuerKeys {
        did: verkey.to_did_key(),
        assertion: vec![(verkey.to_did_key_reference(), verkey)],
        resolved_at: None,
        from_cache: false,
        deactivated: false,
    }
}

fn credential() -> Value {
    json!({
        "@context": ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/citizenship/v1"],
        "id": "urn:uuid:12345678-1234-4234-8234-123456789abc",
        "type": ["VerifiableCredential", "PermanentResident"],
        "issuer": keys().did,
        "issuanceDate": "2026-01-01T00:00:00Z",
        "expirationDate": "2027-01-01T00:00:00+02:00",
        "credentialSubject": {
            "id": "did:example:holder",
            "type": ["PermanentResident"],
            "givenName": "ALICE",
            "familyName": "SMITH",
            "birthDate": "1958-07-17",
        },
    })
}

fn credential_2() -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", {"score": "https://example.org/v#score", "Pass": "https://example.org/v#Pass"}],
        "type": ["VerifiableCredential", "Pass"],
        "issuer": {"id": keys().did, "name": "Example University"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:holder", "score": 12},
    })
}

fn prepared(mut credential: Value, suite: Suite) -> Value {
    let contexts = credential["@context"].as_array_mut().unwrap();
    let missing = required_contexts(suite, &json!({"@context": contexts}));
    contexts.extend(missing.into_iter().map(Value::String));
    credential
}

fn signed(credential: &Value, suite: Suite) -> Result<Value, CredentialError> {
    let method = key().verkey().to_did_key_reference();
    sign(credential, suite, &key(), &method, now(), &ProofOptions::default())
}

fn fails(credential: &Value) -> bool {
    let verification = verify(credential, Some(&keys()), now());
    !verification.verified && !verification.is_authentic()
}

#[test]
fn what_was_signed_verifies_and_is_unchanged_but_for_the_proof() {
    for suite in SUITES {
        for plain in [credential(), credential_2()] {
            let plain = prepared(plain, suite);
            let is_2 = check(&plain).unwrap().data_model == DataModel::V2;
            if is_2 && suite == Suite::Ed25519Signature2018 {
                assert_eq!(signed(&plain, suite), Err(CredentialError::SuiteForDataModel("Ed25519Signature2018")));
                continue;
            }
            let signed = signed(&plain, suite).unwrap();
            assert_eq!(without_proof(&signed), plain);
            let verification = verify(&signed, Some(&keys()), now());
            assert!(verification.verified, "{suite}: {:?}", verification.failure());
            assert_eq!(verification.inline_contexts, is_2);
        }
    }
}

#[test]
fn the_proof_is_written_as_acapy_writes_it() {
    let signed = signed(&credential(), Suite::Ed25519Signature2018).unwrap();
    let proof = signed["proof"].as_object().unwrap();
    let members: Vec<&str> = proof.keys().map(String::as_str).collect();
    assert_eq!(members, ["type", "proofPurpose", "verificationMethod", "created", "jws"]);
    assert_eq!(proof["created"], NOW);
    assert_eq!(proof["proofPurpose"], "assertionMethod");
}

#[test]
fn the_context_of_the_suite_must_be_in_the_offer() {
    for suite in [Suite::Ed25519Signature2020, Suite::EddsaRdfc2022, Suite::EddsaJcs2022] {
        let error = signed(&credential(), suite).unwrap_err();
        assert!(matches!(error, CredentialError::ContextMissing { .. }), "{error}");
        assert_eq!(required_contexts(suite, &credential()).len(), 1);
        assert!(required_contexts(suite, &prepared(credential(), suite)).is_empty());
    }
}

#[test]
fn a_method_of_somebody_else_cannot_sign() {
    let other = SigningKey::from_seed(&[8; 32]);
    let method = other.verkey().to_did_key_reference();
    let suite = Suite::Ed25519Signature2018;
    let error = sign(&credential(), suite, &other, &method, now(), &ProofOptions::default());
    assert!(matches!(error, Err(CredentialError::Malformed { member, .. }) if member == "issuer"));
}

#[test]
fn several_proofs_are_each_verified_and_bounded() {
    let plain = prepared(credential(), Suite::Ed25519Signature2020);
    let once = signed(&plain, Suite::Ed25519Signature2018).unwrap();
    let twice = signed(&once, Suite::Ed25519Signature2020).unwrap();
    let verification = verify(&twice, Some(&keys()), now());
    assert!(verification.verified, "{:?}", verification.failure());
    assert_eq!(verification.suites, [Suite::Ed25519Signature2018, Suite::Ed25519Signature2020]);

    let mut one_wrong = twice.clone();
    one_wrong["proof"][0]["created"] = json!("2026-06-01T12:00:01Z");
    assert!(fails(&one_wrong));

    let mut many = once.clone();
    many["proof"] = Value::Array(vec![once["proof"].clone(); 9]);
    assert!(fails(&many));
}

#[test]
fn a_proof_for_another_purpose_does_not_count() {
    let options = ProofOptions { purpose: "authentication".to_owned(), ..ProofOptions::default() };
    let method = key().verkey().to_did_key_reference();
    let suite = Suite::Ed25519Signature2018;
    let signed = sign(&credential(), suite, &key(), &method, now(), &options).unwrap();
    let verification = verify(&signed, Some(&keys()), now());
    assert_eq!(verification.failure().unwrap().kind, CheckKind::Purpose);
}

#[test]
fn dates_decide_validity_but_not_authenticity() {
    let signed = signed(&credential(), Suite::Ed25519Signature2018).unwrap();
    for (at, kind) in [("2025-12-31T00:00:00Z", CheckKind::ValidFrom), ("2027-01-01T00:00:00Z", CheckKind::Expiry)] {
        let verification = verify(&signed, Some(&keys()), at.parse().unwrap());
        assert_eq!(verification.failure().unwrap().kind, kind);
        assert!(!verification.verified && verification.is_authentic());
    }
}

#[test]
fn a_status_is_said_to_be_unchecked() {
    let mut plain = credential();
    plain["@context"].as_array_mut().unwrap().push(json!("https://w3id.org/vc/status-list/2021/v1"));
    plain["credentialStatus"] = json!({
        "id": "https://example.com/status/3#94567",
        "type": "StatusList2021Entry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": "https://example.com/status/3",
    });
    let verification = verify(&signed(&plain, Suite::Ed25519Signature2018).unwrap(), Some(&keys()), now());
    let status = verification.checks.iter().find(|check| check.kind == CheckKind::Status).unwrap();
    assert_eq!(status.outcome, Outcome::NotChecked);
    assert!(verification.verified);
}

#[test]
fn what_is_not_a_credential_is_refused_by_member() {
    let with = |pointer: &str, value: Value| {
        let mut changed = credential();
        *changed.pointer_mut(pointer).unwrap() = value;
        changed
    };
    let without = |member: &str| {
        let mut changed = credential();
        changed.as_object_mut().unwrap().shift_remove(member);
        changed
    };
    for (changed, member) in [
        (json!([]), "the credential"),
        (without("@context"), "@context"),
        (with("/@context", json!("https://www.w3.org/2018/credentials/v1")), "@context"),
        (with("/@context/0", json!("https://w3id.org/citizenship/v1")), "@context"),
        (without("type"), "type"),
        (with("/type", json!("PermanentResident")), "type"),
        (without("issuer"), "issuer"),
        (with("/issuer", json!({"name": "nobody"})), "issuer"),
        (without("issuanceDate"), "issuanceDate"),
        (with("/issuanceDate", json!("2026-01-01T00:00:00")), "issuanceDate"),
        (with("/issuanceDate", json!("2026-01-01")), "issuanceDate"),
        (with("/expirationDate", json!(null)), "expirationDate"),
        (with("/expirationDate", json!("2025-01-01T00:00:00Z")), "expirationDate"),
        (without("credentialSubject"), "credentialSubject"),
        (with("/credentialSubject", json!([])), "credentialSubject"),
        (with("/credentialSubject", json!({})), "credentialSubject"),
        (with("/credentialSubject/familyName", json!({"@context": {}})), "@context"),
    ] {
        match check(&changed) {
            Err(CredentialError::Malformed { member: named, .. }) => assert_eq!(named, member),
            other => panic!("{member}: {other:?}"),
        }
        assert!(fails(&changed));
    }
}

#[test]
fn size_is_bounded() {
    let mut large = credential();
    large["credentialSubject"]["givenName"] = json!("x".repeat(800 * 1024));
    assert!(matches!(check(&large), Err(CredentialError::TooLarge { what: "bytes", .. })));
}

#[test]
fn deep_documents_fit_the_stack_of_a_worker_thread() {
    let mut subject = json!({"score": 1});
    for _ in 0..28 {
        subject = json!({"score": subject});
    }
    let mut plain = credential_2();
    plain["credentialSubject"] = subject;
    let read = std::thread::Builder::new().stack_size(1 << 20).spawn(move || check(&plain).map(drop));
    assert_eq!(read.unwrap().join().unwrap(), Ok(()));
}

/// Every value that a signature must cover, by JSON pointer.
fn leaves(value: &Value, path: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members.iter().filter(|(key, _)| *key != "@context") {
                leaves(value, format!("{path}/{key}"), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                leaves(item, format!("{path}/{index}"), found);
            }
        }
        _ => found.push(path),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_claims_verify_under_every_suite(given in "[^\\x00-\\x1f\\x7f]{0,40}", family in "[\\PC\t\n\r]{1,40}", suite in 0..4_usize) {
        let suite = SUITES[suite];
        let mut plain = prepared(credential(), suite);
        plain["credentialSubject"]["givenName"] = json!(given);
        plain["credentialSubject"]["familyName"] = json!(family);
        let signed = signed(&plain, suite).unwrap();
        let text = serde_json::to_vec(&signed).unwrap();
        let received: Value = serde_json::from_slice(&text).unwrap();
        let verification = verify(&received, Some(&keys()), now());
        prop_assert!(verification.verified, "{:?}", verification.failure());
    }

    #[test]
    fn any_change_of_any_value_is_noticed(
        suite in 0..4_usize,
        which in any::<prop::sample::Index>(),
        replacement in prop_oneof![
            "[a-zA-Z0-9:#. -]{0,30}".prop_map(Value::String),
            any::<i32>().prop_map(Value::from),
            any::<bool>().prop_map(Value::Bool),
            Just(Value::Null),
            Just(json!({})),
            Just(json!([])),
        ],
    ) {
        let suite = SUITES[suite];
        let signed = signed(&prepared(credential(), suite), suite).unwrap();
        let mut paths = Vec::new();
        leaves(&signed, String::new(), &mut paths);
        let path = which.get(&paths);
        let mut changed = signed.clone();
        let leaf = changed.pointer_mut(path).unwrap();
        prop_assume!(*leaf != replacement);
        *leaf = replacement;
        prop_assert!(fails(&changed), "{suite} {path}");
    }

    #[test]
    fn any_json_gets_an_answer(text in "\\PC{0,200}", at in any::<prop::sample::Index>()) {
        let mut paths = Vec::new();
        let plain = credential();
        leaves(&plain, String::new(), &mut paths);
        let mut changed = plain.clone();
        if let Ok(value) = serde_json::from_str(&text) {
            *changed.pointer_mut(at.get(&paths).as_str()).unwrap() = value;
        } else {
            *changed.pointer_mut(at.get(&paths).as_str()).unwrap() = json!({text: [null]});
        }
        let _ = check(&changed);
        prop_assert!(fails(&changed));
    }
}

#[test]
fn a_document_of_ever_new_combinations_of_types_is_refused_soon() {
    let scoped: serde_json::Map<String, Value> =
        (0..10).map(|n| (format!("T{n}"), json!({"@id": "urn:t", "@context": {format!("p{n}"): "urn:p"}}))).collect();
    let mut plain = credential_2();
    plain["@context"].as_array_mut().unwrap().push(Value::Object(scoped));
    let nodes: Vec<Value> = (1..1000)
        .map(|bits| {
            let types: Vec<String> = (0..10).filter(|n| bits >> n & 1 == 1).map(|n| format!("T{n}")).collect();
            json!({"type": types})
        })
        .collect();
    plain["credentialSubject"]["score"] = Value::Array(nodes);
    assert!(matches!(check(&plain), Err(CredentialError::TooLarge { .. })));
    // Others are not disturbed.
    assert!(check(&credential_2()).is_ok());
}
