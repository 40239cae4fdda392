//! Credentials signed by a did:cheqd, between two wallets that share one local ledger: every key form, both suites,
//! whoever begins, and a document that is changed or ended in between.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use std::sync::Arc;

use serde_json::{Value, json};
use support::{automatic, connect, detail, exchange_in, invitation, policy, start, wallet};
use vouchsafe_agent::cheqd::{CreateCheqdDid, KeyForm, Network};
use vouchsafe_agent::issue::RequestCredential;
use vouchsafe_agent::{Agent, AgentError, Config, Page, Policy};
use vouchsafe_protocols::connection::{Connection, Handshake};
use vouchsafe_store::CredentialFilter;
use vouchsafe_test_ledger::{Ledger, LedgerSettings, ServeSettings, serve};

const SUITES: [&str; 2] = ["Ed25519Signature2018", "Ed25519Signature2020"];

struct World {
    issuer: Agent,
    holder: Agent,
    ours: Connection,
    theirs: Connection,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    _folder: tempfile::TempDir,
}

impl World {
    async fn new(policy: Policy) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Arc::new(Ledger::open(LedgerSettings::new(folder.path(), "practice")).unwrap());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let network = Network::practice(&format!("http://{}", listener.local_addr().unwrap()));
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let until = async move { drop(stopped.await) };
        tokio::spawn(serve(listener, ledger, ServeSettings::default(), until));
        let (issuer, holder) = (wallet("Issuer", policy.clone()).await, wallet("Holder", policy).await);
        for agent in [&issuer, &holder] {
            agent.set_config(Config { networks: vec![network.clone()], ..Config::clone(&agent.config()) });
        }
        let (ours, theirs) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
        Self { issuer, holder, ours, theirs, stop: Some(stop), _folder: folder }
    }

    async fn did(&self, key_form: KeyForm) -> String {
        let wanted = CreateCheqdDid { network: "practice".to_owned(), key_form, ..CreateCheqdDid::default() };
        self.issuer.create_cheqd_did(wanted).await.unwrap().did
    }

    /// An offer that the holder has asked for: the issuer's exchange waits for the credential.
    async fn requested(&self, did: &str) -> (String, String) {
        let wanted = start(Some(&self.ours), detail(did, "Ada", SUITES[1]));
        let offer = self.issuer.send_offer(wanted).await.unwrap();
        let offered = exchange_in(&self.holder, &offer.thread_id, "offer-received").await;
        self.holder.request_credential(&offered.id, RequestCredential::default()).await.unwrap();
        (exchange_in(&self.issuer, &offer.thread_id, "request-received").await.id, offer.thread_id)
    }

    async fn stored(&self) -> Vec<Value> {
        let rows = self.holder.credentials(CredentialFilter::default(), Page::ALL).await.unwrap();
        let mut credentials = Vec::new();
        for row in rows {
            credentials.push(self.holder.credential(&row.record_id).await.unwrap().cred);
        }
        credentials
    }
}

