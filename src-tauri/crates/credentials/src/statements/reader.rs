//! Where the reader of a document is, and what it has found so far: the statements, and the members on the way to the
//! value at hand, by which every error names its place. Size and depth are bounded here.

use crate::canonical::{Quad, Term};
use crate::error::CredentialError;

/// Objects and arrays within each other.
pub(crate) const MAX_DEPTH: usize = 32;
/// Statements of one document.
const MAX_STATEMENTS: usize = 10_000;

pub(super) struct Reader {
    quads: Vec<Quad>,
    next_blank: usize,
    pub(super) path: Vec<String>,
    /// The graph that statements go into; none: the default graph.
    pub(super) graph: Option<Term>,
}

impl Reader {
    pub(super) fn new() -> Self {
        Self { quads: Vec::new(), next_blank: 0, path: Vec::new(), graph: None }
    }

    pub(super) fn into_quads(self) -> Vec<Quad> {
        self.quads
    }

    pub(super) fn say(&mut self, subject: &Term, predicate: String, object: Term) -> Result<(), CredentialError> {
        if self.quads.len() >= MAX_STATEMENTS {
            return Err(CredentialError::TooLarge { what: "statements", limit: MAX_STATEMENTS });
        }
        let graph = self.graph.clone();
        self.quads.push(Quad { subject: subject.clone(), predicate, object, graph });
        Ok(())
    }

    pub(super) fn blank(&mut self) -> Term {
        self.next_blank += 1;
        Term::Blank(self.next_blank)
    }

    /// One level further in, for nesting that adds no member to the path.
    pub(super) fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, CredentialError>,
    ) -> Result<T, CredentialError> {
        self.path.push("@list".to_owned());
        if self.path.len() > MAX_DEPTH {
            return Err(CredentialError::TooLarge { what: "levels", limit: MAX_DEPTH });
        }
        let result = read(self);
        self.path.pop();
        result
    }

    pub(super) fn within<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut Self) -> Result<T, CredentialError>,
    ) -> Result<T, CredentialError> {
        self.path.push(key.to_owned());
        let result = read(self);
        self.path.pop();
        result
    }

    fn member(&self) -> String {
        self.path.join(".")
    }

    pub(super) fn undefined(&self) -> CredentialError {
        CredentialError::Undefined { member: self.member() }
    }

    pub(super) fn not_covered(&self, reason: &'static str) -> CredentialError {
        CredentialError::NotCovered { member: self.member(), reason }
    }

    pub(super) fn malformed(&self, problem: &str) -> CredentialError {
        CredentialError::malformed(self.member(), problem)
    }

    pub(super) fn malformed_at(&self, key: &str, problem: &str) -> CredentialError {
        let mut path = self.path.clone();
        path.push(key.to_owned());
        CredentialError::malformed(path.join("."), problem)
    }
}
