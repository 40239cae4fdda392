//! The inviter of Connections 1.0: made the invitation, is asked, answers under the invitation's key, and knows that
//! all is well by the invitee's first message, whatever that is.

use serde::{Deserialize, Serialize};
use vouchsafe_didcomm::{Message, Thread};

use super::message::{Request, Response, Verified};
use super::signature::SignatureDecorator;
use super::{PROTOCOL, report, request_refused};
use crate::connection::{Connection, Event, Handshake, HandshakeState, Party, same_did};
use crate::did_exchange::problem;
use crate::report_problem::ProblemReport;
use crate::step::{Context, InvitationProblem, ProtocolError, Step};

/// Where the inviter stands, once a request has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// The request waits to be accepted.
    Requested {
        /// The thread: the request's id.
        thid: String,
        /// The invitation's id, if the request named it.
        pthid: Option<String>,
    },
    /// The response is on its way; the invitee's first message is awaited.
    Responded {
        /// The thread.
        thid: String,
        /// The invitation's id.
        pthid: Option<String>,
    },
    /// The invitee's first message came.
    Complete,
    /// It ended before.
    Abandoned,
}

/// Our side of the response, made by the caller.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The DID that we will use.
    pub my: Party,
    /// Our DID and document, signed by the invitation's key.
    pub connection_sig: SignatureDecorator,
}

/// What may happen to an inviter.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// A request arrived.
    Request {
        /// The message.
        message: &'a Message,
        /// What was found out about it.
        verified: &'a Verified,
    },
    /// The request is accepted: answer.
    Accept(&'a Answer),
    /// Any message from the invitee's key arrived: it has our response.
    AnyMessage,
    /// A problem report arrived.
    ProblemReport(&'a Message),
    /// The person or a controller refuses, for this reason.
    Reject(&'a str),
}

/// One step of the inviter. The record of a request for an invitation that serves many has a new id: store it beside
/// the invitation's, which stays as it is.
///
/// # Errors
/// [`ProtocolError::Invitation`] for a request whose invitation has been used; [`ProtocolError::PeerMisbehaved`] for
/// a message that breaks the protocol; [`ProtocolError::NotNow`] for a wish of ours that the state does not allow.
pub fn advance(
    record: &Connection,
    input: Input<'_>,
    context: &mut Context<'_>,
) -> Result<Step<Connection, Event>, ProtocolError> {
    match input {
        Input::Request { message, verified } => request(record, message, verified, context),
        Input::Accept(answer) => accept(record, answer, context),
        Input::AnyMessage => Ok(match &record.handshake {
            HandshakeState::Inviter(State::Responded { .. }) => {
                let record = record.clone().moved(HandshakeState::Inviter(State::Complete), context.now);
                Step::quiet(record, Event::Completed)
            }
            _ => Step::unchanged(record.clone()),
        }),
        Input::ProblemReport(message) => problem_report(record, message, context),
        Input::Reject(reason) => reject(record, reason, context),
    }
}

fn request(
    record: &Connection,
    message: &Message,
    verified: &Verified,
    context: &mut Context<'_>,
) -> Result<Step<Connection, Event>, ProtocolError> {
    let request = Request::read(message)?;
    let thid = message.thread_id();
    if matches!(record.handshake, HandshakeState::Inviter(_)) && record.request_id.as_deref() == Some(thid) {
        return Ok(Step::unchanged(record.clone()));
    }
    let mut taken = record.take_request(Handshake::Connections10, context).map_err(|error| {
        let words = match error {
            ProtocolError::Invitation { .. } => "The invitation has been used already.",
            _ => "The invitation does not offer this protocol.",
        };
        error.with_report(request_refused(words))
    })?;
    // RFC 0160 itself has no pthid: the key that the request was packed for finds the invitation.
    if message.parent_thread_id().is_some_and(|pthid| !record.is_invited_by(pthid)) {
        return Err(ProtocolError::invitation(InvitationProblem::Unknown)
            .with_report(request_refused("The request names an invitation that is not known.")));
    }
    let their = &verified.their;
    if !same_did(&their.did, &request.connection.did) {
        return Err(ProtocolError::misbehaved("what was verified is not the DID of the request"));
    }
    let Some(sender) = verified.sender.as_ref().filter(|sender| their.has_key(sender)) else {
        return Err(ProtocolError::misbehaved("the request was not sent from a key of its DID")
            .with_report(request_refused("The DID of the request was not accepted.")));
    };
    taken.their = Some(their.speaking_from(sender));
    taken.their_label = Some(request.label);
    taken.request_id = Some(thid.to_owned());
    let state = State::Requested { thid: thid.to_owned(), pthid: message.parent_thread_id().map(str::to_owned) };
    Ok(Step::quiet(taken.moved(HandshakeState::Inviter(state), context.now), Event::RequestReceived))
}

fn accept(
    record: &Connection,
    answer: &Answer,
    context: &mut Context<'_>,
) -> Result<Step<Connection, Event>, ProtocolError> {
    let HandshakeState::Inviter(State::Requested { thid, pthid }) = &record.handshake else {
        return Err(ProtocolError::not_now(record.rfc23_state(), "there is no request to accept"));
    };
    if record.invitation_key.as_ref() != Some(&answer.connection_sig.signer) {
        return Err(ProtocolError::Unsendable("the response must be signed by the invitation's key".to_owned()));
    }
    let body = Response { connection_sig: answer.connection_sig.clone() };
    let response = Message::build(&format!("{PROTOCOL}/response"), context.new_id(), &body)
        .map_err(|error| ProtocolError::Unsendable(error.to_string()))?
        .with_thread(Thread { thid: Some(thid.clone()), pthid: pthid.clone(), ..Thread::default() });
    let next = State::Responded { thid: thid.clone(), pthid: pthid.clone() };
    let mut record = record.clone().moved(HandshakeState::Inviter(next), context.now);
    record.my = Some(answer.my.clone());
    Ok(Step::send(record, response, Event::ResponseSent))
}

fn problem_report(
    record: &Connection,
    message: &Message,
    context: &mut Context<'_>,
) -> Result<Step<Connection, Event>, ProtocolError> {
    let HandshakeState::Inviter(State::Requested { thid, pthid } | State::Responded { thid, pthid }) =
        &record.handshake
    else {
        return Err(ProtocolError::misbehaved("a problem report came when no answer was awaited"));
    };
    let parent = message.parent_thread_id();
    if message.thread_id() != thid && (parent.is_none() || parent != pthid.as_deref()) {
        return Err(ProtocolError::misbehaved("the problem report is not about this request"));
    }
    let said = ProblemReport::read(message).to_string();
    Ok(record.abandoned(HandshakeState::Inviter(State::Abandoned), said, true, Vec::new(), context.now))
}

fn reject(
    record: &Connection,
    reason: &str,
    context: &mut Context<'_>,
) -> Result<Step<Connection, Event>, ProtocolError> {
    let HandshakeState::Inviter(State::Requested { thid, pthid } | State::Responded { thid, pthid }) =
        &record.handshake
    else {
        return Err(ProtocolError::not_now(record.rfc23_state(), "there is no request to reject"));
    };
    let answer = report(problem::REQUEST_NOT_ACCEPTED, reason).into_message(thid, pthid.as_deref(), context)?;
    Ok(record.abandoned(HandshakeState::Inviter(State::Abandoned), reason.to_owned(), false, vec![answer], context.now))
}