fn refusal<T: std::fmt::Debug>(result: Result<T, AgentError>) -> String {
    match result {
        Err(AgentError::Credential(sentence)) => sentence,
        other => panic!("no refusal: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_key_form_signs_with_both_suites_whoever_begins() {
    let world = World::new(automatic()).await;
    for form in KeyForm::ALL {
        let did = world.did(form).await;
        for suite in SUITES {
            let wanted = start(Some(&world.ours), detail(&did, "Ada", suite));
            let offer = world.issuer.send_offer(wanted).await.unwrap();
            exchange_in(&world.holder, &offer.thread_id, "done").await;
            // As cheqd's guide has it: the holder makes a did:key and begins.
            let subject = support::did_key(&world.holder).await;
            let mut wanted = start(Some(&world.theirs), detail(&did, "Ben", suite));
            wanted.holder_did = Some(subject);
            let request = world.holder.send_request(wanted).await.unwrap();
            exchange_in(&world.holder, &request.thread_id, "done").await;
            exchange_in(&world.issuer, &request.thread_id, "done").await;
        }
        let credentials = world.stored().await;
        let ours: Vec<&Value> = credentials.iter().filter(|credential| credential["issuer"] == did.as_str()).collect();
        assert_eq!(ours.len(), 4, "{form:?}");
        for credential in ours {
            let proof = &credential["proof"];
            assert_eq!(proof["verificationMethod"], format!("{did}#key-1"));
            assert!(SUITES.contains(&proof["type"].as_str().unwrap()));
            assert!(credential["credentialSubject"]["id"].as_str().unwrap().starts_with("did:key:"));
            assert!(world.holder.verify_credential(credential.clone()).await.unwrap().is_authentic());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_did_that_ended_between_offer_and_issue_signs_nothing() {
    let world = World::new(policy()).await;
    let did = world.did(KeyForm::default()).await;
    let (waiting, _) = world.requested(&did).await;
    world.issuer.deactivate_cheqd_did(&did).await.unwrap();
    let sentence = refusal(world.issuer.issue_credential(&waiting, None).await);
    assert!(sentence.contains("deactivated") && sentence.contains("nothing was signed"), "{sentence}");
    assert_eq!(world.issuer.exchange(&waiting).await.unwrap().state_word(), "request-received", "nothing is lost");
    let sentence = refusal(world.issuer.send_offer(start(Some(&world.ours), detail(&did, "Ada", SUITES[1]))).await);
    assert!(sentence.contains("deactivated"), "{sentence}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_not_for_assertions_any_more_signs_nothing() {
    let world = World::new(policy()).await;
    let did = world.did(KeyForm::default()).await;
    let (waiting, thread) = world.requested(&did).await;
    let document = world.issuer.did(&did).await.unwrap().document.unwrap();
    let mut without = document.clone();
    without.as_object_mut().unwrap().remove("assertionMethod");
    world.issuer.update_cheqd_did(&did, without).await.unwrap();
    let sentence = refusal(world.issuer.issue_credential(&waiting, None).await);
    assert!(sentence.contains("no longer lists a key") && sentence.contains("nothing was signed"), "{sentence}");
    // Put back, it goes on where it was.
    world.issuer.update_cheqd_did(&did, document).await.unwrap();
    world.issuer.issue_credential(&waiting, None).await.unwrap();
    let received = exchange_in(&world.holder, &thread, "credential-received").await;
    world.holder.store_credential(&received.id, None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotated_key_signs_the_next_credential() {
    let world = World::new(automatic()).await;
    let did = world.did(KeyForm::JsonWebKey2020).await;
    world.issuer.rotate_cheqd_did_key(&did).await.unwrap();
    let offer = world.issuer.send_offer(start(Some(&world.ours), detail(&did, "Ada", SUITES[0]))).await.unwrap();
    exchange_in(&world.holder, &offer.thread_id, "done").await;
    assert_eq!(world.stored().await[0]["proof"]["verificationMethod"], json!(format!("{did}#key-2")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_that_is_away_for_a_moment_does_not_stop_the_issuer() {
    let mut world = World::new(policy()).await;
    let did = world.did(KeyForm::default()).await;
    let (waiting, thread) = world.requested(&did).await;
    drop(world.stop.take());
    let gone = support::until("the ledger is gone", || async {
        match world.issuer.check_network("practice").await.unwrap().resolver {
            vouchsafe_agent::cheqd::Reach::Fails(reason) => Some(reason),
            _ => None,
        }
    });
    gone.await;
    // What was read a moment ago, for the offer, still counts.
    world.issuer.issue_credential(&waiting, None).await.unwrap();
    exchange_in(&world.holder, &thread, "credential-received").await;
    let strange = "did:cheqd:practice:00000000-0000-4000-8000-000000000000";
    let refused = world.issuer.send_offer(start(Some(&world.ours), detail(strange, "Ada", SUITES[1]))).await;
    assert!(matches!(refused, Err(AgentError::Resolution { passing: true, .. })), "{refused:?}");
}
