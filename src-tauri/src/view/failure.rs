//! A failure as a person reads it: what happened, whether anything was lost, what to do next, and a stable code to copy.
//! The window may translate by `code`; the sentences here are the English ones.

use std::time::Duration;

use serde::Serialize;
use specta::Type;
use vouchsafe_agent::transport::address::AddressError;
use vouchsafe_agent::transport::client::DeliveryError;
use vouchsafe_agent::{AgentError, InvitationError, LinkError, Unresolved};
use vouchsafe_store::StoreError;

use super::card::cut;

/// Why a command did not do what was asked.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// Stable, kebab-case, for the catalogue and for a report.
    pub code: &'static str,
    /// A few words for a heading.
    pub title: &'static str,
    /// What happened, in a sentence.
    pub what: String,
    /// Whether anything was lost, in a sentence.
    pub lost: &'static str,
    /// What to do next, in a sentence.
    pub next: String,
    /// The technical reason, for "details" and a report. Never a secret or a claim's value.
    pub detail: Option<Box<str>>,
    /// Seconds until it may be tried again (a wrong passphrase).
    pub retry_after: Option<u32>,
}

/// Nothing was lost: the sentence most failures say.
pub const NOTHING_LOST: &str = "Nothing was lost.";

impl Failure {
    /// A failure that lost nothing.
    pub fn new(code: &'static str, title: &'static str, what: impl Into<String>, next: &str) -> Self {
        Self {
            code,
            title,
            what: what.into(),
            lost: NOTHING_LOST,
            next: next.to_owned(),
            detail: None,
            retry_after: None,
        }
    }

    /// The same failure with the technical reason.
    #[must_use]
    pub fn because(mut self, detail: impl std::fmt::Display) -> Self {
        self.detail = Some(detail.to_string().into());
        self
    }

    /// The same failure with the time until it may be tried again.
    #[must_use]
    fn after(mut self, time: Duration) -> Self {
        self.retry_after = Some(u32::try_from(time.as_millis().div_ceil(1000)).unwrap_or(u32::MAX));
        self
    }

    /// The wallet is locked.
    pub fn locked() -> Self {
        Self::new(
            "wallet-locked",
            "Wallet is locked",
            "The wallet is locked, so nothing in it can be read or changed.",
            "Unlock the wallet and try again.",
        )
    }

    /// The thing asked for is not there (any more).
    pub fn not_found(what: &str) -> Self {
        Self::new(
            "not-found",
            "Not here any more",
            format!("This {what} is not in the wallet. It may have been deleted."),
            "Go back to the list.",
        )
    }

    /// A value that was typed cannot be used.
    pub fn invalid(code: &'static str, what: impl Into<String>, next: &str) -> Self {
        Self::new(code, "That cannot be used", what, next)
    }
}

