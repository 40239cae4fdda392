//! Looking at an invitation before anything is sent: what the text is, who it says to be from, where answering it
//! would lead, and whether this wallet has met it before.

use jiff::Timestamp;
use serde_json::Value;
use url::Url;
use vouchsafe_didcomm::Verkey;
use vouchsafe_dids::{Did, DidDocument};
use vouchsafe_protocols::connection::same_did;
use vouchsafe_protocols::connections;
use vouchsafe_protocols::out_of_band::{Found, Invitation, InvitationText, OutOfBand, Service};
use vouchsafe_store::{ConnectionFilter, Page};

use crate::Agent;
use crate::error::{InvitationError, Result};
use crate::records::ReadRecords;
use crate::transport::address::{is_evidently_private, parse_endpoint};

/// What a text turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationKind {
    /// RFC 0434.
    OutOfBand,
    /// RFC 0160.
    Connections,
    /// A link that has to be fetched to know. Only `host` and `private_address` are filled.
    ShortUrl,
}

/// An invitation as it can be judged without the network. Nothing in it is verified.
#[derive(Debug, Clone, PartialEq)]
pub struct InvitationView {
    /// What it is.
    pub kind: InvitationKind,
    /// The invitation, to be received; the link, for a short one.
    pub value: Value,
    /// What the inviter calls itself.
    pub label: Option<String>,
    /// What for, in words.
    pub goal: Option<String>,
    /// What for, as a code.
    pub goal_code: Option<String>,
    /// Where the answer would go.
    pub host: Option<String>,
    /// The inviter's DID, if the invitation names one.
    pub did: Option<String>,
    /// The address is on this computer or its network.
    pub private_address: bool,
    /// The handshakes it offers, as it writes them.
    pub handshake_protocols: Vec<String>,
    /// The credential of an attached offer.
    pub offered_credential: Option<Value>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// Its time is over.
    pub expired: bool,
    /// This wallet made it.
    pub own: bool,
    /// It was received before.
    pub seen_before: Option<OutOfBand>,
    /// A connection with the same inviter, by DID or by key.
    pub known_connection: Option<String>,
}

impl Agent {
    /// Says what a text is. Nothing is sent.
    ///
    /// # Errors
    /// [`InvitationError::Malformed`] with what it is instead.
    pub async fn look_at_invitation(&self, text: &str) -> Result<InvitationView> {
        match InvitationText::classify(text) {
            Found::OutOfBand(invitation) => self.look_at_out_of_band(&invitation).await,
            Found::Connections(invitation) => self.look_at_connections(&invitation).await,
            Found::ShortUrl(url) => Ok(short(&url)),
            Found::NotAnInvitation(why) => Err(InvitationError::Malformed(why.to_string()).into()),
        }
    }

    async fn look_at_out_of_band(&self, invitation: &Invitation) -> Result<InvitationView> {
        let (mut endpoint, mut did, mut keys) = (None, None, Vec::new());
        match invitation.services().first() {
            Some(Service::Inline(inline)) => {
                endpoint = Some(inline.endpoint.clone());
                keys.clone_from(&inline.recipient_keys);
            }
            Some(Service::Did(named)) => {
                did = Some(named.clone());
                if let Some(service) =
                    self.held_document(named).and_then(|document| document.didcomm_services().into_iter().next())
                {
                    endpoint = Some(service.endpoint);
                    keys = service.recipient_keys;
                }
            }
            None => {}
        }
        let expires_at = invitation.expires_at();
        let mut view = InvitationView {
            kind: InvitationKind::OutOfBand,
            value: Value::Object(invitation.message().as_value().clone()),
            label: invitation.label().map(str::to_owned),
            goal: invitation.goal().map(str::to_owned),
            goal_code: invitation.goal_code().map(str::to_owned),
            handshake_protocols: invitation.handshake_protocols().to_vec(),
            offered_credential: offered(invitation),
            expires_at,
            expired: expires_at.is_some_and(|at| at <= self.now()),
            ..at(endpoint.as_deref())
        };
        self.recognise(&mut view, invitation.id(), did, keys).await?;
        Ok(view)
    }

