//! What every committed step of a handshake does: the record, the messages, a line of history, and, once the
//! connection stands, what was waiting for it.

use vouchsafe_didcomm::Message;
use vouchsafe_protocols::Step;
use vouchsafe_protocols::connection::{Connection, Event, Handshake, Role};
use vouchsafe_protocols::trust_ping;

use crate::error::Result;
use crate::issue;
use crate::records::ReadRecords;
use crate::unit::{About, History, Unit, Who};

/// Writes what a step decided.
///
/// # Errors
/// What the store says.
pub(super) fn commit(unit: &mut Unit<'_>, step: &Step<Connection, Event>) -> Result<()> {
    let Some(event) = &step.event else {
        return Ok(());
    };
    let connection = &step.record;
    unit.save_connection(connection)?;
    for message in &step.send {
        send(unit, connection, message)?;
    }
    let by_us = step.send.is_empty();
    let (who, what, outcome) = match event {
        Event::InvitationReceived => (Who::Person, "invitation-received", ""),
        Event::RequestSent => (Who::Us, "request-sent", ""),
        Event::RequestReceived => (Who::Them, "request-received", ""),
        Event::ResponseSent => (Who::Us, "response-sent", ""),
        Event::Completed => (if by_us { Who::Them } else { Who::Us }, "completed", ""),
        Event::Abandoned { reason, by_peer } => {
            (if *by_peer { Who::Them } else { Who::Person }, "abandoned", reason.as_str())
        }
    };
    line(unit, connection, who, what, outcome)?;
    if matches!(event, Event::Completed) {
        completed(unit, connection)?;
    }
    Ok(())
}

/// Promises a message over a connection.
///
/// # Errors
/// What the store says, or that the peer is not known yet.
pub(super) fn send(unit: &mut Unit<'_>, connection: &Connection, message: &Message) -> Result<()> {
    let target = unit.target_of(connection)?;
    unit.send(message, &target, &About { connection_id: Some(connection.id.clone()), exchange_id: None })
}

/// A line of a connection's history.
///
/// # Errors
/// What the store says.
pub(super) fn line(unit: &mut Unit<'_>, connection: &Connection, who: Who, what: &str, outcome: &str) -> Result<()> {
    unit.history(History {
        subject: "connection",
        subject_id: &connection.id,
        connection_id: Some(&connection.id),
        who,
        what,
        outcome,
    })
}

fn completed(unit: &mut Unit<'_>, connection: &Connection) -> Result<()> {
    if connection.their_role != Role::Inviter {
        return match &connection.invitation_msg_id {
            Some(invitation_id) => issue::deliver(unit, invitation_id, &connection.id),
            None => Ok(()),
        };
    }
    // Connections 1.0 has pinged already: its inviter waits for a first message.
    if unit.config().policy.auto_ping_connection && connection.protocol != Some(Handshake::Connections10) {
        let ping = unit.step(|context| trust_ping::ping(None, true, context))?;
        send(unit, connection, &ping)?;
    }
    let Some(invitation_id) = &connection.invitation_msg_id else {
        return Ok(());
    };
    take_attached(unit, invitation_id, Some(&connection.id))
}

/// Takes the message that came with an invitation, if one did. One that cannot be used does not cost the connection.
///
/// # Errors
/// What the store says.
pub(super) fn take_attached(unit: &mut Unit<'_>, invitation_id: &str, connection_id: Option<&str>) -> Result<()> {
    let Some(record) = unit.tx().oob_of_message(invitation_id, "receiver")? else {
        return Ok(());
    };
    let attached = record.invitation.attached_messages().unwrap_or_default();
    for message in &attached {
        match issue::take_attached(unit, message, invitation_id, connection_id.map(str::to_owned)) {
            // The first that can be used is meant (RFC 0434).
            Ok(()) => break,
            Err(error) => tracing::info!(%error, "a message in an invitation could not be used"),
        }
    }
    Ok(())
}
