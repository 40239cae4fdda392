//! DID documents of others and what their DID URLs lead to, as they were when last fetched: what a wallet knows without
//! a network. Which DIDs are looked up is decided by strangers' messages, so their number and size are bounded; what
//! was fetched or confirmed longest ago goes first.

use jiff::Timestamp;
use rusqlite::OptionalExtension;
use serde_json::Value;

use super::column::{At, Json};
use crate::{Reader, StoreError, Transaction};

/// Documents kept at most.
const MOST: i64 = 4000;
/// Bytes of them kept at most, as text.
const MOST_BYTES: i64 = 96 * 1024 * 1024;

impl Reader<'_> {
    /// What is kept of a DID or DID URL, and when it was fetched or confirmed.
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
    /// Keeps what a DID or DID URL led to, in place of what was kept earlier; what is then too much is forgotten.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn put_did_document(&self, did: &str, document: &Value, fetched_at: Timestamp) -> Result<(), StoreError> {
        let mut statement = self
            .sqlite
            .prepare_cached("INSERT OR REPLACE INTO did_documents (did, document, fetched_at) VALUES (?, ?, ?)")?;
        statement.execute((did, Json(document), At(fetched_at)))?;
        self.forget_did_documents_beyond(MOST, MOST_BYTES)
    }

    /// Notes that what is kept of a DID URL is still what it leads to; whether anything is.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn confirm_did_document(&self, did: &str, at: Timestamp) -> Result<bool, StoreError> {
        let mut statement = self.sqlite.prepare_cached("UPDATE did_documents SET fetched_at = ? WHERE did = ?")?;
        Ok(statement.execute((At(at), did))? > 0)
    }

    /// Forgets the document of `did`; whether it was there.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn delete_did_document(&self, did: &str) -> Result<bool, StoreError> {
        Ok(self.sqlite.prepare_cached("DELETE FROM did_documents WHERE did = ?")?.execute([did])? > 0)
    }

    /// Forgets what was neither fetched nor confirmed since.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn forget_did_documents_before(&self, time: Timestamp) -> Result<(), StoreError> {
        self.sqlite.prepare_cached("DELETE FROM did_documents WHERE fetched_at < ?")?.execute([At(time)])?;
        Ok(())
    }

    fn forget_did_documents_beyond(&self, most: i64, most_bytes: i64) -> Result<(), StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "DELETE FROM did_documents WHERE did IN (
                SELECT did FROM (
                    SELECT did, row_number() OVER newest AS place, sum(octet_length(document)) OVER newest AS bytes
                    FROM did_documents WINDOW newest AS (ORDER BY fetched_at DESC, rowid DESC ROWS UNBOUNDED PRECEDING)
                ) WHERE place > 1 AND (place > ? OR bytes > ?)
            )",
        )?;
        statement.execute((most, most_bytes))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Store;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[tokio::test]
    async fn what_was_confirmed_longest_ago_goes_first() {
        let store = Store::temporary().unwrap();
        let kept = store.write(|tx| {
            for (second, did) in (0..).zip(["did:web:a", "did:web:b", "did:web:c"]) {
                tx.put_did_document(did, &json!("x".repeat(98)), at(second))?;
            }
            assert!(tx.confirm_did_document("did:web:a", at(9))?);
            assert!(!tx.confirm_did_document("did:web:z", at(9))?);
            tx.forget_did_documents_beyond(10, 250)?;
            let kept = |did: &str| tx.did_document(did).map(|found| found.is_some());
            let after_bytes = [kept("did:web:a")?, kept("did:web:b")?, kept("did:web:c")?];
            tx.forget_did_documents_beyond(1, 250)?;
            let after_number = [kept("did:web:a")?, kept("did:web:b")?, kept("did:web:c")?];
            // One that is too large by itself is kept as long as it is the newest.
            tx.forget_did_documents_beyond(1, 1)?;
            let last = kept("did:web:a")?;
            tx.forget_did_documents_before(at(10))?;
            Ok::<_, StoreError>((after_bytes, after_number, last, kept("did:web:a")?))
        });
        assert_eq!(kept.await.unwrap(), ([true, false, true], [true, false, false], true, false));
    }
}
