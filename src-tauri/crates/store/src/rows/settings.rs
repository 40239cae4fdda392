//! Settings: a small JSON value a key.

use rusqlite::OptionalExtension;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::column::Json;
use crate::{Reader, StoreError, Transaction};

impl Reader<'_> {
    /// The setting stored under `key`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Damaged`] when what is stored is not a `T`.
    pub fn setting<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        let mut statement = self.sqlite.prepare_cached("SELECT value FROM settings WHERE key = ?")?;
        Ok(statement.query_row([key], |row| row.get::<_, Json<T>>(0)).optional()?.map(|value| value.0))
    }
}

impl Transaction<'_> {
    /// Stores `value` under `key`, in place of what was there.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unstorable`] when the value is no JSON, or the disk's.
    pub fn put_setting<T: Serialize>(&self, key: &str, value: &T) -> Result<(), StoreError> {
        let mut statement = self.sqlite.prepare_cached("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)")?;
        statement.execute((key, Json(value)))?;
        Ok(())
    }

    /// Forgets what is stored under `key`; whether there was anything.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn delete_setting(&self, key: &str) -> Result<bool, StoreError> {
        Ok(self.sqlite.prepare_cached("DELETE FROM settings WHERE key = ?")?.execute([key])? > 0)
    }
}
