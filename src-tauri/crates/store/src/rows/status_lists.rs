//! The status lists that the wallet publishes, and the places in them. A place is taken in the transaction of the offer
//! that names it, so that no two credentials ever share one; which one it is is random, so that neighbours in a list
//! have nothing to do with each other.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, named_params};
use vouchsafe_didcomm::Verkey;

use super::column::{At, Key};
use crate::{Reader, StoreError, Transaction};

/// A status list of the wallet's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusListRow {
    /// Its number, given by [`Transaction::add_status_list`]; 0 before.
    pub id: i64,
    /// The DID that publishes it.
    pub did: String,
    /// The type of its resource.
    pub form: String,
    /// `revocation` or `suspension`.
    pub purpose: String,
    /// The name of its resource.
    pub name: String,
    /// What credentials call it.
    pub url: String,
    /// Places in it.
    pub size: u64,
    /// Places that are taken.
    pub taken: u64,
    /// How often it was changed.
    pub revision: i64,
    /// The revision that somebody wants published; -1: none.
    pub wanted: i64,
    /// The revision that the ledger has; -1: none.
    pub published: i64,
    /// When the ledger took that.
    pub published_at: Option<Timestamp>,
    /// The key that signed what the ledger has.
    pub signed_by: Option<Verkey>,
    /// The resource that is being published.
    pub resource_id: Option<String>,
    /// The revision in it.
    pub publishing: Option<i64>,
    /// When the list was made.
    pub created_at: Timestamp,
    /// The wallet was restored from a backup since: the ledger may have a newer version than is known here.
    pub restored: bool,
}

/// A place in a list that a credential has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusEntryRow {
    /// The list's number.
    pub list: i64,
    /// What the list is for.
    pub purpose: String,
    /// The place.
    pub place: u64,
    /// Whether its credential has left.
    pub issued: bool,
    /// The bit, as it shall be.
    pub value: bool,
}

/// Random places that are tried before the next free one is looked for.
const PROBES: usize = 64;

const SELECT: &str = "SELECT id, did, form, purpose, name, url, size, taken, revision, wanted, published, \
    published_at, signed_by, resource_id, publishing, created_at, restored FROM status_lists";

fn read(row: &Row<'_>) -> rusqlite::Result<StatusListRow> {
    Ok(StatusListRow {
        id: row.get(0)?,
        did: row.get(1)?,
        form: row.get(2)?,
        purpose: row.get(3)?,
        name: row.get(4)?,
        url: row.get(5)?,
        size: row.get(6)?,
        taken: row.get(7)?,
        revision: row.get(8)?,
        wanted: row.get(9)?,
        published: row.get(10)?,
        published_at: row.get::<_, Option<At>>(11)?.map(|at| at.0),
        signed_by: row.get::<_, Option<Key>>(12)?.map(|key| key.0),
        resource_id: row.get(13)?,
        publishing: row.get(14)?,
        created_at: row.get::<_, At>(15)?.0,
        restored: row.get(16)?,
    })
}

impl Reader<'_> {
    /// The list of this number.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn status_list(&self, id: i64) -> Result<Option<StatusListRow>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(&format!("{SELECT} WHERE id = ?"))?;
        Ok(statement.query_row([id], read).optional()?)
    }

    /// A list of this DID with a free place that was made since the wallet was last restored, the oldest first.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn open_status_list(&self, did: &str, form: &str, purpose: &str) -> Result<Option<StatusListRow>, StoreError> {
        let sql = format!(
            "{SELECT} WHERE did = ? AND form = ? AND purpose = ? AND taken < size AND restored = 0 ORDER BY id LIMIT 1"
        );
        Ok(self.sqlite.prepare_cached(&sql)?.query_row((did, form, purpose), read).optional()?)
    }

    /// The lists with changes that the ledger does not have: all of them, or those that somebody wants published.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn unpublished_status_lists(&self, wanted: bool) -> Result<Vec<StatusListRow>, StoreError> {
        let behind = if wanted { "wanted" } else { "revision" };
        let sql = format!("{SELECT} WHERE published < {behind} ORDER BY id");
        let mut statement = self.sqlite.prepare_cached(&sql)?;
        Ok(statement.query_map([], read)?.collect::<Result<_, _>>()?)
    }

    /// The places in a list whose bit is set.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn set_status_places(&self, list: i64) -> Result<Vec<u64>, StoreError> {
        let mut statement =
            self.sqlite.prepare_cached("SELECT place FROM status_entries WHERE list = ? AND value = 1")?;
        Ok(statement.query_map([list], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// The places that an exchange's credential has.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn status_entries(&self, exchange_id: &str) -> Result<Vec<StatusEntryRow>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "SELECT list, purpose, place, issued, value FROM status_entries JOIN status_lists ON id = list \
             WHERE exchange_id = ? ORDER BY list",
        )?;
        let entries = statement.query_map([exchange_id], |row| {
            Ok(StatusEntryRow {
                list: row.get(0)?,
                purpose: row.get(1)?,
                place: row.get(2)?,
                issued: row.get(3)?,
                value: row.get(4)?,
            })
        })?;
        Ok(entries.collect::<Result<_, _>>()?)
    }

    /// A place in the list that nobody has, picked by `random`; none if the list is full.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn free_status_place(
        &self,
        list: &StatusListRow,
        mut random: impl FnMut() -> u64,
    ) -> Result<Option<u64>, StoreError> {
        if list.size == 0 {
            return Ok(None);
        }
        let mut statement =
            self.sqlite.prepare_cached("SELECT EXISTS (SELECT 1 FROM status_entries WHERE list = ? AND place = ?)")?;
        let mut taken = |place: u64| statement.query_row((list.id, place), |row| row.get::<_, bool>(0));
        let mut place = 0;
        for _ in 0..PROBES {
            place = random() % list.size;
            if !taken(place)? {
                return Ok(Some(place));
            }
        }
        // Nearly full: the next gap from here on.
        for next in (place..list.size).chain(0..place) {
            if !taken(next)? {
                return Ok(Some(next));
            }
        }
        Ok(None)
    }
}

