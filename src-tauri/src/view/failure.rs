//! A failure as a person reads it: what happened, whether anything was lost, what to do next, and a stable code to copy.
//! The window may translate by `code`; the sentences here are the English ones.

use serde::Serialize;
use specta::Type;

/// Why a command did not do what was asked.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// Stable, kebab-case, for the catalogue and for a report.
    pub code: String,
    /// A few words for a heading.
    pub title: String,
    /// What happened, in a sentence.
    pub what: String,
    /// Whether anything was lost, in a sentence.
    pub lost: String,
    /// What to do next, in a sentence.
    pub next: String,
    /// The technical reason, for "details" and a report. Never a secret or a claim's value.
    pub detail: Option<String>,
    /// Seconds until it may be tried again (a wrong passphrase).
    pub retry_after: Option<u32>,
}

/// Nothing was lost: the sentence most failures say.
pub const NOTHING_LOST: &str = "Nothing was lost.";

impl Failure {
    /// A failure that lost nothing.
    pub fn new(code: &str, title: &str, what: impl Into<String>, next: &str) -> Self {
        Self {
            code: code.to_owned(),
            title: title.to_owned(),
            what: what.into(),
            lost: NOTHING_LOST.to_owned(),
            next: next.to_owned(),
            detail: None,
            retry_after: None,
        }
    }

    /// The same failure with the technical reason.
    #[must_use]
    pub fn because(mut self, detail: impl std::fmt::Display) -> Self {
        self.detail = Some(detail.to_string());
        self
    }

    /// The wallet is locked.
    pub fn locked() -> Self {
        Self::new("wallet-locked", "Wallet is locked", "The wallet is locked, so nothing in it can be read or changed.", "Unlock the wallet and try again.")
    }

    /// The thing asked for is not there (any more).
    pub fn not_found(what: &str) -> Self {
        Self::new("not-found", "Not here any more", format!("This {what} is not in the wallet. It may have been deleted."), "Go back to the list.")
    }

    /// A value that was typed cannot be used.
    pub fn invalid(code: &str, what: impl Into<String>, next: &str) -> Self {
        Self::new(code, "That cannot be used", what, next)
    }
}
