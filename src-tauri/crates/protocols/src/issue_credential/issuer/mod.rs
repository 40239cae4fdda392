//! The issuer's side of an issuance (RFC 0453, role "Issuer"). It issues what was requested, once: the credential leaves
//! in the step that ends the state it can leave from. What the holder asks for must be what was offered; where nothing
//! was offered, a person or a policy decides on the request itself.

mod offer;

use serde::{Deserialize, Serialize};

use super::{
    ExchangeStep,
    exchange::{AbandonedBy, CredentialExchange, Event, Initiator, Received, Start, State as RecordState, expect_kind},
    format::Payload,
    message::{
        self, AckStatus, Carrier, CredentialAck, IssueCredential, Kind, OfferCredential, ProposeCredential,
        RequestCredential,
    },
    stage::{Crossed, Issued, Offered, Proposed, Requested, View},
};
use crate::{Context, ProtocolError, Step};
pub use offer::Offer;
use offer::{answer_proposal, attach, await_connection, deliver, open_with_offer};

/// How far the issuer has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// The holder proposed, or answered our offer with another proposal.
    ProposalReceived(Proposed),
    /// The offer is made and has not left: it goes out once its invitation has led to a connection. A holder does not
    /// know its thread yet.
    OfferWaiting(Offered),
    /// We offered, or the offer waits in an invitation.
    OfferSent(Offered),
    /// The holder requested.
    RequestReceived(Requested),
    /// The credential has left.
    CredentialIssued(Issued),
    /// The holder has stored it.
    Done(Issued),
    /// It is over without a credential.
    Abandoned(Crossed),
}

/// What an issuer's exchange can begin with.
#[derive(Debug, Clone, PartialEq)]
pub enum Opening {
    /// We offer on a connection.
    SendOffer(Offer),
    /// We make an offer that travels by itself, in an invitation ([`Input::AttachOffer`]), or that waits for whoever
    /// uses one ([`Input::AwaitConnection`]).
    CreateOffer(Offer),
    /// The holder proposes.
    ProposalReceived(Received),
    /// The holder requests at once, where the format lets it (JSON-LD).
    RequestReceived(Received),
}

/// What can come to an issuer's exchange, from its person, a policy or the holder.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// `propose-credential` came, in answer to our offer.
    ProposalReceived(Received),
    /// Answer the proposal.
    SendOffer(Offer),
    /// Put the offer into the invitation of this id: from then on it hangs on that thread.
    AttachOffer {
        /// The invitation's `@id`.
        invitation_id: String,
    },
    /// Keep the offer back until the invitation of this id has led to a connection: it hangs on that thread without
    /// being in the invitation.
    AwaitConnection {
        /// The invitation's `@id`.
        invitation_id: String,
    },
    /// The connection stands: the offer that waited for it goes out, once.
    Deliver {
        /// The connection.
        connection_id: String,
    },
    /// `request-credential` came.
    RequestReceived(Received),
    /// Issue this signed credential.
    Issue {
        /// The credential, in the request's format; but for its proof it equals the request.
        payload: Payload,
        /// A word to the holder's person.
        comment: Option<String>,
    },
    /// `ack` came.
    AckReceived(Received),
    /// A message came whose content is linked, and what it links to cannot be had.
    Unfetched {
        /// The message.
        received: Received,
        /// Why not, for both sides' persons.
        reason: String,
    },
    /// `problem-report` came.
    ProblemReportReceived(Received),
    /// Give up before anything is issued, with a reason for the holder's person.
    Abandon {
        /// The reason; a plain one is put in if there is none.
        reason: Option<String>,
    },
}

impl State {
    /// The word of RFC 0453.
    pub fn word(&self) -> &'static str {
        match self {
            Self::ProposalReceived(_) => "proposal-received",
            // The RFC has no word for an offer that is made and not sent; ACA-Py says this of those that it has made.
            Self::OfferWaiting(_) | Self::OfferSent(_) => "offer-sent",
            Self::RequestReceived(_) => "request-received",
            Self::CredentialIssued(_) => "credential-issued",
            Self::Done(_) => "done",
            Self::Abandoned(_) => "abandoned",
        }
    }

    /// What has crossed.
    pub fn view(&self) -> View<'_> {
        match self {
            Self::ProposalReceived(proposed) => proposed.view(),
            Self::OfferWaiting(offered) | Self::OfferSent(offered) => offered.view(),
            Self::RequestReceived(requested) => requested.view(),
            Self::CredentialIssued(issued) | Self::Done(issued) => issued.view(),
            Self::Abandoned(crossed) => crossed.view(),
        }
    }
}

