//! The messages of Issue Credential 2.0 (RFC 0453) as they cross the wire. Each of the four that carry something names
//! it twice: `formats` says which format an attachment has, and the attachment of that id has the content. What comes
//! in is read loosely where peers differ (either base64 alphabet, any attachment id, no preview or an empty one) and
//! bounded everywhere; what goes out is what ACA-Py itself writes.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use vouchsafe_didcomm::{Attachment, MAX_MESSAGE_BYTES, Message, MessageType};

use super::format::{Format, FormatError, Payload, Stage};
use crate::{ProtocolError, report_problem::ProblemReport};

/// The type of `propose-credential`.
pub const PROPOSE_CREDENTIAL: &str = "https://didcomm.org/issue-credential/2.0/propose-credential";
/// The type of `offer-credential`.
pub const OFFER_CREDENTIAL: &str = "https://didcomm.org/issue-credential/2.0/offer-credential";
/// The type of `request-credential`.
pub const REQUEST_CREDENTIAL: &str = "https://didcomm.org/issue-credential/2.0/request-credential";
/// The type of `issue-credential`.
pub const ISSUE_CREDENTIAL: &str = "https://didcomm.org/issue-credential/2.0/issue-credential";
/// The type of `ack`.
pub const ACK: &str = "https://didcomm.org/issue-credential/2.0/ack";
/// The type of `problem-report`.
pub const PROBLEM_REPORT: &str = "https://didcomm.org/issue-credential/2.0/problem-report";
/// The type of the credential preview, which is no message of its own.
pub const CREDENTIAL_PREVIEW: &str = "https://didcomm.org/issue-credential/2.0/credential-preview";
/// The only problem code of RFC 0453.
pub const ISSUANCE_ABANDONED: &str = "issuance-abandoned";

/// The longest comment that is shown, in characters.
pub const MAX_COMMENT_CHARS: usize = 1000;
/// The most formats that one message may name.
pub const MAX_FORMATS: usize = 16;
/// The most attributes that a preview may have.
pub const MAX_PREVIEW_ATTRIBUTES: usize = 256;
/// The longest name of a previewed attribute, in bytes.
pub const MAX_PREVIEW_NAME_BYTES: usize = 256;

/// Which message of the protocol a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `propose-credential`, to the issuer.
    Propose,
    /// `offer-credential`, to the holder.
    Offer,
    /// `request-credential`, to the issuer.
    Request,
    /// `issue-credential`, to the holder.
    Issue,
    /// `ack`, to the issuer.
    Ack,
    /// `problem-report`, to either.
    ProblemReport,
}

impl Kind {
    /// The kind of a message of this type; `None` if it belongs to another protocol or major version.
    pub fn of(message_type: &MessageType) -> Option<Self> {
        if message_type.protocol != "issue-credential" || message_type.major != 2 {
            return None;
        }
        match message_type.name.as_str() {
            "propose-credential" => Some(Self::Propose),
            "offer-credential" => Some(Self::Offer),
            "request-credential" => Some(Self::Request),
            "issue-credential" => Some(Self::Issue),
            "ack" => Some(Self::Ack),
            "problem-report" => Some(Self::ProblemReport),
            _ => None,
        }
    }
}

/// `{attach_id, format}`: which format an attachment has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormatEntry {
    /// The attachment's `@id`.
    pub attach_id: String,
    /// The format's id.
    pub format: String,
}

/// What a proposal or an offer shows of the credential to come. Linked-data offers seldom have one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialPreview {
    /// [`CREDENTIAL_PREVIEW`], in whichever prefix.
    #[serde(rename = "@type", default = "preview_type")]
    pub type_uri: String,
    /// The attributes, in the order in which they are shown.
    #[serde(default)]
    pub attributes: Vec<PreviewAttribute>,
}

/// One attribute of a preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewAttribute {
    /// Its name.
    pub name: String,
    /// The MIME type of the value; absent means text, present that the value is base64.
    #[serde(rename = "mime-type", default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Its value.
    pub value: String,
}

fn preview_type() -> String {
    CREDENTIAL_PREVIEW.to_owned()
}

impl CredentialPreview {
    /// A preview of these attributes.
    pub fn new(attributes: Vec<PreviewAttribute>) -> Self {
        Self { type_uri: preview_type(), attributes }
    }

    fn is_bounded(&self) -> bool {
        self.attributes.len() <= MAX_PREVIEW_ATTRIBUTES
            && self.attributes.iter().all(|attribute| attribute.name.len() <= MAX_PREVIEW_NAME_BYTES)
    }
}

