//! Add: say what something is before anything is done with it. What was pasted, dropped or read from an image comes from a stranger.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use vouchsafe_agent::connect::{InvitationKind, InvitationView as Looked};
use vouchsafe_agent::{Agent, InvitationError};
use vouchsafe_credentials::Summary;
use vouchsafe_protocols::out_of_band::text::MAX_TEXT_BYTES;
use vouchsafe_protocols::out_of_band::{Found as Classified, InvitationText, NotAnInvitation};
use vouchsafe_store::{CredentialFilter, Page as StorePage, StoreError};

use super::Profile;
use super::records::reference;
use crate::commands::Answer;
use crate::desktop::{MAX_FILE_BYTES, Pixels};
use crate::qr::{self, ImageError};
use crate::view::Failure;
use crate::view::add::{AttachedOffer, CredentialFound, Found, InvitationCard, Seen};
use crate::view::card::{Card, CardState, card_state, claims, cut, short_did};
use crate::view::credentials::StatusState;
use crate::view::facts::{checks, facts, has_status};

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
        if let Some(credential) = credential_in(text) {
            return self.look_at_credential(&agent, credential).await;
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
        if looked.expired {
            return Ok(nothing(InvitationError::Expired.into()));
        }
        let known_id = looked
            .known_connection
            .clone()
            .or_else(|| looked.seen_before.as_ref().and_then(|seen| seen.connection_id.clone()));
        let known = agent
            .store()
            .read(move |reader| reference(reader, known_id.as_deref()))
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
        Ok(Found::Invitation {
            invitation: Box::new(InvitationCard {
                sentence: format!("An invitation: {who} {what_for}."),
                next: if looked.handshake_protocols.is_empty() {
                    format!("If you go on, this wallet answers {to} without making a lasting connection.")
                } else {
                    format!(
                        "If you connect, this wallet contacts {to} and tells it the name of your wallet, nothing else."
                    )
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
                    card: Card::of(
                        &summary,
                        Some(label.as_str()).filter(|label| !label.is_empty()),
                        CardState::Offered,
                    ),
                    claims: claims(&summary),
                }),
                label,
                seen: if looked.seen_before.is_some() || known.is_some() { Seen::Before } else { Seen::FirstTime },
                known,
                expires_at: looked.expires_at.map(|end| end.to_string()),
            }),
        })
    }

    async fn look_at_credential(&self, agent: &Agent, credential: Value) -> Answer<Found> {
        let verification = agent.verify_credential(credential.clone()).await?;
        let summary = Summary::of(&credential);
        let now = agent.now();
        let verified = verification.is_authentic();
        let verification = serde_json::to_value(verification).unwrap_or_default();
        let given_id = summary.id.clone();
        let stored_id = agent
            .store()
            .read(move |reader| {
                let Some(given_id) = given_id else { return Ok(None) };
                let filter = CredentialFilter { given_id: Some(given_id), ..CredentialFilter::default() };
                Ok(reader.credentials(&filter, StorePage::newest(1))?.into_iter().next().map(|row| row.record_id))
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        // Its status is read once it is kept.
        let status = if has_status(&credential) { StatusState::Unknown } else { StatusState::NotTracked };
        let card = Card::of(&summary, None, card_state(&summary, &verification, status, now));
        Ok(Found::Credential {
            credential: Box::new(CredentialFound {
                sentence: if verified {
                    format!("A credential: {}, signed by {}.", card.title, card.issuer)
                } else {
                    format!("A credential, {}, that does not verify.", card.title)
                },
                text: credential.to_string(),
                claims: claims(&summary),
                facts: facts(&credential, &summary, now),
                checks: checks(&verification),
                card,
                verified,
                stored_id,
            }),
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
            Err(image) => self.look_at_code(qr::read_file(image.into_bytes()).await).await,
        }
    }

    /// Find a QR code in an image from the clipboard.
    ///
    /// # Errors
    ///
    /// As [`Self::look_at`].
    pub async fn look_at_pixels(&self, pixels: Pixels) -> Answer<Found> {
        self.agent()?;
        self.look_at_code(qr::read_pixels(pixels).await).await
    }

    async fn look_at_code(&self, code: Result<String, ImageError>) -> Answer<Found> {
        match code {
            Ok(text) => self.look_at(&text).await,
            Err(error) => Ok(nothing(no_image(&error))),
        }
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

/// A credential as JSON; a message that carries one is not.
pub(super) fn credential_in(text: &str) -> Option<Value> {
    let text = text.trim().trim_start_matches('\u{feff}');
    if !text.starts_with('{') {
        return None;
    }
    let value: Value = serde_json::from_str(text).ok()?;
    (value.get("credentialSubject").is_some() && value.get("@type").is_none()).then_some(value)
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
