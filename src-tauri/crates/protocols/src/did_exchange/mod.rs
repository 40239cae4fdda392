//! DID Exchange 1.0 and 1.1 (RFC 0023): two sides tell each other the DID that each will use. The invitation's key is
//! the only thing that the requester knows of the responder, so the response must be signed by it: a `did_doc~attach`
//! (1.0, unqualified DIDs) or a `did_rotate~attach` (1.1). Defends against a response by anybody else, a document that
//! nobody signed, a thread of another request, and a second request for an invitation that serves one.

pub mod message;
pub mod requester;
pub mod responder;

pub use crate::connection::Event;
pub use message::{Complete, PresentedDid, Request, Response, Rotation, Signatures, Verified};

use crate::connection::Handshake;
use crate::report_problem::ProblemReport;

/// The codes that RFC 0023 and ACA-Py give the problems of this protocol.
pub mod problem {
    /// The request is refused: by the person, or because the invitation cannot be used.
    pub const REQUEST_NOT_ACCEPTED: &str = "request_not_accepted";
    /// The request cannot be understood or its DID cannot be resolved.
    pub const REQUEST_PROCESSING_ERROR: &str = "request_processing_error";
    /// The response is refused: its signature or its DID is not right.
    pub const RESPONSE_NOT_ACCEPTED: &str = "response_not_accepted";
    /// The response cannot be understood or its DID cannot be resolved.
    pub const RESPONSE_PROCESSING_ERROR: &str = "response_processing_error";
    /// The completion is refused.
    pub const COMPLETE_NOT_ACCEPTED: &str = "complete_not_accepted";
}

/// A report of `code` in the version of the handshake that is spoken.
pub(crate) fn report(protocol: Handshake, code: &str, words: &str) -> ProblemReport {
    ProblemReport::new(&format!("{}/problem_report", protocol.uri()), code, words)
}
