//! Writing a backup. The file stands beside its place under another name until it is proved to open
//! ([`Unproven::keep`]): a backup that was there is never replaced by one that does not.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::chunks::ChunkWriter;
use super::header::{Header, Locks};
use super::manifest::{Counts, Manifest, held};
use super::snapshot::{self, Scratch};
use super::{BackupError, MAGIC, MAX_MANIFEST, Progress, Stage};
use crate::sqlite::{self, Durability, VaultKey};
use crate::{Store, StoreError};

/// What the manifest says besides what is counted.
pub struct About {
    /// The name that others see of the wallet.
    pub label: String,
    /// The program, with its version.
    pub program: String,
}

/// A backup that was written and not yet proved. It goes with this, unless it is kept.
pub struct Unproven {
    unfinished: PathBuf,
    to: PathBuf,
    kept: bool,
    /// What is in it.
    pub manifest: Manifest,
    /// How long the file is.
    pub bytes: u64,
}

impl Unproven {
    /// Where it is, to be opened as a stranger would.
    pub fn path(&self) -> &Path {
        &self.unfinished
    }

    /// Gives it its name, in place of an older backup of that name.
    ///
    /// # Errors
    ///
    /// [`BackupError::Unwritable`]: then what was there still is.
    pub fn keep(mut self) -> Result<Manifest, BackupError> {
        std::fs::rename(&self.unfinished, &self.to).map_err(|error| BackupError::writing(&error))?;
        self.kept = true;
        // The new name is on the disk only when the folder is. Not every file system has such a call.
        #[cfg(unix)]
        if let Some(Err(error)) = self.to.parent().map(|folder| File::open(folder).and_then(|folder| folder.sync_all()))
        {
            tracing::debug!(%error, "the backup's folder could not be synced");
        }
        Ok(self.manifest.clone())
    }
}

impl Drop for Unproven {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = std::fs::remove_file(&self.unfinished)
        {
            tracing::debug!(%error, "an unfinished backup stays behind");
        }
    }
}

/// Writes a backup of the open wallet that is to stand at `to`. The wallet goes on meanwhile. Blocks.
///
/// # Errors
///
/// [`BackupError::Unlocked`] without a lock, [`BackupError::Taken`] where another kind of file is, those of the disk;
/// [`StoreError::Sealed`].
pub fn write(
    store: &Store,
    to: &Path,
    locks: &Locks<'_>,
    about: About,
    progress: &mut Progress<'_>,
) -> Result<Unproven, BackupError> {
    check_place(to)?;
    let made_at = Timestamp::now();
    let (path, key) = store.place()?;
    progress(Stage::Copying, 0, 0);
    let copy = Scratch::new(path.with_extension("backing-up"))?;
    let copy_key = VaultKey::generate()?;
    snapshot::take(&path, &key, copy.path(), &copy_key)?;
    let manifest = manifest(&copy, &copy_key, about, made_at)?;
    progress(Stage::Deriving, 0, 0);
    let unfinished = unfinished(to)?;
    let _ = std::fs::remove_file(&unfinished);
    let file = snapshot::create(&unfinished).map_err(|error| BackupError::writing(&error))?;
    let mut written = Unproven { unfinished, to: to.into(), kept: false, manifest, bytes: 0 };
    let input = File::open(copy.path()).map_err(|error| BackupError::writing(&error))?;
    let total = written.manifest.store_bytes;
    let mut told = Told { input, done: 0, total, progress };
    let file = seal(BufWriter::new(file), locks, &written.manifest, copy_key.as_bytes(), &mut told)?;
    let file = file.into_inner().map_err(|error| BackupError::writing(error.error()))?;
    let synced = file.sync_all().and_then(|()| file.metadata());
    written.bytes = synced.map_err(|error| BackupError::writing(&error))?.len();
    Ok(written)
}

/// Writes a backup of any content. [`write`] does it with a wallet's.
///
/// # Errors
///
/// As [`write`].
pub fn seal<W: Write>(
    mut out: W,
    locks: &Locks<'_>,
    manifest: &Manifest,
    key: &[u8; 32],
    store: &mut impl Read,
) -> Result<W, BackupError> {
    let text = serde_json::to_vec(manifest).map_err(|error| StoreError::Internal(error.to_string()))?;
    let length = u32::try_from(text.len()).ok().filter(|_| text.len() <= MAX_MANIFEST);
    let length = length.ok_or_else(|| StoreError::Internal("the manifest is too long".into()))?;
    let beginning = Header::beginning(locks, &manifest.program, manifest.made_at)?;
    let mut written = || {
        out.write_all(&beginning.bytes)?;
        let mut chunks = ChunkWriter::new(&mut out, &beginning.key, beginning.prefix, beginning.bound);
        chunks.write_all(&length.to_le_bytes())?;
        chunks.write_all(&text)?;
        chunks.write_all(key)?;
        std::io::copy(store, &mut chunks)?;
        chunks.finish()?.flush()
    };
    written().map_err(|error| BackupError::writing(&error))?;
    Ok(out)
}

fn manifest(copy: &Scratch, key: &VaultKey, about: About, made_at: Timestamp) -> Result<Manifest, BackupError> {
    let store_bytes = std::fs::metadata(copy.path()).map_err(|error| BackupError::writing(&error))?.len();
    let store = sqlite::open_copy(copy.path(), key, Durability::Process)?;
    let (held, held_besides) = held(&store)?;
    let newest = store.query_row("SELECT ifnull(max(number), 0) FROM credentials", [], |row| row.get(0))?;
    Ok(Manifest {
        made_at,
        program: about.program,
        label: about.label,
        schema: store.pragma_query_value(None, "user_version", |row| row.get(0))?,
        store_bytes,
        counts: Counts::of(&store)?,
        newest_credential: newest,
        held,
        held_besides,
    })
}

/// A backup may replace a backup, and nothing else.
fn check_place(to: &Path) -> Result<(), BackupError> {
    match File::open(to) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(BackupError::writing(&error)),
        Ok(mut file) => {
            let mut start = [0; MAGIC.len()];
            let is_file = file.metadata().is_ok_and(|about| about.is_file());
            let is_backup = is_file && file.read_exact(&mut start).is_ok() && start == MAGIC;
            if is_backup { Ok(()) } else { Err(BackupError::Taken) }
        }
    }
}

/// The name of a backup at this place until it is proved.
fn unfinished(to: &Path) -> Result<PathBuf, BackupError> {
    let name = to.file_name().ok_or_else(|| BackupError::Unwritable("the place has no file's name".into()))?;
    let mut unfinished = std::ffi::OsString::from(".");
    unfinished.push(name);
    unfinished.push(".unfinished");
    Ok(to.with_file_name(unfinished))
}

/// A store that tells how far it was read.
struct Told<'a, 'p> {
    input: File,
    done: u64,
    total: u64,
    progress: &'a mut Progress<'p>,
}

impl Read for Told<'_, '_> {
    fn read(&mut self, bytes: &mut [u8]) -> std::io::Result<usize> {
        let count = self.input.read(bytes)?;
        self.done += count as u64;
        (self.progress)(Stage::Writing, self.done, self.total);
        Ok(count)
    }
}
