//! The invitee of Connections 1.0: received the invitation, asks, checks the response, and completes by a ping, which
//! RFC 0160 wants of it so that the inviter knows.

use serde::{Deserialize, Serialize};
use vouchsafe_didcomm::{Message, Thread, Verkey};

use super::message::{ConnectionBody, Request, Response, Verified};
use super::{PROTOCOL, report};
use crate::connection::{Connection, Event, HandshakeState, Party, ReceivedInvitation, Target};
use crate::did_exchange::problem;
use crate::report_problem::ProblemReport;
use crate::step::{Context, ProtocolError, Step};
use crate::trust_ping;

/// Where the invitee stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// The invitation waits to be accepted.
    Invited {
        /// Where the request will go; its keys speak for the inviter.
        invitation: Target,
        /// The invitation's id.
        pthid: Option<String>,
    },
    /// The request is on its way; the response is awaited.
    Requested {
        /// Where the request went; its keys speak for the inviter.
        invitation: Target,
        /// The invitation's id.
        pthid: Option<String>,
        /// The thread: the request's id.
        thid: String,
    },
    /// The response was accepted and the ping sent.
    Complete,
    /// It ended before.
    Abandoned,
}

impl State {
    /// The invitation's address and keys, while they are the only ones known.
    pub fn invitation_target(&self) -> Option<&Target> {
        match self {
            Self::Invited { invitation, .. } | Self::Requested { invitation, .. } => Some(invitation),
            Self::Complete | Self::Abandoned => None,
        }
    }
}

/// Our side of the request, made by the caller.
#[derive(Debug, Clone, PartialEq)]
pub struct Acceptance {
    /// The DID that we will use.
    pub my: Party,
    /// What we call ourselves.
    pub label: String,
    /// Our DID document, in the legacy shape.
    pub did_doc: serde_json::Value,
}

