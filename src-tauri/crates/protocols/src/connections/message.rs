//! The request and the response of Connections 1.0.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use vouchsafe_didcomm::{Message, Verkey};

use super::signature::SignatureDecorator;
use crate::connection::{MAX_DID_BYTES, Party, cut_label};
use crate::step::ProtocolError;

/// A DID with its document, as a request and a response carry it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConnectionBody {
    /// The DID, mostly unqualified.
    #[serde(rename = "DID")]
    pub did: String,
    /// Its document, in the legacy shape.
    #[serde(rename = "DIDDoc")]
    pub did_doc: Value,
}

/// A request (`connections/1.0/request`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// What the invitee calls itself.
    #[serde(default)]
    pub label: String,
    /// The DID that it will use.
    pub connection: ConnectionBody,
}

/// A response (`connections/1.0/response`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// The DID that the inviter will use, signed by the invitation's key.
    #[serde(rename = "connection~sig")]
    pub connection_sig: SignatureDecorator,
}

/// What the gather phase found out about a request or a response.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// The key that the envelope was sent from; none if it was anonymous.
    pub sender: Option<Verkey>,
    /// The peer as the document in the message has it. The document must be that DID's own: its id is checked by who
    /// reads it.
    pub their: Party,
    /// Who signed the response; none for a request. From [`SignatureDecorator::open`].
    pub signer: Option<Verkey>,
}

impl ConnectionBody {
    fn check(&self) -> Result<(), ProtocolError> {
        if self.did.is_empty() || self.did.len() > MAX_DID_BYTES {
            return Err(ProtocolError::misbehaved(format!("its DID has {} bytes", self.did.len())));
        }
        Ok(())
    }
}

impl Request {
    /// Reads a request.
    ///
    /// # Errors
    /// [`ProtocolError::PeerMisbehaved`] if it is not one.
    pub fn read(message: &Message) -> Result<Self, ProtocolError> {
        expect(message, "request")?;
        let mut request: Self = message.body()?;
        request.connection.check()?;
        request.label = cut_label(&request.label);
        Ok(request)
    }
}

impl Response {
    /// Reads a response; its signature is not verified yet, see [`SignatureDecorator::open`].
    ///
    /// # Errors
    /// [`ProtocolError::PeerMisbehaved`] if it is not one.
    pub fn read(message: &Message) -> Result<Self, ProtocolError> {
        expect(message, "response")?;
        Ok(message.body()?)
    }
}

fn expect(message: &Message, name: &str) -> Result<(), ProtocolError> {
    let message_type = message.message_type();
    if message_type.is("connections", 1, name) {
        return Ok(());
    }
    Err(ProtocolError::misbehaved(format!("{message_type} is not a Connections {name}")))
}
