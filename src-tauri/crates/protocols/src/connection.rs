//! A connection: the record that both handshakes (DID Exchange, RFC 0023, and Connections, RFC 0160) work on. What is
//! common to every state is in [`Connection`]; what only one state needs is in its [`HandshakeState`], so that a
//! response without its request cannot be expressed.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use vouchsafe_didcomm::Verkey;

use crate::step::{Context, InvitationProblem, ProtocolError};
use crate::{connections, did_exchange};

/// The longest label that is kept, in characters. A longer one is cut, not refused: it is only ever shown.
pub const MAX_LABEL_CHARS: usize = 200;
/// The longest DID that is taken, in bytes; a long did:peer:4 carries a whole document.
pub const MAX_DID_BYTES: usize = 16 * 1024;

/// One relationship with one peer, from the invitation to its end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    /// Our id for it (`connection_id` of the admin API).
    pub id: String,
    /// Our person's name for the peer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// The name that the peer gives itself; not verified by anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub their_label: Option<String>,
    /// The name that we give ourselves in this relationship, where it is not the wallet's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub my_label: Option<String>,
    /// What the peer is to the invitation.
    pub their_role: Role,
    /// The handshake in use; none while an invitation that leaves the choice waits for its request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Handshake>,
    /// Whether the next step of the handshake is taken without asking.
    pub accept: Accept,
    /// Whether the invitation serves one peer or many.
    #[serde(default)]
    pub invitation_mode: InvitationMode,
    /// The key that the invitation named: who signs with it speaks for the inviter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation_key: Option<Verkey>,
    /// The `@id` of the invitation; none where the invitation is implied by a public DID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation_msg_id: Option<String>,
    /// The DID that the invitation named as its service, or the public DID that implies it (the inviter's).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation_did: Option<String>,
    /// The `@id` of the request, which is the thread of the handshake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Our DID and key in this relationship, once chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub my: Option<Party>,
    /// The peer's DID, keys and address, once it has sent them and they have been verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub their: Option<Party>,
    /// Where the handshake stands.
    pub handshake: HandshakeState,
    /// Why it was abandoned, as a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_msg: Option<String>,
    /// What a controller attached to it; never sent.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub metadata: Map<String, Value>,
    /// When the record was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What a party is to the invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Made the invitation (the responder of RFC 0023).
    Inviter,
    /// Received it (the requester of RFC 0023).
    Invitee,
}

/// Whether a step is taken without asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Accept {
    /// Taken at once.
    Auto,
    /// Waits for a person or a controller.
    Manual,
}

/// Whom an invitation serves.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InvitationMode {
    /// One peer; the first request uses it up.
    #[default]
    Once,
    /// Any number; each request makes a connection of its own.
    Multi,
}

/// The handshake protocols that are spoken here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Handshake {
    /// DID Exchange 1.0 (RFC 0023): unqualified DIDs with a signed document.
    #[serde(rename = "didexchange/1.0")]
    DidExchange10,
    /// DID Exchange 1.1: resolvable DIDs with a signed rotation.
    #[serde(rename = "didexchange/1.1")]
    DidExchange11,
    /// Connections 1.0 (RFC 0160).
    #[serde(rename = "connections/1.0")]
    Connections10,
}

impl Handshake {
    /// The name in `handshake_protocols`, and the prefix of its message types.
    pub fn uri(self) -> &'static str {
        match self {
            Self::DidExchange10 => "https://didcomm.org/didexchange/1.0",
            Self::DidExchange11 => "https://didcomm.org/didexchange/1.1",
            Self::Connections10 => "https://didcomm.org/connections/1.0",
        }
    }

    /// Whether it is a version of DID Exchange.
    pub fn is_did_exchange(self) -> bool {
        !matches!(self, Self::Connections10)
    }
}

impl fmt::Display for Handshake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DidExchange10 => "didexchange/1.0",
            Self::DidExchange11 => "didexchange/1.1",
            Self::Connections10 => "connections/1.0",
        })
    }
}

/// A handshake protocol that is not spoken here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the handshake protocol {0:?} is not spoken here; didexchange/1.1, didexchange/1.0 and connections/1.0 are")]
pub struct UnknownHandshake(pub String);

