//! Credentials that ACA-Py issued, as recorded, against the keys that their documents name.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::str::FromStr as _;

use serde_json::{Value, json};
use vouchsafe_credentials::{
    CheckKind, IssuerKeys, Outcome, Summary, Verification, issuer_of, verification_method_of, verify,
};
use vouchsafe_didcomm::key::Verkey;

macro_rules! vectors {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"), "/../../../tests/vectors/acapy/credentials/", $name, ".json"
        )))),*]
    };
}

const RECORDED: [(&str, &str); 12] = vectors!(
    "acapy_key_2018",
    "acapy_key_2020",
    "acapy_key_2018status",
    "acapy_cheqd_2018",
    "acapy_cheqd_2020",
    "wire_2018",
    "wire_2020",
    "wire_auto_2018",
    "wire_connectionless",
    "wire_attached",
    "wire_mediated",
    "flow_vcdm2_2020",
);

fn recorded() -> impl Iterator<Item = (&'static str, Value)> {
    RECORDED.into_iter().map(|(name, text)| (name, serde_json::from_str(text).unwrap()))
}

/// The keys that a resolver would find: did:key's own, or those of the recorded did:cheqd document.
fn keys_of(credential: &Value) -> IssuerKeys {
    let did = issuer_of(credential).unwrap().to_owned();
    let assertion = if did.starts_with("did:key:") {
        let key = Verkey::from_str(&did).unwrap();
        vec![(key.to_did_key_reference(), key)]
    } else {
        let [(_, documents)] = vectors!("did-documents");
        let documents: Value = serde_json::from_str(documents).unwrap();
        let methods = documents[&did]["verificationMethod"].as_array().unwrap();
        methods
            .iter()
            .filter_map(|method| {
                let id = method["id"].as_str().unwrap().to_owned();
                let key = match (&method["publicKeyBase58"], &method["publicKeyMultibase"]) {
                    (Value::String(base58), _) => Verkey::from_str(base58).unwrap(),
                    (_, Value::String(multibase)) => Verkey::from_multibase(multibase).unwrap(),
                    _ => return None,
                };
                Some((id, key))
            })
            .collect()
    };
    IssuerKeys { did, assertion, resolved_at: None, from_cache: false, deactivated: false }
}

fn verified(credential: &Value) -> Verification {
    verify(credential, Some(&keys_of(credential)), "2026-11-24T00:00:00Z".parse().unwrap())
}

fn outcome(verification: &Verification, kind: CheckKind) -> Outcome {
    verification.checks.iter().find(|check| check.kind == kind).unwrap().outcome
}

#[test]
fn every_recorded_credential_verifies() {
    for (name, credential) in recorded() {
        let verification = verified(&credential);
        assert!(verification.verified, "{name}: {:?}", verification.failure());
        assert_eq!(verification.inline_contexts, name == "flow_vcdm2_2020");
    }
}

#[test]
fn every_recorded_credential_fails_when_one_character_changes() {
    for (name, credential) in recorded() {
        let keys = keys_of(&credential);
        let mut paths = Vec::new();
        leaves(&credential, String::new(), &mut paths);
        for path in paths {
            let mut changed = credential.clone();
            let leaf = changed.pointer_mut(&path).unwrap();
            let Value::String(text) = leaf else { panic!("{name}: {path}") };
            let middle = text.len() / 2;
            let other = if text.as_bytes()[middle] == b'1' { "2" } else { "1" };
            text.replace_range(middle..=middle, other);
            let verification = verify(&changed, Some(&keys), "2026-11-24T00:00:00Z".parse().unwrap());
            assert!(!verification.verified && !verification.is_authentic(), "{name}: {path}");
        }
    }
}

/// Every string in the document, by JSON pointer; contexts are covered by being pinned or said to be inline.
fn leaves(value: &Value, path: String, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                if key != "@context" {
                    leaves(value, format!("{path}/{key}"), found);
                }
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

#[test]
fn a_member_that_was_added_after_signing_is_refused_by_its_name() {
    for (name, mut credential) in recorded() {
        credential["credentialSubject"]["degree"] = json!("PhD (forged)");
        let verification = verified(&credential);
        let failure = verification.failure().unwrap();
        assert_eq!(failure.kind, CheckKind::Members, "{name}");
        assert!(failure.detail.contains("credentialSubject.degree"), "{}", failure.detail);
        assert!(!verification.is_authentic());
    }
}

#[test]
fn another_issuer_another_key_or_no_key_is_not_enough() {
    let (_, credential) = recorded().next().unwrap();
    let mut keys = keys_of(&credential);
    let now = "2026-11-24T00:00:00Z".parse().unwrap();

    let unresolved = verify(&credential, None, now);
    assert!(!unresolved.verified && !unresolved.is_authentic());
    assert_eq!(outcome(&unresolved, CheckKind::Signature), Outcome::NotChecked);

    let mut foreign = credential.clone();
    foreign["issuer"] = json!("did:key:z6MkjyTueRqdQB3pgsGZcdFkQEMShVfoX5tH4fG7sBTQNED4");
    let foreign = verify(&foreign, Some(&keys_of(&foreign)), now);
    assert_eq!(outcome(&foreign, CheckKind::KeyAuthorised), Outcome::Failed);

    keys.assertion.clear();
    let unauthorised = verify(&credential, Some(&keys), now);
    assert_eq!(outcome(&unauthorised, CheckKind::KeyAuthorised), Outcome::Failed);
    assert!(!unauthorised.is_authentic());
}

#[test]
fn summaries_are_those_of_acapys_records() {
    let credentials: Vec<_> = recorded().collect();
    let of = |wanted: &str| {
        let (_, credential) = credentials.iter().find(|(name, _)| *name == wanted).unwrap();
        Summary::of(credential)
    };
    let summary = of("wire_2020");
    assert_eq!(summary.title, "Permanent resident");
    assert_eq!(summary.proof_types, ["Ed25519Signature2020"]);
    assert_eq!(
        summary.expanded_types,
        ["https://www.w3.org/2018/credentials#VerifiableCredential", "https://w3id.org/citizenship#PermanentResident"]
    );
    assert_eq!(summary.subject_ids.len(), 1);
    let first = &summary.claims[0];
    assert_eq!((first.path.as_str(), first.label.as_str(), first.value.as_str()), ("givenName", "Given name", "ALICE"));
    assert_eq!(of("acapy_key_2018").title, "Permanent resident card");
    assert!(verification_method_of(&credentials[0].1).unwrap().starts_with("did:key:"));
}

#[test]
fn a_data_model_2_credential_with_a_2018_proof_is_refused() {
    let (_, mut credential) = recorded().last().unwrap();
    credential["proof"] = recorded().next().unwrap().1["proof"].clone();
    let verification = verified(&credential);
    assert!(verification.failure().unwrap().detail.contains("data model 1.1 only"));
}
