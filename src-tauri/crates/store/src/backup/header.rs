//! The header: what can be read of a backup without opening it, and the locks that hold the file's key. A derivation
//! weaker than today's minimum is refused before it is run, and so is one that would never end.

use std::io::Read;
use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use super::chunks::{CHUNK, Prefix};
use super::words::WordsSeal;
use super::{BackupError, MAGIC, VERSION};
use crate::{Passphrase, RecoveryWords, StoreError};

/// Bytes of a header at most; a real one has about seven hundred.
const MAX_HEADER: usize = 64 * 1024;
/// The file's key.
pub(super) type FileKey = Zeroizing<[u8; 32]>;

/// What a new backup is to be opened by: at least one of the two.
#[derive(Default)]
pub struct Locks<'a> {
    /// The backup's passphrase.
    pub passphrase: Option<&'a Passphrase>,
    /// The recovery words.
    pub words: Option<&'a WordsSeal>,
}

/// By what a backup opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupLocks {
    /// By its passphrase.
    pub passphrase: bool,
    /// By the recovery words.
    pub words: bool,
}

/// The header as it stands in the file.
#[derive(Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) made_at: Timestamp,
    pub(super) program: String,
    chunk_bytes: usize,
    nonce_prefix: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    passphrase: Option<ByPassphrase>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    recovery_words: Option<ByWords>,
}

#[derive(Serialize, Deserialize)]
struct ByPassphrase {
    derivation: Derivation,
    wrapped: Wrapped,
}

#[derive(Serialize, Deserialize)]
struct Wrapped {
    nonce: String,
    ciphertext: String,
}

#[derive(Serialize, Deserialize)]
struct ByWords {
    sealed: String,
}

/// How the passphrase becomes a key.
#[derive(Clone, Serialize, Deserialize)]
struct Derivation {
    salt: String,
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Derivation {
    /// A file can be tried offline for years: four times the memory that opens the wallet on its own computer.
    const MEMORY_KIB: u32 = 256 * 1024;
    /// A faster computer takes more, up to here.
    const MOST_MEMORY_KIB: u32 = 1024 * 1024;
    const PASSES: u32 = 3;
    const LANES: u32 = 1;
    /// Below this time there is room for twice the memory.
    const QUICK: Duration = Duration::from_millis(400);

    fn new(memory_kib: u32) -> Result<Self, BackupError> {
        let salt = STANDARD.encode(random::<16>()?);
        Ok(Self { salt, memory_kib, passes: Self::PASSES, lanes: Self::LANES })
    }

    /// A derivation that takes this computer a noticeable time, and the key.
    fn calibrated(passphrase: &Passphrase) -> Result<(Self, FileKey), BackupError> {
        let mut memory = Self::MEMORY_KIB;
        loop {
            let derivation = Self::new(memory)?;
            let begun = Instant::now();
            let key = derivation.derive(passphrase)?;
            if begun.elapsed() >= Self::QUICK || memory >= Self::MOST_MEMORY_KIB {
                return Ok((derivation, key));
            }
            memory *= 2;
        }
    }

    fn check(&self) -> Result<(), BackupError> {
        let Self { memory_kib, passes, lanes, .. } = self;
        let accepted = (Self::MEMORY_KIB..=2 * Self::MOST_MEMORY_KIB).contains(memory_kib)
            && (Self::PASSES..=16).contains(passes)
            && (Self::LANES..=8).contains(lanes);
        if accepted {
            return Ok(());
        }
        Err(BackupError::Refused(format!("{memory_kib} KiB of memory, {passes} passes, {lanes} lanes")))
    }

    fn derive(&self, passphrase: &Passphrase) -> Result<FileKey, BackupError> {
        self.check()?;
        let refused = |error: argon2::Error| BackupError::Refused(error.to_string());
        let salt = decoded(&self.salt)?;
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).map_err(refused)?;
        // Memory that is not there is an answer, not the end of the program.
        let (mut memory, count) = (Vec::new(), params.block_count());
        let too_little = |_| BackupError::TooLittleMemory(self.memory_kib / 1024);
        memory.try_reserve_exact(count).map_err(too_little)?;
        memory.resize(count, Block::default());
        let mut key = FileKey::default();
        let derived = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password_into_with_memory(
            passphrase.bytes()?,
            &salt,
            key.as_mut(),
            &mut memory,
        );
        memory.zeroize();
        derived.map_err(refused)?;
        Ok(key)
    }

