//! The credentials that the wallet holds. Each is stored once: a record id and an exchange give one credential at most,
//! whatever crashes and is tried again. The row has what lists and filters need; the document itself is `cred`.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, named_params};
use serde_json::Value;

use super::column::{At, Json};
use super::status_held::{self, HeldStatus};
use crate::{Reader, StoreError, Transaction};

/// A credential with its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialRow {
    /// The record's id (a UUID).
    pub record_id: String,
    /// The exchange that brought it.
    pub exchange_id: Option<String>,
    /// The connection it came over.
    pub connection_id: Option<String>,
    /// The issuer's id (a DID or a URL).
    pub issuer_id: String,
    /// What lists call it.
    pub title: String,
    /// Its types, as written.
    pub types: Vec<String>,
    /// Its types as full URLs.
    pub expanded_types: Vec<String>,
    /// Its contexts' URLs.
    pub contexts: Vec<String>,
    /// Its subjects' ids.
    pub subject_ids: Vec<String>,
    /// Its proofs' types or cryptosuites.
    pub proof_types: Vec<String>,
    /// Its schemas' ids.
    pub schema_ids: Vec<String>,
    /// The document's own id, if it has one.
    pub given_id: Option<String>,
    /// The person's or the API's tags: a JSON object of strings.
    pub tags: Value,
    /// When it says it was issued.
    pub issued_at: Option<Timestamp>,
    /// When it says it ends.
    pub expires_at: Option<Timestamp>,
    /// When it was stored here.
    pub stored_at: Timestamp,
    /// Marked by the person.
    pub favourite: bool,
    /// The result of the last verification, the owner's JSON.
    pub verification: Value,
    /// How it stands.
    pub status: HeldStatus,
    /// What a card shows, the owner's JSON.
    pub summary: Value,
    /// What search finds it by, besides title and issuer.
    pub search_text: String,
    /// The document.
    pub cred: Value,
}

/// A credential as a list shows it, without its document.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of CredentialRow, by the same names")]
pub struct CredentialListRow {
    pub record_id: String,
    pub exchange_id: Option<String>,
    pub connection_id: Option<String>,
    pub issuer_id: String,
    pub title: String,
    pub types: Vec<String>,
    pub given_id: Option<String>,
    pub issued_at: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    pub stored_at: Timestamp,
    pub favourite: bool,
    pub status: HeldStatus,
    pub verification: Value,
    pub summary: Value,
}

/// Which credentials; every part that is set has to fit, and each of a list's members has to be there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CredentialFilter {
    /// Words, each of which begins a word of the title, the issuer or the search text; accents and case do not matter.
    pub text: Option<String>,
    /// The record's id.
    pub record_id: Option<String>,
    /// The exchange that brought it.
    pub exchange_id: Option<String>,
    /// The connection it came over.
    pub connection_id: Option<String>,
    /// The issuer's id.
    pub issuer_id: Option<String>,
    /// The document's own id.
    pub given_id: Option<String>,
    /// Marked by the person, or not.
    pub favourite: Option<bool>,
    /// Types, short or as full URLs.
    pub types: Vec<String>,
    /// Contexts' URLs.
    pub contexts: Vec<String>,
    /// Schemas' ids.
    pub schema_ids: Vec<String>,
    /// Subjects' ids.
    pub subject_ids: Vec<String>,
    /// Proofs' types or cryptosuites.
    pub proof_types: Vec<String>,
    /// Tags with their values.
    pub tags: Vec<(String, String)>,
    /// Ends by this time.
    pub expires_before: Option<Timestamp>,
}

pub(super) const COLUMNS: &str = "record_id, exchange_id, connection_id, issuer_id, title, types, expanded_types, contexts, \
    subject_ids, proof_types, schema_ids, given_id, tags, issued_at, expires_at, stored_at, favourite, verification, \
    summary, search_text, cred, status, status_at, status_detail";

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<CredentialRow> {
    Ok(CredentialRow {
        record_id: row.get(0)?,
        exchange_id: row.get(1)?,
        connection_id: row.get(2)?,
        issuer_id: row.get(3)?,
        title: row.get(4)?,
        types: row.get::<_, Json<_>>(5)?.0,
        expanded_types: row.get::<_, Json<_>>(6)?.0,
        contexts: row.get::<_, Json<_>>(7)?.0,
        subject_ids: row.get::<_, Json<_>>(8)?.0,
        proof_types: row.get::<_, Json<_>>(9)?.0,
        schema_ids: row.get::<_, Json<_>>(10)?.0,
        given_id: row.get(11)?,
        tags: row.get::<_, Json<_>>(12)?.0,
        issued_at: row.get::<_, Option<At>>(13)?.map(|at| at.0),
        expires_at: row.get::<_, Option<At>>(14)?.map(|at| at.0),
        stored_at: row.get::<_, At>(15)?.0,
        favourite: row.get(16)?,
        verification: row.get::<_, Json<_>>(17)?.0,
        summary: row.get::<_, Json<_>>(18)?.0,
        search_text: row.get(19)?,
        cred: row.get::<_, Json<_>>(20)?.0,
        status: status_held::read(row, 21)?,
    })
}