/// What may happen to an invitee.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// The invitation is accepted: ask.
    Accept(&'a Acceptance),
    /// A response arrived.
    Response {
        /// The message.
        message: &'a Message,
        /// What was found out about it.
        verified: &'a Verified,
    },
    /// A problem report arrived.
    ProblemReport(&'a Message),
    /// The person or a controller ends it, for this reason.
    Abandon(&'a str),
}

/// Takes an invitation in: the first record of an invitee.
///
/// # Errors
/// [`ProtocolError::Invitation`] if it names no key.
pub fn receive_invitation(
    invitation: ReceivedInvitation,
    context: &mut Context<'_>,
) -> Result<Step<Connection, Event>, ProtocolError> {
    let state = State::Invited { invitation: invitation.target.clone(), pthid: invitation.invitation_msg_id.clone() };
    let record = Connection::invited(invitation, HandshakeState::Invitee(state), context)?;
    Ok(Step::quiet(record, Event::InvitationReceived))
}

/// One step of the invitee.
///
/// # Errors
/// [`ProtocolError::PeerMisbehaved`] for a response that is not for this request or not signed by the invitation's
/// key; [`ProtocolError::NotNow`] for a wish of ours that the state does not allow.
pub fn advance(
    record: &Connection,
    input: Input<'_>,
    context: &mut Context<'_>,
) -> Result<Step<Connection, Event>, ProtocolError> {
    let HandshakeState::Invitee(state) = &record.handshake else {
        return Err(ProtocolError::not_now(record.rfc23_state(), "we are not the invitee of this connection"));
    };
    match input {
        Input::Accept(acceptance) => accept(record, state, acceptance, context),
        Input::Response { message, verified } => respond(record, state, message, verified, context),
        Input::ProblemReport(message) => problem_report(record, state, message, context),
        Input::Abandon(reason) => abandon(record, state, reason, context),
    }
}

fn accept(
    record: &Connection,
    state: &State,
    acceptance: &Acceptance,
    context: &mut Context<'_>,
) -> Result<Step<Connection, Event>, ProtocolError> {
    let State::Invited { invitation, pthid } = state else {
        return Err(ProtocolError::not_now(record.rfc23_state(), "the invitation has been answered already"));
    };
    let thid = context.new_id();
    let body = Request {
        label: acceptance.label.clone(),
        connection: ConnectionBody { did: acceptance.my.did.clone(), did_doc: acceptance.did_doc.clone() },
    };
    let request = Message::build(&format!("{PROTOCOL}/request"), thid.clone(), &body)
        .map_err(|error| ProtocolError::Unsendable(error.to_string()))?
        .with_thread(Thread { thid: Some(thid.clone()), pthid: pthid.clone(), ..Thread::default() });
    let next = State::Requested { invitation: invitation.clone(), pthid: pthid.clone(), thid: thid.clone() };
    let mut record = record.clone().moved(HandshakeState::Invitee(next), context.now);
    record.my = Some(acceptance.my.clone());
    record.request_id = Some(thid);
    Ok(Step::send(record, request, Event::RequestSent))
}

fn respond(
    record: &Connection,
    state: &State,
    message: &Message,
    verified: &Verified,
    context: &mut Context<'_>,
) -> Result<Step<Connection, Event>, ProtocolError> {
    let (invitation, thid) = match state {
        State::Requested { invitation, thid, .. } => (invitation, thid),
        State::Complete if record.request_id.as_deref() == Some(message.thread_id()) => {
            return Ok(Step::unchanged(record.clone()));
        }
        _ => return Err(ProtocolError::misbehaved("a response came when none was awaited")),
    };
    Response::read(message)?;
    if message.thread_id() != thid {
        return Err(ProtocolError::misbehaved("the response is not on the thread of our request"));
    }
    let refuse = |reason: &str| {
        let words = "The response was not accepted.";
        Err(ProtocolError::misbehaved(reason).with_report(report(problem::RESPONSE_NOT_ACCEPTED, words)))
    };
    if !verified.signer.as_ref().is_some_and(|signer| invitation.recipient_keys.contains(signer)) {
        return refuse("the response is not signed by the key of the invitation");
    }
    let known = |key: &&Verkey| verified.their.has_key(key) || invitation.recipient_keys.contains(key);
    let Some(sender) = verified.sender.as_ref().filter(known) else {
        return refuse("the response was sent from a key that is neither the invitation's nor its DID's");
    };
    let ping = trust_ping::ping(None, false, context)?;
    let mut record = record.clone().moved(HandshakeState::Invitee(State::Complete), context.now);
    record.their = Some(verified.their.speaking_from(sender));
    Ok(Step::send(record, ping, Event::Completed))
}

fn problem_report(
    record: &Connection,
    state: &State,
    message: &Message,
    context: &mut Context<'_>,
) -> Result<Step<Connection, Event>, ProtocolError> {
    let State::Requested { thid, pthid, .. } = state else {
        return Err(ProtocolError::misbehaved("a problem report came when no answer was awaited"));
    };
    let parent = message.parent_thread_id();
    if message.thread_id() != thid && (parent.is_none() || parent != pthid.as_deref()) {
        return Err(ProtocolError::misbehaved("the problem report is not about our request"));
    }
    let said = ProblemReport::read(message).to_string();
    Ok(record.abandoned(HandshakeState::Invitee(State::Abandoned), said, true, Vec::new(), context.now))
}

fn abandon(
    record: &Connection,
    state: &State,
    reason: &str,
    context: &mut Context<'_>,
) -> Result<Step<Connection, Event>, ProtocolError> {
    let send = match state {
        State::Invited { .. } => Vec::new(),
        State::Requested { thid, pthid, .. } => {
            vec![report(problem::RESPONSE_NOT_ACCEPTED, reason).into_message(thid, pthid.as_deref(), context)?]
        }
        State::Complete | State::Abandoned => {
            return Err(ProtocolError::not_now(record.rfc23_state(), "the handshake is over"));
        }
    };
    Ok(record.abandoned(HandshakeState::Invitee(State::Abandoned), reason.to_owned(), false, send, context.now))
}
