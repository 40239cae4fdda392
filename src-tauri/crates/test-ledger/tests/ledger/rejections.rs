//! The rejection cases of cheqd-node (`x/did/tests`, `x/resource/tests`), with their sentences and codes.

use ed25519_dalek::SigningKey;
use serde_json::{Value, json};

use crate::harness::{Answer, Bench, Wallet, ask, method, multibase};

fn rejected(answer: &Answer, code: u32, sentence: &str) {
    let text = String::from_utf8_lossy(&answer.bytes);
    assert_eq!(answer.code, Some(code), "{text}");
    assert!(answer.description().contains(sentence), "{sentence:?} not in {text}");
    assert_eq!(answer.state()["state"], "failed");
}

fn create(document: &Value) -> Value {
    json!({ "didDocument": document })
}

#[tokio::test]
async fn a_did_may_have_its_key_in_each_notation() {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let bench = Bench::new();
    for (number, kind) in [(1, "publicKeyMultibase"), (2, "publicKeyBase58"), (3, "publicKeyJwk")] {
        let wallet = Wallet::new(number);
        let mut document = wallet.document();
        let bytes = wallet.key.verifying_key().to_bytes();
        let (name, material) = match kind {
            "publicKeyBase58" => ("Ed25519VerificationKey2018", json!(bs58::encode(bytes).into_string())),
            "publicKeyJwk" => {
                let x = URL_SAFE_NO_PAD.encode(bytes);
                ("JsonWebKey2020", json!({ "crv": "Ed25519", "kty": "OKP", "x": x }))
            }
            _ => ("Ed25519VerificationKey2020", json!(multibase(&wallet.key))),
        };
        let mut entry = json!({ "id": wallet.kid, "type": name, "controller": wallet.did });
        entry[kind] = material.clone();
        document["verificationMethod"] = json!([entry]);
        let answer = bench.run("create", &create(&document), &[wallet.signs()]).await;
        assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.bytes));
        let resolved = bench.get(&wallet.did, None).await.json();
        assert_eq!(resolved["verificationMethod"][0][kind], material);
    }
}

#[tokio::test]
async fn creation_needs_every_signer_and_only_valid_signatures() {
    let bench = Bench::new();
    let (alice, bob, carol) = (Wallet::new(1), Wallet::new(2), Wallet::new(3));
    bench.create(&bob).await;
    let mut document = alice.document();
    document["controller"] = json!([alice.did, bob.did]);
    let asked = create(&document);
    let missing = |did: &str| format!("signer: {did}: signature is required but not found");
    rejected(&bench.run("create", &asked, &[alice.signs()]).await, 1101, &missing(&bob.did));
    rejected(&bench.run("create", &asked, &[]).await, 1101, &missing(&alice.did));
    let wrong = [alice.signs(), (bob.kid.as_str(), &carol.key)];
    let sentence = format!("method id: {}: invalid signature detected", bob.kid);
    rejected(&bench.run("create", &asked, &wrong).await, 1100, &sentence);
    let nowhere = format!("{}#nowhere", bob.did);
    let sentence = format!("{nowhere}: verification method not found");
    rejected(&bench.run("create", &asked, &[alice.signs(), (&nowhere, &bob.key)]).await, 1202, &sentence);
    // One good signature does not excuse a bad one of the same signer.
    let also = [alice.signs(), bob.signs(), (nowhere.as_str(), &bob.key)];
    rejected(&bench.run("create", &asked, &also).await, 1202, &sentence);
    assert_eq!(bench.run("create", &asked, &[alice.signs(), bob.signs()]).await.status, 201);
}

