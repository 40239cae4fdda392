//! Signing and verifying, with contexts at hand and with contexts to be processed.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, reason = "bench")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};
use vouchsafe_credentials::{IssuerKeys, ProofOptions, Suite, Summary, check, required_contexts, sign, verify};
use vouchsafe_didcomm::key::SigningKey;

fn prepared(suite: Suite, issuer: &str) -> Value {
    let mut contexts = vec![json!("https://www.w3.org/2018/credentials/v1"), json!("https://w3id.org/citizenship/v1")];
    let missing = required_contexts(suite, &json!({"@context": contexts}));
    contexts.extend(missing.into_iter().map(Value::String));
    json!({
        "@context": contexts,
        "type": ["VerifiableCredential", "PermanentResident"],
        "issuer": issuer,
        "issuanceDate": "2024-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "did:key:z6Mktw9iZeRZfSEKwp65TzkU2B2T8RBwmgeRHfVsE7XqVYF6",
            "type": ["PermanentResident"],
            "givenName": "ALICE",
            "familyName": "SMITH-0",
            "gender": "Female",
            "birthCountry": "Bahamas",
            "birthDate": "1958-07-17",
        },
    })
}

fn proofs(criterion: &mut Criterion) {
    let key = SigningKey::from_seed(&[7; 32]);
    let verkey = key.verkey();
    let method = verkey.to_did_key_reference();
    let keys = IssuerKeys {
        did: verkey.to_did_key(),
        assertion: vec![(method.clone(), verkey)],
        resolved_at: None,
        from_cache: false,
        deactivated: false,
    };
    let now = "2026-06-01T12:00:00Z".parse().unwrap();
    let options = ProofOptions::default();
    for suite in [Suite::Ed25519Signature2018, Suite::Ed25519Signature2020, Suite::EddsaRdfc2022, Suite::EddsaJcs2022] {
        let plain = prepared(suite, &keys.did);
        let signed = sign(&plain, suite, &key, &method, now, &options).unwrap();
        criterion.bench_function(&format!("sign {suite}"), |bencher| {
            bencher.iter(|| sign(black_box(&plain), suite, &key, &method, now, &options).unwrap());
        });
        criterion.bench_function(&format!("verify {suite}"), |bencher| {
            bencher.iter(|| {
                let verification = verify(black_box(&signed), Some(&keys), now);
                assert!(verification.verified);
            });
        });
    }
    let plain = prepared(Suite::Ed25519Signature2018, &keys.did);
    criterion.bench_function("check", |bencher| {
        bencher.iter(|| check(black_box(&plain)).unwrap());
    });
    criterion.bench_function("summary", |bencher| {
        bencher.iter(|| Summary::of(black_box(&plain)));
    });

    // A definition of its own each time: nothing that was kept applies.
    let mut unseen = plain;
    let contexts = unseen.get_mut("@context").and_then(Value::as_array_mut).unwrap();
    contexts.push(Value::Null);
    let mut count = 0;
    criterion.bench_function("check, contexts to be processed", |bencher| {
        bencher.iter(|| {
            count += 1;
            let contexts = unseen.get_mut("@context").and_then(Value::as_array_mut).unwrap();
            *contexts.last_mut().unwrap() = json!({ format!("t{count}"): "https://example.org/t" });
            check(black_box(&unseen)).unwrap()
        });
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(std::time::Duration::from_millis(300))
        .measurement_time(std::time::Duration::from_secs(1));
    targets = proofs
}
criterion_main!(benches);
