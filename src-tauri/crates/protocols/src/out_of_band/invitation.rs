//! The invitation message of RFC 0434: read from a stranger within bounds, or built from a draft. It keeps the message
//! as it came, so that what is stored and shown again is what was received.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use vouchsafe_didcomm::{Attachment, MAX_MESSAGE_BYTES, Message, Timing, Verkey};

use crate::connection::{Handshake, MAX_DID_BYTES, Target, cut_label};
use crate::step::{Context, InvitationProblem, ProtocolError};

/// The most services that an invitation may name.
pub const MAX_SERVICES: usize = 10;
/// The most keys that a service may name, of each kind.
pub const MAX_KEYS: usize = 10;
/// The longest address of a service, in bytes.
pub const MAX_ENDPOINT_BYTES: usize = 2048;
/// The most attached messages.
pub const MAX_ATTACHMENTS: usize = 10;
/// The most handshake protocols and `accept` profiles.
pub const MAX_PROTOCOLS: usize = 20;
/// The longest goal that is kept, in characters.
pub const MAX_GOAL_CHARS: usize = 500;

/// An invitation. Serialises as the message that was received or built.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Message", into = "Message")]
pub struct Invitation {
    message: Message,
    label: Option<String>,
    goal_code: Option<String>,
    goal: Option<String>,
    accept: Vec<String>,
    handshake_protocols: Vec<String>,
    services: Vec<Service>,
    requests: Vec<Attachment>,
    image_url: Option<String>,
}

/// How the inviter can be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Service {
    /// By what this DID resolves to.
    Did(String),
    /// As the invitation itself says.
    Inline(InlineService),
}

/// A service that the invitation itself describes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InlineService {
    /// Its id. Credo refuses a service without one.
    #[serde(default)]
    pub id: String,
    /// `did-communication`.
    #[serde(default = "did_communication", rename = "type")]
    pub service_type: String,
    /// The keys that speak for the inviter. Sent as did:key with fragment, as ACA-Py does; Credo takes no raw keys.
    #[serde(rename = "recipientKeys", serialize_with = "as_references")]
    pub recipient_keys: Vec<Verkey>,
    /// The mediators' keys.
    #[serde(default, rename = "routingKeys", skip_serializing_if = "Vec::is_empty", serialize_with = "as_references")]
    pub routing_keys: Vec<Verkey>,
    /// Its address.
    #[serde(rename = "serviceEndpoint")]
    pub endpoint: String,
}

fn did_communication() -> String {
    "did-communication".to_owned()
}

fn as_references<S: serde::Serializer>(keys: &[Verkey], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(keys.iter().map(Verkey::to_did_key_reference))
}

impl InlineService {
    /// The service that ACA-Py writes for `target`; without an address it says that messages wait to be fetched.
    pub fn of(target: &Target) -> Self {
        Self {
            id: "#inline".to_owned(),
            service_type: did_communication(),
            recipient_keys: target.recipient_keys.clone(),
            routing_keys: target.routing_keys.clone(),
            endpoint: target.endpoint.clone().unwrap_or_else(|| "didcomm:transport/queue".to_owned()),
        }
    }

    /// Where messages for the inviter go.
    pub fn target(&self) -> Target {
        let reachable = self.endpoint != "didcomm:transport/queue";
        Target {
            endpoint: reachable.then(|| self.endpoint.clone()),
            recipient_keys: self.recipient_keys.clone(),
            routing_keys: self.routing_keys.clone(),
        }
    }
}

/// What an invitation of ours is to say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    /// What we call ourselves.
    pub label: Option<String>,
    /// Out-of-band 1.0 instead of 1.1.
    pub version_1_0: bool,
    /// What for, as a code.
    pub goal_code: Option<String>,
    /// What for, in words.
    pub goal: Option<String>,
    /// The DIDComm profiles that we take; left out when empty.
    pub accept: Vec<String>,
    /// The handshakes offered, the preferred first; empty for a connectionless invitation, which must have an
    /// attachment.
    pub handshake_protocols: Vec<Handshake>,
    /// How we can be reached.
    pub services: Vec<Service>,
    /// Messages that ride along, whole; the first that the receiver can take is meant.
    pub requests: Vec<Message>,
    /// Our picture.
    pub image_url: Option<String>,
    /// Until when it can be used.
    pub expires_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    label: Option<String>,
    #[serde(default)]
    goal_code: Option<String>,
    #[serde(default)]
    goal: Option<String>,
    #[serde(default)]
    accept: Option<Vec<String>>,
    #[serde(default)]
    handshake_protocols: Option<Vec<String>>,
    #[serde(default)]
    services: Vec<Service>,
    #[serde(default, rename = "requests~attach")]
    requests: Option<Vec<Attachment>>,
    // Met under all three names; only ever shown, never fetched unasked.
    #[serde(default, rename = "imageUrl", alias = "image_url", alias = "profileUrl")]
    image_url: Option<String>,
}