impl From<StoreError> for Failure {
    #[expect(clippy::too_many_lines, reason = "a table: one sentence an error")]
    fn from(error: StoreError) -> Self {
        let failure = match &error {
            StoreError::Sealed => return Self::locked(),
            StoreError::InUse => Self::new(
                "wallet-in-use",
                "Wallet is in use",
                "Another program has this wallet open.",
                "Close the other program and try again.",
            ),
            StoreError::NotAWallet(_) => Self::new(
                "no-wallet",
                "No wallet here",
                "There is no wallet in this profile yet.",
                "Make one, or open another profile.",
            ),
            StoreError::AlreadyAWallet(_) => Self::new(
                "wallet-exists",
                "There is a wallet already",
                "This profile has a wallet already; nothing was made over it.",
                "Unlock it, or use another profile.",
            ),
            StoreError::Unguarded => Self::invalid(
                "wallet-unguarded",
                "A wallet needs a passphrase or the desktop's keyring to guard its key.",
                "Choose at least one.",
            ),
            StoreError::WrongPassphrase { retry_after } => Self::new(
                "wrong-passphrase",
                "Wrong passphrase",
                "This is not the passphrase of this wallet.",
                "Wait a moment and try again.",
            )
            .after(*retry_after),
            StoreError::WrongRecoveryWords { retry_after } => Self::new(
                "wrong-recovery-words",
                "Wrong recovery words",
                "These words are not this wallet's.",
                "Check that they are the words of this wallet, and the newest.",
            )
            .after(*retry_after),
            StoreError::MalformedRecoveryWords(reason) => Self::invalid(
                "recovery-words-mistyped",
                format!("The recovery words are mistyped: {reason}."),
                "Check the words against your copy.",
            ),
            StoreError::TooSoon { retry_after } => Self::new(
                "too-soon",
                "Wait a moment",
                "After wrong tries the wallet waits before it takes the next.",
                "Try again when the time is over.",
            )
            .after(*retry_after),
            StoreError::NoSuchLock(way) => Self::new(
                "no-such-lock",
                "Not set up",
                format!("This wallet cannot be opened by {way}."),
                "Use another way to open it.",
            ),
            StoreError::LastLock => Self::invalid(
                "last-lock",
                "This is the only way to open the wallet, so it stays.",
                "Set up another way first.",
            ),
            StoreError::KeyringUnavailable(_) => Self::new(
                "keyring-unavailable",
                "Keyring not available",
                "The desktop's keyring does not answer or is locked.",
                "Unlock the keyring, or use the passphrase or the recovery words.",
            ),
            StoreError::KeyMissing => Self::new(
                "key-missing",
                "Key not in the keyring",
                "The desktop's keyring no longer has this wallet's key. No new key was made.",
                "Open the wallet with the passphrase or the recovery words.",
            ),
            StoreError::HeaderRefused(_) | StoreError::WrongKey | StoreError::Damaged(_) => {
                let mut failure = Self::new(
                    "wallet-damaged",
                    "Wallet cannot be read",
                    "The wallet's files are damaged or were changed.",
                    "Leave the files as they are and put back a copy from a backup.",
                );
                failure.lost = "Nothing was changed. What is in the wallet cannot be reached until it is mended.";
                failure
            }
            StoreError::TooNew { .. } => Self::new(
                "wallet-too-new",
                "Written by a newer version",
                "A newer version of this program wrote the wallet.",
                "Update the program.",
            ),
            StoreError::DiskFull => Self::new(
                "disk-full",
                "Disk is full",
                "There is no space left on the disk, so nothing was changed.",
                "Free some space and try again.",
            ),
            StoreError::Disk(_) => Self::new(
                "disk-failed",
                "Disk failed",
                "The disk did not take the change, so nothing was changed.",
                "Check the disk and try again.",
            ),
            StoreError::Conflict(_) => Self::new(
                "stored-already",
                "It is here already",
                "This is in the wallet already.",
                "Look for it in the list.",
            ),
            StoreError::Unstorable(_) | StoreError::JobBroke | StoreError::Internal(_) => Self::new(
                "internal",
                "Something went wrong here",
                "This program made a mistake; nothing was changed.",
                "Try again; if it stays, report it with the details.",
            ),
        };
        failure.because(error)
    }
}

impl From<InvitationError> for Failure {
    fn from(error: InvitationError) -> Self {
        let failure = match &error {
            InvitationError::Malformed(_) => Self::new(
                "invitation-malformed",
                "Invitation cannot be read",
                "This looks like an invitation but cannot be read: it may have been cut short.",
                "Copy it again, whole, or ask for a new one.",
            ),
            InvitationError::Expired => Self::new(
                "invitation-expired",
                "Invitation has expired",
                "This invitation was good until a time that has passed.",
                "Ask for a new one.",
            ),
            InvitationError::Used => Self::new(
                "invitation-used",
                "Invitation was used already",
                "This invitation was for one use, and it has been used.",
                "Look among your connections, or ask for a new one.",
            ),
            InvitationError::Unknown => Self::new(
                "invitation-unknown",
                "Invitation is not known",
                "The other side does not know this invitation any more.",
                "Ask for a new one.",
            ),
            InvitationError::Unsupported(_) => Self::new(
                "invitation-unsupported",
                "Not supported",
                "This invitation is for something that this wallet cannot do.",
                "Ask the other side for an invitation of another kind.",
            ),
            InvitationError::Own => Self::new(
                "invitation-own",
                "This is your own invitation",
                "This wallet made this invitation itself.",
                "Give it to the other side; a second profile can take it.",
            ),
        };
        failure.because(error)
    }
}

/// A sentence with its reason, where that is short enough to be read.
fn sentence(what: &str, reason: &str) -> String {
    let reason = reason.trim().trim_end_matches('.');
    if reason.is_empty() { format!("{what}.") } else { format!("{what}: {}.", cut(reason, 300)) }
}