impl Opening {
    /// The opening that a message is, if an issuer's exchange can begin with it.
    pub fn from_received(received: Received) -> Option<Self> {
        match Kind::of(received.message.message_type())? {
            Kind::Propose => Some(Self::ProposalReceived(received)),
            Kind::Request => Some(Self::RequestReceived(received)),
            _ => None,
        }
    }
}

impl Input {
    /// The input that a message is, if it is one for an issuer.
    pub fn from_received(received: Received) -> Option<Self> {
        match Kind::of(received.message.message_type())? {
            Kind::Propose => Some(Self::ProposalReceived(received)),
            Kind::Request => Some(Self::RequestReceived(received)),
            Kind::Ack => Some(Self::AckReceived(received)),
            Kind::ProblemReport => Some(Self::ProblemReportReceived(received)),
            Kind::Offer | Kind::Issue => None,
        }
    }
}

/// Begins an issuer's exchange.
///
/// # Errors
/// [`ProtocolError::Unsendable`] for an offer of ours that cannot be sent, else what is wrong with the holder's message,
/// with the report that says so.
pub fn start(start: Start, opening: Opening, context: &mut Context<'_>) -> Result<ExchangeStep, ProtocolError> {
    match opening {
        Opening::SendOffer(offer) => {
            let (record, message) = open_with_offer(start, offer, context)?;
            Ok(Step::send(record, message, Event::OfferSent))
        }
        Opening::CreateOffer(offer) => {
            let (record, _) = open_with_offer(start, offer, context)?;
            Ok(Step::quiet(record, Event::OfferCreated))
        }
        Opening::ProposalReceived(received) => {
            expect_kind(&received.message, Kind::Propose)?;
            message::payloads::<ProposeCredential>(&received.message)?;
            let start = start.with_sender(&received);
            let state = State::ProposalReceived(Proposed { cred_proposal: received.message.clone(), cred_offer: None });
            let record = start.open(Initiator::External, &received.message, RecordState::Issuer(state), context);
            Ok(Step::quiet(record, Event::ProposalReceived))
        }
        Opening::RequestReceived(received) => {
            expect_kind(&received.message, Kind::Request)?;
            if received.message.thread_id() != received.message.id() {
                // It answers an offer that is not here (any more): taking it for a new request would lose the offer.
                return Err(message::refusal("the request answers an offer that is not known"));
            }
            let requested = message::payloads::<RequestCredential>(&received.message)?;
            if !requested.iter().all(|payload| payload.format.rules().opens_with_request()) {
                return Err(message::refusal("this format needs an offer before the request"));
            }
            let start = start.with_sender(&received);
            let state = State::RequestReceived(Requested { offered: None, cred_request: received.message.clone() });
            let record = start.open(Initiator::External, &received.message, RecordState::Issuer(state), context);
            Ok(Step::quiet(record, Event::RequestReceived))
        }
    }
}

/// Takes an issuer's exchange one step further.
///
/// # Errors
/// [`ProtocolError::NotNow`] for a step of ours out of turn, [`ProtocolError::Unsendable`] for a message of ours that
/// cannot be made, else what is wrong with the holder's message. The record stays as it was.
pub fn advance(
    mut record: CredentialExchange,
    input: Input,
    context: &mut Context<'_>,
) -> Result<ExchangeStep, ProtocolError> {
    match input {
        Input::SendOffer(offer) => answer_proposal(record, offer, context),
        Input::AttachOffer { invitation_id } => attach(record, invitation_id, context),
        Input::AwaitConnection { invitation_id } => await_connection(record, invitation_id, context),
        Input::Deliver { connection_id } => deliver(record, connection_id, context),
        Input::Issue { payload, comment } => issue(record, payload, comment, context),
        Input::Abandon { reason } => {
            if matches!(record.state, RecordState::Issuer(State::CredentialIssued(_))) {
                return Err(record.not_now("the credential has been issued: it can be revoked, not taken back"));
            }
            if record.state.is_final() {
                return Err(record.not_now("there is nothing to abandon any more"));
            }
            let reason = reason.filter(|reason| !reason.trim().is_empty());
            let reason = reason.as_deref().unwrap_or("abandoned by the issuer");
            if matches!(record.state, RecordState::Issuer(State::OfferWaiting(_))) {
                return Ok(record.withdrawn(reason, context));
            }
            record.abandon(AbandonedBy::Own, reason, context)
        }
        Input::ProposalReceived(received) => {
            if !record.take(&received, Kind::Propose)? {
                return Ok(Step::unchanged(record));
            }
            let RecordState::Issuer(State::OfferSent(offered)) = &record.state else {
                return Err(record.not_expected("a proposal"));
            };
            if let Err(error) = message::payloads::<ProposeCredential>(&received.message) {
                return record.unreadable(&error, context);
            }
            let state = State::ProposalReceived(Proposed {
                cred_proposal: received.message,
                cred_offer: Some(offered.cred_offer.clone()),
            });
            Ok(Step::quiet(record.moved(RecordState::Issuer(state), context), Event::ProposalReceived))
        }
        Input::RequestReceived(received) => take_request(record, received, context),
        Input::AckReceived(received) => take_ack(record, &received, context),
        Input::Unfetched { received, reason } => {
            let kind = Kind::of(received.message.message_type());
            let answers_offer = matches!(record.state, RecordState::Issuer(State::OfferSent(_)));
            let awaited = kind.filter(|kind| answers_offer && matches!(kind, Kind::Propose | Kind::Request));
            record.unfetched(&received, awaited, &reason, context)
        }
        Input::ProblemReportReceived(received) => {
            if !matches!(record.state, RecordState::Issuer(_)) {
                return Err(record.not_now("this is the holder's record"));
            }
            record.reported(&received, context)
        }
    }
}

