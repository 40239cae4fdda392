//! Forward messages (Aries RFC 0094): an envelope inside an envelope for each mediator on the way, so that a mediator
//! learns the next key and nothing else.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    envelope::{EnvelopeError, pack},
    key::Verkey,
    message::{Message, MessageError},
};

/// The type of a forward message.
pub const FORWARD: &str = "https://didcomm.org/routing/1.0/forward";

/// The body of a forward message: what a mediator reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Forward {
    /// The key that the enclosed envelope is for: a raw base58 key, as all agents understand it.
    pub to: String,
    /// The enclosed envelope.
    pub msg: Value,
}

/// Why an envelope cannot be wrapped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ForwardError {
    /// What was to be forwarded is no envelope.
    #[error("what is to be forwarded is not JSON")]
    NotAnEnvelope,
    /// The forward message could not be written.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// The forward message could not be packed.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
}

/// Wraps a packed envelope for `to` in one anoncrypted forward message for each routing key. The first routing key is
/// the outermost: its mediator receives the result. Without routing keys the envelope comes back as it was.
///
/// # Errors
/// Says which layer could not be made.
pub fn wrap_forward(
    packed: &[u8],
    to: &Verkey,
    routing_keys: &[Verkey],
    mut new_id: impl FnMut() -> String,
) -> Result<Vec<u8>, ForwardError> {
    let mut packed = packed.to_vec();
    let mut next = *to;
    for routing_key in routing_keys.iter().rev() {
        let msg = serde_json::from_slice(&packed).map_err(|_| ForwardError::NotAnEnvelope)?;
        let forward = Message::build(FORWARD, new_id(), &Forward { to: next.to_string(), msg })?;
        packed = pack(&forward.to_bytes(), None, &[*routing_key])?;
        next = *routing_key;
    }
    Ok(packed)
}
