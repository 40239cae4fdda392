//! The requester of DID Exchange: received the invitation, asks, checks the response and completes. The response is
//! believed only if a key of the invitation vouches for the responder's new DID (RFC 0023, "Exchange Response").

use serde::{Deserialize, Serialize};
use vouchsafe_didcomm::{Attachment, Message, Thread, Verkey};

use super::message::{Complete, OwnBody, Response, Verified, requires_document};
use super::{problem, report};
use crate::connection::{Connection, Event, Handshake, HandshakeState, Party, ReceivedInvitation, Target, same_did};
use crate::report_problem::ProblemReport;
use crate::step::{Context, InvitationProblem, ProtocolError, Step};

/// Where the requester stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// The invitation waits to be accepted.
    InvitationReceived {
        /// Where the request will go; its keys speak for the inviter.
        invitation: Target,
        /// What the request's thread will name as its parent: the invitation's id, or the public DID.
        pthid: String,
    },
    /// The request is on its way; the response is awaited.
    RequestSent {
        /// Where the request went; its keys speak for the inviter.
        invitation: Target,
        /// The parent thread.
        pthid: String,
        /// The thread: the request's id.
        thid: String,
    },
    /// The response was accepted and the completion sent.
    Completed,
    /// It ended before.
    Abandoned,
}

impl State {
    /// The invitation's address and keys, while they are the only ones known.
    pub fn invitation_target(&self) -> Option<&Target> {
        match self {
            Self::InvitationReceived { invitation, .. } | Self::RequestSent { invitation, .. } => Some(invitation),
            Self::Completed | Self::Abandoned => None,
        }
    }
}

/// Our side of the request, made by the caller.
#[derive(Debug, Clone, PartialEq)]
pub struct Acceptance {
    /// The DID that we will use.
    pub my: Party,
    /// What we call ourselves. Credo refuses a request without it.
    pub label: String,
    /// Our DID document, signed by our own key; needed for an unqualified DID.
    pub did_doc: Option<Attachment>,
    /// What we want, as a code.
    pub goal_code: Option<String>,
    /// What we want, in words.
    pub goal: Option<String>,
}

/// What may happen to a requester.
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

/// Takes an invitation in: the first record of a requester.
///
/// # Errors
/// [`ProtocolError::Invitation`] if it names no key, or neither an id nor a DID.
pub fn receive_invitation(
    invitation: ReceivedInvitation,
    context: &mut Context<'_>,
) -> Result<Step<Connection, Event>, ProtocolError> {
    let Some(pthid) = invitation.invitation_msg_id.clone().or_else(|| invitation.invitation_did.clone()) else {
        return Err(ProtocolError::invitation(InvitationProblem::Malformed("it has neither id nor DID".to_owned())));
    };
    let state = State::InvitationReceived { invitation: invitation.target.clone(), pthid };
    let record = Connection::invited(invitation, HandshakeState::Requester(state), context)?;
    Ok(Step::quiet(record, Event::InvitationReceived))
}

