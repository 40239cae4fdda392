//! How the credentials that the wallet holds stand, as their issuers' lists said when they were last read.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row};
use serde_json::Value;

use super::column::{At, Json};
use crate::{Reader, StoreError, Transaction};

/// How a held credential stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeldStatus {
    /// The owner's word; empty: its issuer cannot take it back.
    pub state: String,
    /// When its list was last read, if it ever was.
    pub checked_at: Option<Timestamp>,
    /// Why, in words.
    pub detail: String,
}

/// Reads the three columns from `first` on.
pub(super) fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<HeldStatus> {
    Ok(HeldStatus {
        state: row.get(first)?,
        checked_at: row.get::<_, Option<At>>(first + 1)?.map(|at| at.0),
        detail: row.get(first + 2)?,
    })
}

impl Reader<'_> {
    /// The credentials with a status that was last read before `time`, those that waited longest first; those in the
    /// state `last` are left out, since nothing changes for them any more.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn status_due(&self, time: Timestamp, last: &str, limit: u32) -> Result<Vec<String>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "SELECT record_id FROM credentials WHERE status <> '' AND status <> ? \
             AND (status_at IS NULL OR status_at < ?) ORDER BY status_at LIMIT ?",
        )?;
        let rows = statement.query_map((last, At(time), limit), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// When the newest version of a status list that was ever read was made.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn status_list_read(&self, url: &str) -> Result<Option<Timestamp>, StoreError> {
        let mut statement = self.sqlite.prepare_cached("SELECT valid_from FROM status_lists_read WHERE url = ?")?;
        Ok(statement.query_row([url], |row| row.get::<_, At>(0)).optional()?.map(|at| at.0))
    }
}

impl Transaction<'_> {
    /// Notes how a credential stands, with its verification as it is now; whether the credential is there.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn set_credential_status(
        &self,
        record_id: &str,
        status: &HeldStatus,
        verification: &Value,
    ) -> Result<bool, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "UPDATE credentials SET status = ?, status_at = ?, status_detail = ?, verification = ? WHERE record_id = ?",
        )?;
        let row = (&status.state, status.checked_at.map(At), &status.detail, Json(verification), record_id);
        Ok(statement.execute(row)? > 0)
    }

    /// Notes when the version of a status list that was read was made.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn note_status_list_read(&self, url: &str, valid_from: Timestamp) -> Result<(), StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "INSERT INTO status_lists_read (url, valid_from) VALUES (?, ?) \
             ON CONFLICT (url) DO UPDATE SET valid_from = max(valid_from, excluded.valid_from)",
        )?;
        statement.execute((url, At(valid_from)))?;
        Ok(())
    }
}
