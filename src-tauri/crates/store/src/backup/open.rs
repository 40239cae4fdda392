//! Opening a backup: first what stands in the clear, then, with its passphrase or the recovery words, what is in it.
//! Nothing is believed that the key does not prove.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use jiff::Timestamp;

use super::chunks::{ChunkReader, sealed_length};
use super::header::{BackupLocks, Header};
use super::manifest::Manifest;
use super::{BackupError, MAX_MANIFEST};
use crate::sqlite::VaultKey;
use crate::{Passphrase, RecoveryWords};

/// What opens a backup.
pub enum Secret {
    /// Its passphrase.
    Passphrase(Passphrase),
    /// The recovery words of the wallet that made it.
    Words(RecoveryWords),
}

/// A backup that is not open yet.
pub struct BackupFile<R> {
    header: Header,
    bound: [u8; 32],
    input: R,
    /// How long the content with its tags is, where that is known.
    rest: Option<u64>,
}

/// A backup that is open: its manifest was read and proved, its store was not read yet.
pub struct OpenedBackup<R> {
    pub(super) content: ChunkReader<R>,
    pub(super) key: VaultKey,
    /// What it says is in it.
    pub manifest: Manifest,
}

impl BackupFile<BufReader<File>> {
    /// Looks at the file at `path`.
    ///
    /// # Errors
    ///
    /// [`BackupError::Missing`], and as [`BackupFile::read`].
    pub fn at(path: &Path) -> Result<Self, BackupError> {
        let file = File::open(path).map_err(|error| BackupError::reading(&error))?;
        let about = file.metadata().map_err(|error| BackupError::reading(&error))?;
        if !about.is_file() {
            return Err(BackupError::NotABackup);
        }
        let mut input = BufReader::new(file);
        let (header, bound, beginning) = Header::read(&mut input)?;
        Ok(Self { header, bound, input, rest: Some(about.len().saturating_sub(beginning)) })
    }
}

impl<R: Read> BackupFile<R> {
    /// Reads the beginning of a backup.
    ///
    /// # Errors
    ///
    /// [`BackupError::NotABackup`], [`BackupError::TooNew`], [`BackupError::CutShort`], [`BackupError::Damaged`].
    pub fn read(mut input: R) -> Result<Self, BackupError> {
        let (header, bound, _) = Header::read(&mut input)?;
        Ok(Self { header, bound, input, rest: None })
    }

    /// When it says it was made. Proved only when it is open.
    pub fn made_at(&self) -> Timestamp {
        self.header.made_at
    }

    /// The program that it says made it. Proved only when it is open.
    pub fn program(&self) -> &str {
        &self.header.program
    }

    /// By what it opens.
    pub fn locks(&self) -> BackupLocks {
        self.header.locks()
    }

    /// Opens it. By passphrase this takes a second or more, and some hundred MiB of memory: call it on a blocking thread.
    ///
    /// # Errors
    ///
    /// [`BackupError::WrongPassphrase`], [`BackupError::WrongWords`], [`BackupError::NoSuchLock`],
    /// [`BackupError::Refused`], [`BackupError::CutShort`], [`BackupError::Damaged`].
    pub fn open(self, secret: &Secret) -> Result<OpenedBackup<R>, BackupError> {
        let prefix = self.header.prefix()?;
        let key = match secret {
            Secret::Passphrase(passphrase) => self.header.key_by_passphrase(passphrase)?,
            Secret::Words(words) => self.header.key_by_words(words)?,
        };
        let mut content = ChunkReader::new(self.input, &key, prefix, self.bound);
        let mut length = [0; 4];
        content.exact(&mut length)?;
        let length = u32::from_le_bytes(length) as usize;
        if length > MAX_MANIFEST {
            return Err(BackupError::Damaged(format!("a manifest of {length} bytes")));
        }
        // Grown with what is there: a length alone takes no memory.
        let mut text = Vec::new();
        let mut part = [0; 4096];
        while text.len() < length {
            let wanted = (length - text.len()).min(part.len());
            let part = part.get_mut(..wanted).unwrap_or_default();
            content.exact(part)?;
            text.extend_from_slice(part);
        }
        let manifest: Manifest =
            serde_json::from_slice(&text).map_err(|error| BackupError::Damaged(format!("the manifest: {error}")))?;
        if manifest.made_at != self.header.made_at || manifest.program != self.header.program {
            return Err(BackupError::Damaged("its header and its manifest differ".into()));
        }
        // What the file has to be as long as is known now: one that was cut is not found out only at its end.
        let whole = manifest.store_bytes.checked_add(length as u64 + 36).map(sealed_length);
        match (self.rest, whole) {
            (Some(rest), Some(whole)) if rest < whole => return Err(BackupError::CutShort("its end is missing")),
            (Some(rest), Some(whole)) if rest > whole => {
                return Err(BackupError::Damaged("something stands behind its end".into()));
            }
            _ => {}
        }
        let mut key = zeroize::Zeroizing::new([0; 32]);
        content.exact(key.as_mut())?;
        Ok(OpenedBackup { content, key: VaultKey::from_bytes(&key), manifest })
    }
}
