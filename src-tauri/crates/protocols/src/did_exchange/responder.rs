//! The responder of DID Exchange: made the invitation (or has a public DID that implies one), is asked, answers and
//! awaits the completion. An invitation that serves many keeps its record; each request makes a new one.

use serde::{Deserialize, Serialize};
use vouchsafe_didcomm::{Attachment, Message, Thread};

use super::message::{OwnBody, Request, Verified, requires_document};
use super::{problem, report};
use crate::connection::{Connection, Event, Handshake, HandshakeState, Party, same_did};
use crate::report_problem::ProblemReport;
use crate::step::{Context, InvitationProblem, ProtocolError, Step};

/// Where the responder stands, once a request has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// The request waits to be accepted.
    RequestReceived {
        /// The thread: the request's id.
        thid: String,
        /// The parent thread, as the request named it: the invitation's id, or our public DID.
        pthid: String,
    },
    /// The response is on its way; the completion is awaited.
    ResponseSent {
        /// The thread.
        thid: String,
        /// The parent thread.
        pthid: String,
    },
    /// The completion came.
    Completed,
    /// It ended before.
    Abandoned,
}

/// Our side of the response, made by the caller.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The DID that we will use.
    pub my: Party,
    /// Our DID document, signed by the invitation's key; needed for an unqualified DID.
    pub did_doc: Option<Attachment>,
    /// Our DID, signed by the invitation's key; needed for a resolvable DID that the invitation did not name.
    pub did_rotate: Option<Attachment>,
}

