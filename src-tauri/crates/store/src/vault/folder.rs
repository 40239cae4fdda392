//! The wallet's folder: its files' names, the lock that one process holds, and writing a file so that a crash leaves
//! the old one or the new one.

use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::Path;

use crate::StoreError;

/// The store.
pub(super) const STORE: &str = "wallet.sqlite";
/// The header.
pub(super) const HEADER: &str = "vault.json";
/// The header of a wallet that is being made.
pub(super) const UNFINISHED: &str = "vault.json.unfinished";
const LOCK: &str = "lock";

/// The folder's lock, held as long as this lives. The operating system lets go of it when the process ends.
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the lock, or says who cannot have it.
    pub(super) fn take(folder: &Path) -> Result<Self, StoreError> {
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(folder.join(LOCK))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }
}

/// Makes the folder, for its owner alone.
pub(super) fn make(folder: &Path) -> Result<(), StoreError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    Ok(builder.create(folder)?)
}

/// Puts `content` in place of the file `name`: whole or not at all, and on the disk when this returns.
pub(super) fn write(folder: &Path, name: &str, content: &[u8]) -> Result<(), StoreError> {
    let temporary = folder.join(format!("{name}.tmp"));
    let mut options = File::options();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    file.write_all(content)?;
    file.sync_all()?;
    drop(file);
    rename(folder, &temporary, name)
}

/// Gives the unfinished header its name: from now on the wallet exists.
pub(super) fn finish(folder: &Path) -> Result<(), StoreError> {
    rename(folder, &folder.join(UNFINISHED), HEADER)
}

fn rename(folder: &Path, from: &Path, to: &str) -> Result<(), StoreError> {
    std::fs::rename(from, folder.join(to))?;
    // The new name is on the disk only when the folder is. Windows has no such call and needs none.
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}