#[tokio::test]
async fn creation_keeps_the_order_of_the_rules() {
    let bench = Bench::new();
    let (alice, bob) = (Wallet::new(1), Wallet::new(2));
    bench.create(&alice).await;
    // Exists comes before signatures, form before exists.
    let sentence = format!("{}: DID Doc exists", alice.did);
    rejected(&bench.run("create", &create(&alice.document()), &[]).await, 1200, &sentence);
    let mut twice = alice.document();
    twice["authentication"] = json!([alice.kid, alice.kid]);
    let answer = bench.run("create", &create(&twice), &[]).await;
    rejected(&answer, 1205, "basic validation failed");
    assert_eq!(answer.status, 500);
    rejected(&bench.run("create", &create(&bob.document()), &[bob.signs(), bob.signs()]).await, 1205, "same ID");
    // Namespace comes before controllers and signatures.
    let foreign = json!(bob.document().to_string().replace(":testnet:", ":mainnet:"));
    let foreign: Value = serde_json::from_str(foreign.as_str().unwrap()).unwrap();
    rejected(&bench.run("create", &create(&foreign), &[]).await, 1206, "DID namespace validation failed");
    // A controller that is not there comes before signatures.
    let mut orphan = bob.document();
    let nobody = Wallet::new(9).did;
    orphan["verificationMethod"][0]["controller"] = json!(nobody);
    rejected(&bench.run("create", &create(&orphan), &[]).await, 1201, &format!("{nobody}: DID Doc not found"));
    assert_eq!(bench.ledger.counts(), (1, 0));
}

#[tokio::test]
async fn documents_of_a_wrong_form_are_refused() {
    let bench = Bench::new();
    let alice = Wallet::new(1);
    let other = format!("{}#key-9", Wallet::new(2).did);
    let cases: [(&str, Value); 10] = [
        ("controller", json!(["did:cheqd:testnet:nonsense"])),
        ("authentication", json!([other])),
        ("assertionMethod", json!([format!("{}#key-2", alice.did)])),
        ("assertionMethod", json!(["\"{not json\""])),
        ("keyAgreement", json!([other])),
        ("capabilityInvocation", json!([alice.did])),
        ("alsoKnownAs", json!(["a", "a"])),
        ("service", json!([{ "id": other, "type": "x", "serviceEndpoint": "y" }])),
        ("service", json!([{ "id": format!("{}#s", alice.did), "type": "x".repeat(256), "serviceEndpoint": "y" }])),
        (
            "verificationMethod",
            json!([method(&alice.kid, &alice.did, &alice.key), method(&alice.kid, &alice.did, &alice.key)]),
        ),
    ];
    for (member, value) in cases {
        let mut document = alice.document();
        document[member] = value;
        let first = bench.post("create", &create(&document)).await;
        let answer = bench.finish("create", &json!({}), &first, &[alice.signs()]).await;
        // A controller that does not exist is told at the first step.
        if member == "controller" {
            assert!(first.description().contains("The Controller does not exist or is Deactivated"));
            continue;
        }
        rejected(&answer, 1205, "basic validation failed");
    }
    let mut document = alice.document();
    document["verificationMethod"][0]["publicKeyMultibase"] = json!("z6LSnotakey");
    rejected(&bench.run("create", &create(&document), &[alice.signs()]).await, 1205, "verification_material");
    // An inline method anchors a key of another type.
    let inline = json!({ "id": format!("{}#bbs", alice.did), "type": "Bls12381G2Key2020", "controller": alice.did, "publicKeyBase58": "abc" });
    let mut document = alice.document();
    document["assertionMethod"] = json!([alice.kid, json!(inline.to_string()).to_string()]);
    assert_eq!(bench.run("create", &create(&document), &[alice.signs()]).await.status, 201);
    assert_eq!(bench.get(&alice.did, None).await.json()["assertionMethod"], json!([alice.kid, inline]));
}

#[tokio::test]
async fn upper_case_uuids_become_lower_case_after_they_were_signed() {
    let bench = Bench::new();
    let id = "ABCDEF01-0000-4000-8000-00000000000F";
    let did = format!("did:cheqd:testnet:{id}");
    let alice = Wallet { key: SigningKey::from_bytes(&[1; 32]), kid: format!("{did}#key-1"), did };
    bench.create(&alice).await;
    let lower = format!("did:cheqd:testnet:{}", id.to_lowercase());
    for did in [&alice.did, &lower] {
        assert_eq!(bench.get(did, None).await.json()["id"], json!(lower));
    }
}

