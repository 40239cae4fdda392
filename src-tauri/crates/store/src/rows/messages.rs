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

    /// How many messages of a connection there are, and how many of them were not read yet.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn count_basic_messages(&self, connection_id: &str) -> Result<(u64, u64), StoreError> {
        let all = "SELECT count(*) FROM messages WHERE connection_id = ?";
        let unread = "SELECT count(*) FROM messages WHERE connection_id = ? AND unread = 1";
        let count = |select| -> Result<u64, StoreError> {
            Ok(self.sqlite.prepare_cached(select)?.query_row([connection_id], |row| row.get(0))?)
        };
        Ok((count(all)?, count(unread)?))
    }

    /// How many messages of all connections were not read yet.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn count_unread_messages(&self) -> Result<u64, StoreError> {
        let mut statement = self.sqlite.prepare_cached("SELECT count(*) FROM messages WHERE unread = 1")?;
        Ok(statement.query_row([], |row| row.get(0))?)
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
            "INSERT INTO messages (id, connection_id, direction, content, sent_at, unread) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?3 = 'received')",
        )?;
        statement.execute((&row.id, &row.connection_id, &row.direction, &row.content, At(row.sent_at)))?;
        Ok(())
    }

    /// The messages of a connection were read; whether there was one that was not.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn read_basic_messages(&self, connection_id: &str) -> Result<bool, StoreError> {
        let mut statement =
            self.sqlite.prepare_cached("UPDATE messages SET unread = 0 WHERE connection_id = ? AND unread = 1")?;
        Ok(statement.execute([connection_id])? > 0)
    }

    /// Keeps the newest messages of a connection, `most` of them; gives how many went.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn keep_newest_messages(&self, connection_id: &str, most: u32) -> Result<usize, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "DELETE FROM messages WHERE rowid IN (SELECT rowid FROM messages WHERE connection_id = ? \
             ORDER BY sent_at DESC, rowid DESC LIMIT -1 OFFSET ?)",
        )?;
        Ok(statement.execute((connection_id, most))?)
    }

    /// Deletes the messages of a connection.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn delete_basic_messages(&self, connection_id: &str) -> Result<usize, StoreError> {
        Ok(self.sqlite.prepare_cached("DELETE FROM messages WHERE connection_id = ?")?.execute([connection_id])?)
    }
}
