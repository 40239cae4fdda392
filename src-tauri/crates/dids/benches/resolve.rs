//! Making documents: of a did:key, and of a long did:peer:4 as agents send it, with nothing remembered and out of the
//! cache.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench stops at the first error")]

use std::{hint::black_box, sync::Arc};

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use vouchsafe_didcomm::SigningKey;
use vouchsafe_dids::{NewService, Resolver, key, peer};

fn resolve(criterion: &mut Criterion) {
    let verkey = SigningKey::generate().verkey();
    let services = [NewService::at("https://agent.example.org/didcomm"), NewService::at("wss://agent.example.org/ws")];
    let did_key = key::did(&verkey).unwrap();
    let peer4 = peer::create_peer4(&verkey, &services).unwrap();
    let peer2 = peer::create_peer2(&verkey, &services).unwrap();
    criterion.bench_function("did:key", |bencher| bencher.iter(|| key::resolve(black_box(&did_key)).unwrap()));
    criterion.bench_function("did:peer:2", |bencher| bencher.iter(|| peer::resolve(black_box(&peer2)).unwrap()));
    criterion.bench_function("did:peer:4", |bencher| bencher.iter(|| peer::resolve(black_box(&peer4.long)).unwrap()));
    criterion.bench_function("did:peer:4 creation", |bencher| {
        bencher.iter(|| peer::create_peer4(black_box(&verkey), &services).unwrap());
    });
    let resolver = Resolver::new(Arc::new(Timestamp::now));
    resolver.remember_long(&peer4.long).unwrap();
    for (name, did) in [("did:key cached", &did_key), ("did:peer:4 short cached", &peer4.short)] {
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| resolver.resolve_local(black_box(did)).unwrap().unwrap());
        });
    }
}

criterion_group!(benches, resolve);
criterion_main!(benches);
