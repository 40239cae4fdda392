//! The resolver's answers in every form, its queries and its errors.

use serde_json::{Value, json};

use crate::harness::{Bench, Wallet};

const FULL: &str = "application/ld+json;profile=\"https://w3id.org/did-resolution\"";
const DEREFERENCED: &str = "application/ld+json;profile=https://w3id.org/did-url-dereferencing";

/// Alice at 0 s; resources Name/Type at 10 s (1) and 20 s (2); an update at 30 s; Name/Other at 40 s.
async fn ledger() -> (Bench, Wallet) {
    let bench = Bench::new();
    let alice = Wallet::new(1);
    bench.create(&alice).await;
    bench.wait(10);
    let list = br#"{"z":1,"a":{"y":2,"b":3}}"#;
    assert_eq!(bench.publish(&alice, "createResource", ("Name", "Type", "1"), list).await.status, 201);
    bench.wait(10);
    assert_eq!(bench.publish(&alice, "updateResource", ("Name", "Type", "2"), b"second").await.status, 201);
    bench.wait(10);
    let mut document = alice.document();
    document["service"] = json!([{
        "id": format!("{}#site", alice.did), "type": "LinkedDomains", "serviceEndpoint": "https://alice.example",
    }]);
    document["capabilityDelegation"] = json!([alice.kid]);
    assert_eq!(bench.update(&alice, &document, &[alice.signs()]).await.status, 201);
    bench.wait(10);
    assert_eq!(bench.publish(&alice, "createResource", ("Name", "Other", "1"), b"other").await.status, 201);
    (bench, alice)
}

fn names(list: &Value) -> Vec<String> {
    let entry = |entry: &Value| {
        format!("{}/{}", entry["resourceType"].as_str().unwrap(), entry["resourceVersion"].as_str().unwrap())
    };
    list.as_array().map(|list| list.iter().map(entry).collect()).unwrap_or_default()
}

#[tokio::test]
async fn every_accept_form_of_a_did() {
    let (bench, alice) = ledger().await;
    for accept in ["*/*", "application/ld+json", FULL] {
        let answer = bench.get(&alice.did, Some(accept)).await;
        assert_eq!(answer.content_type, "application/ld+json;profile=\"https://w3id.org/did-resolution\"");
        let body = answer.json();
        assert_eq!(body["@context"], "https://w3id.org/did-resolution/v1");
        assert_eq!(body["didResolutionMetadata"]["contentType"], "application/did");
        assert_eq!(body["didResolutionMetadata"]["did"]["didString"], json!(alice.did));
        assert_eq!(
            body["didDocument"]["@context"],
            json!([
                "https://www.w3.org/ns/did/v1",
                "https://identity.foundation/.well-known/did-configuration/v1",
                "https://w3id.org/security/suites/ed25519-2020/v1"
            ])
        );
        assert_eq!(body["didDocument"]["service"][0]["serviceEndpoint"], "https://alice.example");
        assert_eq!(body["didDocument"]["capability_delegation"], json!([alice.kid]));
        let metadata = &body["didDocumentMetadata"];
        assert_eq!(
            (&metadata["created"], &metadata["updated"]),
            (&json!("2024-12-04T15:00:00Z"), &json!("2024-12-04T15:00:30Z"))
        );
        assert_eq!(metadata.get("deactivated"), None);
        assert_eq!(names(&metadata["linkedResourceMetadata"]), ["Type/1", "Type/2", "Other/1"]);
    }
    let body = bench.get(&alice.did, Some("application/json")).await.json();
    assert_eq!((body.get("@context"), body["didDocument"].get("@context")), (None, None));
    assert_eq!(body["didResolutionMetadata"]["contentType"], "application/json");
    for (accept, linked) in [
        (None, true),
        (Some("application/did+ld+json"), true),
        (Some("application/did+json"), false),
        (Some("application/did"), false),
    ] {
        let body = bench.get(&alice.did, accept).await.json();
        assert_eq!(body["id"], json!(alice.did), "{accept:?}");
        assert_eq!(body.get("@context").is_some(), linked, "{accept:?}");
    }
    let refused = bench.get(&alice.did, Some("text/plain")).await;
    assert_eq!((refused.status, refused.content_type.as_str()), (406, "text/plain"));
    assert_eq!(refused.json()["didResolutionMetadata"]["error"], "representationNotSupported");
}

