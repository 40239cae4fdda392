//! The way that an exchange's messages take: its connection's, or, where it came by an invitation without a handshake,
//! the keys and addresses that the two sides gave each other (RFC 0056 `~service`). Only who is on the way may speak.

use vouchsafe_didcomm::{Message, ServiceDecorator};
use vouchsafe_protocols::ProtocolError;
use vouchsafe_protocols::issue_credential::{self, CredentialExchange, Event, ExchangeStep, Role};
use vouchsafe_protocols::out_of_band::{self, OutOfBand};

use crate::config::PrivateAddresses;
use crate::dispatch::HandlerError;
use crate::error::{AgentError, Result};
use crate::inbound::Inbound;
use crate::records::{ReadRecords, oob_role_word};
use crate::unit::{Target, Unit};

/// For a wallet that nobody can call: answers wait until it asks (RFC 0434 accepts any URI as endpoint).
pub(crate) const QUEUE: &str = "didcomm:transport/queue";

/// Where a message goes, and how the answer finds back.
pub(super) struct Lane {
    pub target: Target,
    /// Our own key and address, for peers that know us by nothing else.
    pub service: Option<ServiceDecorator>,
}

impl Lane {
    /// The way of `exchange`.
    pub fn of(unit: &Unit<'_>, exchange: &CredentialExchange) -> Result<Self> {
        if let Some(id) = &exchange.connection_id {
            let connection = unit.tx().connection_record(id)?;
            if !connection.is_ready() {
                return Err(AgentError::NotNow {
                    state: connection.rfc23_state().to_owned(),
                    reason: format!("connection {id} is not ready"),
                });
            }
            return Ok(Self { target: unit.target_of(&connection)?, service: None });
        }
        let out_of_band = out_of_band_of(unit, exchange)?.ok_or_else(|| AgentError::NotNow {
            state: exchange.state_word().to_owned(),
            reason: "the invitation that this exchange came by is gone".to_owned(),
        })?;
        let (Some(theirs), Some(our_key)) = (&out_of_band.their_service, out_of_band.our_recipient_key) else {
            return Err(AgentError::NotNow {
                state: exchange.state_word().to_owned(),
                reason: "nobody has answered the invitation yet".to_owned(),
            });
        };
        Ok(Self {
            target: Target {
                endpoint: Some(theirs.service_endpoint.clone()),
                recipient_keys: theirs.recipient_keys.clone(),
                routing_keys: theirs.routing_keys.clone(),
                sender: Some(our_key),
                allow_private: out_of_band.private_allowed
                    || unit.config().policy.private_addresses == PrivateAddresses::Allow
                    || (exchange.role() == Role::Issuer && unit.config().answers_private()),
            },
            service: Some(ServiceDecorator {
                recipient_keys: vec![our_key],
                routing_keys: Vec::new(),
                service_endpoint: unit.config().endpoints.first().cloned().unwrap_or_else(|| QUEUE.to_owned()),
            }),
        })
    }

    /// The message as it goes this way.
    pub fn dress(&self, message: &Message) -> Message {
        match &self.service {
            Some(service) => message.clone().with_service(service),
            None => message.clone(),
        }
    }
}

/// The invitation that an exchange without a connection came by.
fn out_of_band_of(unit: &Unit<'_>, exchange: &CredentialExchange) -> Result<Option<OutOfBand>> {
    let role = match exchange.role() {
        Role::Issuer => out_of_band::Role::Sender,
        Role::Holder => out_of_band::Role::Receiver,
    };
    match &exchange.parent_thread_id {
        Some(pthid) => unit.tx().oob_of_message(pthid, oob_role_word(role)),
        None => Ok(None),
    }
}

/// Refuses a message of an exchange without a connection from anybody but the one who has the invitation's keys; the
/// first answer to an invitation of ours uses it up, and says where the next message goes.
pub(super) fn admit(unit: &mut Unit<'_>, exchange: &CredentialExchange, inbound: &Inbound) -> Result<(), HandlerError> {
    if exchange.connection_id.is_some() {
        return Ok(());
    }
    let Some(out_of_band) = out_of_band_of(unit, exchange)? else {
        return Err(
            ProtocolError::misbehaved("the message is on the thread of an offer that was given to nobody").into()
        );
    };
    if let Some(connection) = &inbound.connection {
        // The offer was attached to an invitation with a handshake: it is for whoever took that invitation.
        return match &connection.invitation_msg_id {
            Some(id) if *id == out_of_band.invi_msg_id => Ok(()),
            _ => Err(ProtocolError::misbehaved("the offer was made to somebody else").into()),
        };
    }
    if out_of_band.our_recipient_key != Some(inbound.recipient) {
        return Err(ProtocolError::misbehaved("the message came to another key than the invitation's").into());
    }
    match &out_of_band.their_service {
        Some(service) if inbound.sender.is_some_and(|sender| service.recipient_keys.contains(&sender)) => Ok(()),
        Some(_) => Err(ProtocolError::misbehaved("somebody else has answered this invitation").into()),
        None => {
            let Some(service) = inbound.message.service() else {
                return Err(ProtocolError::misbehaved("the answer does not say where to send the next message").into());
            };
            if !inbound.sender.is_some_and(|sender| service.recipient_keys.contains(&sender)) {
                return Err(
                    ProtocolError::misbehaved("the answer names other keys than the one it was sealed with").into()
                );
            }
            let step = unit.step(|context| {
                out_of_band::sender::advance(&out_of_band, out_of_band::sender::Input::Answer, context)
            })?;
            let mut used = step.record;
            used.their_service = Some(service);
            unit.save_oob(&used)?;
            Ok(())
        }
    }
}

/// Ties an offer that was made without a connection to the invitation that will carry it, and gives the message as it
/// is to be attached.
///
/// # Errors
/// [`AgentError::NotNow`] if the offer is on its way already, or is no offer any more.
pub(crate) fn attach_offer(unit: &mut Unit<'_>, exchange_id: &str, invitation_id: &str) -> Result<Message> {
    let exchange = unit.tx().exchange_record(exchange_id)?;
    let input = issue_credential::issuer::Input::AttachOffer { invitation_id: invitation_id.to_owned() };
    let ExchangeStep { record, event, .. } =
        unit.step(|context| issue_credential::issuer::advance(exchange, input, context))?;
    let offer = record.cred_offer().cloned().ok_or_else(|| AgentError::not_found("credential offer", exchange_id))?;
    if event == Some(Event::OfferSent) {
        unit.save_exchange(&record)?;
    }
    Ok(offer)
}
