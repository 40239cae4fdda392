//! The smaller routes, and the description of them all.

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::{Value, json};

use crate::{Wallet, text};

#[tokio::test]
async fn every_route_is_described_with_what_it_takes() {
    let wallet = Wallet::plain("Wallet").await;
    let described = wallet.get("/api/docs/swagger.json").await;
    assert_eq!((&described["swagger"], &described["info"]["title"]), (&json!("2.0"), &json!("Wallet")));
    let mut served = 0;
    for route in wallet.api.routes() {
        let operation = &described["paths"][route.path][route.method.word()];
        assert!(operation["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{}", route.path);
        let named: BTreeSet<&str> =
            operation["parameters"].as_array().unwrap().iter().map(|param| param["name"].as_str().unwrap()).collect();
        for param in &route.query {
            assert!(named.contains(param.name), "{} {}", route.path, param.name);
        }
        served += 1;
    }
    let count: usize =
        described["paths"].as_object().unwrap().values().map(|path| path.as_object().unwrap().len()).sum();
    assert_eq!(count, served);
}

#[tokio::test]
async fn dids_are_made_found_and_one_made_public() {
    let wallet = Wallet::plain("Wallet").await;
    for (method, prefix) in
        [("key", "did:key:z6Mk"), ("did:peer:2", "did:peer:2."), ("did:peer:4", "did:peer:4zQm"), ("sov", "")]
    {
        let made = wallet.post("/wallet/did/create", json!({"method": method})).await;
        let did = text(&made["result"]["did"]);
        assert!(did.starts_with(prefix), "{did}");
        let members: Vec<&String> = made["result"].as_object().unwrap().keys().collect();
        assert_eq!(members, ["did", "verkey", "posture", "key_type", "method", "metadata"]);
        let found = wallet.get(&format!("/wallet/did?verkey={}", text(&made["result"]["verkey"]))).await;
        assert_eq!(found["results"][0]["did"], did.as_str());
    }
    assert_eq!(wallet.get("/wallet/did?method=key").await["results"].as_array().unwrap().len(), 1);
    assert_eq!(wallet.get("/wallet/did/public").await, json!({"result": null}));
    let did = text(&wallet.get("/wallet/did?method=did:peer:4").await["results"][0]["did"]);
    let assigned = wallet.call(Method::POST, &format!("/wallet/did/public?did={did}"), None).await;
    assert_eq!((assigned.status, &assigned.body["result"]["posture"]), (200, &json!("public")));
    assert_eq!(wallet.get("/wallet/did/public").await["result"]["did"], did.as_str());
    let unknown = wallet.call(Method::POST, "/wallet/did/public?did=did:key:z6MkNobody", None).await;
    assert_eq!(unknown.status, 404, "{unknown:?}");

    let seed = "000000000000000000000000Steward1";
    let made = wallet.post("/wallet/did/create", json!({"method": "sov", "seed": seed})).await;
    assert_eq!(made["result"]["did"], "Th7MpTaRZVRYnPiabds81Y");
    let again = wallet.call(Method::POST, "/wallet/did/create", Some(json!({"method": "sov", "seed": seed}))).await;
    assert_eq!(again.status, 400, "{again:?}");
}

#[tokio::test]
async fn a_did_is_resolved_with_its_age() {
    let wallet = Wallet::plain("Wallet").await;
    let did = wallet.did_key().await;
    let resolved = wallet.get(&format!("/resolver/resolve/{did}")).await;
    assert_eq!(resolved["did_document"]["id"], did.as_str());
    assert!(resolved["metadata"]["retrieved_time"].is_string());
    for unknown in ["did:nobody:x", "nonsense"] {
        assert_eq!(wallet.call(Method::GET, &format!("/resolver/resolve/{unknown}"), None).await.status, 404);
    }
}

#[tokio::test]
async fn a_credential_is_issued_and_verified_by_the_vc_api_alone() {
    let wallet = Wallet::plain("Wallet").await;
    let issuer = wallet.did_key().await;
    let credential = json!({
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "issuanceDate": "2024-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:subject"},
    });
    let body = json!({"credential": credential, "options": {"proofType": "Ed25519Signature2018"}});
    let mut signed: Value = wallet.post("/vc/credentials/issue", body).await["verifiableCredential"].clone();
    assert_eq!(signed["proof"]["type"], "Ed25519Signature2018");
    let verify = async |credential: &Value| {
        wallet.post("/vc/credentials/verify", json!({"verifiableCredential": credential})).await
    };
    assert_eq!(verify(&signed).await["verified"], true);
    signed["issuanceDate"] = json!("2024-01-01T00:00:01Z");
    let found = verify(&signed).await;
    assert_eq!(found["verified"], false);
    assert!(!found["errors"].as_array().unwrap().is_empty(), "{found}");
}

#[tokio::test]
async fn an_invitation_can_be_taken_back() {
    let wallet = Wallet::plain("Wallet").await;
    let body = json!({"handshake_protocols": ["didexchange/1.1"], "goal_code": "aries.vc.issue", "alias": "Bob"});
    let made = wallet.post("/out-of-band/create-invitation?multi_use=true", body).await;
    let (oob_id, message_id) = (text(&made["oob_id"]), text(&made["invi_msg_id"]));
    let again = wallet.get(&format!("/out-of-band/invitations?oob_id={oob_id}")).await;
    assert_eq!(again, made);
    assert_eq!(wallet.get("/out-of-band/records?role=sender").await["results"][0]["multi_use"], true);
    let deleted = wallet.call(Method::DELETE, &format!("/out-of-band/invitations/{message_id}"), None).await;
    assert_eq!((deleted.status, deleted.body), (200, json!({})));
    assert_eq!(wallet.get("/out-of-band/records").await["results"], json!([]));
    assert_eq!(wallet.get("/connections").await["results"], json!([]));
}
