//! The binary: opens a ledger, serves it, and says on one line of standard output when it is ready.

use std::{
    io::{self, Write as _},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use clap::Parser;
use serde_json::json;
use thiserror::Error;
use tokio::net::TcpListener;

use crate::{
    ledger::{Ledger, LedgerSettings, OpenError},
    server::{ServeSettings, serve},
};

/// A local did:cheqd ledger: registrar and resolver over HTTP.
#[derive(Debug, Parser)]
#[command(name = "vouchsafe-test-ledger", version)]
struct Arguments {
    /// Where to listen; port 0 takes a free one, which the ready line names.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// The network's name in the DIDs: did:cheqd:<namespace>:…
    #[arg(long, default_value = "testnet")]
    namespace: String,
    /// The folder that keeps the ledger.
    #[arg(long)]
    data: PathBuf,
    /// Serve other computers too. Anyone who reaches the port can then write.
    #[arg(long)]
    allow_remote: bool,
}

#[derive(Debug, Error)]
enum CommandError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("cannot listen at {0}: {1}")]
    Listen(SocketAddr, io::Error),
    #[error("the server failed: {0}")]
    Serve(#[from] io::Error),
}

/// Runs the program with this process's arguments until it is interrupted or terminated.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .init();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    match runtime.block_on(run(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &CommandError) -> ExitCode {
    // Nothing is left to be done where standard error is closed too.
    let _ = writeln!(io::stderr(), "error: {error}");
    ExitCode::FAILURE
}

async fn run(arguments: Arguments) -> Result<(), CommandError> {
    let Arguments { listen, namespace, data, allow_remote } = arguments;
    let ledger = Arc::new(Ledger::open(LedgerSettings::new(data, namespace))?);
    let listener = TcpListener::bind(listen).await.map_err(|error| CommandError::Listen(listen, error))?;
    let address = listener.local_addr()?;
    let (dids, resources) = ledger.counts();
    let ready = json!({
        "ready": true,
        "listen": address.to_string(),
        "namespace": ledger.namespace(),
        "registrar": format!("http://{address}/1.0/"),
        "resolver": format!("http://{address}/1.0/identifiers/"),
        "dids": dids,
        "resources": resources,
        "cutBytes": ledger.cut_bytes(),
    });
    let mut out = io::stdout().lock();
    writeln!(out, "{ready}")?;
    out.flush()?;
    drop(out);
    let settings = ServeSettings { local_only: !allow_remote, ..ServeSettings::default() };
    serve(listener, ledger, settings, stopped()).await?;
    Ok(())
}

async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupted => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = interrupted.await;
}
