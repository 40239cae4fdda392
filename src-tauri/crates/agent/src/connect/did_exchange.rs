//! DID Exchange (RFC 0023) as it comes in: the request for an invitation of ours or for our public DID, the response
//! to our request, the completion, a problem report.

use serde_json::Value;
use vouchsafe_didcomm::Message;
use vouchsafe_dids::Did;
use vouchsafe_protocols::connection::{Accept, Connection, InvitationMode, Role, SentInvitation};
use vouchsafe_protocols::did_exchange::{PresentedDid, Request, Response, Verified, problem, requester, responder};
use vouchsafe_protocols::out_of_band::{self, OutOfBand};
use vouchsafe_protocols::step::InvitationProblem;
use vouchsafe_protocols::{ProtocolError, report_problem::ProblemReport};

use super::intents::ReceiveRequest;
use super::steps;
use crate::Agent;
use crate::dispatch::HandlerError;
use crate::error::AgentError;
use crate::event::Event;
use crate::inbound::Inbound;
use crate::records::{ReadRecords, role_word};
use crate::unit::{Target, Unit};

/// Takes a message of this protocol.
pub(crate) async fn handle(agent: &Agent, inbound: Inbound) -> Result<Vec<Event>, HandlerError> {
    match inbound.message.message_type().name.as_str() {
        "request" => request(agent, inbound).await,
        "response" => response(agent, inbound).await,
        "complete" => {
            known(agent, inbound, |unit, record, inbound| {
                let input = responder::Input::Complete(&inbound.message);
                unit.step(|context| responder::advance(record, input, context))
            })
            .await
        }
        "problem_report" | "problem-report" => {
            known(agent, inbound, |unit, record, inbound| match record.their_role {
                Role::Inviter => {
                    let input = requester::Input::ProblemReport(&inbound.message);
                    unit.step(|context| requester::advance(record, input, context))
                }
                Role::Invitee => {
                    let input = responder::Input::ProblemReport(&inbound.message);
                    unit.step(|context| responder::advance(record, input, context))
                }
            })
            .await
        }
        other => Err(ProtocolError::incompatible(format!("DID Exchange has no message `{other}`")).into()),
    }
}

impl Agent {
    /// Takes a request for the public DID that a controller was handed by other means than a message. Nobody's envelope
    /// says whose it is: the caller vouches for it.
    ///
    /// # Errors
    /// [`AgentError::Forbidden`] without a public DID; what is wrong with the request.
    pub async fn receive_connection_request(
        &self,
        request: Value,
        wanted: ReceiveRequest,
    ) -> Result<Connection, AgentError> {
        let recipient = self.public_did().await?.and_then(|row| row.verkey);
        let recipient = recipient.ok_or_else(|| AgentError::Forbidden("There is no public DID.".to_owned()))?;
        let malformed = |error: String| AgentError::invalid("_schema", error);
        let message = Message::from_value(request).map_err(|error| malformed(error.to_string()))?;
        let thread_id = message.thread_id().to_owned();
        let inbound = Inbound { message, sender: None, recipient, connection: None };
        let events = take_verified(self, inbound, Some(wanted)).await.map_err(HandlerError::into_agent)?;
        self.react_later(events);
        self.look(move |reader| {
            reader
                .connection_of_request(&thread_id, Role::Invitee)?
                .ok_or_else(|| AgentError::not_found("connection", thread_id))
        })
        .await
    }
}

async fn request(agent: &Agent, inbound: Inbound) -> Result<Vec<Event>, HandlerError> {
    take_verified(agent, inbound, None).await
}

/// Takes a request as it came by a message, or as a controller `vouched` for it.
async fn take_verified(
    agent: &Agent,
    inbound: Inbound,
    vouched: Option<ReceiveRequest>,
) -> Result<Vec<Event>, HandlerError> {
    let request = Request::read(&inbound.message)?;
    if vouched.is_none() {
        check_expected(agent, &inbound, &request.presented).await?;
    }
    let mut verified = agent.verify_presented(&inbound, &request.presented).await?;
    if vouched.is_some() {
        verified.sender = Some(verified.their.verkey);
    }
    let wanted = vouched.unwrap_or_default();
    // A stranger is answered at the address that its own document gives.
    let answer_to = Target {
        endpoint: verified.their.endpoint.clone(),
        recipient_keys: verified.their.recipient_keys.clone(),
        routing_keys: verified.their.routing_keys.clone(),
        sender: Some(inbound.recipient),
        allow_private: agent.config().answers_private(),
    };
    let committed = agent
        .commit(move |unit| {
            if !unit.first_sight(&inbound)? {
                return Ok(());
            }
            take_request(unit, &inbound, &verified, wanted)
        })
        .await
        .map_err(|error| error.answered_at(answer_to))?;
    Ok(committed.events)
}

