//! The holder's side of an issuance (RFC 0453, role "Holder"). It requests what was offered and nothing else, takes only
//! the credential that it requested, and says that it is done only once the credential is verified and stored. A
//! credential that is anything else ends the exchange with a report and a reason; it never reaches the wallet.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    ExchangeStep,
    exchange::{AbandonedBy, CredentialExchange, Event, Initiator, Received, Start, State as RecordState, expect_kind},
    format::{Payload, Stage},
    message::{
        self, ACK, AckStatus, Carrier, CredentialAck, CredentialPreview, IssueCredential, Kind, OfferCredential,
        ProposeCredential, RequestCredential,
    },
    stage::{Crossed, Issued, Offered, Proposed, Requested, View},
};
use crate::{Context, ProtocolError, Step};

/// How far the holder has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum State {
    /// We proposed, or answered an offer with another proposal.
    ProposalSent(Proposed),
    /// The issuer offered.
    OfferReceived(Offered),
    /// We requested.
    RequestSent(Requested),
    /// The credential is here, equal to the request; not verified and not stored yet.
    CredentialReceived(Issued),
    /// It is stored and acknowledged.
    Done(Stored),
    /// It is over without a credential.
    Abandoned(Crossed),
}

/// The credential is in the wallet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    /// What crossed.
    pub issued: Issued,
    /// The credential's id in the wallet (`cred_id_stored`).
    pub credential_id: String,
    /// The id of this fact (`cred_ex_ld_proof_id` in ACA-Py's answers).
    pub stored_id: String,
    /// When it was stored.
    pub stored_at: Timestamp,
}

/// A proposal to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// What is proposed, one payload a format. Completed for sending (see `CredentialFormat::complete`).
    pub payloads: Vec<Payload>,
    /// A preview to go with it.
    pub preview: Option<CredentialPreview>,
    /// A word to the issuer's person.
    pub comment: Option<String>,
}

/// A request to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// What is requested, in one of the formats of the offer, the subject's id put in.
    pub payload: Payload,
    /// A word to the issuer's person.
    pub comment: Option<String>,
}

/// What a holder's exchange can begin with.
#[derive(Debug, Clone, PartialEq)]
pub enum Opening {
    /// We propose.
    SendProposal(Proposal),
    /// We request at once, where the format lets us (JSON-LD).
    SendRequest(Request),
    /// The issuer offers.
    OfferReceived(Received),
}

/// What can come to a holder's exchange, from its person, a policy or the issuer.
#[derive(Debug, Clone, PartialEq)]
pub enum Input {
    /// Answer the offer with another proposal.
    SendProposal(Proposal),
    /// `offer-credential` came.
    OfferReceived(Received),
    /// Accept the offer.
    SendRequest(Request),
    /// `issue-credential` came.
    CredentialReceived(Received),
    /// The credential was verified, and is stored in the same commit under this id if the verdict lets it.
    Store {
        /// The id that the wallet gives it.
        credential_id: String,
        /// What verification said.
        verdict: Verdict,
    },
    /// A message came whose content is linked, and what it links to cannot be had.
    Unfetched {
        /// The message.
        received: Received,
        /// Why not, for both sides' persons.
        reason: String,
    },
    /// `problem-report` came.
    ProblemReportReceived(Received),
    /// Give up, with a reason for the issuer's person.
    Decline {
        /// The reason; a plain one is put in if there is none.
        reason: Option<String>,
    },
}

/// What verification said of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Good: store it.
    Verified,
    /// Not good: refuse it.
    Refused {
        /// A stable code for our own log and person; the wire has but one.
        code: String,
        /// One sentence, without claim values: the issuer reads it too.
        reason: String,
    },
}

impl State {
    /// The word of RFC 0453.
    pub fn word(&self) -> &'static str {
        match self {
            Self::ProposalSent(_) => "proposal-sent",
            Self::OfferReceived(_) => "offer-received",
            Self::RequestSent(_) => "request-sent",
            Self::CredentialReceived(_) => "credential-received",
            Self::Done(_) => "done",
            Self::Abandoned(_) => "abandoned",
        }
    }

    /// What has crossed.
    pub fn view(&self) -> View<'_> {
        match self {
            Self::ProposalSent(proposed) => proposed.view(),
            Self::OfferReceived(offered) => offered.view(),
            Self::RequestSent(requested) => requested.view(),
            Self::CredentialReceived(issued) => issued.view(),
            Self::Done(stored) => stored.issued.view(),
            Self::Abandoned(crossed) => crossed.view(),
        }
    }
}

impl Opening {
    /// The opening that a message is, if a holder's exchange can begin with it.
    pub fn from_received(received: Received) -> Option<Self> {
        (Kind::of(received.message.message_type()) == Some(Kind::Offer)).then_some(Self::OfferReceived(received))
    }
}

