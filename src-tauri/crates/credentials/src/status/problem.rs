//! Why the status of a credential is not known. Each is a sentence that a person can read; none of them means that the
//! credential is good or bad.

use jiff::Timestamp;

/// Why a status could not be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatusProblem {
    /// The credential's own entry cannot be used: its issuer made a mistake.
    #[error("the credential's status entry cannot be read: {0}")]
    Entry(String),
    /// A kind of status that is not known here.
    #[error("the status type {0} is not known here")]
    UnknownType(String),
    /// What was fetched is no status list.
    #[error("what is published as the status list is no status list: {0}")]
    NotAList(String),
    /// The list is encrypted: only those whom the issuer admits can read it.
    #[error("the status list is encrypted, so it cannot be read here")]
    Encrypted,
    /// The bits cannot be unpacked.
    #[error("the status list is damaged: {0}")]
    Damaged(&'static str),
    /// Fewer entries than the standard asks for, which would tell holders apart.
    #[error("the status list is too short: it has {0} bits, at least 131072 are needed")]
    Short(u64),
    /// More than is unpacked here.
    #[error("the status list is larger than is read here (2 MiB unpacked)")]
    TooLarge,
    /// Nobody signed it, and it was not found under the issuer's own DID.
    #[error("the status list has no signature, and it is not published under the issuer's DID")]
    Unsigned,
    /// The signature does not hold: the list was changed, or somebody else made it.
    #[error("the status list's signature does not hold, so the list is not believed: {0}")]
    Signature(String),
    /// The keys to check the signature with are not at hand.
    #[error("the keys of {0} could not be found, so the status list's signature could not be checked")]
    NoKeys(String),
    /// Another issuer's list.
    #[error("the status list is by {list}, but the credential by {credential}")]
    OtherIssuer {
        /// Who made the list.
        list: String,
        /// Who issued the credential.
        credential: String,
    },
    /// Another list of the same issuer.
    #[error("the status list calls itself {0}, which is not the one that the credential names")]
    OtherList(String),
    /// The list is for something else.
    #[error("the status list is for {list}, but the credential asks about {credential}")]
    OtherPurpose {
        /// What the list is for.
        list: String,
        /// What the credential asks.
        credential: String,
    },
    /// The list's time has not begun.
    #[error("the status list is valid only from {0} on")]
    NotYetValid(Timestamp),
    /// The list's time is over: there should be a newer one.
    #[error("the status list expired on {0}, and its issuer has published no newer one")]
    Expired(Timestamp),
    /// The place in the list does not exist.
    #[error("the status list has {length} entries, the credential asks for number {index}")]
    OutOfRange {
        /// The place.
        index: u64,
        /// How many there are.
        length: u64,
    },
    /// Credential and list disagree on how many bits an entry has.
    #[error("the status list has entries of {list} bits, the credential expects {credential}")]
    OtherSize {
        /// As the list says.
        list: u8,
        /// As the credential says.
        credential: u8,
    },
}
