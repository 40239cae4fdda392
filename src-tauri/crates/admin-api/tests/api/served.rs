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
    for (unresolvable, status) in [("did:nobody:x", 501), ("nonsense", 422), ("did:cheqd:mars:x", 422)] {
        let answer = wallet.call(Method::GET, &format!("/resolver/resolve/{unresolvable}"), None).await;
        assert_eq!(answer.status, status, "{unresolvable}: {answer:?}");
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
    let made = wallet.call(Method::POST, "/vc/credentials/issue", Some(body)).await;
    assert_eq!(made.status, 201, "{made:?}");
    let mut signed = made.body["verifiableCredential"].clone();
    assert_eq!(signed["proof"]["type"], "Ed25519Signature2018");
    let stored = wallet.post("/vc/credentials/store", json!({"verifiableCredential": signed})).await;
    assert_eq!(wallet.get(&format!("/vc/credentials/{}", text(&stored["credentialId"]))).await, signed);
    assert_eq!(wallet.get("/vc/credentials").await["results"], json!([signed]));
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

#[tokio::test]
async fn a_key_of_the_wallet_signs_claims_for_a_controller() {
    let wallet = Wallet::plain("Wallet").await;
    let did = wallet.did_key().await;
    let body = json!({"did": did, "headers": {"typ": "openid4vci-proof+jwt"}, "payload": {"a": "0"}});
    let jws = text(&wallet.post("/wallet/jwt/sign", body).await);
    let read = wallet.post("/wallet/jwt/verify", json!({"jwt": jws})).await;
    let method = format!("{did}#{}", did.trim_start_matches("did:key:"));
    assert_eq!((&read["valid"], &read["payload"], &read["kid"]), (&json!(true), &json!({"a": "0"}), &json!(method)));
    assert_eq!((&read["headers"]["alg"], &read["headers"]["typ"]), (&json!("EdDSA"), &json!("openid4vci-proof+jwt")));

    // The claims of one under the signature of another.
    let other = text(&wallet.post("/wallet/jwt/sign", json!({"did": did, "payload": {"a": "1"}})).await);
    let parts: Vec<&str> = jws.split('.').collect();
    let mixed = [parts[0], other.split('.').nth(1).unwrap(), parts[2]].join(".");
    assert_eq!(wallet.post("/wallet/jwt/verify", json!({"jwt": mixed})).await["valid"], false);
    for nonsense in ["", "a.b", "a.b.c", "e30.e30.e30", "eyJhbGciOiJub25lIn0.e30."] {
        let refused = wallet.call(Method::POST, "/wallet/jwt/verify", Some(json!({"jwt": nonsense}))).await;
        assert_eq!(refused.status, 400, "{nonsense}: {refused:?}");
    }

    // A bare key, under a name that a controller's own document gives it.
    let kid = "did:web:example.com#key-01";
    let made = wallet.call(Method::POST, "/wallet/keys", Some(json!({"kid": kid}))).await;
    assert_eq!((made.status, &made.body["kid"]), (201, &json!(kid)));
    let key = text(&made.body["multikey"]);
    let twice = wallet.call(Method::POST, "/wallet/keys", Some(json!({"kid": kid}))).await;
    assert_eq!(twice.status, 400, "{twice:?}");
    let signed = wallet.post("/wallet/jwt/sign", json!({"verificationMethod": kid, "payload": {}})).await;
    assert_eq!(text(&signed).split('.').count(), 3);
    let renamed = json!({"multikey": key, "kid": "did:web:example.com#key-02"});
    assert_eq!(wallet.call(Method::PUT, "/wallet/keys", Some(renamed.clone())).await.body, renamed);
    assert_eq!(wallet.get(&format!("/wallet/keys/{key}")).await["kid"], "did:web:example.com#key-02");
    let foreign = json!({"verificationMethod": "did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH#z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH", "payload": {}});
    assert_eq!(wallet.call(Method::POST, "/wallet/jwt/sign", Some(foreign)).await.status, 400);
}

#[tokio::test]
async fn an_unqualified_did_has_an_address_that_can_be_set() {
    let wallet = Wallet::plain("Wallet").await;
    let did = text(&wallet.post("/wallet/did/create", json!({"method": "sov"})).await["result"]["did"]);
    let of = |did: &str| format!("/wallet/get-did-endpoint?did={did}");
    assert_eq!(wallet.get(&of(&did)).await, json!({"did": did, "endpoint": null}));
    wallet.post("/wallet/set-did-endpoint", json!({"did": did, "endpoint": "https://example.org"})).await;
    assert_eq!(wallet.get(&of(&did)).await, json!({"did": did, "endpoint": "https://example.org"}));
    wallet.post("/wallet/set-did-endpoint", json!({"did": did})).await;
    assert_eq!(wallet.get(&of(&did)).await["endpoint"], Value::Null);
    let (key, body) = (wallet.did_key().await, |did: &str, endpoint: &str| json!({"did": did, "endpoint": endpoint}));
    for (body, status) in [
        (body(&key, "https://example.org"), 400),
        (body(&did, "nonsense"), 400),
        (body("x", "https://example.org"), 404),
    ] {
        let refused = wallet.call(Method::POST, "/wallet/set-did-endpoint", Some(body)).await;
        assert_eq!(refused.status, status, "{refused:?}");
    }
}

#[tokio::test]
async fn a_request_for_the_public_did_may_be_handed_in() {
    let inviting = Wallet::plain("Inviting").await;
    let mut config = vouchsafe_agent::Config::clone(&inviting.agent.config());
    config.policy.requests_through_public_did = true;
    inviting.agent.set_config(config);
    let made = inviting.post("/wallet/did/create", json!({"method": "did:peer:4"})).await;
    let public = text(&made["result"]["did"]);
    inviting.call(Method::POST, &format!("/wallet/did/public?did={public}"), None).await;
    let other = Wallet::plain("Other").await;
    let theirs = text(&other.post("/wallet/did/create", json!({"method": "did:peer:4"})).await["result"]["did"]);
    let request = json!({
        "@type": "https://didcomm.org/didexchange/1.1/request", "@id": "by-hand", "~thread": {"pthid": public},
        "label": "Other", "did": theirs,
    });
    let taken = inviting.post("/didexchange/receive-request?alias=By%20hand&auto_accept=false", request.clone()).await;
    assert_eq!(
        (&taken["state"], &taken["their_label"], &taken["alias"]),
        (&json!("request"), &json!("Other"), &json!("By hand"))
    );
    assert!(theirs.starts_with(taken["their_did"].as_str().unwrap()), "{taken}");
    let nobody = json!({"@type": "https://didcomm.org/didexchange/1.1/request", "@id": "x", "label": "", "did": theirs, "~thread": {"pthid": "did:key:nobody"}});
    let refused = inviting.call(Method::POST, "/didexchange/receive-request", Some(nobody)).await;
    assert_eq!(refused.status, 400, "{refused:?}");
}

#[tokio::test]
async fn features_are_asked_for_by_either_version() {
    let (one, other) = (Wallet::plain("One").await, Wallet::plain("Other").await);
    let own = one.get("/discover-features/query?query=https://didcomm.org/issue*").await;
    assert_eq!(own["disclose"]["protocols"][0]["pid"], "https://didcomm.org/issue-credential/2.0");
    let (at_one, _) = crate::connect(&one, &other).await;
    let asked = one.get(&format!("/discover-features/query?connection_id={at_one}&query=*did-rotate*")).await;
    assert!(asked["disclose"]["protocols"].is_array(), "{asked}");
    let newer = one.get(&format!("/discover-features-2.0/queries?connection_id={at_one}")).await;
    assert!(newer["results"]["disclosures"]["disclosures"].as_array().is_some_and(|all| all.len() > 5), "{newer}");
    for path in ["/discover-features/records", "/discover-features-2.0/records"] {
        assert_eq!(one.get(path).await, json!({"results": []}));
    }
}
