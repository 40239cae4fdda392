use std::time::Duration;

use serde_json::{Value, json};
use vouchsafe_agent::cheqd::{CreateCheqdDid, Dereferenced, Freshness};
use vouchsafe_agent::{Agent, AgentError};

use crate::ANEW;
use crate::world::{Lie, World, publish};

/// Fresh enough if it was looked up within the hour.
const HOUR: Freshness = Freshness::Within(Duration::from_hours(1));

type Change = fn(&mut Value);

async fn fetch(agent: &Agent, did_url: &str, freshness: Freshness) -> Result<Dereferenced, String> {
    agent.dereference(did_url, freshness).await.map_err(|error| error.to_string())
}

async fn json(agent: &Agent, did_url: &str) -> Value {
    serde_json::from_slice(&fetch(agent, did_url, HOUR).await.unwrap().content).unwrap()
}

#[tokio::test]
async fn a_resource_comes_byte_for_byte_and_is_fetched_once() {
    let world = World::new().await;
    let (issuer, did) = world.issuer().await;
    let reader = world.wallet().await;
    let spaced = b"{\n  \"z\": 1,\n  \"a\": [1.0, 1e2]\n}".as_slice();
    for (name, content, media_type, requests) in [
        // JSON loses its form on the way and is fetched as it is too; the others come whole the first time.
        ("spaced", spaced, "application/json", 2),
        ("compact", br#"{"a":1,"z":2}"#.as_slice(), "application/json", 1),
        ("text", b"Hello World".as_slice(), "text/plain; charset=utf-8", 1),
        ("bytes", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0].as_slice(), "image/png", 1),
    ] {
        let id = publish(&issuer, &did, name, content, false).await;
        world.asked();
        let url = format!("{did}/resources/{id}");
        let found = fetch(&reader, &url, HOUR).await.unwrap();
        assert_eq!(
            (found.content.as_slice(), found.media_type.as_str(), found.from_cache),
            (content, media_type, false)
        );
        assert_eq!(found.resource().unwrap().name, name);
        assert_eq!(world.asked(), requests, "{name}");
        let again = fetch(&reader, &url, ANEW).await.unwrap();
        assert_eq!((again.content.as_slice(), again.from_cache), (content, true), "it cannot have changed");
        assert_eq!(world.asked(), 0);
        let named = fetch(&reader, &format!("{did}?resourceName={name}&resourceType=TestType"), ANEW).await.unwrap();
        assert_eq!((named.content.as_slice(), named.from_cache), (content, false));
        assert_eq!(world.asked(), 1, "only where it leads");
    }
}

#[tokio::test]
async fn a_name_leads_to_the_newest_version_and_offline_to_the_last_one_known() {
    let world = World::new().await;
    let (issuer, did) = world.issuer().await;
    let reader = world.wallet().await;
    publish(&issuer, &did, "My list", b"first", false).await;
    // As a status list names it: at whatever resolver, with an index behind it.
    let url =
        format!("https://resolver.cheqd.net/1.0/identifiers/{did}?resourceName=My%20list&resourceType=TestType#7");
    let first = fetch(&reader, &url, HOUR).await.unwrap();
    assert_eq!((first.content.as_slice(), first.from_cache), (b"first".as_slice(), false));
    let second = publish(&issuer, &did, "My list", b"second", true).await;
    world.asked();
    assert_eq!(fetch(&reader, &url, HOUR).await.unwrap().content, b"first", "it is fresh enough");
    assert_eq!(world.asked(), 0);
    let now = fetch(&reader, &url, Freshness::Now).await.unwrap();
    assert_eq!((now.content.as_slice(), now.resource().unwrap().id), (b"second".as_slice(), second));
    world.lie(Lie::Says(502, String::new()));
    let kept = fetch(&reader, &url, ANEW).await.unwrap();
    assert_eq!(
        (kept.content.as_slice(), kept.from_cache, kept.fetched_at),
        (b"second".as_slice(), true, now.fetched_at)
    );
    assert!(fetch(&reader, &url, Freshness::Now).await.unwrap_err().contains("HTTP 502"));
    world.be_honest();
    let confirmed = fetch(&reader, &url, Freshness::Now).await.unwrap();
    assert!(confirmed.fetched_at > kept.fetched_at && !confirmed.from_cache);
    assert_eq!(fetch(&reader, &url, Freshness::Kept).await.unwrap().fetched_at, confirmed.fetched_at);
    let at = first.resource().unwrap().created.unwrap();
    let then = format!("{did}?resourceName=My%20list&resourceType=TestType&resourceVersionTime={at}");
    assert!(fetch(&reader, &then, HOUR).await.is_ok());
}

