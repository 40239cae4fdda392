//! Connections from outside, bounded in number, and in the time that a request may take to arrive and its answer to be
//! taken: a peer that sends a byte now and then (slow loris), or reads none, must not keep the others out.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::patient::Patient;

/// What a listener takes.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Connections at the same time; the next one waits to be accepted.
    pub connections: usize,
    /// Time for a request's head, between two requests, and for the peer to take something of an answer.
    pub head: Duration,
}

/// Serves `router` until `stop`; what is under way then is finished, in `tasks`.
pub async fn serve(listener: TcpListener, router: Router, bounds: Bounds, stop: CancellationToken, tasks: TaskTracker) {
    let slots = Arc::new(Semaphore::new(bounds.connections));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(bounds.head);
    loop {
        let next = async { (slots.clone().acquire_owned().await, accept(&listener).await) };
        // Stopped comes first: what arrives after it is not answered.
        let (slot, stream) = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            next = next => next,
        };
        let service = TowerToHyperService::new(router.clone());
        let connection =
            http.serve_connection(TokioIo::new(Patient::new(stream, bounds.head)), service).with_upgrades();
        let stop = stop.clone();
        tasks.spawn(async move {
            let _slot = slot;
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                biased;
                () = stop.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
                ended = connection.as_mut() => ended,
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection broke off");
            }
        });
    }
}

/// The next connection, whose small answers are sent at once.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let _ = stream.set_nodelay(true);
                return stream;
            }
            // Out of file descriptors, most likely: the next moment may be better.
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}
