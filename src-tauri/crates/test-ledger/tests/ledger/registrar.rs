//! The registrar's own answers: the driver's negative cases, jobs, and who may speak to it.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{body::Body, extract::ConnectInfo, http::Request};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use vouchsafe_test_ledger::{ServeSettings, router};

use crate::harness::{Bench, Wallet, ask};

#[tokio::test]
async fn the_drivers_negative_cases() {
    let bench = Bench::new();
    let (alice, gone, nobody) = (Wallet::new(1), Wallet::new(2), Wallet::new(3));
    bench.create(&alice).await;
    bench.create(&gone).await;
    assert_eq!(bench.run("deactivate", &json!({ "did": gone.did }), &[gone.signs()]).await.status, 201);
    assert_eq!(bench.publish(&alice, "createResource", ("Name", "Type", "1"), b"x").await.status, 201);
    let indy = "did:indy:sovrin:WRfXPg8dantKVubE3HX8pw";
    let options = json!({ "network": "testnet", "name": "Name", "type": "Type", "versionId": "3.0" });
    let create = |did: &str, content: Value| json!({ "did": did, "content": content, "options": options });
    let with = |mut body: Value, member: &str, value: Value| {
        body[member] = value;
        body
    };
    let update = |wallet: &Wallet| json!({ "did": wallet.did, "didDocument": [wallet.document()] });
    let named = |name: &str, version: &str| json!({ "name": name, "type": "Type", "versionId": version });
    let update_resource = |options: Value| json!({ "did": alice.did, "content": ["eA=="], "options": options });
    let set = "Only Set operation is supported";
    let not_there = "The DID does not exist or is Deactivated";
    let no_match = "Update resource name or type does not match existing resource";
    let required = "options.name, options.type and content are required";
    let no_document = "Provide a DID Document with at least one valid verification method";
    let cases = [
        ("create", json!({ "didDocument": {}, "secret": {} }), 400, no_document),
        ("create", json!({}), 400, no_document),
        ("update", with(update(&alice), "did", json!(indy)), 400, "The DID is not valid"),
        ("update", update(&gone), 400, not_there),
        ("update", update(&nobody), 400, not_there),
        ("update", with(update(&alice), "didDocumentOperation", json!(["removeFromDidDocument"])), 400, set),
        ("update", json!({ "did": alice.did }), 400, "Invalid payload"),
        ("update", json!({ "did": alice.did, "didDocument": [{ "id": alice.did }] }), 400, no_document),
        ("deactivate", json!({ "did": indy }), 400, "The DID is not valid"),
        ("deactivate", json!({ "did": gone.did }), 400, not_there),
        ("deactivate", json!({}), 400, "The DID is not valid"),
        ("createResource", create(indy, Value::Null), 400, "The DID is not valid"),
        ("createResource", create(&alice.did, Value::Null), 400, required),
        ("createResource", create(&alice.did, json!(50)), 400, "Invalid payload"),
        ("createResource", create(&gone.did, json!("Test Data")), 400, not_there),
        ("createResource", create(&alice.did, json!("eA==")), 400, "Resource already exists"),
        ("updateResource", create(indy, Value::Null), 400, "The DID is not valid"),
        ("updateResource", create(&alice.did, Value::Null), 400, required),
        (
            "updateResource",
            create(&alice.did, json!([50])),
            400,
            "The content array must be provided and must have exactly one string",
        ),
        (
            "updateResource",
            with(create(&gone.did, json!(["x"])), "relativeDidUrl", json!("abcdef")),
            400,
            "The DID URL is not valid",
        ),
        (
            "updateResource",
            with(create(&gone.did, json!(["x"])), "relativeDidUrl", json!("/resources/abc")),
            400,
            "ResourceId should be an unique UUID",
        ),
        (
            "updateResource",
            with(create(&gone.did, json!(["x"])), "contentOperation", json!(["removeContent"])),
            400,
            set,
        ),
        ("updateResource", create(&gone.did, json!(["x"])), 400, not_there),
        ("updateResource", update_resource(named("Other", "2")), 400, no_match),
        ("updateResource", update_resource(named("Name", "1")), 409, "Update resource version or id already exists"),
        (
            "create",
            json!({ "didDocument": nobody.document(), "options": { "network": "mainnet" } }),
            400,
            "The provided options are invalid",
        ),
        (
            "create",
            json!({ "didDocument": nobody.document(), "secret": { "signingResponse": [] } }),
            400,
            "The provided secret is invalid",
        ),
    ];
    for (path, body, status, sentence) in cases {
        let answer = bench.post(path, &body).await;
        assert_eq!(answer.status, status, "{path} {body}");
        assert_eq!(answer.description(), format!("Invalid payload: {sentence}"), "{path} {body}");
        assert_eq!(answer.json()["jobId"], Value::Null);
        assert_eq!(answer.state()["reason"], "Invalid payload");
    }
}

