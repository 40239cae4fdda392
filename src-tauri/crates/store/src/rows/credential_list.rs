//! The list of credentials as a person looks through it: by words, by tags, by how they stand, in the order of choice.
//! Everything but the rows of one page is answered from the narrow `credential_facets`, so that a list of 100,000 stays
//! quick. A word finds what is written in a credential, the tags that were put on it, and the name of the connection
//! that it came over; names and tags are looked up when somebody searches, so that renaming them costs nothing.

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row};

use super::column::At;
use super::credential_search::{self, MAX_WORDS};
use super::credentials::CredentialListRow;
use super::page::{Page, Query};
use crate::{Reader, StoreError};

/// The most tags and the most connections that one word is taken for.
const MOST_NAMES: u32 = 500;

/// Which credentials; every part that is set has to fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// Words, each of which begins a word of the credential, of a tag on it or of its connection's name.
    pub text: String,
    /// The issuer's id.
    pub issuer_id: Option<String>,
    /// A tag, by its name.
    pub tag: Option<String>,
    /// Only what the person marked.
    pub favourite: bool,
    /// Of a practice ledger, or of none.
    pub practice: Option<bool>,
    /// How they stand.
    pub standing: Option<ListStanding>,
}

/// How a credential stands, as far as a list asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListStanding {
    /// Sound, within its dates at this time, and not taken back.
    Valid(Timestamp),
    /// Valid at the first of these times, and ends by the second.
    Expiring(Timestamp, Timestamp),
    /// Its dates are over at this time, and it was not revoked.
    Expired(Timestamp),
    /// Revoked by its issuer.
    Revoked,
    /// Suspended by its issuer, within its dates at this time.
    Suspended(Timestamp),
    /// Something speaks against the document itself.
    Unverified,
    /// It has a status that could never be read; within its dates at this time.
    Unknown(Timestamp),
}

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ListOrder {
    /// What was stored last comes first.
    #[default]
    Newest,
    /// By what they are called.
    Title,
    /// What ends first comes first; what never ends, last.
    Expiry,
}

/// The credentials of one issuer, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerCount {
    /// The issuer's id.
    pub issuer_id: String,
    /// The name that its newest credential gives it.
    pub issuer_name: Option<String>,
    /// The connection that its newest credential came over.
    pub connection_id: Option<String>,
    /// How many fit.
    pub count: u64,
}

/// What one word stands for besides the words in a credential.
struct Word {
    text: String,
    tags: Vec<i64>,
    connections: Vec<String>,
}

