//! Copying a store into another file with another key, row by row: of the running store as it is at one moment, beside
//! its writer and its readers, and of a backup's store into a wallet's own. What was deleted leaves no trace in the
//! copy, and it is as small as its content.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::BackupError;
use crate::sqlite::{self, Durability, Salt, VaultKey};

/// What is not backed up: what waited to be sent is late when it is restored, and may have been sent since.
const LEFT_OUT: [&str; 2] = ["outbox", "webhooks"];

/// A file that goes when this does.
pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// Nothing may be there yet but what an earlier try left.
    pub(super) fn new(path: PathBuf) -> Result<Self, BackupError> {
        remove(&path).map_err(|error| BackupError::writing(&error))?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = remove(&self.0) {
            tracing::warn!(%error, "a copy of the store stays behind; nobody has its key");
        }
    }
}

/// Removes a store file and what SQLite lays beside it.
pub(super) fn remove(path: &Path) -> std::io::Result<()> {
    for end in ["", "-wal", "-shm", "-journal"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        match std::fs::remove_file(PathBuf::from(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Makes a file for its owner alone, where none is.
pub(super) fn create(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Copies the store at `path`, which may be open, as it is at this moment.
pub(super) fn take(path: &Path, key: &VaultKey, to: &Path, new_key: &VaultKey) -> Result<(), BackupError> {
    let store = sqlite::open(path, key, Durability::Full)?;
    attach(&store, to, new_key, None)?;
    copy(&store)?;
    for table in LEFT_OUT {
        store.execute_batch(&format!("DELETE FROM copy.{table}"))?;
    }
    let free: i64 = store.query_row("PRAGMA copy.freelist_count", [], |row| row.get(0))?;
    if free > 16 {
        store.execute_batch("VACUUM copy")?;
    }
    store.execute_batch("DETACH copy")?;
    Ok(())
}

/// Copies an open store into a new file, and sees it onto the disk.
pub(super) fn copy_into(store: &Connection, to: &Path, key: &VaultKey, salt: &Salt) -> Result<(), BackupError> {
    attach(store, to, key, Some(salt))?;
    copy(store)?;
    store.execute_batch("DETACH copy")?;
    let synced = File::options().write(true).open(to).and_then(|file| file.sync_all());
    synced.map_err(|error| BackupError::writing(&error))
}

fn attach(store: &Connection, to: &Path, key: &VaultKey, salt: Option<&Salt>) -> Result<(), BackupError> {
    create(to).map_err(|error| BackupError::writing(&error))?;
    let key = sqlite::key_text(key, salt);
    // The error's text could hold what was bound, and so the key.
    store
        .execute("ATTACH DATABASE ?1 AS copy KEY ?2", (to.to_string_lossy(), key.as_str()))
        .map_err(|_| BackupError::Unwritable("the copy of the store could not be made".into()))?;
    // A copy that is broken off is thrown away: it needs no journal.
    store.execute_batch("PRAGMA copy.journal_mode = OFF; PRAGMA copy.synchronous = OFF")?;
    Ok(())
}

fn copy(store: &Connection) -> Result<(), BackupError> {
    let version: u32 = store.pragma_query_value(Some("main"), "user_version", |row| row.get(0))?;
    store.execute_batch("BEGIN; SELECT sqlcipher_export('copy', 'main'); COMMIT")?;
    store.execute_batch(&format!("PRAGMA copy.user_version = {version}"))?;
    Ok(())
}

/// The tables and indexes of a store, as they were made.
pub(super) fn schema(store: &Connection) -> Result<Vec<(String, String)>, BackupError> {
    let mut statement = store.prepare(
        "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' \
         ESCAPE '\\' ORDER BY 1",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_keeps_the_numbers_of_rows_and_what_was_deleted_is_not_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let (path, to) = (folder.path().join("a.sqlite"), folder.path().join("b.sqlite"));
        let (key, new_key) = (VaultKey::generate().unwrap(), VaultKey::generate().unwrap());
        let store = sqlite::create(&path, &key, &[1; 16], Durability::Full).unwrap();
        store
            .execute_batch(
                "CREATE TABLE outbox (id INTEGER PRIMARY KEY); CREATE TABLE webhooks (id INTEGER PRIMARY KEY);
                 CREATE TABLE names (name TEXT PRIMARY KEY); CREATE VIRTUAL TABLE found USING fts5 (name);
                 CREATE TRIGGER names_found AFTER INSERT ON names BEGIN
                     INSERT INTO found (rowid, name) VALUES (new.rowid, new.name);
                 END;
                 INSERT INTO names VALUES ('ada'), ('bob'), ('eve'); DELETE FROM names WHERE name = 'ada';
                 INSERT INTO outbox VALUES (1); PRAGMA user_version = 3;",
            )
            .unwrap();
        take(&path, &key, &to, &new_key).unwrap();
        let copy = sqlite::open_copy(&to, &new_key, Durability::Process).unwrap();
        let number: i64 = copy.query_row("SELECT rowid FROM names WHERE name = 'eve'", [], |row| row.get(0)).unwrap();
        let found: i64 = copy.query_row("SELECT rowid FROM found ('eve')", [], |row| row.get(0)).unwrap();
        assert_eq!((number, found), (3, 3));
        let waiting: i64 = copy.query_row("SELECT count(*) FROM outbox", [], |row| row.get(0)).unwrap();
        let version: u32 = copy.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        assert_eq!((waiting, version), (0, 3));
        assert_eq!(schema(&copy).unwrap(), schema(&store).unwrap());
        assert!(sqlite::open_copy(&to, &key, Durability::Process).is_err(), "the store's own key does not open it");
    }
}
