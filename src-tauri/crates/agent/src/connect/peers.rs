//! What the person decides about a peer: to block it, or to hear from it again. A blocked peer is not told: what it sends
//! is taken off its hands and dropped before anything is done with it.

use jiff::Timestamp;
use vouchsafe_store::Page;

use super::steps;
use crate::Agent;
use crate::error::{AgentError, Result};
use crate::event::Event;
use crate::records::ReadRecords;
use crate::unit::Who;

impl Agent {
    /// Blocks the peer of a connection. What was promised to it before is still delivered.
    ///
    /// # Errors
    /// [`AgentError::NotFound`].
    pub async fn block_connection(&self, connection_id: &str) -> Result<()> {
        self.decide(connection_id, true).await
    }

    /// Hears from the peer of a connection again. What it sent meanwhile is gone.
    ///
    /// # Errors
    /// [`AgentError::NotFound`].
    pub async fn unblock_connection(&self, connection_id: &str) -> Result<()> {
        self.decide(connection_id, false).await
    }

    async fn decide(&self, connection_id: &str, block: bool) -> Result<()> {
        let id = connection_id.to_owned();
        let committed = self
            .commit(move |unit| {
                let connection = unit.tx().connection_record(&id)?;
                let was = unit.tx().blocked_since(&id)?.is_some();
                if was == block {
                    return Ok(());
                }
                if block {
                    unit.tx().block_connection(&id, unit.now())?;
                } else {
                    unit.tx().unblock_connection(&id)?;
                }
                steps::line(unit, &connection, Who::Person, if block { "blocked" } else { "unblocked" }, "")?;
                unit.tell(Event::Connection(Box::new(connection)))?;
                Ok::<_, AgentError>(())
            })
            .await?;
        self.settle(committed).await;
        Ok(())
    }

    /// Since when the peer of a connection is blocked, if it is.
    ///
    /// # Errors
    /// What the store says.
    pub async fn blocked_since(&self, connection_id: &str) -> Result<Option<Timestamp>> {
        let id = connection_id.to_owned();
        self.look(move |reader| Ok(reader.blocked_since(&id)?)).await
    }

    /// The ids of the connections whose peers are blocked, by the time of blocking.
    ///
    /// # Errors
    /// What the store says.
    pub async fn blocked_connections(&self, page: Page) -> Result<Vec<String>> {
        self.look(move |reader| Ok(reader.blocked_connections(page)?)).await
    }
}
