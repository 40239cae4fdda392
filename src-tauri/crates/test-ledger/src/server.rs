//! The ledger's HTTP server: registrar and resolver at one address, for this computer alone unless told otherwise. It
//! defends against other machines, against web pages that know the port (by the Host header and by asking for JSON), and
//! against requests that are too large or too slow.

use std::{
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{
    Router,
    extract::{ConnectInfo, DefaultBodyLimit, Request, State},
    http::{StatusCode, header::HOST},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use tokio::net::TcpListener;
use tower_http::timeout::TimeoutLayer;

use crate::{
    ledger::Ledger,
    registrar::{self, JobLimits},
    resolver,
};

/// A resource of 2 MiB in base64 with the rest of its request.
const MAX_BODY_BYTES: usize = 4 * 1024 * 1024;
const REQUEST_TIME: Duration = Duration::from_secs(30);

/// How the ledger is served.
#[derive(Clone, Copy, Debug)]
pub struct ServeSettings {
    /// Refuse peers on other computers; on by default.
    pub local_only: bool,
    /// How long a job waits for its signatures; ten minutes by default.
    pub job_lifetime: Duration,
    /// The most jobs that wait at once; a thousand by default.
    pub max_jobs: usize,
}

impl Default for ServeSettings {
    fn default() -> Self {
        let limits = JobLimits::default();
        Self { local_only: true, job_lifetime: limits.lifetime, max_jobs: limits.jobs }
    }
}

/// Registrar (`/1.0/create`, …) and resolver (`/1.0/identifiers/…`) of a ledger. Serve it with connect info, or every
/// peer is a stranger.
pub fn router(ledger: Arc<Ledger>, settings: ServeSettings) -> Router {
    let limits = JobLimits { lifetime: settings.job_lifetime, jobs: settings.max_jobs, ..JobLimits::default() };
    registrar::router(Arc::clone(&ledger), limits)
        .merge(resolver::router(ledger))
        .fallback(async || registrar::bad_request())
        .method_not_allowed_fallback(async || registrar::bad_request())
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, REQUEST_TIME))
        .layer(middleware::from_fn_with_state(settings.local_only, refuse_strangers))
}

/// Serves a ledger until `stop` is ready; requests under way are finished.
///
/// # Errors
/// When the socket fails.
pub async fn serve(
    listener: TcpListener,
    ledger: Arc<Ledger>,
    settings: ServeSettings,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let service = router(ledger, settings).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}

async fn refuse_strangers(State(local_only): State<bool>, request: Request, next: Next) -> Response {
    if local_only {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
        let host = request.headers().get(HOST).and_then(|host| host.to_str().ok());
        if !peer.is_some_and(|peer| peer.is_loopback()) || !host.is_none_or(is_local_name) {
            tracing::warn!(?peer, ?host, "refused: not from this computer");
            return (StatusCode::FORBIDDEN, "This ledger serves its own computer only").into_response();
        }
    }
    next.run(request).await
}

/// Whether a Host header names this computer, so that a name someone else controls cannot lead a browser here.
fn is_local_name(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_local_name;

    #[test]
    fn names_of_this_computer() {
        for host in ["localhost", "LOCALHOST:9080", "127.0.0.1:9080", "127.1.2.3", "[::1]:80", "[::1]"] {
            assert!(is_local_name(host), "{host}");
        }
        for host in ["example.com", "127.0.0.1.example.com:80", "192.168.0.1:80", "", "localhost.evil"] {
            assert!(!is_local_name(host), "{host}");
        }
    }
}
