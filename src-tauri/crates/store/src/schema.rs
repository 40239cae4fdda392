//! The tables, as numbered steps that only go forward. `user_version` says how many a file has taken. Before a store
//! with content takes one, its file is copied beside it: a step that goes wrong costs nothing.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::StoreError;

/// The steps; never changed once released, only added to.
pub(crate) const STEPS: &[&str] = &[include_str!("schema/1.sql")];

/// Where the copy goes that is made before migrating from `version`.
pub(crate) fn copy_path(store: &Path, version: u32) -> PathBuf {
    store.with_extension(format!("sqlite.before-{}", version + 1))
}

/// Takes the steps that `connection`'s file has not taken yet.
pub(crate) fn migrate(connection: &mut Connection, path: &Path, steps: &[&str], new: bool) -> Result<(), StoreError> {
    let taken: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = u32::try_from(steps.len()).unwrap_or(u32::MAX);
    if taken > known {
        return Err(StoreError::TooNew { found: taken, known });
    }
    if taken == 0 && !new {
        return Err(StoreError::Damaged("the store file has no tables".into()));
    }
    if taken == known {
        return Ok(());
    }
    if taken > 0 {
        copy(connection, path, taken)?;
    }
    for (version, step) in (1..=known).zip(steps).skip(usize::try_from(taken).unwrap_or(usize::MAX)) {
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Copies the file as it is, encrypted with the same key. The wallet's lock is held and no reader is open yet, so after
/// the checkpoint the file is the whole store.
fn copy(connection: &Connection, path: &Path, version: u32) -> Result<(), StoreError> {
    let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy != 0 {
        return Err(StoreError::InUse);
    }
    let copy = copy_path(path, version);
    let unfinished = copy.with_extension("unfinished");
    std::fs::copy(path, &unfinished)?;
    File::options().write(true).open(&unfinished)?.sync_all()?;
    std::fs::rename(&unfinished, &copy)?;
    Ok(())
}
