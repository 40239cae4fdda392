//! Finding credentials: by columns, by terms (types, contexts, tags and the like) and by words (FTS5). What a person
//! types is only ever words to look for, never query syntax.

use rusqlite::Row;
use rusqlite::types::Value;

use super::column::{At, Json};
use super::credentials;
use super::credentials::{CredentialFilter, CredentialListRow, CredentialRow};
use super::page::{Page, Query};
use super::status_held;
use crate::{Reader, StoreError, Transaction};

/// Words of a search that are looked at; more are left out.
pub(super) const MAX_WORDS: usize = 12;

pub(super) const COLUMNS: &str = "record_id, exchange_id, connection_id, issuer_id, title, types, given_id, issued_at, \
    expires_at, stored_at, favourite, verification, summary, status, status_at, status_detail";

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<CredentialListRow> {
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
        status: status_held::read(row, 13)?,
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
    let listed =
        lists.into_iter().flat_map(|(kind, terms)| terms.iter().map(move |term| (kind.to_owned(), term.as_str())));
    let tags = row.tags.as_object().into_iter().flatten();
    listed.chain(tags.filter_map(|(name, value)| Some((format!("tag:{name}"), value.as_str()?))))
}

/// The words of `text` as an FTS5 query that wants each of them at the beginning of a word; `None` if there are none.
fn words(text: &str) -> Option<String> {
    let words = text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    let query: Vec<String> = words.take(MAX_WORDS).map(|word| format!("\"{word}\"*")).collect();
    (!query.is_empty()).then(|| query.join(" "))
}

/// The query, and the columns that its rows are in the order of storing by. What drives it (the words, else a term) comes
/// out of its index in that order already, so a page costs its own rows, however many fit.
fn query(columns: &str, filter: &CredentialFilter) -> (Query, &'static [&'static str]) {
    let mut terms = wanted_terms(filter);
    let found = filter.text.as_deref().and_then(words);
    let (mut query, order): (Query, &'static [&'static str]) = if let Some(words) = found {
        let from = "credential_search CROSS JOIN credentials ON number = credential_search.rowid";
        let mut query = Query::new(&format!("SELECT {columns} FROM {from}"));
        query.condition("credential_search MATCH ?", [words.into()]);
        (query, &["credential_search.rowid"])
    } else if let Some((kind, term)) = terms.pop() {
        let from = "credential_terms AS first CROSS JOIN credentials ON number = first.credential";
        let mut query = Query::new(&format!("SELECT {columns} FROM {from}"));
        query.condition("first.kind = ? AND first.term = ?", [kind.into(), term.into()]);
        (query, &["first.credential"])
    } else {
        (Query::new(&format!("SELECT {columns} FROM credentials")), &["stored_at", "number"])
    };
    query.equals("record_id", filter.record_id.clone());
    query.equals("exchange_id", filter.exchange_id.clone());
    query.equals("connection_id", filter.connection_id.clone());
    query.equals("issuer_id", filter.issuer_id.clone());
    query.equals("given_id", filter.given_id.clone());
    query.equals("favourite", filter.favourite);
    if let Some(end) = filter.expires_before {
        query.condition("expires_at <= ?", [At(end).into()]);
    }
    for (kind, term) in terms {
        let found = "EXISTS (SELECT 1 FROM credential_terms WHERE kind = ? AND term = ? AND credential = number)";
        query.condition(found, [Value::from(kind), Value::from(term)]);
    }
    (query, order)
}

/// The terms that a credential has to have, those that few credentials have last.
fn wanted_terms(filter: &CredentialFilter) -> Vec<(String, String)> {
    let lists = [
        ("context", &filter.contexts),
        ("proof", &filter.proof_types),
        ("type", &filter.types),
        ("schema", &filter.schema_ids),
    ];
    let listed = |(kind, terms): (&'static str, &'_ Vec<String>)| -> Vec<(String, String)> {
        terms.iter().map(|term| (kind.to_owned(), term.clone())).collect()
    };
    let tags = filter.tags.iter().map(|(name, value)| (format!("tag:{name}"), value.clone()));
    lists.into_iter().flat_map(listed).chain(tags).chain(listed(("subject", &filter.subject_ids))).collect()
}

impl Reader<'_> {
    /// The credentials that fit, without their documents, in the order they were stored.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn credentials(&self, filter: &CredentialFilter, page: Page) -> Result<Vec<CredentialListRow>, StoreError> {
        let (mut query, order) = query(COLUMNS, filter);
        query.page(order, &page);
        query.rows(self.sqlite, read)
    }

    /// The credentials that fit, whole, in the order they were stored.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn whole_credentials(&self, filter: &CredentialFilter, page: Page) -> Result<Vec<CredentialRow>, StoreError> {
        let (mut query, order) = query(credentials::COLUMNS, filter);
        query.page(order, &page);
        query.rows(self.sqlite, credentials::read)
    }

    /// How many credentials fit.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn count_credentials(&self, filter: &CredentialFilter) -> Result<u64, StoreError> {
        query("count(*)", filter).0.count(self.sqlite)
    }
}

impl Transaction<'_> {
    /// Makes the credential findable by its terms and words.
    pub(super) fn index_credential(&self, number: i64, row: &CredentialRow) -> Result<(), StoreError> {
        let mut term_statement = self
            .sqlite
            .prepare_cached("INSERT OR IGNORE INTO credential_terms (kind, term, credential) VALUES (?, ?, ?)")?;
        for (kind, term) in terms(row) {
            term_statement.execute((kind, term, number))?;
        }
        let mut search_statement = self
            .sqlite
            .prepare_cached("INSERT INTO credential_search (rowid, name, issuer, text) VALUES (?, ?, ?, ?)")?;
        search_statement.execute((number, &row.title, &row.issuer_id, &row.search_text))?;
        Ok(())
    }
}
