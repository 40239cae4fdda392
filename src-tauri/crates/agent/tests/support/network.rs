//! The network before a wallet, worse than the real one: everything that is for the wallet comes through here, and what
//! becomes of it is up to the test.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use parking_lot::Mutex;
use vouchsafe_agent::{Agent, Config};

use super::dice::Dice;

/// What becomes of an envelope.
#[derive(Debug, Clone)]
pub enum Weather {
    /// It arrives.
    Fair,
    /// It does not arrive, and this is the answer.
    Status(u16),
    /// It does not arrive, and the answer points elsewhere.
    Redirect(String),
    /// It does not arrive, and nobody answers for so long.
    Hang(Duration),
    /// It arrives, and this is the answer.
    Answer(Vec<u8>),
    /// Anything: lost on the way or on the way back, late, twice, after what was sent later.
    Storm(u64),
}

pub struct Network {
    pub address: SocketAddr,
    behind: Mutex<Option<String>>,
    weather: Mutex<Weather>,
    dice: Mutex<Dice>,
    http: reqwest::Client,
    /// Every envelope that was sent here, whether it arrived or not.
    pub seen: Mutex<Vec<Bytes>>,
}

impl Network {
    /// A network through which `agent` is reached from now on.
    pub async fn before(agent: &Agent) -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let behind = agent.config().endpoints.first().cloned();
        let network = Arc::new(Self {
            address,
            behind: Mutex::new(behind),
            weather: Mutex::new(Weather::Fair),
            dice: Mutex::new(Dice::new(0)),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            seen: Mutex::new(Vec::new()),
        });
        let router = Router::new().fallback(carry).with_state(Arc::clone(&network));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let config = Config { endpoints: vec![format!("http://{address}")], ..Config::clone(&agent.config()) };
        agent.set_config(config);
        network
    }

    pub fn turn(&self, weather: Weather) {
        if let Weather::Storm(seed) = weather {
            *self.dice.lock() = Dice::new(seed);
        }
        *self.weather.lock() = weather;
    }

    async fn arrive(&self, envelope: Bytes) -> Option<(u16, Bytes)> {
        let to = self.behind.lock().clone()?;
        let sent = self.http.post(to).header(header::CONTENT_TYPE, "application/ssi-agent-wire").body(envelope).send();
        let answer = sent.await.ok()?;
        Some((answer.status().as_u16(), answer.bytes().await.ok()?))
    }

    /// Brings it there some time, however often that has to be tried.
    fn arrive_later(self: &Arc<Self>, envelope: Bytes, delay: u64) {
        let network = Arc::clone(self);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(delay)).await;
            while network.arrive(envelope.clone()).await.is_none_or(|(status, _)| status >= 500) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        });
    }
}

fn status(code: u16) -> Response {
    StatusCode::from_u16(code).unwrap().into_response()
}

async fn carry(State(network): State<Arc<Network>>, envelope: Bytes) -> Response {
    network.seen.lock().push(envelope.clone());
    let weather = network.weather.lock().clone();
    match weather {
        Weather::Fair => match network.arrive(envelope).await {
            Some((code, body)) => (StatusCode::from_u16(code).unwrap(), body).into_response(),
            None => status(502),
        },
        Weather::Status(code) => status(code),
        Weather::Redirect(to) => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response(),
        Weather::Hang(time) => {
            tokio::time::sleep(time).await;
            status(504)
        }
        Weather::Answer(answer) => {
            network.arrive(envelope).await;
            answer.into_response()
        }
        Weather::Storm(_) => storm(&network, envelope).await,
    }
}

async fn storm(network: &Arc<Network>, envelope: Bytes) -> Response {
    let (fate, delay) = {
        let mut dice = network.dice.lock();
        (dice.below(100), dice.below(60))
    };
    match fate {
        // Lost on the way.
        0..20 => status(502),
        // Lost on the way back: the sender will repeat what has arrived.
        20..40 => {
            network.arrive(envelope).await;
            status(504)
        }
        // Taken at once and brought later, perhaps after what was sent later, perhaps twice.
        40..60 => {
            network.arrive_later(envelope, delay);
            status(200)
        }
        60..75 => {
            network.arrive_later(envelope.clone(), delay);
            network.arrive_later(envelope, delay * 2);
            status(200)
        }
        // Late, and the sender waits.
        75..85 => {
            tokio::time::sleep(Duration::from_millis(delay)).await;
            network.arrive(envelope).await.map_or_else(|| status(502), |(code, _)| status(code))
        }
        _ => network.arrive(envelope).await.map_or_else(|| status(502), |(code, _)| status(code)),
    }
}
