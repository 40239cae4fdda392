//! Reading did:cheqd from a ledger: documents, resources, ages, and a resolver that is down, slow, wrong or lying.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "cheqd_resolve/dereferencing.rs"]
mod dereferencing;
mod support;
#[path = "cheqd_resolve/world.rs"]
mod world;

use std::time::{Duration, Instant};

use axum::Router;
use serde_json::{Value, json};
use vouchsafe_agent::cheqd::{Freshness, Network, UniversalResolver};
use vouchsafe_agent::{Agent, AgentError, Config};
use vouchsafe_credentials::{CheckKind, Outcome};
use vouchsafe_dids::{Did, ResolveError};
use vouchsafe_store::Store;
use world::{Lie, World};

/// Younger than nothing: what is kept is never fresh enough.
const ANEW: Freshness = Freshness::Within(Duration::ZERO);

async fn as_of(agent: &Agent, did: &str, freshness: Freshness) -> Result<(Value, bool), ResolveError> {
    let did: Did = did.parse().unwrap();
    let resolved = agent.resolve_as_of(&did, freshness).await?;
    Ok((resolved.document.to_value(), resolved.from_cache))
}

async fn sentence(agent: &Agent, did: &str) -> String {
    agent.resolve_document(did).await.unwrap_err().to_string()
}

#[tokio::test]
async fn a_document_is_read_and_told_in_the_shape_of_the_admin_api() {
    let world = World::new().await;
    let (_, did) = world.issuer().await;
    let reader = world.wallet().await;
    let found = reader.resolve(&did).await.unwrap();
    assert_eq!(found.did_document["id"], did.as_str());
    assert_eq!(found.did_document["assertionMethod"], json!([format!("{did}#key-1")]));
    assert!(found.document_metadata["versionId"].is_string());
    assert_eq!(found.metadata["resolver"], "CheqdDIDResolver");
    assert_eq!((&found.metadata["resolver_type"], &found.metadata["from_cache"]), (&json!("native"), &json!(false)));
    assert_eq!(world.asked(), 1);
    // Within minutes nobody is asked again, also in another spelling.
    let (head, id) = did.rsplit_once(':').unwrap();
    let found = reader.resolve(&format!("{head}:{}", id.to_uppercase())).await.unwrap();
    assert_eq!((&found.did_document["id"], &found.metadata["from_cache"]), (&json!(did), &json!(true)));
    assert_eq!(world.asked(), 0);
    assert!(!as_of(&reader, &did, Freshness::Now).await.unwrap().1);
    assert_eq!(world.asked(), 1);
}

#[tokio::test]
async fn a_document_with_thousands_of_resources_is_read_without_their_list() {
    let world = World::new().await;
    let (issuer, did) = world.issuer().await;
    world::publish(&issuer, &did, "one", b"{}", false).await;
    world.lie(Lie::Changes(|result| {
        if let Some(Value::Array(list)) = result.pointer_mut("/didDocumentMetadata/linkedResourceMetadata") {
            let one = list[0].clone();
            list.resize(4000, one);
        }
    }));
    let reader = world.wallet().await;
    world.asked();
    let (document, kept) = as_of(&reader, &did, Freshness::Now).await.unwrap();
    assert_eq!((document["id"].as_str(), kept), (Some(did.as_str()), false));
    assert_eq!(world.asked(), 2);
}

#[tokio::test]
async fn what_was_read_once_is_there_without_a_network_and_after_a_restart() {
    let world = World::new().await;
    let (_, did) = world.issuer().await;
    let store = Store::temporary().unwrap();
    let first = world.wallet_in(&store).await;
    assert!(matches!(as_of(&first, &did, Freshness::Kept).await, Err(ResolveError::Unreachable { .. })));
    let (document, _) = as_of(&first, &did, ANEW).await.unwrap();
    first.stop().await;
    let reader = world.wallet_in(&store).await;
    for lie in [
        Lie::Says(502, "<html>Bad Gateway</html>".to_owned()),
        // An outage of the ledger behind the resolver.
        Lie::Says(404, json!({ "didResolutionMetadata": { "error": "notFound" } }).to_string()),
        Lie::Says(200, "garbage".to_owned()),
        Lie::Bytes(5 << 20),
    ] {
        world.lie(lie.clone());
        assert_eq!(as_of(&reader, &did, ANEW).await, Ok((document.clone(), true)), "{lie:?}");
        assert!(as_of(&reader, &did, Freshness::Now).await.unwrap_err().is_passing(), "{lie:?}");
        world.be_honest();
        assert_eq!(as_of(&reader, &did, Freshness::Now).await, Ok((document.clone(), false)));
    }
    world.asked();
    assert_eq!(as_of(&reader, &did, Freshness::Kept).await, Ok((document, true)));
    assert_eq!(world.asked(), 0);
}

