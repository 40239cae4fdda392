//! What it costs to know a did:cheqd: fetched from a ledger on this computer (and kept), out of memory, out of what was
//! kept in a store on the disk, and a resource by its id.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a bench stops at the first error")]

mod wallets;

use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use tokio::runtime::Runtime;
use vouchsafe_agent::cheqd::{CreateCheqdDid, Freshness, Network, PublishResource};
use vouchsafe_agent::{Agent, Config};
use vouchsafe_dids::Did;
use vouchsafe_test_ledger::{Ledger, LedgerSettings, ServeSettings, serve};

async fn network(folder: &std::path::Path) -> Network {
    let ledger = Arc::new(Ledger::open(LedgerSettings::new(folder, "practice")).unwrap());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let network = Network::practice(&format!("http://{}", listener.local_addr().unwrap()));
    tokio::spawn(serve(listener, ledger, ServeSettings::default(), std::future::pending()));
    network
}

fn resolve(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (agent, did, resource) = runtime.block_on(async {
        let config = Config { networks: vec![network(&folder.path().join("ledger")).await], ..Config::default() };
        let store = wallets::durable(&folder.path().join("wallet"));
        let agent = Agent::start(store, config, Vec::new()).await.unwrap();
        let wanted = CreateCheqdDid { network: "practice".to_owned(), ..CreateCheqdDid::default() };
        let did = agent.create_cheqd_did(wanted).await.unwrap().did;
        let list = PublishResource {
            did: did.clone(),
            name: "list".to_owned(),
            resource_type: "Bench".to_owned(),
            content: vec![b'x'; 24 * 1024],
            ..PublishResource::default()
        };
        let resource = agent.publish_resource(list).await.unwrap().did_url;
        (agent, did.parse::<Did>().unwrap(), resource)
    });
    let mut group = criterion.benchmark_group("did:cheqd");
    group.bench_function("fetched and kept", |bencher| {
        bencher.iter(|| runtime.block_on(agent.resolve_as_of(&did, Freshness::Now)).unwrap());
    });
    let within = Freshness::Within(Duration::from_hours(1));
    group.bench_function("in memory", |bencher| {
        bencher.iter(|| runtime.block_on(agent.resolve_as_of(&did, within)).unwrap());
    });
    group.bench_function("kept on the disk", |bencher| {
        bencher.iter(|| {
            agent.resolver().forget(&did);
            runtime.block_on(agent.resolve_as_of(&did, Freshness::Kept)).unwrap()
        });
    });
    group.bench_function("a resource of 24 KiB, fetched", |bencher| {
        bencher.iter(|| runtime.block_on(agent.dereference(&resource, Freshness::Now)).unwrap());
    });
    group.bench_function("a resource of 24 KiB, kept", |bencher| {
        bencher.iter(|| runtime.block_on(agent.dereference(&resource, within)).unwrap());
    });
    group.finish();
}

criterion_group!(benches, resolve);
criterion_main!(benches);
