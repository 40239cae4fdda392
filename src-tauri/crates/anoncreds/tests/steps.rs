//! The steps of issuer, holder and verifier, and everything that must not be believed: each with its own sentence.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails says where")]

mod support;

use serde_json::{Value, json};
use support::story::{self, Registry, answer, credential, look, registry, request, update};
use support::{Ours, Side, recorded};

/// A registry, a holder with two credentials, and what it shows at time 100.
struct Desk {
    folder: tempfile::TempDir,
    of: Registry,
    secret: Value,
    degree: Value,
    membership: Value,
}

fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let of = registry(&mut Ours, folder.path(), true);
    let secret = Ours.step("link_secret", json!({})).unwrap();
    let place = Some((&of, &of.list, 3));
    let degree = credential(&mut Ours, &mut Ours, "degree", &story::degree_values(), &secret, place);
    let membership = credential(&mut Ours, &mut Ours, "membership", &story::membership_values(), &secret, None);
    Desk { folder, of, secret, degree, membership }
}

impl Desk {
    fn state(&self, list: &Value) -> Result<Value, String> {
        let with = json!({"registry": self.of.definition, "list": list, "index": 3, "tails": self.of.tails});
        Ours.step("state", with)
    }

    fn present(&self, wish: &Value, state: &Value) -> Result<Value, String> {
        Ours.step("present", answer(wish, &self.degree, state, &self.membership, &self.secret))
    }

    fn verify(&self, wish: &Value, shown: &Value) -> Result<Value, String> {
        Ours.step("verify", look(wish, shown, &self.of, &[&self.of.list]))
    }
}

fn problem<T: std::fmt::Debug>(result: Result<T, String>, words: &str) {
    let sentence = result.expect_err("it should have been refused");
    assert!(sentence.contains(words), "{sentence}");
}

#[test]
fn a_presentation_that_was_changed_says_where() {
    let desk = desk();
    let wish = request(json!({"from": 50, "to": 100}));
    let state = desk.state(&desk.of.list).unwrap();
    let shown = desk.present(&wish, &state).unwrap();
    assert_eq!(desk.verify(&wish, &shown), Ok(json!(true)));

    let changed = |change: &dyn Fn(&mut Value)| {
        let mut other = shown.clone();
        change(&mut other);
        desk.verify(&wish, &other)
    };
    problem(changed(&|other| other["requested_proof"]["revealed_attrs"]["name"]["raw"] = json!("Eve")), "name");
    problem(
        changed(&|other| {
            other["requested_proof"]["revealed_attr_groups"]["both"]["values"]["degree"] =
                json!({"raw": "7", "encoded": "7"});
        }),
        "both",
    );
    problem(changed(&|other| other["requested_proof"]["predicates"] = json!({})), "adult");
    problem(changed(&|other| other["requested_proof"]["predicates"]["other"] = json!({"sub_proof_index": 0})), "other");
    problem(
        changed(&|other| other["requested_proof"]["predicates"]["adult"]["sub_proof_index"] = json!(7)),
        "number 7",
    );
    problem(changed(&|other| other["requested_proof"]["unrevealed_attrs"] = json!({})), "hidden");
    problem(
        changed(&|other| {
            other["requested_proof"]["unrevealed_attrs"] = json!({});
            other["requested_proof"]["self_attested_attrs"]["hidden"] = json!("2019");
        }),
        "hidden must come from a credential",
    );
    problem(
        changed(&|other| {
            other["requested_proof"]["unrevealed_attrs"]["name"] = json!({"sub_proof_index": 0});
        }),
        "name is answered twice",
    );
    problem(
        changed(&|other| other["requested_proof"]["unrevealed_attrs"]["hidden"]["sub_proof_index"] = json!(0)),
        "since",
    );
    problem(
        changed(&|other| {
            let group = other["requested_proof"]["revealed_attr_groups"]["both"].clone();
            let one = json!({"sub_proof_index": 0, "raw": group["values"]["Name"]["raw"],
            "encoded": group["values"]["Name"]["encoded"]});
            other["requested_proof"]["revealed_attrs"]["both"] = one;
            other["requested_proof"]["revealed_attr_groups"] = json!({});
        }),
        "both was not requested, or not in this form",
    );
    problem(changed(&|other| other["identifiers"][0]["timestamp"] = json!(120)), "120");
    problem(changed(&|other| other["identifiers"][0]["timestamp"] = json!(80)), "status list");
    problem(changed(&|other| other["identifiers"][0]["rev_reg_id"] = json!(null)), "not revoked");
    problem(changed(&|other| other["identifiers"][0]["cred_def_id"] = json!("did:x:y")), "did:x:y");
    problem(changed(&|other| other["proof"]["proofs"][0]["non_revoc_proof"] = json!(null)), "not revoked");
    problem(changed(&|other| other["proof"]["aggregated_proof"]["c_hash"] = json!("12")), "does not hold");
    problem(
        changed(&|other| {
            let proofs = other["proof"]["proofs"].as_array_mut().unwrap();
            proofs.truncate(1);
        }),
        "one proof for each",
    );
    problem(
        changed(&|other| {
            other["proof"]["proofs"][0]["primary_proof"]["ge_proofs"][0]["u"] = json!({});
        }),
        "does not hold",
    );
}

