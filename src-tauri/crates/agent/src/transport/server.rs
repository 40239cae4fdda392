//! Taking envelopes in. One listener speaks both HTTP POST and WebSocket (RFC 0025): bodies are bounded in size and
//! time, and everything that is not an envelope for this wallet gets an error that says so. A request with return
//! route (RFC 0092) is held open, for a bounded time, until the answer is there. A GET may ask for an invitation.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::ws::{Message as Frame, WebSocket, WebSocketUpgrade};
use axum::extract::{DefaultBodyLimit, FromRequestParts, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use futures::{SinkExt, StreamExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tower_http::timeout::TimeoutLayer;
use vouchsafe_didcomm::mime;

use super::landing;
use super::listener::{self, Bounds};
use super::sessions::{Returned, WayId};
use crate::Agent;
use crate::inbound::{OpenWay, ReceiveError};

/// A peer's socket is closed after this time without a frame.
const SOCKET_IDLE: Duration = Duration::from_mins(10);

/// Serves the wallet's DIDComm endpoint on `listener` until the agent stops.
pub fn serve(agent: Agent, listener: TcpListener) {
    let opening = agent.clone();
    let (stop, tasks, config) = (agent.stopping(), agent.tasks().clone(), agent.config());
    let limits = &config.limits;
    let bounds = Bounds { connections: limits.max_connections, head: limits.request() };
    let router = Router::new()
        .fallback(any(take))
        .layer(DefaultBodyLimit::max(limits.max_message_bytes))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, limits.request()))
        .with_state(agent);
    opening.when_open(listener::serve(listener, router, bounds, stop, tasks));
}

async fn take(State(agent): State<Agent>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    if parts.method == axum::http::Method::GET {
        if let Ok(upgrade) = WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
            let Some(permit) = agent.take_socket() else {
                return refuse(StatusCode::SERVICE_UNAVAILABLE, "too many sockets are open");
            };
            let max = agent.config().limits.max_message_bytes;
            return upgrade.max_message_size(max).max_frame_size(max).on_upgrade(move |socket| async move {
                run_socket(agent, socket).await;
                drop(permit);
            });
        }
        if let Some(answer) = landing::answer(&agent, &parts.uri, &parts.headers).await {
            return answer;
        }
        return (StatusCode::OK, "This is a DIDComm endpoint. Send it envelopes by POST.\n").into_response();
    }
    if parts.method != axum::http::Method::POST {
        return refuse(StatusCode::METHOD_NOT_ALLOWED, "send envelopes by POST");
    }
    if !is_envelope_type(&parts.headers) {
        return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "this endpoint takes DIDComm envelopes");
    }
    let request = Request::from_parts(parts, body);
    let bytes = match <Bytes as axum::extract::FromRequest<()>>::from_request(request, &()).await {
        Ok(bytes) => bytes,
        Err(rejection) => return refuse(rejection.status(), "the body is too large or was cut short"),
    };
    take_post(agent, bytes).await
}

async fn take_post(agent: Agent, bytes: Bytes) -> Response {
    let (send, mut answers) = mpsc::channel::<Returned>(1);
    let way = ClosedAtEnd { id: agent.sessions().new_way(), agent: &agent };
    let taken = agent.take(bytes, Some(OpenWay { id: way.id, send })).await;
    let taken = match taken {
        Ok(taken) if taken.0.wants_answer => taken,
        Ok(_) => return StatusCode::OK.into_response(),
        Err(error) => return refuse(status_of(&error), &error.to_string()),
    };
    let patience = agent.config().limits.return_route();
    match tokio::time::timeout(patience, agent.answer_to(taken, &mut answers)).await {
        Ok(Some(returned)) => {
            // The body is complete in memory: what the transport loses after this is lost like any POST, and
            // the peer asks again.
            let _ = returned.written.send(());
            let _ = returned.noted.await;
            ([(header::CONTENT_TYPE, mime::ENVELOPE)], returned.envelope).into_response()
        }
        Ok(None) | Err(_) => StatusCode::OK.into_response(),
    }
}

/// A way that is closed however the request ends, also when the peer hangs up in the middle.
struct ClosedAtEnd<'a> {
    agent: &'a Agent,
    id: WayId,
}

impl Drop for ClosedAtEnd<'_> {
    fn drop(&mut self) {
        self.agent.sessions().close(self.id);
    }
}

async fn run_socket(agent: Agent, socket: WebSocket) {
    let (mut sink, mut stream) = socket.split();
    let (send, mut answers) = mpsc::channel::<Returned>(16);
    let id = agent.sessions().new_way();
    let stop = agent.stopping();
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            Some(returned) = answers.recv() => {
                if sink.send(Frame::Binary(Bytes::from(returned.envelope))).await.is_err() { break }
                let _ = returned.written.send(());
            }
            frame = tokio::time::timeout(SOCKET_IDLE, stream.next()) => {
                let bytes = match frame {
                    Ok(Some(Ok(Frame::Binary(bytes)))) => bytes,
                    Ok(Some(Ok(Frame::Text(text)))) => Bytes::from(text),
                    Ok(Some(Ok(Frame::Ping(_) | Frame::Pong(_)))) => continue,
                    Ok(Some(Ok(Frame::Close(_)) | Err(_)) | None) | Err(_) => break,
                };
                if let Err(error) = agent.take(bytes, Some(OpenWay { id, send: send.clone() })).await {
                    tracing::info!(%error, "a frame was refused");
                    // The peer sees that its message did not arrive, and sends it again.
                    if matches!(error, ReceiveError::Busy | ReceiveError::Unavailable(_)) { break }
                }
            }
        }
    }
    agent.sessions().close(id);
}

fn is_envelope_type(headers: &HeaderMap) -> bool {
    // A peer that names no type is given the benefit of the doubt: the envelope's own check follows.
    headers.get(header::CONTENT_TYPE).is_none_or(|value| value.to_str().is_ok_and(mime::is_envelope))
}

fn status_of(error: &ReceiveError) -> StatusCode {
    match error {
        ReceiveError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        ReceiveError::Busy | ReceiveError::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        ReceiveError::NotAnEnvelope(_) | ReceiveError::NotForUs | ReceiveError::NotAMessage(_) => {
            StatusCode::BAD_REQUEST
        }
    }
}

fn refuse(status: StatusCode, reason: &str) -> Response {
    (status, format!("{reason}\n")).into_response()
}
