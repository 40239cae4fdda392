//! A receiver of webhooks, as a controller runs one: it answers 200 and keeps what came, in order.

use crate::wait::{STEP, Seen, until};
use anyhow::Result;
use axum::extract::{Path, State};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

type Received = Arc<Mutex<Vec<(String, Value)>>>;

/// A running receiver; it ends with its value.
#[derive(Debug)]
pub struct Webhooks {
    /// To be given to an agent as `--webhook-url`.
    pub url: String,
    received: Received,
    server: JoinHandle<()>,
}

impl Webhooks {
    /// Listens on a free port of the loopback address.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn listen() -> Result<Self> {
        let received = Received::default();
        let router = Router::new()
            .route("/topic/{topic}/", post(keep))
            .with_state(Arc::clone(&received));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self {
            url,
            received,
            server,
        })
    }

    /// Everything of a topic so far, in the order of its coming.
    pub fn of(&self, topic: &str) -> Vec<Value> {
        let received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        received
            .iter()
            .filter(|(of, _)| of == topic)
            .map(|(_, body)| body.clone())
            .collect()
    }

    /// Waits until one of the topic has this member with this value.
    ///
    /// # Errors
    /// When none comes in time.
    pub async fn wait(&self, topic: &str, member: &str, value: &str) -> Result<Value> {
        until(
            &format!("a webhook {topic} with {member} {value}"),
            STEP,
            async || {
                let all = self.of(topic);
                let found = all
                    .iter()
                    .find(|body| body.get(member).is_some_and(|found| found == value));
                Ok(found.map_or_else(
                    || Seen::NotYet(format!("{all:?}")),
                    |body| Seen::Yes(body.clone()),
                ))
            },
        )
        .await
    }
}

impl Drop for Webhooks {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn keep(
    Path(topic): Path<String>,
    State(received): State<Received>,
    Json(body): Json<Value>,
) {
    received
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push((topic, body));
}
