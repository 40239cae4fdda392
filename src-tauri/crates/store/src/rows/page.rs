//! Which part of a list is wanted, and the one place where filters become SQL: every value is bound, every text that
//! ends up in a statement is this crate's own.

use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};

use crate::StoreError;

/// Which part of a list, in the order of creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Rows at most.
    pub limit: u32,
    /// Rows left out at the start.
    pub offset: u32,
    /// Newest first.
    pub descending: bool,
}

impl Default for Page {
    /// The first 100, oldest first.
    fn default() -> Self {
        Self { limit: 100, offset: 0, descending: false }
    }
}

impl Page {
    /// Everything, oldest first. For small tables and exports.
    pub const ALL: Self = Self { limit: u32::MAX, offset: 0, descending: false };

    /// The newest `limit` rows, newest first.
    pub fn newest(limit: u32) -> Self {
        Self { limit, offset: 0, descending: true }
    }
}

/// A SELECT that grows a condition for each part of a filter that is set.
pub(crate) struct Query {
    sql: String,
    values: Vec<Value>,
    conditions: usize,
}

impl Query {
    /// Starts with `SELECT … FROM …`.
    pub(crate) fn new(select: &str) -> Self {
        Self { sql: select.into(), values: Vec::new(), conditions: 0 }
    }

    /// Adds a condition with one `?` for each of `values`.
    pub(crate) fn condition(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        self.sql.push_str(if self.conditions == 0 { " WHERE " } else { " AND " });
        self.sql.push_str(condition);
        self.conditions += 1;
        self.values.extend(values);
    }

    /// Wants `column` to equal the value, if there is one.
    pub(crate) fn equals<V: Into<Value>>(&mut self, column: &'static str, value: Option<V>) {
        if let Some(value) = value {
            self.condition(&format!("{column} = ?"), [value.into()]);
        }
    }

    /// Ends the statement with a clause of its own, one `?` for each of `values`.
    pub(crate) fn end(&mut self, clause: &str, values: impl IntoIterator<Item = Value>) {
        self.sql.push(' ');
        self.sql.push_str(clause);
        self.values.extend(values);
    }

    /// Orders by `columns` (all of them the same way) and cuts out the page.
    pub(crate) fn page(&mut self, columns: &[&'static str], page: &Page) {
        let direction = if page.descending { " DESC" } else { "" };
        for (number, column) in columns.iter().enumerate() {
            self.sql.push_str(if number == 0 { " ORDER BY " } else { ", " });
            self.sql.push_str(column);
            self.sql.push_str(direction);
        }
        self.sql.push_str(" LIMIT ? OFFSET ?");
        self.values.push(i64::from(page.limit).into());
        self.values.push(i64::from(page.offset).into());
    }

    pub(crate) fn rows<T>(
        self,
        sqlite: &Connection,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = sqlite.prepare_cached(&self.sql)?;
        let rows = statement.query_map(params_from_iter(self.values), read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(crate) fn count(self, sqlite: &Connection) -> Result<u64, StoreError> {
        let mut statement = sqlite.prepare_cached(&self.sql)?;
        Ok(statement.query_row(params_from_iter(self.values), |row| row.get(0))?)
    }
}
