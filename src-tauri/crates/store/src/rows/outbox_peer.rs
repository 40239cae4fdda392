//! The outbox, seen by peer: messages to one peer keep their order, so a peer is busy, waits or is woken as a whole.

use jiff::Timestamp;
use rusqlite::params_from_iter;
use rusqlite::types::Value;
use vouchsafe_didcomm::Verkey;

use super::column::{At, Key};
use super::outbox::{self, OutboxRow};
use crate::{Reader, StoreError, Transaction};

impl Reader<'_> {
    /// What is to be tried by `now` for peers that are not in `busy`, in the order of promising for each peer, `limit`
    /// at most.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn outbox_due_except(&self, now: Timestamp, busy: &[Verkey], limit: u32) -> Result<Vec<OutboxRow>, StoreError> {
        let places = vec!["?"; busy.len()].join(", ");
        let values = std::iter::once(Value::from(At(now)))
            .chain(busy.iter().map(|peer| Value::from(Key(*peer))))
            .chain(std::iter::once(Value::from(limit)));
        self.outbox_rows(
            &format!(
                "WHERE state = '{}' AND next_attempt_at <= ? AND (recipient IS NULL OR recipient NOT IN ({places})) \
                 ORDER BY next_attempt_at, id LIMIT ?",
                outbox::DUE
            ),
            params_from_iter(values),
        )
    }

    /// What is to be tried by `now` for one peer, in the order of promising, `limit` at most.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn outbox_due_for(&self, peer: &Verkey, now: Timestamp, limit: u32) -> Result<Vec<OutboxRow>, StoreError> {
        self.outbox_rows(
            "WHERE recipient = ? AND state = 'due' AND next_attempt_at <= ? ORDER BY next_attempt_at, id LIMIT ?",
            (Key(*peer), At(now), limit),
        )
    }

    /// When the next try after `now` is planned, if any is.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn outbox_next_due_after(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let mut statement = self
            .sqlite
            .prepare_cached("SELECT min(next_attempt_at) FROM outbox WHERE state = 'due' AND next_attempt_at > ?")?;
        Ok(statement.query_row([At(now)], |row| row.get::<_, Option<At>>(0))?.map(|at| at.0))
    }
}

impl Transaction<'_> {
    /// A peer does not answer: nothing that is due for it is tried before `until`.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn outbox_postpone_peer(&self, recipient: &Verkey, until: Timestamp) -> Result<usize, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "UPDATE outbox SET next_attempt_at = ?1 WHERE recipient = ?2 AND state = 'due' AND next_attempt_at < ?1",
        )?;
        Ok(statement.execute((At(until), Key(*recipient)))?)
    }

    /// A message was given back on a way that the peer had opened, where nobody says whether it arrived.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn outbox_handed(&self, id: i64) -> Result<(), StoreError> {
        self.sqlite.prepare_cached("UPDATE outbox SET state = 'handed' WHERE id = ?")?.execute([id])?;
        Ok(())
    }

    /// The peer goes on with a thread: what it was handed there has arrived.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn outbox_arrived(&self, recipient: &Verkey, thread_id: &str) -> Result<usize, StoreError> {
        let mut statement = self
            .sqlite
            .prepare_cached("DELETE FROM outbox WHERE recipient = ? AND thread_id = ? AND state = 'handed'")?;
        Ok(statement.execute((Key(*recipient), thread_id))?)
    }

    /// The peer repeats itself on a thread: what it was handed there is handed again.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn outbox_repeat(&self, recipient: &Verkey, thread_id: &str, now: Timestamp) -> Result<usize, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "UPDATE outbox SET state = 'due', next_attempt_at = ?1 \
             WHERE recipient = ?2 AND thread_id = ?3 AND state = 'handed'",
        )?;
        Ok(statement.execute((At(now), Key(*recipient), thread_id))?)
    }

    /// Forgets what was handed before `before`.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn forget_handed_before(&self, before: Timestamp) -> Result<usize, StoreError> {
        let mut statement =
            self.sqlite.prepare_cached("DELETE FROM outbox WHERE state = 'handed' AND created_at < ?")?;
        Ok(statement.execute([At(before)])?)
    }

    /// A peer has come by: what waits for it, or was put off, is due at `now`.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn outbox_wake_peer(&self, recipient: &Verkey, now: Timestamp) -> Result<usize, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "UPDATE outbox SET next_attempt_at = ?1, state = 'due' \
             WHERE recipient = ?2 AND (state = 'waiting' OR (state = 'due' AND next_attempt_at > ?1))",
        )?;
        Ok(statement.execute((At(now), Key(*recipient)))?)
    }
}
