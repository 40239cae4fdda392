//! What one step costs, and what many cost side by side: an envelope received, opened, told apart and committed; a
//! connection made and a credential issued over loopback between two wallets of this process; and the same issuance in
//! memory, signatures included, which leaves out envelopes, store and sockets.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "bench"
)]

mod wallets;

use std::cell::Cell;
use std::collections::HashSet;
use std::hint::black_box;
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use jiff::Timestamp;
use serde_json::json;
use tokio::runtime::Runtime;
use vouchsafe_agent::Agent;
use vouchsafe_credentials::{IssuerKeys, ProofOptions, Suite};
use vouchsafe_didcomm::{Message, SigningKey, Verkey, pack};
use vouchsafe_protocols::Context;
use vouchsafe_protocols::connection::{Connection, Handshake};
use vouchsafe_protocols::issue_credential::holder::{self, Verdict};
use vouchsafe_protocols::issue_credential::{
    CredentialExchange, LdProofDetail, Payload, Received, Stage, Start, issuer,
};
use vouchsafe_store::Store;
use wallets::{automatic_wallet, connect, credential, detail, did_key, done, durable, event, invitation, start};

const SUITE: &str = "Ed25519Signature2020";

/// Two connected wallets.
struct Pair {
    issuer: Agent,
    holder: Agent,
    connection: Connection,
    issuer_did: String,
}

impl Pair {
    async fn new(stores: [Store; 2]) -> Self {
        let [ours, theirs] = stores;
        let (issuer, holder) = (automatic_wallet("Issuer", ours).await, automatic_wallet("Holder", theirs).await);
        let (connection, _) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
        let issuer_did = did_key(&issuer).await;
        Self { issuer, holder, connection, issuer_did }
    }

    async fn issue(&self, count: usize) {
        let mut events = self.issuer.subscribe();
        let mut threads = HashSet::with_capacity(count);
        for _ in 0..count {
            let wanted = start(Some(&self.connection), detail(&self.issuer_did, "Ada", SUITE));
            threads.insert(self.issuer.send_offer(wanted).await.unwrap().thread_id);
        }
        while !threads.is_empty() {
            let thread = event(&mut events, |event| done(event).map(str::to_owned)).await;
            threads.remove(&thread);
        }
    }

    /// What the holder would pack its messages with.
    async fn keys_of_holder(&self) -> (SigningKey, Verkey) {
        let (theirs, ours) =
            (self.connection.their.as_ref().unwrap().verkey, self.connection.my.as_ref().unwrap().verkey);
        let key = self.holder.store().read(move |reader| reader.signing_key(&theirs)).await.unwrap().unwrap();
        (key, ours)
    }
}

fn receive(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let temporary = runtime.block_on(Pair::new([Store::temporary().unwrap(), Store::temporary().unwrap()]));
    let on_disk = runtime.block_on(Pair::new([durable(folders[0].path()), durable(folders[1].path())]));
    let mut group = criterion.benchmark_group("receive");
    for (name, pair) in [("temporary", &temporary), ("on disk", &on_disk)] {
        let (key, recipient) = runtime.block_on(pair.keys_of_holder());
        let serial = Cell::new(0_u64);
        let ping = || {
            serial.set(serial.get() + 1);
            let id = format!("ping-{}", serial.get());
            let body = json!({"response_requested": false});
            let message = Message::build("https://didcomm.org/trust_ping/1.0/ping", id, &body).unwrap();
            pack(&message.to_bytes(), Some(&key), &[recipient]).unwrap()
        };
        group.bench_function(format!("a ping, committed, {name}"), |bencher| {
            bencher.iter_batched(
                ping,
                |envelope| runtime.block_on(pair.issuer.receive(&envelope, None)).unwrap(),
                BatchSize::SmallInput,
            );
        });
        let known = ping();
        runtime.block_on(pair.issuer.receive(&known, None)).unwrap();
        group.bench_function(format!("a ping that came before, {name}"), |bencher| {
            bencher.iter(|| runtime.block_on(pair.issuer.receive(&known, None)).unwrap());
        });
    }
    group.finish();
}