    async fn look_at_connections(&self, invitation: &connections::Invitation) -> Result<InvitationView> {
        let (endpoint, did, keys) = match invitation.inviter() {
            connections::invitation::Inviter::Inline(target) => {
                (target.endpoint.clone(), None, target.recipient_keys.clone())
            }
            connections::invitation::Inviter::Did(did) => (None, Some(did.clone()), Vec::new()),
        };
        let mut view = InvitationView {
            kind: InvitationKind::Connections,
            value: Value::Object(invitation.message().as_value().clone()),
            label: invitation.label().map(str::to_owned),
            handshake_protocols: vec!["https://didcomm.org/connections/1.0".to_owned()],
            ..at(endpoint.as_deref())
        };
        self.recognise(&mut view, invitation.id(), did, keys).await?;
        Ok(view)
    }

    /// The document that a DID holds itself.
    fn held_document(&self, did: &str) -> Option<DidDocument> {
        let did: Did = did.parse().ok()?;
        self.resolver().resolve_local(&did)?.ok().map(|resolved| DidDocument::clone(&resolved.document))
    }

    async fn recognise(
        &self,
        view: &mut InvitationView,
        id: &str,
        did: Option<String>,
        keys: Vec<Verkey>,
    ) -> Result<()> {
        let (id, named) = (id.to_owned(), did.clone());
        let (own, seen_before, known_connection) = self
            .look(move |reader| {
                let own = reader.first_signing_key(&keys)?.is_some();
                let seen = reader.oob_of_message(&id, "receiver")?;
                let filter = ConnectionFilter { state: Some("completed".to_owned()), ..ConnectionFilter::default() };
                let known = reader.connection_records(&filter, Page::newest(1000))?.into_iter().find(|connection| {
                    let by_did = named.as_deref().is_some_and(|named| {
                        connection.their.as_ref().is_some_and(|their| same_did(&their.did, named))
                            || connection.invitation_did.as_deref().is_some_and(|did| same_did(did, named))
                    });
                    by_did || connection.invitation_key.is_some_and(|key| keys.contains(&key))
                });
                Ok((own, seen, known.map(|connection| connection.id)))
            })
            .await?;
        view.did = did;
        view.own = own;
        view.seen_before = seen_before;
        view.known_connection = known_connection;
        Ok(())
    }
}

fn at(endpoint: Option<&str>) -> InvitationView {
    let url = endpoint.and_then(|endpoint| parse_endpoint(endpoint).ok());
    InvitationView {
        kind: InvitationKind::OutOfBand,
        value: Value::Null,
        label: None,
        goal: None,
        goal_code: None,
        host: url.as_ref().and_then(host_of),
        did: None,
        private_address: url.as_ref().is_some_and(is_evidently_private),
        handshake_protocols: Vec::new(),
        offered_credential: None,
        expires_at: None,
        expired: false,
        own: false,
        seen_before: None,
        known_connection: None,
    }
}

fn short(url: &Url) -> InvitationView {
    InvitationView {
        kind: InvitationKind::ShortUrl,
        value: Value::String(url.to_string()),
        host: host_of(url),
        private_address: is_evidently_private(url),
        ..at(None)
    }
}

fn host_of(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

fn offered(invitation: &Invitation) -> Option<Value> {
    use vouchsafe_protocols::issue_credential::{Kind, Stage, message};
    let attached = invitation.attached_messages().ok()?;
    let offer = attached.iter().find(|message| Kind::of(message.message_type()) == Some(Kind::Offer))?;
    message::payloads_at(Stage::Offer, offer)
        .into_iter()
        .find_map(|payload| payload.ld_proof_detail())
        .map(|detail| detail.credential().clone())
}