#[tokio::test]
async fn a_resolver_that_is_silent_is_waited_for_once() {
    let world = World::new().await;
    let (_, did) = world.issuer().await;
    let reader = world.wallet().await;
    let (document, _) = as_of(&reader, &did, ANEW).await.unwrap();
    world.lie(Lie::Hangs);
    let began = Instant::now();
    for _ in 0..20 {
        assert_eq!(as_of(&reader, &did, ANEW).await, Ok((document.clone(), true)));
    }
    let waited = began.elapsed();
    assert!(waited > Duration::from_millis(900) && waited < Duration::from_secs(3), "{waited:?}");
    let error = as_of(&reader, &did, Freshness::Now).await.unwrap_err();
    assert_eq!(error, ResolveError::Timeout(did.parse().unwrap()));
}

#[tokio::test]
async fn many_who_need_one_document_ask_once() {
    let world = World::new().await;
    let (_, did) = world.issuer().await;
    let reader = world.wallet().await;
    let asking = (0..50).map(|_| as_of(&reader, &did, ANEW));
    let found = futures::future::join_all(asking).await;
    assert!(found.iter().all(|found| found.as_ref().is_ok_and(|(document, _)| document["id"] == did.as_str())));
    assert_eq!(world.asked(), 1);
    // Waiting together for nobody takes no longer than alone, and the next one is asked anew.
    world.lie(Lie::Hangs);
    let stranger = world.wallet().await;
    let began = Instant::now();
    let asking = (0..50).map(|_| as_of(&stranger, &did, ANEW));
    assert!(futures::future::join_all(asking).await.iter().all(Result::is_err));
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    world.be_honest();
    assert!(as_of(&stranger, &did, ANEW).await.is_ok());
}

#[tokio::test]
async fn each_way_of_not_answering_has_its_sentence() {
    let world = World::new().await;
    let (_, did) = world.issuer().await;
    let (_, other) = world.issuer().await;
    let told = |code: &str| json!({ "didResolutionMetadata": { "error": code } }).to_string();
    let mut of_other = world.wallet().await.resolve(&other).await.unwrap().did_document;
    of_other["extra"] = json!(true);
    let foreign = json!({ "didDocument": of_other, "didDocumentMetadata": {} }).to_string();
    let shapeless = json!({ "didDocument": { "id": did, "verificationMethod": 5 }, "didDocumentMetadata": {} });
    let moved = format!("{}{other}", world.network.resolver);
    let cases = [
        (Lie::Says(404, told("notFound")), true, "or its ledger cannot be reached through the resolver"),
        (Lie::Says(501, told("methodNotSupported")), true, "does not serve this (methodNotSupported)"),
        (Lie::Says(406, told("representationNotSupported")), true, "does not serve this (representationNotSupported)"),
        (Lie::Says(400, told("invalidDid")), true, "does not take it for a DID"),
        (Lie::Says(500, told("internalError")), true, "the resolver failed (internalError)"),
        (Lie::Says(503, String::new()), true, "the resolver failed (HTTP 503)"),
        (Lie::Says(200, "garbage".to_owned()), true, "does not answer as a resolver does"),
        (Lie::Says(200, "{}".to_owned()), true, "without a document"),
        (Lie::Bytes(5 << 20), true, "with more than 1048576 bytes"),
        (Lie::Hangs, true, "took too long"),
        (Lie::Points("http://127.0.0.1:1/elsewhere".to_owned()), true, "is not followed there"),
        (Lie::Points(moved), true, "it is called did:cheqd:practice:"),
        (Lie::Says(200, foreign), false, "the DID document is that of did:cheqd:practice:"),
        (Lie::Says(200, shapeless.to_string()), false, "malformed: verificationMethod"),
    ];
    let mut sentences = Vec::new();
    for (lie, passing, words) in cases {
        let reader = world.wallet().await;
        world.lie(lie);
        let error = reader.resolve_document(&did).await.unwrap_err();
        assert!(matches!(error, AgentError::Resolution { passing: told, .. } if told == passing), "{words}: {error}");
        assert!(error.to_string().contains(words), "{words}: {error}");
        sentences.push(error.to_string());
    }
    sentences.sort();
    sentences.dedup();
    assert_eq!(sentences.len(), 14, "each is its own");
    world.be_honest();
    let mut gone = world.config();
    gone.networks[0].resolver = "http://127.0.0.1:1/1.0/identifiers/".to_owned();
    let reader = Agent::start(Store::temporary().unwrap(), gone, Vec::new()).await.unwrap();
    assert!(sentence(&reader, &did).await.contains("127.0.0.1:1 cannot be reached"));
}

#[tokio::test]
async fn only_a_practice_network_may_be_on_this_computer_and_only_known_networks_are_asked() {
    let world = World::new().await;
    let (_, did) = world.issuer().await;
    let config = Config { networks: vec![Network { practice: false, ..world.network.clone() }], ..world.config() };
    let reader = Agent::start(Store::temporary().unwrap(), config, Vec::new()).await.unwrap();
    let refusal = sentence(&reader, &did).await;
    assert!(refusal.contains("only a practice network may be on this computer"), "{refusal}");
    assert_eq!(world.asked(), 0);
    let reader = world.wallet().await;
    let unknown = sentence(&reader, &did.replace("practice", "mainnet")).await;
    assert!(unknown.contains("no did:cheqd network \"mainnet\" (it knows practice)"), "{unknown}");
    assert!(sentence(&reader, "did:cheqd:practice:x").await.contains("not a did:cheqd"));
    assert_eq!(world.asked(), 0);
}

