//! A ledger behind a resolver that can be made to lie, and wallets that read it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use parking_lot::Mutex;
use serde_json::Value;
use tower::ServiceExt as _;
use vouchsafe_agent::cheqd::{CreateCheqdDid, Network, PublishResource};
use vouchsafe_agent::{Agent, Config};
use vouchsafe_store::Store;
use vouchsafe_test_ledger::{Ledger, LedgerSettings, ServeSettings, router};

/// What the resolver says instead of the truth.
#[derive(Debug, Clone)]
pub enum Lie {
    /// This, whatever was asked.
    Says(u16, String),
    /// So many bytes.
    Bytes(usize),
    /// Nothing, for ever.
    Hangs,
    /// That it is elsewhere.
    Points(String),
    /// The truth with this done to its results.
    Changes(fn(&mut Value)),
    /// This, where a resource's bytes should be.
    Swaps(&'static str),
}

pub struct World {
    pub network: Network,
    inner: Arc<Inner>,
}

struct Inner {
    ledger: Router,
    lie: Mutex<Option<Lie>>,
    asked: AtomicUsize,
    _folder: tempfile::TempDir,
}

impl World {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Arc::new(Ledger::open(LedgerSettings::new(folder.path(), "practice")).unwrap());
        let inner = Arc::new(Inner {
            ledger: router(ledger, ServeSettings::default()),
            lie: Mutex::default(),
            asked: AtomicUsize::new(0),
            _folder: folder,
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new().fallback(answer).with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { network: Network::practice(&origin), inner }
    }

    pub fn lie(&self, lie: Lie) {
        *self.inner.lie.lock() = Some(lie);
    }

    pub fn be_honest(&self) {
        *self.inner.lie.lock() = None;
    }

    /// How often the resolver was asked since it was last looked.
    pub fn asked(&self) -> usize {
        self.inner.asked.swap(0, Ordering::SeqCst)
    }

    pub fn config(&self) -> Config {
        let mut config = Config { networks: vec![self.network.clone()], ..Config::default() };
        config.limits.delivery_seconds = 1;
        config
    }

    pub async fn wallet(&self) -> Agent {
        self.wallet_in(&Store::temporary().unwrap()).await
    }

    pub async fn wallet_in(&self, store: &Store) -> Agent {
        Agent::start(store.clone(), self.config(), Vec::new()).await.unwrap()
    }

    /// A wallet with a DID on the ledger.
    pub async fn issuer(&self) -> (Agent, String) {
        let issuer = self.wallet().await;
        let wanted = CreateCheqdDid { network: "practice".to_owned(), ..CreateCheqdDid::default() };
        let did = issuer.create_cheqd_did(wanted).await.unwrap().did;
        self.asked();
        (issuer, did)
    }
}

/// Publishes a resource and gives its id.
pub async fn publish(issuer: &Agent, did: &str, name: &str, content: &[u8], update: bool) -> String {
    let resource = PublishResource {
        did: did.to_owned(),
        name: name.to_owned(),
        resource_type: "TestType".to_owned(),
        content: content.to_vec(),
        update,
        ..PublishResource::default()
    };
    issuer.publish_resource(resource).await.unwrap().id
}

async fn answer(State(inner): State<Arc<Inner>>, mut request: Request) -> Response {
    let of_resolver = request.uri().path().contains("/identifiers/");
    if of_resolver {
        inner.asked.fetch_add(1, Ordering::SeqCst);
    }
    let lie = if of_resolver { inner.lie.lock().clone() } else { None };
    match &lie {
        Some(Lie::Says(status, text)) => {
            return (StatusCode::from_u16(*status).unwrap(), text.clone()).into_response();
        }
        Some(Lie::Bytes(count)) => return vec![b' '; *count].into_response(),
        Some(Lie::Hangs) => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            return StatusCode::REQUEST_TIMEOUT.into_response();
        }
        Some(Lie::Points(to)) => {
            return (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, to.clone())]).into_response();
        }
        _ => {}
    }
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4000))));
    let response = inner.ledger.clone().oneshot(request).await.unwrap();
    let Some(lie) = lie else { return response };
    let (mut parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, 8 << 20).await.unwrap();
    parts.headers.remove(header::CONTENT_LENGTH);
    let result = serde_json::from_slice::<Value>(&bytes).ok();
    let result = result.filter(|value| {
        ["didResolutionMetadata", "dereferencingMetadata"].iter().any(|member| value.get(*member).is_some())
    });
    let bytes = match (lie, result) {
        (Lie::Changes(change), Some(mut result)) => {
            change(&mut result);
            result.to_string().into_bytes()
        }
        (Lie::Swaps(text), None) => text.as_bytes().to_vec(),
        _ => bytes.to_vec(),
    };
    Response::from_parts(parts, Body::from(bytes))
}
