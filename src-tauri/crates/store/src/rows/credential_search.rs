//! Finding credentials: by columns, by terms (types, contexts, tags and the like) and by words (FTS5). What a person
//! types is only ever words to look for, never query syntax.

use rusqlite::Row;
use rusqlite::types::Value;

use super::column::{At, Json};
use super::credentials;
use super::credentials::{CredentialFilter, CredentialListRow, CredentialRow};
use super::page::{Page, Query};
use crate::{Reader, StoreError, Transaction};

/// Words of a search that are looked at; more are left out.
const MAX_WORDS: usize = 12;

const SELECT: &str = "SELECT record_id, exchange_id, connection_id, issuer_id, title, types, given_id, issued_at, \
    expires_at, stored_at, favourite, verification, summary FROM credentials";

fn read(row: &Row<'_>) -> rusqlite::Result<CredentialListRow> {
    Ok(CredentialListRow {
        record_id: row.get(0)?,
        exchange_id: row.get(1)?,
        connection_id: row.get(2)?,
        issuer_id: row.get(3)?,
        title: row.get(4)?,
        types: row.get::<_, Json<_>>(5)?.0,
        given_id: row.get(6)?,
        issued_at: row.get::<_, Option<At>>(7)?.map(|at| at.0),
        expires_at: row.get::<_, Option<At>>(8)?.map(|at| at.0),
        stored_at: row.get::<_, At>(9)?.0,
        favourite: row.get(10)?,
        verification: row.get::<_, Json<_>>(11)?.0,
        summary: row.get::<_, Json<_>>(12)?.0,
    })
}

/// The terms that a credential is found by.
fn terms(row: &CredentialRow) -> impl Iterator<Item = (String, &str)> {
    let lists = [
        ("type", &row.types),
        ("type", &row.expanded_types),
        ("context", &row.contexts),
        ("schema", &row.schema_ids),
        ("subject", &row.subject_ids),
        ("proof", &row.proof_types),
    ];
    let listed = lists.into_iter().flat_map(|(kind, terms)| {
        terms
            .iter()
            .map(move |term| (kind.to_owned(), term.as_str()))
    });
    let tags = row.tags.as_object().into_iter().flatten();
    listed.chain(tags.filter_map(|(name, value)| Some((format!("tag:{name}"), value.as_str()?))))
}

/// The words of `text` as an FTS5 query that wants each of them at the beginning of a word; `None` if there are none.
fn words(text: &str) -> Option<String> {
    let words = text
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let query: Vec<String> = words
        .take(MAX_WORDS)
        .map(|word| format!("\"{word}\"*"))
        .collect();
    (!query.is_empty()).then(|| query.join(" "))
}

fn query(select: &str, filter: &CredentialFilter) -> Query {
    let mut query = Query::new(select);
    if let Some(words) = filter.text.as_deref().and_then(words) {
        let found =
            "number IN (SELECT rowid FROM credential_search WHERE credential_search MATCH ?)";
        query.condition(found, [words.into()]);
    }
    query.equals("record_id", filter.record_id.clone());
    query.equals("exchange_id", filter.exchange_id.clone());
    query.equals("connection_id", filter.connection_id.clone());
    query.equals("issuer_id", filter.issuer_id.clone());
    query.equals("given_id", filter.given_id.clone());
    query.equals("favourite", filter.favourite);
    if let Some(end) = filter.expires_before {
        query.condition("expires_at <= ?", [At(end).into()]);
    }
    let lists = [
        ("type", &filter.types),
        ("context", &filter.contexts),
        ("schema", &filter.schema_ids),
        ("subject", &filter.subject_ids),
        ("proof", &filter.proof_types),
    ];
    for (kind, terms) in lists {
        for term in terms {
            wants_term(&mut query, kind.to_owned(), term.clone());
        }
    }
    for (name, value) in &filter.tags {
        wants_term(&mut query, format!("tag:{name}"), value.clone());
    }
    query
}

fn wants_term(query: &mut Query, kind: String, term: String) {
    let found = "EXISTS (SELECT 1 FROM credential_terms WHERE kind = ? AND term = ? AND credential = number)";
    query.condition(found, [Value::from(kind), Value::from(term)]);
}

impl Reader<'_> {
    /// The credentials that fit, without their documents, in the order they were stored.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn credentials(
        &self,
        filter: &CredentialFilter,
        page: Page,
    ) -> Result<Vec<CredentialListRow>, StoreError> {
        let mut query = query(SELECT, filter);
        query.page(&["stored_at", "number"], &page);
        query.rows(self.sqlite, read)
    }

    /// The credentials that fit, whole, in the order they were stored.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn whole_credentials(
        &self,
        filter: &CredentialFilter,
        page: Page,
    ) -> Result<Vec<CredentialRow>, StoreError> {
        let mut query = query(&credentials::select(), filter);
        query.page(&["stored_at", "number"], &page);
        query.rows(self.sqlite, credentials::read)
    }

    /// How many credentials fit.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn count_credentials(&self, filter: &CredentialFilter) -> Result<u64, StoreError> {
        query("SELECT count(*) FROM credentials", filter).count(self.sqlite)
    }
}

impl Transaction<'_> {
    /// Makes the credential findable by its terms and words.
    pub(super) fn index_credential(
        &self,
        number: i64,
        row: &CredentialRow,
    ) -> Result<(), StoreError> {
        let mut term_statement = self.sqlite.prepare_cached(
            "INSERT OR IGNORE INTO credential_terms (kind, term, credential) VALUES (?, ?, ?)",
        )?;
        for (kind, term) in terms(row) {
            term_statement.execute((kind, term, number))?;
        }
        let mut search_statement = self.sqlite.prepare_cached(
            "INSERT INTO credential_search (rowid, title, issuer, text) VALUES (?, ?, ?, ?)",
        )?;
        search_statement.execute((number, &row.title, &row.issuer_id, &row.search_text))?;
        Ok(())
    }
}
