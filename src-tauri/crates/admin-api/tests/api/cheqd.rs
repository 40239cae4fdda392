//! did:cheqd and the status of credentials by the API's calls, on a ledger in this process.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{Method, header};
use axum::routing::get;
use serde_json::{Value, json};
use tempfile::TempDir;
use vouchsafe_agent::Config;
use vouchsafe_agent::cheqd::Network;
use vouchsafe_test_ledger::{Ledger, LedgerSettings, ServeSettings, serve};

use crate::{Wallet, connect, filter, text};

/// A ledger that serves the network `testnet`.
struct Testnet {
    address: SocketAddr,
    _folder: TempDir,
}

impl Testnet {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Arc::new(Ledger::open(LedgerSettings::new(folder.path(), "testnet")).unwrap());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let settings = ServeSettings::default();
        tokio::spawn(async move { serve(listener, ledger, settings, std::future::pending()).await.unwrap() });
        Self { address, _folder: folder }
    }
}

fn at(address: SocketAddr) -> Network {
    Network { namespace: "testnet".to_owned(), practice: false, ..Network::practice(&format!("http://{address}")) }
}

async fn wallet_on(label: &str, network: Network) -> Wallet {
    let wallet = Wallet::plain(label).await;
    wallet.agent.set_config(Config { networks: vec![network], ..Config::clone(&wallet.agent.config()) });
    wallet
}

async fn created(wallet: &Wallet, options: Value) -> String {
    text(&wallet.post("/did/cheqd/create", json!({"options": options})).await["did"])
}

#[tokio::test]
async fn a_cheqd_did_is_created_updated_and_deactivated() {
    let ledger = Testnet::open().await;
    let wallet = wallet_on("Issuer", at(ledger.address)).await;
    let made = wallet.post("/did/cheqd/create", json!({"options": {"network": "testnet"}, "features": {}})).await;
    let members: Vec<&String> = made.as_object().unwrap().keys().collect();
    assert_eq!(members, ["did", "verkey"]);
    let did = text(&made["did"]);
    let row = &wallet.get("/wallet/did?method=cheqd").await["results"][0];
    assert_eq!((&row["did"], &row["posture"], &row["key_type"]), (&json!(did), &json!("posted"), &json!("ed25519")));
    let resolved = wallet.get(&format!("/resolver/resolve/{did}")).await;
    assert_eq!(resolved["did_document"]["assertionMethod"], json!([format!("{did}#key-1")]));
    for (form, member) in [
        ("Ed25519VerificationKey2018", "publicKeyBase58"),
        ("Ed25519VerificationKey2020", "publicKeyMultibase"),
        ("JsonWebKey2020", "publicKeyJwk"),
    ] {
        let other = created(&wallet, json!({"verification_method": form})).await;
        let document = wallet.get(&format!("/resolver/resolve/{other}")).await["did_document"].clone();
        assert!(!document["verificationMethod"][0][member].is_null(), "{document}");
    }

    let mut document = resolved["did_document"].clone();
    document["service"] =
        json!([{"id": format!("{did}#site"), "type": "LinkedDomains", "serviceEndpoint": ["https://example.org"]}]);
    let updated = wallet.post("/did/cheqd/update", json!({"did": did, "didDocument": document})).await;
    assert_eq!(updated["didDocument"]["service"][0]["id"], format!("{did}#site"));
    let set = wallet.post("/wallet/set-did-endpoint", json!({"did": did, "endpoint": "https://wallet.example"})).await;
    assert_eq!(set["result"]["didDocument"]["service"].as_array().unwrap().len(), 2);
    let unset = wallet.post("/wallet/cheqd/set-did-endpoint", json!({"did": did})).await;
    assert_eq!(unset["result"]["didDocument"]["service"].as_array().unwrap().len(), 1);
    assert_eq!(wallet.get(&format!("/wallet/get-did-endpoint?did={did}")).await["endpoint"], Value::Null);

    let ended = wallet.post("/did/cheqd/deactivate", json!({"did": did})).await;
    assert_eq!(ended["didDocumentMetadata"]["deactivated"], true);
    assert_eq!(wallet.get(&format!("/resolver/resolve/{did}")).await["did_document"]["deactivated"], true);
    let again = wallet.call(Method::POST, "/did/cheqd/deactivate", Some(json!({"did": did}))).await;
    assert!(again.status == 400 && text(&again.body).contains("deactivated"), "{again:?}");
    let jobs = wallet.get(&format!("/did/cheqd/jobs?did={did}&descending=true")).await;
    let operations: Vec<&Value> = jobs["results"].as_array().unwrap().iter().map(|job| &job["operation"]).collect();
    assert_eq!(operations[operations.len() - 1], "create", "{jobs}");
    assert!(jobs["results"].as_array().unwrap().iter().any(|job| job["state"] == "finished"), "{jobs}");
}