fn take_request(
    unit: &mut Unit<'_>,
    inbound: &Inbound,
    verified: &Verified,
    wanted: ReceiveRequest,
) -> Result<(), HandlerError> {
    let thid = inbound.message.thread_id();
    let known = unit.tx().connection_of_request(thid, Role::Invitee)?;
    let (base, invitation) = match known {
        Some(connection) => (connection, None),
        None => invited(unit, inbound, wanted)?,
    };
    let input = responder::Input::Request { message: &inbound.message, verified };
    let step = unit.step(|context| responder::advance(&base, input, context))?;
    if let Some(invitation) = invitation
        && step.event.is_some()
    {
        use_up(unit, &invitation, &step.record.id, &inbound.message)?;
    }
    Ok(steps::commit(unit, &step)?)
}

/// Refuses a request whose invitation was never made here, or is no more.
pub(super) fn unknown_invitation(request: &Message) -> HandlerError {
    let report = not_accepted(request, "This invitation is not known here, or it was taken back.");
    ProtocolError::invitation(InvitationProblem::Unknown).with_report(report).into()
}

/// Notes that an invitation of ours was used: one that serves one is used up by it.
pub(super) fn use_up(
    unit: &mut Unit<'_>,
    invitation: &OutOfBand,
    connection_id: &str,
    request: &Message,
) -> Result<(), HandlerError> {
    let input = out_of_band::sender::Input::Request { connection_id };
    let used = unit.step(|context| out_of_band::sender::advance(invitation, input, context)).map_err(|error| {
        let words = error.to_string();
        error.with_report(not_accepted(request, words))
    })?;
    unit.save_oob(&used.record)?;
    Ok(())
}

/// The report that refuses a request, in the protocol and version that it speaks.
fn not_accepted(request: &Message, words: impl Into<String>) -> ProblemReport {
    let kind = format!("{}/problem_report", request.message_type().protocol_uri());
    ProblemReport::new(&kind, problem::REQUEST_NOT_ACCEPTED, words)
}

/// The connection record that an invitation of ours, or our public DID, has ready for whoever comes.
fn invited(
    unit: &Unit<'_>,
    inbound: &Inbound,
    wanted: ReceiveRequest,
) -> Result<(Connection, Option<OutOfBand>), HandlerError> {
    let unknown = || unknown_invitation(&inbound.message);
    let pthid = inbound.message.parent_thread_id().ok_or_else(unknown)?;
    if let Some(record) = unit.tx().oob_of_message(pthid, "sender")? {
        if record.our_recipient_key.is_some_and(|key| key != inbound.recipient) {
            return Err(ProtocolError::misbehaved("the request came to another key than the invitation's").into());
        }
        let base = match &record.connection_id {
            Some(id) => unit.tx().connection_record(id).map_err(|_| unknown())?,
            None => return Err(unknown()),
        };
        return Ok((base, Some(record)));
    }
    let policy = &unit.config().policy;
    let public = unit.tx().public_did()?.filter(|_| policy.requests_through_public_did);
    match public {
        Some(row) if same_public_did(&row.did, pthid) && row.verkey == Some(inbound.recipient) => {
            let sent = SentInvitation {
                offered: Vec::new(),
                invitation_msg_id: None,
                invitation_did: Some(row.did),
                invitation_key: inbound.recipient,
                mode: InvitationMode::Once,
                alias: wanted.alias,
                my_label: None,
                accept: if wanted.auto_accept.unwrap_or(policy.auto_accept_requests) {
                    Accept::Auto
                } else {
                    Accept::Manual
                },
                metadata: serde_json::Map::new(),
            };
            Ok((unit.step(|context| Connection::invite(sent, context)), None))
        }
        _ => Err(unknown()),
    }
}

fn same_public_did(did: &str, pthid: &str) -> bool {
    let bare = pthid.split(['#', '?', ';']).next().unwrap_or_default();
    vouchsafe_protocols::connection::same_did(did, bare)
}