#[tokio::test]
async fn fragments_versions_and_metadata() {
    let (bench, alice) = ledger().await;
    let body = bench.get(&format!("{}%23key-1", alice.did), Some("*/*")).await.json();
    assert_eq!(body["contentStream"]["id"], json!(alice.kid));
    assert_eq!(body["contentStream"]["@context"], json!(["https://www.w3.org/ns/did/v1"]));
    let answer = bench.get(&format!("{}%23nothing", alice.did), None).await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.json()["dereferencingMetadata"]["error"], "notFound");
    assert_eq!(answer.json()["contentStream"], Value::Null);

    let body = bench.get(&format!("{}/versions", alice.did), None).await.json();
    let versions = body["contentStream"]["versions"].as_array().unwrap().clone();
    assert_eq!(versions.len(), 2);
    assert_eq!(names(&versions[0]["linkedResourceMetadata"]), ["Other/1", "Type/2", "Type/1"]);
    assert_eq!(names(&versions[1]["linkedResourceMetadata"]), ["Type/2", "Type/1"]);
    assert_eq!(versions[1]["nextVersionId"], versions[0]["versionId"]);
    assert_eq!(versions[0]["previousVersionId"], versions[1]["versionId"]);

    let first = versions[1]["versionId"].as_str().unwrap();
    let body = bench.get(&format!("{}/version/{first}", alice.did), None).await.json();
    assert_eq!(body["didDocument"].get("service"), None);
    let body = bench.get(&format!("{}/version/{first}/metadata", alice.did), None).await.json();
    assert_eq!((body.get("didDocument"), &body["didDocumentMetadata"]["versionId"]), (None, &json!(first)));
    let nowhere = "00000000-0000-4000-8000-000000000000";
    assert_eq!(bench.get(&format!("{}/version/{nowhere}", alice.did), None).await.status, 404);
    let answer = bench.get(&format!("{}/version/1", alice.did), None).await;
    assert_eq!((answer.status, &answer.json()["didResolutionMetadata"]["error"]), (400, &json!("invalidDidUrl")));
}

#[tokio::test]
async fn queries_on_the_document() {
    let (bench, alice) = ledger().await;
    let get = async |query: &str| bench.get(&format!("{}?{query}", alice.did), Some(FULL)).await;
    let old = get("versionTime=2024-12-04T15:00:29Z").await.json();
    assert_eq!(old["didDocument"].get("service"), None);
    assert_eq!(names(&old["didDocumentMetadata"]["linkedResourceMetadata"]), ["Type/2", "Type/1"]);
    assert!(get("versionTime=2024-12-04T15:00:30Z").await.json()["didDocument"].get("service").is_some());
    assert_eq!(get("versionTime=2024-12-04T14:59:59Z").await.status, 404);
    let id = old["didDocumentMetadata"]["versionId"].as_str().unwrap();
    assert_eq!(get(&format!("versionId={id}")).await.json()["didDocument"], old["didDocument"]);
    let body = get("transformKeys=Ed25519VerificationKey2018").await.json();
    let method = &body["didDocument"]["verificationMethod"][0];
    let base58 = bs58::encode(alice.key.verifying_key().to_bytes()).into_string();
    assert_eq!((&method["type"], &method["publicKeyBase58"]), (&json!("Ed25519VerificationKey2018"), &json!(base58)));
    let body = get("transformKeys=JsonWebKey2020").await.json();
    assert_eq!(body["didDocument"]["verificationMethod"][0]["publicKeyJwk"]["crv"], "Ed25519");
    let answer = get("service=site&relativeRef=/about").await;
    assert_eq!((answer.status, answer.location.as_str()), (303, "https://alice.example/about"));
    let body = get("metadata=true").await.json();
    assert_eq!((body.get("didDocument"), body.get("didDocumentMetadata").is_some()), (None, true));
    for (query, status, error) in [
        ("unknown=1", 400, "invalidDidUrl"),
        ("versionId=", 400, "invalidDidUrl"),
        ("versionId=1", 400, "invalidDidUrl"),
        ("versionTime=yesterday", 400, "invalidDidUrl"),
        ("resourceVersion=1", 400, "invalidDidUrl"),
        ("resourceVersionTime=2024-12-04", 400, "invalidDidUrl"),
        ("resourceCollectionId=x", 400, "invalidDidUrl"),
        ("resourceId=x", 400, "invalidDidUrl"),
        ("transformKeys=X25519", 406, "representationNotSupported"),
        ("transformKeys=JsonWebKey2020&resourceType=x", 406, "representationNotSupported"),
        ("relativeRef=/x", 406, "representationNotSupported"),
        ("service=site&resourceType=x", 406, "representationNotSupported"),
        ("metadata=perhaps", 406, "representationNotSupported"),
        ("service=nothing", 404, "notFound"),
    ] {
        let answer = get(query).await;
        assert_eq!(answer.status, status, "{query}");
        assert_eq!(answer.json()["didResolutionMetadata"]["error"], error, "{query}");
    }
}

