//! What crosses the wire in DID Exchange, and what the gather phase finds out about it. A DID is presented in three
//! ways: resolvable and alone, with its document, or with a signed rotation; a legacy DID has no meaning without its
//! document. Everything is bounded before it is looked at.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use vouchsafe_didcomm::{Attachment, Message, Verkey};

use crate::connection::{Handshake, MAX_DID_BYTES, Party, cut_label};
use crate::step::ProtocolError;

/// The largest DID document that is read from an attachment, in bytes.
pub const MAX_DOCUMENT_BYTES: usize = 64 * 1024;

/// A request (`didexchange/1.x/request`).
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The version that it is in.
    pub protocol: Handshake,
    /// What the requester calls itself.
    pub label: String,
    /// What it wants, as a code.
    pub goal_code: Option<String>,
    /// What it wants, in words.
    pub goal: Option<String>,
    /// The DID that it will use.
    pub presented: PresentedDid,
}

/// A response (`didexchange/1.x/response`).
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// The DID that the responder will use.
    pub presented: PresentedDid,
}

/// A completion (`didexchange/1.x/complete`); its thread is all it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complete {}

/// A DID as a request or a response presents it: what the gather phase has to resolve and to verify.
#[derive(Debug, Clone, PartialEq)]
pub struct PresentedDid {
    /// The DID: qualified, or 16 bytes in base58.
    pub did: String,
    /// Its document (`did_doc~attach`), signed.
    pub did_doc: Option<Attachment>,
    /// The DID again (`did_rotate~attach`), signed by the key of the invitation.
    pub did_rotate: Option<Attachment>,
}

/// A DID that is vouched for by a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// The DID that was signed.
    pub did: String,
    /// Who signed it.
    pub signer: Verkey,
}

/// Who signed the attachments of a message; the signatures have been verified.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signatures {
    /// Who signed `did_doc~attach`, if it came and was signed.
    pub did_doc_signer: Option<Verkey>,
    /// What `did_rotate~attach` says and who signed it.
    pub did_rotate: Option<Rotation>,
}

/// What the gather phase found out about a request or a response.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// The key that the envelope was sent from; none if it was anonymous.
    pub sender: Option<Verkey>,
    /// The peer as its DID document has it: attached for a legacy DID, resolved for any other.
    pub their: Party,
    /// Who signed what.
    pub signatures: Signatures,
}

#[derive(Deserialize)]
struct RequestBody {
    #[serde(default)]
    label: Option<String>,
    #[serde(default)]
    goal_code: Option<String>,
    #[serde(default)]
    goal: Option<String>,
    #[serde(flatten)]
    presented: PresentedBody,
}

#[derive(Deserialize)]
struct PresentedBody {
    did: String,
    #[serde(default, rename = "did_doc~attach")]
    did_doc: Option<Attachment>,
    #[serde(default, rename = "did_rotate~attach")]
    did_rotate: Option<Attachment>,
}

/// The body of a message of ours. Absent members are left out: Credo refuses a null.
#[derive(Serialize)]
pub(super) struct OwnBody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goal_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goal: Option<&'a str>,
    pub did: &'a str,
    #[serde(rename = "did_doc~attach", skip_serializing_if = "Option::is_none")]
    pub did_doc: Option<&'a Attachment>,
    #[serde(rename = "did_rotate~attach", skip_serializing_if = "Option::is_none")]
    pub did_rotate: Option<&'a Attachment>,
}

impl Request {
    /// Reads a request.
    ///
    /// # Errors
    /// [`ProtocolError::PeerMisbehaved`] if it is not one, or its DID is absent or oversized.
    pub fn read(message: &Message) -> Result<Self, ProtocolError> {
        let protocol = version(message, "request")?;
        let body: RequestBody = message.body()?;
        Ok(Self {
            protocol,
            label: cut_label(&body.label.unwrap_or_default()),
            goal_code: body.goal_code.map(|code| cut_label(&code)),
            goal: body.goal.map(|goal| cut_label(&goal)),
            presented: PresentedDid::checked(body.presented)?,
        })
    }
}

impl Response {
    /// Reads a response.
    ///
    /// # Errors
    /// [`ProtocolError::PeerMisbehaved`] if it is not one, or its DID is absent or oversized.
    pub fn read(message: &Message) -> Result<Self, ProtocolError> {
        version(message, "response")?;
        Ok(Self { presented: PresentedDid::checked(message.body()?)? })
    }
}

impl PresentedDid {
    fn checked(body: PresentedBody) -> Result<Self, ProtocolError> {
        if body.did.is_empty() || body.did.len() > MAX_DID_BYTES {
            return Err(ProtocolError::misbehaved(format!("its DID has {} bytes", body.did.len())));
        }
        Ok(Self { did: body.did, did_doc: body.did_doc, did_rotate: body.did_rotate })
    }

    /// Whether the DID means something only with its attached document: unqualified DIDs, did:sov (no Indy ledger is
    /// read here) and did:peer:1.
    pub fn requires_document(&self) -> bool {
        requires_document(&self.did)
    }

    /// The attached document, if there is one, unverified.
    ///
    /// # Errors
    /// [`ProtocolError::PeerMisbehaved`] if it is larger than [`MAX_DOCUMENT_BYTES`] or not JSON.
    pub fn document(&self) -> Result<Option<Value>, ProtocolError> {
        let read = |attachment: &Attachment| {
            attachment
                .content_json(MAX_DOCUMENT_BYTES)
                .map_err(|error| ProtocolError::misbehaved(format!("its did_doc~attach: {error}")))
        };
        self.did_doc.as_ref().map(read).transpose()
    }

    /// Verifies the signatures of the attachments. One that is there and does not verify is an error; whether one is
    /// needed, and by whom, is for the step to say.
    ///
    /// # Errors
    /// [`ProtocolError::PeerMisbehaved`] if a signature does not verify or an attachment cannot be read.
    pub fn verify(&self) -> Result<Signatures, ProtocolError> {
        let signer = |name: &str, attachment: &Attachment| match &attachment.data.jws {
            None => Ok(None),
            Some(_) => attachment
                .verify_signature()
                .map(Some)
                .map_err(|error| ProtocolError::misbehaved(format!("its {name}: {error}"))),
        };
        let did_doc_signer = match &self.did_doc {
            Some(attachment) => signer("did_doc~attach", attachment)?,
            None => None,
        };
        let mut did_rotate = None;
        if let Some(attachment) = &self.did_rotate
            && let Some(signer) = signer("did_rotate~attach", attachment)?
        {
            let content = attachment
                .content(MAX_DID_BYTES)
                .map_err(|error| ProtocolError::misbehaved(format!("its did_rotate~attach: {error}")))?;
            let did = String::from_utf8(content)
                .map_err(|_| ProtocolError::misbehaved("its did_rotate~attach is not text"))?;
            did_rotate = Some(Rotation { did, signer });
        }
        Ok(Signatures { did_doc_signer, did_rotate })
    }
}

/// See [`PresentedDid::requires_document`].
pub fn requires_document(did: &str) -> bool {
    !did.starts_with("did:") || did.starts_with("did:peer:1") || did.starts_with("did:sov:")
}

/// The version of a message of this protocol that must be named `name`.
fn version(message: &Message, name: &str) -> Result<Handshake, ProtocolError> {
    let message_type = message.message_type();
    if !message_type.is("didexchange", 1, name) {
        return Err(ProtocolError::misbehaved(format!("{message_type} is not a DID Exchange {name}")));
    }
    Ok(if message_type.minor == 0 { Handshake::DidExchange10 } else { Handshake::DidExchange11 })
}
