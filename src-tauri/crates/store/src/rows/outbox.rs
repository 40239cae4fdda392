//! Messages that were promised and are not delivered yet. A row is written in the transaction that decided to send it
//! and goes when the peer has it, so a crash between the two sends it again rather than never.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, named_params};
use serde_json::Value;
use vouchsafe_didcomm::Verkey;

use super::column::{At, Json, Key};
use crate::{Reader, StoreError, Transaction};

/// To be tried at `next_attempt_at`.
pub const DUE: &str = "due";
/// Waits for the peer to come by: it has no endpoint.
pub const WAITING: &str = "waiting";
/// Given back on a way that the peer had opened. Whether it arrived is known by what the peer says next.
pub const HANDED: &str = "handed";
/// Given up; kept for the person to see and to try again.
pub const FAILED: &str = "failed";

/// A message still to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its number, given by [`Transaction::push_outbox`]; 0 before.
    pub id: i64,
    /// The message's `@id`.
    pub message_id: String,
    /// The connection it goes over, if any.
    pub connection_id: Option<String>,
    /// The exchange it belongs to, if any.
    pub exchange_id: Option<String>,
    /// The message's thread.
    pub thread_id: Option<String>,
    /// The key it is for, by which it is found when the peer comes by.
    pub recipient: Option<Verkey>,
    /// Endpoint, recipient keys, routing keys, sender key: the owner's JSON.
    pub target: Value,
    /// The plaintext message.
    pub payload: Vec<u8>,
    /// When it was promised.
    pub created_at: Timestamp,
    /// Tries so far.
    pub attempts: u32,
    /// When to try next.
    pub next_attempt_at: Timestamp,
    /// When it is no longer worth delivering.
    pub expires_at: Option<Timestamp>,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// [`DUE`], [`WAITING`], [`HANDED`] or [`FAILED`].
    pub state: String,
}

const SELECT: &str = "SELECT id, message_id, connection_id, exchange_id, thread_id, recipient, target, payload, \
    created_at, attempts, next_attempt_at, expires_at, last_error, state FROM outbox";

fn read(row: &Row<'_>) -> rusqlite::Result<OutboxRow> {
    Ok(OutboxRow {
        id: row.get(0)?,
        message_id: row.get(1)?,
        connection_id: row.get(2)?,
        exchange_id: row.get(3)?,
        thread_id: row.get(4)?,
        recipient: row.get::<_, Option<Key>>(5)?.map(|key| key.0),
        target: row.get::<_, Json<Value>>(6)?.0,
        payload: row.get(7)?,
        created_at: row.get::<_, At>(8)?.0,
        attempts: row.get(9)?,
        next_attempt_at: row.get::<_, At>(10)?.0,
        expires_at: row.get::<_, Option<At>>(11)?.map(|at| at.0),
        last_error: row.get(12)?,
        state: row.get(13)?,
    })
}

impl Reader<'_> {
    /// The message with this number.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn outbox(&self, id: i64) -> Result<Option<OutboxRow>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(&format!("{SELECT} WHERE id = ?"))?;
        Ok(statement.query_row([id], read).optional()?)
    }

    pub(super) fn outbox_rows(&self, rest: &str, values: impl rusqlite::Params) -> Result<Vec<OutboxRow>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(&format!("{SELECT} {rest}"))?;
        let rows = statement.query_map(values, read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What is not delivered of a connection, failed ones included, oldest first.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn outbox_for_connection(&self, connection_id: &str) -> Result<Vec<OutboxRow>, StoreError> {
        self.outbox_rows("WHERE connection_id = ? ORDER BY id", [connection_id])
    }

    /// What is not delivered of an exchange, failed ones included, oldest first.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn outbox_for_exchange(&self, exchange_id: &str) -> Result<Vec<OutboxRow>, StoreError> {
        self.outbox_rows("WHERE exchange_id = ? ORDER BY id", [exchange_id])
    }

    /// What can be handed to `recipient` now that it is there: what waits for it and what is due, oldest first.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn outbox_waiting_for(&self, recipient: &Verkey) -> Result<Vec<OutboxRow>, StoreError> {
        self.outbox_rows("WHERE recipient = ? AND state IN ('due', 'waiting') ORDER BY id", [Key(*recipient)])
    }

    /// What has outlived its `expires_at` by `now` and is not given up yet.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn outbox_expired(&self, now: Timestamp, limit: u32) -> Result<Vec<OutboxRow>, StoreError> {
        self.outbox_rows("WHERE state IN ('due', 'waiting') AND expires_at <= ? ORDER BY id LIMIT ?", (At(now), limit))
    }

    /// How many messages belong to no connection and no exchange, `limit` at most.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn count_outbox_of_nobody(&self, limit: u32) -> Result<u64, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "SELECT count(*) FROM (SELECT 1 FROM outbox WHERE connection_id IS NULL AND exchange_id IS NULL LIMIT ?)",
        )?;
        Ok(statement.query_row([limit], |row| row.get(0))?)
    }

    /// How many messages are in a state.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn count_outbox(&self, state: &str) -> Result<u64, StoreError> {
        let mut statement = self.sqlite.prepare_cached("SELECT count(*) FROM outbox WHERE state = ?")?;
        Ok(statement.query_row([state], |row| row.get(0))?)
    }
}

