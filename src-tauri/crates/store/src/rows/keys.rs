//! The wallet's private keys, by their public ones. They leave the store only as a [`SigningKey`], which wipes itself
//! and cannot be printed; the column's bytes are read in place.

use jiff::Timestamp;
use rusqlite::OptionalExtension;
use rusqlite::types::{FromSql, FromSqlResult, ValueRef};
use vouchsafe_didcomm::{SigningKey, Verkey};
use zeroize::Zeroizing;

use super::column::{At, Key};
use crate::{Reader, StoreError, Transaction};

/// A seed on its way from the column to the key, wiped after.
struct Seed(Zeroizing<[u8; 32]>);

impl FromSql for Seed {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        <[u8; 32]>::column_result(value).map(|seed| Self(Zeroizing::new(seed)))
    }
}

impl Reader<'_> {
    /// The private key of `verkey`, if it is the wallet's.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn signing_key(&self, verkey: &Verkey) -> Result<Option<SigningKey>, StoreError> {
        let mut statement = self.sqlite.prepare_cached("SELECT seed FROM keys WHERE verkey = ?")?;
        let seed: Option<Seed> = statement.query_row([Key(*verkey)], |row| row.get(0)).optional()?;
        Ok(seed.map(|seed| SigningKey::from_seed(&seed.0)))
    }

    /// The private key of the first of `verkeys` that is the wallet's: how an envelope finds its key.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn first_signing_key(&self, verkeys: &[Verkey]) -> Result<Option<SigningKey>, StoreError> {
        for verkey in verkeys {
            if let Some(key) = self.signing_key(verkey)? {
                return Ok(Some(key));
            }
        }
        Ok(None)
    }
}

impl Transaction<'_> {
    /// Keeps `key`. Keeping it again changes nothing.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn put_key(&self, key: &SigningKey, now: Timestamp) -> Result<(), StoreError> {
        let mut statement =
            self.sqlite.prepare_cached("INSERT OR IGNORE INTO keys (verkey, seed, created_at) VALUES (?, ?, ?)")?;
        statement.execute((Key(key.verkey()), key.seed().as_slice(), At(now)))?;
        Ok(())
    }

    /// Forgets the private key of `verkey`; whether it was there.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn delete_key(&self, verkey: &Verkey) -> Result<bool, StoreError> {
        Ok(self.sqlite.prepare_cached("DELETE FROM keys WHERE verkey = ?")?.execute([Key(*verkey)])? > 0)
    }
}
