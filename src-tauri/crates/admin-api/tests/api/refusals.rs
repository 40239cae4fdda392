//! What does not fit is refused, with the status and the sentence that ACA-Py has for it, and never with a 500.

use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};
use vouchsafe_admin_api::{Access, ApiOptions};

use crate::Wallet;

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

#[tokio::test]
async fn every_route_refuses_unknown_records_and_nonsense_below_500() {
    let wallet = Wallet::plain("Wallet").await;
    let nonsense = [
        json!({}),
        json!({"filter": 7, "connection_id": []}),
        json!({"connection_id": NOBODY, "filter": {"ld_proof": {"credential": {}, "options": {"proofType": "none"}}}}),
        json!({"@type": "nonsense", "@id": {}, "services": 1, "method": "none", "options": {"key_type": "p256"}}),
        json!({"seed": "short", "credential": {"proof": 1}, "verifiableCredential": {"proof": []}, "to_did": "did:x"}),
        json!([1, 2]),
        json!("text"),
    ];
    for route in wallet.api.routes() {
        if route.path == "/shutdown" {
            continue;
        }
        let parts =
            ["{conn_id}", "{cred_ex_id}", "{credential_id}", "{invi_msg_id}", "{did}", "{multikey}", "{job_id}"];
        let path = parts.iter().fold(route.path.to_owned(), |path, part| path.replace(part, NOBODY));
        let method: Method = route.method.word().to_uppercase().parse().unwrap();
        for body in &nonsense {
            let answer = wallet.call(method.clone(), &path, Some(body.clone())).await;
            assert!(answer.status < 500, "{method} {path} {body}: {answer:?}");
            if !matches!(answer.status, 200 | 201) {
                let sentence = answer.body.as_str().unwrap_or_default();
                assert!(sentence.starts_with(&format!("{}: ", answer.status)), "{method} {path} {body}: {answer:?}");
            }
        }
        if route.path.contains('{') {
            let answer =
                wallet.call(method, &path, Some(json!({"metadata": {}, "content": "x", "description": "x"}))).await;
            // What is no DID is refused before anybody looks for it.
            let refused = if route.path.ends_with("{did}") { 422 } else { 404 };
            assert_eq!(answer.status, refused, "{path}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn refusals_say_what_acapy_says() {
    let wallet = Wallet::plain("Wallet").await;
    let calls: [(Method, String, Value, &str); 8] = [
        (
            Method::POST,
            format!("/issue-credential-2.0/records/{NOBODY}/send-request"),
            json!({}),
            "404: Record not found: cred_ex_v20/00000000-0000-4000-8000-000000000000.",
        ),
        (
            Method::POST,
            "/out-of-band/create-invitation".to_owned(),
            json!({"handshake_protocols": ["https://didcomm.org/didexchange/1.0"], "use_public_did": true}),
            "400: Public invitations are not enabled.",
        ),
        (
            Method::POST,
            "/issue-credential-2.0/send-offer".to_owned(),
            json!({"filter": {}}),
            "422: {'json': {'connection_id': ['Missing data for required field.']}}",
        ),
        (
            Method::POST,
            "/issue-credential-2.0/send-offer".to_owned(),
            json!({"connection_id": NOBODY, "filter": {"anoncreds": {}}}),
            "422: {'json': {'filter': {'anoncreds': ['This format is not supported; ld_proof is.']}}}",
        ),
        (
            Method::GET,
            "/connections?limit=ten".to_owned(),
            json!({}),
            "422: {'querystring': {'limit': ['Not a valid integer.']}}",
        ),
        (
            Method::GET,
            "/out-of-band/records?order_by=state".to_owned(),
            json!({}),
            "422: {'querystring': {'order_by': ['Must be one of: id.']}}",
        ),
        (
            Method::POST,
            "/vc/credentials/store".to_owned(),
            json!({"verifiableCredential": {}, "options": {"skipVerification": true}}),
            "400: A credential is not stored without being verified.",
        ),
        (Method::GET, "/present-proof-2.0/records".to_owned(), json!({}), "404: Not Found"),
    ];
    for (method, path, body, sentence) in calls {
        let answer = wallet.call(method, &path, Some(body)).await;
        assert_eq!(answer.body, sentence, "{path}");
    }
}

#[tokio::test]
async fn bodies_are_json_and_bounded() {
    let wallet = Wallet::plain("Wallet").await;
    let post = |content_type: &str, body: Vec<u8>| {
        let request = Request::builder().method(Method::POST).uri("/out-of-band/receive-invitation");
        wallet.send(request.header(header::CONTENT_TYPE, content_type).body(Body::from(body)).unwrap())
    };
    assert_eq!(post("text/plain", b"{}".to_vec()).await.status, 415);
    assert_eq!(post("application/json", b"{\"a\":".to_vec()).await.status, 422);
    assert_eq!(post("application/json", vec![0xff, 0xfe, 0x00]).await.status, 422);
    assert_eq!(post("application/json", vec![b' '; 2 << 20]).await.status, 413);
    let deep = format!("{}{}", "{\"a\":".repeat(10_000), "1");
    assert_eq!(post("application/json", deep.into_bytes()).await.status, 422);
}

#[tokio::test]
async fn without_the_key_only_a_watchdog_is_answered() {
    let options = ApiOptions { access: Access::with_key("s3cret"), ..ApiOptions::default() };
    let wallet = Wallet::start("Wallet", options, Vec::new()).await;
    let get = |path: &str, key: Option<&str>| {
        let request = Request::builder().uri(path);
        let request = key.into_iter().fold(request, |request, key| request.header("X-API-Key", key));
        wallet.send(request.body(Body::empty()).unwrap())
    };
    for path in ["/status/live", "/status/ready", "/api/docs/swagger.json"] {
        assert_eq!(get(path, None).await.status, 200, "{path}");
    }
    for path in ["/status", "/connections", "/nowhere", "/shutdown", "/status/live/../config"] {
        assert_eq!(get(path, None).await.status, 401, "{path}");
        assert_eq!(get(path, Some("wrong")).await.status, 401, "{path}");
    }
    assert_eq!(get("/connections", Some("s3cret")).await.status, 200);
    assert!(!get("/status/config", Some("s3cret")).await.body.to_string().contains("s3cret"));
}

#[tokio::test]
async fn a_wallet_that_receives_no_invitations_has_no_route_for_it() {
    let options = ApiOptions { access: Access::insecure(true), receive_invitations: false, ..ApiOptions::default() };
    let wallet = Wallet::start("Wallet", options, Vec::new()).await;
    let answer = wallet.call(Method::POST, "/out-of-band/receive-invitation", Some(json!({}))).await;
    assert_eq!(answer.status, 404);
}