/// `SELECT` of whole rows.
fn select() -> String {
    format!("SELECT {COLUMNS} FROM credentials")
}

impl Reader<'_> {
    /// The credential with this record id.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn credential(&self, record_id: &str) -> Result<Option<CredentialRow>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(&format!("{} WHERE record_id = ?", select()))?;
        Ok(statement.query_row([record_id], read).optional()?)
    }

    /// The credential that this exchange brought.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn credential_by_exchange(&self, exchange_id: &str) -> Result<Option<CredentialRow>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(&format!("{} WHERE exchange_id = ?", select()))?;
        Ok(statement.query_row([exchange_id], read).optional()?)
    }
}

impl Transaction<'_> {
    /// Stores a credential, once.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when its record id or its exchange has a credential already; the disk's.
    pub fn put_credential(&self, row: &CredentialRow) -> Result<(), StoreError> {
        let mut statement = self.sqlite.prepare_cached(&format!(
            "INSERT INTO credentials ({COLUMNS}) VALUES (:record_id, :exchange_id, :connection_id, :issuer_id, :title, \
             :types, :expanded_types, :contexts, :subject_ids, :proof_types, :schema_ids, :given_id, :tags, :issued_at, \
             :expires_at, :stored_at, :favourite, :verification, :summary, :search_text, :cred, \
             :status, :status_at, :status_detail)"
        ))?;
        let number = statement.insert(named_params! {
            ":record_id": row.record_id, ":exchange_id": row.exchange_id, ":connection_id": row.connection_id,
            ":issuer_id": row.issuer_id, ":title": row.title, ":types": Json(&row.types),
            ":expanded_types": Json(&row.expanded_types), ":contexts": Json(&row.contexts),
            ":subject_ids": Json(&row.subject_ids), ":proof_types": Json(&row.proof_types),
            ":schema_ids": Json(&row.schema_ids), ":given_id": row.given_id, ":tags": Json(&row.tags),
            ":issued_at": row.issued_at.map(At), ":expires_at": row.expires_at.map(At),
            ":stored_at": At(row.stored_at), ":favourite": row.favourite, ":verification": Json(&row.verification),
            ":summary": Json(&row.summary), ":search_text": row.search_text, ":cred": Json(&row.cred),
            ":status": row.status.state, ":status_at": row.status.checked_at.map(At),
            ":status_detail": row.status.detail,
        })?;
        self.index_credential(number, row)
    }

    /// Marks the credential, or takes the mark away; whether it is there.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn set_credential_favourite(&self, record_id: &str, favourite: bool) -> Result<bool, StoreError> {
        let mut statement = self.sqlite.prepare_cached("UPDATE credentials SET favourite = ? WHERE record_id = ?")?;
        Ok(statement.execute((favourite, record_id))? > 0)
    }

    /// Stores the result of a new verification; whether the credential is there.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn set_credential_verification(&self, record_id: &str, verification: &Value) -> Result<bool, StoreError> {
        let mut statement =
            self.sqlite.prepare_cached("UPDATE credentials SET verification = ? WHERE record_id = ?")?;
        Ok(statement.execute((Json(verification), record_id))? > 0)
    }

    /// Deletes the credential; whether it was there.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn delete_credential(&self, record_id: &str) -> Result<bool, StoreError> {
        let mut statement =
            self.sqlite.prepare_cached("DELETE FROM credentials WHERE record_id = ? RETURNING number")?;
        let number: Option<i64> = statement.query_row([record_id], |row| row.get(0)).optional()?;
        let Some(number) = number else {
            return Ok(false);
        };
        self.sqlite.prepare_cached("DELETE FROM credential_search WHERE rowid = ?")?.execute([number])?;
        Ok(true)
    }
}
