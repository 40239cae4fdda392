//! The messages that were seen, so that a second copy changes nothing: against a peer or a network that repeats, by
//! accident or on purpose. What is remembered is bounded in time and in number.

use jiff::Timestamp;
use vouchsafe_didcomm::Verkey;

use super::column::{At, Key};
use crate::{Reader, StoreError, Transaction};

/// How a sender is kept: an anonymous envelope has none.
fn sender_column(sender: Option<&Verkey>) -> &[u8] {
    sender.map_or(&[][..], |sender| sender.as_bytes().as_slice())
}

impl Reader<'_> {
    /// Whether a message was seen before.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn was_seen(&self, recipient: &Verkey, sender: Option<&Verkey>, message_id: &str) -> Result<bool, StoreError> {
        let mut statement = self
            .sqlite
            .prepare_cached("SELECT 1 FROM seen_messages WHERE recipient = ? AND sender = ? AND message_id = ?")?;
        Ok(statement.exists((Key(*recipient), sender_column(sender), message_id))?)
    }
}

impl Transaction<'_> {
    /// Remembers a message; `false` if it was seen before. An anonymous envelope has no `sender`.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn mark_seen(
        &self,
        recipient: &Verkey,
        sender: Option<&Verkey>,
        message_id: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "INSERT OR IGNORE INTO seen_messages (recipient, sender, message_id, seen_at) VALUES (?, ?, ?, ?)",
        )?;
        Ok(statement.execute((Key(*recipient), sender_column(sender), message_id, At(now)))? > 0)
    }

    /// Forgets what was seen before `time`; how many there were.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn forget_seen_before(&self, time: Timestamp) -> Result<usize, StoreError> {
        Ok(self.sqlite.prepare_cached("DELETE FROM seen_messages WHERE seen_at < ?")?.execute([At(time)])?)
    }

    /// Forgets the oldest until about `count` are left (those seen in the same microsecond go together).
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn forget_seen_beyond(&self, count: u32) -> Result<usize, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "DELETE FROM seen_messages WHERE seen_at <= \
             (SELECT seen_at FROM seen_messages ORDER BY seen_at DESC LIMIT 1 OFFSET ?)",
        )?;
        Ok(statement.execute([count])?)
    }
}