#[tokio::test]
async fn a_did_that_has_ended_stays_ended_through_an_outage() {
    let world = World::new().await;
    let (issuer, did) = world.issuer().await;
    let reader = world.wallet().await;
    let credential = issuer.sign_credential(support::detail(&did, "Ada", "Ed25519Signature2020")).await.unwrap();
    assert!(reader.verify_credential(credential.clone()).await.unwrap().verified);
    issuer.deactivate_cheqd_did(&did).await.unwrap();
    let ended = ResolveError::Deactivated(did.parse().unwrap());
    assert_eq!(as_of(&reader, &did, ANEW).await.unwrap_err(), ended);
    assert!(ended.to_string().contains("was deactivated for good"));
    world.lie(Lie::Says(502, String::new()));
    assert_eq!(as_of(&reader, &did, ANEW).await.unwrap_err(), ended);
    assert_eq!(as_of(&reader, &did, Freshness::Kept).await.unwrap_err(), ended);
    let found = reader.verify_credential(credential).await.unwrap();
    let reason = found.checks.iter().find(|check| check.kind == CheckKind::KeyAuthorised).unwrap();
    assert!(!found.verified && reason.outcome == Outcome::Failed);
    assert!(reason.detail.contains("was deactivated for good"), "{}", reason.detail);
    // The document can still be looked at.
    let shown = reader.resolve(&did).await.unwrap();
    assert_eq!(
        (&shown.did_document["deactivated"], &shown.document_metadata["deactivated"]),
        (&json!(true), &json!(true))
    );
}

#[tokio::test]
async fn a_credential_verifies_by_what_was_kept_and_says_so() {
    let world = World::new().await;
    let (issuer, did) = world.issuer().await;
    let store = Store::temporary().unwrap();
    let reader = world.wallet_in(&store).await;
    let credential = issuer.sign_credential(support::detail(&did, "Ada", "Ed25519Signature2020")).await.unwrap();
    assert!(reader.verify_credential(credential.clone()).await.unwrap().verified);
    reader.stop().await;
    world.lie(Lie::Says(502, String::new()));
    let reader = world.wallet_in(&store).await;
    let found = reader.verify_credential(credential.clone()).await.unwrap();
    let said = found.checks.iter().find(|check| check.detail.contains("kept since then"));
    assert!(found.verified && said.is_some(), "{found:?}");
    // One who never read it cannot tell, which is not the same as a bad signature.
    let stranger = world.wallet().await;
    let error = stranger.verify_credential(credential.clone()).await.unwrap_err();
    assert!(matches!(error, AgentError::Resolution { passing: true, .. }), "{error}");
    let mut tampered = credential;
    tampered["credentialSubject"]["name"] = json!("Eve");
    let found = reader.verify_credential(tampered).await.unwrap();
    let failed =
        |check: &&vouchsafe_credentials::Check| check.kind == CheckKind::Signature && check.outcome == Outcome::Failed;
    assert!(found.checks.iter().any(|check| failed(&check)), "{found:?}");
}

#[tokio::test]
async fn other_methods_are_asked_of_the_universal_resolver() {
    let world = World::new().await;
    let answers = |path: &str| match path {
        "/1.0/identifiers/did:ion:ended" => {
            json!({ "didDocument": { "id": "did:ion:ended" }, "didDocumentMetadata": { "deactivated": true } })
        }
        path => json!({ "didDocument": { "id": path.rsplit('/').next().unwrap() }, "didDocumentMetadata": { "x": 1 } }),
    };
    let app =
        Router::new().fallback(async move |request: axum::extract::Request| axum::Json(answers(request.uri().path())));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/1.0", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let reader = world.wallet().await;
    assert!(sentence(&reader, "did:ion:1").await.contains("\"ion\" are not supported"));
    let universal = UniversalResolver { url, methods: vec!["^did:ion:.*$".to_owned()] };
    reader.set_config(Config { universal_resolver: Some(universal), ..world.config() });
    let found = reader.resolve("did:ion:1").await.unwrap();
    assert_eq!((&found.did_document["id"], &found.document_metadata["x"]), (&json!("did:ion:1"), &json!(1)));
    assert_eq!(
        (&found.metadata["resolver"], &found.metadata["resolver_type"]),
        (&json!("UniversalResolver"), &json!("non-native"))
    );
    assert!(matches!(as_of(&reader, "did:ion:ended", ANEW).await, Err(ResolveError::Deactivated(_))));
    assert!(sentence(&reader, "did:ebsi:1").await.contains("\"ebsi\" are not supported"));
}
