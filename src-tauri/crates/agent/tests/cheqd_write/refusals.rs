//! What a wallet does not sign, and what it says when the ledger or the registrar refuses: each in its own words, with
//! nothing published.

use serde_json::{Value, json};
use vouchsafe_agent::cheqd::{CreateCheqdDid, LedgerError, Network, PublishResource};
use vouchsafe_agent::{AgentError, Config};
use vouchsafe_store::{DidFilter, Page};

use crate::harness::{Fault, LedgerServer, Step, create, jobs, ledger_error};

fn requests(reply: &mut Value) -> &mut Value {
    let state = if reply.get("didState").is_some() { "didState" } else { "didUrlState" };
    &mut reply[state]["signingRequest"]
}

fn another_payload(reply: &mut Value) {
    requests(reply)["signingRequest0"]["serializedPayload"] = json!("AAECAw==");
}

fn one_more_payload(reply: &mut Value) {
    let mut more = requests(reply)["signingRequest0"].clone();
    more["serializedPayload"] = json!("AAECAw==");
    requests(reply)["signingRequest1"] = more;
}

fn another_key(reply: &mut Value) {
    requests(reply)["signingRequest0"]["kid"] = json!("did:cheqd:practice:00000000-0000-4000-8000-000000000000#key-1");
}

fn nobody(reply: &mut Value) {
    *requests(reply) = json!({});
}

#[tokio::test]
async fn a_registrar_that_wants_something_else_signed_gets_nothing() {
    let server = LedgerServer::start().await;
    let wallet = server.wallet().await;
    let did = wallet.create_cheqd_did(create()).await.unwrap().did;
    for lie in [another_payload, one_more_payload, another_key, nobody] {
        let sent = server.door.count.load(std::sync::atomic::Ordering::SeqCst);
        server.meet(Step::Ask, [Fault::Changes(lie)]);
        let error = ledger_error(wallet.create_cheqd_did(create()).await);
        assert!(error.to_string().contains("nothing was signed"), "{error}");
        server.meet(Step::Ask, [Fault::Changes(lie)]);
        let error = ledger_error(wallet.deactivate_cheqd_did(&did).await);
        assert!(error.to_string().contains("nothing was signed"), "{error}");
        let resource = PublishResource {
            did: did.clone(),
            name: "Name".to_owned(),
            resource_type: "Type".to_owned(),
            content: b"x".to_vec(),
            ..PublishResource::default()
        };
        server.meet(Step::Ask, [Fault::Changes(lie)]);
        ledger_error(wallet.publish_resource(resource).await);
        // One question for the new DID; document and question for the others. No signature left.
        assert_eq!(server.door.count.load(std::sync::atomic::Ordering::SeqCst) - sent, 5);
    }
    server.fair();
    assert_eq!(server.counts(&did).await, (1, 0));
    assert!(jobs(&wallet).await.iter().all(|job| job.sent.is_empty() || job.state_word() == "finished"));
    let dids = wallet.dids(DidFilter::default(), Page::ALL).await.unwrap();
    assert_eq!(dids.len(), 1, "no DID of a job that failed");
}

#[tokio::test]
async fn each_refusal_has_its_own_words() {
    let server = LedgerServer::start().await;
    let wallet = server.wallet().await;
    let failed = |reason: &str, description: &str| {
        let state = json!({ "state": "failed", "reason": reason, "description": description });
        json!({ "jobId": null, "didState": state }).to_string()
    };
    let internal = "The operation failed due to an internal error. Please try again: Error: ";
    let cases = [
        (
            400,
            failed("Invalid payload", "Invalid payload: insufficient funds: 1ncheq < 50ncheq"),
            "ledger-lack-of-funds",
        ),
        (
            500,
            failed(
                "Internal server error",
                &format!(
                    "{internal}Account 'cheqd1x' does not exist on chain. Send some tokens there before trying to query sequence."
                ),
            ),
            "ledger-lack-of-funds",
        ),
        (
            400,
            failed("Invalid payload", "Invalid payload: \"…: method id: x: invalid signature detected\""),
            "ledger-refused",
        ),
        (
            500,
            failed(
                "Internal server error",
                &format!(
                    "{internal}Broadcasting transaction failed with code 1205 (codespace: cheqd). Log: x: basic validation failed"
                ),
            ),
            "ledger-refused",
        ),
    ];
    for (status, body, code) in cases {
        server.meet(Step::Send, [Fault::Says(status, body)]);
        let error = ledger_error(wallet.create_cheqd_did(create()).await);
        assert_eq!(error.code(), code);
        assert!(error.to_string().contains("othing was published"), "{error}");
        let job = jobs(&wallet).await.pop().unwrap();
        assert_eq!((job.state_word(), job.error()), ("refused", Some(&error)));
    }
    assert!(wallet.dids(DidFilter::default(), Page::ALL).await.unwrap().is_empty());
    // A person resumes it, for example once the registrar's account was funded: the same DID, under a new version.
    let job = jobs(&wallet).await.remove(0);
    let resumed = wallet.resume_ledger_job(&job.id).await.unwrap();
    assert_eq!(resumed.state_word(), "finished");
    assert_eq!((resumed.sent.len(), &resumed.sent[0]), (2, &job.sent[0]));
    assert_eq!(wallet.did(&job.did).await.unwrap().did, job.did);
    // Another is let be, and forgotten.
    let job = jobs(&wallet).await.remove(1);
    assert_eq!(wallet.dismiss_ledger_job(&job.id).await.unwrap(), None);
    assert!(matches!(wallet.ledger_job(&job.id).await, Err(AgentError::NotFound { .. })));
}

