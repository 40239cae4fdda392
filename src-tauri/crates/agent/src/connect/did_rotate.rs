//! DID rotation (RFC 0794): a side moves its connection to another DID, or hangs up. Until the other side has agreed,
//! ours answers to both keys.

use vouchsafe_protocols::ProtocolError;
use vouchsafe_protocols::connection::{Connection, Party};
use vouchsafe_protocols::did_rotate::{self, Event as RotateEvent, Rotation};

use super::intents::DidMethod;
use super::steps;
use crate::Agent;
use crate::dispatch::HandlerError;
use crate::error::{AgentError, Result};
use crate::event::Event;
use crate::inbound::Inbound;
use crate::records::ReadRecords;
use crate::unit::{Unit, Who};

/// Takes a message of this protocol.
pub(crate) async fn handle(agent: &Agent, inbound: Inbound) -> Result<Vec<Event>, HandlerError> {
    match inbound.message.message_type().name.as_str() {
        "rotate" => they_rotate(agent, inbound).await,
        "ack" | "problem-report" => settle(agent, inbound).await,
        "hangup" => {
            did_rotate::they_hang_up(&inbound.message)?;
            let committed = agent
                .commit(move |unit| {
                    let connection = current(unit, &inbound)?;
                    over(unit, &connection, Who::Them)?;
                    Ok::<_, HandlerError>(())
                })
                .await?;
            Ok(committed.events)
        }
        other => Err(ProtocolError::incompatible(format!("DID Rotate has no message `{other}`")).into()),
    }
}

async fn they_rotate(agent: &Agent, inbound: Inbound) -> Result<Vec<Event>, HandlerError> {
    let to_did = did_rotate::rotate_to(&inbound.message)?;
    let their = match agent.party_behind(&to_did).await {
        Ok(their) => their,
        Err(HandlerError::Protocol(error)) => return refuse(agent, inbound, error).await,
        Err(error) => return Err(error),
    };
    let committed = agent
        .commit(move |unit| {
            if !unit.first_sight(&inbound)? {
                return Ok(());
            }
            let connection = current(unit, &inbound)?;
            if is_anothers(unit, &connection, &their)? {
                let words = "a key of this DID belongs to another connection";
                let report = unit.step(|context| {
                    did_rotate::refuse(&inbound.message, did_rotate::problem::DOC_UNSUPPORTED, words, context)
                })?;
                steps::line(unit, &connection, Who::Them, "did-rotation-refused", words)?;
                return Ok(steps::send(unit, &connection, &report)?);
            }
            let step = unit.step(|context| did_rotate::they_rotate(&connection, &inbound.message, their, context))?;
            unit.save_connection(&step.record)?;
            for message in &step.send {
                steps::send(unit, &step.record, message)?;
            }
            steps::line(unit, &step.record, Who::Them, "did-rotated", "")?;
            Ok::<_, HandlerError>(())
        })
        .await?;
    Ok(committed.events)
}

async fn refuse(agent: &Agent, inbound: Inbound, error: ProtocolError) -> Result<Vec<Event>, HandlerError> {
    let committed = agent
        .commit(move |unit| {
            if !unit.first_sight(&inbound)? {
                return Ok(());
            }
            let connection = current(unit, &inbound)?;
            let words = error.to_string();
            let report = unit.step(|context| {
                did_rotate::refuse(&inbound.message, did_rotate::problem::UNRESOLVABLE, &words, context)
            })?;
            steps::send(unit, &connection, &report)?;
            Ok::<_, HandlerError>(())
        })
        .await?;
    Ok(committed.events)
}

async fn settle(agent: &Agent, inbound: Inbound) -> Result<Vec<Event>, HandlerError> {
    let committed = agent
        .commit(move |unit| {
            if !unit.first_sight(&inbound)? {
                return Ok(());
            }
            let connection = current(unit, &inbound)?;
            let key = pending_key(&connection.id);
            let rotation: Rotation = unit
                .tx()
                .setting(&key)?
                .ok_or_else(|| ProtocolError::misbehaved("it answers a rotation that was not begun"))?;
            let step = unit.step(|context| did_rotate::settle(&connection, &rotation, &inbound.message, context))?;
            unit.tx().delete_setting(&key)?;
            let outcome = match &step.event {
                Some(RotateEvent::Refused { reason }) => reason.clone(),
                _ => String::new(),
            };
            unit.save_connection(&step.record)?;
            steps::line(unit, &step.record, Who::Them, "did-rotation-answered", &outcome)?;
            Ok::<_, HandlerError>(())
        })
        .await?;
    Ok(committed.events)
}

