//! What came after a moment, counted in indexes: what a backup of that moment does not have.

use jiff::Timestamp;

use super::column::At;
use crate::{Reader, StoreError};

impl Reader<'_> {
    /// How many credentials have a higher number than this one.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn count_credentials_after(&self, number: i64) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM credentials WHERE number > ?";
        Ok(self.sqlite.prepare_cached(sql)?.query_row([number], |row| row.get(0))?)
    }

    /// How many DIDs of a method were made after this time.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn count_dids_after(&self, method: &str, at: Timestamp) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM dids WHERE created_at > ? AND method = ?";
        Ok(self.sqlite.prepare_cached(sql)?.query_row((At(at), method), |row| row.get(0))?)
    }

    /// The issuers of held credentials by kind: title, issuer, types as JSON, how many, since when, and a connection
    /// that one of them came over. No claim is read. `limit` at most.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn credential_sources(&self, limit: u32) -> Result<Vec<CredentialSource>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "SELECT title, issuer_id, types, count(*), min(stored_at), max(connection_id), \
             max(summary ->> '$.issuer_name'), max(expires_at) FROM credentials \
             GROUP BY title, issuer_id, types ORDER BY max(number) DESC LIMIT ?",
        )?;
        let rows = statement.query_map([limit], |row| {
            Ok(CredentialSource {
                title: row.get(0)?,
                issuer: row.get(1)?,
                types: row.get(2)?,
                count: row.get(3)?,
                since: row.get::<_, At>(4)?.0,
                connection_id: row.get(5)?,
                issuer_name: row.get(6)?,
                expires_at: row.get::<_, Option<At>>(7)?.map(|at| at.0),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Credentials of one kind by one issuer, and where they came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialSource {
    /// What lists call them.
    pub title: String,
    /// The issuer's id.
    pub issuer: String,
    /// The name that the newest gives its issuer.
    pub issuer_name: Option<String>,
    /// The types, a JSON array.
    pub types: String,
    /// How many.
    pub count: u64,
    /// When the first was stored.
    pub since: Timestamp,
    /// When the last of them ends, if any does.
    pub expires_at: Option<Timestamp>,
    /// A connection that one of them came over.
    pub connection_id: Option<String>,
}
