//! Running: the wallet, its ways in, its admin API and its webhooks, until a signal or `/shutdown` ends it.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;
use url::Url;
use vouchsafe_agent::connect::CreateInvitation;
use vouchsafe_agent::transport::listener;
use vouchsafe_agent::{Agent, Observer};
use vouchsafe_protocols::connection::Handshake;
use vouchsafe_store::Store;

use super::CommandError;
use super::settings::{Invite, ServeSettings};
use super::wallet::seeded_did;
use crate::webhooks::Webhooks;
use crate::{ACAPY_VERSION, Api};

/// Time that open calls get to end after the wallet has stopped.
const LAST_CALLS: Duration = Duration::from_millis(200);

/// Serves the wallet in `store` until it is told to stop.
///
/// # Errors
/// What keeps it from starting.
pub(crate) async fn serve(store: Store, settings: ServeSettings, seed: Option<[u8; 32]>) -> Result<(), CommandError> {
    let signals = signals()?;
    let monitor_pings = settings.admin.as_ref().is_some_and(|(_, options)| options.monitor_pings);
    let webhooks = Arc::new(Webhooks::new(settings.webhooks, monitor_pings));
    let observer: Arc<dyn Observer> = webhooks.clone();
    let mut config = settings.config;
    let endpoints = std::mem::take(&mut config.endpoints);
    // Nothing goes out by itself before it is known where answers come in.
    let (mut ports, mut bound) = (Vec::new(), Vec::new());
    let agent = Agent::prepare(store, config.clone(), vec![observer])?;
    for (module, listen) in &settings.inbound {
        let address = agent.listen(&listen.address()).await?;
        ports.push(address.port());
        bound.push(json!({ "transport": module, "host": address.ip().to_string(), "port": address.port() }));
    }
    config.endpoints =
        endpoints.iter().enumerate().map(|(index, endpoint)| advertised(endpoint, index, &ports)).collect();
    agent.set_config(config.clone());
    agent.open().await?;
    if let Some(seed) = seed {
        tracing::info!(did = seeded_did(&agent, seed).await?, "the seed's DID");
    }
    let telling = webhooks.deliver(&agent);
    let mut line = json!({
        "ready": true,
        "version": env!("CARGO_PKG_VERSION"),
        "acapy_version": ACAPY_VERSION,
        "label": config.label,
        "inbound": bound,
        "endpoints": config.endpoints,
    });
    let mut shutdown = tokio_util::sync::CancellationToken::new();
    let calls = TaskTracker::new();
    if let Some((listen, options)) = settings.admin {
        let address = listen.address();
        let cannot = |error: std::io::Error| CommandError::Listen(address.clone(), error);
        let listener = TcpListener::bind(&address).await.map_err(cannot)?;
        let local = listener.local_addr().map_err(cannot)?;
        tell(
            &mut line,
            "admin",
            json!({ "host": local.ip().to_string(), "port": local.port(), "url": format!("http://{local}") }),
        );
        let api = Api::new(agent.clone(), options);
        shutdown = api.shutdown().clone();
        let router = api.router();
        calls.spawn(listener::serve(listener, router, Api::BOUNDS, agent.stopping(), calls.clone()));
    }
    if let Some(invite) = settings.invite {
        tell(&mut line, "invitation_url", invitation(&agent, invite).await?.into());
    }
    say(&line);
    tokio::select! {
        () = signals => tracing::info!("stopping: a signal came"),
        () = shutdown.cancelled() => tracing::info!("stopping: /shutdown was called"),
    }
    agent.stop().await;
    for telling in telling {
        let _ = tokio::time::timeout(LAST_CALLS, telling).await;
    }
    calls.close();
    let _ = tokio::time::timeout(LAST_CALLS, calls.wait()).await;
    Ok(())
}

/// The one line on standard output.
fn say(line: &Value) {
    let mut out = std::io::stdout().lock();
    // Who started the process and closed its output does not want to know.
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}

fn tell(line: &mut Value, name: &str, value: Value) {
    if let Some(members) = line.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}

/// An endpoint with port 0 means the port that was bound for the transport at the same place in the list.
fn advertised(endpoint: &str, index: usize, ports: &[u16]) -> String {
    let port = ports.get(index).or(ports.last());
    match (Url::parse(endpoint), port) {
        (Ok(mut url), Some(port)) if url.port() == Some(0) => {
            let _ = url.set_port(Some(*port));
            let text = url.to_string();
            if endpoint.ends_with('/') { text } else { text.trim_end_matches('/').to_owned() }
        }
        _ => endpoint.to_owned(),
    }
}

async fn invitation(agent: &Agent, invite: Invite) -> Result<String, CommandError> {
    let wanted = CreateInvitation {
        my_label: invite.label,
        multi_use: invite.multi_use,
        use_public_did: invite.public,
        metadata: invite.metadata,
        handshake_protocols: vec![Handshake::DidExchange11, Handshake::DidExchange10],
        ..CreateInvitation::default()
    };
    let record = agent.create_invitation(wanted).await?;
    Ok(agent.invitation_url(&record.invitation))
}

/// Ends with the first signal to stop. Listening for them begins at once.
fn signals() -> Result<impl Future<Output = ()>, CommandError> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).map_err(CommandError::System)?;
        let mut interrupt = signal(SignalKind::interrupt()).map_err(CommandError::System)?;
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_nought_in_an_endpoint_is_the_port_that_was_bound() {
        assert_eq!(advertised("http://127.0.0.1:0", 0, &[8030, 8032]), "http://127.0.0.1:8030");
        assert_eq!(advertised("ws://127.0.0.1:0/", 1, &[8030, 8032]), "ws://127.0.0.1:8032/");
        assert_eq!(advertised("https://wallet.example", 0, &[8030]), "https://wallet.example");
    }
}
