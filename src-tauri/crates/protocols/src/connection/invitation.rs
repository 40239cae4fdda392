//! The first record of a connection: of an invitation that was made, or of one that was received.

use serde_json::{Map, Value};
use vouchsafe_didcomm::Verkey;

use super::{Accept, Connection, Handshake, HandshakeState, InvitationMode, Role, Target, cut_label};
use crate::step::{Context, InvitationProblem, ProtocolError};

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
}
