//! The W3C form, crossed with the reference implementation: each side is issuer, holder and verifier with the other, in
//! both data models.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test that fails says where")]

mod support;

use serde_json::{Value, json};
use support::story::{self, Registry, look, registry, update};
use support::{Ours, Side, Wheel, recorded};

/// What a W3C presentation can answer: nothing is said without a credential.
fn request(interval: Value) -> Value {
    let mut wanted = story::request(interval);
    wanted["requested_attributes"].as_object_mut().unwrap().remove("said");
    wanted
}

fn answer(wanted: &Value, degree: &Value, state: &Value, membership: &Value, secret: &Value, version: &str) -> Value {
    let mut with = story::answer(wanted, degree, state, membership, secret);
    with.as_object_mut().unwrap().remove("self_attested");
    with["version"] = json!(version);
    with
}

fn credential(
    issuer: &mut dyn Side,
    holder: &mut dyn Side,
    kind: &str,
    values: &Value,
    secret: &Value,
    place: Option<(&Registry, &Value, u32)>,
    version: &str,
) -> Value {
    let of = recorded(kind);
    let with = json!({"schema_id": of["schema_id"], "definition_id": of["definition_id"],
        "proof": of["correctness_proof"]});
    let offer = issuer.step("offer", with).unwrap();
    let with = json!({"offer": offer, "definition": of["definition"], "link_secret": secret, "entropy": "a word"});
    let asked = holder.step("request", with).unwrap();
    let stands = place.map(|(registry, list, index)| {
        json!({"registry": registry.definition, "private": registry.private, "list": list, "index": index})
    });
    let with = json!({"definition": of["definition"], "private": of["private"], "offer": offer,
        "request": asked["request"], "values": values, "place": stands, "version": version});
    let signed = issuer.step("w3c_issue", with).unwrap();
    let with = json!({"credential": signed, "metadata": asked["metadata"], "link_secret": secret,
        "definition": of["definition"], "registry": place.map(|(registry, _, _)| registry.definition.clone())});
    holder.step("w3c_process", with).unwrap()
}

/// Both sides read a document and write it again the same; of a proof the text may differ, for MessagePack keeps the
/// order of members.
fn agree(kind: &str, object: &Value, wheel: &mut Wheel) {
    fn without_proofs(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.remove("proofValue");
                members.values_mut().for_each(without_proofs);
            }
            Value::Array(items) => items.iter_mut().for_each(without_proofs),
            _ => {}
        }
    }
    let mut ours = Ours.step("rewrite", json!({"kind": kind, "object": object})).unwrap();
    let mut theirs = wheel.step("rewrite", json!({"kind": kind, "object": object})).unwrap();
    without_proofs(&mut ours);
    without_proofs(&mut theirs);
    assert_eq!(ours, theirs, "{kind}");
}

#[test]
fn each_side_issues_holds_and_verifies_with_the_other() {
    let Some(mut wheel) = Wheel::start() else { return };
    let Some(mut other) = Wheel::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    for (ours_issues, version) in [(true, "1.1"), (false, "1.1"), (true, "2.0"), (false, "2.0")] {
        let (mut ours, mut also_ours) = (Ours, Ours);
        let issuer: &mut dyn Side = if ours_issues { &mut ours } else { &mut other };
        let of = registry(issuer, folder.path(), true);
        let revoked = update(issuer, &of, &of.list, json!([]), json!([5]), 200);
        for ours_holds in [true, false] {
            let holder: &mut dyn Side = if ours_holds { &mut also_ours } else { &mut wheel };
            let secret = holder.step("link_secret", json!({})).unwrap();
            let place = Some((&of, &of.list, 3));
            let degree = credential(issuer, holder, "degree", &story::degree_values(), &secret, place, version);
            let membership =
                credential(issuer, holder, "membership", &story::membership_values(), &secret, None, version);
            let with = json!({"registry": of.definition, "list": revoked, "index": 3, "tails": of.tails});
            let state = holder.step("state", with).unwrap();
            let wanted = request(json!({"from": 150, "to": 200}));
            let with = answer(&wanted, &degree, &state, &membership, &secret, version);
            let shown = holder.step("w3c_present", with).unwrap();
            let question = look(&wanted, &shown, &of, &[&of.list, &revoked]);
            assert_eq!(Ours.step("w3c_verify", question.clone()), Ok(json!(true)));
            assert_eq!(wheel.step("w3c_verify", question), Ok(json!(true)));
            agree("w3c_credential", &degree, &mut wheel);
            agree("w3c_presentation", &shown, &mut wheel);
            let back = json!({"credential": degree});
            assert_eq!(Ours.step("w3c_back", back.clone()).unwrap(), wheel.step("w3c_back", back).unwrap());
        }
    }
}

#[test]
fn a_presentation_that_was_changed_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let of = registry(&mut Ours, folder.path(), true);
    let secret = Ours.step("link_secret", json!({})).unwrap();
    let place = Some((&of, &of.list, 3));
    let degree = credential(&mut Ours, &mut Ours, "degree", &story::degree_values(), &secret, place, "2.0");
    let membership = credential(&mut Ours, &mut Ours, "membership", &story::membership_values(), &secret, None, "2.0");
    let with = json!({"registry": of.definition, "list": of.list, "index": 3, "tails": of.tails});
    let state = Ours.step("state", with).unwrap();
    let wanted = request(json!({"to": 100}));
    let shown = Ours.step("w3c_present", answer(&wanted, &degree, &state, &membership, &secret, "2.0")).unwrap();
    let verify = |wanted: &Value, shown: &Value| Ours.step("w3c_verify", look(wanted, shown, &of, &[&of.list]));
    assert_eq!(verify(&wanted, &shown), Ok(json!(true)));
    let refused = |wanted: &Value, change: &dyn Fn(&mut Value), words: &str| {
        let mut other = shown.clone();
        change(&mut other);
        let sentence = verify(wanted, &other).expect_err("it should have been refused");
        assert!(sentence.contains(words), "{sentence}");
    };
    let subject = |other: &mut Value, name: &str, value: Value| {
        other["verifiableCredential"][0]["credentialSubject"][name] = value;
    };
    refused(&wanted, &|other| subject(other, "Name", json!("Eve")), "Name");
    refused(&wanted, &|other| subject(other, "height", json!(2)), "height");
    refused(&wanted, &|other| subject(other, "age", json!(28)), "age");
    refused(&wanted, &|other| other["verifiableCredential"][0]["issuer"] = json!("did:x:y"), "issuer");
    refused(&wanted, &|other| other["verifiableCredential"][0]["more"] = json!(1), "more");
    refused(&wanted, &|other| other["@context"][1] = json!({"@vocab": "did:x:y#"}), "contexts");
    refused(&wanted, &|other| other["proof"]["challenge"] = json!("1"), "does not hold");
    refused(&wanted, &|other| other["proof"]["proofValue"] = json!("uAAAA"), "cannot be read");
    refused(&wanted, &|other| other["proof"]["proofValue"] = json!(""), "base 64");
    refused(&wanted, &|other| drop(other["verifiableCredential"].as_array_mut().unwrap().pop()), "hidden");
    let mut older = wanted.clone();
    older["requested_predicates"]["adult"]["p_value"] = json!(65);
    refused(&older, &|_| {}, "adult");
    let mut earlier = wanted.clone();
    earlier["non_revoked"] = json!({"from": 101});
    refused(&earlier, &|_| {}, "100");
    let mut other = wanted;
    other["requested_attributes"]["name"]["restrictions"] = json!({"issuer_id": "did:x:y"});
    refused(&other, &|_| {}, "name is not of the kind");
}
