//! Step 2: invitations of others. What can be known without the network is known before anything is sent; an address
//! on this computer or its network is contacted only where that was allowed.

use std::time::Duration;

use serde_json::Value;
use url::Url;
use vouchsafe_didcomm::{Message, ServiceDecorator, SigningKey};
use vouchsafe_protocols::connection::{Accept, Connection, Handshake, ReceivedInvitation, Target};
use vouchsafe_protocols::out_of_band::{self, Found, Invitation, InvitationText, OutOfBand, Service, receiver};
use vouchsafe_protocols::{ProtocolError, Step, connections, did_exchange};
use vouchsafe_store::{ConnectionFilter, Page};

use super::intents::ReceiveInvitation;
use super::steps;
use crate::Agent;
use crate::attachments::any_linked;
use crate::config::PrivateAddresses;
use crate::dispatch::HandlerError;
use crate::error::{AgentError, InvitationError, Result};
use crate::event::Event;
use crate::issue;
use crate::records::ReadRecords;
use crate::transport::address::{AddressError, is_evidently_private, parse_endpoint};
use crate::transport::client::DeliveryError;
use crate::unit::{Unit, allow_private};

/// How long the answer to a wish to reuse a connection is waited for; then a new connection is made.
const REUSE_PATIENCE: Duration = Duration::from_secs(10);
/// Redirects that a short link may take.
const MAX_REDIRECTS: usize = 5;

/// The inviter, as far as its invitation and the resolution of its DID tell.
struct Inviter {
    target: Target,
    did: Option<String>,
}

impl Agent {
    /// Takes an out-of-band invitation: reuses a connection if that was asked for and there is one, else begins the
    /// handshake, or answers the attached message. Automatic steps are taken before it returns.
    ///
    /// # Errors
    /// [`InvitationError`] for one that cannot be used, [`AgentError::Delivery`] for an address that is not allowed.
    pub async fn receive_invitation(&self, invitation: Value, wanted: ReceiveInvitation) -> Result<OutOfBand> {
        let invitation = self.gather_attached(read_invitation(invitation)?, &wanted).await?;
        let handshake = invitation.choose_handshake().map_err(unsupported)?;
        let inviter = self.inviter_of(&invitation).await?;
        self.check_inviter(&inviter.target, &wanted).await?;
        if wanted.use_existing_connection
            && let Some(did) = &inviter.did
            && let Some(connection) = self.connection_with_did(did).await?
            && let Some(record) = self.reuse(&invitation, &connection).await?
        {
            return Ok(record);
        }
        let committed = self
            .commit(move |unit| {
                let Step { record, .. } = unit.step(|context| receiver::receive(invitation, context))?;
                match handshake {
                    Some(protocol) => begin(unit, record, protocol, inviter, &wanted),
                    None => answer_attached(unit, record, inviter.target, &wanted),
                }
            })
            .await?;
        let record = self.settle(committed).await;
        self.invitation(&record.id).await
    }

    /// Takes an invitation of RFC 0160.
    ///
    /// # Errors
    /// As [`Agent::receive_invitation`].
    pub async fn receive_connection_invitation(
        &self,
        invitation: Value,
        wanted: ReceiveInvitation,
    ) -> Result<Connection> {
        let malformed = |reason: String| AgentError::Invitation(InvitationError::Malformed(reason));
        let message = Message::from_value(invitation).map_err(|error| malformed(error.to_string()))?;
        let invitation = connections::Invitation::read(message)?;
        let target = match invitation.inviter() {
            connections::invitation::Inviter::Inline(target) => target.clone(),
            connections::invitation::Inviter::Did(did) => {
                self.party_behind(did).await.map_err(HandlerError::into_agent)?.target()
            }
        };
        self.check_inviter(&target, &wanted).await?;
        let committed = self
            .commit(move |unit| {
                let received = ReceivedInvitation {
                    protocol: Handshake::Connections10,
                    invitation_msg_id: Some(invitation.id().to_owned()),
                    invitation_did: None,
                    target,
                    label: invitation.label().map(str::to_owned),
                    ..received(unit, &wanted)
                };
                let mut step = unit.step(|context| connections::invitee::receive_invitation(received, context))?;
                if wanted.allow_private {
                    allow_private(&mut step.record);
                }
                steps::commit(unit, &step)?;
                Ok::<_, AgentError>(step.record)
            })
            .await?;
        let connection = self.settle(committed).await;
        self.connection(&connection.id).await
    }

