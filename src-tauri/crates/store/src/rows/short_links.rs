//! Short links: random tokens by which invitations are found from outside. A token goes with its invitation.

use jiff::Timestamp;
use rusqlite::OptionalExtension;

use super::column::At;
use super::invitations::InvitationRow;
use crate::{Reader, StoreError, Transaction};

impl Reader<'_> {
    /// The token of this invitation's short link.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn short_link_of(&self, oob_id: &str) -> Result<Option<String>, StoreError> {
        let mut statement = self.sqlite.prepare_cached("SELECT token FROM short_links WHERE oob_id = ?")?;
        Ok(statement.query_row([oob_id], |row| row.get(0)).optional()?)
    }

    /// The invitation behind this token.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn invitation_by_short_link(&self, token: &str) -> Result<Option<InvitationRow>, StoreError> {
        let mut statement = self.sqlite.prepare_cached("SELECT oob_id FROM short_links WHERE token = ?")?;
        let oob_id: Option<String> = statement.query_row([token], |row| row.get(0)).optional()?;
        match oob_id {
            Some(oob_id) => self.invitation(&oob_id),
            None => Ok(None),
        }
    }
}

impl Transaction<'_> {
    /// Gives the invitation a short link.
    ///
    /// # Errors
    ///
    /// The disk's; one for an invitation that has a link already, or is not there.
    pub fn put_short_link(&self, token: &str, oob_id: &str, now: Timestamp) -> Result<(), StoreError> {
        let mut statement =
            self.sqlite.prepare_cached("INSERT INTO short_links (token, oob_id, created_at) VALUES (?, ?, ?)")?;
        statement.execute((token, oob_id, At(now)))?;
        Ok(())
    }
}
