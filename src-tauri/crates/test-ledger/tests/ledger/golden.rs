//! Payloads and signatures made by others: the registrar composes the same bytes, the ledger takes their signatures.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::harness::Bench;

const GOLDEN: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/vectors/cheqd/golden-signatures.json"));
const DID: &str = "did:cheqd:testnet:6981f795-f2f5-43db-ab18-e161f9241bf8";

fn document(did: &str, key: &str) -> Value {
    let kid = format!("{did}#key-1");
    json!({
        "id": did, "controller": [did],
        "verificationMethod": [{
            "id": kid, "type": "Ed25519VerificationKey2020", "controller": did, "publicKeyMultibase": key,
        }],
        "authentication": [kid],
    })
}

/// Both steps with a signature that is already there; the payload must be the expected one, where it is known.
async fn replay(bench: &Bench, operation: &str, ask: &Value, payload: Option<&str>, signature: &str) {
    let first = bench.post(operation, ask).await;
    let request = first.state()["signingRequest"]["signingRequest0"].clone();
    if let Some(payload) = payload {
        assert_eq!(request["serializedPayload"], payload, "{operation}");
    }
    let response = json!({ "signingRequest0": { "kid": request["kid"], "signature": signature } });
    let second = json!({
        "jobId": first.json()["jobId"], "did": ask["did"], "secret": { "signingResponse": response },
        "options": { "network": "testnet" },
    });
    let answer = bench.post(&format!("{operation}?method=cheqd"), &second).await;
    assert_eq!(answer.status, 201, "{operation}: {}", String::from_utf8_lossy(&answer.bytes));
    assert_eq!(answer.state()["state"], "finished");
}

#[tokio::test]
async fn golden_signatures_make_update_publish_and_deactivate() {
    let bench = Bench::new();
    let golden: Value = serde_json::from_str(GOLDEN).unwrap();
    let case = |name: &str| {
        let text = |member: &str| golden[name][member].as_str().unwrap().to_owned();
        (text("serializedPayload_b64"), text("signature_b64"))
    };
    let mut asked = document(DID, "z6MkqYdk5ZLZSLtg5MueiF92p5pEnFP4p3fXn3LTfXV6cg8x");
    let (payload, signature) = case("create_did");
    let ask = json!({ "didDocument": asked, "options": { "versionId": "11111111-1111-4111-8111-111111111111" } });
    replay(&bench, "create", &ask, Some(&payload), &signature).await;

    asked["assertionMethod"] = json!([format!("{DID}#key-1")]);
    asked["service"] = json!([{
        "id": format!("{DID}#did-communication"), "type": "did-communication", "serviceEndpoint": ["http://issuer:3002"],
        "recipientKeys": [format!("{DID}#key-1")], "priority": 1,
    }]);
    let (payload, signature) = case("update_did_assertionMethod");
    let options = json!({ "versionId": "22222222-2222-4222-8222-222222222222" });
    let ask = json!({ "did": DID, "didDocument": [asked], "options": options });
    replay(&bench, "update", &ask, Some(&payload), &signature).await;

    let (payload, signature) = case("create_resource_schema");
    let content = STANDARD.encode(r#"{"name":"Example schema","version":"1.0","attrNames":["score"]}"#);
    let ask = json!({
        "did": DID, "content": content, "relativeDidUrl": "/resources/44444444-4444-4444-8444-444444444444",
        "options": { "name": "Example schema", "type": "anonCredsSchema", "versionId": "1.0" },
    });
    replay(&bench, "createResource", &ask, Some(&payload), &signature).await;
    let stored = bench.get(&format!("{DID}/resources/44444444-4444-4444-8444-444444444444/metadata"), None).await;
    assert_eq!(stored.json()["contentMetadata"]["mediaType"], "application/json");

    let (payload, signature) = case("deactivate_did");
    let ask = json!({ "did": DID, "options": { "versionId": "33333333-3333-4333-8333-333333333333" } });
    replay(&bench, "deactivate", &ask, Some(&payload), &signature).await;
    assert_eq!(bench.get(DID, Some("*/*")).await.json()["didDocumentMetadata"]["deactivated"], true);
}

#[tokio::test]
async fn the_recorded_pairs_of_the_registrars_guide_verify() {
    let bench = Bench::new();
    let did = "did:cheqd:testnet:d4d4404b-6f7f-4e02-8d41-b81afb1f05ed";
    let ask = json!({
        "didDocument": document(did, "z6MkteA1x9gEkJbYTe8myArT39Q5gZBmLPqsqJLeM3htytCo"),
        "options": { "versionId": "2470fe9a-1477-43a4-95ef-d86e61e055bb" },
    });
    let signature = "1ubhK2CRWfB4AsqzsxVeoVwZ2yb7OpNMOe7assJXhnitoPkClm5ZFjT9zV7s6OETMKSVsUtFwIp4XCoj2xl4Bw";
    replay(&bench, "create", &ask, None, signature).await;
    let ask = json!({
        "did": did, "content": STANDARD.encode("Hello World"),
        "relativeDidUrl": "/resources/1dc580f5-a5ca-4a33-af83-43126fea6f2d",
        "options": { "name": "ResourceName", "type": "TextDocument" },
    });
    let signature = "RiJelgAtm26arp8-cYfLVyyYnvoAgnnaL1Lndf_6G_iuoQtrTRgt5TD1GCwJXb30y8Fc7L_jzN3hH4WZRzeqDw";
    replay(&bench, "createResource", &ask, None, signature).await;
}
