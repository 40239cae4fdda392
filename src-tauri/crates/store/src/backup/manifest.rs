//! What a backup says of itself once it is open: how much of what, and which kinds of credentials by whom. No value of
//! any claim, no key.

use jiff::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::BackupError;

/// Kinds of credentials listed at most; a wallet with more says how many credentials are not listed.
const MAX_HELD: usize = 5_000;

/// What is in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// When it was made.
    pub made_at: Timestamp,
    /// The program that made it, with its version.
    pub program: String,
    /// The name that others see of the wallet.
    pub label: String,
    /// The version of the store's tables.
    pub schema: u32,
    /// The length of the store's file.
    pub store_bytes: u64,
    /// How many there are of what.
    pub counts: Counts,
    /// The number of the newest credential: newer ones are in no backup.
    pub newest_credential: i64,
    /// The credentials by kind and issuer, most first.
    pub held: Vec<Held>,
    /// Credentials of kinds that are not listed.
    pub held_besides: u64,
}

/// How many there are of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the tables' names")]
pub struct Counts {
    pub credentials: u64,
    pub issued: u64,
    pub connections: u64,
    pub invitations: u64,
    pub exchanges: u64,
    pub dids: u64,
    pub keys: u64,
    pub messages: u64,
    pub status_lists: u64,
    pub history: u64,
}

/// Credentials of one kind by one issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// What lists call them.
    pub title: String,
    /// The issuer's id.
    pub issuer: String,
    /// How many.
    pub count: u64,
}

impl Counts {
    /// Counts what is in a store.
    pub(super) fn of(store: &Connection) -> Result<Self, BackupError> {
        let count = |table: &str| -> Result<u64, BackupError> {
            Ok(store.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?)
        };
        Ok(Self {
            credentials: count("credentials")?,
            issued: count("issued")?,
            connections: count("connections")?,
            invitations: count("invitations")?,
            exchanges: count("exchanges")?,
            dids: count("dids")?,
            keys: count("keys")?,
            messages: count("messages")?,
            status_lists: count("status_lists")?,
            history: count("history")?,
        })
    }
}

/// The kinds of credentials in a store, and how many are of kinds beyond those that are listed.
pub(super) fn held(store: &Connection) -> Result<(Vec<Held>, u64), BackupError> {
    let mut statement = store.prepare(
        "SELECT title, issuer_id, count(*) FROM credentials GROUP BY title, issuer_id ORDER BY count(*) DESC, title",
    )?;
    let kinds = statement.query_map([], |row| Ok(Held { title: row.get(0)?, issuer: row.get(1)?, count: row.get(2)? }));
    let (mut held, mut besides) = (Vec::new(), 0);
    for kind in kinds? {
        let kind = kind?;
        if held.len() < MAX_HELD {
            held.push(kind);
        } else {
            besides += kind.count;
        }
    }
    Ok((held, besides))
}
