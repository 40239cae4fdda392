//! The connections that the wallet has: looking at them, naming them, letting them go.

use vouchsafe_protocols::connection::{Connection, short_did};
use vouchsafe_store::{ConnectionFilter as Rows, Page};

use super::intents::ConnectionFilter;
use super::steps;
use crate::Agent;
use crate::error::Result;
use crate::event::Event;
use crate::records::ReadRecords;
use crate::unit::Who;

impl Agent {
    /// Connections, by time of creation.
    ///
    /// # Errors
    /// What the store says.
    pub async fn connections(&self, filter: ConnectionFilter, page: Page) -> Result<Vec<Connection>> {
        let rows = Rows {
            alias: filter.alias,
            my_did: filter.my_did.map(|did| short_did(&did).to_owned()),
            their_did: filter.their_did.map(|did| short_did(&did).to_owned()),
            invitation_key: filter.invitation_key,
            invitation_msg_id: filter.invitation_msg_id,
            their_role: filter.their_role,
            protocol: filter.connection_protocol,
            ..Rows::default()
        };
        let Some(wanted) = filter.state else {
            return self.look(move |reader| reader.connection_records(&rows, page)).await;
        };
        // One word of RFC 0160 stands for several of RFC 0023, by which rows are kept.
        self.look(move |reader| {
            let all = reader.connection_records(&rows, Page { limit: u32::MAX, offset: 0, ..page })?;
            let fits =
                |connection: &Connection| connection.rfc23_state() == wanted || connection.rfc160_state() == wanted;
            let (offset, limit) = (page.offset as usize, page.limit as usize);
            Ok(all.into_iter().filter(fits).skip(offset).take(limit).collect())
        })
        .await
    }

    /// One connection.
    ///
    /// # Errors
    /// [`crate::AgentError::NotFound`].
    pub async fn connection(&self, connection_id: &str) -> Result<Connection> {
        let id = connection_id.to_owned();
        self.look(move |reader| reader.connection_record(&id)).await
    }

    /// Forgets a connection and what is still to be sent over it. Credentials that came by it stay.
    ///
    /// # Errors
    /// [`crate::AgentError::NotFound`].
    pub async fn delete_connection(&self, connection_id: &str) -> Result<()> {
        let id = connection_id.to_owned();
        let committed = self
            .commit(move |unit| {
                let connection = unit.tx().connection_record(&id)?;
                unit.tx().delete_outbox_of_connection(&id)?;
                unit.tx().delete_basic_messages(&id)?;
                unit.tx().delete_connection(&id)?;
                steps::line(unit, &connection, Who::Person, "deleted", "")?;
                unit.tell(Event::ConnectionDeleted(Box::new(connection)))
            })
            .await?;
        self.settle(committed).await;
        Ok(())
    }

    /// Gives a connection a name of one's own, or takes it away.
    ///
    /// # Errors
    /// [`crate::AgentError::NotFound`].
    pub async fn rename_connection(&self, connection_id: &str, alias: Option<String>) -> Result<Connection> {
        let id = connection_id.to_owned();
        let committed = self
            .commit(move |unit| {
                let mut connection = unit.tx().connection_record(&id)?;
                connection.alias = alias;
                connection.updated_at = unit.now();
                unit.save_connection(&connection)?;
                Ok::<_, crate::AgentError>(connection)
            })
            .await?;
        Ok(self.settle(committed).await)
    }
}