impl FromStr for Handshake {
    type Err = UnknownHandshake;

    /// Reads the short name or the URI under either prefix. A higher minor version is read as the highest that is
    /// spoken here, as RFC 0003 has it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownHandshake(text.chars().take(100).collect());
        let name = text
            .strip_prefix("https://didcomm.org/")
            .or_else(|| text.strip_prefix("did:sov:BzCbsNYhMrjHiqZDTUASHg;spec/"))
            .unwrap_or(text);
        let (family, version) = name.split_once('/').ok_or_else(unknown)?;
        let minor = version.strip_prefix("1.").and_then(|minor| minor.parse::<u32>().ok()).ok_or_else(unknown)?;
        match (family, minor) {
            ("didexchange", 0) => Ok(Self::DidExchange10),
            ("didexchange", _) => Ok(Self::DidExchange11),
            ("connections", _) => Ok(Self::Connections10),
            _ => Err(unknown()),
        }
    }
}

/// One side of a relationship: a DID and what its document says of DIDComm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The DID, as it was sent.
    pub did: String,
    /// The key that this side sends from.
    pub verkey: Verkey,
    /// Where messages go; none for our own side and for a peer that can only be reached by return route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// The keys that messages are packed for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipient_keys: Vec<Verkey>,
    /// The mediators' keys, in the order in which a forward message passes them last to first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routing_keys: Vec<Verkey>,
}

impl Party {
    /// Our own side, of which the record keeps the DID and the key.
    pub fn own(did: impl Into<String>, verkey: Verkey) -> Self {
        Self { did: did.into(), verkey, endpoint: None, recipient_keys: Vec::new(), routing_keys: Vec::new() }
    }

    /// Whether this side may send from, or sign with, `key`.
    pub fn has_key(&self, key: &Verkey) -> bool {
        self.verkey == *key || self.recipient_keys.contains(key)
    }

    /// Where messages for this side go.
    pub fn target(&self) -> Target {
        let recipient_keys =
            if self.recipient_keys.is_empty() { vec![self.verkey] } else { self.recipient_keys.clone() };
        Target { endpoint: self.endpoint.clone(), recipient_keys, routing_keys: self.routing_keys.clone() }
    }
}

/// Where a message goes and whom it is packed for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The address; none where only return route reaches the peer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// The keys that it is packed for.
    pub recipient_keys: Vec<Verkey>,
    /// The mediators' keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routing_keys: Vec<Verkey>,
}

/// Where a handshake stands: which role we have in which protocol, and its state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "kebab-case")]
pub enum HandshakeState {
    /// Our invitation waits for a request of one of the protocols that it offers.
    InvitationSent {
        /// What it offers; empty means anything that is spoken here (an implied invitation).
        offered: Vec<Handshake>,
    },
    /// We asked, by DID Exchange.
    Requester(did_exchange::requester::State),
    /// We were asked, by DID Exchange.
    Responder(did_exchange::responder::State),
    /// We asked, by Connections 1.0.
    Invitee(connections::invitee::State),
    /// We were asked, by Connections 1.0.
    Inviter(connections::inviter::State),
}

/// What happened to a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// An invitation was received and waits to be accepted.
    InvitationReceived,
    /// Our request is on its way.
    RequestSent,
    /// A request for our invitation arrived and waits to be accepted.
    RequestReceived,
    /// Our response is on its way.
    ResponseSent,
    /// Both sides have what they need. A requester passes `response-received` on the way here, in the same step.
    Completed,
    /// It ended before it was complete.
    Abandoned {
        /// Why, as a sentence.
        reason: String,
        /// Whether the peer ended it.
        by_peer: bool,
    },
}

/// What an invitation that was received says, as far as a handshake needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReceivedInvitation {
    /// Which handshake was chosen of those offered.
    pub protocol: Handshake,
    /// The invitation's `@id`; none where a public DID implies it.
    pub invitation_msg_id: Option<String>,
    /// The DID that is the invitation's service, or that implies it.
    pub invitation_did: Option<String>,
    /// Where the request goes: the inline service, or what the DID resolved to. Its recipient keys are the keys that
    /// speak for the inviter.
    pub target: Target,
    /// The inviter's name for itself.
    pub label: Option<String>,
    /// Our name for the inviter.
    pub alias: Option<String>,
    /// Our name for ourselves.
    pub my_label: Option<String>,
    /// Whether the request is sent without asking.
    pub accept: Accept,
    /// What a controller attached.
    pub metadata: Map<String, Value>,
}

