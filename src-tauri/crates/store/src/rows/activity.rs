//! What history tells of, one row for each thing, by when it last moved. The rows are written by the trigger on
//! history; here they are named, listed and counted by day.

use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::types::Value;

use super::column::At;
use super::page::{Page, Query};
use crate::{Reader, StoreError, Transaction};

/// Days that are counted; what is older is found by search.
const MAX_DAYS: u32 = 4000;
/// Words of a search that are looked at; more are left out.
const MAX_WORDS: usize = 8;

/// A thing that history tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityRow {
    /// What it is: `connection`, `credential-exchange`, `credential`, `did` or another word of history's.
    pub subject: String,
    /// Its id.
    pub subject_id: String,
    /// `received`, `issued`, `connection`, `credential`, `identity` or `other`.
    pub kind: String,
    /// Its name as far as it was given one; empty else.
    pub title: String,
    /// The connection it belongs to, if any.
    pub connection_id: Option<String>,
    /// When its first line was written.
    pub began_at: Timestamp,
    /// When its newest line was written.
    pub last_at: Timestamp,
    /// The number of that line.
    pub last_line: i64,
}

/// Which of them; every part that is set has to fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityFilter {
    /// Only of this kind.
    pub kind: Option<String>,
    /// Only over this connection.
    pub connection_id: Option<String>,
    /// Words that must all be in its title or in its connection's name.
    pub words: String,
}

/// How many last moved on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityDay {
    /// The day, as `2026-11-23`.
    pub day: String,
    /// How many there are.
    pub count: u64,
}

fn read(row: &Row<'_>) -> rusqlite::Result<ActivityRow> {
    Ok(ActivityRow {
        subject: row.get(0)?,
        subject_id: row.get(1)?,
        kind: row.get(2)?,
        title: row.get(3)?,
        connection_id: row.get(4)?,
        began_at: row.get::<_, At>(5)?.0,
        last_at: row.get::<_, At>(6)?.0,
        last_line: row.get(7)?,
    })
}

fn narrow(query: &mut Query, filter: &ActivityFilter) {
    query.equals("kind", filter.kind.clone());
    query.equals("connection_id", filter.connection_id.clone());
    for word in filter.words.split_whitespace().take(MAX_WORDS) {
        let like = format!("%{}%", word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
        let start = format!("\"{}\"*", word.replace('"', "\"\""));
        query.condition(
            "(title LIKE ? ESCAPE '\\' OR connection_id IN \
             (SELECT connection_id FROM connection_search WHERE connection_search MATCH ?))",
            [Value::from(like), Value::from(start)],
        );
    }
}

impl Reader<'_> {
    /// What fits, by when it last moved.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn activity(&self, filter: &ActivityFilter, page: Page) -> Result<Vec<ActivityRow>, StoreError> {
        let mut query = Query::new(
            "SELECT subject, subject_id, kind, title, connection_id, began_at, last_at, last_line FROM activity",
        );
        narrow(&mut query, filter);
        query.page(&["last_at", "last_line"], &page);
        query.rows(self.sqlite, read)
    }

    /// One of them.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn activity_of(&self, subject: &str, subject_id: &str) -> Result<Option<ActivityRow>, StoreError> {
        let mut query = Query::new(
            "SELECT subject, subject_id, kind, title, connection_id, began_at, last_at, last_line FROM activity",
        );
        query.equals("subject", Some(subject.to_owned()));
        query.equals("subject_id", Some(subject_id.to_owned()));
        Ok(query.rows(self.sqlite, read)?.into_iter().next())
    }

    /// How many fit on each day, newest first, for somebody whose clock is `minutes` ahead of UTC.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn activity_days(&self, filter: &ActivityFilter, minutes: i32) -> Result<Vec<ActivityDay>, StoreError> {
        // The offset is a number: it cannot be anything else in the statement.
        let mut query = Query::new(&format!(
            "SELECT date(last_at / 1000000 + {}, 'unixepoch') AS day, count(*) FROM activity",
            i64::from(minutes) * 60
        ));
        narrow(&mut query, filter);
        query.end("GROUP BY day ORDER BY day DESC LIMIT ?", [Value::from(MAX_DAYS)]);
        query.rows(self.sqlite, |row| Ok(ActivityDay { day: row.get(0)?, count: row.get(1)? }))
    }
}

impl Transaction<'_> {
    /// Gives what history tells of a name to be found by.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn name_activity(&self, subject: &str, subject_id: &str, title: &str) -> Result<(), StoreError> {
        let mut statement =
            self.sqlite.prepare_cached("UPDATE activity SET title = ? WHERE subject = ? AND subject_id = ?")?;
        statement.execute((title, subject, subject_id))?;
        Ok(())
    }
}
