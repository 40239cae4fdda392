//! The admin API over wallets in this process: two of them go through the six steps by its calls alone, and what does
//! not fit is refused as ACA-Py refuses it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod cheqd;
mod refusals;
mod served;
mod six_steps;
mod telling;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use serde_json::{Value, json};
use tower::ServiceExt;
use vouchsafe_admin_api::webhooks::{WebhookTarget, Webhooks};
use vouchsafe_admin_api::{Access, Api, ApiOptions};
use vouchsafe_agent::{Agent, Config, Observer, Policy, PrivateAddresses};
use vouchsafe_store::Store;

/// A wallet with its API.
pub(crate) struct Wallet {
    pub agent: Agent,
    pub api: Api,
    router: Router,
}

/// An answer: its status, and its body as JSON or text.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Wallet {
    pub async fn start(label: &str, options: ApiOptions, webhooks: Vec<WebhookTarget>) -> Self {
        let policy =
            Policy { private_addresses: PrivateAddresses::Allow, preserve_exchange_records: true, ..Policy::default() };
        // No ledger: a test that has one names it, and none writes to a public one.
        let config = Config { label: label.to_owned(), policy, networks: Vec::new(), ..Config::default() };
        let webhooks = Arc::new(Webhooks::new(webhooks, options.monitor_pings));
        let observer: Arc<dyn Observer> = webhooks.clone();
        let agent = Agent::start(Store::temporary().unwrap(), config.clone(), vec![observer]).await.unwrap();
        let address = agent.listen("127.0.0.1:0").await.unwrap();
        agent.set_config(Config { endpoints: vec![format!("http://{address}")], ..config });
        webhooks.deliver(&agent);
        let api = Api::new(agent.clone(), options);
        Self { agent, router: api.router(), api }
    }

    pub async fn plain(label: &str) -> Self {
        let options = ApiOptions { access: Access::insecure(true), ..ApiOptions::default() };
        Self::start(label, options, Vec::new()).await
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), 64 << 20).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Answer { status, body: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }

    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let builder = Request::builder().method(method).uri(path);
        let request = match body {
            Some(body) => builder.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string())),
            None => builder.body(Body::empty()),
        };
        self.send(request.unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Value {
        let answer = self.call(Method::GET, path, None).await;
        assert_eq!(answer.status, 200, "GET {path}: {answer:?}");
        answer.body
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let answer = self.call(Method::POST, path, Some(body)).await;
        assert_eq!(answer.status, 200, "POST {path}: {answer:?}");
        answer.body
    }

    /// Asks until `wanted` says yes.
    pub async fn until(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..400 {
            let seen = self.get(path).await;
            if wanted(&seen) {
                return seen;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{path} did not come to what was waited for: {}", self.get(path).await);
    }

    pub async fn did_key(&self) -> String {
        let made = self.post("/wallet/did/create", json!({"method": "key", "options": {"key_type": "ed25519"}})).await;
        text(&made["result"]["did"])
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is not text")).to_owned()
}

/// A connection between two wallets; its id at each.
pub(crate) async fn connect(inviting: &Wallet, invited: &Wallet) -> (String, String) {
    let body = json!({"handshake_protocols": ["https://didcomm.org/didexchange/1.1"]});
    let made = inviting.post("/out-of-band/create-invitation?auto_accept=true", body).await;
    let received = invited.post("/out-of-band/receive-invitation?auto_accept=true", made["invitation"].clone()).await;
    let at_invited = text(&received["connection_id"]);
    let by_invitation = format!("/connections?invitation_msg_id={}", text(&made["invi_msg_id"]));
    let found = inviting.until(&by_invitation, |found| found["results"][0]["state"] == "active").await;
    invited.until(&format!("/connections/{at_invited}"), |record| record["state"] == "active").await;
    (text(&found["results"][0]["connection_id"]), at_invited)
}

pub(crate) fn filter(issuer: &str, subject: &str) -> Value {
    json!({"ld_proof": {
        "credential": {
            "@context": ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/citizenship/v1"],
            "type": ["VerifiableCredential", "PermanentResident"],
            "issuer": issuer,
            "issuanceDate": "2024-01-01T00:00:00Z",
            "credentialSubject": {"type": ["PermanentResident"], "givenName": "ALICE", "id": subject},
        },
        "options": {"proofType": "Ed25519Signature2020"},
    }})
}