impl Reader<'_> {
    /// The credentials that fit, without their documents.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn credential_list(
        &self,
        filter: &ListFilter,
        order: ListOrder,
        favourites_first: bool,
        page: Page,
    ) -> Result<Vec<CredentialListRow>, StoreError> {
        let Some(mut query) = self.list_query("f.number", filter)? else { return Ok(Vec::new()) };
        let favourites = if favourites_first { "f.favourite DESC, " } else { "" };
        let order = match order {
            // Credentials are numbered in the order of storing.
            ListOrder::Newest => "f.number DESC",
            ListOrder::Title => "f.title, f.number",
            ListOrder::Expiry => "f.expires_at IS NULL, f.expires_at, f.number",
        };
        query.end(
            &format!("ORDER BY {favourites}{order} LIMIT ? OFFSET ?"),
            [i64::from(page.limit).into(), i64::from(page.offset).into()],
        );
        let numbers: Vec<i64> = query.rows(self.sqlite, |row| row.get(0))?;
        let mut statement = self
            .sqlite
            .prepare_cached(&format!("SELECT {} FROM credentials WHERE number = ?", credential_search::COLUMNS))?;
        numbers.into_iter().map(|number| Ok(statement.query_row([number], credential_search::read)?)).collect()
    }

    /// How many credentials fit.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn count_credential_list(&self, filter: &ListFilter) -> Result<u64, StoreError> {
        match self.list_query("count(*)", filter)? {
            Some(query) => query.count(self.sqlite),
            None => Ok(0),
        }
    }

    /// The ids of the credentials that fit, newest first.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn credential_list_ids(&self, filter: &ListFilter, limit: u32) -> Result<Vec<String>, StoreError> {
        let Some(mut query) = self.list_query("f.number", filter)? else { return Ok(Vec::new()) };
        query.end("ORDER BY f.number DESC LIMIT ?", [i64::from(limit).into()]);
        let numbers: Vec<i64> = query.rows(self.sqlite, |row| row.get(0))?;
        let mut statement = self.sqlite.prepare_cached("SELECT record_id FROM credentials WHERE number = ?")?;
        numbers.into_iter().map(|number| Ok(statement.query_row([number], |row| row.get(0))?)).collect()
    }

    /// How many fit of each issuer, in no particular order.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn credential_issuers(&self, filter: &ListFilter) -> Result<Vec<IssuerCount>, StoreError> {
        // Beside a lone max() SQLite takes the other columns from the row that has it.
        let columns = "f.issuer_id, f.issuer_name, f.connection_id, count(*), max(f.number)";
        let Some(mut query) = self.list_query(columns, filter)? else { return Ok(Vec::new()) };
        query.end("GROUP BY f.issuer_id", []);
        query.rows(self.sqlite, |row: &Row<'_>| {
            Ok(IssuerCount {
                issuer_id: row.get(0)?,
                issuer_name: row.get(1)?,
                connection_id: row.get(2)?,
                count: row.get(3)?,
            })
        })
    }

    /// The credentials that are, as far as can be told without their documents, this one: of the same issuer, with the
    /// same id and date. Few, whatever the wallet holds.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn credentials_alike(
        &self,
        issuer_id: &str,
        given_id: Option<&str>,
        issued_at: Option<Timestamp>,
        limit: u32,
    ) -> Result<Vec<String>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "SELECT record_id FROM credential_facets AS f JOIN credentials ON credentials.number = f.number \
             WHERE f.issuer_id = ? AND f.issued_at IS ? AND given_id IS ? ORDER BY f.number DESC LIMIT ?",
        )?;
        let rows = statement.query_map((issuer_id, issued_at.map(At), given_id, limit), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The query for what fits; nothing where nothing can.
    fn list_query(&self, columns: &str, filter: &ListFilter) -> Result<Option<Query>, StoreError> {
        let words = self.words_of(&filter.text)?;
        let plain = words.iter().all(|word| word.tags.is_empty() && word.connections.is_empty());
        let mut query = if words.is_empty() {
            Query::new(&format!("SELECT {columns} FROM credential_facets AS f"))
        } else if plain {
            // The words drive: what they find comes out of their index in the order of storing.
            let narrowed = filter.narrows() || columns != "count(*)";
            let from = if narrowed {
                "credential_search CROSS JOIN credential_facets AS f ON f.number = credential_search.rowid"
            } else {
                "credential_search"
            };
            let mut query = Query::new(&format!("SELECT {columns} FROM {from}"));
            let all: Vec<String> = words.iter().map(|word| match_of(&word.text)).collect();
            query.condition("credential_search MATCH ?", [all.join(" ").into()]);
            query
        } else {
            let mut query = Query::new(&format!("SELECT {columns} FROM credential_facets AS f"));
            for word in &words {
                let (found, values) = word.numbers();
                query.condition(&format!("f.number IN ({found})"), values);
            }
            query
        };
        query.equals("f.issuer_id", filter.issuer_id.clone());
        if let Some(tag) = &filter.tag {
            let Some(tag) = self.tag_id(tag)? else { return Ok(None) };
            query.condition("f.number IN (SELECT credential FROM tagged_credentials WHERE tag = ?)", [tag.into()]);
        }
        if filter.favourite {
            query.condition("f.favourite = 1", []);
        }
        query.equals("f.practice", filter.practice);
        if let Some(standing) = filter.standing {
            narrow(&mut query, standing);
        }
        Ok(Some(query))
    }

    /// The words of a search, with the tags and connections that each may mean.
    fn words_of(&self, text: &str) -> Result<Vec<Word>, StoreError> {
        let words = text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
        let mut connections = self
            .sqlite
            .prepare_cached("SELECT connection_id FROM connection_search WHERE connection_search MATCH ? LIMIT ?")?;
        words
            .take(MAX_WORDS)
            .map(|word| {
                let found = connections.query_map((match_of(word), MOST_NAMES), |row| row.get(0))?;
                let connections: Vec<String> = found.collect::<Result<_, _>>()?;
                Ok(Word {
                    tags: self.tags_like(word, MOST_NAMES)?,
                    connections: self.those_that_brought(connections)?,
                    text: word.to_owned(),
                })
            })
            .collect()
    }

    /// Of these connections those that brought credentials.
    fn those_that_brought(&self, connections: Vec<String>) -> Result<Vec<String>, StoreError> {
        let mut statement =
            self.sqlite.prepare_cached("SELECT 1 FROM credential_facets WHERE connection_id = ? LIMIT 1")?;
        let mut found = Vec::new();
        for connection in connections {
            if statement.query_row([&connection], |_| Ok(())).optional()?.is_some() {
                found.push(connection);
            }
        }
        Ok(found)
    }
}