impl Invitation {
    /// Reads a message as an invitation.
    ///
    /// # Errors
    /// [`ProtocolError::Invitation`] if it is none, a member is beyond its bound, or it offers neither a handshake nor
    /// a message.
    pub fn read(message: Message) -> Result<Self, ProtocolError> {
        let malformed = |reason: String| ProtocolError::invitation(InvitationProblem::Malformed(reason));
        if !message.message_type().is("out-of-band", 1, "invitation") {
            return Err(malformed(format!("{} is not an invitation", message.message_type())));
        }
        let body: Body = message.body().map_err(|error| malformed(error.to_string()))?;
        let accept = body.accept.unwrap_or_default();
        let handshake_protocols = body.handshake_protocols.unwrap_or_default();
        let requests = body.requests.unwrap_or_default();
        if body.services.is_empty() || body.services.len() > MAX_SERVICES {
            return Err(malformed(format!("it names {} services", body.services.len())));
        }
        for service in &body.services {
            check_service(service).map_err(malformed)?;
        }
        if accept.len() > MAX_PROTOCOLS || handshake_protocols.len() > MAX_PROTOCOLS {
            return Err(malformed("it names too many protocols".to_owned()));
        }
        if requests.len() > MAX_ATTACHMENTS {
            return Err(malformed(format!("it has {} attachments", requests.len())));
        }
        if handshake_protocols.is_empty() && requests.is_empty() {
            return Err(malformed("it offers neither a handshake nor a message".to_owned()));
        }
        let short = |text: Option<String>| text.map(|text| text.chars().take(MAX_GOAL_CHARS).collect());
        Ok(Self {
            label: body.label.map(|label| cut_label(&label)),
            goal_code: short(body.goal_code),
            goal: short(body.goal),
            accept,
            handshake_protocols,
            services: body.services,
            requests,
            image_url: body.image_url.filter(|url| url.len() <= MAX_ENDPOINT_BYTES),
            message,
        })
    }

    /// Builds an invitation. Its members stand in the order in which ACA-Py writes them.
    ///
    /// # Errors
    /// [`ProtocolError::Unsendable`] if it would not be read as an invitation, for example for want of a service.
    pub fn build(draft: &Draft, context: &mut Context<'_>) -> Result<Self, ProtocolError> {
        let id = context.new_id();
        Self::build_with_id(draft, id)
    }

    /// The same with a given `@id`, which attached messages may have to name as their parent thread beforehand.
    ///
    /// # Errors
    /// As [`Invitation::build`].
    pub fn build_with_id(draft: &Draft, id: String) -> Result<Self, ProtocolError> {
        let unsendable = |error: serde_json::Error| ProtocolError::Unsendable(error.to_string());
        let mut body = Map::new();
        let mut put = |member: &str, value: Value| body.insert(member.to_owned(), value);
        if let Some(label) = &draft.label {
            put("label", Value::from(label.as_str()));
        }
        // An empty list too: that is how ACA-Py marks a connectionless invitation.
        put("handshake_protocols", draft.handshake_protocols.iter().map(|handshake| handshake.uri()).collect());
        if !draft.accept.is_empty() {
            put("accept", Value::from(draft.accept.clone()));
        }
        if !draft.requests.is_empty() {
            let attached: Vec<Attachment> = draft
                .requests
                .iter()
                .enumerate()
                .map(|(number, message)| {
                    Attachment::json(&format!("request-{number}"), Value::Object(message.as_value().clone()))
                })
                .collect();
            put("requests~attach", serde_json::to_value(attached).map_err(unsendable)?);
        }
        put("services", serde_json::to_value(&draft.services).map_err(unsendable)?);
        for (member, text) in [("goal_code", &draft.goal_code), ("goal", &draft.goal), ("imageUrl", &draft.image_url)] {
            if let Some(text) = text {
                put(member, Value::from(text.as_str()));
            }
        }
        let version = if draft.version_1_0 { "1.0" } else { "1.1" };
        let mut message = Message::build(&format!("https://didcomm.org/out-of-band/{version}/invitation"), id, &body)
            .map_err(|error| ProtocolError::Unsendable(error.to_string()))?;
        if let Some(at) = draft.expires_at {
            message = message.with_timing(&Timing { expires_time: Some(at), ..Timing::default() });
        }
        Self::read(message).map_err(|error| ProtocolError::Unsendable(error.to_string()))
    }

