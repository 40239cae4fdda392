//! The lock: why it fell, what goes on behind it, when it falls by itself, and what is hidden while it is open.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Failure;

/// Why the wallet was locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum LockReason {
    /// The person asked for it.
    Asked,
    /// There was no input for the time that was chosen.
    Idle,
    /// The computer went to sleep.
    Sleep,
    /// The desktop's screen was locked.
    ScreenLock,
    /// Another person took over the screen.
    UserSwitch,
    /// The window was closed and the program stays in the tray.
    Closed,
}

/// When the wallet locks by itself and what it hides; kept inside the wallet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LockSettings {
    /// Minutes without input, 1 to 60; `null` never locks for that.
    pub idle_minutes: Option<u8>,
    /// What the person allowed goes on behind the lock; the wallet's key stays in memory for it.
    pub keep_working: bool,
    /// Seconds until what was copied and is secret is cleared, 10 to 120.
    pub clipboard_seconds: u8,
    /// Which values are hidden until they are asked for.
    pub hidden: HiddenValues,
}

/// Which values of a credential are hidden until they are asked for. Names and issuers never are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum HiddenValues {
    /// Those that look sensitive: numbers of documents and accounts, dates of birth, addresses.
    Sensitive,
    /// All.
    All,
    /// None.
    Nothing,
}

impl LockSettings {
    /// The longest time without input.
    const MAX_MINUTES: u8 = 60;

    /// The settings, if they can be used.
    ///
    /// # Errors
    ///
    /// `lock-settings`.
    pub fn checked(self) -> Result<Self, Failure> {
        let minutes = self.idle_minutes.is_none_or(|minutes| (1..=Self::MAX_MINUTES).contains(&minutes));
        if minutes && (10..=120).contains(&self.clipboard_seconds) {
            return Ok(self);
        }
        Err(Failure::invalid(
            "lock-settings",
            "The lock takes 1 to 60 minutes without input, the clipboard 10 to 120 seconds.",
            "Choose from the list.",
        ))
    }
}

impl Default for LockSettings {
    fn default() -> Self {
        Self { idle_minutes: Some(5), keep_working: false, clipboard_seconds: 30, hidden: HiddenValues::Sensitive }
    }
}

/// What goes on behind the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WorkingBehind {
    /// How many jobs are under way: messages to deliver, publications, credentials to issue.
    pub jobs: u32,
}

/// What is copied: it decides whether the clipboard is cleared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum CopyKind {
    /// Meant for others or known to them: invitations, DIDs, addresses, public keys, codes of failures.
    Public,
    /// A value of a credential.
    Claim,
    /// A document with such values in it.
    Document,
    /// Recovery words.
    Words,
    /// A key that opens something, such as the admin API's.
    Key,
}

impl CopyKind {
    /// Whether it is cleared from the clipboard.
    pub fn is_secret(self) -> bool {
        match self {
            Self::Public => false,
            Self::Claim | Self::Document | Self::Words | Self::Key => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LockSettings;

    #[test]
    fn the_lock_takes_what_it_offers_and_nothing_else() {
        let with = |idle_minutes, clipboard_seconds| {
            LockSettings { idle_minutes, clipboard_seconds, ..LockSettings::default() }.checked().is_ok()
        };
        assert!(with(Some(1), 10) && with(Some(60), 120) && with(None, 30));
        assert!(!with(Some(0), 30) && !with(Some(61), 30) && !with(Some(5), 9) && !with(Some(5), 121));
    }
}
