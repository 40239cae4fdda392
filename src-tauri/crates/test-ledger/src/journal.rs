//! The ledger's memory: one file that is only appended to, each entry chained to the one before by SHA-256 and on the
//! disk before anyone is told. A crash can leave a torn last entry, which nobody was told of: it is cut, and kept beside
//! the file. Anything else that does not fit is damage, and the ledger refuses to open rather than forget.
//!
//! An entry is `length: u32 LE, !length: u32 LE, sha256(previous hash, body), body`; the doubled length tells a damaged
//! length from a torn end. The first entry names the format and the namespace.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read as _, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use thiserror::Error;

/// The largest entry: a resource of 2 MiB in base64, and room for signatures.
pub const MAX_ENTRY_BYTES: usize = 4 * 1024 * 1024;
const HEADER: usize = 40;
const FILE: &str = "ledger.journal";

/// Why the file could not be opened or written.
#[derive(Debug, Error)]
pub enum JournalError {
    /// The disk refused; nothing of the entry counts.
    #[error("the ledger's file {path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process has this ledger open.
    #[error("another process has the ledger {0} open")]
    InUse(PathBuf),
    /// The file is damaged before its end; restore it from a copy.
    #[error("the ledger's file {path} is damaged at byte {offset}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where the entry begins that does not fit.
        offset: u64,
    },
    /// The file has the size that it may have; nothing more is taken.
    #[error("the ledger is full ({0} bytes)")]
    Full(u64),
    /// An entry is larger than any entry may be.
    #[error("an entry of {0} bytes is too large for the ledger")]
    TooLarge(usize),
    /// A write failed earlier and could not be undone; open the ledger again.
    #[error("the ledger's file failed earlier; start the ledger again")]
    Failed,
}

/// The open file.
pub struct Journal {
    file: File,
    path: PathBuf,
    /// Bytes that count; the file has no others while this is open.
    length: u64,
    limit: u64,
    hash: [u8; 32],
    failed: bool,
}

/// What was found in the file.
pub struct Loaded {
    /// The bodies, oldest first.
    pub entries: Vec<Vec<u8>>,
    /// Bytes of a torn last entry that were cut.
    pub cut: u64,
}

impl Journal {
    /// Opens or makes the file in `directory`, alone, and reads everything in it. At most `limit` bytes are ever kept.
    pub fn open(directory: &Path, limit: u64) -> Result<(Self, Loaded), JournalError> {
        let path = directory.join(FILE);
        let io = |source| JournalError::Io { path: path.clone(), source };
        std::fs::create_dir_all(directory).map_err(io)?;
        let fresh = !path.exists();
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(JournalError::InUse(path)),
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        if fresh {
            sync_directory(directory).map_err(io)?;
        }
        let size = file.metadata().map_err(io)?.len();
        if size > limit.saturating_add(MAX_ENTRY_BYTES as u64) {
            return Err(JournalError::Full(size));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(io)?;
        let mut journal = Self { file, path: path.clone(), length: 0, limit, hash: [0; 32], failed: false };
        let mut entries = Vec::new();
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            match read_entry(rest, &journal.hash) {
                Ok((body, hash, after)) => {
                    entries.push(body.to_vec());
                    journal.hash = hash;
                    journal.length += (HEADER + body.len()) as u64;
                    rest = after;
                }
                Err(Unreadable::Torn) => break,
                Err(Unreadable::Damaged) => return Err(JournalError::Damaged { path, offset: journal.length }),
            }
        }
        let cut = rest.len() as u64;
        if cut > 0 {
            let aside = directory.join(format!("{FILE}.torn-{}", journal.length));
            std::fs::write(aside, rest).map_err(io)?;
            journal.file.set_len(journal.length).map_err(io)?;
            journal.file.sync_all().map_err(io)?;
        }
        Ok((journal, Loaded { entries, cut }))
    }

    /// Appends an entry; when this returns, it is on the disk. After an error, the file is as before.
    pub fn append(&mut self, body: &[u8]) -> Result<(), JournalError> {
        if self.failed {
            return Err(JournalError::Failed);
        }
        let length = u32::try_from(body.len()).ok().filter(|_| !body.is_empty() && body.len() <= MAX_ENTRY_BYTES);
        let length = length.ok_or(JournalError::TooLarge(body.len()))?;
        let after = self.length + (HEADER + body.len()) as u64;
        if after > self.limit {
            return Err(JournalError::Full(self.length));
        }
        let hash = chain(&self.hash, body);
        let entry = [&length.to_le_bytes(), &(!length).to_le_bytes(), hash.as_slice(), body].concat();
        if let Err(source) = self.write(&entry) {
            // After a failed sync the system may have dropped the bytes or kept them: only a file cut back and synced
            // again is known, and where that fails too, only a new start tells.
            let restored = self.file.set_len(self.length).and_then(|()| self.file.sync_all());
            self.failed = restored.is_err();
            return Err(JournalError::Io { path: self.path.clone(), source });
        }
        self.length = after;
        self.hash = hash;
        Ok(())
    }

