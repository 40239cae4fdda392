//! What happened, for the person: when, who, what and how it ended. It outlives what it tells of, and holds no claim
//! values.

use jiff::Timestamp;
use rusqlite::Row;

use super::column::At;
use super::history_chain;
use super::page::{Page, Query};
use crate::{Reader, StoreError, Transaction};

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    /// Its number, given by [`Transaction::add_history`]; 0 before.
    pub id: i64,
    /// When it happened.
    pub at: Timestamp,
    /// What it is about: `connection`, `credential-exchange`, `credential` or `wallet`.
    pub subject: String,
    /// The id of that.
    pub subject_id: String,
    /// The connection it belongs to, if any.
    pub connection_id: Option<String>,
    /// Who did it: `us`, `them` or `person`.
    pub who: String,
    /// What was done.
    pub what: String,
    /// How it ended.
    pub outcome: String,
}

/// Which events; every part that is set has to fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryFilter {
    /// What they are about.
    pub subject: Option<String>,
    /// The id of that.
    pub subject_id: Option<String>,
    /// The connection they belong to.
    pub connection_id: Option<String>,
    /// Who did it.
    pub who: Option<String>,
    /// From this time on.
    pub since: Option<Timestamp>,
}

fn read(row: &Row<'_>) -> rusqlite::Result<HistoryRow> {
    Ok(HistoryRow {
        id: row.get(0)?,
        at: row.get::<_, At>(1)?.0,
        subject: row.get(2)?,
        subject_id: row.get(3)?,
        connection_id: row.get(4)?,
        who: row.get(5)?,
        what: row.get(6)?,
        outcome: row.get(7)?,
    })
}

impl Reader<'_> {
    /// The events that fit, in the order they happened.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn history(&self, filter: &HistoryFilter, page: Page) -> Result<Vec<HistoryRow>, StoreError> {
        let mut query =
            Query::new("SELECT id, at, subject, subject_id, connection_id, who, what, outcome FROM history");
        query.equals("subject", filter.subject.clone());
        query.equals("subject_id", filter.subject_id.clone());
        query.equals("connection_id", filter.connection_id.clone());
        query.equals("who", filter.who.clone());
        if let Some(since) = filter.since {
            query.condition("at >= ?", [At(since).into()]);
        }
        query.page(&["at", "id"], &page);
        query.rows(self.sqlite, read)
    }
}

impl Reader<'_> {
    /// The lines from this number on, at most `limit`.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn history_lines(&self, from: i64, limit: u32) -> Result<Vec<HistoryRow>, StoreError> {
        let mut query =
            Query::new("SELECT id, at, subject, subject_id, connection_id, who, what, outcome FROM history");
        query.condition("id >= ?", [from.into()]);
        query.page(&["id"], &Page { limit, ..Page::default() });
        query.rows(self.sqlite, read)
    }
}

impl Transaction<'_> {
    /// Adds an event; its number. `row.id` is not looked at.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn add_history(&self, row: &HistoryRow) -> Result<i64, StoreError> {
        let digest = history_chain::digest(history_chain::newest(self.sqlite)?.as_deref(), row);
        let mut statement = self.sqlite.prepare_cached(
            "INSERT INTO history (at, subject, subject_id, connection_id, who, what, outcome, digest) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        Ok(statement.insert((
            At(row.at),
            &row.subject,
            &row.subject_id,
            &row.connection_id,
            &row.who,
            &row.what,
            &row.outcome,
            digest,
        ))?)
    }
}
