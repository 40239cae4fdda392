//! What the person decided about a peer, and how its names look: who is blocked, and which names could be taken for one
//! another.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::OptionalExtension;

use super::column::At;
use super::page::Page;
use crate::{Reader, StoreError, Transaction};

/// A name that looks much like another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NearName {
    /// Whose.
    pub connection_id: String,
    /// `own` for the person's own name for it, `given` for the one that it gives itself.
    pub kind: String,
    /// How it looks.
    pub shape: String,
}

/// What a connection has to do with: the numbers of what goes and what stays when it is deleted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PeerCounts {
    /// Texts, sent and received.
    pub messages: u64,
    /// Texts that were not read yet.
    pub unread: u64,
    /// Credentials that came over it and are held.
    pub received: u64,
    /// Credentials that were issued over it.
    pub issued: u64,
    /// Exchanges that are not over.
    pub open: u64,
}

/// Shorter ones are compared whole: two short names with one letter between them are two names.
const SHORTEST_TO_SPLIT: usize = 6;
/// Names that are looked at for one, at most, from each side.
const MOST: u32 = 200;

impl Reader<'_> {
    /// Since when the peer is blocked, if it is.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn blocked_since(&self, connection_id: &str) -> Result<Option<Timestamp>, StoreError> {
        let mut statement =
            self.sqlite.prepare_cached("SELECT since FROM blocked_connections WHERE connection_id = ?")?;
        Ok(statement.query_row([connection_id], |row| row.get::<_, At>(0)).optional()?.map(|at| at.0))
    }

    /// The connections whose peers are blocked, by the time of blocking.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn blocked_connections(&self, page: Page) -> Result<Vec<String>, StoreError> {
        let direction = if page.descending { "DESC" } else { "ASC" };
        let mut statement = self.sqlite.prepare_cached(&format!(
            "SELECT connection_id FROM blocked_connections ORDER BY since {direction}, connection_id LIMIT ? OFFSET ?"
        ))?;
        let rows = statement.query_map((page.limit, page.offset), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many peers are blocked.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn count_blocked_connections(&self) -> Result<u64, StoreError> {
        let mut statement = self.sqlite.prepare_cached("SELECT count(*) FROM blocked_connections")?;
        Ok(statement.query_row([], |row| row.get(0))?)
    }

    /// Whether another connection has a name that looks the same as this shape.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn is_name_shared(&self, shape: &str, connection_id: &str) -> Result<bool, StoreError> {
        let mut statement = self
            .sqlite
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM name_shapes WHERE shape = ? AND connection_id <> ?)")?;
        Ok(statement.query_row([shape, connection_id], |row| row.get(0))?)
    }

    /// What a connection has to do with.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn peer_counts(&self, connection_id: &str) -> Result<PeerCounts, StoreError> {
        let count = |select: &str| -> Result<u64, StoreError> {
            Ok(self.sqlite.prepare_cached(select)?.query_row([connection_id], |row| row.get(0))?)
        };
        let (messages, unread) = self.count_basic_messages(connection_id)?;
        Ok(PeerCounts {
            messages,
            unread,
            received: count("SELECT count(*) FROM credential_facets WHERE connection_id = ?")?,
            issued: count(
                "SELECT count(*) FROM exchanges WHERE connection_id = ? AND role = 'issuer' AND state = 'done'",
            )?,
            open: count(
                "SELECT count(*) FROM exchanges WHERE connection_id = ? AND state NOT IN ('done', 'abandoned')",
            )?,
        })
    }

    /// Names that look the same as this shape, and, for one that is long enough, those that share its first or its last
    /// half: all that are one letter away from it are among them.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn names_near(&self, shape: &str) -> Result<Vec<NearName>, StoreError> {
        let letters: Vec<char> = shape.chars().collect();
        if letters.is_empty() {
            return Ok(Vec::new());
        }
        let (head, tail): (String, String) = if letters.len() < SHORTEST_TO_SPLIT {
            (shape.to_owned(), String::new())
        } else {
            let (head, tail) = letters.split_at(letters.len() / 2);
            (head.iter().collect(), tail.iter().rev().collect())
        };
        let mut found = BTreeSet::new();
        for (column, beginning) in [("shape", head), ("backwards", tail)] {
            if beginning.is_empty() {
                continue;
            }
            let wanted = if letters.len() < SHORTEST_TO_SPLIT {
                format!("{column} = ?1 OR {column} = ?2")
            } else {
                format!("{column} >= ?1 AND {column} < ?2")
            };
            // What begins so is between it and it followed by the last of all letters.
            let end =
                if letters.len() < SHORTEST_TO_SPLIT { beginning.clone() } else { format!("{beginning}\u{10FFFF}") };
            let mut statement = self.sqlite.prepare_cached(&format!(
                "SELECT connection_id, kind, shape FROM name_shapes WHERE {wanted} LIMIT ?3"
            ))?;
            let rows = statement.query_map((beginning, end, MOST), |row| {
                Ok(NearName { connection_id: row.get(0)?, kind: row.get(1)?, shape: row.get(2)? })
            })?;
            for row in rows {
                found.insert(row?);
            }
        }
        Ok(found.into_iter().collect())
    }
}

impl Transaction<'_> {
    /// Blocks the peer of a connection; one that is blocked stays so since then.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when there is no such connection; the disk's.
    pub fn block_connection(&self, connection_id: &str, since: Timestamp) -> Result<(), StoreError> {
        self.sqlite
            .prepare_cached("INSERT INTO blocked_connections VALUES (?, ?) ON CONFLICT DO NOTHING")?
            .execute((connection_id, At(since)))?;
        Ok(())
    }

    /// Unblocks the peer of a connection; whether it was blocked.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn unblock_connection(&self, connection_id: &str) -> Result<bool, StoreError> {
        let mut statement = self.sqlite.prepare_cached("DELETE FROM blocked_connections WHERE connection_id = ?")?;
        Ok(statement.execute([connection_id])? > 0)
    }

    /// Keeps how a connection's name looks; `kind` is `own` or `given`. An empty one, or none, is forgotten.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when there is no such connection; the disk's.
    pub fn put_name_shape(&self, connection_id: &str, kind: &str, shape: Option<&str>) -> Result<(), StoreError> {
        match shape.filter(|shape| !shape.is_empty()) {
            Some(shape) => {
                let backwards: String = shape.chars().rev().collect();
                self.sqlite
                    .prepare_cached(
                        "INSERT INTO name_shapes VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE \
                         SET shape = excluded.shape, backwards = excluded.backwards",
                    )?
                    .execute((connection_id, kind, shape, backwards))?;
            }
            None => {
                self.sqlite
                    .prepare_cached("DELETE FROM name_shapes WHERE connection_id = ? AND kind = ?")?
                    .execute((connection_id, kind))?;
            }
        }
        Ok(())
    }
}
