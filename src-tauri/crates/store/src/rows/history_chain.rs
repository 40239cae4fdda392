//! The chain through history: each line's digest is made of the line and of the digest before it, so that a line that
//! was lost, changed or put in between shows. It tells of damage and of careless hands; whoever has the wallet's key
//! could write a whole new chain.

use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

use super::column::At;
use super::history::HistoryRow;
use crate::{Reader, StoreError};

/// What came out of following the chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryChain {
    /// Lines that belong to it.
    pub lines: u64,
    /// Lines from before there was one.
    pub before: u64,
    /// The number of the first line that does not fit, if any.
    pub broken_at: Option<i64>,
}

/// The digest of the newest line, if it has one.
pub(super) fn newest(sqlite: &Connection) -> Result<Option<Vec<u8>>, StoreError> {
    let mut statement = sqlite.prepare_cached("SELECT digest FROM history ORDER BY id DESC LIMIT 1")?;
    Ok(statement.query_row([], |row| row.get(0)).optional()?.flatten())
}

/// The digest of a line that follows `before`. Each part goes in with its length: no two lines write the same.
pub(super) fn digest(before: Option<&[u8]>, row: &HistoryRow) -> Vec<u8> {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    part(before.unwrap_or_default());
    part(&row.at.as_microsecond().to_be_bytes());
    for text in [&row.subject, &row.subject_id, &row.who, &row.what, &row.outcome] {
        part(text.as_bytes());
    }
    part(row.connection_id.as_deref().unwrap_or_default().as_bytes());
    hash.finalize().to_vec()
}

impl Reader<'_> {
    /// Follows the chain from its first line to its last.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn history_chain(&self) -> Result<HistoryChain, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "SELECT id, at, subject, subject_id, connection_id, who, what, outcome, digest FROM history ORDER BY id",
        )?;
        let mut rows = statement.query([])?;
        let mut chain = HistoryChain { lines: 0, before: 0, broken_at: None };
        let mut before: Option<Vec<u8>> = None;
        let mut last = 0;
        while let Some(row) = rows.next()? {
            let line = HistoryRow {
                id: row.get(0)?,
                at: row.get::<_, At>(1)?.0,
                subject: row.get(2)?,
                subject_id: row.get(3)?,
                connection_id: row.get(4)?,
                who: row.get(5)?,
                what: row.get(6)?,
                outcome: row.get(7)?,
            };
            last = line.id;
            let found: Option<Vec<u8>> = row.get(8)?;
            if found.is_none() && before.is_none() {
                chain.before += 1;
                continue;
            }
            if found.as_deref() != Some(digest(before.as_deref(), &line).as_slice()) {
                chain.broken_at = Some(line.id);
                return Ok(chain);
            }
            chain.lines += 1;
            before = found;
        }
        // Numbers are never given twice: a line that is missing at the end shows by its own.
        let given: i64 = self
            .sqlite
            .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'history'")?
            .query_row([], |row| row.get(0))
            .optional()?
            .unwrap_or(0);
        if given > last {
            chain.broken_at = Some(given);
        }
        Ok(chain)
    }
}
