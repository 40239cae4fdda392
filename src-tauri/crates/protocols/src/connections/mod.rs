//! Connections 1.0 (RFC 0160): the older handshake. The response carries its DID document under a signature by the
//! invitation's key. Defends against a response by anybody else, a request whose document is not its sender's, and a
//! second request for an invitation that serves one.

pub mod invitation;
pub mod invitee;
pub mod inviter;
pub mod message;
pub mod signature;

pub use crate::connection::Event;
pub use invitation::Invitation;
pub use message::{ConnectionBody, Request, Response};
pub use signature::SignatureDecorator;

use crate::did_exchange::problem;
use crate::report_problem::ProblemReport;

/// The prefix of this protocol's message types.
pub const PROTOCOL: &str = "https://didcomm.org/connections/1.0";

pub(crate) fn report(code: &str, words: &str) -> ProblemReport {
    ProblemReport::new(&format!("{PROTOCOL}/problem_report"), code, words)
}

pub(crate) fn request_refused(words: &str) -> ProblemReport {
    report(problem::REQUEST_NOT_ACCEPTED, words)
}
