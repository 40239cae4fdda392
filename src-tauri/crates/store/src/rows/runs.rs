//! Runs and their rows: credentials that are offered one after the other. A row's state follows its exchange by
//! triggers, so that the two cannot differ after any crash.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row, named_params};

use super::column::At;
use super::page::{Page, Query};
use crate::{Reader, StoreError, Transaction};

/// A run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    /// Its number; 0 until it is stored.
    pub id: i64,
    /// The person's name for it.
    pub name: String,
    /// `connections`, `invitations` or `desk`.
    pub kind: String,
    /// `running`, `paused` or `cancelled`.
    pub state: String,
    /// Every person at the desk gets the same.
    pub repeats: bool,
    /// What all rows have in common, the owner's JSON.
    pub frame: String,
    /// Why it does not go on for now; empty where nothing is in the way.
    pub trouble: String,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A row of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunItemRow {
    /// Its line in the file.
    pub place: u32,
    /// The subject, the owner's JSON; gone once it was issued.
    pub subject: Option<String>,
    /// The connection that it is for.
    pub connection_id: Option<String>,
    /// The person's name for whoever gets it.
    pub name: Option<String>,
    /// `waiting`, `invited`, `offered`, `accepted`, `issued`, `done`, `declined`, `failed` or `cancelled`.
    pub state: String,
    /// The exchange that it is offered in.
    pub exchange_id: Option<String>,
    /// The invitation that it waits at.
    pub oob_id: Option<String>,
    /// Why it was declined or failed.
    pub reason: String,
    /// When its state changed last.
    pub changed_at: Timestamp,
}

const SELECT: &str = "SELECT id, name, kind, state, repeats, frame, trouble, created_at, updated_at FROM runs";
const SELECT_ROWS: &str =
    "SELECT place, subject, connection_id, name, state, exchange_id, oob_id, reason, changed_at FROM run_rows";

fn read(row: &Row<'_>) -> rusqlite::Result<RunRow> {
    Ok(RunRow {
        id: row.get(0)?,
        name: row.get(1)?,
        kind: row.get(2)?,
        state: row.get(3)?,
        repeats: row.get(4)?,
        frame: row.get(5)?,
        trouble: row.get(6)?,
        created_at: row.get::<_, At>(7)?.0,
        updated_at: row.get::<_, At>(8)?.0,
    })
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<RunItemRow> {
    Ok(RunItemRow {
        place: row.get(0)?,
        subject: row.get(1)?,
        connection_id: row.get(2)?,
        name: row.get(3)?,
        state: row.get(4)?,
        exchange_id: row.get(5)?,
        oob_id: row.get(6)?,
        reason: row.get(7)?,
        changed_at: row.get::<_, At>(8)?.0,
    })
}

impl Reader<'_> {
    /// The run with this number.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn run(&self, id: i64) -> Result<Option<RunRow>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(&format!("{SELECT} WHERE id = ?"))?;
        Ok(statement.query_row([id], read).optional()?)
    }

    /// Runs in this state, or all, in the order they were started.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn runs(&self, state: Option<&str>, page: Page) -> Result<Vec<RunRow>, StoreError> {
        let mut query = Query::new(SELECT);
        query.equals("state", state.map(str::to_owned));
        query.page(&["id"], &page);
        query.rows(self.sqlite, read)
    }

    /// How many runs there are.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn count_runs(&self) -> Result<u64, StoreError> {
        Query::new("SELECT count(*) FROM runs").count(self.sqlite)
    }

    /// How many rows of a run are in each state.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn run_counts(&self, run: i64) -> Result<HashMap<String, u64>, StoreError> {
        let sql = "SELECT state, count(*) FROM run_rows WHERE run = ? GROUP BY state";
        let mut statement = self.sqlite.prepare_cached(sql)?;
        let counts = statement.query_map([run], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(counts.collect::<Result<_, _>>()?)
    }

    /// How many rows of a run came into one of these states since then.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn count_run_rows_since(&self, run: i64, states: &[&str], since: Timestamp) -> Result<u64, StoreError> {
        let mut count = 0;
        for state in states {
            let sql = "SELECT count(*) FROM run_rows WHERE run = ? AND state = ? AND changed_at >= ?";
            let mut statement = self.sqlite.prepare_cached(sql)?;
            count += statement.query_row((run, state, At(since)), |row| row.get::<_, u64>(0))?;
        }
        Ok(count)
    }

    /// One row of a run.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn run_row(&self, run: i64, place: u32) -> Result<Option<RunItemRow>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(&format!("{SELECT_ROWS} WHERE run = ? AND place = ?"))?;
        Ok(statement.query_row((run, place), read_row).optional()?)
    }

    /// Rows of a run in any of these states, or all, in the order of the file.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn run_rows(&self, run: i64, states: &[&str], page: Page) -> Result<Vec<RunItemRow>, StoreError> {
        let mut query = Query::new(SELECT_ROWS);
        query.equals("run", Some(run));
        if !states.is_empty() {
            let places = vec!["?"; states.len()].join(", ");
            let states = states.iter().map(|state| Value::from((*state).to_owned()));
            query.condition(&format!("state IN ({places})"), states);
        }
        query.page(&["place"], &page);
        query.rows(self.sqlite, read_row)
    }

    /// The next rows of a run that wait to be offered.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn run_rows_waiting(&self, run: i64, limit: u32) -> Result<Vec<RunItemRow>, StoreError> {
        let sql = format!("{SELECT_ROWS} WHERE run = ? AND state = 'waiting' ORDER BY place LIMIT ?");
        let mut statement = self.sqlite.prepare_cached(&sql)?;
        let rows = statement.query_map((run, limit), read_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The highest place in a run.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn last_run_place(&self, run: i64) -> Result<u32, StoreError> {
        let sql = "SELECT coalesce(max(place), 0) FROM run_rows WHERE run = ?";
        Ok(self.sqlite.prepare_cached(sql)?.query_row([run], |row| row.get(0))?)
    }
}

