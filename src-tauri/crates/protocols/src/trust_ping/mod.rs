//! Trust ping 1.0 (RFC 0048): are you there, and do your keys work? No record and no state: a ping is answered or not.
//! The name of the answer is `ping_response`, with an underscore, as RFC and ACA-Py have it.

use serde::{Deserialize, Serialize};
use vouchsafe_didcomm::{Message, Thread};

use crate::step::{Context, ProtocolError};

/// The prefix of this protocol's message types.
pub const PROTOCOL: &str = "https://didcomm.org/trust_ping/1.0";
/// The longest comment that is kept, in characters.
pub const MAX_COMMENT_CHARS: usize = 1000;

#[derive(Serialize, Deserialize)]
struct PingBody {
    // RFC 0048: a ping that says nothing wants an answer.
    #[serde(default = "wanted")]
    response_requested: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
}

fn wanted() -> bool {
    true
}

/// What was received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The peer pinged.
    PingReceived {
        /// The ping's thread.
        thid: String,
        /// What it said besides.
        comment: Option<String>,
        /// Whether it was answered.
        answered: bool,
    },
    /// The peer answered a ping of ours.
    ResponseReceived {
        /// The thread: our ping's id.
        thid: String,
        /// What it said besides.
        comment: Option<String>,
    },
}

/// A ping of ours; its `@id` is the thread on which the answer comes.
///
/// # Errors
/// [`ProtocolError::Unsendable`] if the message cannot be written.
pub fn ping(
    comment: Option<&str>,
    response_requested: bool,
    context: &mut Context<'_>,
) -> Result<Message, ProtocolError> {
    let body = PingBody { response_requested, comment: comment.map(str::to_owned) };
    Message::build(&format!("{PROTOCOL}/ping"), context.new_id(), &body)
        .map_err(|error| ProtocolError::Unsendable(error.to_string()))
}

/// Takes a message of this protocol: what happened, and the answer if it wants one.
///
/// # Errors
/// [`ProtocolError::PeerMisbehaved`] if it is malformed, [`ProtocolError::PeerIncompatible`] if its type is unknown.
pub fn receive(message: &Message, context: &mut Context<'_>) -> Result<(Event, Option<Message>), ProtocolError> {
    let message_type = message.message_type();
    let shorten = |comment: Option<String>| comment.map(|words| words.chars().take(MAX_COMMENT_CHARS).collect());
    if message_type.is("trust_ping", 1, "ping") {
        let body: PingBody = message.body()?;
        let thid = message.thread_id().to_owned();
        let answer = if body.response_requested {
            let answer = Message::build(&format!("{PROTOCOL}/ping_response"), context.new_id(), &serde_json::json!({}))
                .map_err(|error| ProtocolError::Unsendable(error.to_string()))?
                .with_thread(Thread::of(thid.clone()));
            Some(answer)
        } else {
            None
        };
        let event = Event::PingReceived { thid, comment: shorten(body.comment), answered: answer.is_some() };
        return Ok((event, answer));
    }
    if message_type.is("trust_ping", 1, "ping_response") {
        let body: PingBody = message.body()?;
        let event = Event::ResponseReceived { thid: message.thread_id().to_owned(), comment: shorten(body.comment) };
        return Ok((event, None));
    }
    Err(ProtocolError::incompatible(format!("{message_type} is not a trust ping")))
}