    fn bound(&self) -> Vec<u8> {
        let Self { salt, memory_kib, passes, lanes } = self;
        format!("vouchsafe backup {VERSION} passphrase argon2id {salt} {memory_kib} {passes} {lanes}").into_bytes()
    }
}

fn random<const N: usize>() -> Result<[u8; N], BackupError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Internal(error.to_string()))?;
    Ok(bytes)
}

fn decoded(text: &str) -> Result<Vec<u8>, BackupError> {
    STANDARD.decode(text).map_err(|error| BackupError::Damaged(format!("the header: {error}")))
}

/// What a file begins with, in bytes; the key and the prefix of its chunks, and what they are bound to.
pub(super) struct Beginning {
    pub(super) bytes: Vec<u8>,
    pub(super) key: FileKey,
    pub(super) prefix: Prefix,
    pub(super) bound: [u8; 32],
}

impl Header {
    /// Makes the beginning of a new file.
    pub(super) fn beginning(locks: &Locks<'_>, program: &str, made_at: Timestamp) -> Result<Beginning, BackupError> {
        if locks.passphrase.is_none() && locks.words.is_none() {
            return Err(BackupError::Unlocked);
        }
        let key = Zeroizing::new(random::<32>()?);
        let prefix = random::<19>()?;
        let passphrase = match locks.passphrase {
            None => None,
            Some(passphrase) => {
                let (derivation, wrapping) = Derivation::calibrated(passphrase)?;
                let nonce = random::<24>()?;
                let payload = Payload { msg: key.as_slice(), aad: &derivation.bound() };
                let ciphertext = XChaCha20Poly1305::new(wrapping.as_slice().into())
                    .encrypt(XNonce::from_slice(&nonce), payload)
                    .map_err(|_| StoreError::Internal("the key could not be wrapped".into()))?;
                let wrapped = Wrapped { nonce: STANDARD.encode(nonce), ciphertext: STANDARD.encode(ciphertext) };
                Some(ByPassphrase { derivation, wrapped })
            }
        };
        let recovery_words = match locks.words {
            None => None,
            Some(words) => Some(ByWords { sealed: STANDARD.encode(words.seal(&key)?) }),
        };
        let header = Self {
            made_at,
            program: program.to_owned(),
            chunk_bytes: CHUNK,
            nonce_prefix: STANDARD.encode(prefix),
            passphrase,
            recovery_words,
        };
        let text = serde_json::to_vec(&header).map_err(|error| StoreError::Internal(error.to_string()))?;
        let length = u32::try_from(text.len()).ok().filter(|_| text.len() <= MAX_HEADER);
        let length = length.ok_or_else(|| StoreError::Internal("the header is too long".into()))?;
        let mut bytes = [&MAGIC[..], &VERSION.to_le_bytes(), &length.to_le_bytes(), &text].concat();
        let bound: [u8; 32] = Sha256::digest(&bytes).into();
        bytes.extend_from_slice(&bound);
        Ok(Beginning { bytes, key, prefix, bound })
    }

