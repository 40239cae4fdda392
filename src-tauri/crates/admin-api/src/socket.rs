//! `/ws`: events as ACA-Py sends them to a page or a controller that stays connected. The first frame is `settings`;
//! without the key (in the header, or as `{"x-api-key": …}` in a frame) nothing but that and `ping` follows. Nothing is
//! kept for who is away or too slow: that is what webhooks are for.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::extract::WebSocketUpgrade;
use axum::extract::ws::{Message, WebSocket};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;

use crate::api::Api;
use crate::error::ApiError;
use crate::guard;
use crate::views::event;

/// Sockets open at the same time.
const MAX_SOCKETS: usize = 64;
/// Largest frame taken: a key and no more.
const MAX_FRAME: usize = 4096;
/// A sign of life is sent after so long a silence.
const QUIET: Duration = Duration::from_secs(5);

static OPEN: AtomicUsize = AtomicUsize::new(0);

/// One of the places, given back when it ends.
struct Place;

impl Place {
    fn take() -> Option<Self> {
        let taken =
            OPEN.fetch_update(Ordering::AcqRel, Ordering::Acquire, |open| (open < MAX_SOCKETS).then_some(open + 1));
        taken.ok().map(|_| Self)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        OPEN.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Opens a socket.
pub(crate) fn open(api: Api, headers: &HeaderMap, upgrade: WebSocketUpgrade) -> Response {
    let Some(place) = Place::take() else {
        return ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "Too many sockets are open.").into_response();
    };
    let authenticated = api.options().access.admits(guard::key_of(headers));
    upgrade.max_message_size(MAX_FRAME).on_upgrade(async move |socket| {
        serve(api, socket, authenticated).await;
        drop(place);
    })
}

async fn serve(api: Api, mut socket: WebSocket, mut authenticated: bool) {
    let mut events = api.agent().subscribe();
    let stop = api.agent().stopping();
    if send(&mut socket, &settings(&api, authenticated)).await.is_err() {
        return;
    }
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            frame = socket.recv() => match frame {
                Some(Ok(Message::Text(text))) => {
                    let key = serde_json::from_str::<Value>(&text).ok();
                    let key = key.as_ref().and_then(|frame| frame.get("x-api-key")?.as_str());
                    authenticated = authenticated || api.options().access.admits(key);
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            },
            event = events.recv() => {
                let told = match event {
                    Ok(event) if authenticated => event::told(&event),
                    Ok(_) | Err(RecvError::Lagged(_)) => Vec::new(),
                    Err(RecvError::Closed) => return,
                };
                for (topic, payload) in told {
                    if topic == "ping" && !api.options().monitor_pings {
                        continue;
                    }
                    if send(&mut socket, &json!({ "topic": topic, "payload": payload })).await.is_err() {
                        return;
                    }
                }
            }
            () = tokio::time::sleep(QUIET) => {
                if send(&mut socket, &json!({ "topic": "ping", "authenticated": authenticated })).await.is_err() {
                    return;
                }
            }
        }
    }
}

fn settings(api: &Api, authenticated: bool) -> Value {
    let config = api.agent().config();
    json!({
        "topic": "settings",
        "payload": {
            "authenticated": authenticated,
            "label": config.label,
            "endpoint": config.endpoints.first(),
            "no_receive_invites": !api.options().receive_invitations,
            "help_link": api.options().help_link,
        },
    })
}

async fn send(socket: &mut WebSocket, value: &Value) -> Result<(), axum::Error> {
    socket.send(Message::Text(value.to_string().into())).await
}
