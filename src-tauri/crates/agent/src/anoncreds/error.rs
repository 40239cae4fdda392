//! Why an object of AnonCreds could not be read from its registry or published to it, told so that a person knows whose
//! fault it is, whether anything was lost, and what to do.

use jiff::Timestamp;
use vouchsafe_dids::cheqd::MalformedCheqdUrl;

use super::ObjectKind;
use crate::error::{AgentError, Unresolved};

/// Why the registry did not do what was asked of it. Unless it says otherwise, nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The identifier leads to no resource of a did:cheqd.
    #[error(
        "{kind} {id} cannot be looked up: {reason}. This wallet reads AnonCreds objects from did:cheqd alone; ask who \
         gave you the identifier"
    )]
    Identifier {
        /// What was looked for.
        kind: ObjectKind,
        /// The beginning of its identifier.
        id: String,
        /// What is wrong with it.
        reason: String,
    },
    /// There is nothing under the identifier, as far as the resolver says.
    #[error(
        "{kind} {id} was not found: it is not there, or its ledger cannot be reached through the resolver now. Try again \
         later; if it stays, ask who published it"
    )]
    NotFound {
        /// What was looked for.
        kind: ObjectKind,
        /// Its identifier.
        id: String,
    },
    /// The registry had no status list at that time.
    #[error(
        "the revocation registry {id} had no status list at {at}, or its ledger cannot be reached through the resolver \
         now, so nobody can say whether its credentials stood then. Ask for a later time"
    )]
    NoStatusList {
        /// The registry.
        id: String,
        /// The time.
        at: Timestamp,
    },
    /// The resource is something else.
    #[error("{id} is not {kind}: the ledger has it as {found}. Ask who gave you the identifier")]
    OtherKind {
        /// What was looked for.
        kind: ObjectKind,
        /// Its identifier.
        id: String,
        /// The type of the resource.
        found: String,
    },
    /// There is more of it than is read.
    #[error("{kind} {id} is larger than any that is read ({bytes} bytes; at most {limit})")]
    TooLarge {
        /// What it is.
        kind: ObjectKind,
        /// Its identifier.
        id: String,
        /// Its size.
        bytes: usize,
        /// What is read at most.
        limit: usize,
    },
    /// It cannot be read as what it should be.
    #[error("{kind} {id} cannot be used: {reason}. Its issuer has to publish another one")]
    Malformed {
        /// What it is.
        kind: ObjectKind,
        /// Its identifier.
        id: String,
        /// What is wrong with it.
        reason: String,
    },
    /// It names another issuer than the DID it was found under.
    #[error(
        "{kind} {id} names {issuer} as its issuer, and {did} has published it: it is not believed. Ask the issuer for \
         its own"
    )]
    OtherIssuer {
        /// What it is.
        kind: ObjectKind,
        /// Its identifier.
        id: String,
        /// Whom it names.
        issuer: String,
        /// Under which DID it was found.
        did: String,
    },
    /// It names itself, or what it belongs to, otherwise than it was asked for.
    #[error("{kind} that was found for {id} is that of {found}: it is not believed. Ask its issuer")]
    OtherId {
        /// What it is.
        kind: ObjectKind,
        /// What was asked for.
        id: String,
        /// What it says.
        found: String,
    },
    /// An earlier status list was given than one that is known to hold already.
    #[error(
        "the status list of {id} was given as of {given}, and one of {seen} was read before: an older one could make \
         revoked credentials stand again, so it is not believed. What was known stays; ask another resolver of the network"
    )]
    OlderThanSeen {
        /// The registry.
        id: String,
        /// When the one that was given was published.
        given: Timestamp,
        /// When the newest one that was read was published.
        seen: Timestamp,
    },
    /// A status list was given that did not hold yet at the time asked for.
    #[error(
        "the resolver gave a status list of {id} that was published at {given}, after the time that was asked for \
         ({at}): it is not believed. Ask another resolver of the network"
    )]
    LaterThanAsked {
        /// The registry.
        id: String,
        /// When it was published.
        given: Timestamp,
        /// The time that was asked for.
        at: Timestamp,
    },
    /// The issuer is no did:cheqd of this wallet.
    #[error("{issuer} is no did:cheqd of this wallet, so nothing can be published in its name; nothing was published")]
    NotOurs {
        /// Whom the object names.
        issuer: String,
    },
    /// The object does not fit what it belongs to.
    #[error("{kind} cannot be published: {reason}. Nothing was published")]
    Unfit {
        /// What should have been published.
        kind: ObjectKind,
        /// What does not fit.
        reason: String,
    },
    /// Another object has its name.
    #[error(
        "{did} has published another object of the name {name} already, so {kind} cannot have it too; nothing was \
         published. Choose another {distinguished}"
    )]
    Taken {
        /// What should have been published.
        kind: ObjectKind,
        /// The DID.
        did: String,
        /// The name.
        name: String,
        /// What would tell the two apart.
        distinguished: &'static str,
    },
    /// The ledger, its resolver or the wallet's own store.
    #[error(transparent)]
    Agent(#[from] AgentError),
}