async fn response(agent: &Agent, inbound: Inbound) -> Result<Vec<Event>, HandlerError> {
    let response = Response::read(&inbound.message)?;
    check_expected(agent, &inbound, &response.presented).await?;
    let verified = agent.verify_presented(&inbound, &response.presented).await?;
    known(agent, inbound, move |unit, record, inbound| {
        let input = requester::Input::Response { message: &inbound.message, verified: &verified };
        unit.step(|context| requester::advance(record, input, context))
    })
    .await
}

/// Refuses, before anybody is asked for its DID's document, what is on no thread of ours and names no invitation of ours: a
/// stranger could have the wallet call addresses, and wait for each, without end.
async fn check_expected(agent: &Agent, inbound: &Inbound, presented: &PresentedDid) -> Result<(), HandlerError> {
    let needs_nobody = presented.did.parse::<Did>().is_ok_and(|did| agent.resolver().resolve_local(&did).is_some());
    if needs_nobody || presented.requires_document() {
        return Ok(());
    }
    let thid = inbound.message.thread_id().to_owned();
    let pthid = inbound.message.parent_thread_id().map(str::to_owned);
    let by_public_did = agent.config().policy.requests_through_public_did;
    let expected = agent.look(move |reader| {
        for role in [Role::Inviter, Role::Invitee] {
            if reader.connection_by_request(&thid, role_word(role))?.is_some() {
                return Ok(true);
            }
        }
        let Some(pthid) = pthid else { return Ok(false) };
        let public = reader.public_did()?.filter(|row| by_public_did && same_public_did(&row.did, &pthid));
        Ok(public.is_some() || reader.invitation_by_message(&pthid, "sender")?.is_some())
    });
    if expected.await? { Ok(()) } else { Err(ProtocolError::invitation(InvitationProblem::Unknown).into()) }
}

type Advanced = Result<vouchsafe_protocols::Step<Connection, vouchsafe_protocols::connection::Event>, ProtocolError>;

/// A step of a record that is known by its thread or its keys. Only our key of that record, and, once the peer's key
/// is known, only that key may speak.
pub(super) async fn known(
    agent: &Agent,
    inbound: Inbound,
    advance: impl FnOnce(&Unit<'_>, &Connection, &Inbound) -> Advanced + Send + 'static,
) -> Result<Vec<Event>, HandlerError> {
    let committed = agent
        .commit(move |unit| {
            if !unit.first_sight(&inbound)? {
                return Ok(());
            }
            let record = record_of(unit, &inbound)?;
            let step = advance(unit, &record, &inbound)?;
            check_unclaimed(unit, &inbound, &record, &step.record)?;
            Ok::<_, HandlerError>(steps::commit(unit, &step)?)
        })
        .await?;
    Ok(committed.events)
}

/// Refuses a response whose document puts somebody else's key first: one that its sender has not shown, and by which
/// another connection is found.
fn check_unclaimed(
    unit: &Unit<'_>,
    inbound: &Inbound,
    before: &Connection,
    after: &Connection,
) -> Result<(), HandlerError> {
    let (Some(my), Some(their), None) = (&after.my, &after.their, &before.their) else { return Ok(()) };
    let shown = inbound.sender == Some(their.verkey);
    match unit.tx().connection_by_keys(&my.verkey, &their.verkey)? {
        Some(row) if !shown && row.id != after.id => {
            Err(ProtocolError::misbehaved("the key of its DID belongs to another connection").into())
        }
        _ => Ok(()),
    }
}

fn record_of(unit: &Unit<'_>, inbound: &Inbound) -> Result<Connection, HandlerError> {
    if let Some(connection) = &inbound.connection {
        // Anew: since it was looked up, another step may have been taken.
        return Ok(unit.tx().connection_record(&connection.id)?);
    }
    let thid = inbound.message.thread_id();
    let found = [Role::Inviter, Role::Invitee]
        .into_iter()
        .map(|role| unit.tx().connection_by_request(thid, role_word(role)).map(|row| row.map(|row| row.id)))
        .collect::<Result<Vec<_>, _>>()
        .map_err(AgentError::from)?;
    for id in found.into_iter().flatten() {
        let record = unit.tx().connection_record(&id)?;
        let ours = record.my.as_ref().is_some_and(|my| my.verkey == inbound.recipient)
            || record.invitation_key == Some(inbound.recipient);
        let theirs = record.their.as_ref().is_none_or(|their| inbound.sender.is_some_and(|key| their.has_key(&key)));
        if ours && theirs {
            return Ok(record);
        }
    }
    Err(ProtocolError::misbehaved("the message is on the thread of no handshake that is known here").into())
}
