//! What can be wrong with an object that somebody else made, in words that a person can act on.

/// Why an object is not read. It is its author's to mend; nothing was stored of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObjectError {
    /// Neither a URI nor a legacy identifier of its kind.
    #[error("{value} is no identifier of {kind}: it must be a URI, or an Indy identifier of that kind")]
    Identifier {
        /// What it should identify.
        kind: &'static str,
        /// The beginning of what was found.
        value: String,
    },
    /// More than is read.
    #[error("{what} is too large: more than {limit}")]
    TooLarge {
        /// What was counted.
        what: &'static str,
        /// How many are allowed.
        limit: usize,
    },
    /// A member that must say something says nothing.
    #[error("{0} is empty")]
    Empty(&'static str),
    /// Two attributes that AnonCreds cannot tell apart: it leaves out spaces and capitals.
    #[error("two attributes are called {0} (spaces and capitals make no difference)")]
    SameAttribute(String),
    /// An attribute called as the holder's link secret is called in the signature.
    #[error("an attribute cannot be called {0}: that is where the holder's link secret stands")]
    ReservedAttribute(String),
    /// A number that is not written as digits, or out of range.
    #[error("{what} is not a number as it should be: {problem}")]
    Number {
        /// Which number.
        what: &'static str,
        /// What is wrong with it, as a clause.
        problem: &'static str,
    },
    /// Cryptographic parts that cannot be read.
    #[error("the cryptographic parts of {what} cannot be read: {problem}")]
    Parts {
        /// Of which object.
        what: &'static str,
        /// What is wrong, as a clause.
        problem: String,
    },
    /// Not JSON, or not the JSON of this object.
    #[error("this is not {what}: {problem}")]
    Json {
        /// What should have been read.
        what: &'static str,
        /// What is wrong, as a clause.
        problem: String,
    },
    /// Members that contradict each other.
    #[error("{0}")]
    Contradiction(&'static str),
}

impl ObjectError {
    pub(crate) fn parts(what: &'static str, problem: impl ToString) -> Self {
        Self::Parts { what, problem: problem.to_string() }
    }
}

/// The beginning of a stranger's text, short enough for a sentence.
pub(crate) fn excerpt(text: &str) -> String {
    const SHOWN: usize = 80;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
