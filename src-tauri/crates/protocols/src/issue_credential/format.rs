//! Credential formats: what is proposed, offered, requested and issued is opaque to the state machines, and each format
//! says by [`CredentialFormat`] what a well-formed payload is and when a request answers an offer and a credential
//! answers a request (RFC 0453 "formats"; the formats' own RFCs: 0593 for `ld_proof`). A new format is one variant of
//! [`Format`] and one implementation. Defends against a peer that issues something else than was agreed.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ld_proof::{LdProof, LdProofDetail};
use super::message::Kind;

/// The longest path that is named in an error, in characters.
const MAX_PATH_CHARS: usize = 200;

/// A credential format, by the name that ACA-Py gives it in `filter` and `by_format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Format {
    /// W3C credentials with a linked-data proof (RFC 0593).
    #[serde(rename = "ld_proof")]
    LdProof,
}

/// Which of the four messages a payload stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// `propose-credential`
    Proposal,
    /// `offer-credential`
    Offer,
    /// `request-credential`
    Request,
    /// `issue-credential`
    Credential,
}

/// What a message carries in one format: a detail to propose, offer or request, or the credential itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    /// Its format.
    pub format: Format,
    /// The attachment's JSON.
    pub value: Value,
}

/// Why a payload is not good for where it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// A member is missing or of the wrong kind. At fault is who wrote the payload.
    #[error("{path}: {reason}")]
    Malformed {
        /// JSON pointer into the payload.
        path: String,
        /// What is wrong there.
        reason: &'static str,
    },
    /// It is not what was agreed before. At fault is who wrote the later payload.
    #[error("{path} {change}")]
    Differs {
        /// JSON pointer to the first difference.
        path: String,
        /// In which way it differs.
        change: Change,
    },
}

/// In which way a later payload departs from an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The member is there in both, with different values.
    Changed,
    /// The member was not there before.
    Added,
    /// The member is there no more.
    Removed,
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Changed => "was changed",
            Self::Added => "was added",
            Self::Removed => "was left out",
        })
    }
}

impl FormatError {
    pub(super) fn malformed(path: &str, reason: &'static str) -> Self {
        Self::Malformed { path: path.to_owned(), reason }
    }

    pub(super) fn differs(path: &str, change: Change) -> Self {
        Self::Differs { path: path.chars().take(MAX_PATH_CHARS).collect(), change }
    }
}

/// The rules of one format. All are pure and look at no clock, key or ledger: whether a signature verifies is asked
/// elsewhere.
pub trait CredentialFormat: Sync {
    /// The name in `by_format`, and the attachment id that is written.
    fn name(&self) -> &'static str;

    /// The value of `formats[].format` at this stage.
    fn format_id(&self, stage: Stage) -> &'static str;

    /// Is this payload well-formed at this stage, whoever wrote it?
    ///
    /// # Errors
    /// [`FormatError::Malformed`] with the first member that is not.
    fn check(&self, stage: Stage, payload: &Value) -> Result<(), FormatError>;

    /// Completes a payload that our side opens or answers with, so that every known peer takes it.
    ///
    /// # Errors
    /// [`FormatError::Malformed`] if it cannot be sent.
    fn complete(&self, stage: Stage, payload: Value) -> Result<Value, FormatError>;

    /// May a holder open an exchange with a request in this format?
    fn opens_with_request(&self) -> bool;

    /// Does the request ask for what was offered?
    ///
    /// # Errors
    /// [`FormatError::Differs`] with the first difference that is not the holder's to make.
    fn request_matches(&self, offer: &Value, request: &Value) -> Result<(), FormatError>;

    /// Is the credential what was requested?
    ///
    /// # Errors
    /// [`FormatError::Differs`] with the first difference that is not the issuer's to make.
    fn credential_matches(&self, request: &Value, credential: &Value) -> Result<(), FormatError>;
}

impl Format {
    /// All formats that are spoken.
    pub const ALL: [Self; 1] = [Self::LdProof];

    /// The rules of this format.
    pub fn rules(self) -> &'static dyn CredentialFormat {
        match self {
            Self::LdProof => &LdProof,
        }
    }

    /// The name in `filter` and `by_format`.
    pub fn name(self) -> &'static str {
        self.rules().name()
    }

    /// The format that a message's `formats[].format` names, if it is spoken here.
    pub fn from_id(stage: Stage, id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.rules().format_id(stage) == id)
    }

    /// The format of this name, as in the admin API's `filter`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

impl Stage {
    /// The stage that a message of this kind brings; `None` for one that carries nothing.
    pub fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Propose => Some(Self::Proposal),
            Kind::Offer => Some(Self::Offer),
            Kind::Request => Some(Self::Request),
            Kind::Issue => Some(Self::Credential),
            Kind::Ack | Kind::ProblemReport => None,
        }
    }

    /// The member in which the message of this stage has its attachments.
    pub fn attachments_member(self) -> &'static str {
        match self {
            Self::Proposal => "filters~attach",
            Self::Offer => "offers~attach",
            Self::Request => "requests~attach",
            Self::Credential => "credentials~attach",
        }
    }

    /// The name of the message in a record.
    pub fn record_member(self) -> &'static str {
        match self {
            Self::Proposal => "cred_proposal",
            Self::Offer => "cred_offer",
            Self::Request => "cred_request",
            Self::Credential => "cred_issue",
        }
    }
}

impl Payload {
    /// A signed W3C credential.
    pub fn ld_proof_credential(credential: Value) -> Self {
        Self { format: Format::LdProof, value: credential }
    }

    /// The detail, if this is one of RFC 0593 (not a credential).
    pub fn ld_proof_detail(&self) -> Option<LdProofDetail> {
        match self.format {
            Format::LdProof => LdProofDetail::from_value(self.value.clone()).ok(),
        }
    }
}

impl From<LdProofDetail> for Payload {
    fn from(detail: LdProofDetail) -> Self {
        Self { format: Format::LdProof, value: detail.into_value() }
    }
}