fn flow(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let pair = runtime.block_on(Pair::new([durable(folders[0].path()), durable(folders[1].path())]));
    let mut group = criterion.benchmark_group("over loopback, on disk");
    group.bench_function("connect", |bencher| {
        bencher.iter(|| runtime.block_on(connect(&pair.issuer, &pair.holder, invitation(Handshake::DidExchange11))));
    });
    group.bench_function("offer to stored", |bencher| bencher.iter(|| runtime.block_on(pair.issue(1))));
    group.throughput(Throughput::Elements(100));
    group.bench_function("100 offers in flight", |bencher| bencher.iter(|| runtime.block_on(pair.issue(100))));
    group.finish();
}

/// The issuer's side and the holder's as pure steps, with the credential really signed and verified.
fn in_memory(key: &SigningKey) -> CredentialExchange {
    let mut count = 0_u64;
    let mut ids = || {
        count += 1;
        format!("3fa85f64-5717-4562-b3fc-{count:012}")
    };
    let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let context = &mut Context::new(now, &mut ids);
    let received = |message: &Message| Received { message: message.clone(), connection_id: Some("c".to_owned()) };
    let begin = || Start { connection_id: Some("c".to_owned()), ..Start::default() };
    let did = key.verkey().to_did_key();
    let mut offered = credential(&did, "Ada");
    offered["@context"].as_array_mut().unwrap().push("https://w3id.org/security/suites/ed25519-2020/v1".into());
    let detail = LdProofDetail::new(offered, SUITE).unwrap();

    let offer = issuer::Offer { payloads: vec![detail.into()], asked: Vec::new(), preview: None, comment: None };
    let issues = issuer::start(begin(), issuer::Opening::SendOffer(offer), context).unwrap();
    let holds = holder::start(begin(), holder::Opening::OfferReceived(received(&issues.send[0])), context).unwrap();
    let request = holds.record.payload(Stage::Offer).unwrap().ld_proof_detail().unwrap();
    let request = holder::Request { payload: request.with_subject_id(&did).unwrap().into(), comment: None };
    let holds = holder::advance(holds.record, holder::Input::SendRequest(request), context).unwrap();
    let input = issuer::Input::RequestReceived(received(&holds.send[0]));
    let issues = issuer::advance(issues.record, input, context).unwrap();

    let asked = issues.record.payload(Stage::Request).unwrap().ld_proof_detail().unwrap();
    let method = key.verkey().to_did_key_reference();
    let options = ProofOptions::default();
    let signed =
        vouchsafe_credentials::sign(asked.credential(), Suite::Ed25519Signature2020, key, &method, now, &options)
            .unwrap();
    let input = issuer::Input::Issue { payload: Payload::ld_proof_credential(signed.clone()), comment: None };
    let issues = issuer::advance(issues.record, input, context).unwrap();

    let input = holder::Input::CredentialReceived(received(&issues.send[0]));
    let holds = holder::advance(holds.record, input, context).unwrap();
    let keys = IssuerKeys {
        did,
        assertion: vec![(method, key.verkey())],
        resolved_at: None,
        from_cache: false,
        deactivated: false,
    };
    assert!(vouchsafe_credentials::verify(&signed, Some(&keys), now).verified);
    let input = holder::Input::Store { credential_id: "stored".to_owned(), verdict: Verdict::Verified };
    let holds = holder::advance(holds.record, input, context).unwrap();
    issuer::advance(issues.record, issuer::Input::AckReceived(received(&holds.send[0])), context).unwrap().record
}

fn memory(criterion: &mut Criterion) {
    let key = SigningKey::from_seed(&[7; 32]);
    criterion.bench_function("whole issuance in memory, signed and verified", |bencher| {
        bencher.iter(|| in_memory(black_box(&key)));
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3));
    targets = memory, receive, flow
}
criterion_main!(benches);