#[tokio::test]
async fn the_first_step_says_what_is_to_be_signed_and_by_whom() {
    let bench = Bench::new();
    let (alice, bob) = (Wallet::new(1), Wallet::new(2));
    bench.create(&bob).await;
    let mut document = alice.document();
    document["controller"] = json!([alice.did, bob.did]);
    let answer = bench.post("create", &json!({ "didDocument": document })).await;
    let state = answer.state();
    assert_eq!((answer.status, &state["state"], &state["action"]), (200, &json!("action"), &json!("signPayload")));
    assert_eq!(state["did"], json!(alice.did));
    let requests = state["signingRequest"].as_object().unwrap();
    let kids: Vec<&str> = requests.values().map(|request| request["kid"].as_str().unwrap()).collect();
    assert_eq!(kids, [&alice.kid, &bob.kid]);
    assert!(requests.values().all(|request| request["alg"] == "EdDSA"));
    // An update asks the old document's keys and the new one's, each once.
    bench.create(&alice).await;
    let next = format!("{}#key-2", alice.did);
    let mut document = alice.document();
    document["authentication"] = json!([alice.kid, next]);
    let state = bench.post("update", &json!({ "did": alice.did, "didDocument": [document] })).await.state();
    let kids: Vec<&Value> =
        state["signingRequest"].as_object().unwrap().values().map(|request| &request["kid"]).collect();
    assert_eq!(kids, [&json!(alice.kid), &json!(next)]);
    let mut orphan = alice.document();
    orphan["controller"] = json!([Wallet::new(8).did]);
    let answer = bench.post("update", &json!({ "did": alice.did, "didDocument": [orphan] })).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.description(), "Invalid payload: The Controller does not exist or is Deactivated");
}

#[tokio::test]
async fn resources_are_answered_with_their_content_and_new_versions_are_linked() {
    let bench = Bench::new();
    let alice = Wallet::new(1);
    bench.create(&alice).await;
    let first = bench.publish(&alice, "createResource", ("Name", "Type", "1"), b"Hello World").await;
    let state = first.state();
    assert_eq!(state["content"], "Hello World");
    assert_eq!((&state["name"], &state["type"], &state["version"]), (&json!("Name"), &json!("Type"), &json!("1")));
    assert!(state["didUrl"].as_str().unwrap().starts_with(&format!("{}/resources/", alice.did)));
    assert_eq!(bench.publish(&alice, "updateResource", ("Name", "Type", "2"), b"Hello again").await.status, 201);
    let list = bench.get(&format!("{}/metadata", alice.did), None).await.json();
    let list = &list["didDocumentMetadata"]["linkedResourceMetadata"];
    assert_eq!(list[0]["nextVersionId"], list[1]["resourceId"]);
    assert_eq!(list[1]["previousVersionId"], list[0]["resourceId"]);
    assert_eq!(list[0]["mediaType"], "text/plain; charset=utf-8");
    assert_eq!(list[0]["checksum"], "a591a6d40bf420404a011733cfb7b190d62c65bf0bcda32b57b277d9ad9f146e");
}

