//! What the store costs: commits a second with one, eight and sixty-four tasks that write at once, and lists and
//! searches over many credentials (10,000; `VOUCHSAFE_BENCH_CREDENTIALS=100000` for more).
#![allow(missing_docs, clippy::unwrap_used, reason = "benchmarks")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use jiff::Timestamp;
use serde_json::json;
use tokio::runtime::Runtime;
use vouchsafe_store::{Created, CredentialFilter, CredentialRow, HeldStatus, Page, Passphrase, Protect, Store, Vault};

/// A store whose commits are on the disk, as a person's are.
fn durable(folder: &tempfile::TempDir) -> Store {
    let protect = Protect { passphrase: Some(Passphrase::new("bench")), keyring: None, recovery: false };
    let Created { store, .. } = Vault::create(folder.path(), &protect).unwrap();
    store
}

fn commits(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = durable(&folder);
    let mut group = criterion.benchmark_group("write");
    group.throughput(Throughput::Elements(1)).measurement_time(Duration::from_secs(4));
    for writers in [1_u64, 8, 64] {
        group.bench_function(BenchmarkId::from_parameter(writers), |bencher| {
            bencher.iter_custom(|jobs| {
                let started = Instant::now();
                runtime.block_on(async {
                    let tasks: Vec<_> = (0..writers)
                        .map(|writer| {
                            let store = store.clone();
                            tokio::spawn(async move {
                                for number in 0..jobs.div_ceil(writers) {
                                    let key = format!("{writer}");
                                    store.write(move |t| t.put_setting(&key, &number)).await.unwrap();
                                }
                            })
                        })
                        .collect();
                    for task in tasks {
                        task.await.unwrap();
                    }
                });
                started.elapsed()
            });
        });
    }
    group.finish();
}

fn credential(number: u64) -> CredentialRow {
    let given = ["Ana", "Björn", "Chidi", "Dara", "Elif"];
    let name = given.get(usize::try_from(number).unwrap() % given.len()).unwrap();
    CredentialRow {
        record_id: format!("record-{number}"),
        exchange_id: Some(format!("exchange-{number}")),
        connection_id: Some(format!("connection-{}", number % 50)),
        issuer_id: format!("did:key:z6MkIssuer{}", number % 20),
        title: format!("Permanent Resident Card {number}"),
        types: vec!["VerifiableCredential".into(), "PermanentResidentCard".into()],
        expanded_types: vec!["https://w3id.org/citizenship#PermanentResidentCard".into()],
        contexts: vec!["https://www.w3.org/2018/credentials/v1".into(), "https://w3id.org/citizenship/v1".into()],
        subject_ids: vec![format!("did:key:z6MkSubject{number}")],
        proof_types: vec!["Ed25519Signature2020".into()],
        schema_ids: Vec::new(),
        given_id: Some(format!("urn:uuid:{number}")),
        tags: json!({}),
        issued_at: Some(Timestamp::UNIX_EPOCH),
        expires_at: None,
        stored_at: Timestamp::from_second(i64::try_from(number).unwrap()).unwrap(),
        favourite: number.is_multiple_of(100),
        verification: json!({"verified": true, "checks": ["signature", "issuer", "dates"]}),
        status: HeldStatus::default(),
        summary: json!({"title": "Permanent Resident Card", "claims": [["givenName", name], ["number", number]]}),
        search_text: format!("{name} Smith card{number}"),
        cred: json!({"type": ["VerifiableCredential"], "credentialSubject": {"givenName": name}, "proof": "x".repeat(600)}),
    }
}

fn credentials(criterion: &mut Criterion) {
    let rows =
        std::env::var("VOUCHSAFE_BENCH_CREDENTIALS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(10_000_u64);
    let runtime = Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = durable(&folder);
    for start in (0..rows).step_by(1000) {
        let insert =
            store.write(move |t| (start..rows.min(start + 1000)).try_for_each(|n| t.put_credential(&credential(n))));
        runtime.block_on(insert).unwrap();
    }
    let mut group = criterion.benchmark_group(format!("credentials/{rows}"));
    let text = |text: &str| CredentialFilter { text: Some(text.into()), ..CredentialFilter::default() };
    let last = u32::try_from(rows).unwrap().saturating_sub(50);
    let cases = [
        ("newest page", CredentialFilter::default(), Page::newest(50)),
        ("last page", CredentialFilter::default(), Page { offset: last, ..Page::newest(50) }),
        (
            "one issuer",
            CredentialFilter { issuer_id: Some("did:key:z6MkIssuer7".into()), ..CredentialFilter::default() },
            Page::newest(50),
        ),
        (
            "one type",
            CredentialFilter { types: vec!["PermanentResidentCard".into()], ..CredentialFilter::default() },
            Page::newest(50),
        ),
        ("search, one hit", text("card4711"), Page::newest(50)),
        ("search, a fifth hits", text("bjorn"), Page::newest(50)),
        ("search, two letters", text("sm"), Page::newest(50)),
    ];
    for (name, filter, page) in cases {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let filter = filter.clone();
                black_box(runtime.block_on(store.read(move |r| r.credentials(&filter, page))).unwrap())
            });
        });
    }
    group.bench_function("count", |bencher| {
        bencher.iter(|| {
            let count = store.read(|r| r.count_credentials(&CredentialFilter::default()));
            black_box(runtime.block_on(count).unwrap())
        });
    });
    group.finish();
}

criterion_group!(benches, commits, credentials);
criterion_main!(benches);
