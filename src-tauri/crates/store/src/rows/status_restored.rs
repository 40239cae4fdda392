//! Status lists of a wallet that was restored. The ledger may have newer versions than the backup knew, with more places
//! taken and more of them set or lifted: no new place is taken in such a list, and before it is published it takes over
//! what the ledger's version says.

use std::collections::BTreeSet;

use crate::{StoreError, Transaction};

impl Transaction<'_> {
    /// Marks every list as restored: there may be newer versions than are known here. What the ledger had of them counts
    /// as never changed here. A list that it had not got yet is forgotten, with nothing in it: no version could be read.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn mark_status_lists_restored(&self) -> Result<usize, StoreError> {
        self.sqlite.execute("DELETE FROM status_lists WHERE published < 0 AND taken = 0", [])?;
        self.sqlite.execute(
            "UPDATE status_entries SET revision = -1 WHERE revision BETWEEN 0 AND \
             (SELECT published FROM status_lists WHERE id = list)",
            [],
        )?;
        Ok(self.sqlite.execute("UPDATE status_lists SET restored = 1", [])?)
    }

    /// Sets the places that the ledger's version of a list has set and that were not changed here since: those of
    /// credentials that are known get `state`, the others stay set for good. How many were new. With `lifts`, what the
    /// backup had set and the ledger's version has not is taken back, unless it was changed here since the restore.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn adopt_status_places(
        &self,
        list: i64,
        places: impl IntoIterator<Item = u64>,
        state: &str,
        lifts: bool,
    ) -> Result<usize, StoreError> {
        let places: BTreeSet<u64> = places.into_iter().collect();
        if lifts {
            self.lift_status_places(list, &places, state)?;
        }
        let mut known = self.sqlite.prepare_cached(
            "UPDATE status_entries SET value = 1 WHERE list = ?1 AND place = ?2 AND value = 0 AND revision <= \
             (SELECT published FROM status_lists WHERE id = ?1) RETURNING exchange_id",
        )?;
        let mut unknown = self.sqlite.prepare_cached(
            "INSERT OR IGNORE INTO status_entries (list, place, exchange_id, issued, value) VALUES (?, ?, '', 1, 1)",
        )?;
        let mut issued = self
            .sqlite
            .prepare_cached("UPDATE issued SET state = ? WHERE exchange_id = ? AND state IN ('valid', 'suspended')")?;
        let (mut adopted, mut added) = (0, 0);
        for place in places {
            let exchange: Vec<String> = known.query_map((list, place), |row| row.get(0))?.collect::<Result<_, _>>()?;
            if let Some(exchange) = exchange.first() {
                issued.execute((state, exchange))?;
                adopted += 1;
            } else {
                added += unknown.execute((list, place))?;
            }
        }
        self.sqlite.execute("UPDATE status_lists SET taken = taken + ? WHERE id = ?", (added, list))?;
        Ok(adopted + added)
    }

    fn lift_status_places(&self, list: i64, set: &BTreeSet<u64>, state: &str) -> Result<(), StoreError> {
        let mut known = self.sqlite.prepare_cached(
            "SELECT place, exchange_id FROM status_entries \
             WHERE list = ? AND value = 1 AND revision < 0 AND exchange_id <> ''",
        )?;
        let known: Vec<(u64, String)> =
            known.query_map([list], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        for (place, exchange) in known.iter().filter(|(place, _)| !set.contains(place)) {
            self.set_status_value(list, *place, false, -1)?;
            self.sqlite
                .prepare_cached("UPDATE issued SET state = 'valid' WHERE exchange_id = ? AND state = ?")?
                .execute((exchange, state))?;
        }
        Ok(())
    }
}

impl crate::Reader<'_> {
    /// How many status lists the wallet publishes.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn count_status_lists(&self) -> Result<u64, StoreError> {
        Ok(self.sqlite.query_row("SELECT count(*) FROM status_lists", [], |row| row.get(0))?)
    }
}