impl From<AgentError> for Failure {
    fn from(error: AgentError) -> Self {
        let detail = error.to_string();
        let failure = match error {
            AgentError::Store(error) => return error.into(),
            AgentError::Invitation(error) => return error.into(),
            AgentError::NotFound { what, .. } => Self::not_found(what),
            AgentError::NotNow { .. } => Self::new(
                "not-now",
                "Not possible now",
                "This step does not fit what has happened meanwhile.",
                "Look at where it stands and go on from there.",
            ),
            AgentError::Invalid { .. } => Self::invalid(
                "invalid-input",
                "Something that was given cannot be used.",
                "Look at the details and mend it.",
            ),
            AgentError::Forbidden(reason) => Self::new(
                "forbidden",
                "Not allowed by the settings",
                sentence("A setting of this wallet forbids it", &reason),
                "Change the setting if you want it nevertheless.",
            ),
            AgentError::PeerMisbehaved(_) => Self::new(
                "peer-misbehaved",
                "The other side broke the rules",
                "The other side sent something that does not belong here, so it was not taken.",
                "Try again; if it stays, tell the other side.",
            ),
            AgentError::PeerIncompatible(_) => Self::new(
                "peer-incompatible",
                "The other side speaks otherwise",
                "The other side wants something that this wallet does not support.",
                "Ask the other side for another way.",
            ),
            AgentError::Resolution { kind, reason, .. } => Self::from_resolution(kind, &reason),
            AgentError::Credential(reason) => Self::new(
                "credential-refused",
                "The credential is not right",
                sentence("The credential cannot be used as it is", &reason),
                "Mend what is wrong and try again.",
            ),
            AgentError::Delivery(error) | AgentError::Link(LinkError::Unreachable(error)) => {
                Self::from_delivery(&error)
            }
            AgentError::Link(_) => Self::new(
                "attachment-unfetched",
                "Linked attachment cannot be used",
                "The invitation only links to what it brings, and that could not be taken from there. Nothing was sent.",
                "Look at the details; ask the other side for a new invitation if it stays.",
            ),
            AgentError::Ledger(error) => return Self::from(&error),
            AgentError::Stopping => Self::locked(),
        };
        failure.because(detail)
    }
}

impl Failure {
    fn from_resolution(kind: Unresolved, reason: &str) -> Self {
        match kind {
            Unresolved::Invalid => Self::new(
                "did-invalid",
                "No usable document",
                sentence("What was found for an identifier is no document of it", reason),
                "Ask its owner; nothing can be mended here.",
            ),
            Unresolved::NotFound => Self::new(
                "did-not-found",
                "Identifier not found",
                sentence("There is no document for an identifier, or its ledger could not be asked", reason),
                "Check that it is the right one, or try again later.",
            ),
            Unresolved::Unsupported => Self::new(
                "did-unsupported",
                "Identifier of another kind",
                sentence("Nobody here can look this identifier up", reason),
                "Look at the networks in the settings: its own may be switched off.",
            ),
            Unresolved::NoAnswer => Self::new(
                "did-unreachable",
                "An identifier cannot be looked up now",
                sentence("Whoever has the document of an identifier does not answer", reason),
                "Check the network and try again.",
            ),
        }
    }

    fn from_delivery(error: &DeliveryError) -> Self {
        match error {
            DeliveryError::Address(AddressError::Private(_)) => Self::new(
                "address-private",
                "Address on this computer or network",
                "The other side's address is on this computer or its local network, and contacting it was not allowed.",
                "Allow it if you know the other side.",
            ),
            DeliveryError::Address(AddressError::NotAnAddress(_)) => Self::new(
                "address-refused",
                "Not an address",
                "The other side's address cannot be used.",
                "Ask the other side for a new invitation.",
            ),
            DeliveryError::Address(AddressError::Unknown(..)) | DeliveryError::Unreachable(..) => Self::new(
                "peer-unreachable",
                "Other side cannot be reached",
                "Nobody answers at the other side's address.",
                "Check the network; what was promised is sent again by itself.",
            ),
            DeliveryError::Refused(..) | DeliveryError::TooLarge(..) => Self::new(
                "peer-refused",
                "Other side refused",
                "The other side's server did not take the message.",
                "Try again later, or ask the other side.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use vouchsafe_agent::{AgentError, Unresolved};

    use super::Failure;

    #[test]
    fn why_an_identifier_has_no_document_is_told_apart() {
        let of = |kind| {
            Failure::from(AgentError::Resolution {
                did: "did:cheqd:testnet:1".to_owned(),
                reason: "this and that.".to_owned(),
                passing: false,
                kind,
            })
        };
        let kinds = [Unresolved::Invalid, Unresolved::NotFound, Unresolved::Unsupported, Unresolved::NoAnswer];
        let codes = kinds.map(|kind| of(kind).code);
        assert_eq!(codes, ["did-invalid", "did-not-found", "did-unsupported", "did-unreachable"]);
        let failure = of(Unresolved::NotFound);
        assert!(failure.what.ends_with("could not be asked: this and that."), "{}", failure.what);
        assert!(failure.detail.unwrap().contains("did:cheqd:testnet:1"));
    }
}
