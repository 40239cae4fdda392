//! A plaintext agent message (Aries RFC 0020): a JSON object with a type and an id, kept as it came so that nothing a
//! later RFC added is lost. Parsing defends against bodies that are too large, too deep, not UTF-8 or not a message.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::DeserializeOwned};
use serde_json::{Map, Value};

use crate::{
    decorator::{L10n, PleaseAck, ReturnRoute, ServiceDecorator, Thread, Timing, Transport},
    message_type::MessageType,
};

/// The largest plaintext message that is read, in bytes (1 MiB).
pub const MAX_MESSAGE_BYTES: usize = 1024 * 1024;

/// How deeply a message's objects and arrays may nest.
pub const MAX_DEPTH: usize = 64;

/// The longest message or thread id that is read, in bytes.
pub const MAX_ID_BYTES: usize = 256;
/// The longest parent thread id, in bytes. A request without an invitation names a public DID there (RFC 0023), and
/// that may be a long one.
pub const MAX_PARENT_BYTES: usize = 8 * 1024;

/// Why something is not a message. All but [`MessageError::Unwritable`] are the sender's fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// It is larger than [`MAX_MESSAGE_BYTES`].
    #[error("the message has {0} bytes; at most {MAX_MESSAGE_BYTES} are read")]
    TooLarge(usize),
    /// It nests deeper than [`MAX_DEPTH`].
    #[error("the message nests deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// It is not UTF-8.
    #[error("the message is not UTF-8")]
    NotUtf8,
    /// It is not JSON; the text says where it went wrong.
    #[error("the message is not JSON: {0}")]
    NotJson(String),
    /// It is JSON, but not an object.
    #[error("the message is not a JSON object")]
    NotAnObject,
    /// `@type` is missing or no string.
    #[error("the message has no @type")]
    NoType,
    /// `@type` is not of the two known prefixes or otherwise malformed.
    #[error("the message's type {0:?} is not one of DIDComm v1")]
    MalformedType(String),
    /// `@id` is missing, no string, empty or too long.
    #[error("the message has no usable @id")]
    NoId,
    /// `~thread` is not what RFC 0008 says.
    #[error("the message's ~thread is malformed")]
    MalformedThread,
    /// The body lacks what its type requires; the text names the member.
    #[error("the {message_type} message is malformed: {reason}")]
    MalformedBody {
        /// The message's type.
        message_type: String,
        /// What is wrong with which member.
        reason: String,
    },
    /// A message of ours could not be written: its body is not an object. Our own fault.
    #[error("the message cannot be written: {0}")]
    Unwritable(String),
}

/// A plaintext agent message: the JSON object as received, its members in their order. Cheap to clone: records, events
/// and deliveries share one object.
#[derive(Clone, PartialEq)]
pub struct Message {
    body: Arc<Map<String, Value>>,
    kind: MessageType,
    id: String,
    thread: Option<Thread>,
}

impl Message {
    /// Reads a message that came over the wire.
    ///
    /// # Errors
    /// Says what makes the bytes no message.
    pub fn parse(bytes: &[u8]) -> Result<Self, MessageError> {
        if bytes.len() > MAX_MESSAGE_BYTES {
            return Err(MessageError::TooLarge(bytes.len()));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| MessageError::NotUtf8)?;
        check_depth(text)?;
        let value = serde_json::from_str(text).map_err(|error| MessageError::NotJson(error.to_string()))?;
        Self::from_object(value)
    }

    /// The message that this JSON value is.
    ///
    /// # Errors
    /// As [`Message::parse`].
    pub fn from_value(value: Value) -> Result<Self, MessageError> {
        if deeper_than(&value, MAX_DEPTH) {
            return Err(MessageError::TooDeep);
        }
        Self::from_object(value)
    }

    /// A new message of the type `type_uri`. The body's members follow `@type` and `@id`.
    ///
    /// # Errors
    /// [`MessageError::Unwritable`] if the body does not serialise to an object, or the type's or id's error.
    pub fn build(type_uri: &str, id: impl Into<String>, body: &impl Serialize) -> Result<Self, MessageError> {
        let body = match serde_json::to_value(body) {
            Ok(Value::Object(body)) => body,
            Ok(Value::Null) => Map::new(),
            Ok(_) => return Err(MessageError::Unwritable("its body is not an object".to_owned())),
            Err(error) => return Err(MessageError::Unwritable(error.to_string())),
        };
        let mut object = Map::with_capacity(body.len().saturating_add(2));
        object.insert("@type".to_owned(), Value::String(type_uri.to_owned()));
        object.insert("@id".to_owned(), Value::String(id.into()));
        object.extend(body.into_iter().filter(|(member, _)| member != "@type" && member != "@id"));
        Self::from_object(Value::Object(object))
    }

    fn from_object(value: Value) -> Result<Self, MessageError> {
        let Value::Object(body) = value else { return Err(MessageError::NotAnObject) };
        let Some(Value::String(type_uri)) = body.get("@type") else { return Err(MessageError::NoType) };
        let kind = type_uri.parse().map_err(|_| MessageError::MalformedType(type_uri.chars().take(256).collect()))?;
        let id = match body.get("@id") {
            Some(Value::String(id)) if is_id(id) => id.clone(),
            _ => return Err(MessageError::NoId),
        };
        let thread = thread_of(&body)?;
        Ok(Self { body: Arc::new(body), kind, id, thread })
    }

