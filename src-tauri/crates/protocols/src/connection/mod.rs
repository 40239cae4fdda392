//! A connection: the record that both handshakes (DID Exchange, RFC 0023, and Connections, RFC 0160) work on. What is
//! common to every state is in [`Connection`]; what only one state needs is in its [`HandshakeState`], so that a
//! response without its request cannot be expressed.

mod handshake;
mod invitation;
mod party;
mod words;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use vouchsafe_didcomm::{Message, Verkey};

use crate::step::{Context, InvitationProblem, ProtocolError, Step};
use crate::{connections, did_exchange};

pub use handshake::{Handshake, UnknownHandshake};
pub use invitation::{ReceivedInvitation, SentInvitation};
pub use party::{Party, Target, same_did, short_did};

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

impl Connection {
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

    /// The step that ends a handshake before it is complete, in `handshake`, for `reason`; `send` tells the peer.
    pub(crate) fn abandoned(
        &self,
        handshake: HandshakeState,
        reason: String,
        by_peer: bool,
        send: Vec<Message>,
        now: Timestamp,
    ) -> Step<Self, Event> {
        let mut record = self.clone().moved(handshake, now);
        record.error_msg = Some(reason.clone());
        Step { record, send, event: Some(Event::Abandoned { reason, by_peer }) }
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

/// A label as it is kept: without control characters, not longer than [`MAX_LABEL_CHARS`].
pub(crate) fn cut_label(label: &str) -> String {
    label.chars().filter(|character| !character.is_control()).take(MAX_LABEL_CHARS).collect()
}
