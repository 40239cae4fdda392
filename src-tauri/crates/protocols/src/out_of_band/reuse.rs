//! `handshake-reuse` and `handshake-reuse-accepted` (RFC 0434): a receiver that has a connection with the inviter says
//! so instead of shaking hands again. The parent thread names the new invitation; the thread is the reuse message's.

use serde_json::json;
use vouchsafe_didcomm::{Message, Thread};

use crate::report_problem::ProblemReport;
use crate::step::{Context, ProtocolError};

/// The code for a reuse of a connection that is not known, or belongs to another invitation.
pub const NO_EXISTING_CONNECTION: &str = "no_existing_connection";
/// The code for a reuse of a connection that is not complete.
pub const EXISTING_CONNECTION_NOT_ACTIVE: &str = "existing_connection_not_active";

/// A reuse of ours for the invitation `pthid`, in the minor version of that invitation.
///
/// # Errors
/// [`ProtocolError::Unsendable`] if the message cannot be written.
pub fn handshake_reuse(pthid: &str, minor: u32, context: &mut Context<'_>) -> Result<Message, ProtocolError> {
    let id = context.new_id();
    build("handshake-reuse", id.clone(), minor, Thread::of(id).under(pthid))
}

/// The answer to a reuse: both of its threads again.
///
/// # Errors
/// [`ProtocolError::Unsendable`] if the message cannot be written.
pub fn handshake_reuse_accepted(
    reuse: &Message,
    pthid: &str,
    context: &mut Context<'_>,
) -> Result<Message, ProtocolError> {
    let thread = Thread::of(reuse.thread_id()).under(pthid);
    build("handshake-reuse-accepted", context.new_id(), reuse.message_type().minor, thread)
}

/// The report for a reuse that is refused.
pub fn refusal(minor: u32, code: &str) -> ProblemReport {
    let words = if code == EXISTING_CONNECTION_NOT_ACTIVE {
        "The connection is not complete."
    } else {
        "There is no such connection here; use the handshake instead."
    };
    ProblemReport::new(&format!("{}/problem_report", protocol(minor)), code, words)
}

/// What a request for an invitation gets that cannot be used, where no handshake's own report fits.
pub(crate) fn protocol(minor: u32) -> &'static str {
    if minor == 0 { "https://didcomm.org/out-of-band/1.0" } else { "https://didcomm.org/out-of-band/1.1" }
}

fn build(name: &str, id: String, minor: u32, thread: Thread) -> Result<Message, ProtocolError> {
    Message::build(&format!("{}/{name}", protocol(minor)), id, &json!({}))
        .map(|message| message.with_thread(thread))
        .map_err(|error| ProtocolError::Unsendable(error.to_string()))
}
