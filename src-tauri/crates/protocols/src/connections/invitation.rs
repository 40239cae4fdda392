//! The invitation of Connections 1.0, as it stands in a `?c_i=` URL: inline keys and address, or a public DID. It comes
//! from a stranger: every member is bounded.

use serde::{Deserialize, Serialize};
use vouchsafe_didcomm::{Message, Verkey};

use crate::connection::{MAX_DID_BYTES, Target, cut_label};
use crate::out_of_band::invitation::{MAX_ENDPOINT_BYTES, MAX_KEYS};
use crate::step::{Context, InvitationProblem, ProtocolError};

/// An invitation of RFC 0160. Serialises as the message that was received.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Message", into = "Message")]
pub struct Invitation {
    message: Message,
    label: Option<String>,
    inviter: Inviter,
}

/// How the inviter can be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inviter {
    /// By what its public DID resolves to.
    Did(String),
    /// At this address, with these keys.
    Inline(Target),
}

#[derive(Serialize, Deserialize)]
struct Body {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    did: Option<String>,
    #[serde(default, rename = "recipientKeys", skip_serializing_if = "Option::is_none")]
    recipient_keys: Option<Vec<Verkey>>,
    #[serde(default, rename = "serviceEndpoint", skip_serializing_if = "Option::is_none")]
    endpoint: Option<String>,
    #[serde(default, rename = "routingKeys", skip_serializing_if = "Option::is_none")]
    routing_keys: Option<Vec<Verkey>>,
    #[serde(default, rename = "imageUrl", skip_serializing_if = "Option::is_none")]
    image_url: Option<String>,
}

impl Invitation {
    /// Reads a message as an invitation.
    ///
    /// # Errors
    /// [`ProtocolError::Invitation`] if it is none, or a member is missing or beyond its bound.
    pub fn read(message: Message) -> Result<Self, ProtocolError> {
        let malformed = |reason: String| ProtocolError::invitation(InvitationProblem::Malformed(reason));
        if !message.message_type().is("connections", 1, "invitation") {
            return Err(malformed(format!("{} is not an invitation", message.message_type())));
        }
        let body: Body = message.body().map_err(|error| malformed(error.to_string()))?;
        let inviter = match (body.did, body.recipient_keys, body.endpoint) {
            (_, Some(recipient_keys), Some(endpoint)) if !recipient_keys.is_empty() => {
                let routing_keys = body.routing_keys.unwrap_or_default();
                if recipient_keys.len() > MAX_KEYS || routing_keys.len() > MAX_KEYS {
                    return Err(malformed(format!("it has more than {MAX_KEYS} keys")));
                }
                if endpoint.len() > MAX_ENDPOINT_BYTES {
                    return Err(malformed("its address is too long".to_owned()));
                }
                Inviter::Inline(Target { endpoint: Some(endpoint), recipient_keys, routing_keys })
            }
            (Some(did), ..) if did.len() <= MAX_DID_BYTES => Inviter::Did(did),
            _ => return Err(malformed("it has neither keys and address nor a DID".to_owned())),
        };
        Ok(Self { label: body.label.map(|label| cut_label(&label)), message, inviter })
    }

    /// An invitation of ours to `target`, which must have an endpoint.
    ///
    /// # Errors
    /// [`ProtocolError::Unsendable`] if it would not be read as one.
    pub fn build(
        label: &str,
        target: &Target,
        image_url: Option<&str>,
        context: &mut Context<'_>,
    ) -> Result<Self, ProtocolError> {
        let body = Body {
            label: Some(label.to_owned()),
            did: None,
            recipient_keys: Some(target.recipient_keys.clone()),
            endpoint: target.endpoint.clone(),
            routing_keys: (!target.routing_keys.is_empty()).then(|| target.routing_keys.clone()),
            image_url: image_url.map(str::to_owned),
        };
        let message = Message::build(&format!("{}/invitation", super::PROTOCOL), context.new_id(), &body)
            .map_err(|error| ProtocolError::Unsendable(error.to_string()))?;
        Self::read(message).map_err(|error| ProtocolError::Unsendable(error.to_string()))
    }

    /// Its `@id`.
    pub fn id(&self) -> &str {
        self.message.id()
    }

    /// What the inviter calls itself.
    pub fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    /// How the inviter can be reached.
    pub fn inviter(&self) -> &Inviter {
        &self.inviter
    }

    /// The message as it was received or built.
    pub fn message(&self) -> &Message {
        &self.message
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