#[tokio::test]
async fn replacing_or_adding_a_controller_needs_both() {
    let bench = Bench::new();
    let (alice, bob) = (Wallet::new(1), Wallet::new(2));
    bench.create(&alice).await;
    bench.create(&bob).await;
    for controllers in [json!([bob.did]), json!([alice.did, bob.did])] {
        let mut document = alice.document();
        document["controller"] = controllers;
        let by = |name: String| {
            format!("there should be at least one signature by {name}: signature is required but not found")
        };
        let only_new = bench.update(&alice, &document, &[bob.signs()]).await;
        rejected(&only_new, 1101, &by(format!("{} (old version)", alice.did)));
        let only_old = bench.update(&alice, &document, &[alice.signs()]).await;
        rejected(&only_old, 1101, &by(bob.did.clone()));
    }
    let mut document = alice.document();
    document["controller"] = json!([bob.did]);
    assert_eq!(bench.update(&alice, &document, &[alice.signs(), bob.signs()]).await.status, 201);
}

#[tokio::test]
async fn a_new_key_under_the_same_id_needs_both_keys() {
    let bench = Bench::new();
    let (alice, next) = (Wallet::new(1), SigningKey::from_bytes(&[77; 32]));
    bench.create(&alice).await;
    let mut document = alice.document();
    document["verificationMethod"] = json!([method(&alice.kid, &alice.did, &next)]);
    let by = |version: &str| {
        format!(
            "there should be at least one valid signature by {} ({version} version): invalid signature detected",
            alice.did
        )
    };
    rejected(&bench.update(&alice, &document, &[alice.signs()]).await, 1100, &by("new"));
    rejected(&bench.update(&alice, &document, &[(&alice.kid, &next)]).await, 1100, &by("old"));
    // Both signatures stand under one kid.
    let both = [alice.signs(), (alice.kid.as_str(), &next)];
    assert_eq!(bench.update(&alice, &document, &both).await.status, 201);
    rejected(&bench.update(&alice, &document, &[alice.signs()]).await, 1100, &by("old"));
}

#[tokio::test]
async fn adding_a_key_needs_the_old_one_and_removing_one_needs_what_stays() {
    let bench = Bench::new();
    let (alice, second) = (Wallet::new(1), SigningKey::from_bytes(&[78; 32]));
    bench.create(&alice).await;
    let kid2 = format!("{}#key-2", alice.did);
    let mut document = alice.document();
    document["verificationMethod"] =
        json!([method(&alice.kid, &alice.did, &alice.key), method(&kid2, &alice.did, &second)]);
    let by =
        |version: &str| format!("there should be at least one valid signature by {} ({version} version)", alice.did);
    rejected(&bench.update(&alice, &document, &[(&kid2, &second)]).await, 1100, &by("old"));
    assert_eq!(bench.update(&alice, &document, &[alice.signs()]).await.status, 201);
    // A method's id changes: its key stays, and yet both ids sign.
    let mut renamed = document.clone();
    renamed["verificationMethod"] = json!([method(&alice.kid, &alice.did, &alice.key)]);
    rejected(&bench.update(&alice, &renamed, &[(&kid2, &second)]).await, 1100, &by("new"));
    assert_eq!(bench.update(&alice, &renamed, &[alice.signs()]).await.status, 201);
}

#[tokio::test]
async fn another_controller_of_a_key_signs_when_the_key_changes_and_only_then() {
    let bench = Bench::new();
    let (alice, bob) = (Wallet::new(1), Wallet::new(2));
    bench.create(&alice).await;
    bench.create(&bob).await;
    let mut document = alice.document();
    document["verificationMethod"][0]["controller"] = json!(bob.did);
    rejected(
        &bench.update(&alice, &document, &[alice.signs()]).await,
        1101,
        &format!("there should be at least one signature by {}: signature is required but not found", bob.did),
    );
    assert_eq!(bench.update(&alice, &document, &[alice.signs(), bob.signs()]).await.status, 201);
    document["alsoKnownAs"] = json!(["https://alice.example"]);
    assert_eq!(bench.update(&alice, &document, &[alice.signs()]).await.status, 201);
}