#[tokio::test]
async fn what_is_there_already_and_what_is_gone_is_said_so() {
    let server = LedgerServer::start().await;
    let wallet = server.wallet().await;
    let did = wallet.create_cheqd_did(create()).await.unwrap().did;
    let again = || CreateCheqdDid { did_document: Some(json!({ "id": did })), ..create() };
    assert!(matches!(wallet.create_cheqd_did(again()).await, Err(AgentError::Invalid { .. })));
    let other = server.wallet().await;
    assert_eq!(ledger_error(other.create_cheqd_did(again()).await).code(), "ledger-exists");
    let resource = |name: &str, update| PublishResource {
        did: did.clone(),
        name: name.to_owned(),
        resource_type: "Type".to_owned(),
        content: b"x".to_vec(),
        version: Some("1".to_owned()),
        update,
        ..PublishResource::default()
    };
    assert_eq!(ledger_error(wallet.publish_resource(resource("New", true)).await).code(), "ledger-nothing-to-update");
    wallet.publish_resource(resource("Name", false)).await.unwrap();
    for update in [false, true] {
        let error = ledger_error(wallet.publish_resource(resource("Name", update)).await);
        assert_eq!(error.code(), "ledger-exists", "{update}");
    }
    wallet.deactivate_cheqd_did(&did).await.unwrap();
    for error in [
        ledger_error(wallet.deactivate_cheqd_did(&did).await),
        ledger_error(wallet.publish_resource(resource("After", false)).await),
        ledger_error(wallet.rotate_cheqd_did_key(&did).await),
        ledger_error(wallet.update_cheqd_did(&did, json!({ "id": did })).await),
    ] {
        assert_eq!(error.code(), "ledger-did-deactivated");
    }
    assert_eq!(server.counts(&did).await, (2, 1));
}

#[tokio::test]
async fn what_cannot_be_published_is_refused_before_anybody_is_asked() {
    let server = LedgerServer::start().await;
    let wallet = server.wallet().await;
    let did = wallet.create_cheqd_did(create()).await.unwrap().did;
    let document = wallet.did(&did).await.unwrap().document.unwrap();
    let asked = server.door.count.load(std::sync::atomic::Ordering::SeqCst);
    let with = |member: &str, value: Value| {
        let mut document = document.clone();
        document[member] = value;
        document
    };
    let other = "did:cheqd:practice:00000000-0000-4000-8000-000000000000";
    let wrong_documents = [
        json!([]),
        json!({ "id": "did:web:example.org" }),
        json!({ "id": "did:cheqd:testnet:00000000-0000-4000-8000-000000000000" }),
        with("proof", json!({})),
        with("service", json!([{ "id": "x" }])),
    ];
    for wrong in &wrong_documents {
        let wanted = CreateCheqdDid { did_document: Some(wrong.clone()), ..create() };
        let refused = wallet.create_cheqd_did(wanted).await;
        assert!(matches!(refused, Err(AgentError::Invalid { .. })), "{wrong}: {refused:?}");
    }
    // A key that is not this wallet's.
    let foreign = json!({ "verificationMethod": [{
        "id": format!("{other}#key-1"), "type": "Ed25519VerificationKey2020", "controller": other,
        "publicKeyMultibase": vouchsafe_didcomm::SigningKey::from_seed(&[9; 32]).verkey().to_multibase(),
    }], "id": other });
    let wanted = CreateCheqdDid { did_document: Some(foreign), ..create() };
    assert!(matches!(wallet.create_cheqd_did(wanted).await, Err(AgentError::Invalid { .. })));
    for network in ["mainnet", "nowhere"] {
        let wanted = CreateCheqdDid { network: network.to_owned(), ..create() };
        assert!(matches!(wallet.create_cheqd_did(wanted).await, Err(AgentError::Invalid { .. })));
    }
    assert_eq!(server.door.count.load(std::sync::atomic::Ordering::SeqCst), asked);
    for wrong in [with("id", json!(other)), with("verificationMethod", json!([])), json!("x")] {
        let refused = wallet.update_cheqd_did(&did, wrong).await;
        assert!(matches!(refused, Err(AgentError::Invalid { .. })), "{refused:?}");
    }
    assert!(matches!(wallet.deactivate_cheqd_did(other).await, Err(AgentError::NotFound { .. })));
    let readable = Network { registrar: None, ..server.network.clone() };
    wallet.set_config(Config { networks: vec![readable], ..server.config() });
    assert!(matches!(wallet.create_cheqd_did(create()).await, Err(AgentError::Forbidden(_))));
    assert_eq!(jobs(&wallet).await.len(), 1, "no job was made for any of them");
}

