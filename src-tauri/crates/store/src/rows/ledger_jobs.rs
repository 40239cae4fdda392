//! Jobs: what is to be written to a ledger, kept so that it goes on after any interruption. The bytes of a resource lie
//! beside the row and are read only when they are sent.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, named_params};

use super::column::At;
use super::page::{Page, Query};
use crate::{Reader, StoreError, Transaction};

/// A job for a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerJobRow {
    /// Its id (a UUID).
    pub id: String,
    /// The network's namespace.
    pub network: String,
    /// The DID that it is about.
    pub did: String,
    /// `create`, `update`, `deactivate` or `publish`.
    pub operation: String,
    /// The resource that it publishes.
    pub resource_id: Option<String>,
    /// The owner's word for its state.
    pub state: String,
    /// Whether it may still change the ledger; of these a DID has one at most.
    pub under_way: bool,
    /// When it goes on by itself, if it does.
    pub next_attempt_at: Option<Timestamp>,
    /// When it was asked for; never changes.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// The owner's record, JSON.
    pub body: String,
}

/// Which jobs; every part that is set has to fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of LedgerJobRow, by the same names")]
pub struct LedgerJobFilter {
    pub did: Option<String>,
    pub resource_id: Option<String>,
    pub state: Option<String>,
    pub under_way: Option<bool>,
}

const SELECT: &str = "SELECT id, network, did, operation, resource_id, state, under_way, next_attempt_at, created_at, \
    updated_at, body FROM ledger_jobs";

fn read(row: &Row<'_>) -> rusqlite::Result<LedgerJobRow> {
    Ok(LedgerJobRow {
        id: row.get(0)?,
        network: row.get(1)?,
        did: row.get(2)?,
        operation: row.get(3)?,
        resource_id: row.get(4)?,
        state: row.get(5)?,
        under_way: row.get(6)?,
        next_attempt_at: row.get::<_, Option<At>>(7)?.map(|at| at.0),
        created_at: row.get::<_, At>(8)?.0,
        updated_at: row.get::<_, At>(9)?.0,
        body: row.get(10)?,
    })
}

impl Reader<'_> {
    /// The job with this id.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn ledger_job(&self, id: &str) -> Result<Option<LedgerJobRow>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(&format!("{SELECT} WHERE id = ?"))?;
        Ok(statement.query_row([id], read).optional()?)
    }

    /// The bytes of the resource that a job publishes, unless the ledger has them.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn ledger_job_content(&self, id: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let mut statement = self.sqlite.prepare_cached("SELECT content FROM ledger_jobs WHERE id = ?")?;
        Ok(statement.query_row([id], |row| row.get(0)).optional()?.flatten())
    }

    /// The job of a DID that may still change the ledger.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn ledger_job_under_way(&self, did: &str) -> Result<Option<LedgerJobRow>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(&format!("{SELECT} WHERE did = ? AND under_way = 1"))?;
        Ok(statement.query_row([did], read).optional()?)
    }

    /// The jobs that fit, in the order they were asked for.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn ledger_jobs(&self, filter: &LedgerJobFilter, page: Page) -> Result<Vec<LedgerJobRow>, StoreError> {
        let mut query = Query::new(SELECT);
        query.equals("did", filter.did.clone());
        query.equals("resource_id", filter.resource_id.clone());
        query.equals("state", filter.state.clone());
        query.equals("under_way", filter.under_way);
        query.page(&["created_at", "rowid"], &page);
        query.rows(self.sqlite, read)
    }

    /// The jobs whose time to go on is `now` or before, the longest due first.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn ledger_jobs_due(&self, now: Timestamp, limit: u32) -> Result<Vec<LedgerJobRow>, StoreError> {
        let sql = format!("{SELECT} WHERE next_attempt_at <= ? ORDER BY next_attempt_at LIMIT ?");
        let mut statement = self.sqlite.prepare_cached(&sql)?;
        let rows = statement.query_map((At(now), limit), read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// When the next job goes on by itself.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn ledger_jobs_next(&self) -> Result<Option<Timestamp>, StoreError> {
        let mut statement = self
            .sqlite
            .prepare_cached("SELECT min(next_attempt_at) FROM ledger_jobs WHERE next_attempt_at IS NOT NULL")?;
        Ok(statement.query_row([], |row| row.get::<_, Option<At>>(0))?.map(|at| at.0))
    }
}

impl Transaction<'_> {
    /// Stores the job, in place of the one with its id; `created_at` and the content stay as they were first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when another job of its DID is under way; the disk's.
    pub fn put_ledger_job(&self, row: &LedgerJobRow) -> Result<(), StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "INSERT INTO ledger_jobs (id, network, did, operation, resource_id, state, under_way, next_attempt_at, \
             created_at, updated_at, body) VALUES (:id, :network, :did, :operation, :resource_id, :state, \
             :under_way, :next_attempt_at, :created_at, :updated_at, :body) \
             ON CONFLICT (id) DO UPDATE SET network = excluded.network, did = excluded.did, \
             operation = excluded.operation, resource_id = excluded.resource_id, state = excluded.state, \
             under_way = excluded.under_way, next_attempt_at = excluded.next_attempt_at, \
             updated_at = excluded.updated_at, body = excluded.body",
        )?;
        statement.execute(named_params! {
            ":id": row.id, ":network": row.network, ":did": row.did, ":operation": row.operation,
            ":resource_id": row.resource_id, ":state": row.state, ":under_way": row.under_way,
            ":next_attempt_at": row.next_attempt_at.map(At), ":created_at": At(row.created_at),
            ":updated_at": At(row.updated_at), ":body": row.body,
        })?;
        Ok(())
    }

    /// Lays the bytes of a resource beside the job that publishes it, or takes them away.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn put_ledger_job_content(&self, id: &str, content: Option<&[u8]>) -> Result<(), StoreError> {
        self.sqlite.prepare_cached("UPDATE ledger_jobs SET content = ? WHERE id = ?")?.execute((content, id))?;
        Ok(())
    }

    /// Deletes the job; whether it was there.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn delete_ledger_job(&self, id: &str) -> Result<bool, StoreError> {
        Ok(self.sqlite.prepare_cached("DELETE FROM ledger_jobs WHERE id = ?")?.execute([id])? > 0)
    }

    /// Forgets the oldest jobs in `state` beyond `kept`.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn forget_ledger_jobs_beyond(&self, state: &str, kept: u32) -> Result<(), StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "DELETE FROM ledger_jobs WHERE state = ?1 AND under_way = 0 AND id NOT IN \
             (SELECT id FROM ledger_jobs WHERE state = ?1 ORDER BY created_at DESC LIMIT ?2)",
        )?;
        statement.execute((state, kept))?;
        Ok(())
    }
}
