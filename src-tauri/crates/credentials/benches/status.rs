//! What a status costs: packing a list, believing one that was fetched, and a credential's place in one that is at hand.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, reason = "bench")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::json;
use vouchsafe_credentials::status::{
    Bits, EntryStatus, Form, MIN_BITS, NewList, Origin, Purpose, StatusList, entries_of, entry, list_credential,
};
use vouchsafe_credentials::{IssuerKeys, ProofOptions, Suite, sign, verify};
use vouchsafe_didcomm::key::SigningKey;

const URL: &str = "https://resolver.cheqd.net/1.0/identifiers/did:cheqd:testnet:55dbc8bf-fba3-4117-855c-1e0dc1d3bb47?resourceName=revocation&resourceType=BitstringStatusListCredential";

fn status(criterion: &mut Criterion) {
    let key = SigningKey::from_seed(&[7; 32]);
    let method = key.verkey().to_did_key_reference();
    let keys = IssuerKeys {
        did: key.verkey().to_did_key(),
        assertion: vec![(method.clone(), key.verkey())],
        resolved_at: None,
        from_cache: false,
        deactivated: false,
    };
    let now = "2026-06-01T12:00:00Z".parse().unwrap();
    let signed = |plain: &serde_json::Value| {
        sign(plain, Suite::Ed25519Signature2020, &key, &method, now, &ProofOptions::default()).unwrap()
    };
    let mut bits = Bits::new(MIN_BITS);
    for index in (0..MIN_BITS).step_by(131) {
        bits.set(index, true);
    }
    criterion.bench_function("pack a list, 1,000 of 131,072 revoked", |bencher| {
        bencher.iter(|| black_box(&bits).to_multibase());
    });
    let purpose = Purpose::Revocation;
    let list =
        NewList { form: Form::Bitstring, purpose: &purpose, id: URL, issuer: &keys.did, bits: &bits, made_at: now };
    let content = signed(&list_credential(&list)).to_string().into_bytes();
    let origin = Origin { url: URL, ledger_did: None };
    let read = || StatusList::read(black_box(&content), &keys.did, Some(&keys), origin, now).unwrap();
    criterion.bench_function("read and check a list", |bencher| bencher.iter(read));

    let credential = signed(&json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/security/suites/ed25519-2020/v1"],
        "type": ["VerifiableCredential"],
        "issuer": keys.did,
        "credentialSubject": {"id": "did:key:z6Mktw9iZeRZfSEKwp65TzkU2B2T8RBwmgeRHfVsE7XqVYF6"},
        "credentialStatus": entry(Form::Bitstring, &purpose, URL, 3),
    }));
    let stands = |list: &StatusList| {
        assert!(verify(black_box(&credential), Some(&keys), now).verified);
        let found = entries_of(&credential).pop().unwrap().unwrap();
        assert_eq!(list.status_of(&found), Ok(EntryStatus::Valid));
    };
    criterion.bench_function("verify with status, list fetched", |bencher| bencher.iter(|| stands(&read())));
    let at_hand = read();
    criterion.bench_function("verify with status, list at hand", |bencher| bencher.iter(|| stands(&at_hand)));
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(std::time::Duration::from_millis(300))
        .measurement_time(std::time::Duration::from_secs(1));
    targets = status
}
criterion_main!(benches);
