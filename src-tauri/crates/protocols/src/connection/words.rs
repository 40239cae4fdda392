//! The names of a connection's states, in the words of RFC 0023 and of RFC 0160.

use super::{Connection, HandshakeState};
use crate::connections::{invitee, inviter};
use crate::did_exchange::{requester, responder};

impl Connection {
    /// The state as RFC 0023 calls it (`rfc23_state`).
    pub fn rfc23_state(&self) -> &'static str {
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
}
