//! The wallet's own DIDs, and which of them is its public one.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, named_params};
use serde_json::Value;
use vouchsafe_didcomm::Verkey;

use super::column::{At, Json, Key};
use super::page::{Page, Query};
use crate::{Reader, StoreError, Transaction};

/// A DID of the wallet's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DidRow {
    /// The DID, as it was made (long form where there are two).
    pub did: String,
    /// Its method: `key`, `sov`, `peer:4`, …
    pub method: String,
    /// `ed25519` and the like.
    pub key_type: String,
    /// Its first key.
    pub verkey: Option<Verkey>,
    /// `wallet_only`, `posted` or `public`.
    pub posture: String,
    /// The owner's notes, a JSON object.
    pub metadata: Value,
    /// Its DID document, where the DID alone does not say it.
    pub document: Option<Value>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Which DIDs; every part that is set has to fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of DidRow, by the same names")]
pub struct DidFilter {
    pub did: Option<String>,
    pub method: Option<String>,
    pub key_type: Option<String>,
    pub verkey: Option<Verkey>,
    pub posture: Option<String>,
}

const SELECT: &str = "SELECT did, method, key_type, verkey, posture, metadata, document, created_at FROM dids";

fn read(row: &Row<'_>) -> rusqlite::Result<DidRow> {
    Ok(DidRow {
        did: row.get(0)?,
        method: row.get(1)?,
        key_type: row.get(2)?,
        verkey: row.get::<_, Option<Key>>(3)?.map(|key| key.0),
        posture: row.get(4)?,
        metadata: row.get::<_, Json<Value>>(5)?.0,
        document: row.get::<_, Option<Json<Value>>>(6)?.map(|document| document.0),
        created_at: row.get::<_, At>(7)?.0,
    })
}

impl Reader<'_> {
    /// The wallet's DID of this name.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn did(&self, did: &str) -> Result<Option<DidRow>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(&format!("{SELECT} WHERE did = ?"))?;
        Ok(statement.query_row([did], read).optional()?)
    }

    /// The wallet's public DID.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn public_did(&self) -> Result<Option<DidRow>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(&format!("{SELECT} WHERE posture = 'public'"))?;
        Ok(statement.query_row([], read).optional()?)
    }

    /// The DIDs that fit, in the order they were made.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn dids(&self, filter: &DidFilter, page: Page) -> Result<Vec<DidRow>, StoreError> {
        let mut query = Query::new(SELECT);
        query.equals("did", filter.did.clone());
        query.equals("method", filter.method.clone());
        query.equals("key_type", filter.key_type.clone());
        query.equals("verkey", filter.verkey.map(Key));
        query.equals("posture", filter.posture.clone());
        query.page(&["created_at", "rowid"], &page);
        query.rows(self.sqlite, read)
    }
}

impl Transaction<'_> {
    /// Stores the DID, in place of the one of its name; `created_at` stays as it was first.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when its posture is `public` and another is (see [`Transaction::set_public_did`]) or the
    /// posture is unknown; the disk's.
    pub fn put_did(&self, row: &DidRow) -> Result<(), StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "INSERT INTO dids (did, method, key_type, verkey, posture, metadata, document, created_at) \
             VALUES (:did, :method, :key_type, :verkey, :posture, :metadata, :document, :created_at) \
             ON CONFLICT (did) DO UPDATE SET method = excluded.method, key_type = excluded.key_type, \
             verkey = excluded.verkey, posture = excluded.posture, metadata = excluded.metadata, \
             document = excluded.document",
        )?;
        statement.execute(named_params! {
            ":did": row.did, ":method": row.method, ":key_type": row.key_type, ":verkey": row.verkey.map(Key),
            ":posture": row.posture, ":metadata": Json(&row.metadata),
            ":document": row.document.as_ref().map(Json), ":created_at": At(row.created_at),
        })?;
        Ok(())
    }

    /// Makes the DID the wallet's public one; the one before becomes `posted`. Whether the wallet has this DID.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn set_public_did(&self, did: &str) -> Result<bool, StoreError> {
        if self.did(did)?.is_none() {
            return Ok(false);
        }
        let demote = "UPDATE dids SET posture = 'posted' WHERE posture = 'public'";
        self.sqlite.prepare_cached(demote)?.execute([])?;
        self.sqlite.prepare_cached("UPDATE dids SET posture = 'public' WHERE did = ?")?.execute([did])?;
        Ok(true)
    }

    /// Deletes the DID (not its key); whether it was there.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn delete_did(&self, did: &str) -> Result<bool, StoreError> {
        Ok(self.sqlite.prepare_cached("DELETE FROM dids WHERE did = ?")?.execute([did])? > 0)
    }
}