impl ListFilter {
    /// Whether anything but words narrows the list.
    fn narrows(&self) -> bool {
        Self { text: String::new(), ..self.clone() } != Self::default()
    }
}

impl Word {
    /// A SELECT of the numbers of what this word finds, with its values.
    fn numbers(&self) -> (String, Vec<Value>) {
        let mut sql = "SELECT rowid FROM credential_search WHERE credential_search MATCH ?".to_owned();
        let mut values: Vec<Value> = vec![match_of(&self.text).into()];
        let places = |count: usize| vec!["?"; count].join(", ");
        if !self.tags.is_empty() {
            sql.push_str(" UNION ALL SELECT credential FROM tagged_credentials WHERE tag IN (");
            sql.push_str(&places(self.tags.len()));
            sql.push(')');
            values.extend(self.tags.iter().map(|tag| Value::from(*tag)));
        }
        if !self.connections.is_empty() {
            sql.push_str(" UNION ALL SELECT number FROM credential_facets WHERE connection_id IN (");
            sql.push_str(&places(self.connections.len()));
            sql.push(')');
            values.extend(self.connections.iter().map(|connection| Value::from(connection.clone())));
        }
        (sql, values)
    }
}

/// A word as an FTS5 query for what begins with it.
fn match_of(word: &str) -> String {
    format!("\"{word}\"*")
}

/// The same order of precedence as a card's state has.
fn narrow(query: &mut Query, standing: ListStanding) {
    const CURRENT: &str = "(f.expires_at IS NULL OR f.expires_at > ?)";
    let at = |time: Timestamp| Value::from(At(time));
    match standing {
        ListStanding::Valid(now) => {
            query.condition(&format!("f.sound = 1 AND f.status IN ('', 'valid') AND {CURRENT}"), [at(now)]);
        }
        ListStanding::Expiring(now, soon) => query.condition(
            "f.sound = 1 AND f.status IN ('', 'valid') AND f.expires_at > ? AND f.expires_at <= ?",
            [at(now), at(soon)],
        ),
        ListStanding::Expired(now) => {
            query.condition("f.sound = 1 AND f.status <> 'revoked' AND f.expires_at <= ?", [at(now)]);
        }
        ListStanding::Revoked => query.condition("f.sound = 1 AND f.status = 'revoked'", []),
        ListStanding::Suspended(now) => {
            query.condition(&format!("f.sound = 1 AND f.status = 'suspended' AND {CURRENT}"), [at(now)]);
        }
        ListStanding::Unverified => query.condition("f.sound = 0", []),
        ListStanding::Unknown(now) => query.condition(
            &format!("f.sound = 1 AND f.status NOT IN ('', 'valid', 'revoked', 'suspended') AND {CURRENT}"),
            [at(now)],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::match_of;

    #[test]
    fn a_word_is_never_query_syntax() {
        assert_eq!(match_of("NOT"), "\"NOT\"*");
    }
}