fn take_request(
    mut record: CredentialExchange,
    received: Received,
    context: &mut Context<'_>,
) -> Result<ExchangeStep, ProtocolError> {
    if !record.take(&received, Kind::Request)? {
        return Ok(Step::unchanged(record));
    }
    let RecordState::Issuer(State::OfferSent(offered)) = &record.state else {
        return Err(record.not_expected("a request"));
    };
    let requested = match message::payloads::<RequestCredential>(&received.message) {
        Ok(requested) => requested,
        Err(error) => return record.unreadable(&error, context),
    };
    let offers = message::payloads::<OfferCredential>(&offered.cred_offer)?;
    for request in &requested {
        let outcome = match offers.iter().find(|offer| offer.format == request.format) {
            Some(offer) => {
                request.format.rules().request_matches(&offer.value, &request.value).map_err(|error| error.to_string())
            }
            None => Err("nothing was offered in its format".to_owned()),
        };
        if let Err(difference) = outcome {
            let reason = format!("the request is not what was offered: {difference}");
            return record.abandon(AbandonedBy::Checks, &reason, context);
        }
    }
    let state = State::RequestReceived(Requested { offered: Some(offered.clone()), cred_request: received.message });
    Ok(Step::quiet(record.moved(RecordState::Issuer(state), context), Event::RequestReceived))
}

fn issue(
    record: CredentialExchange,
    payload: Payload,
    comment: Option<String>,
    context: &mut Context<'_>,
) -> Result<ExchangeStep, ProtocolError> {
    let RecordState::Issuer(State::RequestReceived(requested)) = &record.state else {
        return Err(record.not_now("there is no request waiting for a credential"));
    };
    let wanted = message::payloads::<RequestCredential>(&requested.cred_request)?
        .into_iter()
        .find(|wanted| wanted.format == payload.format)
        .ok_or_else(|| ProtocolError::Unsendable("nothing was requested in this format".to_owned()))?;
    payload
        .format
        .rules()
        .credential_matches(&wanted.value, &payload.value)
        .map_err(|error| ProtocolError::Unsendable(format!("the credential is not what was requested: {error}")))?;
    let body: IssueCredential = message::body(&[payload], None, comment)?;
    let message = record.reply(IssueCredential::TYPE, &body, context)?;
    let state = State::CredentialIssued(Issued { requested: requested.clone(), cred_issue: message.clone() });
    Ok(Step::send(record.moved(RecordState::Issuer(state), context), message, Event::CredentialIssued))
}

fn take_ack(
    mut record: CredentialExchange,
    received: &Received,
    context: &mut Context<'_>,
) -> Result<ExchangeStep, ProtocolError> {
    if !record.take(received, Kind::Ack)? {
        return Ok(Step::unchanged(record));
    }
    let RecordState::Issuer(State::CredentialIssued(issued)) = &record.state else {
        return Err(ProtocolError::misbehaved(format!("an ack does not fit the state {}", record.state_word())));
    };
    let ack: CredentialAck = received.message.body()?;
    match ack.status {
        AckStatus::Ok => {
            let state = State::Done(issued.clone());
            Ok(Step::quiet(record.moved(RecordState::Issuer(state), context), Event::Done))
        }
        // The holder has it and has not decided: the exchange waits, and remembers that this ack was here.
        AckStatus::Pending => Ok(Step::unchanged(record)),
        AckStatus::Fail => Ok(record.abandoned_by_peer("FAIL", "the holder could not take the credential", context)),
    }
}
