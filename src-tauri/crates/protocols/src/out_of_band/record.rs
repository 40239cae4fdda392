//! The record of one invitation, sent or received (`/out-of-band` of the admin API), and its states in ACA-Py's words.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use vouchsafe_didcomm::{ServiceDecorator, Verkey};

use super::invitation::Invitation;
use crate::step::{Context, InvitationProblem, ProtocolError};

/// One invitation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutOfBand {
    /// Our id for it (`oob_id`).
    pub id: String,
    /// The invitation's `@id`.
    pub invi_msg_id: String,
    /// Whether we made it or received it.
    pub role: Role,
    /// Where it stands.
    #[serde(flatten)]
    pub state: State,
    /// The invitation itself.
    pub invitation: Invitation,
    /// The connection that came of it, is to come of it, or is reused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<String>,
    /// The key that we are reached by, before there is a connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub our_recipient_key: Option<Verkey>,
    /// How the peer is reached where there is no connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub their_service: Option<ServiceDecorator>,
    /// Whether a person allowed an answer to an address on this computer or its network.
    #[serde(default)]
    pub private_allowed: bool,
    /// The thread of the message that rides along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attach_thread_id: Option<String>,
    /// Whether it serves many.
    pub multi_use: bool,
    /// From when on it cannot be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// When the record was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Our part in an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// We made it.
    Sender,
    /// We received it.
    Receiver,
}

/// Where an invitation stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// Received, nothing done yet.
    Initial,
    /// Received without a handshake: the attached message waits for our answer.
    PrepareResponse,
    /// Sent, and the first use is awaited; or received, and the answer to our wish to reuse a connection is.
    AwaitResponse {
        /// The id of our `handshake-reuse`, as a receiver.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reuse_msg_id: Option<String>,
    },
    /// The inviter agreed to reuse the connection.
    ReuseAccepted,
    /// The inviter did not, or did not answer in time.
    ReuseNotAccepted,
    /// Nothing more comes of it. Kept, so that a second use is told what it is.
    Done,
    /// Deleted; met in an event only.
    Deleted,
}

/// What happened to an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The state is another one now.
    Changed,
    /// Somebody used our invitation by a request or by answering its message.
    Used,
    /// A peer that we know reuses its connection for our invitation (`connection_reuse`).
    Reused {
        /// The connection.
        connection_id: String,
        /// The thread of the reuse.
        thid: String,
    },
    /// The inviter agreed to reuse the connection (`connection_reuse_accepted`).
    ReuseAccepted {
        /// The connection.
        connection_id: String,
        /// The thread of the reuse.
        thid: String,
    },
    /// The inviter did not agree: go on with a handshake.
    ReuseNotAccepted,
}

impl State {
    /// ACA-Py's word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Initial => "initial",
            Self::PrepareResponse => "prepare-response",
            Self::AwaitResponse { .. } => "await-response",
            Self::ReuseAccepted => "reuse-accepted",
            Self::ReuseNotAccepted => "reuse-not-accepted",
            Self::Done => "done",
            Self::Deleted => "deleted",
        }
    }
}

impl OutOfBand {
    /// Whether its time is over.
    ///
    /// # Errors
    /// [`ProtocolError::Invitation`] with [`InvitationProblem::Expired`] if it is.
    pub fn check_time(&self, context: &Context<'_>) -> Result<(), ProtocolError> {
        match self.expires_at {
            Some(at) if at <= context.now => Err(ProtocolError::invitation(InvitationProblem::Expired { at })),
            _ => Ok(()),
        }
    }

    pub(super) fn moved(&self, state: State, context: &Context<'_>) -> Self {
        Self { state, updated_at: context.now, ..self.clone() }
    }
}
