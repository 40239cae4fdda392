//! DID documents of others, as they were when last fetched.

use jiff::Timestamp;
use rusqlite::OptionalExtension;
use serde_json::Value;

use super::column::{At, Json};
use crate::{Reader, StoreError, Transaction};

impl Reader<'_> {
    /// The document of `did` and when it was fetched.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn did_document(&self, did: &str) -> Result<Option<(Value, Timestamp)>, StoreError> {
        let mut statement =
            self.sqlite.prepare_cached("SELECT document, fetched_at FROM did_documents WHERE did = ?")?;
        let found = statement.query_row([did], |row| Ok((row.get::<_, Json<_>>(0)?.0, row.get::<_, At>(1)?.0)));
        Ok(found.optional()?)
    }
}

impl Transaction<'_> {
    /// Keeps the document of `did`, in place of an earlier one.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn put_did_document(&self, did: &str, document: &Value, fetched_at: Timestamp) -> Result<(), StoreError> {
        let mut statement = self
            .sqlite
            .prepare_cached("INSERT OR REPLACE INTO did_documents (did, document, fetched_at) VALUES (?, ?, ?)")?;
        statement.execute((did, Json(document), At(fetched_at)))?;
        Ok(())
    }

    /// Forgets the document of `did`; whether it was there.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn delete_did_document(&self, did: &str) -> Result<bool, StoreError> {
        Ok(self.sqlite.prepare_cached("DELETE FROM did_documents WHERE did = ?")?.execute([did])? > 0)
    }
}