impl RegistryError {
    /// Whether the same may go well at another time, with nobody changing what they ask for.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::NotFound { .. } | Self::NoStatusList { .. } => true,
            Self::Agent(error) => error.is_passing(),
            _ => false,
        }
    }

    /// A stable code, for interfaces to decide by and for people to quote.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Identifier { .. } => "anoncreds-identifier",
            Self::NotFound { .. } => "anoncreds-not-found",
            Self::NoStatusList { .. } => "anoncreds-no-status-list",
            Self::OtherKind { .. } => "anoncreds-other-object",
            Self::TooLarge { .. } => "anoncreds-too-large",
            Self::Malformed { .. } => "anoncreds-malformed",
            Self::OtherIssuer { .. } => "anoncreds-other-issuer",
            Self::OtherId { .. } => "anoncreds-other-id",
            Self::OlderThanSeen { .. } => "anoncreds-status-list-older",
            Self::LaterThanAsked { .. } => "anoncreds-status-list-later",
            Self::NotOurs { .. } => "anoncreds-issuer-not-ours",
            Self::Unfit { .. } => "anoncreds-unfit",
            Self::Taken { .. } => "anoncreds-name-taken",
            Self::Agent(error) => error.code(),
        }
    }

    pub(super) fn identifier(kind: ObjectKind, id: &str, reason: impl ToString) -> Self {
        Self::Identifier { kind, id: excerpt(id), reason: reason.to_string() }
    }

    pub(super) fn malformed(kind: ObjectKind, id: &str, reason: impl ToString) -> Self {
        Self::Malformed { kind, id: excerpt(id), reason: reason.to_string().chars().take(300).collect() }
    }

    pub(super) fn unfit(kind: ObjectKind, reason: impl ToString) -> Self {
        Self::Unfit { kind, reason: reason.to_string() }
    }

    /// Why an object was not found under its DID URL.
    pub(super) fn of_reading(kind: ObjectKind, id: &str, error: AgentError) -> Self {
        if is_not_found(&error) { Self::NotFound { kind, id: excerpt(id) } } else { Self::Agent(error) }
    }

    /// A query that cannot be asked, made of what an object's own resource says.
    pub(super) fn query(kind: ObjectKind, id: &str, error: &MalformedCheqdUrl) -> Self {
        Self::malformed(kind, id, format!("its name on the ledger cannot be asked for ({error})"))
    }
}

/// Whether the resolver says that there is nothing.
pub(super) fn is_not_found(error: &AgentError) -> bool {
    matches!(error, AgentError::Resolution { kind: Unresolved::NotFound, .. })
}

/// The beginning of a stranger's text, short enough for a sentence.
pub(super) fn excerpt(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(200).collect()
}
