//! What can be wrong with a credential, in words that a person can act on.

/// Why a credential cannot be offered, signed or accepted. All of these are the author's to mend: nothing here
/// depends on a network, a disk or a ledger.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The document breaks the data model: a member is missing, or of the wrong kind.
    #[error("{member}: {problem}")]
    Malformed {
        /// The member, with its path from the top, as `credentialSubject.degree`.
        member: String,
        /// What is wrong, as a sentence without a full stop.
        problem: String,
    },
    /// The document exceeds a limit. The author can split it.
    #[error("the credential is too large: more than {limit} {what}")]
    TooLarge {
        /// What was counted.
        what: &'static str,
        /// How many are allowed.
        limit: usize,
    },
    /// A context that is not bundled. Contexts are never fetched: a fetched one could change what was signed.
    #[error(
        "the context {0} is not known here; contexts are not downloaded: use a bundled one, or put the definitions in the document"
    )]
    UnknownContext(String),
    /// The contexts contradict each other or are not valid JSON-LD 1.1.
    #[error("the contexts cannot be used together: {0}")]
    InvalidContext(String),
    /// No context says what this member means, so that no signature would cover it.
    #[error("{member} is not defined by any context of the credential, so the signature would not cover it")]
    Undefined {
        /// The member or the type, with its path from the top.
        member: String,
    },
    /// The member is defined, but its value makes no statement, so that no signature would cover it.
    #[error("{member} would not be covered by the signature: {reason}")]
    NotCovered {
        /// The member, with its path from the top.
        member: String,
        /// Why, as a clause.
        reason: &'static str,
    },
    /// The suite needs a context that the credential does not name. It must be there from the offer on.
    #[error("{suite} needs the context {context} in the credential")]
    ContextMissing {
        /// The suite's name.
        suite: &'static str,
        /// The context to add.
        context: &'static str,
    },
    /// The suite does not secure this data model.
    #[error("{0} secures credentials of data model 1.1 only; use Ed25519Signature2020 or a Data Integrity proof")]
    SuiteForDataModel(&'static str),
    /// A proof type or cryptosuite that is not implemented.
    #[error("the proof type {0} is not supported")]
    UnknownSuite(String),
}

impl CredentialError {
    pub(crate) fn malformed(member: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Malformed { member: member.into(), problem: problem.into() }
    }
}