    /// Fetches what a short link stands for: an invitation by redirect or as JSON, bounded in size, time and number of
    /// redirects. The person has agreed to contact that host.
    ///
    /// # Errors
    /// [`AgentError::Delivery`] if it cannot be fetched, [`InvitationError::Malformed`] if it is no invitation.
    pub async fn fetch_invitation(&self, link: &str, private_allowed: bool) -> Result<Value> {
        let always = self.config().policy.private_addresses == PrivateAddresses::Allow;
        let mut url = Url::parse(link).map_err(|_| DeliveryError::Address(AddressError::NotAnAddress(cut(link))))?;
        // The person agreed to this host, not to whatever it points at on this computer or its network.
        let place = |url: &Url| (url.host_str().map(str::to_owned), url.port_or_known_default());
        let agreed = place(&url);
        for _ in 0..=MAX_REDIRECTS {
            if !matches!(url.scheme(), "http" | "https") {
                break;
            }
            let allow_private = always || (private_allowed && place(&url) == agreed);
            let fetched = self.client().get(&url, "application/json", allow_private).await?;
            match fetched.location {
                Some(location) if (300..400).contains(&fetched.status) => {
                    if let Some(value) = found(InvitationText::classify(location.as_str())) {
                        return Ok(value);
                    }
                    url = location;
                }
                _ if fetched.status == 200 => {
                    return found(InvitationText::classify_body(&fetched.body)).ok_or_else(|| {
                        InvitationError::Malformed(format!("{} answered with something else", cut(link))).into()
                    });
                }
                _ => {
                    return Err(
                        DeliveryError::Refused(url.host_str().unwrap_or_default().to_owned(), fetched.status).into()
                    );
                }
            }
        }
        Err(InvitationError::Malformed("the link leads on and on and never to an invitation".to_owned()).into())
    }

    /// Fetches the messages that the invitation only links to. The person has agreed to take it, and is told if one
    /// cannot be had; the invitation can be tried again.
    async fn gather_attached(&self, invitation: Invitation, wanted: &ReceiveInvitation) -> Result<Invitation> {
        const MEMBER: &str = "requests~attach";
        if !any_linked(invitation.message().as_value().get(MEMBER)) {
            return Ok(invitation);
        }
        let allow_private = wanted.allow_private || self.config().policy.private_addresses == PrivateAddresses::Allow;
        let mut members = invitation.message().as_value().clone();
        self.fetch_linked(&mut members, MEMBER, allow_private, |_| true).await?;
        read_invitation(Value::Object(members))
    }

    async fn inviter_of(&self, invitation: &Invitation) -> Result<Inviter> {
        let mut failed = None;
        for service in invitation.services() {
            match service {
                Service::Inline(inline) => return Ok(Inviter { target: inline.target(), did: None }),
                Service::Did(did) => match self.party_behind(did).await {
                    Ok(party) => return Ok(Inviter { target: party.target(), did: Some(did.clone()) }),
                    Err(error) => failed = Some(error.into_agent()),
                },
            }
        }
        Err(failed.unwrap_or_else(|| {
            InvitationError::Malformed("it does not say how to reach the inviter".to_owned()).into()
        }))
    }

    async fn check_inviter(&self, target: &Target, wanted: &ReceiveInvitation) -> Result<()> {
        let keys = target.recipient_keys.clone();
        if self.look(move |reader| Ok(reader.first_signing_key(&keys)?.is_some())).await? {
            return Err(InvitationError::Own.into());
        }
        let allowed = wanted.allow_private || self.config().policy.private_addresses == PrivateAddresses::Allow;
        let Some(endpoint) = &target.endpoint else { return Ok(()) };
        let url = parse_endpoint(endpoint).map_err(DeliveryError::Address)?;
        if !allowed && is_evidently_private(&url) {
            return Err(
                DeliveryError::Address(AddressError::Private(url.host_str().unwrap_or_default().to_owned())).into()
            );
        }
        Ok(())
    }

    /// A completed connection with whoever has this DID, by the DID it uses now or the one it was invited with.
    async fn connection_with_did(&self, did: &str) -> Result<Option<Connection>> {
        let did = did.to_owned();
        self.look(move |reader| {
            let filter = ConnectionFilter { state: Some("completed".to_owned()), ..ConnectionFilter::default() };
            let same = |ours: &str| vouchsafe_protocols::connection::same_did(ours, &did);
            Ok(reader.connection_records(&filter, Page::ALL)?.into_iter().find(|connection| {
                connection.their.as_ref().is_some_and(|their| same(&their.did))
                    || connection.invitation_did.as_deref().is_some_and(same)
            }))
        })
        .await
    }

