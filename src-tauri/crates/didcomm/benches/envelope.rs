//! Packing and opening an envelope: a short message (400 bytes) and a credential with an image (100 kB), with a sender
//! and without.

#![allow(missing_docs, clippy::unwrap_used, reason = "a bench stops at the first error")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use vouchsafe_didcomm::{Envelope, SigningKey, pack};

fn envelopes(criterion: &mut Criterion) {
    let sender = SigningKey::generate();
    let recipient = SigningKey::generate();
    let to = [recipient.verkey()];
    for (kind, from) in [("authcrypt", Some(&sender)), ("anoncrypt", None)] {
        let mut group = criterion.benchmark_group(kind);
        for size in [400_usize, 100_000] {
            let plaintext = vec![b'x'; size];
            group.throughput(Throughput::Bytes(size as u64));
            group.bench_with_input(BenchmarkId::new("pack", size), &plaintext, |bencher, plaintext| {
                bencher.iter(|| pack(black_box(plaintext), from, &to).unwrap());
            });
            let packed = pack(&plaintext, from, &to).unwrap();
            group.bench_with_input(BenchmarkId::new("unpack", size), &packed, |bencher, packed| {
                bencher.iter(|| Envelope::parse(black_box(packed)).unwrap().open(&recipient).unwrap());
            });
        }
        group.finish();
    }
}

criterion_group!(benches, envelopes);
criterion_main!(benches);
