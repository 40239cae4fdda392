//! A ledger in a folder of its own, spoken to as HTTP clients do, and wallets that sign for it.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signer as _, SigningKey};
use jiff::Timestamp;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use vouchsafe_test_ledger::{Ledger, LedgerSettings, OpenError, ServeSettings, router};

pub struct Bench {
    pub ledger: Arc<Ledger>,
    pub app: Router,
    pub time: Arc<AtomicI64>,
    pub folder: Option<tempfile::TempDir>,
}

pub struct Answer {
    pub status: u16,
    pub content_type: String,
    pub location: String,
    pub code: Option<u32>,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&self.bytes)))
    }

    pub fn state(&self) -> Value {
        let body = self.json();
        body.get("didState").or(body.get("didUrlState")).cloned().unwrap()
    }

    /// The registrar's sentence.
    pub fn description(&self) -> String {
        self.state()["description"].as_str().unwrap_or_default().to_owned()
    }
}

pub fn open(folder: &Path, namespace: &str, time: &Arc<AtomicI64>) -> Result<Ledger, OpenError> {
    let time = Arc::clone(time);
    let clock = Arc::new(move || Timestamp::from_second(time.load(Ordering::SeqCst)).unwrap());
    Ledger::open(LedgerSettings { clock, ..LedgerSettings::new(folder, namespace) })
}

impl Bench {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let time = Arc::new(AtomicI64::new(1_733_324_400));
        let ledger = Arc::new(open(folder.path(), "testnet", &time).unwrap());
        let app = router(Arc::clone(&ledger), ServeSettings::default());
        Self { ledger, app, time, folder: Some(folder) }
    }

    pub fn wait(&self, seconds: i64) {
        self.time.fetch_add(seconds, Ordering::SeqCst);
    }

    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4000))));
        let response = self.app.clone().oneshot(request).await.unwrap();
        let header = |name: &str| {
            response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
        };
        let (content_type, location, code) = (header("content-type"), header("location"), header("x-ledger-code"));
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), 16 << 20).await.unwrap().to_vec();
        Answer { status, content_type, location, code: code.parse().ok(), bytes }
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        let request = Request::post(format!("/1.0/{path}")).header("content-type", "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    pub async fn get(&self, did_url: &str, accept: Option<&str>) -> Answer {
        let mut request = Request::get(format!("/1.0/identifiers/{did_url}"));
        if let Some(accept) = accept {
            request = request.header("accept", accept);
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Both steps: what the registrar gives is signed by each of `keys` under its id.
    pub async fn run(&self, operation: &str, ask: &Value, keys: &[(&str, &SigningKey)]) -> Answer {
        let first = self.post(operation, ask).await;
        assert_eq!(first.status, 200, "{}", String::from_utf8_lossy(&first.bytes));
        self.finish(operation, ask, &first, keys).await
    }

    pub async fn finish(&self, operation: &str, ask: &Value, first: &Answer, keys: &[(&str, &SigningKey)]) -> Answer {
        let state = first.state();
        let payload = state["signingRequest"]["signingRequest0"]["serializedPayload"].as_str().unwrap_or_default();
        let payload = STANDARD.decode(payload).unwrap();
        let signed = keys.iter().enumerate().map(|(at, (kid, key))| {
            let signature = STANDARD.encode(key.sign(&payload).to_bytes());
            (format!("signingRequest{at}"), json!({ "kid": kid, "signature": signature }))
        });
        let secret = json!({ "signingResponse": signed.collect::<serde_json::Map<_, _>>() });
        let mut body = json!({ "jobId": first.json()["jobId"], "secret": secret });
        if operation.ends_with("Resource") {
            body["did"] = ask["did"].clone();
        }
        self.post(operation, &body).await
    }

    pub async fn create(&self, wallet: &Wallet) -> Answer {
        let answer = self.run("create", &json!({ "didDocument": wallet.document() }), &[wallet.signs()]).await;
        assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.bytes));
        answer
    }

    pub async fn update(&self, wallet: &Wallet, document: &Value, keys: &[(&str, &SigningKey)]) -> Answer {
        self.run("update", &json!({ "did": wallet.did, "didDocument": [document] }), keys).await
    }

    pub async fn publish(&self, wallet: &Wallet, operation: &str, resource: (&str, &str, &str), data: &[u8]) -> Answer {
        self.run(operation, &ask(wallet, operation, resource, data), &[wallet.signs()]).await
    }
}

/// The first step for a resource `(name, type, version)`.
pub fn ask(wallet: &Wallet, operation: &str, (name, kind, version): (&str, &str, &str), data: &[u8]) -> Value {
    let content = STANDARD.encode(data);
    let content = if operation == "createResource" { json!(content) } else { json!([content]) };
    let options = json!({ "name": name, "type": kind, "versionId": version });
    json!({ "did": wallet.did, "content": content, "options": options })
}

pub struct Wallet {
    pub key: SigningKey,
    pub did: String,
    pub kid: String,
}

impl Wallet {
    /// A wallet whose key and DID come from `number`.
    pub fn new(number: u8) -> Self {
        let did = format!("did:cheqd:testnet:{number:08}-0000-4000-8000-000000000000");
        Self { key: SigningKey::from_bytes(&[number; 32]), kid: format!("{did}#key-1"), did }
    }

    pub fn signs(&self) -> (&str, &SigningKey) {
        (&self.kid, &self.key)
    }

    pub fn document(&self) -> Value {
        json!({
            "id": self.did, "controller": [self.did],
            "verificationMethod": [method(&self.kid, &self.did, &self.key)],
            "authentication": [self.kid], "assertionMethod": [self.kid],
        })
    }
}

pub fn multibase(key: &SigningKey) -> String {
    let bytes = [&[0xed, 0x01], key.verifying_key().as_bytes().as_slice()].concat();
    format!("z{}", bs58::encode(bytes).into_string())
}

pub fn method(id: &str, controller: &str, key: &SigningKey) -> Value {
    json!({
        "id": id, "type": "Ed25519VerificationKey2020", "controller": controller, "publicKeyMultibase": multibase(key),
    })
}