    /// Asks to reuse a connection; `None` if the inviter does not agree in time.
    async fn reuse(&self, invitation: &Invitation, connection: &Connection) -> Result<Option<OutOfBand>> {
        let mut events = self.subscribe();
        let (invitation, connection) = (invitation.clone(), connection.clone());
        let committed = self
            .commit(move |unit| {
                let Step { record, .. } = unit.step(|context| receiver::receive(invitation, context))?;
                let input = receiver::Input::Reuse { connection_id: &connection.id };
                let step = unit.step(|context| receiver::advance(&record, input, context))?;
                unit.save_oob(&step.record)?;
                for message in &step.send {
                    steps::send(unit, &connection, message)?;
                }
                Ok::<_, AgentError>(step.record.id)
            })
            .await?;
        let oob_id = self.settle(committed).await;
        let answered = async {
            while let Ok(event) = events.recv().await {
                if let Event::OutOfBand(record) = event.as_ref()
                    && record.id == oob_id
                    && matches!(record.state, out_of_band::State::ReuseAccepted | out_of_band::State::ReuseNotAccepted)
                {
                    return;
                }
            }
        };
        let _ = tokio::time::timeout(REUSE_PATIENCE, answered).await;
        let record = self.invitation(&oob_id).await?;
        if matches!(record.state, out_of_band::State::ReuseAccepted) {
            return Ok(Some(record));
        }
        // The handshake that follows has a record of its own.
        self.delete_invitation(&oob_id).await?;
        Ok(None)
    }
}

fn begin(
    unit: &mut Unit<'_>,
    record: OutOfBand,
    protocol: Handshake,
    inviter: Inviter,
    wanted: &ReceiveInvitation,
) -> Result<OutOfBand> {
    let received = ReceivedInvitation {
        protocol,
        invitation_msg_id: Some(record.invi_msg_id.clone()),
        invitation_did: inviter.did,
        target: inviter.target,
        label: record.invitation.label().map(str::to_owned),
        ..received(unit, wanted)
    };
    let mut step = unit.step(|context| match protocol {
        Handshake::Connections10 => connections::invitee::receive_invitation(received, context),
        Handshake::DidExchange10 | Handshake::DidExchange11 => {
            did_exchange::requester::receive_invitation(received, context)
        }
    })?;
    if wanted.allow_private {
        allow_private(&mut step.record);
    }
    let input = receiver::Input::Connecting { connection_id: &step.record.id };
    let next = unit.step(|context| receiver::advance(&record, input, context))?;
    unit.save_oob(&next.record)?;
    steps::commit(unit, &step)?;
    Ok(next.record)
}

/// A connectionless invitation: the attached message is answered straight, from a key of its own.
fn answer_attached(
    unit: &mut Unit<'_>,
    record: OutOfBand,
    inviter: Target,
    wanted: &ReceiveInvitation,
) -> Result<OutOfBand> {
    let key = SigningKey::generate();
    unit.tx().put_key(&key, unit.now())?;
    let input = receiver::Input::Answering { our_key: key.verkey() };
    let mut step = unit.step(|context| receiver::advance(&record, input, context))?;
    step.record.private_allowed = wanted.allow_private;
    // One that names a DID does not say itself how the inviter is reached.
    step.record.their_service.get_or_insert_with(|| ServiceDecorator {
        recipient_keys: inviter.recipient_keys,
        routing_keys: inviter.routing_keys,
        service_endpoint: inviter.endpoint.unwrap_or_else(|| issue::QUEUE.to_owned()),
    });
    unit.save_oob(&step.record)?;
    steps::take_attached(unit, &record.invi_msg_id, None)?;
    Ok(step.record)
}

fn received(unit: &Unit<'_>, wanted: &ReceiveInvitation) -> ReceivedInvitation {
    let auto = wanted.auto_accept.unwrap_or(unit.config().policy.auto_accept_invites);
    ReceivedInvitation {
        protocol: Handshake::DidExchange11,
        invitation_msg_id: None,
        invitation_did: None,
        target: Target { endpoint: None, recipient_keys: Vec::new(), routing_keys: Vec::new() },
        label: None,
        alias: wanted.alias.clone(),
        my_label: wanted.my_label.clone(),
        accept: if auto { Accept::Auto } else { Accept::Manual },
        metadata: serde_json::Map::new(),
    }
}

fn read_invitation(value: Value) -> Result<Invitation> {
    let message = Message::from_value(value).map_err(|error| InvitationError::Malformed(error.to_string()))?;
    Ok(Invitation::read(message)?)
}

fn unsupported(error: ProtocolError) -> AgentError {
    match error {
        ProtocolError::PeerIncompatible { reason, .. } => InvitationError::Unsupported(reason).into(),
        other => other.into(),
    }
}

fn found(found: Found) -> Option<Value> {
    match found {
        Found::OutOfBand(invitation) => Some(Value::Object(invitation.message().as_value().clone())),
        Found::Connections(invitation) => Some(Value::Object(invitation.message().as_value().clone())),
        Found::ShortUrl(_) | Found::NotAnInvitation(_) => None,
    }
}

fn cut(link: &str) -> String {
    link.chars().take(200).collect()
}
