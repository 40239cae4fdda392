//! Connections 1.0 (RFC 0160) as it comes in, for peers that speak nothing newer.

use vouchsafe_protocols::ProtocolError;
use vouchsafe_protocols::connection::{Connection, HandshakeState, Role};
use vouchsafe_protocols::connections::message::Verified;
use vouchsafe_protocols::connections::{Request, Response, invitee, inviter};
use vouchsafe_protocols::out_of_band::OutOfBand;
use vouchsafe_store::{ConnectionFilter, Page};

use super::did_exchange::{known, unknown_invitation, use_up};
use super::parties::party_of_attached;
use super::steps;
use crate::Agent;
use crate::dispatch::HandlerError;
use crate::event::Event;
use crate::inbound::Inbound;
use crate::records::ReadRecords;
use crate::unit::{Target, Unit};

/// Takes a message of this protocol.
pub(crate) async fn handle(agent: &Agent, inbound: Inbound) -> Result<Vec<Event>, HandlerError> {
    match inbound.message.message_type().name.as_str() {
        "request" => request(agent, inbound).await,
        "response" => response(agent, inbound).await,
        "problem_report" | "problem-report" => {
            known(agent, inbound, |unit, record, inbound| match record.their_role {
                Role::Inviter => {
                    let input = invitee::Input::ProblemReport(&inbound.message);
                    unit.step(|context| invitee::advance(record, input, context))
                }
                Role::Invitee => {
                    let input = inviter::Input::ProblemReport(&inbound.message);
                    unit.step(|context| inviter::advance(record, input, context))
                }
            })
            .await
        }
        other => Err(ProtocolError::incompatible(format!("Connections has no message `{other}`")).into()),
    }
}

/// The inviter's handshake is complete with the first message that comes by it.
pub(crate) async fn first_message(agent: &Agent, inbound: &mut Inbound) -> Result<Vec<Event>, HandlerError> {
    let Some(connection) = &inbound.connection else { return Ok(Vec::new()) };
    if !awaits_first_message(connection) {
        return Ok(Vec::new());
    }
    let id = connection.id.clone();
    let committed = agent
        .commit(move |unit| {
            let record = unit.tx().connection_record(&id)?;
            if !awaits_first_message(&record) {
                return Ok(record);
            }
            let step = unit.step(|context| inviter::advance(&record, inviter::Input::AnyMessage, context))?;
            steps::commit(unit, &step)?;
            Ok::<_, HandlerError>(step.record)
        })
        .await?;
    inbound.connection = Some(committed.value);
    Ok(committed.events)
}

fn awaits_first_message(connection: &Connection) -> bool {
    matches!(&connection.handshake, HandshakeState::Inviter(inviter::State::Responded { .. }))
}

async fn request(agent: &Agent, inbound: Inbound) -> Result<Vec<Event>, HandlerError> {
    let request = Request::read(&inbound.message)?;
    let their = party_of_attached(&request.connection.did, &request.connection.did_doc)?;
    let answer_to = Target {
        endpoint: their.endpoint.clone(),
        recipient_keys: their.recipient_keys.clone(),
        routing_keys: their.routing_keys.clone(),
        sender: Some(inbound.recipient),
        allow_private: agent.config().answers_private(),
    };
    let verified = Verified { sender: inbound.sender, their, signer: None };
    let committed = agent
        .commit(move |unit| {
            if !unit.first_sight(&inbound)? {
                return Ok(());
            }
            take_request(unit, &inbound, &verified)
        })
        .await
        .map_err(|error| error.answered_at(answer_to))?;
    Ok(committed.events)
}

fn take_request(unit: &mut Unit<'_>, inbound: &Inbound, verified: &Verified) -> Result<(), HandlerError> {
    let (base, invitation) = match unit.tx().connection_of_request(inbound.message.thread_id(), Role::Invitee)? {
        Some(connection) => (connection, None),
        None => invited(unit, inbound)?,
    };
    let input = inviter::Input::Request { message: &inbound.message, verified };
    let step = unit.step(|context| inviter::advance(&base, input, context))?;
    if let Some(invitation) = invitation
        && step.event.is_some()
    {
        use_up(unit, &invitation, &step.record.id, &inbound.message)?;
    }
    Ok(steps::commit(unit, &step)?)
}

/// A request of this protocol need not name its invitation: the key that it came to does.
fn invited(unit: &Unit<'_>, inbound: &Inbound) -> Result<(Connection, Option<OutOfBand>), HandlerError> {
    let unknown = || unknown_invitation(&inbound.message);
    if let Some(record) = unit.tx().oob_of_key(&inbound.recipient)? {
        let id = record.connection_id.as_deref().ok_or_else(unknown)?;
        let base = unit.tx().connection_record(id).map_err(|_| unknown())?;
        return Ok((base, Some(record)));
    }
    let filter = ConnectionFilter {
        invitation_key: Some(inbound.recipient.to_string()),
        their_role: Some("invitee".to_owned()),
        ..ConnectionFilter::default()
    };
    let base = unit.tx().connection_records(&filter, Page::default())?.into_iter().next().ok_or_else(unknown)?;
    Ok((base, None))
}

async fn response(agent: &Agent, inbound: Inbound) -> Result<Vec<Event>, HandlerError> {
    let response = Response::read(&inbound.message)?;
    let body = response.connection_sig.open()?;
    let their = party_of_attached(&body.did, &body.did_doc)?;
    let verified = Verified { sender: inbound.sender, their, signer: Some(response.connection_sig.signer) };
    known(agent, inbound, move |unit, record, inbound| {
        let input = invitee::Input::Response { message: &inbound.message, verified: &verified };
        unit.step(|context| invitee::advance(record, input, context))
    })
    .await
}