    /// Its `@id`, the parent thread of all that comes of it.
    pub fn id(&self) -> &str {
        self.message.id()
    }

    /// What the inviter calls itself; not verified by anything.
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// What for, as a code.
    pub fn goal_code(&self) -> Option<&str> {
        self.goal_code.as_deref()
    }

    /// What for, in words.
    pub fn goal(&self) -> Option<&str> {
        self.goal.as_deref()
    }

    /// The DIDComm profiles that the inviter takes; empty if it does not say.
    pub fn accept(&self) -> &[String] {
        &self.accept
    }

    /// The handshakes offered, as they were written, the preferred first.
    pub fn handshake_protocols(&self) -> &[String] {
        &self.handshake_protocols
    }

    /// The handshakes offered that are spoken here, in the inviter's order.
    pub fn handshakes(&self) -> Vec<Handshake> {
        self.handshake_protocols.iter().filter_map(|name| name.parse().ok()).collect()
    }

    /// The handshake to take: the first of the inviter's that is spoken here (RFC 0434); none for a connectionless
    /// invitation.
    ///
    /// # Errors
    /// [`ProtocolError::PeerIncompatible`] if handshakes are offered and none is spoken here.
    pub fn choose_handshake(&self) -> Result<Option<Handshake>, ProtocolError> {
        match self.handshakes().first() {
            Some(handshake) => Ok(Some(*handshake)),
            None if self.handshake_protocols.is_empty() => Ok(None),
            None => Err(ProtocolError::incompatible(format!(
                "the invitation offers only {}",
                cut_label(&self.handshake_protocols.join(", "))
            ))),
        }
    }

    /// How the inviter can be reached, the preferred first.
    pub fn services(&self) -> &[Service] {
        &self.services
    }

    /// The attached messages that can be read without fetching anything, in the inviter's order.
    ///
    /// # Errors
    /// [`ProtocolError::PeerMisbehaved`] if none of the attachments is a message.
    pub fn attached_messages(&self) -> Result<Vec<Message>, ProtocolError> {
        let mut found = Vec::new();
        let mut trouble = None;
        for attachment in &self.requests {
            let message = attachment
                .content(MAX_MESSAGE_BYTES)
                .map_err(|error| error.to_string())
                .and_then(|content| Message::parse(&content).map_err(|error| error.to_string()));
            match message {
                Ok(message) => found.push(message),
                Err(reason) => trouble = Some(reason),
            }
        }
        match trouble {
            Some(reason) if found.is_empty() => {
                Err(ProtocolError::misbehaved(format!("the message in the invitation cannot be read: {reason}")))
            }
            _ => Ok(found),
        }
    }

    /// Whether a message rides along.
    pub fn has_attachment(&self) -> bool {
        !self.requests.is_empty()
    }

    /// The inviter's picture. Fetching it tells the inviter who looks.
    pub fn image_url(&self) -> Option<&str> {
        self.image_url.as_deref()
    }

    /// Until when it can be used, if it says.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.message.timing().and_then(|timing| timing.expires_time)
    }

    /// The minor version of Out-of-band that it is in.
    pub fn minor_version(&self) -> u32 {
        self.message.message_type().minor
    }

    /// The message as it was received or built.
    pub fn message(&self) -> &Message {
        &self.message
    }
}

fn check_service(service: &Service) -> Result<(), String> {
    match service {
        Service::Did(did) if did.len() > MAX_DID_BYTES => Err("its DID is too long".to_owned()),
        Service::Did(did) if !did.starts_with("did:") && !(20..=30).contains(&did.len()) => {
            Err("its service is neither a DID nor described".to_owned())
        }
        Service::Inline(inline) if inline.recipient_keys.is_empty() => Err("its service names no key".to_owned()),
        Service::Inline(inline) if inline.recipient_keys.len().max(inline.routing_keys.len()) > MAX_KEYS => {
            Err(format!("its service has more than {MAX_KEYS} keys"))
        }
        Service::Inline(inline) if inline.endpoint.len() > MAX_ENDPOINT_BYTES => {
            Err("its address is too long".to_owned())
        }
        Service::Did(_) | Service::Inline(_) => Ok(()),
    }
}

impl TryFrom<Message> for Invitation {
    type Error = ProtocolError;

    fn try_from(message: Message) -> Result<Self, Self::Error> {
        Self::read(message)
    }
}

impl From<Invitation> for Message {
    fn from(invitation: Invitation) -> Self {
        invitation.message
    }
}
