//! A whole issuance, offer to ack, as pure steps in memory: what the protocol itself costs beside signatures, envelopes
//! and the store. Measured alone and with each record written and read back as between two steps in the wallet.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "bench"
)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use serde_json::json;
use vouchsafe_didcomm::Message;
use vouchsafe_protocols::{
    Context,
    issue_credential::{
        CredentialExchange, LdProofDetail, Payload, Received, Stage, Start,
        holder::{self, Verdict},
        issuer,
    },
};

fn detail() -> LdProofDetail {
    LdProofDetail::new(
        json!({
            "@context": ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/citizenship/v1"],
            "type": ["VerifiableCredential", "PermanentResident"],
            "issuer": "did:key:z6MkmAkH4QLATQAkNQEchRhgTgBvAjanMtX4xV8GaAWXYwqj",
            "issuanceDate": "2024-01-01T00:00:00Z",
            "credentialSubject": {
                "type": ["PermanentResident"], "givenName": "ALICE", "familyName": "SMITH", "gender": "Female",
                "birthCountry": "Bahamas", "birthDate": "1958-07-17"
            }
        }),
        "Ed25519Signature2018",
    )
    .unwrap()
}

/// One issuance, each record passed through `between` after each step.
fn exchange(detail: &LdProofDetail, between: impl Fn(CredentialExchange) -> CredentialExchange) -> CredentialExchange {
    let mut count = 0_u64;
    let mut ids = || {
        count += 1;
        format!("3fa85f64-5717-4562-b3fc-{count:012}")
    };
    let context = &mut Context::new(Timestamp::UNIX_EPOCH, &mut ids);
    let received = |message: &Message| Received { message: message.clone(), connection_id: Some("c".to_owned()) };
    let start = || Start { connection_id: Some("c".to_owned()), ..Start::default() };

    let offer =
        issuer::Offer { payloads: vec![detail.clone().into()], asked: Vec::new(), preview: None, comment: None };
    let offered = issuer::start(start(), issuer::Opening::SendOffer(offer), context).unwrap();
    let issues = between(offered.record);

    let opening = holder::Opening::OfferReceived(received(&offered.send[0]));
    let holds = between(holder::start(start(), opening, context).unwrap().record);
    let request =
        holds.payload(Stage::Offer).unwrap().ld_proof_detail().unwrap().with_subject_id("did:key:z6Mk").unwrap();
    let input = holder::Input::SendRequest(holder::Request { payload: request.into(), comment: None });
    let requested = holder::advance(holds, input, context).unwrap();
    let holds = between(requested.record);

    let input = issuer::Input::RequestReceived(received(&requested.send[0]));
    let issues = between(issuer::advance(issues, input, context).unwrap().record);
    let request = issues.payload(Stage::Request).unwrap().ld_proof_detail().unwrap();
    let mut credential = request.credential().clone();
    credential["proof"] =
        json!({"type": "Ed25519Signature2018", "proofPurpose": "assertionMethod", "jws": "e30..c2ln"});
    let input = issuer::Input::Issue { payload: Payload::ld_proof_credential(credential), comment: None };
    let sent = issuer::advance(issues, input, context).unwrap();
    let issues = between(sent.record);

    let input = holder::Input::CredentialReceived(received(&sent.send[0]));
    let holds = between(holder::advance(holds, input, context).unwrap().record);
    let input = holder::Input::Store { credential_id: "stored".to_owned(), verdict: Verdict::Verified };
    let stored = holder::advance(holds, input, context).unwrap();
    black_box(between(stored.record));

    let input = issuer::Input::AckReceived(received(&stored.send[0]));
    between(issuer::advance(issues, input, context).unwrap().record)
}

fn whole_exchange(criterion: &mut Criterion) {
    let detail = detail();
    let mut group = criterion.benchmark_group("issue_credential");
    group.bench_function("whole exchange", |bench| bench.iter(|| exchange(black_box(&detail), |record| record)));
    group.bench_function("whole exchange, records written and read", |bench| {
        bench.iter(|| {
            exchange(black_box(&detail), |record| {
                serde_json::from_slice(&serde_json::to_vec(&record).unwrap()).unwrap()
            })
        });
    });
    group.finish();
}

criterion_group!(benches, whole_exchange);
criterion_main!(benches);
