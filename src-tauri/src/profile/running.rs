//! A wallet while it runs: its agent, where it listens, and the task that tells the window what changed.

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;

use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinHandle;
use vouchsafe_agent::{Agent, Event};
use vouchsafe_store::Store;

use super::Announcer;
use super::api::Served;
use super::keep::{self, Kept};
use crate::commands::Answer;
use crate::notify::hear;
use crate::practice::Practice;
use crate::view::Topic;
use crate::view::app::{FirstIdentity, ReachKind};
use crate::view::settings::Listen;

/// What belongs to one run.
pub struct Running {
    /// The settings as they are.
    pub kept: Kept,
    /// Where it listens.
    pub listening: Option<SocketAddr>,
    /// Why it does not listen, though it should.
    pub trouble: Option<String>,
    /// The admin API, while it is on.
    pub api: Option<Served>,
    /// How the identity of a new wallet comes along.
    pub first_identity: FirstIdentity,
    telling: JoinHandle<()>,
    notifying: JoinHandle<()>,
}

impl Running {
    /// Start the agent over an open store, listening as the settings say. A port that is taken does not keep the wallet from opening: it is said in the window.
    ///
    /// # Errors
    ///
    /// What the store or the network says.
    pub async fn start(
        store: Store,
        mut kept: Kept,
        announcer: &Announcer,
        practice: &Practice,
    ) -> Answer<(Agent, Self)> {
        // Why it does not run is said with the networks; the wallet opens all the same.
        if kept.practice
            && let Err(failure) = practice.start().await
        {
            tracing::warn!(code = failure.code, "the practice ledger does not run");
        }
        let agent = Agent::prepare(store.clone(), kept.config(Vec::new(), practice.network()), Vec::new())?;
        let telling = tokio::spawn(tell(agent.clone(), announcer.clone()));
        let notifying = tokio::spawn(hear(agent.clone(), announcer.notices()));
        let (listening, trouble) = match listen(&agent, kept.listen).await {
            Ok(bound) => (bound, None),
            Err(trouble) => (None, Some(trouble)),
        };
        // Invitations name the port: the one that was given once stays.
        if let Some(bound) = listening
            && let Some(listen) = kept.listen.with_port(bound.port())
        {
            kept.listen = listen;
            keep::write(&store, &kept).await?;
        }
        let mut running =
            Self { kept, listening, trouble, api: None, first_identity: FirstIdentity::Settled, telling, notifying };
        agent.set_config(running.kept.config(running.endpoints(), practice.network()));
        agent.open().await?;
        running.api = Served::resume(&agent).await;
        Ok((agent, running))
    }

    /// The addresses that invitations carry.
    pub fn endpoints(&self) -> Vec<String> {
        self.address().into_iter().collect()
    }

    /// The address that invitations carry.
    pub fn address(&self) -> Option<String> {
        let bound = self.listening?;
        if let Some(endpoint) = &self.kept.endpoint {
            return Some(endpoint.clone());
        }
        let host = if bound.ip().is_unspecified() { own_address() } else { bound.ip() };
        Some(format!("http://{}", SocketAddr::new(host, bound.port())))
    }

    /// How far the address reaches.
    pub fn reach_kind(&self) -> ReachKind {
        match (self.listening, &self.kept.endpoint) {
            (None, _) => ReachKind::None,
            (Some(bound), None) if bound.ip().is_loopback() => ReachKind::Computer,
            (Some(_), _) => ReachKind::Network,
        }
    }

    /// The window and the desktop are told nothing more, and the admin API ends.
    pub fn stop(&self) {
        self.telling.abort();
        self.notifying.abort();
        if let Some(api) = &self.api {
            api.stop();
        }
    }
}

impl Listen {
    /// The same place with a port that was chosen by the system; `None` where nothing changes.
    fn with_port(self, bound: u16) -> Option<Self> {
        match self {
            Self::Computer { port: 0 } => Some(Self::Computer { port: bound }),
            Self::Network { port: 0 } => Some(Self::Network { port: bound }),
            Self::Nowhere | Self::Computer { .. } | Self::Network { .. } => None,
        }
    }
}

async fn listen(agent: &Agent, listen: Listen) -> Result<Option<SocketAddr>, String> {
    let address = match listen {
        Listen::Nowhere => return Ok(None),
        Listen::Computer { port } => SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        Listen::Network { port } => SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)),
    };
    agent.listen(&address.to_string()).await.map(Some).map_err(|error| error.to_string())
}

/// The address by which this computer's network knows it. Connecting a datagram socket sends nothing; it only chooses the way.
fn own_address() -> IpAddr {
    let chosen = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| {
        socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9))?;
        socket.local_addr()
    });
    chosen.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |address| address.ip())
}

async fn tell(agent: Agent, announcer: Announcer) {
    let mut events = agent.subscribe();
    loop {
        match events.recv().await {
            Ok(event) => announcer.say(topics(&event).iter().copied()),
            Err(RecvError::Lagged(_)) => announcer.say(ALL),
            Err(RecvError::Closed) => return,
        }
    }
}

/// Everything may be stale.
pub const ALL: [Topic; 12] = [
    Topic::Backup,
    Topic::Runs,
    Topic::App,
    Topic::Connections,
    Topic::Invitations,
    Topic::Exchanges,
    Topic::Credentials,
    Topic::Identities,
    Topic::Issued,
    Topic::Activity,
    Topic::Networks,
    Topic::Settings,
];

fn topics(event: &Arc<Event>) -> &'static [Topic] {
    match **event {
        Event::Connection(_)
        | Event::ConnectionDeleted(_)
        | Event::ConnectionReuse { .. }
        | Event::ConnectionReuseAccepted { .. } => {
            &[Topic::App, Topic::Connections, Topic::Invitations, Topic::Exchanges, Topic::Activity]
        }
        Event::OutOfBand(_) => &[Topic::Invitations, Topic::Exchanges],
        Event::CredentialExchange(_) | Event::CredentialExchangeDeleted(_) => {
            &[Topic::App, Topic::Runs, Topic::Exchanges, Topic::Issued, Topic::Connections, Topic::Activity]
        }
        Event::CredentialStored { .. } | Event::CredentialKept { .. } | Event::CredentialDeleted { .. } => {
            &[Topic::Credentials, Topic::Exchanges, Topic::Activity]
        }
        Event::CredentialStatus { .. } => &[Topic::App, Topic::Credentials, Topic::Exchanges, Topic::Activity],
        Event::IssuedStatus { .. } => &[Topic::App, Topic::Issued, Topic::Exchanges, Topic::Activity],
        Event::BasicMessage { .. } | Event::Ping { .. } | Event::ProblemReport { .. } | Event::Disclosures { .. } => {
            &[Topic::App, Topic::Connections, Topic::Activity]
        }
        Event::Delivery { .. } => &[Topic::App, Topic::Exchanges, Topic::Connections],
        Event::Undeliverable { .. } => &[Topic::App, Topic::Exchanges, Topic::Connections, Topic::Activity],
        Event::Dids => &[Topic::App, Topic::Identities, Topic::Settings],
        Event::Runs => &[Topic::Runs],
        Event::Settings => &[Topic::App, Topic::Networks, Topic::Settings],
    }
}
