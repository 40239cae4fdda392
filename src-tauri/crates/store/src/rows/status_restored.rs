//! Status lists of a wallet that was restored. The ledger may have newer versions than the backup knew, with more places
//! taken and more of them set: no new place is taken in such a list, and before it is published it takes over what the
//! ledger's version has set.

use crate::{StoreError, Transaction};

impl Transaction<'_> {
    /// Marks every list as restored: there may be newer versions than are known here.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn mark_status_lists_restored(&self) -> Result<usize, StoreError> {
        Ok(self.sqlite.execute("UPDATE status_lists SET restored = 1", [])?)
    }

    /// Sets the places that the ledger's version of a list has set and that were not changed here since: those of
    /// credentials that are known get `state`, the others stay set for good. How many were new.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn adopt_status_places(
        &self,
        list: i64,
        places: impl IntoIterator<Item = u64>,
        state: &str,
    ) -> Result<usize, StoreError> {
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
