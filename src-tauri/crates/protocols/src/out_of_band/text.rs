//! What a person pastes, drops or scans: a link with the invitation inside, bare JSON, bare base64, or a short link
//! behind which an invitation may be. Telling them apart needs no network and trusts nothing; what is no invitation is
//! told why, so that the window can say it.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, URL_SAFE_NO_PAD};
use url::Url;
use vouchsafe_didcomm::{Message, MessageError};

use super::invitation::Invitation;
use crate::connections;
use crate::step::{InvitationProblem, ProtocolError};

/// The longest text that is looked at, in bytes: a message at its largest, in base64, in a link.
pub const MAX_TEXT_BYTES: usize = 1_500_000;
/// The longest short link, in bytes.
pub const MAX_SHORT_URL_BYTES: usize = 2048;

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The parameters that carry an invitation: Out-of-band's, Connections', and Credo's older one.
const PARAMETERS: [&str; 3] = ["oob", "c_i", "d_m"];

/// What a text turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// An invitation of RFC 0434.
    OutOfBand(Box<Invitation>),
    /// An invitation of RFC 0160.
    Connections(Box<connections::Invitation>),
    /// A link that has to be fetched to know: by redirect or as JSON it may give an invitation. Ask before.
    ShortUrl(Url),
    /// Something else.
    NotAnInvitation(NotAnInvitation),
}

/// Why a text is no invitation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnInvitation {
    /// There is nothing.
    #[error("there is nothing to read")]
    Empty,
    /// There is far too much.
    #[error("it is too long for an invitation")]
    TooLarge,
    /// It begins like one and stops in the middle.
    #[error("the invitation is cut short; copy it again, whole")]
    CutShort,
    /// It is one by its type, but not well made.
    #[error("{0}")]
    Malformed(InvitationProblem),
    /// It is a DIDComm message, but no invitation.
    #[error("it is a message of the type {0}, not an invitation")]
    OtherMessage(String),
    /// It is a link of another protocol, for example `openid-credential-offer`.
    #[error("it is a {0} link, which is another protocol")]
    OtherProtocol(String),
    /// It is neither a link nor JSON nor base64.
    #[error("it is neither a link nor an invitation")]
    Unrecognised,
}

/// Texts that may be invitations, and invitations as texts.
pub struct InvitationText;

impl InvitationText {
    /// Says what `text` is. Never fetches anything.
    pub fn classify(text: &str) -> Found {
        let text = text.trim().trim_start_matches('\u{feff}');
        if text.is_empty() {
            return Found::NotAnInvitation(NotAnInvitation::Empty);
        }
        if text.len() > MAX_TEXT_BYTES {
            return Found::NotAnInvitation(NotAnInvitation::TooLarge);
        }
        if text.starts_with('{') {
            return Self::json(text.as_bytes());
        }
        // Mail breaks long links into lines; neither a link nor base64 has blanks of its own.
        let joined: String = text.split_whitespace().collect();
        if let Some((scheme, _)) = joined.split_once(':')
            && scheme.chars().all(|character| character.is_ascii_alphanumeric() || "+-.".contains(character))
        {
            return Self::link(&joined);
        }
        // JSON objects begin so in base64, with a quote, a blank or a line end behind the brace.
        if ["ey", "ew"].iter().any(|start| joined.starts_with(start)) {
            return Self::base64(&joined);
        }
        Found::NotAnInvitation(NotAnInvitation::Unrecognised)
    }

    /// Says what the body is that a short link gave: the invitation as JSON, or a text that is one.
    pub fn classify_body(body: &[u8]) -> Found {
        match std::str::from_utf8(body) {
            Ok(text) => Self::classify(text),
            Err(_) => Found::NotAnInvitation(NotAnInvitation::Unrecognised),
        }
    }

    /// The link for an invitation of ours: `base` with `?oob=` and the message in base64url without padding.
    pub fn oob_url(base: &str, invitation: &Invitation) -> String {
        with_parameter(base, "oob", &invitation.message().to_bytes())
    }

    /// The link for a Connections invitation of ours, with `?c_i=`.
    pub fn c_i_url(base: &str, invitation: &connections::Invitation) -> String {
        with_parameter(base, "c_i", &invitation.message().to_bytes())
    }

    fn link(text: &str) -> Found {
        let Ok(url) = Url::parse(text) else {
            return Found::NotAnInvitation(NotAnInvitation::Unrecognised);
        };
        let in_fragment = url.fragment().and_then(|fragment| fragment.split_once('?')).map(|(_, query)| query);
        for query in [url.query(), in_fragment, url.fragment()].into_iter().flatten() {
            for pair in query.split('&') {
                if let Some((name, value)) = pair.split_once('=')
                    && PARAMETERS.contains(&name)
                {
                    return Self::base64(value);
                }
            }
        }
        match url.scheme() {
            "http" | "https" if text.len() <= MAX_SHORT_URL_BYTES && url.host().is_some() => Found::ShortUrl(url),
            "http" | "https" => Found::NotAnInvitation(NotAnInvitation::TooLarge),
            "didcomm" => Found::NotAnInvitation(NotAnInvitation::CutShort),
            other => Found::NotAnInvitation(NotAnInvitation::OtherProtocol(other.chars().take(50).collect())),
        }
    }

    /// Reads either alphabet, with or without padding, percent-encoded or not.
    fn base64(text: &str) -> Found {
        let plain = text
            .replace("%3D", "=")
            .replace("%3d", "=")
            .replace("%2B", "-")
            .replace("%2b", "-")
            .replace("%2F", "_")
            .replace("%2f", "_")
            .replace('+', "-")
            .replace('/', "_");
        match BASE64.decode(plain.trim_end_matches('=')) {
            Ok(json) => Self::json(&json),
            // One character too many is what a cut leaves behind.
            Err(base64::DecodeError::InvalidLength(_)) => Found::NotAnInvitation(NotAnInvitation::CutShort),
            Err(_) => Found::NotAnInvitation(NotAnInvitation::Unrecognised),
        }
    }

    fn json(bytes: &[u8]) -> Found {
        let no = Found::NotAnInvitation;
        let malformed = |reason: String| no(NotAnInvitation::Malformed(InvitationProblem::Malformed(reason)));
        let message = match Message::parse(bytes) {
            Ok(message) => message,
            Err(MessageError::TooLarge(_)) => return no(NotAnInvitation::TooLarge),
            Err(MessageError::NotJson(_) | MessageError::NotUtf8) => {
                let cut = serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_err_and(|error| error.is_eof());
                return no(if cut { NotAnInvitation::CutShort } else { NotAnInvitation::Unrecognised });
            }
            Err(error) => return malformed(error.to_string()),
        };
        let read = match message.message_type() {
            kind if kind.is("out-of-band", kind.major, "invitation") => {
                Invitation::read(message).map(|invitation| Found::OutOfBand(Box::new(invitation)))
            }
            kind if kind.is("connections", kind.major, "invitation") => {
                connections::Invitation::read(message).map(|invitation| Found::Connections(Box::new(invitation)))
            }
            kind => return no(NotAnInvitation::OtherMessage(kind.to_string())),
        };
        read.unwrap_or_else(|error| match error {
            ProtocolError::Invitation { problem, .. } => no(NotAnInvitation::Malformed(problem)),
            other => malformed(other.to_string()),
        })
    }
}

fn with_parameter(base: &str, name: &str, bytes: &[u8]) -> String {
    let joint = if base.contains('?') { '&' } else { '?' };
    format!("{base}{joint}{name}={}", URL_SAFE_NO_PAD.encode(bytes))
}