/// What an invitation of ours says, as far as a handshake needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct SentInvitation {
    /// What it offers; empty means anything that is spoken here.
    pub offered: Vec<Handshake>,
    /// The invitation's `@id`; none where our public DID implies it.
    pub invitation_msg_id: Option<String>,
    /// The DID that is its service, or that implies it.
    pub invitation_did: Option<String>,
    /// The key that it names.
    pub invitation_key: Verkey,
    /// One peer, or many.
    pub mode: InvitationMode,
    /// Our name for whoever comes.
    pub alias: Option<String>,
    /// Our name for ourselves.
    pub my_label: Option<String>,
    /// Whether a request is answered without asking.
    pub accept: Accept,
    /// What a controller attached.
    pub metadata: Map<String, Value>,
}

impl Connection {
    /// The record of an invitation of ours that waits for a request.
    pub fn invite(invitation: SentInvitation, context: &mut Context<'_>) -> Self {
        let protocol = match invitation.offered.as_slice() {
            [only] => Some(*only),
            _ => None,
        };
        Self {
            id: context.new_id(),
            alias: invitation.alias,
            their_label: None,
            my_label: invitation.my_label,
            their_role: Role::Invitee,
            protocol,
            accept: invitation.accept,
            invitation_mode: invitation.mode,
            invitation_key: Some(invitation.invitation_key),
            invitation_msg_id: invitation.invitation_msg_id,
            invitation_did: invitation.invitation_did,
            request_id: None,
            my: None,
            their: None,
            handshake: HandshakeState::InvitationSent { offered: invitation.offered },
            error_msg: None,
            metadata: invitation.metadata,
            created_at: context.now,
            updated_at: context.now,
        }
    }

    /// The record of an invitation that was received, in `handshake`, the protocol's first state.
    pub(crate) fn invited(
        invitation: ReceivedInvitation,
        handshake: HandshakeState,
        context: &mut Context<'_>,
    ) -> Result<Self, ProtocolError> {
        let Some(key) = invitation.target.recipient_keys.first() else {
            return Err(ProtocolError::invitation(InvitationProblem::Malformed("it names no key".to_owned())));
        };
        Ok(Self {
            id: context.new_id(),
            alias: invitation.alias,
            their_label: invitation.label.map(|label| cut_label(&label)),
            my_label: invitation.my_label,
            their_role: Role::Inviter,
            protocol: Some(invitation.protocol),
            accept: invitation.accept,
            invitation_mode: InvitationMode::Once,
            invitation_key: Some(*key),
            invitation_msg_id: invitation.invitation_msg_id,
            invitation_did: invitation.invitation_did,
            request_id: None,
            my: None,
            their: None,
            handshake,
            error_msg: None,
            metadata: invitation.metadata,
            created_at: context.now,
            updated_at: context.now,
        })
    }

    /// The record that a request for this invitation works on: itself, or a new one (with a new id) where the
    /// invitation serves many. Checks that the invitation still waits and that it offers `protocol`.
    pub(crate) fn take_request(&self, protocol: Handshake, context: &mut Context<'_>) -> Result<Self, ProtocolError> {
        let HandshakeState::InvitationSent { offered } = &self.handshake else {
            return Err(ProtocolError::invitation(InvitationProblem::Used));
        };
        // Credo sends DID Exchange 1.1 whatever minor version was offered.
        let family = |other: &Handshake| other.is_did_exchange() == protocol.is_did_exchange();
        if !offered.is_empty() && !offered.iter().any(family) {
            return Err(ProtocolError::incompatible(format!("the invitation does not offer {protocol}")));
        }
        let mut record = self.clone();
        if self.invitation_mode == InvitationMode::Multi {
            record.id = context.new_id();
            record.invitation_mode = InvitationMode::Once;
            record.created_at = context.now;
        }
        record.protocol = Some(protocol);
        Ok(record)
    }

