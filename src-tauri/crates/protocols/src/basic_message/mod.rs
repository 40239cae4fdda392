//! Basic message 1.0 (RFC 0095): a line of text from one person to the other. It is text and nothing else: it is never
//! rendered as markup, and it is bounded before it is kept.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use vouchsafe_didcomm::Message;

use crate::step::{Context, ProtocolError};

/// The prefix of this protocol's message types.
pub const PROTOCOL: &str = "https://didcomm.org/basicmessage/1.0";
/// The longest text that is sent or taken, in bytes.
pub const MAX_CONTENT_BYTES: usize = 64 * 1024;

/// A message that was received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasicMessage {
    /// Its `@id`.
    pub message_id: String,
    /// The text.
    pub content: String,
    /// When it was written, if the peer says so in a way that can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_time: Option<Timestamp>,
    /// The language, if the peer names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Body {
    #[serde(default, rename = "~l10n", skip_serializing_if = "Option::is_none")]
    l10n: Option<serde_json::Value>,
    #[serde(default)]
    sent_time: Option<String>,
    content: String,
}

/// A message of ours.
///
/// # Errors
/// [`ProtocolError::Unsendable`] if the text is longer than [`MAX_CONTENT_BYTES`].
pub fn message(text: &str, context: &mut Context<'_>) -> Result<Message, ProtocolError> {
    if text.len() > MAX_CONTENT_BYTES {
        return Err(ProtocolError::Unsendable(format!("the text is longer than {MAX_CONTENT_BYTES} bytes")));
    }
    let body = Body { l10n: None, sent_time: Some(context.now.to_string()), content: text.to_owned() };
    Message::build(&format!("{PROTOCOL}/message"), context.new_id(), &body)
        .map_err(|error| ProtocolError::Unsendable(error.to_string()))
}

/// Takes a message of this protocol.
///
/// # Errors
/// [`ProtocolError::PeerMisbehaved`] if it has no text or too much of it, [`ProtocolError::PeerIncompatible`] if its
/// type is unknown.
pub fn receive(message: &Message) -> Result<BasicMessage, ProtocolError> {
    let message_type = message.message_type();
    if !message_type.is("basicmessage", 1, "message") {
        return Err(ProtocolError::incompatible(format!("{message_type} is not a basic message")));
    }
    let body: Body = message.body()?;
    if body.content.len() > MAX_CONTENT_BYTES {
        return Err(ProtocolError::misbehaved(format!("its text is longer than {MAX_CONTENT_BYTES} bytes")));
    }
    // ACA-Py writes `2026-11-23 09:45:39Z` in older versions; a time that cannot be read is no reason to lose a text.
    let sent_time = body.sent_time.and_then(|time| time.replacen(' ', "T", 1).parse().ok());
    let locale = message.l10n().and_then(|l10n| l10n.locale).map(|locale| locale.chars().take(35).collect());
    Ok(BasicMessage { message_id: message.id().to_owned(), content: body.content, sent_time, locale })
}
