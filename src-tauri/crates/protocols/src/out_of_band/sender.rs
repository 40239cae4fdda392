//! The sender of an invitation: awaits its use. One that serves one peer is used up once, by whichever comes first: a
//! request, an answer to its message, or the reuse of a connection. Defends against a second use and a use too late.

use vouchsafe_didcomm::{Message, Verkey};

use super::invitation::Invitation;
use super::record::{Event, OutOfBand, Role, State};
use super::reuse::{self, EXISTING_CONNECTION_NOT_ACTIVE, NO_EXISTING_CONNECTION};
use crate::step::{Context, InvitationProblem, ProtocolError, Step};

/// What may happen to an invitation of ours.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// A request of a handshake named it, or came to its key. To be taken in the same transaction as the connection's
    /// own step.
    Request {
        /// The connection that comes of it.
        connection_id: &'a str,
    },
    /// An answer to its attached message came.
    Answer,
    /// A peer wants to reuse a connection.
    Reuse {
        /// The `handshake-reuse`.
        message: &'a Message,
        /// The connection that the envelope's keys belong to, and whether it is completed.
        connection: Option<(&'a str, bool)>,
    },
    /// It is taken back.
    Delete,
}

/// The record of an invitation of ours. `connection_id` is that of the record made by
/// [`crate::connection::Connection::invite`]; none for a connectionless one.
pub fn create(
    invitation: Invitation,
    connection_id: Option<String>,
    our_recipient_key: Verkey,
    multi_use: bool,
    context: &mut Context<'_>,
) -> OutOfBand {
    let attach_thread_id = invitation
        .attached_messages()
        .ok()
        .and_then(|messages| messages.first().map(|message| message.thread_id().to_owned()));
    OutOfBand {
        id: context.new_id(),
        invi_msg_id: invitation.id().to_owned(),
        role: Role::Sender,
        state: State::AwaitResponse { reuse_msg_id: None },
        expires_at: invitation.expires_at(),
        invitation,
        connection_id,
        our_recipient_key: Some(our_recipient_key),
        their_service: None,
        private_allowed: false,
        attach_thread_id,
        multi_use,
        created_at: context.now,
        updated_at: context.now,
    }
}

/// One step of the sender.
///
/// # Errors
/// [`ProtocolError::Invitation`] if it has been used or its time is over; [`ProtocolError::PeerMisbehaved`] for a
/// reuse of no connection, with the report that RFC 0434 wants.
pub fn advance(
    record: &OutOfBand,
    input: Input<'_>,
    context: &mut Context<'_>,
) -> Result<Step<OutOfBand, Event>, ProtocolError> {
    if record.role != Role::Sender {
        return Err(ProtocolError::not_now(record.state.word(), "we received this invitation"));
    }
    if matches!(input, Input::Delete) {
        return Ok(Step::quiet(record.moved(State::Deleted, context), Event::Changed));
    }
    match record.state {
        State::AwaitResponse { .. } => {}
        State::Deleted => return Err(ProtocolError::invitation(InvitationProblem::Unknown)),
        _ => return Err(ProtocolError::invitation(InvitationProblem::Used)),
    }
    record.check_time(context)?;
    match input {
        Input::Request { connection_id } => {
            let mut used = used_up(record, context);
            if !record.multi_use {
                used.connection_id = Some(connection_id.to_owned());
            }
            Ok(Step::quiet(used, Event::Used))
        }
        Input::Answer => Ok(Step::quiet(used_up(record, context), Event::Used)),
        Input::Reuse { message, connection } => reused(record, message, connection, context),
        Input::Delete => Ok(Step::unchanged(record.clone())),
    }
}

fn reused(
    record: &OutOfBand,
    message: &Message,
    connection: Option<(&str, bool)>,
    context: &mut Context<'_>,
) -> Result<Step<OutOfBand, Event>, ProtocolError> {
    if !message.message_type().is("out-of-band", 1, "handshake-reuse") {
        return Err(ProtocolError::misbehaved(format!("{} is not a handshake-reuse", message.message_type())));
    }
    if message.parent_thread_id() != Some(&record.invi_msg_id) {
        return Err(ProtocolError::misbehaved("the handshake-reuse names another invitation"));
    }
    let minor = message.message_type().minor;
    match connection {
        Some((connection_id, true)) => {
            let accepted = reuse::handshake_reuse_accepted(message, &record.invi_msg_id, context)?;
            let mut used = used_up(record, context);
            if !record.multi_use {
                used.connection_id = Some(connection_id.to_owned());
            }
            let thid = message.thread_id().to_owned();
            Ok(Step::send(used, accepted, Event::Reused { connection_id: connection_id.to_owned(), thid }))
        }
        Some((_, false)) => Err(ProtocolError::misbehaved("it wants to reuse a connection that is not complete")
            .with_report(reuse::refusal(minor, EXISTING_CONNECTION_NOT_ACTIVE))),
        None => Err(ProtocolError::misbehaved("it wants to reuse a connection that is not known")
            .with_report(reuse::refusal(minor, NO_EXISTING_CONNECTION))),
    }
}

fn used_up(record: &OutOfBand, context: &Context<'_>) -> OutOfBand {
    let state = if record.multi_use { record.state.clone() } else { State::Done };
    record.moved(state, context)
}
