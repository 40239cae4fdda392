//! Wrong tries, and the delay that grows with them: 1, 2, 4, … 60 seconds, kept in `attempts.json` over restarts. It
//! slows down whoever sits at this keyboard. Who has the files tries elsewhere, and meets Argon2id there.

use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::folder;
use crate::StoreError;

const FILE: &str = "attempts.json";
const LONGEST: Duration = Duration::from_mins(1);

/// The wrong tries since the last right one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Attempts {
    failures: u32,
    last: Option<Timestamp>,
}

impl Attempts {
    /// What is known of wrong tries; a file that cannot be read is as none.
    pub(super) fn read(folder: &Path) -> Self {
        let text = std::fs::read(folder.join(FILE)).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// The delay after so many wrong tries.
    fn delay(&self) -> Duration {
        match self.failures {
            0 => Duration::ZERO,
            failures => Duration::from_secs(1 << (failures - 1).min(6)).min(LONGEST),
        }
    }

    /// How long tries are refused from now on, if they are.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        self.retry_after_at(Timestamp::now())
    }

    fn retry_after_at(&self, now: Timestamp) -> Option<Duration> {
        let until_now = now.duration_since(self.last?);
        // A clock that was set back counts as no time gone: at most the whole delay again.
        let gone = Duration::try_from(until_now).unwrap_or(Duration::ZERO);
        self.delay().checked_sub(gone).filter(|rest| !rest.is_zero())
    }

    /// Counts a try as wrong, before it is made.
    pub(super) fn begin(&mut self, folder: &Path) -> Result<(), StoreError> {
        self.failures = self.failures.saturating_add(1);
        self.failed(folder).map(drop)
    }

    /// The try was wrong: the delay runs from now.
    pub(super) fn failed(&mut self, folder: &Path) -> Result<Duration, StoreError> {
        self.last = Some(Timestamp::now());
        self.write(folder)?;
        Ok(self.delay())
    }

    /// The try was right.
    pub(super) fn succeeded(&mut self, folder: &Path) -> Result<(), StoreError> {
        *self = Self::default();
        self.write(folder)
    }

    fn write(&self, folder: &Path) -> Result<(), StoreError> {
        let text = serde_json::to_vec(self).map_err(|error| StoreError::Internal(error.to_string()))?;
        match folder::write(folder, FILE, &text) {
            // A full disk keeps nobody out of the wallet: what is on it may have to be deleted from inside.
            Err(StoreError::DiskFull) => Ok(()),
            result => result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(failures: u32) -> (Attempts, Timestamp) {
        let last = Timestamp::from_second(1_700_000_000).unwrap();
        (Attempts { failures, last: Some(last) }, last)
    }

    #[test]
    fn the_delay_doubles_up_to_a_minute() {
        let delays: Vec<u64> = (0..9).map(|failures| after(failures).0.delay().as_secs()).collect();
        assert_eq!(delays, [0, 1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(after(u32::MAX).0.delay(), LONGEST);
    }

    #[test]
    fn the_delay_passes_with_time() {
        let (attempts, last) = after(3);
        assert_eq!(attempts.retry_after_at(last + Duration::from_secs(1)), Some(Duration::from_secs(3)));
        assert_eq!(attempts.retry_after_at(last + Duration::from_secs(4)), None);
    }

    #[test]
    fn setting_the_clock_back_neither_shortens_nor_lengthens_the_delay() {
        let (attempts, last) = after(4);
        assert_eq!(attempts.retry_after_at(last - Duration::from_hours(24)), Some(Duration::from_secs(8)));
    }
}