    fn write(&mut self, entry: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.length))?;
        self.file.write_all(entry)?;
        self.file.sync_data()
    }
}

enum Unreadable {
    Torn,
    Damaged,
}

type Entry<'a> = (&'a [u8], [u8; 32], &'a [u8]);

fn read_entry<'a>(bytes: &'a [u8], previous: &[u8; 32]) -> Result<Entry<'a>, Unreadable> {
    // A file that grew before all of its content reached the disk ends in zeros. No whole entry does: after the lengths
    // comes a hash, and a body is JSON.
    let only_zeros = |bytes: &[u8]| bytes.iter().all(|byte| *byte == 0);
    let (length, rest) = bytes.split_first_chunk::<4>().ok_or(Unreadable::Torn)?;
    let (inverse, rest) = rest.split_first_chunk::<4>().ok_or(Unreadable::Torn)?;
    let length = u32::from_le_bytes(*length);
    if only_zeros(rest) {
        return Err(Unreadable::Torn);
    }
    if length != !u32::from_le_bytes(*inverse) || length == 0 || length as usize > MAX_ENTRY_BYTES {
        return Err(Unreadable::Damaged);
    }
    let (hash, rest) = rest.split_first_chunk::<32>().ok_or(Unreadable::Torn)?;
    let (body, rest) = rest.split_at_checked(length as usize).ok_or(Unreadable::Torn)?;
    if chain(previous, body) == *hash {
        return Ok((body, *hash, rest));
    }
    // Only the last entry can be torn; one with something after it was once whole.
    if only_zeros(rest) && body.last() == Some(&0) { Err(Unreadable::Torn) } else { Err(Unreadable::Damaged) }
}

fn chain(previous: &[u8; 32], body: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(previous).chain_update(body).finalize().into()
}

#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    File::open(directory)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMIT: u64 = 1 << 20;

    fn written(directory: &Path) -> Vec<u8> {
        let (mut journal, _) = Journal::open(directory, LIMIT).unwrap();
        for body in [b"one".as_slice(), b"two", b"three"] {
            journal.append(body).unwrap();
        }
        std::fs::read(directory.join(FILE)).unwrap()
    }

    #[test]
    fn entries_survive_a_restart() {
        let directory = tempfile::tempdir().unwrap();
        written(directory.path());
        let (_, loaded) = Journal::open(directory.path(), LIMIT).unwrap();
        assert_eq!(loaded.entries, [b"one".to_vec(), b"two".to_vec(), b"three".to_vec()]);
        assert_eq!(loaded.cut, 0);
    }

    #[test]
    fn one_process_has_it_open() {
        let directory = tempfile::tempdir().unwrap();
        let _open = Journal::open(directory.path(), LIMIT).unwrap();
        assert!(matches!(Journal::open(directory.path(), LIMIT), Err(JournalError::InUse(_))));
    }

    #[test]
    fn it_takes_no_more_than_its_limit() {
        let directory = tempfile::tempdir().unwrap();
        let (mut journal, _) = Journal::open(directory.path(), 100).unwrap();
        journal.append(&[1; 50]).unwrap();
        assert!(matches!(journal.append(&[1; 50]), Err(JournalError::Full(90))));
        journal.append(b"x").unwrap_err();
        assert_eq!(std::fs::metadata(directory.path().join(FILE)).unwrap().len(), 90);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_file_cut_anywhere_opens_with_what_was_whole(cut in 0_usize..=131, zeros in 0_usize..60) {
            let directory = tempfile::tempdir().unwrap();
            let mut bytes = written(directory.path());
            prop_assert_eq!(bytes.len(), 131);
            bytes.truncate(cut);
            bytes.resize(cut + zeros, 0);
            std::fs::write(directory.path().join(FILE), &bytes).unwrap();
            let (mut journal, loaded) = Journal::open(directory.path(), LIMIT).unwrap();
            let whole = [43, 86, 131].into_iter().filter(|end| *end <= cut).count();
            prop_assert_eq!(loaded.entries.len(), whole);
            journal.append(b"again").unwrap();
            drop(journal);
            let (_, loaded) = Journal::open(directory.path(), LIMIT).unwrap();
            prop_assert_eq!(loaded.entries.len(), whole + 1);
        }

        #[test]
        fn a_changed_bit_is_damage_and_never_forgets(at in 0_usize..131, bit in 0_u8..8) {
            let directory = tempfile::tempdir().unwrap();
            let mut bytes = written(directory.path());
            bytes[at] ^= 1 << bit;
            std::fs::write(directory.path().join(FILE), &bytes).unwrap();
            let opened = Journal::open(directory.path(), LIMIT);
            let damaged = matches!(opened, Err(JournalError::Damaged { .. }));
            prop_assert!(damaged);
        }
    }
}