    /// Its type.
    pub fn message_type(&self) -> &MessageType {
        &self.kind
    }

    /// Its `@id`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The id of its thread: `~thread.thid`, or its own id if it begins one.
    pub fn thread_id(&self) -> &str {
        self.thread.as_ref().and_then(|thread| thread.thid.as_deref()).unwrap_or(&self.id)
    }

    /// Its `~thread`, if it carries one.
    pub fn thread(&self) -> Option<&Thread> {
        self.thread.as_ref()
    }

    /// The id of its parent thread, for example of the invitation that it answers.
    pub fn parent_thread_id(&self) -> Option<&str> {
        self.thread.as_ref().and_then(|thread| thread.pthid.as_deref())
    }

    /// Its return route, if it carries one that is understood.
    pub fn transport(&self) -> Option<ReturnRoute> {
        self.decorator::<Transport>("~transport").and_then(Transport::route)
    }

    /// The acknowledgements it asks for.
    pub fn please_ack(&self) -> Option<PleaseAck> {
        self.decorator("~please_ack")
    }

    /// Its times.
    pub fn timing(&self) -> Option<Timing> {
        self.decorator("~timing")
    }

    /// Where to answer it if there is no connection.
    pub fn service(&self) -> Option<ServiceDecorator> {
        self.decorator("~service")
    }

    /// The language of its texts.
    pub fn l10n(&self) -> Option<L10n> {
        self.decorator("~l10n")
    }

    /// A decorator that is malformed says nothing, as one that is unknown: it must not lose the message it rides on.
    fn decorator<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        self.body.get(name).and_then(Value::as_object).and_then(|value| T::deserialize(value).ok())
    }

    /// The same message in this thread.
    #[must_use]
    pub fn with_thread(mut self, thread: Thread) -> Self {
        self.decorate("~thread", &thread);
        self.thread = Some(thread);
        self
    }

    /// The same message with this return route.
    #[must_use]
    pub fn with_return_route(mut self, route: ReturnRoute) -> Self {
        self.decorate("~transport", &Transport::from(route));
        self
    }

    /// The same message, to be answered at this service.
    #[must_use]
    pub fn with_service(mut self, service: &ServiceDecorator) -> Self {
        self.decorate("~service", service);
        self
    }

    /// The same message, asking for these acknowledgements.
    #[must_use]
    pub fn with_please_ack(mut self, please_ack: &PleaseAck) -> Self {
        self.decorate("~please_ack", please_ack);
        self
    }

    /// The same message with these times.
    #[must_use]
    pub fn with_timing(mut self, timing: &Timing) -> Self {
        self.decorate("~timing", timing);
        self
    }

    fn decorate(&mut self, name: &str, decorator: &impl Serialize) {
        // Decorators are plain structs of strings, numbers and times: writing one as a value cannot fail.
        if let Ok(value) = serde_json::to_value(decorator) {
            Arc::make_mut(&mut self.body).insert(name.to_owned(), value);
        }
    }

    /// What the message says, as the type that its protocol has for it. Members that `T` does not know are ignored.
    ///
    /// # Errors
    /// [`MessageError::MalformedBody`] names what is missing or wrong.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, MessageError> {
        T::deserialize(&*self.body).map_err(|error| MessageError::MalformedBody {
            message_type: self.kind.to_string(),
            reason: error.to_string(),
        })
    }

    /// The whole object.
    pub fn as_value(&self) -> &Map<String, Value> {
        &self.body
    }

    /// The message as it crosses the wire.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Maps with string keys always serialise.
        serde_json::to_vec(&*self.body).unwrap_or_default()
    }
}

/// Type and id alone: what a message says belongs in no log.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("type", &format_args!("{}", self.kind))
            .field("id", &self.id)
            .field("thread", &self.thread)
            .finish_non_exhaustive()
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.body.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Message {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_value(Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// Ids are compared, stored and shown: they are short and have no control characters.
fn is_id(id: &str) -> bool {
    is_bounded(id, MAX_ID_BYTES)
}

fn is_bounded(id: &str, most: usize) -> bool {
    !id.is_empty() && id.len() <= most && !id.contains(char::is_control)
}

fn thread_of(body: &Map<String, Value>) -> Result<Option<Thread>, MessageError> {
    let thread = match body.get("~thread") {
        None | Some(Value::Null) => return Ok(None),
        // Serde would take an array for a struct as well; the RFC does not.
        Some(Value::Object(thread)) => Thread::deserialize(thread).map_err(|_| MessageError::MalformedThread)?,
        Some(_) => return Err(MessageError::MalformedThread),
    };
    let parent_fits = thread.pthid.as_deref().is_none_or(|id| is_bounded(id, MAX_PARENT_BYTES));
    if thread.thid.as_deref().is_none_or(is_id) && parent_fits {
        Ok(Some(thread))
    } else {
        Err(MessageError::MalformedThread)
    }
}

/// Refuses text that nests too deeply before anything is built from it.
fn check_depth(text: &str) -> Result<(), MessageError> {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => {
                depth = depth.saturating_add(1);
                if depth > MAX_DEPTH {
                    return Err(MessageError::TooDeep);
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

fn deeper_than(value: &Value, levels: usize) -> bool {
    let below = |child: &Value| levels == 0 || deeper_than(child, levels.saturating_sub(1));
    match value {
        Value::Array(items) => levels == 0 || items.iter().any(below),
        Value::Object(members) => levels == 0 || members.values().any(below),
        _ => false,
    }
}