impl Transaction<'_> {
    /// Adds a list; gives its number.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn add_status_list(&self, row: &StatusListRow) -> Result<i64, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "INSERT INTO status_lists (did, form, purpose, name, url, size, revision, created_at) \
             VALUES (:did, :form, :purpose, :name, :url, :size, :revision, :created_at)",
        )?;
        Ok(statement.insert(named_params! {
            ":did": row.did, ":form": row.form, ":purpose": row.purpose, ":name": row.name, ":url": row.url,
            ":size": row.size, ":revision": row.revision, ":created_at": At(row.created_at),
        })?)
    }

    /// Takes a place for an exchange's credential.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when somebody has it; the disk's.
    pub fn reserve_status_place(&self, list: i64, place: u64, exchange_id: &str) -> Result<(), StoreError> {
        self.sqlite
            .prepare_cached("INSERT INTO status_entries (list, place, exchange_id) VALUES (?, ?, ?)")?
            .execute((list, place, exchange_id))?;
        self.sqlite.prepare_cached("UPDATE status_lists SET taken = taken + 1 WHERE id = ?")?.execute([list])?;
        Ok(())
    }

    /// Frees the places of an exchange whose credential never left; how many.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn free_status_places(&self, exchange_id: &str) -> Result<usize, StoreError> {
        let mut statement = self
            .sqlite
            .prepare_cached("DELETE FROM status_entries WHERE exchange_id = ? AND issued = 0 RETURNING list")?;
        let lists: Vec<i64> = statement.query_map([exchange_id], |row| row.get(0))?.collect::<Result<_, _>>()?;
        for list in &lists {
            self.sqlite.prepare_cached("UPDATE status_lists SET taken = taken - 1 WHERE id = ?")?.execute([list])?;
        }
        Ok(lists.len())
    }

    /// Notes that the credential has left: its places are its own for good; how many it has.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn keep_status_places(&self, exchange_id: &str) -> Result<usize, StoreError> {
        let mut statement = self.sqlite.prepare_cached("UPDATE status_entries SET issued = 1 WHERE exchange_id = ?")?;
        Ok(statement.execute([exchange_id])?)
    }

    /// Begins a new revision of a list, which the changes that follow belong to; gives its number.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn next_status_revision(&self, list: i64) -> Result<i64, StoreError> {
        let sql = "UPDATE status_lists SET revision = revision + 1 WHERE id = ? RETURNING revision";
        Ok(self.sqlite.prepare_cached(sql)?.query_row([list], |row| row.get(0))?)
    }

    /// Sets or clears the bit at a place.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn set_status_value(&self, list: i64, place: u64, value: bool, revision: i64) -> Result<(), StoreError> {
        let sql = "UPDATE status_entries SET value = ?, revision = ? WHERE list = ? AND place = ?";
        self.sqlite.prepare_cached(sql)?.execute((value, revision, list, place))?;
        Ok(())
    }

    /// Wants every change of a list published that there is now, or of all lists; of how many there are any.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn want_status_published(&self, list: Option<i64>) -> Result<usize, StoreError> {
        let sql = "UPDATE status_lists SET wanted = revision WHERE published < revision AND id = ifnull(?, id)";
        Ok(self.sqlite.prepare_cached(sql)?.execute([list])?)
    }

    /// Notes what of a list is being published, and which key signed it.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn begin_status_publication(
        &self,
        list: i64,
        resource_id: &str,
        revision: i64,
        signed_by: &Verkey,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE status_lists SET resource_id = ?, publishing = ?, publishing_by = ? WHERE id = ?";
        self.sqlite.prepare_cached(sql)?.execute((resource_id, revision, Key(*signed_by), list))?;
        Ok(())
    }

    /// Notes that the ledger has a revision of a list.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn end_status_publication(&self, list: i64, revision: i64, at: Timestamp) -> Result<(), StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "UPDATE status_lists SET published = max(published, ?), published_at = ?, \
             signed_by = ifnull(publishing_by, signed_by), publishing = NULL, publishing_by = NULL, \
             resource_id = NULL WHERE id = ?",
        )?;
        statement.execute((revision, At(at), list))?;
        Ok(())
    }

    /// Notes that nothing of a list is being published any more: it did not come about.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn drop_status_publication(&self, list: i64) -> Result<(), StoreError> {
        let sql = "UPDATE status_lists SET publishing = NULL, publishing_by = NULL, resource_id = NULL WHERE id = ?";
        self.sqlite.prepare_cached(sql)?.execute([list])?;
        Ok(())
    }
}