impl Input {
    /// The input that a message is, if it is one for a holder.
    pub fn from_received(received: Received) -> Option<Self> {
        match Kind::of(received.message.message_type())? {
            Kind::Offer => Some(Self::OfferReceived(received)),
            Kind::Issue => Some(Self::CredentialReceived(received)),
            Kind::ProblemReport => Some(Self::ProblemReportReceived(received)),
            Kind::Propose | Kind::Request | Kind::Ack => None,
        }
    }
}

/// Begins a holder's exchange.
///
/// # Errors
/// [`ProtocolError::Unsendable`] for a proposal or request of ours that cannot be sent, else what is wrong with the
/// offer, with the report that says so.
pub fn start(start: Start, opening: Opening, context: &mut Context<'_>) -> Result<ExchangeStep, ProtocolError> {
    match opening {
        Opening::SendProposal(proposal) => {
            let body: ProposeCredential = proposal.into_body()?;
            let message = start.first_message(ProposeCredential::TYPE, &body, context)?;
            let state = State::ProposalSent(Proposed { cred_proposal: message.clone(), cred_offer: None });
            let record = start.open(Initiator::Own, &message, RecordState::Holder(state), context);
            Ok(Step::send(record, message, Event::ProposalSent))
        }
        Opening::SendRequest(Request { payload, comment }) => {
            if !payload.format.rules().opens_with_request() {
                return Err(ProtocolError::Unsendable("this format needs an offer before the request".to_owned()));
            }
            let payload = complete(Stage::Request, payload)?;
            let body: RequestCredential = message::body(&[payload], None, comment)?;
            let message = start.first_message(RequestCredential::TYPE, &body, context)?;
            let state = State::RequestSent(Requested { offered: None, cred_request: message.clone() });
            let record = start.open(Initiator::Own, &message, RecordState::Holder(state), context);
            Ok(Step::send(record, message, Event::RequestSent))
        }
        Opening::OfferReceived(received) => {
            expect_kind(&received.message, Kind::Offer)?;
            message::payloads::<OfferCredential>(&received.message)?;
            let start = start.with_sender(&received);
            let state = State::OfferReceived(Offered { cred_proposal: None, cred_offer: received.message.clone() });
            let record = start.open(Initiator::External, &received.message, RecordState::Holder(state), context);
            Ok(Step::quiet(record, Event::OfferReceived))
        }
    }
}

/// Takes a holder's exchange one step further.
///
/// # Errors
/// [`ProtocolError::NotNow`] for a step of ours out of turn, [`ProtocolError::Unsendable`] for a message of ours that
/// cannot be made, else what is wrong with the issuer's message. The record stays as it was.
pub fn advance(
    mut record: CredentialExchange,
    input: Input,
    context: &mut Context<'_>,
) -> Result<ExchangeStep, ProtocolError> {
    match input {
        Input::SendProposal(proposal) => counter(record, proposal, context),
        Input::SendRequest(request) => request_offered(record, request, context),
        Input::Store { credential_id, verdict } => store(record, credential_id, verdict, context),
        Input::Decline { reason } => {
            if record.state.is_final() {
                return Err(record.not_now("there is nothing to decline any more"));
            }
            let reason = reason.filter(|reason| !reason.trim().is_empty());
            record.abandon(AbandonedBy::Own, reason.as_deref().unwrap_or("declined by the holder"), context)
        }
        Input::OfferReceived(received) => {
            if !record.take(&received, Kind::Offer)? {
                return Ok(Step::unchanged(record));
            }
            let RecordState::Holder(State::ProposalSent(proposed)) = &record.state else {
                return Err(record.not_expected("an offer"));
            };
            if let Err(error) = message::payloads::<OfferCredential>(&received.message) {
                return record.unreadable(&error, context);
            }
            let state = State::OfferReceived(Offered {
                cred_proposal: Some(proposed.cred_proposal.clone()),
                cred_offer: received.message,
            });
            Ok(Step::quiet(record.moved(RecordState::Holder(state), context), Event::OfferReceived))
        }
        Input::CredentialReceived(received) => take_credential(record, received, context),
        Input::Unfetched { received, reason } => {
            let awaited = match &record.state {
                RecordState::Holder(State::ProposalSent(_)) => Some(Kind::Offer),
                RecordState::Holder(State::RequestSent(_)) => Some(Kind::Issue),
                _ => None,
            };
            record.unfetched(&received, awaited, &reason, context)
        }
        Input::ProblemReportReceived(received) => {
            if !matches!(record.state, RecordState::Holder(_)) {
                return Err(record.not_now("this is the issuer's record"));
            }
            record.reported(&received, context)
        }
    }
}

