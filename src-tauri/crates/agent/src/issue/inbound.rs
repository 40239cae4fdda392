//! The messages of Issue Credential 2.0 as they come in, for both roles. Which role's record a message belongs to is
//! told by its kind; whose it may be, by its thread and the way it came.

use serde_json::Value;
use vouchsafe_didcomm::{Attachment, Message};
use vouchsafe_protocols::ProtocolError;
use vouchsafe_protocols::issue_credential::message::{self, CredentialProblemReport};
use vouchsafe_protocols::issue_credential::{
    CredentialExchange, ExchangeStep, Format, Kind, Received, Role, Stage, Start, holder, issuer,
};
use vouchsafe_store::{ExchangeFilter, Page};

use super::{lane, steps};
use crate::Agent;
use crate::attachments::{LinkError, any_linked};
use crate::config::PrivateAddresses;
use crate::dispatch::HandlerError;
use crate::error::AgentError;
use crate::event::Event;
use crate::inbound::Inbound;
use crate::records::{ReadRecords, exchange_role_word};
use crate::unit::{Unit, private_allowed};

/// Takes a message of this protocol.
pub(crate) async fn handle(agent: &Agent, inbound: Inbound) -> Result<Vec<Event>, HandlerError> {
    if inbound.connection.as_ref().is_some_and(|connection| !connection.is_ready()) {
        return Err(ProtocolError::misbehaved("the connection is not established yet").into());
    }
    let (inbound, unfetched) = gather(agent, inbound).await?;
    let committed = agent
        .commit(move |unit| {
            if !unit.first_sight(&inbound)? {
                return Ok(());
            }
            let step = take(unit, &inbound, unfetched)?;
            steps::commit(unit, &step)?;
            Ok::<_, HandlerError>(unit.keep_message(Some(&step.record.id), "received", &inbound.message)?)
        })
        .await?;
    Ok(committed.events)
}

/// Fetches what the message links to, if its sender may ask for that; else the reason why it could not be had.
async fn gather(agent: &Agent, inbound: Inbound) -> Result<(Inbound, Option<LinkError>), AgentError> {
    let Some(stage) = Kind::of(inbound.message.message_type()).and_then(Stage::of) else { return Ok((inbound, None)) };
    let member = stage.attachments_member();
    if !any_linked(inbound.message.as_value().get(member)) {
        return Ok((inbound, None));
    }
    if inbound.connection.is_none() {
        // Whoever is on a thread of ours was given its name; anybody else is a stranger, for whom nothing is fetched.
        let thid = inbound.message.thread_id().to_owned();
        let known = agent.look(move |reader| {
            let filter = ExchangeFilter { thread_id: Some(thid), ..ExchangeFilter::default() };
            Ok(!reader.exchanges(&filter, Page::newest(1))?.is_empty())
        });
        if !known.await? {
            return Ok((inbound, None));
        }
    }
    let allow_private = agent.config().policy.private_addresses == PrivateAddresses::Allow
        || inbound.connection.as_ref().is_some_and(private_allowed);
    let mut members = inbound.message.as_value().clone();
    let spoken: Vec<String> = message::formats_of(&inbound.message)
        .into_iter()
        .filter(|entry| Format::from_id(stage, &entry.format).is_some())
        .map(|entry| entry.attach_id)
        .collect();
    let wanted =
        |attachment: &Attachment| attachment.id.as_ref().is_some_and(|id| spoken.iter().any(|spoken| spoken == id));
    match agent.fetch_linked(&mut members, member, allow_private, wanted).await {
        Ok(()) => match Message::from_value(Value::Object(members)) {
            Ok(message) => Ok((Inbound { message, ..inbound }, None)),
            Err(_) => Ok((inbound, None)),
        },
        Err(error) => Ok((inbound, Some(error))),
    }
}

fn take(unit: &mut Unit<'_>, inbound: &Inbound, unfetched: Option<LinkError>) -> Result<ExchangeStep, HandlerError> {
    let kind = Kind::of(inbound.message.message_type()).ok_or_else(|| {
        ProtocolError::incompatible(format!("{} is not a message of this protocol", inbound.message.message_type()))
    })?;
    let received = Received {
        message: inbound.message.clone(),
        connection_id: inbound.connection.as_ref().map(|connection| connection.id.clone()),
    };
    let connection_id = inbound.connection.as_ref().map(|connection| connection.id.as_str());
    match find(unit, kind, inbound.message.thread_id(), connection_id)? {
        Some((Side::Holder, record)) => {
            lane::admit(unit, &record, inbound)?;
            let input = match unfetched {
                Some(error) => holder::Input::Unfetched { received, reason: error.to_string() },
                None => holder::Input::from_received(received).ok_or_else(|| out_of_role(kind))?,
            };
            Ok(unit.step(|context| holder::advance(record, input, context))?)
        }
        Some((Side::Issuer, record)) => {
            lane::admit(unit, &record, inbound)?;
            let input = match unfetched {
                Some(error) => issuer::Input::Unfetched { received, reason: error.to_string() },
                None => issuer::Input::from_received(received).ok_or_else(|| out_of_role(kind))?,
            };
            Ok(unit.step(|context| issuer::advance(record, input, context))?)
        }
        None => {
            let Some(connection) = &inbound.connection else {
                return Err(ProtocolError::misbehaved("the message comes from a stranger, on no thread of ours").into());
            };
            // On another connection the thread may be this wallet's own, over a connection with itself.
            let ours = [Side::Holder, Side::Issuer].map(|side| of_thread(unit, side, inbound.message.thread_id()));
            for record in ours {
                if record?.is_some_and(|(_, record)| record.connection_id.as_ref() == Some(&connection.id)) {
                    return Err(out_of_role(kind).into());
                }
            }
            if let Some(error) = unfetched {
                let report = CredentialProblemReport::abandoned(error.to_string());
                return Err(ProtocolError::misbehaved(error.to_string()).with_report(report).into());
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

/// The record of a thread. Both sides may be this wallet's own, over a connection with itself, and a stranger may use a
/// thread's name for an exchange of its own: a problem report belongs to the record of its connection, and of two to
/// the one that is still open.
fn find(
    unit: &Unit<'_>,
    kind: Kind,
    thid: &str,
    connection_id: Option<&str>,
) -> Result<Option<(Side, CredentialExchange)>, AgentError> {
    match kind {
        Kind::Offer | Kind::Issue => of_thread(unit, Side::Holder, thid),
        Kind::Propose | Kind::Request | Kind::Ack => of_thread(unit, Side::Issuer, thid),
        Kind::ProblemReport => Ok([of_thread(unit, Side::Holder, thid)?, of_thread(unit, Side::Issuer, thid)?]
            .into_iter()
            .flatten()
            .min_by_key(|(_, record)| (record.connection_id.as_deref() != connection_id, record.state.is_final()))),
    }
}

fn of_thread(unit: &Unit<'_>, side: Side, thid: &str) -> Result<Option<(Side, CredentialExchange)>, AgentError> {
    let role = match side {
        Side::Holder => Role::Holder,
        Side::Issuer => Role::Issuer,
    };
    Ok(unit.tx().exchange_of_thread(thid, exchange_role_word(role))?.map(|record| (side, record)))
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
    if find(unit, kind, message.thread_id(), connection_id.as_deref())?.is_some() {
        return Ok(());
    }
    let step = begin(unit, Received { message: message.clone(), connection_id }, Some(invitation_id))?;
    steps::commit(unit, &step)?;
    Ok(unit.keep_message(Some(&step.record.id), "received", message)?)
}
