//! The trial: a backup is restored into a folder of its own, as on the day when it is needed, and taken away again.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::open::OpenedBackup;
use super::{BackupError, Counts, Progress};
use crate::sqlite::VaultKey;
use crate::{Store, StoreError};

/// A backup's store, open for a while. Its key is known to nobody and kept nowhere: what a crash leaves opens no more.
pub struct Trial {
    store: Store,
    folder: PathBuf,
}

impl<R: Read> OpenedBackup<R> {
    /// Restores the backup into a new folder in `scratch`. Reads all of it, so all of it is proved. Blocks.
    ///
    /// # Errors
    ///
    /// As [`OpenedBackup::restore`].
    pub fn trial(self, scratch: &Path, progress: &mut Progress<'_>) -> Result<Trial, BackupError> {
        let folder = scratch.join(format!("trial-{}", uuid::Uuid::new_v4()));
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder).map_err(|error| BackupError::writing(&error))?;
        let guard = Guard(folder);
        let (path, key, salt) =
            (guard.0.join("wallet.sqlite"), VaultKey::generate()?, *uuid::Uuid::new_v4().as_bytes());
        self.rebuild(&path, &key, &salt, Box::new(|_| Ok(())), progress)?;
        let store = Store::open(&path, key, Some(&salt))?;
        let folder = guard.keep();
        Ok(Trial { store, folder })
    }
}

impl Trial {
    /// The store, to be read.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// How many there are of what.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub async fn counts(&self) -> Result<Counts, StoreError> {
        self.store
            .read(|reader| Counts::of(reader.sqlite).map_err(|error| StoreError::Damaged(error.to_string())))
            .await
    }

    /// Takes it away.
    pub async fn end(self) {
        self.store.seal().await;
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        drop(Guard(std::mem::take(&mut self.folder)));
    }
}

/// A folder that goes when this does.
struct Guard(PathBuf);

impl Guard {
    fn keep(mut self) -> PathBuf {
        std::mem::take(&mut self.0)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if !self.0.as_os_str().is_empty()
            && let Err(error) = std::fs::remove_dir_all(&self.0)
        {
            tracing::warn!(%error, "the folder of a trial stays behind; nobody has its key");
        }
    }
}
