//! Trust ping (RFC 0048): is the other side there?

use vouchsafe_protocols::trust_ping::{self, Event as PingEvent};

use super::steps;
use crate::Agent;
use crate::dispatch::HandlerError;
use crate::error::{AgentError, Result};
use crate::event::Event;
use crate::inbound::Inbound;
use crate::records::ReadRecords;

/// Takes a ping or the answer to one.
pub(crate) async fn handle(agent: &Agent, inbound: Inbound) -> Result<Vec<Event>, HandlerError> {
    let committed = agent
        .commit(move |unit| {
            let Some(connection) = &inbound.connection else { return Ok(()) };
            if !unit.first_sight(&inbound)? {
                return Ok(());
            }
            let (event, answer) = unit.step(|context| trust_ping::receive(&inbound.message, context))?;
            if let Some(answer) = answer {
                steps::send(unit, connection, &answer)?;
            }
            let (thread_id, comment, responded) = match event {
                PingEvent::PingReceived { thid, comment, .. } => (thid, comment, false),
                PingEvent::ResponseReceived { thid, comment } => (thid, comment, true),
            };
            unit.tell(Event::Ping { connection_id: connection.id.clone(), thread_id, comment, responded })?;
            Ok::<_, HandlerError>(())
        })
        .await?;
    Ok(committed.events)
}

impl Agent {
    /// Pings the other side and asks for an answer; gives the thread on which it comes.
    ///
    /// # Errors
    /// [`AgentError::NotFound`]; [`AgentError::NotNow`] for a connection that is not ready.
    pub async fn send_ping(&self, connection_id: &str, comment: Option<String>) -> Result<String> {
        let id = connection_id.to_owned();
        let committed = self
            .commit(move |unit| {
                let connection = unit.tx().connection_record(&id)?;
                let ping = unit.step(|context| trust_ping::ping(comment.as_deref(), true, context))?;
                steps::send(unit, &connection, &ping)?;
                Ok::<_, AgentError>(ping.thread_id().to_owned())
            })
            .await?;
        Ok(self.settle(committed).await)
    }
}
