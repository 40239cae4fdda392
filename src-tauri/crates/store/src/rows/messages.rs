//! Basic messages (Aries RFC 0095), sent and received.

use jiff::Timestamp;
use rusqlite::Row;

use super::column::At;
use super::page::{Page, Query};
use crate::{Reader, StoreError, Transaction};

/// A basic message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasicMessageRow {
    /// The record's id (a UUID).
    pub id: String,
    /// The connection it went over.
    pub connection_id: String,
    /// `sent` or `received`.
    pub direction: String,
    /// Its text.
    pub content: String,
    /// When it says it was sent.
    pub sent_at: Timestamp,
}

fn read(row: &Row<'_>) -> rusqlite::Result<BasicMessageRow> {
    Ok(BasicMessageRow {
        id: row.get(0)?,
        connection_id: row.get(1)?,
        direction: row.get(2)?,
        content: row.get(3)?,
        sent_at: row.get::<_, At>(4)?.0,
    })
}

impl Reader<'_> {
    /// The messages of a connection, in the order they were sent.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn basic_messages(&self, connection_id: &str, page: Page) -> Result<Vec<BasicMessageRow>, StoreError> {
        let mut query = Query::new("SELECT id, connection_id, direction, content, sent_at FROM messages");
        query.equals("connection_id", Some(connection_id.to_owned()));
        query.page(&["sent_at", "rowid"], &page);
        query.rows(self.sqlite, read)
    }
}

impl Transaction<'_> {
    /// Keeps a message, once.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when its id is there; the disk's.
    pub fn put_basic_message(&self, row: &BasicMessageRow) -> Result<(), StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "INSERT INTO messages (id, connection_id, direction, content, sent_at) VALUES (?, ?, ?, ?, ?)",
        )?;
        statement.execute((&row.id, &row.connection_id, &row.direction, &row.content, At(row.sent_at)))?;
        Ok(())
    }
}