/// What may happen to a responder.
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
    /// A completion arrived.
    Complete(&'a Message),
    /// A problem report arrived.
    ProblemReport(&'a Message),
    /// The person or a controller refuses, for this reason.
    Reject(&'a str),
}

/// One step of the responder. The record of a request for an invitation that serves many has a new id: store it
/// beside the invitation's, which stays as it is.
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
        Input::Complete(message) => complete(record, message, context),
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
    if matches!(record.handshake, HandshakeState::Responder(_)) && record.request_id.as_deref() == Some(thid) {
        return Ok(Step::unchanged(record.clone()));
    }
    let refuse = |error: ProtocolError, words: &str| {
        Err(error.with_report(report(request.protocol, problem::REQUEST_NOT_ACCEPTED, words)))
    };
    let mut taken = match record.take_request(request.protocol, context) {
        Ok(taken) => taken,
        Err(error @ ProtocolError::Invitation { .. }) => {
            return refuse(error, "The invitation has been used already.");
        }
        Err(error) => return refuse(error, "The invitation does not offer this protocol."),
    };
    let Some(pthid) = message.parent_thread_id() else {
        return refuse(
            ProtocolError::misbehaved("the request names no invitation"),
            "The request names no invitation.",
        );
    };
    if !record.is_invited_by(pthid) {
        return refuse(
            ProtocolError::invitation(InvitationProblem::Unknown),
            "The request names an invitation that is not known.",
        );
    }
    let their = &verified.their;
    if !same_did(&their.did, &request.presented.did) {
        return Err(ProtocolError::misbehaved("what was verified is not the DID of the request"));
    }
    let words = "The DID of the request was not accepted.";
    let Some(sender) = verified.sender.as_ref().filter(|sender| their.has_key(sender)) else {
        return refuse(ProtocolError::misbehaved("the request was not sent from a key of its DID"), words);
    };
    if request.presented.requires_document()
        && !verified.signatures.did_doc_signer.as_ref().is_some_and(|signer| their.has_key(signer))
    {
        return refuse(ProtocolError::misbehaved("its DID document is not signed by a key of its DID"), words);
    }
    taken.their = Some(their.speaking_from(sender));
    taken.their_label = Some(request.label);
    taken.request_id = Some(thid.to_owned());
    let state = State::RequestReceived { thid: thid.to_owned(), pthid: pthid.to_owned() };
    Ok(Step::quiet(taken.moved(HandshakeState::Responder(state), context.now), Event::RequestReceived))
}

fn accept(
    record: &Connection,
    answer: &Answer,
    context: &mut Context<'_>,
) -> Result<Step<Connection, Event>, ProtocolError> {
    let HandshakeState::Responder(State::RequestReceived { thid, pthid }) = &record.handshake else {
        return Err(ProtocolError::not_now(record.rfc23_state(), "there is no request to accept"));
    };
    let signed =
        |attachment: &Option<Attachment>| attachment.as_ref().is_some_and(|attachment| attachment.data.jws.is_some());
    if requires_document(&answer.my.did) && !signed(&answer.did_doc) {
        return Err(ProtocolError::Unsendable("our DID needs a document signed by the invitation's key".to_owned()));
    }
    let invited_did = record.invitation_did.as_deref().is_some_and(|did| same_did(did, &answer.my.did));
    if !invited_did && !signed(&answer.did_doc) && !signed(&answer.did_rotate) {
        return Err(ProtocolError::Unsendable("our DID needs a rotation signed by the invitation's key".to_owned()));
    }
    let body = OwnBody {
        label: None,
        goal_code: None,
        goal: None,
        did: &answer.my.did,
        did_doc: answer.did_doc.as_ref(),
        did_rotate: answer.did_rotate.as_ref(),
    };
    // Both ids, always: ACA-Py drops a response without pthid.
    let response = Message::build(&format!("{}/response", protocol(record).uri()), context.new_id(), &body)
        .map_err(|error| ProtocolError::Unsendable(error.to_string()))?
        .with_thread(Thread::of(thid.clone()).under(pthid.clone()));
    let next = State::ResponseSent { thid: thid.clone(), pthid: pthid.clone() };
    let mut record = record.clone().moved(HandshakeState::Responder(next), context.now);
    record.my = Some(answer.my.clone());
    Ok(Step::send(record, response, Event::ResponseSent))
}

fn complete(
    record: &Connection,
    message: &Message,
    context: &mut Context<'_>,
) -> Result<Step<Connection, Event>, ProtocolError> {
    if !message.message_type().is("didexchange", 1, "complete") {
        return Err(ProtocolError::misbehaved(format!("{} is not a completion", message.message_type())));
    }
    match &record.handshake {
        HandshakeState::Responder(State::ResponseSent { thid, .. }) if message.thread_id() == thid => {
            let record = record.clone().moved(HandshakeState::Responder(State::Completed), context.now);
            Ok(Step::quiet(record, Event::Completed))
        }
        HandshakeState::Responder(State::Completed) if record.request_id.as_deref() == Some(message.thread_id()) => {
            Ok(Step::unchanged(record.clone()))
        }
        HandshakeState::Responder(State::ResponseSent { .. } | State::Completed) => {
            Err(ProtocolError::misbehaved("the completion is not on the thread of the request"))
        }
        _ => Err(ProtocolError::misbehaved("a completion came when none was awaited")),
    }
}

fn problem_report(
    record: &Connection,
    message: &Message,
    context: &mut Context<'_>,
) -> Result<Step<Connection, Event>, ProtocolError> {
    let HandshakeState::Responder(State::RequestReceived { thid, pthid } | State::ResponseSent { thid, pthid }) =
        &record.handshake
    else {
        return Err(ProtocolError::misbehaved("a problem report came when no answer was awaited"));
    };
    if message.thread_id() != thid && message.parent_thread_id() != Some(pthid) {
        return Err(ProtocolError::misbehaved("the problem report is not about this request"));
    }
    let said = ProblemReport::read(message).to_string();
    Ok(record.abandoned(HandshakeState::Responder(State::Abandoned), said, true, Vec::new(), context.now))
}

fn reject(
    record: &Connection,
    reason: &str,
    context: &mut Context<'_>,
) -> Result<Step<Connection, Event>, ProtocolError> {
    let (thid, pthid, code) = match &record.handshake {
        HandshakeState::Responder(State::RequestReceived { thid, pthid }) => {
            (thid, pthid, problem::REQUEST_NOT_ACCEPTED)
        }
        HandshakeState::Responder(State::ResponseSent { thid, pthid }) => (thid, pthid, problem::COMPLETE_NOT_ACCEPTED),
        _ => return Err(ProtocolError::not_now(record.rfc23_state(), "there is no request to reject")),
    };
    let answer = report(protocol(record), code, reason).into_message(thid, Some(pthid), context)?;
    Ok(record.abandoned(
        HandshakeState::Responder(State::Abandoned),
        reason.to_owned(),
        false,
        vec![answer],
        context.now,
    ))
}

fn protocol(record: &Connection) -> Handshake {
    record.protocol.unwrap_or(Handshake::DidExchange11)
}
