//! What a wallet writes when nothing goes wrong.

use serde_json::json;
use uuid::Uuid;
use vouchsafe_agent::cheqd::{CreateCheqdDid, KeyForm, Network, PublishResource, Reach};
use vouchsafe_agent::{AgentError, Config};

use crate::harness::{LedgerServer, at_rest, create, jobs, service};

fn resource(did: &str, name: &str, content: &[u8]) -> PublishResource {
    PublishResource {
        did: did.to_owned(),
        name: name.to_owned(),
        resource_type: "TextDocument".to_owned(),
        content: content.to_vec(),
        ..PublishResource::default()
    }
}

#[tokio::test]
async fn a_did_is_made_changed_rotated_and_ended_with_every_key_form() {
    let server = LedgerServer::start().await;
    let wallet = server.wallet().await;
    for form in KeyForm::ALL {
        let wanted = CreateCheqdDid { key_form: form, services: vec![service()], ..create() };
        let row = wallet.create_cheqd_did(wanted).await.unwrap();
        assert_eq!((row.method.as_str(), row.posture.as_str()), ("cheqd", "posted"));
        let document = row.document.unwrap();
        let kid = format!("{}#key-1", row.did);
        assert_eq!(document["verificationMethod"][0]["type"], form.name());
        assert_eq!((&document["authentication"], &document["assertionMethod"]), (&json!([kid]), &json!([kid])));
        assert_eq!(document["service"][0]["id"], format!("{}#service-1", row.did));

        let mut changed = document.clone();
        changed["service"][0]["serviceEndpoint"] = json!(["https://elsewhere.example"]);
        let method = wallet.new_cheqd_key(&row.did, form).await.unwrap();
        assert_eq!(method["id"], format!("{}#key-2", row.did));
        changed["verificationMethod"].as_array_mut().unwrap().push(method.clone());
        changed["authentication"].as_array_mut().unwrap().push(method["id"].clone());
        let updated = wallet.update_cheqd_did(&row.did, changed).await.unwrap();
        // The resolver writes one endpoint as text.
        assert_eq!(updated["service"][0]["serviceEndpoint"], json!("https://elsewhere.example"));
        assert_eq!(wallet.did(&row.did).await.unwrap().document, Some(updated));

        let rotated = wallet.rotate_cheqd_did_key(&row.did).await.unwrap();
        let new = format!("{}#key-3", row.did);
        assert_eq!(rotated["verificationMethod"].as_array().unwrap().len(), 1);
        assert_eq!((&rotated["authentication"], &rotated["assertionMethod"]), (&json!([new]), &json!([new])));
        assert_eq!(rotated["verificationMethod"][0]["type"], form.name());
        assert_ne!(wallet.did(&row.did).await.unwrap().verkey, row.verkey);

        wallet.set_public_did(&row.did).await.unwrap();
        wallet.deactivate_cheqd_did(&row.did).await.unwrap();
        let ended = wallet.did(&row.did).await.unwrap();
        assert_eq!((ended.posture.as_str(), &ended.metadata["deactivated"]), ("posted", &json!(true)));
        assert!(matches!(wallet.set_public_did(&row.did).await, Err(AgentError::Invalid { .. })));
        assert_eq!(server.counts(&row.did).await.0, 4);
        let metadata = server.get(&format!("{}/metadata", row.did)).await;
        assert_eq!(metadata["didDocumentMetadata"]["deactivated"], json!(true));
    }
    assert!(jobs(&wallet).await.iter().all(|job| job.state_word() == "finished"));
}

#[tokio::test]
async fn what_was_planned_is_what_is_published() {
    let server = LedgerServer::start().await;
    let wallet = server.wallet().await;
    let wanted = CreateCheqdDid { services: vec![service()], ..create() };
    let plan = wallet.plan_cheqd_did(&wanted).await.unwrap();
    assert!(plan.permanent && plan.practice);
    assert_eq!(plan.registrar, server.network.registrar.clone().unwrap());
    assert_eq!(server.door.count.load(std::sync::atomic::Ordering::SeqCst), 0, "nobody was asked");
    let wanted = CreateCheqdDid { did_document: Some(plan.document.clone()), ..create() };
    let row = wallet.create_cheqd_did(wanted).await.unwrap();
    assert_eq!(row.did, plan.did);
    let published = row.document.unwrap();
    for member in ["id", "verificationMethod", "authentication", "assertionMethod"] {
        assert_eq!(published[member], plan.document[member], "{member}");
    }
    assert_eq!(published["service"][0]["serviceEndpoint"], plan.document["service"][0]["serviceEndpoint"][0]);
}

#[tokio::test]
async fn a_seed_and_an_owners_document_are_taken_as_they_are() {
    let server = LedgerServer::start().await;
    let wallet = server.wallet().await;
    let id = format!("did:cheqd:practice:{}", Uuid::new_v4());
    let wanted = CreateCheqdDid {
        seed: Some([7; 32]),
        did_document: Some(json!({ "id": id, "alsoKnownAs": ["https://issuer.example"] })),
        metadata: serde_json::Map::from_iter([("note".to_owned(), json!("mine"))]),
        ..create()
    };
    let row = wallet.create_cheqd_did(wanted).await.unwrap();
    assert_eq!((&row.did, &row.metadata), (&id, &json!({ "note": "mine" })));
    assert_eq!(row.document.unwrap()["alsoKnownAs"], json!(["https://issuer.example"]));
    let other = vouchsafe_didcomm::SigningKey::from_seed(&[7; 32]).verkey();
    assert_eq!(row.verkey, Some(other));
}

