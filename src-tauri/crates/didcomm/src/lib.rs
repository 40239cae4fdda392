//! DIDComm v1: what two agents say to each other and the envelope they say it in.
//!
//! [`Message`] is a plaintext message with its decorators (Aries RFC 0020, 0008 and the decorators' own RFCs),
//! [`Attachment`] is what rides in it (RFC 0017), [`envelope`] seals it for the keys it is meant for (RFC 0019) and
//! [`forward`] wraps it for a mediator (RFC 0094). Everything that is parsed here comes from strangers: each parser
//! bounds size and depth before it looks, and answers with an error that says what was wrong.

pub mod attachment;
mod base64url;
pub mod decorator;
pub mod envelope;
pub mod forward;
pub mod key;
pub mod message;
pub mod message_type;
pub mod mime;

pub use attachment::{Attachment, AttachmentData, AttachmentError, Link};
pub use decorator::{AckOn, L10n, PleaseAck, ReturnRoute, ServiceDecorator, Thread, Timing};
pub use envelope::{Envelope, EnvelopeError, Opened, pack};
pub use forward::wrap_forward;
pub use key::{KeyError, SigningKey, Verkey};
pub use message::{MAX_MESSAGE_BYTES, Message, MessageError};
pub use message_type::{MessageType, Prefix};