#[tokio::test]
async fn another_resource_than_the_one_asked_for_is_refused() {
    let world = World::new().await;
    let (issuer, did) = world.issuer().await;
    let id = publish(&issuer, &did, "spaced", br#"{ "list": "0101" }"#, false).await;
    let (by_id, by_name) =
        (format!("{did}/resources/{id}"), format!("{did}?resourceName=spaced&resourceType=TestType"));
    let lies: [(Change, &str); 5] = [
        (|answer| answer["contentMetadata"]["resourceCollectionId"] = json!("other"), "the resource of another DID"),
        (
            |answer| answer["contentMetadata"]["resourceId"] = json!("1dc580f5-a5ca-4a33-af83-43126fea6f2d"),
            "another resource than the one that was asked for",
        ),
        (|answer| answer["contentMetadata"]["resourceName"] = json!("other"), "another resource than"),
        (|answer| answer["contentMetadata"]["checksum"] = json!("00"), "do not match its checksum"),
        (|answer| answer["contentMetadata"] = json!({}), "names no resource"),
    ];
    for (lie, words) in lies {
        world.lie(Lie::Changes(lie));
        let reader = world.wallet().await;
        let url = if words.starts_with("another resource than") && words.len() < 30 { &by_name } else { &by_id };
        let error = fetch(&reader, url, HOUR).await.unwrap_err();
        assert!(error.contains(words), "{words}: {error}");
    }
    world.lie(Lie::Changes(|answer| answer["contentStream"] = json!({ "list": "0000" })));
    let found = fetch(&world.wallet().await, &by_id, HOUR).await.unwrap();
    assert_eq!(found.content, br#"{ "list": "0101" }"#, "the checksum sends it to the bytes themselves");
    world.lie(Lie::Swaps(r#"{ "list": "0000" }"#));
    let error = fetch(&world.wallet().await, &by_id, HOUR).await.unwrap_err();
    assert!(error.contains("do not match its checksum"), "{error}");
    world.lie(Lie::Bytes(5 << 20));
    let error = fetch(&world.wallet().await, &by_id, HOUR).await.unwrap_err();
    assert!(error.contains("with more than 4194304 bytes"), "{error}");
}

#[tokio::test]
async fn parts_versions_and_endpoints_are_found() {
    let world = World::new().await;
    let issuer = world.wallet().await;
    let service = json!({ "type": "website", "id": "#website", "serviceEndpoint": "https://example.org/" });
    let wanted =
        CreateCheqdDid { network: "practice".to_owned(), services: vec![service], ..CreateCheqdDid::default() };
    let did = issuer.create_cheqd_did(wanted).await.unwrap().did;
    let reader = world.wallet().await;
    assert_eq!(json(&reader, &did).await["id"], did.as_str());
    assert_eq!(json(&reader, &format!("{did}#key-1")).await["type"], "Ed25519VerificationKey2020");
    assert_eq!(json(&reader, &format!("{did}#website")).await["type"], "website");
    let none = fetch(&reader, &format!("{did}#key"), HOUR).await.unwrap_err();
    assert!(none.contains("no part of this name"), "{none}");
    let versions = json(&reader, &format!("{did}/versions")).await;
    let version = versions["versions"][0]["versionId"].as_str().unwrap().to_owned();
    for url in [format!("{did}/version/{version}"), format!("{did}?versionId={version}")] {
        assert_eq!(json(&reader, &url).await["id"], did.as_str());
    }
    assert_eq!(json(&reader, &format!("{did}?versionId={version}#key-1")).await["controller"], did.as_str());
    for url in [format!("{did}/metadata"), format!("{did}/version/{version}/metadata")] {
        assert_eq!(json(&reader, &url).await["versionId"], version.as_str());
    }
    let endpoint = fetch(&reader, &format!("{did}?service=website&relativeRef=a"), HOUR).await.unwrap();
    assert_eq!(
        (endpoint.content.as_slice(), endpoint.media_type.as_str()),
        (b"https://example.org/a".as_slice(), "text/uri-list")
    );
    world.asked();
    world.lie(Lie::Hangs);
    assert_eq!(json(&reader, &format!("{did}/versions")).await, versions, "it is kept");
    assert_eq!(world.asked(), 0);
}

#[tokio::test]
async fn what_leads_nowhere_is_told_without_asking_anybody() {
    let world = World::new().await;
    let reader = world.wallet().await;
    let did = "did:cheqd:practice:6981f795-f2f5-43db-ab18-e161f9241bf8";
    for url in [
        "",
        "https://example.org/list",
        "did:web:example.org/path",
        &format!("{did}/nothing"),
        &format!("{did}?resourceVersion=1"),
        &format!("{did}/resources/1"),
    ] {
        let error = reader.dereference(url, HOUR).await.unwrap_err();
        assert!(matches!(error, AgentError::Resolution { passing: false, .. }), "{url}: {error}");
    }
    assert_eq!(world.asked(), 0);
    let key = support_key(&reader).await;
    let method = json(&reader, &format!("{key}#{}", key.trim_start_matches("did:key:"))).await;
    assert_eq!(method["controller"], key.as_str());
    assert!(fetch(&reader, &format!("{did}/resources/1dc580f5-a5ca-4a33-af83-43126fea6f2d"), HOUR).await.is_err());
}

async fn support_key(agent: &Agent) -> String {
    crate::support::did_key(agent).await
}
