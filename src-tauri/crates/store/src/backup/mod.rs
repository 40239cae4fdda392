//! Backups: a whole wallet in one encrypted file, which opens without this program by anybody who has its passphrase or
//! the wallet's recovery words and this page. Defends what is in it against whoever finds the file, and the person
//! against a file that proves to be no backup on the day it is needed: cut short, changed, reordered, or written wrong.
//!
//! # The format, version 1
//!
//! Numbers are little-endian unless said otherwise; base64 is the standard alphabet with padding (RFC 4648, 4).
//!
//! | at | bytes | what |
//! |---|---|---|
//! | 0 | 16 | `vouchsafe-backup` in ASCII |
//! | 16 | 4 | the version: 1 |
//! | 20 | 4 | `n`, how long the header is; at most 65,536 |
//! | 24 | `n` | the header, JSON in UTF-8 |
//! | 24 + `n` | 32 | SHA-256 of everything before: tells damage from a wrong passphrase |
//! | 56 + `n` | | the chunks |
//!
//! **The header** names the time and the program, and has one or two locks. Each holds the file's key, 32 random bytes:
//!
//! - `passphrase`: `derivation` is Argon2id, version 0x13 (RFC 9106), with `salt` (base64), `memory_kib` (at least
//!   262,144), `passes` (at least 3) and `lanes`, of the passphrase in UTF-8 normalised by NFKD, 32 bytes out. With the
//!   result as key, `wrapped.ciphertext` opens by XChaCha20-Poly1305 with `wrapped.nonce` and the associated data
//!   `vouchsafe backup 1 passphrase argon2id SALT MEMORY_KIB PASSES LANES`, as they stand in the header.
//! - `recovery_words`: `sealed` is a libsodium sealed box (`crypto_box_seal`). Its secret key is SHA-256 of the ASCII
//!   text `vouchsafe backup recovery words 1` and the 32 bytes that the twenty-four words stand for (BIP 39, English,
//!   the entropy and not the seed). The words have 256 bits: there is nothing to stretch. The wallet keeps the public
//!   key, encrypted with its store's, and so locks every backup for the words without knowing them.
//!
//! **The chunks** are the content, cut every 65,536 bytes (the last may be shorter), each with the 16 bytes of its
//! Poly1305 tag behind it: XChaCha20-Poly1305 with the file's key. The nonce is the header's `nonce_prefix` (19 bytes),
//! the chunk's number from 0 (4 bytes, big-endian), and 1 for the last chunk or 0 (1 byte): the STREAM construction.
//! The associated data of each is the 32 bytes of SHA-256 above, so the whole header is bound to every chunk.
//!
//! **The content** is, one after the other:
//!
//! | bytes | what |
//! |---|---|
//! | 4 | `m`, how long the manifest is; at most 16 MiB |
//! | `m` | the [`Manifest`], JSON: what is in here, without the value of any claim |
//! | 32 | the key of the store |
//! | the rest | the store: a SQLCipher 4 file with this raw key, `manifest.store_bytes` long |
//!
//! `sqlcipher` opens the store with `PRAGMA key = "x'…64 hex digits…'"`; credentials stand in `credentials.cred`, private
//! keys in `keys.seed`.
//!
//! # What a backup leaves out, and what a restored wallet does not do
//!
//! A backup is old when it is used. Messages and webhooks that waited to be sent are not in it: their time is over.
//! Whoever restores says what else must not go on by itself, see [`OpenedBackup::restore`].

mod chunks;
mod error;
mod header;
mod manifest;
mod open;
mod rebuild;
mod snapshot;
mod trial;
mod words;
mod write;

pub use error::BackupError;
pub use header::{BackupLocks, Locks};
pub use manifest::{Counts, Held, Manifest};
pub use open::{BackupFile, OpenedBackup, Secret};
pub use trial::Trial;
pub use words::WordsSeal;
pub use write::{About, Unproven, seal, write};

/// The file's beginning.
pub const MAGIC: [u8; 16] = *b"vouchsafe-backup";
/// How the files are called.
pub const EXTENSION: &str = "vouchsafe-backup";
/// The version that this program writes, and the newest it reads.
const VERSION: u32 = 1;
/// Bytes of a manifest at most.
const MAX_MANIFEST: usize = 16 << 20;

/// What is being done, for whoever waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The store is copied as it is at this moment.
    Copying,
    /// The key is derived from the passphrase.
    Deriving,
    /// The file is written.
    Writing,
    /// The file is read, each part proved to be what was written.
    Reading,
    /// The store in it is checked.
    Checking,
}

/// Told how far it has come: the stage, and bytes of all bytes where they are known.
pub type Progress<'a> = dyn FnMut(Stage, u64, u64) + Send + 'a;
