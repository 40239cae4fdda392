//! The person's own templates for credentials: few, small, and each whole in its JSON.

use jiff::Timestamp;
use rusqlite::OptionalExtension;

use super::column::At;
use crate::{Reader, StoreError, Transaction};

/// A template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateRow {
    /// Stable.
    pub id: String,
    /// Its name, which lists are ordered by.
    pub name: String,
    /// The template as JSON.
    pub template: String,
    /// When it was last changed.
    pub changed_at: Timestamp,
}

impl Reader<'_> {
    /// Templates by name.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn templates(&self, limit: u32) -> Result<Vec<TemplateRow>, StoreError> {
        let mut statement = self
            .sqlite
            .prepare_cached("SELECT id, name, template, changed_at FROM templates ORDER BY name, id LIMIT ?")?;
        let rows = statement.query_map([limit], row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One template.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn template(&self, id: &str) -> Result<Option<TemplateRow>, StoreError> {
        let mut statement =
            self.sqlite.prepare_cached("SELECT id, name, template, changed_at FROM templates WHERE id = ?")?;
        Ok(statement.query_row([id], row).optional()?)
    }

    /// How many templates there are.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn count_templates(&self) -> Result<u32, StoreError> {
        Ok(self.sqlite.prepare_cached("SELECT count(*) FROM templates")?.query_row([], |row| row.get(0))?)
    }
}

impl Transaction<'_> {
    /// Keeps a template, in place of the one with the same id.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn put_template(&self, template: &TemplateRow) -> Result<(), StoreError> {
        let mut statement = self
            .sqlite
            .prepare_cached("INSERT OR REPLACE INTO templates (id, name, template, changed_at) VALUES (?, ?, ?, ?)")?;
        statement.execute((&template.id, &template.name, &template.template, At(template.changed_at)))?;
        Ok(())
    }

    /// Deletes a template; whether there was one.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn delete_template(&self, id: &str) -> Result<bool, StoreError> {
        Ok(self.sqlite.prepare_cached("DELETE FROM templates WHERE id = ?")?.execute([id])? > 0)
    }
}

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<TemplateRow> {
    Ok(TemplateRow { id: row.get(0)?, name: row.get(1)?, template: row.get(2)?, changed_at: row.get::<_, At>(3)?.0 })
}