/// A message that carries payloads.
pub trait Carrier: Serialize + DeserializeOwned {
    /// Where in the exchange it stands.
    const STAGE: Stage;
    /// Its type.
    const TYPE: &'static str;

    /// A body with these attachments.
    fn carrying(
        comment: Option<String>,
        preview: Option<CredentialPreview>,
        formats: Vec<FormatEntry>,
        attachments: Vec<Attachment>,
    ) -> Self;
    /// Which format each attachment has.
    fn formats(&self) -> &[FormatEntry];
    /// The attachments.
    fn attachments(&self) -> &[Attachment];
    /// The preview, in the messages that may have one.
    fn preview(&self) -> Option<&CredentialPreview> {
        None
    }
}

macro_rules! carrier {
    ($(#[$doc:meta])* $name:ident, $stage:ident, $type:ident, $attach:literal $(, $preview:ident)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        pub struct $name {
            /// A word to the other side's person.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub comment: Option<String>,
            $(
                /// What the credential will say.
                #[serde(rename = "credential_preview", default, skip_serializing_if = "Option::is_none")]
                pub $preview: Option<CredentialPreview>,
            )?
            /// Which format each attachment has.
            pub formats: Vec<FormatEntry>,
            /// The payloads.
            #[serde(rename = $attach)]
            pub attachments: Vec<Attachment>,
        }

        impl Carrier for $name {
            const STAGE: Stage = Stage::$stage;
            const TYPE: &'static str = $type;

            fn carrying(
                comment: Option<String>,
                preview: Option<CredentialPreview>,
                formats: Vec<FormatEntry>,
                attachments: Vec<Attachment>,
            ) -> Self {
                let _ = &preview;
                Self { comment, $($preview: preview,)? formats, attachments }
            }

            fn formats(&self) -> &[FormatEntry] {
                &self.formats
            }

            fn attachments(&self) -> &[Attachment] {
                &self.attachments
            }

            $(
                fn preview(&self) -> Option<&CredentialPreview> {
                    self.$preview.as_ref()
                }
            )?
        }
    };
}

carrier!(
    /// What the holder would like to be offered.
    ProposeCredential, Proposal, PROPOSE_CREDENTIAL, "filters~attach", credential_preview
);
carrier!(
    /// What the issuer would issue.
    OfferCredential, Offer, OFFER_CREDENTIAL, "offers~attach", credential_preview
);
carrier!(
    /// What the holder wants to have issued.
    RequestCredential, Request, REQUEST_CREDENTIAL, "requests~attach"
);
carrier!(
    /// The credential.
    IssueCredential, Credential, ISSUE_CREDENTIAL, "credentials~attach"
);

/// The holder has stored the credential (RFC 0015).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialAck {
    /// How it went.
    #[serde(default)]
    pub status: AckStatus,
}

/// The outcome in an ack. Without one, an ack says that all is well.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AckStatus {
    /// Accepted.
    #[default]
    #[serde(rename = "OK", alias = "ok")]
    Ok,
    /// Not decided yet.
    #[serde(rename = "PENDING", alias = "pending")]
    Pending,
    /// Refused.
    #[serde(rename = "FAIL", alias = "fail")]
    Fail,
}

/// `problem-report` of this protocol: the thread ends here. Written and read by [`ProblemReport`].
pub struct CredentialProblemReport;

impl CredentialProblemReport {
    /// The report that abandons the exchange, with a sentence for the other side's person.
    pub fn abandoned(description: impl Into<String>) -> ProblemReport {
        ProblemReport::new(PROBLEM_REPORT, ISSUANCE_ABANDONED, description)
    }
}