#[tokio::test]
async fn queries_on_resources() {
    let (bench, alice) = ledger().await;
    let get =
        async |query: &str, accept: Option<&'static str>| bench.get(&format!("{}?{query}", alice.did), accept).await;
    let newest = get("resourceName=Name&resourceType=Type", None).await;
    assert_eq!(
        (newest.bytes.as_slice(), newest.content_type.as_str()),
        (b"second".as_slice(), "text/plain; charset=utf-8")
    );
    // The time of a version counts as in it.
    for (time, bytes) in [("15:00:10", Some(1)), ("15:00:19", Some(1)), ("15:00:20", Some(2)), ("15:00:09", None)] {
        let query = format!("resourceName=Name&resourceType=Type&resourceVersionTime=2024-12-04T{time}Z");
        let answer = get(&query, Some("*/*")).await;
        match bytes {
            Some(1) => assert_eq!(answer.content_type, "application/json", "{time}"),
            Some(_) => assert_eq!(answer.bytes, b"second", "{time}"),
            None => assert_eq!(answer.status, 404, "{time}"),
        }
    }
    let body = get("resourceName=Name&resourceType=Type&resourceVersion=1", Some(DEREFERENCED)).await.json();
    assert_eq!(body["contentStream"].to_string(), r#"{"a":{"b":3,"y":2},"z":1}"#);
    assert_eq!(body["contentMetadata"]["resourceVersion"], "1");
    let body = get("resourceName=Name&resourceType=Type", Some(DEREFERENCED)).await.json();
    assert_eq!(body["contentStream"], "c2Vjb25k");
    // What the registrar itself asks.
    let body = get("resourceName=Name&resourceType=Type", Some(FULL)).await.json();
    assert_eq!(names(&body["didDocumentMetadata"]["linkedResourceMetadata"]), ["Type/2"]);
    let body = get("resourceType=Type&resourceMetadata=true", Some(DEREFERENCED)).await.json();
    assert_eq!(names(&body["contentMetadata"]["linkedResourceMetadata"]), ["Type/2", "Type/1"]);
    assert_eq!(get("resourceName=Name", None).await.status, 404, "two types of one name");
    assert_eq!(get("resourceName=Nothing", None).await.status, 404);
    let checksum = body["contentMetadata"]["linkedResourceMetadata"][0]["checksum"].as_str().unwrap().to_owned();
    assert_eq!(get(&format!("checksum={checksum}"), None).await.bytes, b"second");
    let id = body["contentMetadata"]["linkedResourceMetadata"][0]["resourceId"].as_str().unwrap().to_owned();
    assert_eq!(get(&format!("resourceId={id}"), None).await.bytes, b"second");
    assert_eq!(bench.get(&format!("{}/resources/{id}", alice.did), None).await.bytes, b"second");
    let body = bench.get(&format!("{}/resources/{id}", alice.did), Some(DEREFERENCED)).await.json();
    assert_eq!(body["contentMetadata"]["resourceName"], "Name");
    let body = bench.get(&format!("{}/resources/{id}/metadata", alice.did), Some("*/*")).await.json();
    assert_eq!((&body["contentStream"], &body["contentMetadata"]["resourceId"]), (&Value::Null, &json!(id)));
    let refused = bench.get(&format!("{}/resources/{id}", alice.did), Some("text/plain")).await;
    assert_eq!(
        (refused.status, &refused.json()["dereferencingMetadata"]["error"]),
        (406, &json!("representationNotSupported"))
    );
}

#[tokio::test]
async fn errors_name_what_is_wrong() {
    let (bench, alice) = ledger().await;
    let unknown = Wallet::new(9).did;
    let foreign = alice.did.replace("testnet", "mainnet");
    for (url, status, error) in [
        (unknown.as_str(), 404, "notFound"),
        (foreign.as_str(), 400, "invalidDid"),
        ("did:cheqd:testnet:short", 400, "invalidDid"),
        ("did:key:z6MkteA1x9gEkJbYTe8myArT39Q5gZBmLPqsqJLeM3htytCo", 501, "methodNotSupported"),
        ("nonsense", 501, "methodNotSupported"),
    ] {
        let answer = bench.get(url, Some(FULL)).await;
        assert_eq!(answer.status, status, "{url}");
        assert_eq!(answer.json()["didResolutionMetadata"]["error"], error, "{url}");
        assert!(answer.json().get("didDocument").is_none());
    }
    for url in [format!("{}/elsewhere", alice.did), "%ff".into(), format!("{}/versions?x=1", alice.did)] {
        assert_eq!(bench.get(&url, None).await.status, 400, "{url}");
    }
}

#[tokio::test]
async fn a_deactivated_document_is_shown_and_says_so() {
    let (bench, alice) = ledger().await;
    assert_eq!(bench.run("deactivate", &json!({ "did": alice.did }), &[alice.signs()]).await.status, 201);
    let answer = bench.get(&alice.did, Some(FULL)).await;
    assert_eq!((answer.status, &answer.json()["didDocumentMetadata"]["deactivated"]), (200, &json!(true)));
    assert_eq!(answer.json()["didDocument"]["id"], json!(alice.did));
}
