//! Webhooks still to be delivered to the controller. A controller that never answers must not fill the disk: their
//! number is bounded, and how many were dropped is counted.

use jiff::Timestamp;
use rusqlite::{Row, named_params};

use super::column::At;
use crate::{Reader, StoreError, Transaction};

/// The setting that counts what was dropped.
const DROPPED: &str = "webhooks-dropped";

/// A webhook still to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookRow {
    /// Its number, given by [`Transaction::push_webhook`]; 0 before.
    pub id: i64,
    /// Where it goes.
    pub url: String,
    /// Its topic, `connections` for instance.
    pub topic: String,
    /// Its JSON.
    pub body: String,
    /// When it happened.
    pub created_at: Timestamp,
    /// Tries so far.
    pub attempts: u32,
    /// When to try next.
    pub next_attempt_at: Timestamp,
}

fn read(row: &Row<'_>) -> rusqlite::Result<WebhookRow> {
    Ok(WebhookRow {
        id: row.get(0)?,
        url: row.get(1)?,
        topic: row.get(2)?,
        body: row.get(3)?,
        created_at: row.get::<_, At>(4)?.0,
        attempts: row.get(5)?,
        next_attempt_at: row.get::<_, At>(6)?.0,
    })
}

impl Reader<'_> {
    /// What waits for one address and was queued after number `after`, in the order in which it happened, `limit` at
    /// most.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn webhooks_of(&self, url: &str, after: i64, limit: u32) -> Result<Vec<WebhookRow>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "SELECT id, url, topic, body, created_at, attempts, next_attempt_at FROM webhooks \
             WHERE url = ? AND id > ? ORDER BY id LIMIT ?",
        )?;
        let rows = statement.query_map((url, after, limit), read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many webhooks were dropped because too many waited.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn webhooks_dropped(&self) -> Result<u64, StoreError> {
        Ok(self.setting(DROPPED)?.unwrap_or(0))
    }
}

impl Transaction<'_> {
    /// Queues a webhook; its number. `row.id` is not looked at. When more than `max` wait, the oldest are dropped and
    /// counted.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn push_webhook(&self, row: &WebhookRow, max: u32) -> Result<i64, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "INSERT INTO webhooks (url, topic, body, created_at, attempts, next_attempt_at) \
             VALUES (:url, :topic, :body, :created_at, :attempts, :next_attempt_at)",
        )?;
        let id = statement.insert(named_params! {
            ":url": row.url, ":topic": row.topic, ":body": row.body, ":created_at": At(row.created_at),
            ":attempts": row.attempts, ":next_attempt_at": At(row.next_attempt_at),
        })?;
        // The numbers only grow, so the one `max` places back bounds those that stay without counting them each time.
        let mut oldest = self.sqlite.prepare_cached(
            "DELETE FROM webhooks WHERE id <= (SELECT id FROM webhooks ORDER BY id DESC LIMIT 1 OFFSET ?)",
        )?;
        let dropped = u64::try_from(oldest.execute([max])?).unwrap_or(u64::MAX);
        if dropped > 0 {
            self.put_setting(DROPPED, &self.webhooks_dropped()?.saturating_add(dropped))?;
        }
        Ok(id)
    }

    /// The controller has it: the row goes. Whether it was there.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn webhook_delivered(&self, id: i64) -> Result<bool, StoreError> {
        Ok(self.sqlite.prepare_cached("DELETE FROM webhooks WHERE id = ?")?.execute([id])? > 0)
    }

    /// A try failed; the next one is at `next_attempt_at`.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn webhook_failed_attempt(&self, id: i64, next_attempt_at: Timestamp) -> Result<(), StoreError> {
        let mut statement = self
            .sqlite
            .prepare_cached("UPDATE webhooks SET attempts = attempts + 1, next_attempt_at = ? WHERE id = ?")?;
        statement.execute((At(next_attempt_at), id))?;
        Ok(())
    }

    /// No further try is made: the row goes and is counted as dropped.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn webhook_give_up(&self, id: i64) -> Result<(), StoreError> {
        if self.webhook_delivered(id)? {
            self.put_setting(DROPPED, &self.webhooks_dropped()?.saturating_add(1))?;
        }
        Ok(())
    }
}