#[tokio::test]
async fn a_document_with_a_key_of_somebody_else_is_not_signed_for() {
    let server = LedgerServer::start().await;
    let (wallet, other) = (server.wallet().await, server.wallet().await);
    let did = wallet.create_cheqd_did(create()).await.unwrap().did;
    let mut document = wallet.did(&did).await.unwrap().document.unwrap();
    let stranger = other.create_cheqd_did(create()).await.unwrap().did;
    document["controller"] = json!([did, stranger]);
    let error = ledger_error(wallet.update_cheqd_did(&did, document.clone()).await);
    assert_eq!(error, LedgerError::MissingKey { kid: stranger });
    // Another DID of the same wallet signs with it.
    let sister = wallet.create_cheqd_did(create()).await.unwrap().did;
    document["controller"] = json!([did, sister]);
    let updated = wallet.update_cheqd_did(&did, document).await.unwrap();
    assert_eq!(updated["controller"], json!([did, sister]));
    wallet.rotate_cheqd_did_key(&did).await.unwrap();
}

#[tokio::test]
async fn an_older_version_does_not_take_the_place_of_a_newer_one() {
    let server = LedgerServer::start().await;
    let wallet = server.wallet().await;
    let did = wallet.create_cheqd_did(create()).await.unwrap().did;
    let version = |version: &str, update| PublishResource {
        did: did.clone(),
        name: "Revocations".to_owned(),
        resource_type: "StatusList".to_owned(),
        content: version.as_bytes().to_vec(),
        version: Some(version.to_owned()),
        update,
        ..PublishResource::default()
    };
    wallet.publish_resource(version("1", false)).await.unwrap();
    server.meet(Step::Ask, [Fault::Down]);
    assert_eq!(ledger_error(wallet.publish_resource(version("2", true)).await).code(), "registrar-failed");
    let interrupted = jobs(&wallet).await.pop().unwrap();
    wallet.publish_resource(version("3", true)).await.unwrap();
    assert_eq!(ledger_error(wallet.resume_ledger_job(&interrupted.id).await).code(), "ledger-superseded");
    assert_eq!(wallet.dismiss_ledger_job(&interrupted.id).await.unwrap(), None);
    assert_eq!(server.counts(&did).await, (1, 2));
}

#[tokio::test]
async fn a_document_that_was_changed_elsewhere_is_not_overwritten() {
    let server = LedgerServer::start().await;
    let (one, two) = (server.wallet().await, server.wallet().await);
    let wanted = || CreateCheqdDid { seed: Some([3; 32]), ..create() };
    let did = one.create_cheqd_did(wanted()).await.unwrap().did;
    let document = one.did(&did).await.unwrap().document.unwrap();
    // The same key in another wallet: its DID there is this one.
    let row = one.did(&did).await.unwrap();
    let key = vouchsafe_didcomm::SigningKey::from_seed(&[3; 32]);
    two.store()
        .write(move |tx| {
            tx.put_key(&key, row.created_at)?;
            tx.put_did(&row)
        })
        .await
        .unwrap();
    // The first is interrupted, the second changes it, the first resumes.
    server.meet(Step::Ask, [Fault::Down]);
    let mut mine = document.clone();
    mine["alsoKnownAs"] = json!(["https://one.example"]);
    assert_eq!(ledger_error(one.update_cheqd_did(&did, mine).await).code(), "registrar-failed");
    let mut theirs = document;
    theirs["alsoKnownAs"] = json!(["https://two.example"]);
    two.update_cheqd_did(&did, theirs).await.unwrap();
    let job = jobs(&one).await.pop().unwrap();
    assert_eq!(ledger_error(one.resume_ledger_job(&job.id).await).code(), "ledger-did-changed");
    assert_eq!(server.counts(&did).await.0, 2);
}
