//! Reusing a connection for a new invitation (RFC 0434, `handshake-reuse`), from both sides.

use vouchsafe_protocols::ProtocolError;
use vouchsafe_protocols::out_of_band::{self, Event as OobEvent, OutOfBand, receiver, sender};
use vouchsafe_protocols::step::InvitationProblem;
use vouchsafe_store::{InvitationFilter, Page};

use super::steps;
use crate::Agent;
use crate::dispatch::HandlerError;
use crate::event::Event;
use crate::inbound::Inbound;
use crate::issue;
use crate::records::ReadRecords;
use crate::unit::{Unit, Who};

/// Takes a message of this protocol.
pub(crate) async fn handle(agent: &Agent, inbound: Inbound) -> Result<Vec<Event>, HandlerError> {
    let committed = agent
        .commit(move |unit| {
            if !unit.first_sight(&inbound)? {
                return Ok(());
            }
            match inbound.message.message_type().name.as_str() {
                "handshake-reuse" => reused(unit, &inbound),
                "handshake-reuse-accepted" | "problem-report" => answered(unit, &inbound),
                other => Err(ProtocolError::incompatible(format!("Out-of-band has no message `{other}`")).into()),
            }
        })
        .await?;
    Ok(committed.events)
}

/// A peer reuses its connection for an invitation of ours.
fn reused(unit: &mut Unit<'_>, inbound: &Inbound) -> Result<(), HandlerError> {
    let unknown = || HandlerError::from(ProtocolError::invitation(InvitationProblem::Unknown));
    let pthid = inbound.message.parent_thread_id().ok_or_else(unknown)?;
    let record = unit.tx().oob_of_message(pthid, "sender")?.ok_or_else(unknown)?;
    let waiting_connection = record.connection_id.clone();
    let input = sender::Input::Reuse {
        message: &inbound.message,
        connection: inbound.connection.as_ref().map(|connection| (connection.id.as_str(), connection.is_ready())),
    };
    let step = unit.step(|context| sender::advance(&record, input, context))?;
    let Some(OobEvent::Reused { connection_id, .. }) = &step.event else { return Ok(()) };
    unit.save_oob(&step.record)?;
    let connection = unit.tx().connection_record(connection_id)?;
    for message in &step.send {
        steps::send(unit, &connection, message)?;
    }
    steps::line(unit, &connection, Who::Them, "connection-reused", "")?;
    issue::deliver(unit, &record.invi_msg_id, &connection.id)?;
    unit.tell(Event::ConnectionReuse {
        connection_id: connection_id.clone(),
        oob_id: record.id.clone(),
        invi_msg_id: record.invi_msg_id.clone(),
        thread_id: inbound.message.thread_id().to_owned(),
    })?;
    // The record that waited for a stranger is not needed: it was a known peer who came.
    if !record.multi_use
        && let Some(id) = waiting_connection
        && id != *connection_id
        && let Ok(waiting) = unit.tx().connection_record(&id)
        && waiting.rfc23_state() == "invitation-sent"
    {
        unit.tx().delete_connection(&id)?;
        unit.tell(Event::ConnectionDeleted(Box::new(waiting)))?;
    }
    Ok(())
}

/// The inviter answers our wish to reuse.
fn answered(unit: &mut Unit<'_>, inbound: &Inbound) -> Result<(), HandlerError> {
    let record = awaiting(unit, inbound)?
        .ok_or_else(|| ProtocolError::misbehaved("it answers a wish to reuse a connection that was not ours"))?;
    let input = match inbound.message.message_type().name.as_str() {
        "handshake-reuse-accepted" => receiver::Input::ReuseAccepted(&inbound.message),
        _ => receiver::Input::ProblemReport(&inbound.message),
    };
    let step = unit.step(|context| receiver::advance(&record, input, context))?;
    let Some(event) = &step.event else { return Ok(()) };
    unit.save_oob(&step.record)?;
    if let OobEvent::ReuseAccepted { connection_id, .. } = event {
        steps::take_attached(unit, &record.invi_msg_id, Some(connection_id))?;
        unit.tell(Event::ConnectionReuseAccepted {
            connection_id: connection_id.clone(),
            oob_id: record.id,
            invi_msg_id: record.invi_msg_id,
            thread_id: inbound.message.thread_id().to_owned(),
        })?;
    }
    Ok(())
}

fn awaiting(unit: &Unit<'_>, inbound: &Inbound) -> Result<Option<OutOfBand>, HandlerError> {
    let filter = InvitationFilter {
        role: Some("receiver".to_owned()),
        state: Some("await-response".to_owned()),
        connection_id: inbound.connection.as_ref().map(|connection| connection.id.clone()),
        ..InvitationFilter::default()
    };
    let thid = inbound.message.thread_id();
    Ok(unit.tx().oob_records(&filter, Page::ALL)?.into_iter().find(
        |record| matches!(&record.state, out_of_band::State::AwaitResponse { reuse_msg_id: Some(id) } if id == thid),
    ))
}