    /// Reads the beginning of a file: the header, what the chunks behind it are bound to, and how long it is.
    pub(super) fn read(input: &mut impl Read) -> Result<(Self, [u8; 32], u64), BackupError> {
        let mut start = Vec::new();
        input.take(24).read_to_end(&mut start).map_err(|error| BackupError::reading(&error))?;
        let known = start.iter().zip(MAGIC).take_while(|(found, wanted)| **found == *wanted).count();
        if known < MAGIC.len().min(start.len()) || start.is_empty() {
            return Err(BackupError::NotABackup);
        }
        let number =
            |from: usize| start.get(from..from + 4).and_then(|four| four.try_into().ok()).map(u32::from_le_bytes);
        let cut = || BackupError::CutShort("it ends in its header");
        // The version first: what a later one looks like besides is not known.
        let found = number(16).ok_or_else(cut)?;
        if found > VERSION {
            return Err(BackupError::TooNew { found, known: VERSION });
        }
        let length = number(20).ok_or_else(cut)? as usize;
        if found == 0 || length > MAX_HEADER {
            return Err(BackupError::Damaged("the header is malformed".into()));
        }
        let mut rest = Vec::new();
        input.take(length as u64 + 32).read_to_end(&mut rest).map_err(|error| BackupError::reading(&error))?;
        let (text, digest) = rest.split_at_checked(length).filter(|(_, digest)| digest.len() == 32).ok_or_else(cut)?;
        let bound: [u8; 32] = Sha256::new().chain_update(&start).chain_update(text).finalize().into();
        if bound != *digest {
            return Err(BackupError::Damaged("the header was changed".into()));
        }
        let header: Self =
            serde_json::from_slice(text).map_err(|error| BackupError::Damaged(format!("the header: {error}")))?;
        if header.chunk_bytes != CHUNK {
            return Err(BackupError::Damaged(format!("the header: chunks of {} bytes", header.chunk_bytes)));
        }
        Ok((header, bound, (start.len() + rest.len()) as u64))
    }

    pub(super) fn locks(&self) -> BackupLocks {
        BackupLocks { passphrase: self.passphrase.is_some(), words: self.recovery_words.is_some() }
    }

    pub(super) fn prefix(&self) -> Result<Prefix, BackupError> {
        let malformed = |_| BackupError::Damaged("the header: nonce_prefix is not 19 bytes".into());
        decoded(&self.nonce_prefix)?.try_into().map_err(malformed)
    }

    /// The file's key by the passphrase; this takes a second, and the memory that the header says.
    pub(super) fn key_by_passphrase(&self, passphrase: &Passphrase) -> Result<FileKey, BackupError> {
        let lock = self.passphrase.as_ref().ok_or(BackupError::NoSuchLock("passphrase"))?;
        let damaged = |_| BackupError::Damaged("the header: the wrapped key is malformed".into());
        let nonce: [u8; 24] = decoded(&lock.wrapped.nonce)?.try_into().map_err(damaged)?;
        let ciphertext = decoded(&lock.wrapped.ciphertext)?;
        let wrapping = lock.derivation.derive(passphrase)?;
        let payload = Payload { msg: &ciphertext, aad: &lock.derivation.bound() };
        let opened = XChaCha20Poly1305::new(wrapping.as_slice().into()).decrypt(XNonce::from_slice(&nonce), payload);
        let opened = Zeroizing::new(opened.map_err(|_| BackupError::WrongPassphrase)?);
        let key = opened.as_slice().try_into();
        Ok(Zeroizing::new(key.map_err(|_| BackupError::Damaged("the header: the wrapped key is no key".into()))?))
    }

