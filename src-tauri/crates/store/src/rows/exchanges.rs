//! Credential exchanges, of both roles.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, named_params};

use super::column::At;
use super::page::{Page, Query};
use crate::{Reader, StoreError, Transaction};

/// A credential exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeRow {
    /// The record's id (a UUID).
    pub id: String,
    /// The thread of its messages.
    pub thread_id: String,
    /// The thread it came from, an invitation's for instance.
    pub parent_thread_id: Option<String>,
    /// The connection it goes over, if any.
    pub connection_id: Option<String>,
    /// Ours in it: `issuer` or `holder`.
    pub role: String,
    /// The protocol's state.
    pub state: String,
    /// When it began; never changes.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// The owner's record, JSON.
    pub body: String,
}

/// Which exchanges; every part that is set has to fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of ExchangeRow, by the same names")]
pub struct ExchangeFilter {
    pub id: Option<String>,
    pub thread_id: Option<String>,
    pub parent_thread_id: Option<String>,
    pub connection_id: Option<String>,
    pub role: Option<String>,
    pub state: Option<String>,
}

/// How many exchanges of a role are in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeCount {
    /// `issuer` or `holder`.
    pub role: String,
    /// The protocol's state.
    pub state: String,
    /// How many there are.
    pub count: u64,
}

const SELECT: &str = "SELECT id, thread_id, parent_thread_id, connection_id, role, state, created_at, updated_at, body \
    FROM exchanges";

fn read(row: &Row<'_>) -> rusqlite::Result<ExchangeRow> {
    Ok(ExchangeRow {
        id: row.get(0)?,
        thread_id: row.get(1)?,
        parent_thread_id: row.get(2)?,
        connection_id: row.get(3)?,
        role: row.get(4)?,
        state: row.get(5)?,
        created_at: row.get::<_, At>(6)?.0,
        updated_at: row.get::<_, At>(7)?.0,
        body: row.get(8)?,
    })
}

impl Reader<'_> {
    /// The exchange with this id.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn exchange(&self, id: &str) -> Result<Option<ExchangeRow>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(&format!("{SELECT} WHERE id = ?"))?;
        Ok(statement.query_row([id], read).optional()?)
    }

    /// The newest exchange of this thread in which our role is `role`. Check its connection too: threads are named by
    /// peers.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn exchange_by_thread(&self, thread_id: &str, role: &str) -> Result<Option<ExchangeRow>, StoreError> {
        let sql = format!("{SELECT} WHERE thread_id = ? AND role = ? ORDER BY created_at DESC LIMIT 1");
        Ok(self.sqlite.prepare_cached(&sql)?.query_row((thread_id, role), read).optional()?)
    }

    /// The exchanges that fit, in the order they began.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn exchanges(&self, filter: &ExchangeFilter, page: Page) -> Result<Vec<ExchangeRow>, StoreError> {
        let mut query = Query::new(SELECT);
        query.equals("id", filter.id.clone());
        query.equals("thread_id", filter.thread_id.clone());
        query.equals("parent_thread_id", filter.parent_thread_id.clone());
        query.equals("connection_id", filter.connection_id.clone());
        query.equals("role", filter.role.clone());
        query.equals("state", filter.state.clone());
        query.page(&["created_at", "rowid"], &page);
        query.rows(self.sqlite, read)
    }

    /// How many exchanges there are, by role and state.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn exchange_counts(&self) -> Result<Vec<ExchangeCount>, StoreError> {
        Query::new("SELECT role, state, count(*) FROM exchanges GROUP BY role, state")
            .rows(self.sqlite, |row| Ok(ExchangeCount { role: row.get(0)?, state: row.get(1)?, count: row.get(2)? }))
    }
}

impl Reader<'_> {
    /// When the person first had the exchange's offer open, all of it in sight; `None`: not yet.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn exchange_opened(&self, id: &str) -> Result<Option<Timestamp>, StoreError> {
        let mut statement = self.sqlite.prepare_cached("SELECT opened_at FROM exchanges WHERE id = ?")?;
        let opened = statement.query_row([id], |row| row.get::<_, Option<At>>(0)).optional()?;
        Ok(opened.flatten().map(|at| at.0))
    }

    /// The holder's offers that wait for a decision and were opened, newest first.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn opened_offers(&self, limit: u32) -> Result<Vec<ExchangeRow>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(&format!(
            "{SELECT} WHERE role = 'holder' AND state = 'offer-received' AND opened_at IS NOT NULL \
             ORDER BY created_at DESC LIMIT ?"
        ))?;
        let rows = statement.query_map([limit], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Transaction<'_> {
    /// Notes that the person has the exchange's offer open; the first time counts.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn open_exchange(&self, id: &str, now: Timestamp) -> Result<(), StoreError> {
        let mut statement =
            self.sqlite.prepare_cached("UPDATE exchanges SET opened_at = coalesce(opened_at, ?) WHERE id = ?")?;
        statement.execute((At(now), id))?;
        Ok(())
    }

    /// Stores the exchange, in place of the one with its id; `created_at` stays as it was first.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn put_exchange(&self, row: &ExchangeRow) -> Result<(), StoreError> {
        // Most steps change nothing that an index but the state's is made of: the others are left alone.
        let mut step = self.sqlite.prepare_cached(
            "UPDATE exchanges SET state = :state, updated_at = :updated_at, body = :body WHERE id = :id \
             AND thread_id = :thread_id AND parent_thread_id IS :parent_thread_id \
             AND connection_id IS :connection_id AND role = :role",
        )?;
        let stepped = step.execute(named_params! {
            ":id": row.id, ":thread_id": row.thread_id, ":parent_thread_id": row.parent_thread_id,
            ":connection_id": row.connection_id, ":role": row.role, ":state": row.state,
            ":updated_at": At(row.updated_at), ":body": row.body,
        })?;
        if stepped > 0 {
            return Ok(());
        }
        let mut statement = self.sqlite.prepare_cached(
            "INSERT INTO exchanges (id, thread_id, parent_thread_id, connection_id, role, state, created_at, \
             updated_at, body) VALUES (:id, :thread_id, :parent_thread_id, :connection_id, :role, :state, \
             :created_at, :updated_at, :body) \
             ON CONFLICT (id) DO UPDATE SET thread_id = excluded.thread_id, \
             parent_thread_id = excluded.parent_thread_id, connection_id = excluded.connection_id, \
             role = excluded.role, state = excluded.state, updated_at = excluded.updated_at, body = excluded.body",
        )?;
        statement.execute(named_params! {
            ":id": row.id, ":thread_id": row.thread_id, ":parent_thread_id": row.parent_thread_id,
            ":connection_id": row.connection_id, ":role": row.role, ":state": row.state,
            ":created_at": At(row.created_at), ":updated_at": At(row.updated_at), ":body": row.body,
        })?;
        Ok(())
    }

    /// Deletes the exchange; whether it was there.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn delete_exchange(&self, id: &str) -> Result<bool, StoreError> {
        Ok(self.sqlite.prepare_cached("DELETE FROM exchanges WHERE id = ?")?.execute([id])? > 0)
    }
}
