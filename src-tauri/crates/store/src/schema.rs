//! The tables, as numbered steps that only go forward. `user_version` says how many a file has taken. Before a store
//! with content takes one, its file is copied beside it: a step that goes wrong costs nothing.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::StoreError;

/// The steps; never changed once released, only added to.
pub(crate) const STEPS: &[&str] = &[
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
];

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
    take_steps(connection, steps)
}

/// Takes the steps without a copy of the file: for one that is a copy itself.
pub(crate) fn take_steps(connection: &mut Connection, steps: &[&str]) -> Result<(), StoreError> {
    let taken: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    for (version, step) in (1_u32..).zip(steps).skip(usize::try_from(taken).unwrap_or(usize::MAX)) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::{self, Durability, Salt, VaultKey};

    const FIRST: &str = "CREATE TABLE one (id INTEGER PRIMARY KEY); INSERT INTO one VALUES (7)";

    fn made(folder: &Path) -> (PathBuf, VaultKey, Connection) {
        let path = folder.join("wallet.sqlite");
        let key = VaultKey::generate().unwrap();
        let mut connection = sqlite::create(&path, &key, &Salt::default(), Durability::Full).unwrap();
        migrate(&mut connection, &path, &[FIRST], true).unwrap();
        (path, key, connection)
    }

    #[test]
    fn a_new_step_is_taken_once_and_the_file_before_it_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (path, key, mut connection) = made(folder.path());
        let steps = [FIRST, "CREATE TABLE two (id INTEGER); DELETE FROM one"];
        for _ in 0..2 {
            migrate(&mut connection, &path, &steps, false).unwrap();
        }
        let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        assert_eq!(version, 2);
        let copy = sqlite::open(&copy_path(&path, 1), &key, Durability::Full).unwrap();
        let kept: i64 = copy.query_row("SELECT id FROM one", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, 7);
    }

    #[test]
    fn a_step_that_fails_leaves_the_store_at_the_step_before() {
        let folder = tempfile::tempdir().unwrap();
        let (path, _, mut connection) = made(folder.path());
        let steps = [FIRST, "CREATE TABLE two (id INTEGER); DELETE FROM nowhere"];
        assert!(migrate(&mut connection, &path, &steps, false).is_err());
        let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        assert_eq!(version, 1);
        assert!(connection.prepare("SELECT * FROM two").is_err());
    }

    #[test]
    fn a_store_of_a_newer_version_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (path, _, mut connection) = made(folder.path());
        connection.pragma_update(None, "user_version", 9).unwrap();
        let result = migrate(&mut connection, &path, &[FIRST], false);
        assert_eq!(result, Err(StoreError::TooNew { found: 9, known: 1 }));
    }
}