#[test]
fn a_presentation_answers_one_request_alone() {
    let desk = desk();
    let wish = request(json!({"to": 100}));
    let shown = desk.present(&wish, &desk.state(&desk.of.list).unwrap()).unwrap();
    let mut other = wish.clone();
    other["nonce"] = json!("1");
    problem(desk.verify(&other, &shown), "does not hold");
    // What was compared is what the request says, not what the presentation says.
    let mut older = wish.clone();
    older["requested_predicates"]["adult"]["p_value"] = json!(65);
    problem(desk.verify(&older, &shown), "does not hold");
    let mut restricted = wish.clone();
    restricted["requested_attributes"]["name"]["restrictions"] = json!([{"issuer_id": "did:x:y"}]);
    problem(desk.verify(&restricted, &shown), "name is not of the kind");
    let mut value = wish.clone();
    value["requested_attributes"]["name"]["restrictions"] = json!({"attr::name::value": "Eve"});
    problem(desk.verify(&value, &shown), "name is not of the kind");
}

#[test]
fn a_holder_learns_before_the_verifier_what_does_not_fit() {
    let desk = desk();
    let state = desk.state(&desk.of.list).unwrap();
    let wish = request(json!({"to": 100}));
    problem(desk.present(&wish, &Value::Null), "not revoked");
    let mut older = wish.clone();
    older["requested_predicates"]["adult"]["p_value"] = json!(65);
    problem(desk.present(&older, &state), "adult");
    let mut text = wish.clone();
    text["requested_predicates"]["adult"]["name"] = json!("degree");
    problem(desk.present(&text, &state), "adult");
    let mut unknown = wish.clone();
    unknown["requested_attributes"]["name"]["name"] = json!("height");
    problem(desk.present(&unknown, &state), "height");
    let mut restricted = wish.clone();
    restricted["requested_attributes"]["member"]["restrictions"] = json!({"schema_name": "degree"});
    problem(desk.present(&restricted, &state), "member is not of the kind");
    let mut more = wish.clone();
    more["requested_attributes"]["more"] = json!({"name": "name"});
    problem(desk.present(&more, &state), "more was requested");
    let mut less = wish.clone();
    less["requested_attributes"].as_object_mut().unwrap().remove("said");
    problem(desk.present(&less, &state), "said was not requested");
    let mut strict = wish;
    strict["requested_attributes"]["said"]["restrictions"] = json!([{"schema_name": "x"}]);
    problem(desk.present(&strict, &state), "said must come from a credential");
}

#[test]
fn credentials_of_two_holders_are_not_presented_as_one() {
    let desk = desk();
    let other = Ours.step("link_secret", json!({})).unwrap();
    let theirs = credential(&mut Ours, &mut Ours, "membership", &story::membership_values(), &other, None);
    let wish = request(json!(null));
    let shown = Ours.step("present", answer(&wish, &desk.degree, &Value::Null, &theirs, &desk.secret));
    if let Ok(shown) = shown {
        problem(desk.verify(&wish, &shown), "does not hold");
    }
}

#[test]
fn revocation_follows_the_list() {
    let desk = desk();
    let of = &desk.of;
    let others = update(&mut Ours, of, &of.list, json!([]), json!([1, 5]), 200);
    let again = update(&mut Ours, of, &others, json!([5]), json!([1]), 300);
    assert_eq!(again["revocationList"], json!([0, 1, 0, 0, 0, 0, 0, 0]));
    let direct = desk.state(&again).unwrap();
    let mut with = json!({"registry": of.definition, "list": again, "index": 3, "tails": of.tails});
    with["earlier"] = json!({"state": desk.state(&others).unwrap(), "list": others});
    // A point of the curve has many texts: points are compared, not texts.
    let read = |state: &Value| support::read::<vouchsafe_anoncreds::RevocationState>(state);
    assert_eq!(read(&Ours.step("state", with).unwrap()), read(&direct));
    let revoked = update(&mut Ours, of, &again, json!([]), json!([3]), 400);
    problem(desk.state(&revoked), "place 3 is revoked");
    let back = update(&mut Ours, of, &revoked, json!([1, 3]), json!([]), 500);
    let at_first = |list: &Value| support::read::<vouchsafe_anoncreds::RevocationStatusList>(list).unwrap().at(100);
    assert_eq!(at_first(&back), at_first(&of.list));
    assert!(desk.state(&back).is_ok());
    let mut timeless = of.list.clone();
    timeless.as_object_mut().unwrap().remove("timestamp");
    problem(desk.state(&timeless), "from when on");
}

