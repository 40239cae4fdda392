//! What a controller is told: webhooks, also after it was away, and `/ws`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use vouchsafe_admin_api::{Access, ApiOptions};

use crate::{Wallet, connect};

struct Controller {
    url: String,
    told: mpsc::UnboundedReceiver<(String, Option<String>, Value)>,
}

impl Controller {
    /// A controller that refuses the first `refusals` calls.
    async fn listen(refusals: usize) -> Self {
        let (tell, told) = mpsc::unbounded_channel();
        let state = Arc::new((tell, AtomicUsize::new(refusals)));
        let handler = async |State(state): State<Arc<(mpsc::UnboundedSender<_>, AtomicUsize)>>,
                             Path(topic): Path<String>,
                             headers: HeaderMap,
                             body: String| {
            let (tell, refusals) = &*state;
            if refusals.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
                return StatusCode::SERVICE_UNAVAILABLE;
            }
            let key = headers.get("x-api-key").map(|key| key.to_str().unwrap().to_owned());
            tell.send((topic, key, serde_json::from_str(&body).unwrap())).unwrap();
            StatusCode::OK
        };
        let router = Router::new().route("/hooks/topic/{topic}/", post(handler)).with_state(state);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, told }
    }

    async fn next(&mut self) -> (String, Option<String>, Value) {
        tokio::time::timeout(Duration::from_secs(10), self.told.recv()).await.expect("a webhook").unwrap()
    }
}

#[tokio::test]
async fn a_controller_that_was_away_is_told_everything_in_order() {
    let mut controller = Controller::listen(2).await;
    let target = format!("{}#s3cret", controller.url).parse().unwrap();
    let options = ApiOptions { access: Access::insecure(true), ..ApiOptions::default() };
    let wallet = Wallet::start("Wallet", options, vec![target]).await;
    let other = Wallet::plain("Other").await;
    connect(&wallet, &other).await;
    let (mut states, mut invitation) = (Vec::new(), Vec::new());
    while states.last().is_none_or(|last| last != "completed") || invitation.len() < 3 {
        let (topic, key, body) = controller.next().await;
        assert_eq!(key.as_deref(), Some("s3cret"));
        match topic.as_str() {
            "connections" => states.push(crate::text(&body["rfc23_state"])),
            "out_of_band" => invitation.push(crate::text(&body["state"])),
            _ => {}
        }
    }
    states.dedup();
    assert_eq!(states, ["invitation-sent", "request-received", "response-sent", "completed"]);
    assert_eq!(invitation, ["await-response", "done", "deleted"]);
    assert_eq!(wallet.get("/status").await["vouchsafe"]["webhooks_dropped"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_controller_slower_than_the_wallet_misses_nothing() {
    const INVITATIONS: usize = 600;
    let mut controller = Controller::listen(1).await;
    let options = ApiOptions { access: Access::insecure(true), ..ApiOptions::default() };
    let wallet = Wallet::start("Wallet", options, vec![controller.url.parse().unwrap()]).await;
    let agent = wallet.agent.clone();
    let making = tokio::spawn(async move {
        let mut made = Vec::new();
        for _ in 0..INVITATIONS {
            let wanted = vouchsafe_agent::connect::CreateInvitation {
                handshake_protocols: vec!["didexchange/1.1".parse().unwrap()],
                ..Default::default()
            };
            made.push(agent.create_invitation(wanted).await.unwrap().invi_msg_id);
        }
        made
    });
    let mut told = Vec::new();
    while told.len() < INVITATIONS {
        let (topic, _, body) = controller.next().await;
        if topic == "out_of_band" {
            told.push(crate::text(&body["invi_msg_id"]));
        }
    }
    assert_eq!(told, making.await.unwrap(), "all of them, once, in order");
}

#[tokio::test]
async fn a_dead_controller_delays_nothing() {
    let options = ApiOptions { access: Access::insecure(true), ..ApiOptions::default() };
    let nowhere = "http://127.0.0.1:9".parse().unwrap();
    let wallet = Wallet::start("Wallet", options, vec![nowhere]).await;
    let other = Wallet::plain("Other").await;
    tokio::time::timeout(Duration::from_secs(5), connect(&wallet, &other)).await.unwrap();
}

#[tokio::test]
async fn a_socket_begins_with_settings_and_needs_the_key_for_more() {
    let options = ApiOptions { access: Access::with_key("s3cret"), ..ApiOptions::default() };
    let wallet = Wallet::start("Wallet", options, Vec::new()).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("ws://{}/ws", listener.local_addr().unwrap());
    let router = wallet.api.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let (mut socket, _) = tokio_tungstenite::connect_async(&url).await.unwrap();
    let first = read(&mut socket).await;
    assert_eq!(first["topic"], "settings");
    assert_eq!((&first["payload"]["authenticated"], &first["payload"]["label"]), (&json!(false), &json!("Wallet")));

    let invite = async || {
        let wanted = vouchsafe_agent::connect::CreateInvitation {
            handshake_protocols: vec!["didexchange/1.1".parse().unwrap()],
            ..Default::default()
        };
        wallet.agent.create_invitation(wanted).await.unwrap();
    };
    invite().await;
    socket.send(Message::text(json!({"x-api-key": "wrong"}).to_string())).await.unwrap();
    let quiet = read(&mut socket).await;
    assert_eq!(quiet, json!({"topic": "ping", "authenticated": false}), "nothing of the invitation was told");

    socket.send(Message::text(json!({"x-api-key": "s3cret"}).to_string())).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    invite().await;
    let told = read(&mut socket).await;
    assert_eq!((&told["topic"], &told["payload"]["state"]), (&json!("connections"), &json!("invitation")));
}

async fn read(
    socket: &mut tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>,
) -> Value {
    loop {
        let frame = tokio::time::timeout(Duration::from_secs(10), socket.next()).await.unwrap().unwrap().unwrap();
        if let Message::Text(text) = frame {
            return serde_json::from_str(&text).unwrap();
        }
    }
}