impl Transaction<'_> {
    /// Promises a message; its number. `row.id` is not looked at.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn push_outbox(&self, row: &OutboxRow) -> Result<i64, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "INSERT INTO outbox (message_id, connection_id, exchange_id, thread_id, recipient, target, payload, \
             created_at, attempts, next_attempt_at, expires_at, last_error, state) \
             VALUES (:message_id, :connection_id, :exchange_id, :thread_id, :recipient, :target, :payload, \
             :created_at, :attempts, :next_attempt_at, :expires_at, :last_error, :state)",
        )?;
        Ok(statement.insert(named_params! {
            ":message_id": row.message_id, ":connection_id": row.connection_id, ":exchange_id": row.exchange_id,
            ":thread_id": row.thread_id, ":recipient": row.recipient.map(Key), ":target": Json(&row.target),
            ":payload": row.payload, ":created_at": At(row.created_at), ":attempts": row.attempts,
            ":next_attempt_at": At(row.next_attempt_at), ":expires_at": row.expires_at.map(At),
            ":last_error": row.last_error, ":state": row.state,
        })?)
    }

    /// The peer has it: the row goes. Whether it was there.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn outbox_delivered(&self, id: i64) -> Result<bool, StoreError> {
        Ok(self.sqlite.prepare_cached("DELETE FROM outbox WHERE id = ?")?.execute([id])? > 0)
    }

    /// A try failed; the next one is at `next_attempt_at`.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn outbox_failed_attempt(&self, id: i64, error: &str, next_attempt_at: Timestamp) -> Result<(), StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "UPDATE outbox SET attempts = attempts + 1, last_error = ?, next_attempt_at = ?, state = 'due' WHERE id = ?",
        )?;
        statement.execute((error, At(next_attempt_at), id))?;
        Ok(())
    }

    /// There is nowhere to deliver it to: it waits for the peer to come by.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn outbox_wait(&self, id: i64) -> Result<(), StoreError> {
        self.sqlite.prepare_cached("UPDATE outbox SET state = 'waiting' WHERE id = ?")?.execute([id])?;
        Ok(())
    }

    /// No further try is made; the row stays for the person to see.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn outbox_give_up(&self, id: i64, error: &str) -> Result<(), StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "UPDATE outbox SET attempts = attempts + 1, last_error = ?, state = 'failed' WHERE id = ?",
        )?;
        statement.execute((error, id))?;
        Ok(())
    }

    /// Tries what waits or failed on a connection again at `now`; how many there are.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn outbox_retry_connection(&self, connection_id: &str, now: Timestamp) -> Result<usize, StoreError> {
        let mut statement = self
            .sqlite
            .prepare_cached("UPDATE outbox SET state = 'due', next_attempt_at = ? WHERE connection_id = ?")?;
        Ok(statement.execute((At(now), connection_id))?)
    }

    /// Tries what waits or failed in an exchange again at `now`, and goes on until `expires`; how many there are. What was
    /// handed to a peer on its own way is left to it.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn outbox_retry_exchange(
        &self,
        exchange_id: &str,
        now: Timestamp,
        expires: Option<Timestamp>,
    ) -> Result<usize, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "UPDATE outbox SET state = 'due', next_attempt_at = ?1, expires_at = coalesce(?2, expires_at) \
             WHERE exchange_id = ?3 AND state <> 'handed'",
        )?;
        Ok(statement.execute((At(now), expires.map(At), exchange_id))?)
    }

    /// Forgets what is not delivered of a connection; how many there were.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn delete_outbox_of_connection(&self, connection_id: &str) -> Result<usize, StoreError> {
        Ok(self.sqlite.prepare_cached("DELETE FROM outbox WHERE connection_id = ?")?.execute([connection_id])?)
    }
}