#[tokio::test]
async fn resources_and_their_versions_are_published_once() {
    let server = LedgerServer::start().await;
    let wallet = server.wallet().await;
    let did = wallet.create_cheqd_did(create()).await.unwrap().did;
    let id = Uuid::new_v4();
    let first = PublishResource { id: Some(id), version: Some("1".to_owned()), ..resource(&did, "List", b"{\"a\":1}") };
    let published = wallet.publish_resource(first.clone()).await.unwrap();
    assert_eq!(published.did_url, format!("{did}/resources/{id}"));
    assert_eq!((published.media_type.as_str(), published.version.as_str()), ("application/json", "1"));
    // Asked again with the same id: what was published.
    assert_eq!(wallet.publish_resource(first.clone()).await.unwrap(), published);
    let other = PublishResource { content: b"other".to_vec(), ..first };
    assert!(matches!(wallet.publish_resource(other).await, Err(AgentError::Invalid { .. })));
    let second = PublishResource { version: Some("2".to_owned()), update: true, ..resource(&did, "List", b"two") };
    let second = wallet.publish_resource(second).await.unwrap();
    assert_eq!(second.media_type, "text/plain; charset=utf-8");
    assert_eq!(server.counts(&did).await, (1, 2));
    let found = server.get(&format!("{did}/resources/{id}/metadata")).await;
    assert_eq!(found["contentMetadata"]["nextVersionId"], json!(second.id));
}

#[tokio::test]
async fn the_largest_resource_is_published_and_a_larger_one_is_refused_here() {
    let server = LedgerServer::start().await;
    let wallet = server.wallet().await;
    let did = wallet.create_cheqd_did(create()).await.unwrap().did;
    let largest = vec![0xff; 2 * 1024 * 1024];
    wallet.publish_resource(resource(&did, "Large", &largest)).await.unwrap();
    let larger = vec![0; 2 * 1024 * 1024 + 1];
    for wrong in [
        resource(&did, "Larger", &larger),
        resource(&did, "Empty", b""),
        resource(&did, "", b"x"),
        resource(&did, &"n".repeat(65), b"x"),
    ] {
        let refused = wallet.publish_resource(wrong).await;
        assert!(matches!(refused, Err(AgentError::Invalid { .. })), "{refused:?}");
    }
    assert_eq!(jobs(&wallet).await.len(), 2);
}

#[tokio::test]
async fn changes_of_one_did_take_turns() {
    let server = LedgerServer::start().await;
    let wallet = server.wallet().await;
    let did = wallet.create_cheqd_did(create()).await.unwrap().did;
    let publishing = (0..8).map(|number| {
        let (wallet, did) = (wallet.clone(), did.clone());
        tokio::spawn(async move { wallet.publish_resource(resource(&did, &format!("R{number}"), b"x")).await })
    });
    for published in publishing.collect::<Vec<_>>() {
        published.await.unwrap().unwrap();
    }
    assert_eq!(server.counts(&did).await, (1, 8));
}

#[tokio::test]
async fn a_caller_that_goes_away_does_not_stop_the_job() {
    let server = LedgerServer::start().await;
    let wallet = server.wallet().await;
    let creating = tokio::spawn({
        let wallet = wallet.clone();
        async move { wallet.create_cheqd_did(create()).await }
    });
    while jobs(&wallet).await.is_empty() {
        tokio::task::yield_now().await;
    }
    creating.abort();
    let jobs = at_rest(&wallet).await;
    assert_eq!(jobs[0].state_word(), "finished");
    assert_eq!(wallet.did(&jobs[0].did).await.unwrap().method, "cheqd");
}

#[tokio::test]
async fn a_networks_services_are_asked_whether_they_are_there() {
    let server = LedgerServer::start().await;
    let wallet = server.wallet().await;
    let check = wallet.check_network("practice").await.unwrap();
    assert_eq!((check.resolver, check.registrar), (Reach::Answers, Reach::Answers));
    let nobody = Network::practice("http://127.0.0.1:9");
    let swapped = Network {
        namespace: "swapped".to_owned(),
        resolver: server.network.registrar.clone().unwrap(),
        registrar: Some(server.network.resolver.clone()),
        practice: true,
    };
    // An address on this computer is asked for a practice network alone.
    let not_practice = Network { namespace: "inside".to_owned(), practice: false, ..server.network.clone() };
    let networks = vec![nobody, swapped, not_practice, Network { registrar: None, ..Network::mainnet() }];
    wallet.set_config(Config { networks, ..server.config() });
    for namespace in ["practice", "swapped", "inside"] {
        let check = wallet.check_network(namespace).await.unwrap();
        assert!(matches!(check.resolver, Reach::Fails(_)), "{namespace}: {check:?}");
        assert!(matches!(check.registrar, Reach::Fails(_)), "{namespace}: {check:?}");
    }
    assert!(matches!(wallet.check_network("unheard").await, Err(AgentError::Invalid { .. })));
}