#[tokio::test]
async fn what_a_ledger_cannot_do_is_refused_with_a_sentence() {
    let ledger = Testnet::open().await;
    let wallet = wallet_on("Issuer", at(ledger.address)).await;
    let did = created(&wallet, json!({})).await;
    let create = |options: Value| ("/did/cheqd/create", json!({"options": options}));
    let calls = [
        (create(json!({"network": "mainnet"})), 400, "mainnet"),
        (create(json!({"key_type": "bls12381g2"})), 422, "ed25519"),
        (create(json!({"verification_method": "none"})), 422, "Ed25519VerificationKey2020"),
        (create(json!({"seed": "short"})), 422, "seed"),
        (("/did/cheqd/update", json!({"did": did})), 422, "didDocument"),
        (("/did/cheqd/update", json!({"did": did, "didDocument": {"verificationMethod": 7}})), 400, "didDocument"),
        (("/did/cheqd/update", json!({"did": "did:cheqd:testnet:nobody", "didDocument": {}})), 400, "did"),
        (("/did/cheqd/deactivate", json!({"did": format!("did:cheqd:testnet:{}", uuid())})), 404, "not found"),
        (("/wallet/cheqd/set-did-endpoint", json!({"did": did, "endpoint": "nonsense"})), 400, "address"),
        (("/wallet/cheqd/set-did-endpoint", json!({"did": did, "endpoint_type": "none"})), 422, "endpoint_type"),
    ];
    for ((path, body), status, words) in calls {
        let answer = wallet.call(Method::POST, path, Some(body.clone())).await;
        assert_eq!(answer.status, status, "{path} {body}: {answer:?}");
        assert!(text(&answer.body).contains(words), "{path} {body}: {answer:?}");
    }

    let nobody = Network { registrar: Some("http://127.0.0.1:1/1.0/".to_owned()), ..at(ledger.address) };
    wallet.agent.set_config(Config { networks: vec![nobody], ..Config::clone(&wallet.agent.config()) });
    let down = wallet.call(Method::POST, "/did/cheqd/create", Some(json!({}))).await;
    assert!(down.status == 502 && text(&down.body).contains("nothing was published"), "{down:?}");
    let job = wallet.get("/did/cheqd/jobs?descending=true").await["results"][0].clone();
    assert!(job["error_msg"].is_string(), "{job}");
    let dismissed = wallet.call(Method::DELETE, &format!("/did/cheqd/jobs/{}", text(&job["job_id"])), None).await;
    assert_eq!(dismissed.status, 200, "{dismissed:?}");
}

fn uuid() -> &'static str {
    "0f1f3a5e-6a1c-4a5e-9a57-2d64c0b1c111"
}

#[tokio::test]
async fn a_revocable_credential_is_suspended_restored_and_revoked() {
    let ledger = Testnet::open().await;
    let (issuer, holder) =
        (wallet_on("Issuer", at(ledger.address)).await, wallet_on("Holder", at(ledger.address)).await);
    let did = created(&issuer, json!({})).await;
    let (at_issuer, _) = connect(&issuer, &holder).await;
    let wanted = filter(&did, &holder.did_key().await);
    let body = json!({"connection_id": at_issuer, "filter": wanted, "auto_issue": true, "revocable": true});
    let offered = issuer.post("/issue-credential-2.0/send-offer", body).await;
    let entries = &offered["by_format"]["cred_offer"]["ld_proof"]["credential"]["credentialStatus"];
    assert_eq!(entries[0]["type"], "BitstringStatusListEntry", "{offered}");
    let by_thread = format!("/issue-credential-2.0/records?thread_id={}", text(&offered["thread_id"]));
    let state = |wanted: &'static str| move |found: &Value| found["results"][0]["cred_ex_record"]["state"] == wanted;
    let found = holder.until(&by_thread, state("offer-received")).await;
    let record =
        format!("/issue-credential-2.0/records/{}", text(&found["results"][0]["cred_ex_record"]["cred_ex_id"]));
    holder.post(&format!("{record}/send-request"), json!({})).await;
    holder.until(&by_thread, state("credential-received")).await;
    let stored = holder.post(&format!("{record}/store"), json!({})).await;
    let card = format!("/vc/credentials/{}/status", text(&stored["ld_proof"]["cred_id_stored"]));

    let id = text(&offered["cred_ex_id"]);
    let listed = issuer.get(&format!("/vc/credentials/issued?issuer_id={did}")).await;
    assert_eq!((&listed["results"][0]["cred_ex_id"], &listed["results"][0]["status"]), (&json!(id), &json!("valid")));
    assert_eq!(holder.get(&format!("{card}?refresh=true")).await["status"], "valid");
    let entry = |purpose: &str, status: &str| json!({"credentialId": id, "credentialStatus": [{"type": "BitstringStatusListEntry", "statusPurpose": purpose, "status": status}]});
    for (purpose, status, seen) in
        [("suspension", "1", "suspended"), ("suspension", "0", "valid"), ("revocation", "1", "revoked")]
    {
        let changed = issuer.post("/vc/credentials/status", entry(purpose, status)).await;
        assert_eq!(changed, json!({"changed": 1, "unchanged": 0, "pending": 0}));
        let held = holder.get(&format!("{card}?refresh=true")).await;
        assert_eq!(held["status"], seen, "{held}");
    }
    assert_eq!(holder.get(&card).await["status"], "revoked");
    let back = issuer.call(Method::POST, "/vc/credentials/status", Some(entry("revocation", "0"))).await;
    assert_eq!((back.status, text(&back.body).as_str()), (400, "400: What is revoked stays revoked."));
    let credential = holder.get(card.trim_end_matches("/status")).await;
    let verified = holder.post("/vc/credentials/verify", json!({"verifiableCredential": credential})).await;
    assert_eq!(verified["verified"], false, "{verified}");
}

