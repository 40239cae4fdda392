//! What the wallet has issued, and whether it still stands. A row outlives the record of its exchange.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, named_params};

use super::column::At;
use super::page::{Page, Query};
use crate::{Reader, StoreError, Transaction};

/// An issued credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedRow {
    /// The exchange that it was issued in.
    pub exchange_id: String,
    /// The connection it went over.
    pub connection_id: Option<String>,
    /// What the connection was called then.
    pub other: Option<String>,
    /// What lists call it.
    pub title: String,
    /// Its subject's id.
    pub subject: Option<String>,
    /// The DID that signed it.
    pub issuer: String,
    /// When it left.
    pub issued_at: Timestamp,
    /// `valid`, `suspended`, `revoked` or `not_revocable`.
    pub state: String,
    /// Whether its last change waits to be published; not stored.
    pub pending: bool,
}

/// Which issued credentials; every part that is set has to fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IssuedFilter {
    /// Words, each of which is somewhere in title, subject, issuer or the connection's name; case does not matter.
    pub text: Option<String>,
    /// The exchange.
    pub exchange_id: Option<String>,
    /// The connection.
    pub connection_id: Option<String>,
    /// The DID that signed it.
    pub issuer: Option<String>,
    /// `valid`, `suspended`, `revoked` or `not_revocable`.
    pub state: Option<String>,
    /// Only those whose last change waits to be published.
    pub pending: bool,
}

/// Words of a search that are looked at; more are left out.
const MAX_WORDS: usize = 12;

const COLUMNS: &str = "exchange_id, connection_id, other, title, subject, issuer, issued_at, state, EXISTS (\
    SELECT 1 FROM status_entries JOIN status_lists ON id = list \
    WHERE status_entries.exchange_id = issued.exchange_id AND status_entries.revision > published)";

const PENDING: &str = "exchange_id IN (SELECT status_entries.exchange_id FROM status_lists JOIN status_entries \
    ON list = id AND status_entries.revision > published \
    WHERE status_lists.revision > published AND status_entries.revision >= 0)";

fn read(row: &Row<'_>) -> rusqlite::Result<IssuedRow> {
    Ok(IssuedRow {
        exchange_id: row.get(0)?,
        connection_id: row.get(1)?,
        other: row.get(2)?,
        title: row.get(3)?,
        subject: row.get(4)?,
        issuer: row.get(5)?,
        issued_at: row.get::<_, At>(6)?.0,
        state: row.get(7)?,
        pending: row.get(8)?,
    })
}

fn query(columns: &str, filter: &IssuedFilter) -> Query {
    let mut query = Query::new(&format!("SELECT {columns} FROM issued"));
    query.equals("exchange_id", filter.exchange_id.clone());
    query.equals("connection_id", filter.connection_id.clone());
    query.equals("issuer", filter.issuer.clone());
    query.equals("state", filter.state.clone());
    if filter.pending {
        query.condition(PENDING, []);
    }
    for word in filter.text.iter().flat_map(|text| text.split_whitespace()).take(MAX_WORDS) {
        query.condition("instr(search_text, ?) > 0", [word.to_lowercase().into()]);
    }
    query
}

impl Reader<'_> {
    /// The issued credentials that fit, in the order they left.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn issued(&self, filter: &IssuedFilter, page: Page) -> Result<Vec<IssuedRow>, StoreError> {
        let mut query = query(COLUMNS, filter);
        query.page(&["number"], &page);
        query.rows(self.sqlite, read)
    }

    /// How many issued credentials fit.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn count_issued(&self, filter: &IssuedFilter) -> Result<u64, StoreError> {
        query("count(*)", filter).count(self.sqlite)
    }

    /// The state of what was issued in an exchange, and the connection it went over.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn issued_state(&self, exchange_id: &str) -> Result<Option<(String, Option<String>)>, StoreError> {
        let mut statement =
            self.sqlite.prepare_cached("SELECT state, connection_id FROM issued WHERE exchange_id = ?")?;
        Ok(statement.query_row([exchange_id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
    }
}

impl Transaction<'_> {
    /// Notes a credential that leaves; `pending` is not looked at.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when its exchange has issued one; the disk's.
    pub fn add_issued(&self, row: &IssuedRow) -> Result<(), StoreError> {
        let words = [Some(&row.title), row.subject.as_ref(), Some(&row.issuer), row.other.as_ref()];
        let search_text: Vec<String> = words.into_iter().flatten().map(|text| text.to_lowercase()).collect();
        let mut statement = self.sqlite.prepare_cached(
            "INSERT INTO issued (exchange_id, connection_id, other, title, subject, issuer, issued_at, state, \
             search_text) VALUES (:exchange_id, :connection_id, :other, :title, :subject, :issuer, :issued_at, \
             :state, :search_text)",
        )?;
        statement.execute(named_params! {
            ":exchange_id": row.exchange_id, ":connection_id": row.connection_id, ":other": row.other,
            ":title": row.title, ":subject": row.subject, ":issuer": row.issuer, ":issued_at": At(row.issued_at),
            ":state": row.state, ":search_text": search_text.join("\n"),
        })?;
        Ok(())
    }

    /// Changes the state of what was issued in an exchange; whether there is anything.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn set_issued_state(&self, exchange_id: &str, state: &str) -> Result<bool, StoreError> {
        let mut statement = self.sqlite.prepare_cached("UPDATE issued SET state = ? WHERE exchange_id = ?")?;
        Ok(statement.execute((state, exchange_id))? > 0)
    }
}
