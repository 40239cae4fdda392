//! The messages of credential exchanges as they crossed, decrypted, where the person wants them kept. They hold claims:
//! they lie in this encrypted file alone, go with their exchange, and are bounded in size, number and age.

use jiff::Timestamp;
use rusqlite::Row;

use super::column::At;
use crate::{Reader, StoreError, Transaction};

/// The largest message of which the text is kept, in bytes.
const LARGEST: usize = 64 * 1024;
/// How many are kept; the oldest go first.
const AT_MOST: i64 = 20_000;

/// A message that crossed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptMessageRow {
    /// The exchange that it belongs to.
    pub exchange_id: String,
    /// `sent` or `received`.
    pub direction: String,
    /// Its `@id`.
    pub message_id: String,
    /// Its `@type`.
    pub message_type: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its text; absent where it was larger than is kept.
    pub body: Option<Vec<u8>>,
    /// When it was promised, or came.
    pub at: Timestamp,
}

fn read(row: &Row<'_>) -> rusqlite::Result<KeptMessageRow> {
    Ok(KeptMessageRow {
        exchange_id: row.get(0)?,
        direction: row.get(1)?,
        message_id: row.get(2)?,
        message_type: row.get(3)?,
        size: row.get(4)?,
        body: row.get(5)?,
        at: row.get::<_, At>(6)?.0,
    })
}

impl Reader<'_> {
    /// The messages of an exchange in the order they crossed, at most `limit`.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn kept_messages(&self, exchange_id: &str, limit: u32) -> Result<Vec<KeptMessageRow>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "SELECT exchange_id, direction, message_id, message_type, size, body, at FROM kept_messages \
             WHERE exchange_id = ? ORDER BY id LIMIT ?",
        )?;
        let rows = statement.query_map((exchange_id, limit), read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many messages are kept.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn count_kept_messages(&self) -> Result<u64, StoreError> {
        Ok(self.sqlite.prepare_cached("SELECT count(*) FROM kept_messages")?.query_row([], |row| row.get(0))?)
    }
}

impl Transaction<'_> {
    /// Keeps a message, once; the oldest give way.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn keep_message(&self, row: &KeptMessageRow) -> Result<(), StoreError> {
        let body = row.body.as_deref().filter(|body| body.len() <= LARGEST);
        let mut statement = self.sqlite.prepare_cached(
            "INSERT OR IGNORE INTO kept_messages (exchange_id, direction, message_id, message_type, size, body, at) \
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE EXISTS (SELECT 1 FROM exchanges WHERE id = ?1)",
        )?;
        let values = (
            &row.exchange_id,
            &row.direction,
            &row.message_id,
            &row.message_type,
            i64::try_from(row.size).unwrap_or(i64::MAX),
            body,
            At(row.at),
        );
        statement.execute(values)?;
        self.sqlite
            .prepare_cached("DELETE FROM kept_messages WHERE id <= (SELECT max(id) FROM kept_messages) - ?")?
            .execute([AT_MOST])?;
        Ok(())
    }

    /// Forgets the messages that crossed before `before`; how many there were.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn forget_messages_before(&self, before: Timestamp) -> Result<usize, StoreError> {
        Ok(self.sqlite.prepare_cached("DELETE FROM kept_messages WHERE at < ?")?.execute([At(before)])?)
    }

    /// Forgets all of them; how many there were.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn forget_messages(&self) -> Result<usize, StoreError> {
        Ok(self.sqlite.prepare_cached("DELETE FROM kept_messages")?.execute([])?)
    }
}