impl Transaction<'_> {
    /// Stores a new run; gives its number.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn add_run(&self, row: &RunRow) -> Result<i64, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "INSERT INTO runs (name, kind, state, repeats, frame, trouble, created_at, updated_at) \
             VALUES (:name, :kind, :state, :repeats, :frame, :trouble, :created_at, :updated_at)",
        )?;
        statement.execute(named_params! {
            ":name": row.name, ":kind": row.kind, ":state": row.state, ":repeats": row.repeats, ":frame": row.frame,
            ":trouble": row.trouble, ":created_at": At(row.created_at), ":updated_at": At(row.updated_at),
        })?;
        Ok(self.sqlite.last_insert_rowid())
    }

    /// Notes a run's state, and what is in its way.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn set_run(&self, id: i64, state: &str, trouble: &str, now: Timestamp) -> Result<(), StoreError> {
        let sql = "UPDATE runs SET state = ?, trouble = ?, updated_at = ? WHERE id = ?";
        self.sqlite.prepare_cached(sql)?.execute((state, trouble, At(now), id))?;
        Ok(())
    }

    /// Deletes a run with its rows; whether it was there. What was offered stays.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn delete_run(&self, id: i64) -> Result<bool, StoreError> {
        Ok(self.sqlite.prepare_cached("DELETE FROM runs WHERE id = ?")?.execute([id])? > 0)
    }

    /// Stores a row, in place of the one at its place.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when its exchange is another row's; the disk's.
    pub fn put_run_row(&self, run: i64, row: &RunItemRow) -> Result<(), StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "INSERT INTO run_rows (run, place, subject, connection_id, name, state, exchange_id, oob_id, reason, \
             changed_at) VALUES (:run, :place, :subject, :connection_id, :name, :state, :exchange_id, :oob_id, :reason, \
             :changed_at) ON CONFLICT (run, place) DO UPDATE SET subject = excluded.subject, \
             connection_id = excluded.connection_id, name = excluded.name, state = excluded.state, \
             exchange_id = excluded.exchange_id, oob_id = excluded.oob_id, reason = excluded.reason, \
             changed_at = excluded.changed_at",
        )?;
        statement.execute(named_params! {
            ":run": run, ":place": row.place, ":subject": row.subject, ":connection_id": row.connection_id,
            ":name": row.name, ":state": row.state, ":exchange_id": row.exchange_id, ":oob_id": row.oob_id,
            ":reason": row.reason, ":changed_at": At(row.changed_at),
        })?;
        Ok(())
    }

    /// Moves all rows of a run that are in state `from` to state `to`, to be offered anew where they wait again; how
    /// many they were. Rows whose subject is gone stay.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn move_run_rows(&self, run: i64, from: &str, to: &str, now: Timestamp) -> Result<usize, StoreError> {
        let sql = "UPDATE run_rows SET state = ?, exchange_id = NULL, oob_id = NULL, reason = '', changed_at = ? \
             WHERE run = ? AND state = ? AND subject IS NOT NULL";
        Ok(self.sqlite.prepare_cached(sql)?.execute((to, At(now), run, from))?)
    }
}