#[tokio::test]
async fn a_credential_of_the_vc_api_has_a_status_if_it_is_asked_for() {
    let ledger = Testnet::open().await;
    let wallet = wallet_on("Issuer", at(ledger.address)).await;
    let did = created(&wallet, json!({})).await;
    let issue = async |id: Option<&str>| {
        let mut credential = filter(&did, "did:example:subject")["ld_proof"]["credential"].clone();
        if let Some(id) = id {
            credential["id"] = json!(id);
        }
        let options =
            json!({"proofType": "Ed25519Signature2020", "credentialStatus": {"type": "BitstringStatusListEntry"}});
        let body = json!({"credential": credential, "options": options});
        wallet.call(Method::POST, "/vc/credentials/issue", Some(body)).await
    };
    let (named, unnamed) = (issue(Some("urn:example:1")).await, issue(None).await);
    assert_eq!((named.status, &named.body["credentialId"]), (201, &json!("urn:example:1")), "{named:?}");
    let twice = issue(Some("urn:example:1")).await;
    assert_eq!(twice.status, 400, "{twice:?}");
    let both = [text(&named.body["credentialId"]), text(&unnamed.body["credentialId"])];
    let verify = async |made: &Value| {
        let body = json!({"verifiableCredential": made["verifiableCredential"]});
        wallet.post("/vc/credentials/verify", body).await["verified"].clone()
    };
    assert_eq!((verify(&named.body).await, verify(&unnamed.body).await), (json!(true), json!(true)));

    // Both at once, published later with whatever else waits.
    let body = json!({"credentialIds": both, "status": true, "publish": false});
    assert_eq!(wallet.post("/vc/credentials/status", body).await, json!({"changed": 2, "unchanged": 0, "pending": 2}));
    assert_eq!(wallet.get("/vc/credentials/issued?pending=true").await["results"].as_array().unwrap().len(), 2);
    let published = wallet.post("/vc/credentials/status/publish", json!({})).await;
    assert_eq!(published, json!({"changed": 2, "unchanged": 0, "pending": 0}));
    let unknown = wallet.call(Method::POST, "/vc/credentials/status", Some(json!({"credentialId": "x"}))).await;
    assert_eq!(unknown.status, 404, "{unknown:?}");
    let by_key = wallet.did_key().await;
    let mut body = json!({"credential": filter(&by_key, "did:example:subject")["ld_proof"]["credential"]});
    body["options"] = json!({"credentialStatus": {"type": "BitstringStatusListEntry"}});
    let without_ledger = wallet.call(Method::POST, "/vc/credentials/issue", Some(body)).await;
    assert_eq!(without_ledger.status, 400, "{without_ledger:?}");
}

/// What ACA-Py 1.6.1 issued by its cheqd plugin on the test ledger, in both suites by both forms of key, and how its
/// DIDs resolved.
#[tokio::test]
async fn what_acapy_issued_by_its_cheqd_plugin_verifies() {
    let recorded: Value =
        serde_json::from_str(include_str!("../../../../../tests/vectors/acapy/credentials/acapy_cheqd_plugin.json"))
            .unwrap();
    let resolver = Router::new()
        .route("/1.0/identifiers/{did}", get(recorded_resolution))
        .with_state(Arc::new(recorded["resolutions"].clone()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, resolver).await });
    let wallet = wallet_on("Holder", at(address)).await;
    let credentials = recorded["credentials"].as_array().unwrap();
    assert_eq!(credentials.len(), 4);
    for credential in credentials {
        let found = wallet.post("/vc/credentials/verify", json!({"verifiableCredential": credential})).await;
        assert_eq!(found["verified"], true, "{found}");
        let mut altered = credential.clone();
        altered["credentialSubject"]["givenName"] = json!("JANE");
        let found = wallet.post("/vc/credentials/verify", json!({"verifiableCredential": altered})).await;
        assert_eq!(found["verified"], false, "{found}");
    }
}

async fn recorded_resolution(
    State(resolutions): State<Arc<Value>>,
    Path(did): Path<String>,
) -> ([(header::HeaderName, &'static str); 1], String) {
    ([(header::CONTENT_TYPE, "application/ld+json")], resolutions[&did].to_string())
}
