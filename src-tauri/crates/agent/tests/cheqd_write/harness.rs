//! A ledger behind a door: every request passes through here, and what becomes of it is up to the test.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use vouchsafe_agent::cheqd::{CreateCheqdDid, LedgerError, LedgerJob, Network};
use vouchsafe_agent::{Agent, AgentError, Config, Page};
use vouchsafe_store::{LedgerJobFilter, Store};
use vouchsafe_test_ledger::{Ledger, LedgerSettings, ServeSettings, router};

/// What is asked of the ledger's services.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// A registrar's first step.
    Ask,
    /// Its second.
    Send,
    /// The resolver.
    Read,
}

/// What becomes of a request.
#[derive(Debug, Clone)]
pub enum Fault {
    /// It does not arrive, and somebody in between says so.
    Down,
    /// It arrives, and the answer is lost.
    Lost,
    /// It does not arrive, and this is the answer.
    Says(u16, String),
    /// It arrives, and its answer is changed.
    Changes(fn(&mut Value)),
}

/// Called with a request's number, and whether it has just arrived or was just taken.
type Hook = Box<dyn Fn(usize, bool) + Send>;

pub struct Door {
    inner: Router,
    faults: Mutex<HashMap<Step, Vec<Fault>>>,
    /// Requests so far.
    pub count: AtomicUsize,
    /// Called before and after each request is taken.
    hook: Mutex<Option<Hook>>,
    _folder: tempfile::TempDir,
}

pub struct LedgerServer {
    pub door: Arc<Door>,
    pub network: Network,
}

impl LedgerServer {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Arc::new(Ledger::open(LedgerSettings::new(folder.path(), "practice")).unwrap());
        let door = Arc::new(Door {
            inner: router(ledger, ServeSettings::default()),
            faults: Mutex::default(),
            count: AtomicUsize::new(0),
            hook: Mutex::default(),
            _folder: folder,
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new().fallback(pass).with_state(Arc::clone(&door));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { door, network: Network::practice(&origin) }
    }

    /// The next requests of this kind meet these faults, one each.
    pub fn meet(&self, step: Step, faults: impl IntoIterator<Item = Fault>) {
        let mut faults: Vec<Fault> = faults.into_iter().collect();
        faults.reverse();
        self.door.faults.lock().insert(step, faults);
    }

    pub fn fair(&self) {
        self.door.faults.lock().clear();
        *self.door.hook.lock() = None;
    }

    pub fn hook(&self, hook: impl Fn(usize, bool) + Send + 'static) {
        self.door.count.store(0, Ordering::SeqCst);
        *self.door.hook.lock() = Some(Box::new(hook));
    }

    /// What the resolver says, past the door.
    pub async fn get(&self, did_url: &str) -> Value {
        let mut request = Request::get(format!("/1.0/identifiers/{did_url}")).header("accept", "*/*");
        request = request.extension(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4000))));
        let answer = self.door.inner.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        serde_json::from_slice(&body).unwrap_or_default()
    }

    /// How many versions a DID has on the ledger, and how many resources.
    pub async fn counts(&self, did: &str) -> (usize, usize) {
        let versions = self.get(&format!("{did}/versions")).await;
        let versions = versions["contentStream"]["versions"].as_array().map_or(0, Vec::len);
        let metadata = self.get(&format!("{did}/metadata")).await;
        let resources = &metadata["didDocumentMetadata"]["linkedResourceMetadata"];
        (versions, resources.as_array().map_or(0, Vec::len))
    }

    pub fn config(&self) -> Config {
        let mut config = Config { networks: vec![self.network.clone()], ..Config::default() };
        config.limits.first_retry_milliseconds = 5;
        config
    }

    /// A wallet that knows this ledger alone.
    pub async fn wallet(&self) -> Agent {
        self.wallet_in(&Store::temporary().unwrap()).await
    }

    pub async fn wallet_in(&self, store: &Store) -> Agent {
        Agent::start(store.clone(), self.config(), Vec::new()).await.unwrap()
    }
}

async fn pass(State(door): State<Arc<Door>>, request: Request) -> Response {
    let number = door.count.fetch_add(1, Ordering::SeqCst) + 1;
    let (mut parts, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, 8 << 20).await.unwrap();
    let step = match () {
        () if parts.uri.path().contains("/identifiers/") => Step::Read,
        () if String::from_utf8_lossy(&body).contains("signingResponse") => Step::Send,
        () => Step::Ask,
    };
    if let Some(hook) = door.hook.lock().as_ref() {
        hook(number, true);
    }
    let fault = door.faults.lock().get_mut(&step).and_then(Vec::pop);
    let lost = || (StatusCode::BAD_GATEWAY, "<html>Bad Gateway</html>").into_response();
    match &fault {
        Some(Fault::Down) => return lost(),
        Some(Fault::Says(status, text)) => {
            return (StatusCode::from_u16(*status).unwrap(), text.clone()).into_response();
        }
        _ => {}
    }
    parts.extensions.insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4000))));
    let answer = door.inner.clone().oneshot(Request::from_parts(parts, Body::from(body))).await.unwrap();
    if let Some(hook) = door.hook.lock().as_ref() {
        hook(number, false);
    }
    match fault {
        Some(Fault::Lost) => lost(),
        Some(Fault::Changes(change)) => {
            let (parts, body) = answer.into_parts();
            let mut body: Value = serde_json::from_slice(&axum::body::to_bytes(body, 16 << 20).await.unwrap()).unwrap();
            change(&mut body);
            (parts.status, body.to_string()).into_response()
        }
        _ => answer,
    }
}

pub fn create() -> CreateCheqdDid {
    CreateCheqdDid { network: "practice".to_owned(), ..CreateCheqdDid::default() }
}

pub fn service() -> Value {
    json!({ "type": "LinkedDomains", "serviceEndpoint": ["https://issuer.example"] })
}

/// The ledger's error, if that is what it is.
pub fn ledger_error<T: std::fmt::Debug>(result: Result<T, AgentError>) -> LedgerError {
    match result {
        Err(AgentError::Ledger(error)) => error,
        other => panic!("no error of the ledger: {other:?}"),
    }
}

pub async fn jobs(agent: &Agent) -> Vec<LedgerJob> {
    agent.ledger_jobs(LedgerJobFilter::default(), Page::ALL).await.unwrap()
}

/// Waits until no job is under way.
pub async fn at_rest(agent: &Agent) -> Vec<LedgerJob> {
    let resting = async {
        loop {
            let jobs = jobs(agent).await;
            if !jobs.iter().any(LedgerJob::is_under_way) {
                return jobs;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(15), resting).await.expect("the jobs come to rest")
}
