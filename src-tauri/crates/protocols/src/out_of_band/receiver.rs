//! The receiver of an invitation: reuses a connection, shakes hands, or answers the attached message straight.

use vouchsafe_didcomm::{Message, ServiceDecorator, Verkey};

use super::invitation::{Invitation, Service};
use super::record::{Event, OutOfBand, Role, State};
use super::reuse;
use crate::step::{Context, ProtocolError, Step};

/// What may happen to an invitation that we received.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// We have a connection with the inviter: ask to reuse it.
    Reuse {
        /// The connection.
        connection_id: &'a str,
    },
    /// The inviter agreed.
    ReuseAccepted(&'a Message),
    /// The inviter refused.
    ProblemReport(&'a Message),
    /// The inviter did not answer in time.
    NoAnswer,
    /// A handshake has begun; its connection goes on by itself.
    Connecting {
        /// The connection.
        connection_id: &'a str,
    },
    /// The attached message is answered from this key, without a connection.
    Answering {
        /// Our key for it.
        our_key: Verkey,
    },
    /// Nothing more comes of it.
    Finish,
    /// It is thrown away.
    Delete,
}

/// Takes an invitation in.
///
/// # Errors
/// [`ProtocolError::Invitation`] if its time is over; [`ProtocolError::PeerIncompatible`] if it offers only handshakes
/// that are not spoken here; [`ProtocolError::PeerMisbehaved`] if its attached message cannot be read.
pub fn receive(invitation: Invitation, context: &mut Context<'_>) -> Result<Step<OutOfBand, Event>, ProtocolError> {
    let handshake = invitation.choose_handshake()?;
    let attached = invitation.attached_messages()?;
    let their_service = invitation.services().iter().find_map(|service| match service {
        Service::Inline(inline) => Some(ServiceDecorator {
            recipient_keys: inline.recipient_keys.clone(),
            routing_keys: inline.routing_keys.clone(),
            service_endpoint: inline.endpoint.clone(),
        }),
        Service::Did(_) => None,
    });
    let record = OutOfBand {
        id: context.new_id(),
        invi_msg_id: invitation.id().to_owned(),
        role: Role::Receiver,
        state: if handshake.is_none() { State::PrepareResponse } else { State::Initial },
        expires_at: invitation.expires_at(),
        private_allowed: false,
        attach_thread_id: attached.first().map(|message| message.thread_id().to_owned()),
        invitation,
        connection_id: None,
        our_recipient_key: None,
        their_service: if handshake.is_none() { their_service } else { None },
        multi_use: false,
        created_at: context.now,
        updated_at: context.now,
    };
    record.check_time(context)?;
    Ok(Step::quiet(record, Event::Changed))
}

/// One step of the receiver.
///
/// # Errors
/// [`ProtocolError::NotNow`] for a wish of ours that the state does not allow, [`ProtocolError::PeerMisbehaved`] for a
/// message on another thread than our reuse.
pub fn advance(
    record: &OutOfBand,
    input: Input<'_>,
    context: &mut Context<'_>,
) -> Result<Step<OutOfBand, Event>, ProtocolError> {
    if record.role != Role::Receiver {
        return Err(ProtocolError::not_now(record.state.word(), "we made this invitation"));
    }
    let not_now = |reason: &str| Err(ProtocolError::not_now(record.state.word(), reason));
    match (&record.state, input) {
        (_, Input::Delete) => Ok(Step::quiet(record.moved(State::Deleted, context), Event::Changed)),
        (State::Initial | State::PrepareResponse, Input::Reuse { connection_id }) => {
            let message = reuse::handshake_reuse(&record.invi_msg_id, record.invitation.minor_version(), context)?;
            let state = State::AwaitResponse { reuse_msg_id: Some(message.id().to_owned()) };
            let mut next = record.moved(state, context);
            next.connection_id = Some(connection_id.to_owned());
            Ok(Step::send(next, message, Event::Changed))
        }
        (State::AwaitResponse { reuse_msg_id }, Input::ReuseAccepted(message)) => {
            if reuse_msg_id.as_deref() != Some(message.thread_id())
                || !message.message_type().is("out-of-band", 1, "handshake-reuse-accepted")
            {
                return Err(ProtocolError::misbehaved("it is not the answer to our handshake-reuse"));
            }
            let event = Event::ReuseAccepted {
                connection_id: record.connection_id.clone().unwrap_or_default(),
                thid: message.thread_id().to_owned(),
            };
            Ok(Step::quiet(record.moved(State::ReuseAccepted, context), event))
        }
        (State::AwaitResponse { reuse_msg_id }, Input::ProblemReport(message)) => {
            if reuse_msg_id.as_deref() != Some(message.thread_id()) {
                return Err(ProtocolError::misbehaved("the problem report is not about our handshake-reuse"));
            }
            Ok(not_reused(record, context))
        }
        (State::AwaitResponse { .. }, Input::NoAnswer) => Ok(not_reused(record, context)),
        // A late answer to a reuse that was given up, or the same one twice, changes nothing.
        (_, Input::ReuseAccepted(_) | Input::ProblemReport(_) | Input::NoAnswer)
        | (State::Done | State::Deleted, Input::Finish) => Ok(Step::unchanged(record.clone())),
        (State::Initial | State::ReuseNotAccepted, Input::Connecting { connection_id }) => {
            let mut next = record.moved(State::Done, context);
            next.connection_id = Some(connection_id.to_owned());
            Ok(Step::quiet(next, Event::Changed))
        }
        (State::PrepareResponse, Input::Answering { our_key }) => {
            let mut next = record.moved(State::PrepareResponse, context);
            next.our_recipient_key = Some(our_key);
            Ok(Step::quiet(next, Event::Changed))
        }
        (_, Input::Finish) => Ok(Step::quiet(record.moved(State::Done, context), Event::Changed)),
        (_, Input::Reuse { .. }) => not_now("the invitation is in use already"),
        (_, Input::Connecting { .. }) => not_now("no handshake can begin from here"),
        (_, Input::Answering { .. }) => not_now("the invitation has a handshake"),
    }
}

fn not_reused(record: &OutOfBand, context: &Context<'_>) -> Step<OutOfBand, Event> {
    let mut next = record.moved(State::ReuseNotAccepted, context);
    next.connection_id = None;
    Step::quiet(next, Event::ReuseNotAccepted)
}
