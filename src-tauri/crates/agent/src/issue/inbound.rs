//! The messages of Issue Credential 2.0 as they come in, for both roles. Which role's record a message belongs to is
//! told by its kind; whose it may be, by its thread and the way it came.

use vouchsafe_didcomm::Message;
use vouchsafe_protocols::ProtocolError;
use vouchsafe_protocols::issue_credential::{CredentialExchange, ExchangeStep, Kind, Received, Start, holder, issuer};

use super::{lane, steps};
use crate::Agent;
use crate::dispatch::HandlerError;
use crate::error::AgentError;
use crate::event::Event;
use crate::inbound::Inbound;
use crate::records::ReadRecords;
use crate::unit::Unit;

/// Takes a message of this protocol.
pub(crate) async fn handle(agent: &Agent, inbound: Inbound) -> Result<Vec<Event>, HandlerError> {
    if inbound.connection.as_ref().is_some_and(|connection| !connection.is_ready()) {
        return Err(ProtocolError::misbehaved("the connection is not established yet").into());
    }
    let committed = agent
        .commit(move |unit| {
            if !unit.first_sight(&inbound)? {
                return Ok(());
            }
            let step = take(unit, &inbound)?;
            Ok::<_, HandlerError>(steps::commit(unit, &step)?)
        })
        .await?;
    Ok(committed.events)
}

fn take(unit: &mut Unit<'_>, inbound: &Inbound) -> Result<ExchangeStep, HandlerError> {
    let kind = Kind::of(inbound.message.message_type()).ok_or_else(|| {
        ProtocolError::incompatible(format!("{} is not a message of this protocol", inbound.message.message_type()))
    })?;
    let received = Received {
        message: inbound.message.clone(),
        connection_id: inbound.connection.as_ref().map(|connection| connection.id.clone()),
    };
    match find(unit, kind, inbound.message.thread_id())? {
        Some((Side::Holder, record)) => {
            lane::admit(unit, &record, inbound)?;
            let input = holder::Input::from_received(received).ok_or_else(|| out_of_role(kind))?;
            Ok(unit.step(|context| holder::advance(record, input, context))?)
        }
        Some((Side::Issuer, record)) => {
            lane::admit(unit, &record, inbound)?;
            let input = issuer::Input::from_received(received).ok_or_else(|| out_of_role(kind))?;
            Ok(unit.step(|context| issuer::advance(record, input, context))?)
        }
        None => {
            if inbound.connection.is_none() {
                return Err(ProtocolError::misbehaved("the message comes from a stranger, on no thread of ours").into());
            }
            begin(unit, received, None)
        }
    }
}

#[derive(Clone, Copy)]
enum Side {
    Holder,
    Issuer,
}

/// The record of a thread. Both sides may be this wallet's own, over a connection with itself: a problem report then
/// belongs to the record that is still open.
fn find(unit: &Unit<'_>, kind: Kind, thid: &str) -> Result<Option<(Side, CredentialExchange)>, AgentError> {
    let side = |side: Side| -> Result<Option<(Side, CredentialExchange)>, AgentError> {
        let role = match side {
            Side::Holder => "holder",
            Side::Issuer => "issuer",
        };
        Ok(unit.tx().exchange_of_thread(thid, role)?.map(|record| (side, record)))
    };
    match kind {
        Kind::Offer | Kind::Issue => side(Side::Holder),
        Kind::Propose | Kind::Request | Kind::Ack => side(Side::Issuer),
        Kind::ProblemReport => Ok([side(Side::Holder)?, side(Side::Issuer)?]
            .into_iter()
            .flatten()
            .min_by_key(|(_, record)| record.state.is_final())),
    }
}

fn out_of_role(kind: Kind) -> ProtocolError {
    ProtocolError::misbehaved(format!("{kind:?} is not for this side of the exchange"))
}

/// A message that begins an exchange.
fn begin(unit: &Unit<'_>, received: Received, invitation_id: Option<&str>) -> Result<ExchangeStep, HandlerError> {
    let policy = &unit.config().policy;
    let start = Start {
        auto_offer: policy.auto_respond_credential_proposal,
        auto_issue: policy.auto_respond_credential_request,
        auto_remove: !policy.preserve_exchange_records,
        parent_thread_id: invitation_id.map(str::to_owned),
        connection_id: None,
    };
    if let Some(opening) = holder::Opening::from_received(received.clone()) {
        return Ok(unit.step(|context| holder::start(start, opening, context))?);
    }
    if let Some(opening) = issuer::Opening::from_received(received) {
        return Ok(unit.step(|context| issuer::start(start, opening, context))?);
    }
    Err(ProtocolError::misbehaved("the message is on no thread that is known here").into())
}

/// Takes an offer that came with an invitation, over the connection that the invitation led to, or over none.
///
/// # Errors
/// What is wrong with the message, or with the store.
pub(crate) fn take_attached(
    unit: &mut Unit<'_>,
    message: &Message,
    invitation_id: &str,
    connection_id: Option<String>,
) -> Result<(), HandlerError> {
    let Some(kind) = Kind::of(message.message_type()) else {
        return Err(ProtocolError::incompatible(format!(
            "{} cannot be attached to an invitation",
            message.message_type()
        ))
        .into());
    };
    if find(unit, kind, message.thread_id())?.is_some() {
        return Ok(());
    }
    let step = begin(unit, Received { message: message.clone(), connection_id }, Some(invitation_id))?;
    Ok(steps::commit(unit, &step)?)
}
