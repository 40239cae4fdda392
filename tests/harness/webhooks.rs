//! A receiver of webhooks, as a controller runs one: it answers 200, keeps what came in order, and wakes who waits.

use anyhow::{Result, anyhow};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

#[derive(Debug)]
struct Received {
    all: Mutex<Vec<(String, Value)>>,
    count: watch::Sender<usize>,
}

/// A running receiver; it ends with its value.
#[derive(Debug)]
pub struct Webhooks {
    /// To be given to an agent as `--webhook-url`.
    pub url: String,
    received: Arc<Received>,
    server: JoinHandle<()>,
}

impl Webhooks {
    /// Listens on a free port of the loopback address.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn listen() -> Result<Self> {
        let received = Arc::new(Received { all: Mutex::default(), count: watch::Sender::new(0) });
        let router = Router::new()
            .route("/topic/{topic}/", post(keep))
            .layer(DefaultBodyLimit::max(16 << 20))
            .with_state(Arc::clone(&received));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { url, received, server })
    }

    /// How many have come so far: where a later [`Webhooks::wait`] shall begin to look.
    pub fn mark(&self) -> usize {
        self.all().len()
    }

    /// Everything of a topic so far, in the order of its coming.
    pub fn of(&self, topic: &str) -> Vec<Value> {
        self.all().iter().filter(|(of, _)| of == topic).map(|(_, body)| body.clone()).collect()
    }

    /// How many of this topic, since `mark`, have this member with this value.
    pub fn count_since(&self, mark: usize, topic: &str, member: &str, value: &str) -> usize {
        let all = self.all();
        let new = all.get(mark..).unwrap_or_default().iter();
        new.filter(|(of, body)| of == topic && body.get(member).is_some_and(|is| is == value)).count()
    }

    /// Waits for one of this topic, since `mark`, whose members have these values.
    ///
    /// # Errors
    /// When none comes in time.
    pub async fn wait(&self, mark: usize, topic: &str, members: &[(&str, &str)], limit: Duration) -> Result<Value> {
        let fits = |body: &Value| members.iter().all(|(name, value)| body.get(name).is_some_and(|is| is == value));
        let mut count = self.received.count.subscribe();
        let mut next = mark;
        let search = async {
            loop {
                count.borrow_and_update();
                {
                    let all = self.all();
                    let new = all.get(next..).unwrap_or_default();
                    if let Some((_, body)) = new.iter().find(|(of, body)| of == topic && fits(body)) {
                        return Some(body.clone());
                    }
                    next = all.len();
                }
                count.changed().await.ok()?;
            }
        };
        let found = timeout(limit, search).await.ok().flatten();
        found
            .ok_or_else(|| anyhow!("no webhook {topic} with {members:?} came; the last that did: {}", self.last(topic)))
    }

    /// The last few of a topic, each cut short, for errors.
    fn last(&self, topic: &str) -> String {
        const SHOWN: usize = 5;
        const LENGTH: usize = 400;
        let all = self.of(topic);
        let last = all.get(all.len().saturating_sub(SHOWN)..).unwrap_or_default().iter();
        let cut = last.map(|body| body.to_string().chars().take(LENGTH).collect::<String>());
        format!("(of {}) {}", all.len(), cut.collect::<Vec<_>>().join("\n    "))
    }

    fn all(&self) -> MutexGuard<'_, Vec<(String, Value)>> {
        self.received.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Webhooks {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn keep(Path(topic): Path<String>, State(received): State<Arc<Received>>, Json(body): Json<Value>) {
    let count = {
        let mut all = received.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.push((topic, body));
        all.len()
    };
    received.count.send_replace(count);
}
