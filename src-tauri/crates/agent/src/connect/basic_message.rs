//! Basic messages (RFC 0095): a line of text from one person to the other.

use vouchsafe_protocols::basic_message;
use vouchsafe_store::{BasicMessageRow, Page};

use super::steps;
use crate::Agent;
use crate::dispatch::HandlerError;
use crate::error::{AgentError, Result};
use crate::event::Event;
use crate::inbound::Inbound;
use crate::records::ReadRecords;

/// Takes a text.
pub(crate) async fn handle(agent: &Agent, inbound: Inbound) -> Result<Vec<Event>, HandlerError> {
    let committed = agent
        .commit(move |unit| {
            let Some(connection) = &inbound.connection else { return Ok(()) };
            if !unit.first_sight(&inbound)? {
                return Ok(());
            }
            let received = basic_message::receive(&inbound.message)?;
            // Its own time orders it; one that was not or is not yet would put it where nobody looks.
            let now = unit.now();
            let sent_at = received.sent_time.filter(|at| *at <= now && *at >= connection.created_at).unwrap_or(now);
            unit.tx().put_basic_message(&BasicMessageRow {
                id: received.message_id.clone(),
                connection_id: connection.id.clone(),
                direction: "received".to_owned(),
                content: received.content.clone(),
                sent_at,
            })?;
            unit.tx().keep_newest_messages(&connection.id, MOST)?;
            if unit.config().policy.auto_respond_messages && !received.content.starts_with(RECEIPT) {
                let receipt = format!("{RECEIPT} {}", unit.config().label);
                let answer = unit.step(|context| basic_message::message(&receipt, context))?;
                steps::send(unit, connection, &answer)?;
            }
            unit.tell(Event::BasicMessage {
                connection_id: connection.id.clone(),
                message_id: received.message_id,
                content: received.content,
                sent_time: sent_at.to_string(),
            })?;
            Ok::<_, HandlerError>(())
        })
        .await?;
    Ok(committed.events)
}

/// Texts that are kept of one connection; a peer must not fill the disk.
const MOST: u32 = 10_000;
/// How an automatic receipt begins; one is never answered with another.
const RECEIPT: &str = "received your message:";

impl Agent {
    /// Sends a text; gives its message id.
    ///
    /// # Errors
    /// [`AgentError::NotFound`]; [`AgentError::NotNow`] for a connection that is not ready.
    pub async fn send_message(&self, connection_id: &str, content: String) -> Result<String> {
        let id = connection_id.to_owned();
        let committed = self
            .commit(move |unit| {
                let connection = unit.tx().connection_record(&id)?;
                if unit.tx().blocked_since(&id)?.is_some() {
                    return Err(AgentError::NotNow {
                        state: "blocked".to_owned(),
                        reason: "its peer is blocked, and an answer would be dropped".to_owned(),
                    });
                }
                let message = unit.step(|context| basic_message::message(&content, context))?;
                steps::send(unit, &connection, &message)?;
                unit.tx().put_basic_message(&BasicMessageRow {
                    id: message.id().to_owned(),
                    connection_id: id,
                    direction: "sent".to_owned(),
                    content,
                    sent_at: unit.now(),
                })?;
                Ok::<_, AgentError>(message.id().to_owned())
            })
            .await?;
        Ok(self.settle(committed).await)
    }

    /// The texts exchanged over a connection.
    ///
    /// # Errors
    /// What the store says.
    pub async fn messages(&self, connection_id: &str, page: Page) -> Result<Vec<BasicMessageRow>> {
        let id = connection_id.to_owned();
        self.look(move |reader| Ok(reader.basic_messages(&id, page)?)).await
    }

    /// The texts of a connection were read.
    ///
    /// # Errors
    /// What the store says.
    pub async fn read_messages(&self, connection_id: &str) -> Result<()> {
        let id = connection_id.to_owned();
        let committed = self
            .commit(move |unit| {
                if unit.tx().read_basic_messages(&id)?
                    && let Ok(connection) = unit.tx().connection_record(&id)
                {
                    unit.tell(Event::Connection(Box::new(connection)))?;
                }
                Ok::<_, AgentError>(())
            })
            .await?;
        self.settle(committed).await;
        Ok(())
    }
}
