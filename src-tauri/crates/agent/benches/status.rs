//! Taking credentials back, over HTTP with a local ledger: a thousand revoked in one publication, and a credential
//! verified with its status, the list fetched or kept.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "bench"
)]

mod wallets;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use jiff::Timestamp;
use tokio::runtime::Runtime;
use vouchsafe_agent::cheqd::{CreateCheqdDid, Network};
use vouchsafe_agent::issue::StartExchange;
use vouchsafe_agent::status::{IssuedStatus, StatusState};
use vouchsafe_agent::{Agent, Config};
use vouchsafe_protocols::connection::Handshake;
use vouchsafe_store::{IssuedRow, Store, StoreError};
use vouchsafe_test_ledger::{Ledger, LedgerSettings, ServeSettings, router};
use wallets::{automatic_wallet, connect, detail, done, event, invitation, start};

const SUITE: &str = "Ed25519Signature2020";
const MANY: u64 = 1000;

async fn network(folder: &std::path::Path) -> Network {
    let ledger = Arc::new(Ledger::open(LedgerSettings::new(folder, "practice")).unwrap());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let app = router(ledger, ServeSettings::default()).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await });
    Network::practice(&origin)
}

async fn on(network: &Network, label: &str) -> Agent {
    let agent = automatic_wallet(label, Store::temporary().unwrap()).await;
    agent.set_config(Config { networks: vec![network.clone()], ..Config::clone(&agent.config()) });
    agent
}

/// As many more as if they had been issued.
async fn issued(agent: &Agent, did: &str, batch: u64) -> Vec<String> {
    let did = did.to_owned();
    let adding = agent.store().write(move |tx| {
        let lists = ["revocation", "suspension"]
            .map(|purpose| tx.open_status_list(&did, "BitstringStatusListCredential", purpose).unwrap().unwrap());
        let mut ids = Vec::new();
        for number in 0..MANY {
            let id = format!("{batch}-{number}");
            let mut place = (batch * MANY + number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            for list in &lists {
                let free = tx.free_status_place(list, || {
                    place = place.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    place >> 33
                })?;
                tx.reserve_status_place(list.id, free.unwrap(), &id)?;
            }
            tx.keep_status_places(&id)?;
            tx.add_issued(&IssuedRow {
                exchange_id: id.clone(),
                connection_id: None,
                other: None,
                title: "Diploma".to_owned(),
                subject: None,
                issuer: did.clone(),
                issued_at: Timestamp::UNIX_EPOCH,
                state: "valid".to_owned(),
                pending: false,
            })?;
            ids.push(id);
        }
        Ok::<_, StoreError>(ids)
    });
    adding.await.unwrap()
}

fn status(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (issuer, holder, did, credential) = runtime.block_on(async {
        let network = network(folder.path()).await;
        let (issuer, holder) = (on(&network, "Issuer").await, on(&network, "Holder").await);
        let (ours, _) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
        let wanted = CreateCheqdDid { network: "practice".to_owned(), ..CreateCheqdDid::default() };
        let did = issuer.create_cheqd_did(wanted).await.unwrap().did;
        let mut events = issuer.subscribe();
        let wanted = StartExchange { revocable: true, ..start(Some(&ours), detail(&did, "Ada", SUITE)) };
        let offer = issuer.send_offer(wanted).await.unwrap();
        event(&mut events, |event| done(event).filter(|thread| *thread == offer.thread_id).map(str::to_owned)).await;
        let stored = holder.credentials(vouchsafe_store::CredentialFilter::default(), vouchsafe_agent::Page::default());
        let record_id = stored.await.unwrap().pop().unwrap().record_id;
        let credential = holder.credential(&record_id).await.unwrap();
        (issuer, holder, did, credential)
    });

    let mut group = criterion.benchmark_group("status");
    group.throughput(Throughput::Elements(MANY));
    let batch = AtomicU64::new(0);
    group.bench_function("revoke 1,000 in one publication", |bencher| {
        bencher.iter_batched(
            || runtime.block_on(issued(&issuer, &did, batch.fetch_add(1, Ordering::SeqCst))),
            |ids| {
                let changed = runtime.block_on(issuer.set_status(ids, IssuedStatus::Revoked, true)).unwrap();
                assert_eq!((changed.changed, changed.pending), (MANY, 0), "{:?}", changed.problem);
            },
            BatchSize::PerIteration,
        );
    });
    group.throughput(Throughput::Elements(1));
    group.bench_function("verify with status, lists kept", |bencher| {
        bencher.iter(|| {
            let verified = runtime.block_on(holder.verify_credential(credential.cred.clone())).unwrap().verified;
            assert!(verified);
        });
    });
    group.bench_function("check a held credential's status, lists fetched", |bencher| {
        bencher.iter(|| {
            let status = runtime.block_on(holder.check_status(&credential.record_id)).unwrap();
            assert_eq!(status.state, StatusState::Valid);
        });
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(1));
    targets = status
}
criterion_main!(benches);