#[test]
fn places_that_do_not_exist_are_refused() {
    let desk = desk();
    let of = &desk.of;
    let definition = &recorded("degree")["definition"];
    for (stands, revoked) in [(json!([]), json!([0])), (json!([8]), json!([])), (json!([]), json!([4_000_000_000_u32]))]
    {
        let with = json!({"definition": definition, "registry": of.definition, "private": of.private,
            "list": of.list, "issued": stands, "revoked": revoked});
        problem(Ours.step("update", with), "has no place");
    }
    let mut short = of.list.clone();
    short["revocationList"].as_array_mut().unwrap().pop();
    problem(desk.state(&short), "7 entries");
}

#[test]
fn a_damaged_tails_file_is_noticed() {
    let desk = desk();
    let path = desk.folder.path().join("made-here.tails");
    let registry = support::read::<vouchsafe_anoncreds::RevocationRegistryDefinition>(&desk.of.definition).unwrap();
    let whole = std::fs::read(&path).unwrap();
    assert_eq!(whole.len() as u64, vouchsafe_anoncreds::tails_length(8));
    let check =
        |bytes: &[u8]| vouchsafe_anoncreds::check_tails(&registry, &mut &*bytes).map_err(|error| error.to_string());
    check(&whole).unwrap();
    let mut changed = whole.clone();
    changed[100] ^= 1;
    problem(check(&changed), "its hash");
    problem(check(&whole[..whole.len() - 1]), "bytes");
    problem(check(&[whole.as_slice(), &[0]].concat()), "bytes");
    // A file that lost its end after it was checked stops the witness, not the program.
    std::fs::write(&path, &whole[..300]).unwrap();
    problem(desk.state(&desk.of.list), "tails file");
}

#[test]
fn offer_request_and_credential_must_fit_each_other() {
    let of = recorded("membership");
    let other = recorded("degree");
    let offer = || {
        let with = json!({"schema_id": of["schema_id"], "definition_id": of["definition_id"],
            "proof": of["correctness_proof"]});
        Ours.step("offer", with).unwrap()
    };
    let secret = Ours.step("link_secret", json!({})).unwrap();
    let ask = |offer: &Value, definition: &Value| {
        let with = json!({"offer": offer, "definition": definition, "link_secret": secret, "entropy": "a"});
        Ours.step("request", with)
    };
    let issue = |offer: &Value, asked: &Value, values: Value| {
        let with = json!({"definition": of["definition"], "private": of["private"], "offer": offer,
            "request": asked["request"], "values": values});
        Ours.step("issue", with)
    };
    let first = offer();
    problem(ask(&first, &other["definition"]), "is for the schema");
    let mut unsound = first.clone();
    unsound["key_correctness_proof"]["c"] = json!("12");
    problem(ask(&unsound, &of["definition"]), "keys are sound");
    let asked = ask(&first, &of["definition"]).unwrap();
    // Another offer has another nonce: a request cannot be used again.
    problem(issue(&offer(), &asked, story::membership_values()), "does not fit the offer");
    let mut elsewhere = asked.clone();
    elsewhere["request"]["cred_def_id"] = other["definition_id"].clone();
    problem(issue(&first, &elsewhere, story::membership_values()), "not for did:cheqd");
    problem(issue(&first, &asked, json!({"member": "yes"})), "since has no value");
    problem(issue(&first, &asked, json!({"member": "yes", "since": "1", "more": "2"})), "no attribute more");
    problem(issue(&first, &asked, json!({"member": "yes", "MEMBER": "no", "since": "1"})), "given twice");
    let signed = issue(&first, &asked, story::membership_values()).unwrap();
    let process = |signed: &Value, secret: &Value| {
        let with = json!({"credential": signed, "metadata": asked["metadata"], "link_secret": secret,
            "definition": of["definition"]});
        Ours.step("process", with)
    };
    assert!(process(&signed, &secret).is_ok());
    problem(process(&signed, &Ours.step("link_secret", json!({})).unwrap()), "signature does not hold");
    let mut raised = signed.clone();
    raised["values"]["since"] = json!({"raw": "1999", "encoded": "1999"});
    problem(process(&raised, &secret), "signature does not hold");
    let mut reworded = signed.clone();
    reworded["values"]["since"]["raw"] = json!("1999");
    problem(process(&reworded, &secret), "not encoded as AnonCreds has it");
    let mut claims = signed;
    claims["rev_reg_id"] = json!(story::REGISTRY_ID);
    problem(process(&claims, &secret), "no place in it");
}
