//! Opening the SQLCipher file: the raw key, the settings that every connection gets, and telling a cut file from a
//! foreign one.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::StoreError;

/// SQLCipher's page; a whole store file is a multiple of it.
const PAGE: u64 = 4096;

/// Statements kept prepared on each connection: there are about a hundred texts, lists with filters included.
const STATEMENTS: usize = 192;

/// A reader's page cache. The writer's is larger: nobody else writes, so it stays.
const READER_CACHE_KIBIBYTES: i64 = 2000;

/// The first 16 bytes of a SQLCipher file, which stay the same as long as the file lives.
pub(crate) type Salt = [u8; 16];

/// The key that the store file is encrypted with. Zeroized on drop; no Debug.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct VaultKey([u8; 32]);

impl VaultKey {
    pub(crate) fn generate() -> Result<Self, StoreError> {
        let mut key = Self([0; 32]);
        getrandom::fill(&mut key.0).map_err(|error| StoreError::Internal(error.to_string()))?;
        Ok(key)
    }

    pub(crate) fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(*bytes)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// How hard a commit tries to be on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// After the commit no power cut takes it back.
    Full,
    /// For tests: survives a crash of the process only.
    Process,
}

/// Makes a new store file at `path` whose first bytes are `salt`.
pub(crate) fn create(
    path: &Path,
    key: &VaultKey,
    salt: &Salt,
    durability: Durability,
) -> Result<Connection, StoreError> {
    // Made here, for its owner alone: SQLite would let everybody on this computer read it. Its log takes after it.
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    set_key(&connection, key, Some(salt))?;
    configure(&connection, durability)?;
    Ok(connection)
}

/// Opens the store file at `path` for writing. It has to be there.
pub(crate) fn open(path: &Path, key: &VaultKey, durability: Durability) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    set_key(&connection, key, None)?;
    configure(&connection, durability)?;
    Ok(connection)
}

/// Opens the store file at `path` for reading beside the writer.
pub(crate) fn open_reader(path: &Path, key: &VaultKey) -> Result<Connection, StoreError> {
    let connection = open(path, key, Durability::Full)?;
    connection.pragma_update(None, "query_only", true)?;
    // Every commit empties a reader's cache: a large one would only hold memory.
    connection.pragma_update(None, "cache_size", -READER_CACHE_KIBIBYTES)?;
    Ok(connection)
}

/// Looks at the file before SQLite does: SQLite would take an empty file for a new store, and cannot tell a file that is
/// cut short from one that has another key.
pub(crate) fn inspect(path: &Path, salt: Option<&Salt>) -> Result<(), StoreError> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(StoreError::Damaged("the store file is missing".into()));
        }
        Err(error) => return Err(error.into()),
    };
    let length = file.metadata()?.len();
    let mut start = Salt::default();
    if length < PAGE || file.read_exact(&mut start).is_err() {
        return Err(StoreError::Damaged(format!("the store file is cut short: {length} bytes")));
    }
    if salt.is_some_and(|salt| *salt != start) {
        return Err(StoreError::WrongKey);
    }
    if length % PAGE != 0 {
        return Err(StoreError::Damaged(format!("the store file is cut short: {length} bytes are no whole pages")));
    }
    Ok(())
}

/// Opens a store file that nobody else has open, and that keeps its journal in itself: a copy of a store.
pub(crate) fn open_copy(path: &Path, key: &VaultKey, durability: Durability) -> Result<Connection, StoreError> {
    let connection = open(path, key, durability)?;
    connection.execute_batch("PRAGMA journal_mode = DELETE")?;
    Ok(connection)
}

/// A raw key as SQLCipher takes it: `x'…'`.
pub(crate) fn key_text(key: &VaultKey, salt: Option<&Salt>) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(128));
    text.push_str("x'");
    for byte in key.as_bytes().iter().chain(salt.into_iter().flatten()) {
        let _ = write!(text, "{byte:02x}");
    }
    text.push('\'');
    text
}

fn set_key(connection: &Connection, key: &VaultKey, salt: Option<&Salt>) -> Result<(), StoreError> {
    let mut pragma = Zeroizing::new(String::with_capacity(160));
    pragma.push_str("PRAGMA key = \"");
    pragma.push_str(&key_text(key, salt));
    pragma.push('"');
    // The error's text could hold the statement, and so the key.
    connection.execute_batch(&pragma).map_err(|_| StoreError::Internal("the key was not accepted".into()))
}

fn configure(connection: &Connection, durability: Durability) -> Result<(), StoreError> {
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // cipher_memory_security stays off, SQLCipher's default: it would wipe every page that is freed, at a third of the
    // speed, while the open wallet's keys and pages are in this process's memory anyway.
    let synchronous = match durability {
        Durability::Full => "FULL",
        Durability::Process => "OFF",
    };
    connection.execute_batch(&format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = FAST; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864;
         PRAGMA cache_size = -8000; PRAGMA trusted_schema = OFF;"
    ))?;
    Ok(())
}