/// A body that carries `payloads`.
///
/// # Errors
/// [`ProtocolError::Unsendable`] if there is nothing to carry, or more or larger things than a peer would read.
pub(super) fn body<B: Carrier>(
    payloads: &[Payload],
    preview: Option<CredentialPreview>,
    comment: Option<String>,
) -> Result<B, ProtocolError> {
    if payloads.is_empty() || payloads.len() > MAX_FORMATS {
        return Err(ProtocolError::Unsendable("a format is needed".to_owned()));
    }
    if preview.as_ref().is_some_and(|preview| !preview.is_bounded()) {
        return Err(ProtocolError::Unsendable("the preview has too many attributes or too long names".to_owned()));
    }
    let mut formats = Vec::with_capacity(payloads.len());
    let mut attachments = Vec::with_capacity(payloads.len());
    for payload in payloads {
        let rules = payload.format.rules();
        rules.check(B::STAGE, &payload.value).map_err(|error| unsendable(&error))?;
        let attachment = Attachment::base64_json(rules.name(), &payload.value)
            .map_err(|error| ProtocolError::Unsendable(error.to_string()))?;
        if attachment.data.base64.as_ref().is_some_and(|text| text.len() > MAX_MESSAGE_BYTES) {
            return Err(ProtocolError::Unsendable("the credential is too large for a message".to_owned()));
        }
        formats.push(FormatEntry { attach_id: rules.name().to_owned(), format: rules.format_id(B::STAGE).to_owned() });
        attachments.push(attachment);
    }
    Ok(B::carrying(comment, preview, formats, attachments))
}

/// The payloads of a received message in the formats that are spoken here; there is at least one.
///
/// # Errors
/// [`ProtocolError::PeerIncompatible`] if there is none, [`ProtocolError::PeerMisbehaved`] if the message is broken;
/// both with the report that tells the peer.
pub(super) fn payloads<B: Carrier>(message: &Message) -> Result<Vec<Payload>, ProtocolError> {
    let body: B = message.body().map_err(|error| refusal(error.to_string()))?;
    if body.formats().len() > MAX_FORMATS {
        return Err(refusal("the message names too many formats"));
    }
    if body.preview().is_some_and(|preview| !preview.is_bounded()) {
        return Err(refusal("the preview has too many attributes or too long names"));
    }
    let mut payloads: Vec<Payload> = Vec::new();
    for entry in body.formats() {
        let Some(format) = Format::from_id(B::STAGE, &entry.format) else { continue };
        let mut named =
            body.attachments().iter().filter(|attachment| attachment.id.as_deref() == Some(&entry.attach_id));
        let Some(attachment) = named.next() else {
            return Err(refusal("a format names an attachment that is not there"));
        };
        // Two attachments of one id, or two payloads of one format, would let each side look at another one.
        if named.next().is_some() || payloads.iter().any(|payload| payload.format == format) {
            return Err(refusal("an attachment or a format is there twice"));
        }
        let value: Value = attachment.content_json(MAX_MESSAGE_BYTES).map_err(|error| refusal(error.to_string()))?;
        format.rules().check(B::STAGE, &value).map_err(|error| refusal(error.to_string()))?;
        payloads.push(Payload { format, value });
    }
    if payloads.is_empty() {
        let reason = "none of the credential formats is supported";
        let report = CredentialProblemReport::abandoned(reason);
        return Err(ProtocolError::incompatible(reason).with_report(report));
    }
    Ok(payloads)
}

/// As [`payloads`], for messages that were checked when they came in and are read again.
pub fn payloads_at(stage: Stage, message: &Message) -> Vec<Payload> {
    match stage {
        Stage::Proposal => payloads::<ProposeCredential>(message),
        Stage::Offer => payloads::<OfferCredential>(message),
        Stage::Request => payloads::<RequestCredential>(message),
        Stage::Credential => payloads::<IssueCredential>(message),
    }
    .unwrap_or_default()
}

/// Which format each attachment of a message is said to have; nothing is checked.
pub fn formats_of(message: &Message) -> Vec<FormatEntry> {
    let formats = message.as_value().get("formats").and_then(Value::as_array).into_iter().flatten();
    formats.take(MAX_FORMATS).filter_map(|entry| FormatEntry::deserialize(entry).ok()).collect()
}

/// The comment of any of the messages, shortened for showing.
pub(super) fn comment(message: &Message) -> Option<String> {
    let comment = message.as_value().get("comment")?.as_str()?;
    Some(comment.chars().take(MAX_COMMENT_CHARS).collect())
}

/// The preview of a proposal or an offer.
pub(super) fn preview(message: &Message) -> Option<CredentialPreview> {
    let preview = CredentialPreview::deserialize(message.as_value().get("credential_preview")?).ok()?;
    preview.is_bounded().then_some(preview)
}

/// The peer's message cannot be used, and it is told why.
pub(super) fn refusal(reason: impl Into<String>) -> ProtocolError {
    let reason = reason.into();
    let report = CredentialProblemReport::abandoned(reason.clone());
    ProtocolError::misbehaved(reason).with_report(report)
}

/// Our own payload cannot be sent.
pub(super) fn unsendable(error: &FormatError) -> ProtocolError {
    ProtocolError::Unsendable(error.to_string())
}
