//! Offers: made on a connection, or to travel with an invitation, or to wait for whoever uses one.

use vouchsafe_didcomm::{Message, Thread};

use super::State;
use crate::issue_credential::ExchangeStep;
use crate::issue_credential::exchange::{CredentialExchange, Event, Initiator, Start, State as RecordState};
use crate::issue_credential::format::{Payload, Stage};
use crate::issue_credential::message::{self, Carrier, CredentialPreview, OfferCredential, ProposeCredential};
use crate::issue_credential::stage::Offered;
use crate::{Context, ProtocolError, Step};

/// An offer to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// What is offered, one payload a format, completed for sending (see `CredentialFormat::complete`). Empty: what the
    /// proposal asks for.
    pub payloads: Vec<Payload>,
    /// What was asked for before contexts, dates and the like were put in. Kept in the record in the proposal's place
    /// where the issuer begins; empty: the same as `payloads`.
    pub asked: Vec<Payload>,
    /// A preview to go with it.
    pub preview: Option<CredentialPreview>,
    /// A word to the holder's person.
    pub comment: Option<String>,
}

impl Offer {
    fn into_body(self) -> Result<OfferCredential, ProtocolError> {
        let payloads: Vec<Payload> = self
            .payloads
            .into_iter()
            .map(|payload| {
                let value = payload
                    .format
                    .rules()
                    .complete(Stage::Offer, payload.value)
                    .map_err(|error| message::unsendable(&error))?;
                Ok(Payload { format: payload.format, value })
            })
            .collect::<Result<_, ProtocolError>>()?;
        message::body(&payloads, self.preview, self.comment)
    }
}

pub(super) fn open_with_offer(
    start: Start,
    mut offer: Offer,
    context: &mut Context<'_>,
) -> Result<(CredentialExchange, Message), ProtocolError> {
    let asked = std::mem::take(&mut offer.asked);
    let asked = if asked.is_empty() { offer.payloads.clone() } else { asked };
    let asked: ProposeCredential = message::body(&asked, offer.preview.clone(), offer.comment.clone())?;
    let asked = Message::build(ProposeCredential::TYPE, context.new_id(), &asked)
        .map_err(|error| ProtocolError::Unsendable(error.to_string()))?;
    let body = offer.into_body()?;
    let message = start.first_message(OfferCredential::TYPE, &body, context)?;
    let state = State::OfferSent(Offered { cred_proposal: Some(asked), cred_offer: message.clone() });
    let record = start.open(Initiator::Own, &message, RecordState::Issuer(state), context);
    Ok((record, message))
}

pub(super) fn answer_proposal(
    record: CredentialExchange,
    mut offer: Offer,
    context: &mut Context<'_>,
) -> Result<ExchangeStep, ProtocolError> {
    let RecordState::Issuer(State::ProposalReceived(proposed)) = &record.state else {
        return Err(record.not_now("an offer on this thread needs a proposal that is still open"));
    };
    if offer.payloads.is_empty() {
        offer.payloads = message::payloads::<ProposeCredential>(&proposed.cred_proposal)?;
    }
    let body = offer.into_body()?;
    let message = record.reply(OfferCredential::TYPE, &body, context)?;
    let state =
        State::OfferSent(Offered { cred_proposal: Some(proposed.cred_proposal.clone()), cred_offer: message.clone() });
    Ok(Step::send(record.moved(RecordState::Issuer(state), context), message, Event::OfferSent))
}

pub(super) fn attach(
    record: CredentialExchange,
    invitation_id: String,
    context: &mut Context<'_>,
) -> Result<ExchangeStep, ProtocolError> {
    let (record, offered) = hang(record, invitation_id)?;
    Ok(Step::quiet(record.moved(RecordState::Issuer(State::OfferSent(offered)), context), Event::OfferSent))
}

pub(super) fn await_connection(
    record: CredentialExchange,
    invitation_id: String,
    context: &mut Context<'_>,
) -> Result<ExchangeStep, ProtocolError> {
    let (record, offered) = hang(record, invitation_id)?;
    Ok(Step::quiet(record.moved(RecordState::Issuer(State::OfferWaiting(offered)), context), Event::OfferCreated))
}

/// Puts an offer that has not left on the thread of an invitation.
fn hang(mut record: CredentialExchange, invitation_id: String) -> Result<(CredentialExchange, Offered), ProtocolError> {
    let RecordState::Issuer(State::OfferSent(offered)) = &record.state else {
        return Err(record.not_now("only an offer that is still open can go with an invitation"));
    };
    if record.connection_id.is_some() || record.parent_thread_id.is_some() {
        return Err(record.not_now("this offer is on its way already"));
    }
    let thread = Thread { pthid: Some(invitation_id.clone()), ..Thread::default() };
    let mut offered = offered.clone();
    offered.cred_offer = offered.cred_offer.with_thread(thread);
    record.parent_thread_id = Some(invitation_id);
    Ok((record, offered))
}

pub(super) fn deliver(
    mut record: CredentialExchange,
    connection_id: String,
    context: &mut Context<'_>,
) -> Result<ExchangeStep, ProtocolError> {
    let RecordState::Issuer(State::OfferWaiting(offered)) = &record.state else {
        return Err(record.not_now("there is no offer waiting for a connection"));
    };
    let offered = offered.clone();
    let message = offered.cred_offer.clone();
    record.connection_id = Some(connection_id);
    Ok(Step::send(record.moved(RecordState::Issuer(State::OfferSent(offered)), context), message, Event::OfferSent))
}