fn current(unit: &Unit<'_>, inbound: &Inbound) -> Result<Connection, HandlerError> {
    let connection = inbound
        .connection
        .as_ref()
        .ok_or_else(|| ProtocolError::misbehaved("the message comes from a key of no connection"))?;
    Ok(unit.tx().connection_record(&connection.id)?)
}

/// Whether what this party would say to us is another connection's already. A rotation names a DID and does not show its
/// key: without this, a peer could move to the DID of another and be taken for it.
fn is_anothers(unit: &Unit<'_>, connection: &Connection, their: &Party) -> Result<bool> {
    let Some(my) = &connection.my else { return Ok(false) };
    let found = unit.tx().connection_by_keys(&my.verkey, &their.verkey)?;
    Ok(found.is_some_and(|row| row.id != connection.id))
}

fn pending_key(connection_id: &str) -> String {
    format!("did-rotate/{connection_id}")
}

fn over(unit: &mut Unit<'_>, connection: &Connection, who: Who) -> Result<()> {
    steps::line(unit, connection, who, "hung-up", "")?;
    if matches!(who, Who::Them) {
        // Nobody is there any more to take it.
        unit.tx().delete_outbox_of_connection(&connection.id)?;
    }
    unit.tx().delete_setting(&pending_key(&connection.id))?;
    unit.tx().delete_basic_messages(&connection.id)?;
    unit.tx().delete_connection(&connection.id)?;
    unit.tell(Event::ConnectionDeleted(Box::new(connection.clone())))
}

impl Agent {
    /// Moves our side of a connection to another DID of the wallet, or to a new one; gives that DID. The connection
    /// is on it once the other side has agreed.
    ///
    /// # Errors
    /// [`AgentError::NotNow`] for a connection that is not completed, or with a rotation under way.
    pub async fn rotate_did(&self, connection_id: &str, to_did: Option<String>) -> Result<String> {
        let id = connection_id.to_owned();
        let committed = self
            .commit(move |unit| {
                let connection = unit.tx().connection_record(&id)?;
                let to = match to_did {
                    Some(did) => {
                        let row = unit.tx().did(&did)?.ok_or_else(|| AgentError::not_found("DID", did))?;
                        let verkey =
                            row.verkey.ok_or_else(|| AgentError::invalid("to_did", "its key is not in this wallet"))?;
                        Party::own(row.did, verkey)
                    }
                    None => unit.new_connection_did(DidMethod::Peer4, None)?,
                };
                let (did, verkey) = (to.did.clone(), to.verkey);
                let key = pending_key(&id);
                let pending: Option<Rotation> = unit.tx().setting(&key)?;
                let (rotation, message) =
                    unit.step(|context| did_rotate::rotate(&connection, pending.as_ref(), to, context))?;
                steps::send(unit, &connection, &message)?;
                unit.tx().put_setting(&key, &rotation)?;
                if let Some(their) = &connection.their {
                    unit.tx().add_connection_key(&verkey, &their.verkey, &id)?;
                }
                steps::line(unit, &connection, Who::Person, "did-rotation-begun", "")?;
                Ok::<_, AgentError>(did)
            })
            .await?;
        Ok(self.settle(committed).await)
    }

    /// Ends a connection and tells the other side. Credentials stay.
    ///
    /// # Errors
    /// [`AgentError::NotNow`] for a connection that is not completed.
    pub async fn hangup(&self, connection_id: &str) -> Result<()> {
        let id = connection_id.to_owned();
        let committed = self
            .commit(move |unit| {
                let connection = unit.tx().connection_record(&id)?;
                let (message, _) = unit.step(|context| did_rotate::hang_up(&connection, context))?;
                steps::send(unit, &connection, &message)?;
                over(unit, &connection, Who::Person)
            })
            .await?;
        self.settle(committed).await;
        Ok(())
    }
}
