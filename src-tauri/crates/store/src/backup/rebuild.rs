//! Making a store out of a backup's: its file is taken out of the chunks, proved to be whole and to be what the manifest
//! says, brought to this version's tables, and copied into a new file with a new key. Until the last of these has gone
//! well there is no store.

use std::io::{Read, Write};
use std::path::Path;

use rusqlite::Connection;

use super::open::OpenedBackup;
use super::snapshot::{self, Scratch};
use super::{BackupError, Counts, Progress, Stage};
use crate::reader::Transaction;
use crate::sqlite::{self, Durability, Salt, VaultKey};
use crate::vault::{Created, Protect, Vault};
use crate::{RecoveryWords, Store, StoreError, schema};

/// What must not go on by itself in a restored store, told by whoever owns its rows.
pub type Settle<'a> = dyn FnOnce(&Transaction<'_>) -> Result<(), StoreError> + Send + 'a;

impl<R: Read> OpenedBackup<R> {
    /// Makes a wallet of the backup in `folder`, where none may be. `settle` is called on the restored rows before they
    /// are a wallet's: what went on after the backup was made is not known here. With `words` they open the new wallet
    /// too, as they did the old one. Blocks.
    ///
    /// # Errors
    ///
    /// As [`BackupFile::open`](super::BackupFile::open), [`BackupError::Differs`], and those of [`Vault::create`]. Then
    /// there is no wallet in the folder, and it can be tried again.
    pub fn restore(
        self,
        folder: &Path,
        protect: &Protect<'_>,
        words: Option<&RecoveryWords>,
        settle: Box<Settle<'_>>,
        progress: &mut Progress<'_>,
    ) -> Result<Created, BackupError> {
        Vault::make(folder, protect, words, |path, key, salt| {
            self.rebuild(path, &key, salt, settle, progress)?;
            Ok(Store::open(path, key, Some(salt))?)
        })
    }

    /// Makes a store file at `path`.
    pub(super) fn rebuild(
        mut self,
        path: &Path,
        key: &VaultKey,
        salt: &Salt,
        settle: Box<Settle<'_>>,
        progress: &mut Progress<'_>,
    ) -> Result<(), BackupError> {
        let taken_out = Scratch::new(path.with_extension("restoring"))?;
        self.take_out(taken_out.path(), progress)?;
        progress(Stage::Checking, 0, 0);
        let mut store = open_foreign(taken_out.path(), &self.key)?;
        let counts = Counts::of(&store)?;
        if counts != self.manifest.counts {
            return Err(BackupError::Differs(format!("{counts:?}, not {:?}", self.manifest.counts)));
        }
        schema::take_steps(&mut store, schema::STEPS)?;
        let transaction = store.transaction()?;
        settle(&Transaction::new(&transaction))?;
        transaction.commit()?;
        snapshot::copy_into(&store, path, key, salt)
    }

    /// Takes the store's file out of the chunks; at the end all of the backup is proved.
    fn take_out(&mut self, to: &Path, progress: &mut Progress<'_>) -> Result<(), BackupError> {
        let total = self.manifest.store_bytes;
        let mut file = snapshot::create(to).map_err(|error| BackupError::writing(&error))?;
        let (mut part, mut done) = (vec![0; 64 * 1024], 0_u64);
        loop {
            let count = self.content.some(&mut part)?;
            done += count as u64;
            if done > total || (count == 0 && done < total) {
                return Err(BackupError::Differs(format!("{done} bytes of {total}")));
            }
            if count == 0 {
                return Ok(());
            }
            file.write_all(part.get(..count).unwrap_or_default()).map_err(|error| BackupError::writing(&error))?;
            progress(Stage::Reading, done, total);
        }
    }
}

/// Opens a store that somebody else may have made: it has to be a store of this program in every table, whole, and of a
/// version that is known.
fn open_foreign(path: &Path, key: &VaultKey) -> Result<Connection, BackupError> {
    sqlite::inspect(path, None)?;
    let store = sqlite::open_copy(path, key, Durability::Process)?;
    let version: u32 = store.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = u32::try_from(schema::STEPS.len()).unwrap_or(u32::MAX);
    if version > known {
        return Err(StoreError::TooNew { found: version, known }.into());
    }
    let mut pattern = Connection::open_in_memory()?;
    let steps = schema::STEPS.get(..version as usize).unwrap_or_default();
    schema::take_steps(&mut pattern, steps)?;
    // A trigger or a view that was put in would run with every change.
    if steps.is_empty() || snapshot::schema(&store)? != snapshot::schema(&pattern)? {
        return Err(BackupError::Differs("its tables are not a wallet's".into()));
    }
    let found: String = store.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found != "ok" {
        return Err(BackupError::Damaged(found));
    }
    Ok(store)
}
