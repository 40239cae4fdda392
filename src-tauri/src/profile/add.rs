//! Add: say what something is before anything is done with it. What was pasted, dropped or read from an image comes from a stranger.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use vouchsafe_agent::connect::{InvitationKind, InvitationView as Looked};
use vouchsafe_agent::{Agent, InvitationError};
use vouchsafe_credentials::Summary;
use vouchsafe_protocols::out_of_band::text::MAX_TEXT_BYTES;
use vouchsafe_protocols::out_of_band::{Found as Classified, InvitationText, NotAnInvitation};
use vouchsafe_store::StoreError;

use super::Profile;
use super::found_credential::{Document, document_in};
use super::records::reference;
use crate::commands::Answer;
use crate::desktop::{MAX_FILE_BYTES, Pixels};
use crate::qr::{self, ImageError};
use crate::view::Failure;
use crate::view::add::{AttachedOffer, CodeFound, Found, InvitationCard, Seen};
use crate::view::card::{Card, CardState, claims, cut, short_did};

impl Profile {
    /// Say what a text is. Contacts nobody, save that a credential's issuer may have to be looked up to check it.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn look_at(&self, text: &str) -> Answer<Found> {
        let agent = self.agent()?;
        if text.len() > MAX_TEXT_BYTES {
            return Ok(nothing(too_large()));
        }
        match document_in(text) {
            Document::Credential(credential) => return self.look_at_credential(&agent, credential).await,
            Document::Other(reason) => return Ok(nothing(reason)),
            Document::None => {}
        }
        if let Classified::NotAnInvitation(why) = InvitationText::classify(text) {
            return Ok(nothing(not_an_invitation(&why)));
        }
        let looked = agent.look_at_invitation(text).await?;
        self.describe(&agent, looked).await
    }

    async fn describe(&self, agent: &Agent, looked: Looked) -> Answer<Found> {
        if looked.kind == InvitationKind::ShortUrl {
            return Ok(Found::ShortLink {
                url: looked.value.as_str().unwrap_or_default().to_owned(),
                host: looked.host.unwrap_or_default(),
                private: looked.private_address,
            });
        }
        if looked.own {
            return Ok(nothing(InvitationError::Own.into()));
        }
        if looked.expired && looked.seen_before.is_none() {
            return Ok(nothing(InvitationError::Expired.into()));
        }
        let taken = looked.seen_before.clone();
        let (known_id, taken_id) =
            (looked.known_connection.clone(), taken.as_ref().and_then(|taken| taken.connection_id.clone()));
        let (known, came_of_it) = agent
            .store()
            .read(move |reader| {
                let came_of_it = reference(reader, taken_id.as_deref())?;
                let known = reference(reader, known_id.as_deref())?.or_else(|| came_of_it.clone());
                Ok((known, came_of_it))
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        let label = looked.label.as_deref().map(|label| cut(label, 200)).unwrap_or_default();
        let who = if label.is_empty() { "someone who gives no name".to_owned() } else { format!("“{label}”") };
        let offered = looked.offered_credential.as_ref().map(Summary::of);
        let what_for = match (&offered, looked.goal_code.as_deref(), &looked.goal) {
            (Some(summary), _, _) => format!("offers “{}”", cut(&summary.title, 120)),
            (None, Some("aries.vc.issue"), _) => "wants to issue a credential to you".to_owned(),
            (None, Some("aries.vc.verify"), _) => "wants to see a credential of yours".to_owned(),
            (None, _, Some(goal)) => format!("wants to connect: {}", cut(goal, 200)),
            (None, _, None) => "wants to connect".to_owned(),
        };
        let to = looked
            .host
            .clone()
            .or_else(|| looked.did.as_deref().map(short_did))
            .unwrap_or_else(|| "the other side".to_owned());
        let endpoint = endpoint_in(&looked.value);
        let plain_http =
            endpoint.as_deref().is_some_and(|endpoint| endpoint.starts_with("http:") || endpoint.starts_with("ws:"));
        let card = Box::new(InvitationCard {
            sentence: format!("An invitation: {who} {what_for}."),
            next: if looked.handshake_protocols.is_empty() {
                format!("If you go on, this wallet answers {to} without making a lasting connection.")
            } else {
                format!("If you connect, this wallet contacts {to} and tells it the name of your wallet, nothing else.")
            },
            text: looked.value.to_string(),
            host: looked.host,
            endpoint,
            did: looked.did,
            private: looked.private_address,
            plain_http,
            goal: looked.goal,
            goal_code: looked.goal_code,
            protocols: looked.handshake_protocols.iter().map(|name| short_protocol(name)).collect(),
            offer: offered.map(|summary| AttachedOffer {
                card: Card::of(&summary, Some(label.as_str()).filter(|label| !label.is_empty()), CardState::Offered),
                claims: claims(&summary),
            }),
            label,
            seen: if taken.is_some() || known.is_some() { Seen::Before } else { Seen::FirstTime },
            known,
            expires_at: looked.expires_at.map(|end| end.to_string()),
        });
        let Some(taken) = taken else { return Ok(Found::Invitation { invitation: card }) };
        Ok(Found::Used {
            reason: used_before(came_of_it.as_ref().map(|connection| connection.name.as_str())),
            connection: came_of_it,
            at: taken.created_at.to_string(),
            invitation: card,
        })
    }

    /// Find a QR code in an image that the page holds, in base64.
    ///
    /// # Errors
    ///
    /// As [`Self::look_at`].
    pub async fn look_at_image(&self, image: String) -> Answer<Found> {
        let limit = usize::try_from(MAX_FILE_BYTES).unwrap_or(usize::MAX);
        if image.len() / 4 * 3 > limit {
            return Ok(nothing(too_large()));
        }
        let text = image.split_once(";base64,").map_or(image.as_str(), |(_, data)| data);
        match STANDARD.decode(text.trim()) {
            Ok(bytes) => self.look_at_bytes(bytes).await,
            Err(error) => Ok(nothing(no_image(&ImageError::NotAnImage(error.to_string())))),
        }
    }

    /// Say what a file is: text, or an image with a QR code.
    ///
    /// # Errors
    ///
    /// As [`Self::look_at`].
    pub async fn look_at_bytes(&self, bytes: Vec<u8>) -> Answer<Found> {
        self.agent()?;
        match String::from_utf8(bytes) {
            Ok(text) => self.look_at(&text).await,
            Err(image) => self.look_at_codes(qr::read_file(image.into_bytes()).await).await,
        }
    }

    /// Find a QR code in an image from the clipboard.
    ///
    /// # Errors
    ///
    /// As [`Self::look_at`].
    pub async fn look_at_pixels(&self, pixels: Pixels) -> Answer<Found> {
        self.agent()?;
        self.look_at_codes(qr::read_pixels(pixels).await).await
    }

    async fn look_at_codes(&self, codes: Result<Vec<String>, ImageError>) -> Answer<Found> {
        let texts = match codes {
            Ok(texts) => texts,
            Err(error) => return Ok(nothing(no_image(&error))),
        };
        if let [text] = texts.as_slice() {
            return self.look_at(text).await;
        }
        let mut codes = Vec::new();
        for text in texts {
            let (kind, about) = match self.look_at(&text).await? {
                Found::Invitation { invitation } | Found::Used { invitation, .. } => ("invitation", invitation.label),
                Found::ShortLink { host, .. } => ("short-link", host),
                Found::Credential { credential } => ("credential", credential.card.title),
                Found::Several { .. } | Found::Nothing { .. } => ("nothing", cut(&text, 80)),
            };
            codes.push(CodeFound { text, kind: kind.to_owned(), about });
        }
        Ok(Found::Several { codes })
    }

    /// Ask a short link's host what it stands for.
    ///
    /// # Errors
    ///
    /// `peer-unreachable`, `address-private`, `invitation-malformed`, `wallet-locked`.
    pub async fn resolve_short_url(&self, url: &str, allow_private: bool) -> Answer<Found> {
        let agent = self.agent()?;
        let value = agent.fetch_invitation(url, allow_private).await?;
        let looked = agent.look_at_invitation(&value.to_string()).await?;
        self.describe(&agent, looked).await
    }
}

/// The address that the invitation's first described service names.
fn endpoint_in(invitation: &Value) -> Option<String> {
    let inline = invitation
        .get("services")
        .and_then(Value::as_array)
        .and_then(|services| services.first())
        .and_then(|service| service.get("serviceEndpoint"));
    inline.or_else(|| invitation.get("serviceEndpoint")).and_then(Value::as_str).map(|endpoint| cut(endpoint, 300))
}

fn short_protocol(name: &str) -> String {
    let name = name
        .strip_prefix("https://didcomm.org/")
        .or_else(|| name.strip_prefix("did:sov:BzCbsNYhMrjHiqZDTUASHg;spec/"))
        .unwrap_or(name);
    cut(name, 60)
}

fn nothing(reason: Failure) -> Found {
    Found::Nothing { reason }
}

/// The person has taken this very invitation before.
fn used_before(connection: Option<&str>) -> Failure {
    let next = match connection {
        Some(_) => "Open that connection; nothing has to be done again.",
        None => "The connection that came of it is not here any more. Ask for a new invitation.",
    };
    Failure::new(
        "invitation-taken",
        "You used this invitation before",
        "This wallet has already taken this invitation.",
        next,
    )
}

fn too_large() -> Failure {
    Failure::new(
        "too-large",
        "Too large",
        "This is far larger than an invitation or a credential.",
        "Paste the invitation's link, or choose a smaller image.",
    )
}

fn not_an_invitation(why: &NotAnInvitation) -> Failure {
    match why {
        NotAnInvitation::TooLarge => too_large(),
        NotAnInvitation::CutShort | NotAnInvitation::Malformed(_) => {
            Failure::from(InvitationError::Malformed(why.to_string()))
        }
        NotAnInvitation::OtherProtocol(_) | NotAnInvitation::OtherMessage(_) => {
            Failure::from(InvitationError::Unsupported(why.to_string()))
        }
        NotAnInvitation::Empty | NotAnInvitation::Unrecognised => Failure::new(
            "nothing-known",
            "Nothing that is known here",
            "This is not an invitation or a credential that this wallet knows.",
            "Copy the invitation's link or its whole text, and add it again.",
        )
        .because(why),
    }
}

fn no_image(error: &ImageError) -> Failure {
    match error {
        ImageError::TooLarge => too_large(),
        ImageError::NotAnImage(_) => Failure::new(
            "nothing-known",
            "Nothing that is known here",
            "This is not an image, a text or a credential that can be read.",
            "Use a PNG or JPEG image, or paste the invitation's link.",
        )
        .because(error),
        ImageError::NoCode | ImageError::TooSlow => Failure::new(
            "no-qr-code",
            "No QR code found",
            "There is no QR code in this image that can be read.",
            "Use a sharper image with the whole code and its white edge, or paste the invitation's link.",
        )
        .because(error),
    }
}