fn counter(
    record: CredentialExchange,
    proposal: Proposal,
    context: &mut Context<'_>,
) -> Result<ExchangeStep, ProtocolError> {
    let RecordState::Holder(State::OfferReceived(offered)) = &record.state else {
        return Err(record.not_now("a counter-proposal needs an offer that is still open"));
    };
    let body: ProposeCredential = proposal.into_body()?;
    let message = record.reply(ProposeCredential::TYPE, &body, context)?;
    let state =
        State::ProposalSent(Proposed { cred_proposal: message.clone(), cred_offer: Some(offered.cred_offer.clone()) });
    Ok(Step::send(record.moved(RecordState::Holder(state), context), message, Event::ProposalSent))
}

fn request_offered(
    record: CredentialExchange,
    Request { payload, comment }: Request,
    context: &mut Context<'_>,
) -> Result<ExchangeStep, ProtocolError> {
    let RecordState::Holder(State::OfferReceived(offered)) = &record.state else {
        return Err(record.not_now("a request needs an offer that is still open"));
    };
    let offer = message::payloads::<OfferCredential>(&offered.cred_offer)?
        .into_iter()
        .find(|offer| offer.format == payload.format)
        .ok_or_else(|| ProtocolError::Unsendable("nothing was offered in this format".to_owned()))?;
    payload
        .format
        .rules()
        .request_matches(&offer.value, &payload.value)
        .map_err(|error| ProtocolError::Unsendable(format!("the request is not what was offered: {error}")))?;
    let body: RequestCredential = message::body(&[payload], None, comment)?;
    let message = record.reply(RequestCredential::TYPE, &body, context)?;
    let state = State::RequestSent(Requested { offered: Some(offered.clone()), cred_request: message.clone() });
    Ok(Step::send(record.moved(RecordState::Holder(state), context), message, Event::RequestSent))
}

fn take_credential(
    mut record: CredentialExchange,
    received: Received,
    context: &mut Context<'_>,
) -> Result<ExchangeStep, ProtocolError> {
    if !record.take(&received, Kind::Issue)? {
        return Ok(Step::unchanged(record));
    }
    let RecordState::Holder(State::RequestSent(requested)) = &record.state else {
        return Err(record.not_expected("a credential"));
    };
    let issued = match message::payloads::<IssueCredential>(&received.message) {
        Ok(issued) => issued,
        Err(error) => return record.unreadable(&error, context),
    };
    let wanted = message::payloads::<RequestCredential>(&requested.cred_request)?;
    let (Some(wanted), Some(issued)) = (wanted.first(), issued.first()) else {
        return Err(message::refusal("the message carries no credential"));
    };
    let outcome = if issued.format == wanted.format {
        wanted.format.rules().credential_matches(&wanted.value, &issued.value).map_err(|error| error.to_string())
    } else {
        Err("it is in another format".to_owned())
    };
    if let Err(difference) = outcome {
        let reason = format!("the credential is not what was requested: {difference}");
        return record.abandon(AbandonedBy::Checks, &reason, context);
    }
    let state = State::CredentialReceived(Issued { requested: requested.clone(), cred_issue: received.message });
    Ok(Step::quiet(record.moved(RecordState::Holder(state), context), Event::CredentialReceived))
}

fn store(
    record: CredentialExchange,
    credential_id: String,
    verdict: Verdict,
    context: &mut Context<'_>,
) -> Result<ExchangeStep, ProtocolError> {
    let RecordState::Holder(State::CredentialReceived(issued)) = &record.state else {
        return Err(record.not_now("there is no credential waiting to be stored"));
    };
    if let Verdict::Refused { code, reason } = verdict {
        let mut step = record.abandon(AbandonedBy::Checks, &reason, context)?;
        step.record.error_msg = Some(format!("{code}: {reason}").chars().take(message::MAX_COMMENT_CHARS).collect());
        return Ok(step);
    }
    let ack = record.reply(ACK, &CredentialAck { status: AckStatus::Ok }, context)?;
    let state = State::Done(Stored {
        issued: issued.clone(),
        credential_id,
        stored_id: context.new_id(),
        stored_at: context.now,
    });
    Ok(Step::send(record.moved(RecordState::Holder(state), context), ack, Event::Done))
}

fn complete(stage: Stage, payload: Payload) -> Result<Payload, ProtocolError> {
    let value = payload.format.rules().complete(stage, payload.value).map_err(|error| message::unsendable(&error))?;
    Ok(Payload { format: payload.format, value })
}

impl Proposal {
    fn into_body(self) -> Result<ProposeCredential, ProtocolError> {
        let payloads: Vec<Payload> =
            self.payloads.into_iter().map(|payload| complete(Stage::Proposal, payload)).collect::<Result<_, _>>()?;
        message::body(&payloads, self.preview, self.comment)
    }
}
