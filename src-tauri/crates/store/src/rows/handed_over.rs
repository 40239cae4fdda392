//! What the desktop handed over to be looked at, oldest first, until the person has decided about it.

use rusqlite::OptionalExtension;

use crate::{Reader, StoreError, Transaction};

impl Reader<'_> {
    /// The oldest that waits: its number, its text, and how many wait behind it.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn first_handed_over(&self) -> Result<Option<(i64, String, u32)>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "SELECT number, text, (SELECT count(*) FROM handed_over) - 1 FROM handed_over ORDER BY number LIMIT 1",
        )?;
        Ok(statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?)
    }
}

impl Transaction<'_> {
    /// Puts a text behind those that wait, unless it waits already; beyond `at_most` the oldest are forgotten.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn put_handed_over(&self, text: &str, at_most: u32) -> Result<(), StoreError> {
        self.sqlite.prepare_cached("INSERT OR IGNORE INTO handed_over (text) VALUES (?)")?.execute([text])?;
        self.sqlite
            .prepare_cached(
                "DELETE FROM handed_over WHERE number NOT IN \
                 (SELECT number FROM handed_over ORDER BY number DESC LIMIT ?)",
            )?
            .execute([at_most])?;
        Ok(())
    }

    /// Forgets one that was decided about; whether it was there.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn delete_handed_over(&self, number: i64) -> Result<bool, StoreError> {
        Ok(self.sqlite.prepare_cached("DELETE FROM handed_over WHERE number = ?")?.execute([number])? > 0)
    }
}