/// One step of the requester.
///
/// # Errors
/// [`ProtocolError::PeerMisbehaved`] for a response that is not for this request or that the invitation's key does
/// not vouch for; [`ProtocolError::NotNow`] for a wish of ours that the state does not allow. The record stays as it
/// was.
pub fn advance(
    record: &Connection,
    input: Input<'_>,
    context: &mut Context<'_>,
) -> Result<Step<Connection, Event>, ProtocolError> {
    let HandshakeState::Requester(state) = &record.handshake else {
        return Err(ProtocolError::not_now(record.rfc23_state(), "we are not the requester of this connection"));
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
    let State::InvitationReceived { invitation, pthid } = state else {
        return Err(ProtocolError::not_now(record.rfc23_state(), "the invitation has been answered already"));
    };
    let signed = acceptance.did_doc.as_ref().is_some_and(|attachment| attachment.data.jws.is_some());
    if requires_document(&acceptance.my.did) && !signed {
        return Err(ProtocolError::Unsendable("our DID needs a signed document".to_owned()));
    }
    let thid = context.new_id();
    let body = OwnBody {
        label: Some(&acceptance.label),
        goal_code: acceptance.goal_code.as_deref(),
        goal: acceptance.goal.as_deref(),
        did: &acceptance.my.did,
        did_doc: acceptance.did_doc.as_ref(),
        did_rotate: None,
    };
    let request = Message::build(&format!("{}/request", protocol(record).uri()), thid.clone(), &body)
        .map_err(|error| ProtocolError::Unsendable(error.to_string()))?
        // ACA-Py drops a request without pthid without a word.
        .with_thread(Thread::of(thid.clone()).under(pthid.clone()));
    let next = State::RequestSent { invitation: invitation.clone(), pthid: pthid.clone(), thid: thid.clone() };
    let mut record = record.clone().moved(HandshakeState::Requester(next), context.now);
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
    let refuse = |reason: &str| {
        let words = "The response was not accepted.";
        Err(ProtocolError::misbehaved(reason).with_report(report(
            protocol(record),
            problem::RESPONSE_NOT_ACCEPTED,
            words,
        )))
    };
    let (invitation, pthid, thid) = match state {
        State::RequestSent { invitation, pthid, thid } => (invitation, pthid, thid),
        State::Completed if record.request_id.as_deref() == Some(message.thread_id()) => {
            return Ok(Step::unchanged(record.clone()));
        }
        _ => return Err(ProtocolError::misbehaved("a response came when none was awaited")),
    };
    let response = Response::read(message)?;
    // Credo's response has no pthid; its thid must fit all the same.
    if message.thread_id() != thid {
        return Err(ProtocolError::misbehaved("the response is not on the thread of our request"));
    }
    if message.parent_thread_id().is_some_and(|parent| parent != pthid) {
        return Err(ProtocolError::misbehaved("the response names another invitation"));
    }
    let their = &verified.their;
    if !same_did(&their.did, &response.presented.did) {
        return Err(ProtocolError::misbehaved("what was verified is not the DID of the response"));
    }
    let speaks_for_inviter = |key: &Verkey| invitation.recipient_keys.contains(key);
    let Some(sender) = &verified.sender else {
        return refuse("the response was sent anonymously");
    };
    if !their.has_key(sender) && !speaks_for_inviter(sender) {
        return refuse("the response was sent from a key that is neither the invitation's nor its DID's");
    }
    let document_vouched = verified.signatures.did_doc_signer.as_ref().is_some_and(speaks_for_inviter);
    let rotation_vouched = verified
        .signatures
        .did_rotate
        .as_ref()
        .is_some_and(|rotation| speaks_for_inviter(&rotation.signer) && rotation.did == response.presented.did);
    let invited_did = record.invitation_did.as_deref().is_some_and(|did| same_did(did, &response.presented.did));
    if response.presented.requires_document() && !document_vouched {
        return refuse("its DID document is not signed by the key of the invitation");
    }
    let vouched = document_vouched || rotation_vouched || (invited_did && speaks_for_inviter(sender));
    if !vouched {
        return refuse("nothing in it is signed by the key of the invitation");
    }
    if response.presented.did_rotate.is_some() && !rotation_vouched {
        return refuse("its rotation is not signed by the key of the invitation, or names another DID");
    }
    let complete = Message::build(&format!("{}/complete", protocol(record).uri()), context.new_id(), &Complete {})
        .map_err(|error| ProtocolError::Unsendable(error.to_string()))?
        .with_thread(Thread::of(thid.clone()).under(pthid.clone()));
    let mut record = record.clone().moved(HandshakeState::Requester(State::Completed), context.now);
    record.their = Some(their.speaking_from(sender));
    Ok(Step::send(record, complete, Event::Completed))
}

fn problem_report(
    record: &Connection,
    state: &State,
    message: &Message,
    context: &mut Context<'_>,
) -> Result<Step<Connection, Event>, ProtocolError> {
    let State::RequestSent { thid, pthid, .. } = state else {
        return Err(ProtocolError::misbehaved("a problem report came when no answer was awaited"));
    };
    if message.thread_id() != thid && message.parent_thread_id() != Some(pthid) {
        return Err(ProtocolError::misbehaved("the problem report is not about our request"));
    }
    let said = ProblemReport::read(message).to_string();
    Ok(record.abandoned(HandshakeState::Requester(State::Abandoned), said, true, Vec::new(), context.now))
}

fn abandon(
    record: &Connection,
    state: &State,
    reason: &str,
    context: &mut Context<'_>,
) -> Result<Step<Connection, Event>, ProtocolError> {
    let send = match state {
        // The inviter does not know of us yet, and need not.
        State::InvitationReceived { .. } => Vec::new(),
        State::RequestSent { thid, pthid, .. } => {
            vec![report(protocol(record), problem::RESPONSE_NOT_ACCEPTED, reason).into_message(
                thid,
                Some(pthid),
                context,
            )?]
        }
        State::Completed | State::Abandoned => {
            return Err(ProtocolError::not_now(record.rfc23_state(), "the handshake is over"));
        }
    };
    Ok(record.abandoned(HandshakeState::Requester(State::Abandoned), reason.to_owned(), false, send, context.now))
}

fn protocol(record: &Connection) -> Handshake {
    record.protocol.unwrap_or(Handshake::DidExchange11)
}
