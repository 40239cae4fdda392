//! Who may say what, and who hears it: the one place where a message's type and its sender's standing decide its way.
//! A request to connect comes from a key not yet known; a response may come from a key not yet known, on a thread of
//! ours; a connectionless exchange has its own keys; everything else must come from a connection's current key. An
//! anonymous envelope is refused: no protocol here takes one.

use vouchsafe_protocols::ProtocolError;

use crate::Agent;
use crate::connect;
use crate::error::{AgentError, Result};
use crate::event::Event;
use crate::inbound::Inbound;
use crate::issue;
use crate::unit::Target;

/// The protocols spoken here, with the highest major version understood. Minor versions are taken as they come
/// (RFC 0003: unknown members are ignored).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Protocol {
    OutOfBand,
    DidExchange,
    Connections,
    IssueCredential,
    TrustPing,
    BasicMessage,
    DiscoverFeatures,
    DidRotate,
    ReportProblem,
}

impl Protocol {
    fn of(inbound: &Inbound) -> Option<Self> {
        let kind = inbound.message.message_type();
        match (kind.protocol.as_str(), kind.major) {
            ("out-of-band", 1) => Some(Self::OutOfBand),
            ("didexchange", 1) => Some(Self::DidExchange),
            ("connections", 1) => Some(Self::Connections),
            ("issue-credential", 2) => Some(Self::IssueCredential),
            ("trust_ping", 1) => Some(Self::TrustPing),
            ("basicmessage", 1) => Some(Self::BasicMessage),
            ("discover-features", 1 | 2) => Some(Self::DiscoverFeatures),
            ("did-rotate", 1) => Some(Self::DidRotate),
            ("report-problem" | "notification", 1) => Some(Self::ReportProblem),
            _ => None,
        }
    }

    /// Whether a key that belongs to no connection may say this. The protocol then checks the thread and the key
    /// against what it waits for.
    fn takes_strangers(self) -> bool {
        matches!(self, Self::DidExchange | Self::Connections | Self::IssueCredential)
    }
}

/// The protocols that are disclosed to peers (RFC 0557).
pub const PROTOCOLS: [&str; 12] = [
    "https://didcomm.org/out-of-band/1.0",
    "https://didcomm.org/out-of-band/1.1",
    "https://didcomm.org/didexchange/1.0",
    "https://didcomm.org/didexchange/1.1",
    "https://didcomm.org/connections/1.0",
    "https://didcomm.org/issue-credential/2.0",
    "https://didcomm.org/trust_ping/1.0",
    "https://didcomm.org/basicmessage/1.0",
    "https://didcomm.org/discover-features/1.0",
    "https://didcomm.org/discover-features/2.0",
    "https://didcomm.org/did-rotate/1.0",
    "https://didcomm.org/report-problem/1.0",
];

/// Hands a message to its protocol and gives what happened. A refusal is answered where the RFC wants it.
pub(crate) async fn dispatch(agent: &Agent, mut inbound: Inbound) -> Result<Vec<Event>> {
    if inbound.sender.is_none() {
        return Err(AgentError::PeerMisbehaved("an anonymous envelope holds a message that needs a sender".to_owned()));
    }
    let Some(protocol) = Protocol::of(&inbound) else {
        agent.answer_unknown(&inbound).await?;
        return Ok(Vec::new());
    };
    if inbound.connection.is_none() && !protocol.takes_strangers() {
        return Err(AgentError::PeerMisbehaved(format!(
            "{} comes from a key of no connection",
            inbound.message.message_type()
        )));
    }
    let mut events = match connect::connections::first_message(agent, &mut inbound).await {
        Ok(events) => events,
        Err(error) => return Err(error.into_agent()),
    };
    let handled = match protocol {
        Protocol::OutOfBand => connect::reuse::handle(agent, inbound.clone()).await,
        Protocol::DidExchange => connect::did_exchange::handle(agent, inbound.clone()).await,
        Protocol::Connections => connect::connections::handle(agent, inbound.clone()).await,
        Protocol::IssueCredential => issue::handle(agent, inbound.clone()).await,
        Protocol::TrustPing => connect::trust_ping::handle(agent, inbound.clone()).await,
        Protocol::BasicMessage => connect::basic_message::handle(agent, inbound.clone()).await,
        Protocol::DiscoverFeatures => connect::discover_features::handle(agent, inbound.clone()).await,
        Protocol::DidRotate => connect::did_rotate::handle(agent, inbound.clone()).await,
        Protocol::ReportProblem => connect::problem_report::handle(agent, inbound.clone()).await,
    };
    match handled {
        Ok(more) => events.extend(more),
        Err(HandlerError::Protocol(error)) => {
            agent.answer_refusal(&inbound, &error, None).await?;
            return Err(error.into());
        }
        Err(HandlerError::Stranger { error, answer_to }) => {
            agent.answer_refusal(&inbound, &error, Some(*answer_to)).await?;
            return Err(error.into());
        }
        Err(HandlerError::Agent(error)) => return Err(error),
    }
    Ok(events)
}

/// Why a handler did not take a message: the protocol's word keeps the report that answers it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HandlerError {
    /// The protocol refused it.
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
    /// The protocol refused what a stranger sent, who is answered where its own document says.
    #[error("{error}")]
    Stranger {
        /// Why.
        #[source]
        error: ProtocolError,
        /// Where the answer goes.
        answer_to: Box<Target>,
    },
    /// Something else was in the way.
    #[error(transparent)]
    Agent(#[from] AgentError),
}

impl HandlerError {
    /// The same refusal, to be answered at this place.
    pub(crate) fn answered_at(self, target: Target) -> Self {
        match self {
            Self::Protocol(error) => Self::Stranger { error, answer_to: Box::new(target) },
            other => other,
        }
    }

    /// The error as a caller of an intent is told.
    pub(crate) fn into_agent(self) -> AgentError {
        match self {
            Self::Protocol(error) | Self::Stranger { error, .. } => error.into(),
            Self::Agent(error) => error,
        }
    }
}

impl From<vouchsafe_store::StoreError> for HandlerError {
    fn from(error: vouchsafe_store::StoreError) -> Self {
        Self::Agent(error.into())
    }
}