#[tokio::test]
async fn jobs_expire_and_belong_to_one_operation() {
    let bench = Bench::new();
    let alice = Wallet::new(1);
    let asked = json!({ "didDocument": alice.document() });
    let first = bench.post("create", &asked).await;
    bench.wait(601);
    let late = bench.finish("create", &asked, &first, &[alice.signs()]).await;
    assert_eq!(late.status, 400);
    assert_eq!(late.state(), json!({ "state": "failed", "reason": "The jobId is either expired or not found" }));
    assert_eq!(late.json()["jobId"], first.json()["jobId"]);
    let first = bench.post("create", &asked).await;
    assert_eq!(bench.finish("deactivate", &asked, &first, &[alice.signs()]).await.status, 400);
    assert_eq!(bench.finish("create", &asked, &first, &[alice.signs()]).await.status, 201);
    // A creation sent twice is answered twice; an update is sent to the ledger again, as the driver does.
    assert_eq!(bench.finish("create", &asked, &first, &[alice.signs()]).await.status, 201);
    let asked = json!({ "did": alice.did, "didDocument": [alice.document()] });
    let first = bench.post("update", &asked).await;
    assert_eq!(bench.finish("update", &asked, &first, &[alice.signs()]).await.status, 201);
    assert_eq!(bench.finish("update", &asked, &first, &[alice.signs()]).await.code, Some(1500));
}

#[tokio::test]
async fn a_refused_job_can_be_signed_again() {
    let bench = Bench::new();
    let alice = Wallet::new(1);
    let asked = json!({ "didDocument": alice.document() });
    let first = bench.post("create", &asked).await;
    assert_eq!(bench.finish("create", &asked, &first, &[]).await.code, Some(1101));
    assert_eq!(bench.finish("create", &asked, &first, &[alice.signs()]).await.status, 201);
}

#[tokio::test]
async fn jobs_are_bounded() {
    let bench = Bench::new();
    let settings = ServeSettings { max_jobs: 2, job_lifetime: Duration::from_secs(5), ..ServeSettings::default() };
    let bench = Bench { app: router(Arc::clone(&bench.ledger), settings), ..bench };
    let asked = json!({ "didDocument": Wallet::new(1).document() });
    for status in [200, 200, 500] {
        assert_eq!(bench.post("create", &asked).await.status, status);
    }
    bench.wait(6);
    assert_eq!(bench.post("create", &asked).await.status, 200);
}

#[tokio::test]
async fn what_is_no_request_is_refused() {
    let bench = Bench::new();
    let plain = Request::post("/1.0/create").header("content-type", "text/plain").body(Body::from("{}")).unwrap();
    assert_eq!(bench.send(plain).await.status, 400);
    for body in ["", "[]", "{", "nonsense"] {
        let request = Request::post("/1.0/create").header("content-type", "application/json");
        assert_eq!(bench.send(request.body(Body::from(body)).unwrap()).await.bytes, b"Bad request");
    }
    assert_eq!(bench.post("nowhere", &json!({})).await.bytes, b"Bad request");
    assert_eq!(bench.post("create?method=indy", &json!({})).await.bytes, b"Bad request");
    let large = Request::post("/1.0/create").header("content-type", "application/json");
    let large = large.body(Body::from(vec![b' '; 4 * 1024 * 1024 + 1])).unwrap();
    assert_eq!(bench.send(large).await.status, 413);
    let alice = Wallet::new(1);
    bench.create(&alice).await;
    let mut asked = ask(&alice, "createResource", ("n", "t", ""), b"x");
    asked["content"] = json!("not base64!");
    assert_eq!(bench.post("createResource", &asked).await.status, 400);
}

#[tokio::test]
async fn strangers_are_refused_unless_they_are_invited() {
    let bench = Bench::new();
    let ask = async |app: axum::Router, peer: [u8; 4], host: &str| {
        let mut request = Request::get("/1.0/methods").header("host", host).body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((peer, 4000))));
        app.oneshot(request).await.unwrap().status().as_u16()
    };
    assert_eq!(ask(bench.app.clone(), [127, 0, 0, 1], "localhost:9080").await, 200);
    assert_eq!(ask(bench.app.clone(), [192, 168, 0, 7], "localhost:9080").await, 403);
    assert_eq!(ask(bench.app.clone(), [127, 0, 0, 1], "evil.example").await, 403);
    let open = ServeSettings { local_only: false, ..ServeSettings::default() };
    assert_eq!(ask(router(Arc::clone(&bench.ledger), open), [192, 168, 0, 7], "ledger.example").await, 200);
    let unknown = Request::get("/1.0/methods").body(Body::empty()).unwrap();
    assert_eq!(bench.app.clone().oneshot(unknown).await.unwrap().status().as_u16(), 403);
}
