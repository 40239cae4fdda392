//! Each step here and in the reference implementation's wheel, in one run, over the same JSON: reading and writing it
//! counts on both sides, and on the wheel's the pipe to its Python.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "bench")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};
use support::story::{self, answer, credential, look, registry, request};
use support::{Ours, Side, Wheel, recorded};

/// The steps of one credential's life with what each is taken with, from the recorded definition.
fn steps() -> Vec<(&'static str, &'static str, Value)> {
    let folder = tempfile::tempdir().unwrap().keep();
    let of = recorded("degree");
    let desk = registry(&mut Ours, &folder, true);
    let secret = Ours.step("link_secret", json!({})).unwrap();
    let offer = json!({"schema_id": of["schema_id"], "definition_id": of["definition_id"],
        "proof": of["correctness_proof"]});
    let offered = Ours.step("offer", offer.clone()).unwrap();
    let ask = json!({"offer": offered, "definition": of["definition"], "link_secret": secret, "entropy": "a word"});
    let asked = Ours.step("request", ask.clone()).unwrap();
    let place = json!({"registry": desk.definition, "private": desk.private, "list": desk.list, "index": 3});
    let issue = json!({"definition": of["definition"], "private": of["private"], "offer": offered,
        "request": asked["request"], "values": story::degree_values(), "place": place});
    let signed = Ours.step("issue", issue.clone()).unwrap();
    let accept = json!({"credential": signed, "metadata": asked["metadata"], "link_secret": secret,
        "definition": of["definition"], "registry": desk.definition});
    let degree = Ours.step("process", accept.clone()).unwrap();
    let membership = credential(&mut Ours, &mut Ours, "membership", &story::membership_values(), &secret, None);
    let stand = json!({"registry": desk.definition, "list": desk.list, "index": 3, "tails": desk.tails});
    let state = Ours.step("state", stand).unwrap();
    let wanted = request(json!({"to": 100}));
    let prove = answer(&wanted, &degree, &state, &membership, &secret);
    let shown = Ours.step("present", prove.clone()).unwrap();
    let verify = look(&wanted, &shown, &desk, &[&desk.list]);
    let definition = json!({"schema_id": of["schema_id"], "schema": of["schema"], "tag": "t", "revocable": true,
        "issuer_id": of["definition"]["issuerId"]});
    vec![
        ("offer", "offer", offer),
        ("request", "request", ask),
        ("issue", "issue", issue),
        ("process", "process", accept),
        ("prove", "present", prove),
        ("verify", "verify", verify),
        ("definition", "definition", definition),
    ]
}

fn beside_the_wheel(criterion: &mut Criterion) {
    let mut wheel = Wheel::start();
    for (name, step, with) in steps() {
        let mut group = criterion.benchmark_group(name);
        if name == "definition" {
            // Safe primes: between half a second and half a minute each.
            group.sample_size(10).warm_up_time(Duration::from_millis(1));
        } else {
            group.sample_size(20).measurement_time(Duration::from_secs(3));
        }
        let mut take = |side: &mut dyn Side| {
            let label = side.name();
            group.bench_function(label, |bench| {
                bench.iter(|| black_box(side.step(step, with.clone()).unwrap()));
            });
        };
        take(&mut Ours);
        if let Some(wheel) = &mut wheel {
            take(wheel);
        }
        group.finish();
    }
}

criterion_group!(benches, beside_the_wheel);
criterion_main!(benches);