    /// The file's key by the recovery words.
    pub(super) fn key_by_words(&self, words: &RecoveryWords) -> Result<FileKey, BackupError> {
        let lock = self.recovery_words.as_ref().ok_or(BackupError::NoSuchLock("recovery words"))?;
        words.unseal(&decoded(&lock.sealed)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beginning(words: &RecoveryWords) -> Vec<u8> {
        let seal = words.seal();
        let locks = Locks { passphrase: None, words: Some(&seal) };
        Header::beginning(&locks, "Vouchsafe 0", Timestamp::UNIX_EPOCH).unwrap().bytes
    }

    /// A beginning with another header, whose check fits.
    fn with(header: &str) -> Vec<u8> {
        let length = u32::try_from(header.len()).unwrap().to_le_bytes();
        let mut bytes = [&MAGIC[..], &VERSION.to_le_bytes(), &length, header.as_bytes()].concat();
        let digest = Sha256::digest(&bytes);
        bytes.extend_from_slice(&digest);
        bytes
    }

    fn refusal(bytes: &[u8]) -> BackupError {
        Header::read(&mut &*bytes).err().expect("it was to be refused")
    }

    #[test]
    fn a_beginning_is_read_as_it_was_written() {
        let words = RecoveryWords::generate().unwrap();
        let bytes = beginning(&words);
        let (header, _, _) = Header::read(&mut bytes.as_slice()).unwrap();
        assert_eq!(header.locks(), BackupLocks { passphrase: false, words: true });
        assert!(header.key_by_words(&words).is_ok());
        assert_eq!(header.key_by_words(&RecoveryWords::generate().unwrap()).err(), Some(BackupError::WrongWords));
        let by_passphrase = header.key_by_passphrase(&Passphrase::new("x"));
        assert_eq!(by_passphrase.err(), Some(BackupError::NoSuchLock("passphrase")));
    }

    #[test]
    fn a_changed_or_cut_beginning_is_refused_before_any_secret_is_asked_for() {
        let bytes = beginning(&RecoveryWords::generate().unwrap());
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 0x10;
            assert!(Header::read(&mut changed.as_slice()).is_err(), "{place}");
            assert!(Header::read(&mut &bytes[..place]).is_err(), "{place}");
        }
        assert!(matches!(refusal(&bytes[..40]), BackupError::CutShort(_)));
        assert!(matches!(refusal(&bytes[..10]), BackupError::CutShort(_)));
        assert_eq!(refusal(b""), BackupError::NotABackup);
        assert_eq!(refusal(b"SQLite format 3\0 and so on and on"), BackupError::NotABackup);
    }

    #[test]
    fn a_newer_version_is_said_to_be_one() {
        let mut bytes = beginning(&RecoveryWords::generate().unwrap());
        bytes[16] = 2;
        assert_eq!(refusal(&bytes), BackupError::TooNew { found: 2, known: 1 });
    }

    #[test]
    fn an_absurd_header_length_is_refused_without_taking_memory() {
        let mut bytes = beginning(&RecoveryWords::generate().unwrap());
        bytes[20..24].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(matches!(refusal(&bytes), BackupError::Damaged(_)));
    }

    #[test]
    fn a_weak_or_absurd_derivation_is_refused_before_it_is_run() {
        for (memory, passes, lanes) in
            [(65_536, 3, 1), (262_144, 2, 1), (u32::MAX, 3, 1), (262_144, 1000, 1), (262_144, 3, 64)]
        {
            let header = format!(
                r#"{{"made_at":"2026-01-01T00:00:00Z","program":"x","chunk_bytes":65536,"nonce_prefix":"AAAA",
                "passphrase":{{"derivation":{{"salt":"AAAAAAAAAAAAAAAAAAAAAA==","memory_kib":{memory},"passes":{passes},
                "lanes":{lanes}}},"wrapped":{{"nonce":"{}","ciphertext":""}}}}}}"#,
                STANDARD.encode([0; 24])
            );
            let bytes = with(&header);
            let (header, _, _) = Header::read(&mut bytes.as_slice()).unwrap();
            let refused = header.key_by_passphrase(&Passphrase::new("lantern oboe gravel"));
            assert!(matches!(refused, Err(BackupError::Refused(_))), "{memory} {passes} {lanes}");
            assert!(header.prefix().is_err());
        }
    }

    #[test]
    fn a_passphrase_opens_what_it_locked_and_another_does_not() {
        let passphrase = Passphrase::new("lantern oboe gravel thirteen");
        let locks = Locks { passphrase: Some(&passphrase), words: None };
        let beginning = Header::beginning(&locks, "Vouchsafe 0", Timestamp::UNIX_EPOCH).unwrap();
        let (header, bound, _) = Header::read(&mut beginning.bytes.as_slice()).unwrap();
        assert!(bound == beginning.bound);
        assert!(header.key_by_passphrase(&passphrase).unwrap() == beginning.key);
        let other = header.key_by_passphrase(&Passphrase::new("lantern oboe gravel fourteen"));
        assert_eq!(other.err(), Some(BackupError::WrongPassphrase));
    }
}
