//! Peers: names that could be taken for one another, who is blocked, and the texts that go to and fro.

use vouchsafe_agent::AgentError;
use vouchsafe_agent::connect::{look_alikes, shape};
use vouchsafe_protocols::connection::Connection;
use vouchsafe_store::{Reader, StoreError};

use super::Profile;
use super::records::{connection, newest};
use crate::commands::Answer;
use crate::view::connections::{ConnectionRow, name_of};
use crate::view::peers::{LookAlike, MAX_TEXT, MessageRow};
use crate::view::{Failure, Page};

impl Profile {
    /// Connections whose names could be taken for this one, the oldest first; for a connection, only those before it.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn look_alikes(&self, name: &str, connection_id: Option<String>) -> Answer<Vec<LookAlike>> {
        let agent = self.agent()?;
        let name: String = name.chars().take(200).collect();
        agent
            .store()
            .read(move |reader| match connection(reader, connection_id.as_deref())? {
                Some(connection) => similar(reader, &name_of(&connection), Some(&connection)),
                None => similar(reader, &name, None),
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))
    }

    /// Block the peer of a connection, or hear from it again.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn block_connection(&self, id: &str, blocked: bool) -> Answer<()> {
        let agent = self.agent()?;
        if blocked {
            agent.block_connection(id).await?;
        } else {
            agent.unblock_connection(id).await?;
        }
        Ok(())
    }

    /// Connections whose peers are blocked, the newest block first.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn blocked_connections(&self, offset: u32, limit: u32) -> Answer<Page<ConnectionRow>> {
        let agent = self.agent()?;
        agent
            .store()
            .read(move |reader| {
                let total = reader.count_blocked_connections()?;
                let mut rows = Vec::new();
                for id in reader.blocked_connections(newest(offset, limit))? {
                    if let Some(connection) = connection(reader, Some(&id))? {
                        rows.push(row(reader, &connection)?);
                    }
                }
                Ok(Page { total: u32::try_from(total).unwrap_or(u32::MAX), rows })
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))
    }

    /// Tell the other side that the connection ends, and delete it.
    ///
    /// # Errors
    ///
    /// `not-now` while it is not established, `wallet-locked`; what the store says.
    pub async fn hang_up_connection(&self, id: &str) -> Answer<()> {
        Ok(self.agent()?.hangup(id).await?)
    }

    /// The texts of a connection, newest first.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn messages(&self, connection_id: &str, offset: u32, limit: u32) -> Answer<Page<MessageRow>> {
        let agent = self.agent()?;
        let id = connection_id.to_owned();
        agent
            .store()
            .read(move |reader| {
                let (total, _) = reader.count_basic_messages(&id)?;
                let unsent = reader.outbox_for_connection(&id)?;
                let found = reader.basic_messages(&id, newest(offset, limit))?;
                let rows = found.iter().map(|row| MessageRow::of(row, &unsent)).collect();
                Ok(Page { total: u32::try_from(total).unwrap_or(u32::MAX), rows })
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))
    }

    /// Send a text over a connection. One that cannot be delivered now waits and is sent by itself.
    ///
    /// # Errors
    ///
    /// `message-invalid`, `not-now` while it is not established or its peer is blocked, `wallet-locked`; what the store
    /// says.
    pub async fn send_message(&self, connection_id: &str, text: &str) -> Answer<()> {
        let text = text.trim();
        if text.is_empty() || text.chars().count() > MAX_TEXT {
            return Err(Failure::invalid(
                "message-invalid",
                format!("A message has at least one letter and at most {MAX_TEXT}."),
                "Shorten it, or send it in parts.",
            ));
        }
        self.agent()?.send_message(connection_id, text.to_owned()).await?;
        Ok(())
    }

    /// The texts of a connection were seen.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn read_messages(&self, connection_id: &str) -> Answer<()> {
        Ok(self.agent()?.read_messages(connection_id).await?)
    }
}

/// Connections whose names could be taken for this one.
///
/// # Errors
///
/// What the store says.
pub(super) fn similar(
    reader: &Reader<'_>,
    name: &str,
    except: Option<&Connection>,
) -> Result<Vec<LookAlike>, StoreError> {
    match look_alikes(reader, name, except) {
        Ok(found) => Ok(found.into_iter().map(LookAlike::from).collect()),
        Err(AgentError::Store(error)) => Err(error),
        // It was deleted between two looks.
        Err(_) => Ok(Vec::new()),
    }
}

/// A row of the list, with what stands beside its record.
///
/// # Errors
///
/// What the store says.
pub(super) fn row(reader: &Reader<'_>, connection: &Connection) -> Result<ConnectionRow, StoreError> {
    let mut row = ConnectionRow::from(connection);
    row.name_shared = reader.is_name_shared(&shape(&row.name), &row.id)?;
    row.blocked = reader.blocked_since(&row.id)?.is_some();
    row.unread = u32::try_from(reader.count_basic_messages(&row.id)?.1).unwrap_or(u32::MAX);
    Ok(row)
}