#[tokio::test]
async fn a_version_id_is_never_used_twice() {
    let bench = Bench::new();
    let alice = Wallet::new(1);
    let version = "AAAAAAAA-0000-4000-8000-000000000001";
    let options = json!({ "versionId": version });
    let made = json!({ "didDocument": alice.document(), "options": options });
    assert_eq!(bench.run("create", &made, &[alice.signs()]).await.status, 201);
    // The bytes and so the signature of a creation are those of an update: only the version id tells them apart.
    for version in [version.to_owned(), version.to_lowercase()] {
        let options = json!({ "versionId": version });
        let update = json!({ "did": alice.did, "didDocument": [alice.document()], "options": options });
        let answer = bench.run("update", &update, &[alice.signs()]).await;
        rejected(&answer, 1500, "diddoc version already exists");
        let off = json!({ "did": alice.did, "options": options });
        rejected(&bench.run("deactivate", &off, &[alice.signs()]).await, 1500, "diddoc version already exists");
    }
}

#[tokio::test]
async fn a_deactivated_did_stays_so() {
    let bench = Bench::new();
    let alice = Wallet::new(1);
    bench.create(&alice).await;
    let off = json!({ "did": alice.did });
    let bad = json!({ "did": alice.did, "options": { "versionId": "not-a-uuid" } });
    rejected(&bench.run("deactivate", &bad, &[alice.signs()]).await, 1205, "uuid must be of length 36");
    let sentence = format!("signer: {}: signature is required but not found", alice.did);
    rejected(&bench.run("deactivate", &off, &[]).await, 1101, &sentence);
    // Jobs made while it stood meet the ledger's own rule.
    let update = json!({ "did": alice.did, "didDocument": [alice.document()] });
    let resource = ask(&alice, "createResource", ("n", "t", ""), b"x");
    let waiting = [("deactivate", off.clone()), ("update", update)];
    let mut jobs = Vec::new();
    for (operation, asked) in waiting {
        let first = bench.post(operation, &asked).await;
        jobs.push((operation, asked, first));
    }
    assert_eq!(bench.run("deactivate", &off, &[alice.signs()]).await.status, 201);
    for (operation, asked, first) in jobs {
        let answer = bench.finish(operation, &asked, &first, &[alice.signs()]).await;
        rejected(&answer, 1207, &format!("{}: DID Doc already deactivated", alice.did));
    }
    for (operation, asked) in [("deactivate", off), ("createResource", resource)] {
        let answer = bench.post(operation, &asked).await;
        assert_eq!(answer.description(), "Invalid payload: The DID does not exist or is Deactivated");
    }
    let metadata = bench.get(&format!("{}/versions", alice.did), None).await.json();
    let versions = metadata["contentStream"]["versions"].as_array().unwrap().clone();
    assert_eq!(versions.len(), 2);
    assert!(versions.iter().all(|version| version["deactivated"] == true));
}

#[tokio::test]
async fn resources_keep_the_ledgers_rules() {
    let bench = Bench::new();
    let (alice, bob) = (Wallet::new(1), Wallet::new(2));
    bench.create(&alice).await;
    let name = "n".repeat(65);
    // The registrar hides the ledger's log for resources; the code is told beside.
    let hidden = "Invalid payload: Resource Data is invalid";
    rejected(&bench.publish(&alice, "createResource", (&name, "t", ""), b"x").await, 1206, hidden);
    rejected(&bench.publish(&alice, "createResource", ("n", "t", &name), b"x").await, 1206, hidden);
    let large = vec![b'x'; 2 * 1024 * 1024 + 1];
    rejected(&bench.publish(&alice, "createResource", ("n", "t", ""), &large).await, 1206, hidden);
    assert_eq!(bench.publish(&alice, "createResource", ("large", "t", ""), &large[1..]).await.status, 201);
    let mut asked = ask(&alice, "createResource", ("n", "t", "1"), b"x");
    asked["relativeDidUrl"] = json!("/resources/AAAAAAAA-0000-4000-8000-000000000001");
    rejected(&bench.run("createResource", &asked, &[]).await, 1101, hidden);
    rejected(&bench.run("createResource", &asked, &[bob.signs()]).await, 1101, hidden);
    rejected(&bench.run("createResource", &asked, &[(&alice.kid, &bob.key)]).await, 1100, hidden);
    assert_eq!(bench.run("createResource", &asked, &[alice.signs()]).await.status, 201);
    asked["options"]["name"] = json!("another name, the same id");
    rejected(&bench.run("createResource", &asked, &[alice.signs()]).await, 2200, hidden);
    assert_eq!(bench.ledger.counts(), (1, 2));
}
