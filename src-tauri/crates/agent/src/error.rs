//! What can go wrong with an intent, told so that the caller knows whose fault it is and what to do: the caller's own
//! input, the other side, the network, the disk. Each error has a stable code, by which an interface decides; the text
//! is for people and may change.

use vouchsafe_dids::ResolveError;
use vouchsafe_protocols::ProtocolError;
use vouchsafe_protocols::step::InvitationProblem;
use vouchsafe_store::StoreError;

use crate::attachments::LinkError;
use crate::cheqd::LedgerError;
use crate::transport::client::DeliveryError;

/// The result of an intent.
pub type Result<T, E = AgentError> = std::result::Result<T, E>;

/// What kind of failure it was that a DID has no document here and now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unresolved {
    /// The text is no DID, or what was found is not its document.
    Invalid,
    /// There is none, or its ledger could not be asked: a did:cheqd resolver does not tell the two apart.
    NotFound,
    /// Nobody here knows the method or the network.
    Unsupported,
    /// Whoever has it did not answer.
    NoAnswer,
}

impl From<&ResolveError> for Unresolved {
    fn from(error: &ResolveError) -> Self {
        match error {
            ResolveError::NotFound(_) | ResolveError::NotFoundOrUnreachable(_) | ResolveError::Deactivated(_) => {
                Self::NotFound
            }
            ResolveError::Unsupported(_) | ResolveError::UnknownNetwork { .. } => Self::Unsupported,
            ResolveError::Unreachable { .. } | ResolveError::Timeout(_) => Self::NoAnswer,
            ResolveError::Invalid { .. } | ResolveError::Conflict(_) => Self::Invalid,
        }
    }
}

/// Why an intent was not carried out. Unless it says otherwise, nothing has changed and nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// There is no such record.
    #[error("there is no {what} {id}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// Its id, as given.
        id: String,
    },
    /// The record's state does not allow this step.
    #[error("{reason} (the state is {state})")]
    NotNow {
        /// The state, in the RFC's word.
        state: String,
        /// What was asked for.
        reason: String,
    },
    /// What the caller gave cannot be used.
    #[error("{field}: {reason}")]
    Invalid {
        /// The member or parameter at fault.
        field: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A setting of this wallet forbids it.
    #[error("{0}")]
    Forbidden(String),
    /// The invitation cannot be used.
    #[error(transparent)]
    Invitation(#[from] InvitationError),
    /// The other side broke the protocol.
    #[error("the other side broke the protocol: {0}")]
    PeerMisbehaved(String),
    /// The other side wants something that is not spoken here.
    #[error("the other side wants something that is not supported here: {0}")]
    PeerIncompatible(String),
    /// A DID could not be resolved.
    #[error("{did} could not be resolved: {reason}")]
    Resolution {
        /// The DID.
        did: String,
        /// Why not.
        reason: String,
        /// Whether it may work later: the network failed, not the DID.
        passing: bool,
        /// What kind of failure it is.
        kind: Unresolved,
    },
    /// The credential cannot be offered, issued or accepted.
    #[error("{0}")]
    Credential(String),
    /// Somebody on the network could not be reached, or refused.
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
    /// What an invitation links to could not be had.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The ledger was not written, or is not known to have been.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The disk or the vault.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The wallet is stopping.
    #[error("the wallet is stopping; nothing was changed")]
    Stopping,
}

/// Why an invitation cannot be used. A person is told each in a sentence of its own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvitationError {
    /// The text is not an invitation.
    #[error("this is not an invitation: {0}")]
    Malformed(String),
    /// Its time is over.
    #[error("this invitation has expired")]
    Expired,
    /// It was for one use, and was used.
    #[error("this invitation was already used")]
    Used,
    /// This wallet has no such invitation (any more).
    #[error("this invitation is not known here (any more)")]
    Unknown,
    /// It asks for a protocol that is not spoken here.
    #[error("this invitation is for something that is not supported here: {0}")]
    Unsupported(String),
    /// It is this wallet's own.
    #[error("this invitation was made by this wallet")]
    Own,
}

impl AgentError {
    /// What the caller gave cannot be used.
    pub fn invalid(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), reason: reason.into() }
    }

    /// There is no such record.
    pub fn not_found(what: &'static str, id: impl Into<String>) -> Self {
        Self::NotFound { what, id: id.into() }
    }

    /// Whether the same may go well at another time, with nobody changing what they ask for.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Store(_)
            | Self::Stopping
            | Self::Resolution { passing: true, .. }
            | Self::Link(LinkError::Timeout) => true,
            Self::Delivery(error) | Self::Link(LinkError::Unreachable(error)) => error.is_passing(),
            Self::Ledger(error) => error.is_passing(),
            _ => false,
        }
    }

    /// A stable code, for interfaces to decide by and for people to quote.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not-found",
            Self::NotNow { .. } => "not-now",
            Self::Invalid { .. } => "invalid-input",
            Self::Forbidden(_) => "forbidden",
            Self::Invitation(InvitationError::Malformed(_)) => "invitation-malformed",
            Self::Invitation(InvitationError::Expired) => "invitation-expired",
            Self::Invitation(InvitationError::Used) => "invitation-used",
            Self::Invitation(InvitationError::Unknown) => "invitation-unknown",
            Self::Invitation(InvitationError::Unsupported(_)) => "invitation-unsupported",
            Self::Invitation(InvitationError::Own) => "invitation-own",
            Self::PeerMisbehaved(_) => "peer-misbehaved",
            Self::PeerIncompatible(_) => "peer-incompatible",
            Self::Resolution { .. } => "did-unresolved",
            Self::Credential(_) => "credential-refused",
            Self::Delivery(DeliveryError::Address(_))
            | Self::Link(LinkError::Unreachable(DeliveryError::Address(_))) => "address-refused",
            Self::Link(_) => "attachment-unfetched",
            Self::Delivery(_) => "peer-unreachable",
            Self::Ledger(error) => error.code(),
            Self::Store(_) => "store",
            Self::Stopping => "stopping",
        }
    }
}

impl From<InvitationProblem> for InvitationError {
    fn from(problem: InvitationProblem) -> Self {
        match problem {
            InvitationProblem::Used => Self::Used,
            InvitationProblem::Expired { .. } => Self::Expired,
            InvitationProblem::Unknown => Self::Unknown,
            InvitationProblem::Malformed(reason) => Self::Malformed(reason),
        }
    }
}

impl From<ProtocolError> for AgentError {
    fn from(error: ProtocolError) -> Self {
        match error {
            ProtocolError::PeerMisbehaved { reason, .. } => Self::PeerMisbehaved(reason),
            ProtocolError::PeerIncompatible { reason, .. } => Self::PeerIncompatible(reason),
            ProtocolError::Invitation { problem, .. } => Self::Invitation(problem.into()),
            ProtocolError::NotNow { state, reason } => Self::NotNow { state, reason },
            ProtocolError::Unsendable(reason) => Self::Invalid { field: "message".to_owned(), reason },
        }
    }
}