    /// The same record in another state.
    pub(crate) fn moved(mut self, handshake: HandshakeState, now: Timestamp) -> Self {
        self.handshake = handshake;
        self.updated_at = now;
        self
    }

    /// The state as RFC 0023 calls it (`rfc23_state`).
    pub fn rfc23_state(&self) -> &'static str {
        use crate::connections::{invitee, inviter};
        use crate::did_exchange::{requester, responder};
        match &self.handshake {
            HandshakeState::InvitationSent { .. } => "invitation-sent",
            HandshakeState::Requester(state) => match state {
                requester::State::InvitationReceived { .. } => "invitation-received",
                requester::State::RequestSent { .. } => "request-sent",
                requester::State::Completed => "completed",
                requester::State::Abandoned => "abandoned",
            },
            HandshakeState::Responder(state) => match state {
                responder::State::RequestReceived { .. } => "request-received",
                responder::State::ResponseSent { .. } => "response-sent",
                responder::State::Completed => "completed",
                responder::State::Abandoned => "abandoned",
            },
            HandshakeState::Invitee(state) => match state {
                invitee::State::Invited { .. } => "invitation-received",
                invitee::State::Requested { .. } => "request-sent",
                invitee::State::Complete => "completed",
                invitee::State::Abandoned => "abandoned",
            },
            HandshakeState::Inviter(state) => match state {
                inviter::State::Requested { .. } => "request-received",
                inviter::State::Responded { .. } => "response-sent",
                inviter::State::Complete => "completed",
                inviter::State::Abandoned => "abandoned",
            },
        }
    }

    /// The state as ACA-Py's records have it, in the words of RFC 0160 (`state`).
    pub fn rfc160_state(&self) -> &'static str {
        match self.rfc23_state() {
            "invitation-sent" | "invitation-received" => "invitation",
            "request-sent" | "request-received" => "request",
            "response-sent" => "response",
            "completed" => "active",
            _ => "abandoned",
        }
    }

    /// Whether the handshake is over and was a success.
    pub fn is_completed(&self) -> bool {
        self.rfc23_state() == "completed"
    }

    /// Whether the handshake ended without success.
    pub fn is_abandoned(&self) -> bool {
        self.rfc23_state() == "abandoned"
    }

    /// Whether other messages may be exchanged: from the response on, when each side has verified the other.
    pub fn is_ready(&self) -> bool {
        matches!(self.rfc160_state(), "response" | "active") && self.my.is_some() && self.their.is_some()
    }

    /// Where messages for the peer go now: to its own address once that is known, before to the invitation's.
    pub fn their_target(&self) -> Option<Target> {
        if let Some(their) = &self.their {
            return Some(their.target());
        }
        match &self.handshake {
            HandshakeState::Requester(state) => state.invitation_target().cloned(),
            HandshakeState::Invitee(state) => state.invitation_target().cloned(),
            _ => None,
        }
    }

    /// Whether `pthid` names the invitation of this record. An implied invitation is named by our public DID, or by
    /// the id of a service in its document.
    pub fn is_invited_by(&self, pthid: &str) -> bool {
        let did = pthid.split(['#', '?', ';', '/']).next().unwrap_or_default();
        self.invitation_msg_id.as_deref() == Some(pthid)
            || self.invitation_did.as_deref().is_some_and(|ours| same_did(ours, did))
    }
}

/// Whether two DIDs are one: the same text, or the long and the short form of one did:peer:4.
pub fn same_did(one: &str, other: &str) -> bool {
    short_did(one) == short_did(other)
}

/// The short form of a long did:peer:4, by which ACA-Py's records name it; any other DID as it is.
pub fn short_did(did: &str) -> &str {
    match did.strip_prefix("did:peer:4") {
        Some(rest) => {
            let end = rest.find(':').unwrap_or(rest.len());
            did.get(..did.len() - rest.len() + end).unwrap_or(did)
        }
        None => did,
    }
}

/// A label as it is kept: without control characters, not longer than [`MAX_LABEL_CHARS`].
pub(crate) fn cut_label(label: &str) -> String {
    label.chars().filter(|character| !character.is_control()).take(MAX_LABEL_CHARS).collect()
}
