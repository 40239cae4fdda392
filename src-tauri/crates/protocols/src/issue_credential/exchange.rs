//! The record of one issuance (RFC 0453), as either role keeps it: who, on which thread, how far, and the messages that
//! crossed. The states are the roles' own; what both do alike is here: telling whether a message belongs to the
//! exchange and is new, putting a reply on its thread, and giving up. Defends against messages from another
//! connection's peer on a guessed thread id, and against the same message twice.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use vouchsafe_didcomm::{MAX_MESSAGE_BYTES, Message, Thread};

use super::{
    ExchangeStep,
    format::{Payload, Stage},
    holder, issuer,
    message::{self, CredentialPreview, CredentialProblemReport, Kind, refusal},
    stage::{Crossed, View},
};
use crate::{Context, ProtocolError, Step, report_problem::ProblemReport};

/// The most messages that one exchange takes from the other side: enough for any haggling, and a bound for the record.
pub const MAX_RECEIVED: usize = 64;
/// The longest reason for giving up that is kept, in characters.
const MAX_REASON_CHARS: usize = 1000;

/// The record of one issuance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CredentialExchange {
    /// Our id for it (`cred_ex_id`).
    pub id: String,
    /// The thread that both sides know it by.
    pub thread_id: String,
    /// The invitation that it hangs on, if it came with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_thread_id: Option<String>,
    /// The connection, unless it is connectionless or its offer still waits in an invitation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<String>,
    /// Who began.
    pub initiator: Initiator,
    /// Our role, and how far it has come.
    pub state: State,
    /// Offer what is proposed without asking. A fact for the agent's policy; nothing here reads it.
    #[serde(default)]
    pub auto_offer: bool,
    /// Issue what is requested without asking. As above.
    #[serde(default)]
    pub auto_issue: bool,
    /// Remove the record when it is done. As above.
    #[serde(default)]
    pub auto_remove: bool,
    /// Why it was abandoned, in ACA-Py's manner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_msg: Option<String>,
    /// The ids of the messages taken from the other side, so that none counts twice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub received: Vec<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Who began an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Initiator {
    /// This side.
    #[serde(rename = "self")]
    Own,
    /// The other side.
    #[serde(rename = "external")]
    External,
}

/// Our role in an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// We issue.
    Issuer,
    /// We hold.
    Holder,
}

/// Our role, and how far it has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "kebab-case")]
pub enum State {
    /// We issue.
    Issuer(issuer::State),
    /// We hold.
    Holder(holder::State),
}

/// What a new record is told besides its first message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Start {
    /// The connection, if there is one.
    pub connection_id: Option<String>,
    /// The invitation that it hangs on, if there is one. For a received message, its own `pthid` is taken where this is
    /// empty.
    pub parent_thread_id: Option<String>,
    /// See [`CredentialExchange::auto_offer`].
    pub auto_offer: bool,
    /// See [`CredentialExchange::auto_issue`].
    pub auto_issue: bool,
    /// See [`CredentialExchange::auto_remove`].
    pub auto_remove: bool,
}

/// A message from the other side, and the connection whose key it came under.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// The message.
    pub message: Message,
    /// The connection; `None` for what came connectionless.
    pub connection_id: Option<String>,
}

/// What happened, for policies, webhooks, history and the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Our proposal is on its way.
    ProposalSent,
    /// The holder proposes.
    ProposalReceived,
    /// An offer waits to be put into an invitation.
    OfferCreated,
    /// Our offer is on its way.
    OfferSent,
    /// The issuer offers.
    OfferReceived,
    /// Our request is on its way.
    RequestSent,
    /// The holder requests.
    RequestReceived,
    /// The credential is on its way.
    CredentialIssued,
    /// The credential is here; it equals what was requested and is not verified yet.
    CredentialReceived,
    /// The holder has stored it, and the issuer knows.
    Done,
    /// It is over without a credential.
    Abandoned {
        /// Who gave up.
        by: AbandonedBy,
        /// Why, for the person.
        reason: String,
    },
}

/// Who gave an exchange up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AbandonedBy {
    /// Our side's person or policy.
    Own,
    /// This program, because the other side did not keep to what was agreed.
    Checks,
    /// The other side.
    Peer,
}

impl State {
    /// Our role.
    pub fn role(&self) -> Role {
        match self {
            Self::Issuer(_) => Role::Issuer,
            Self::Holder(_) => Role::Holder,
        }
    }

    /// The word of RFC 0453, as ACA-Py writes it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Issuer(state) => state.word(),
            Self::Holder(state) => state.word(),
        }
    }

    /// Is nothing more to come?
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Issuer(issuer::State::Done(_) | issuer::State::Abandoned(_))
                | Self::Holder(holder::State::Done(_) | holder::State::Abandoned(_))
        )
    }

    /// Was it given up?
    pub fn is_abandoned(&self) -> bool {
        matches!(self, Self::Issuer(issuer::State::Abandoned(_)) | Self::Holder(holder::State::Abandoned(_)))
    }

    /// The messages that have crossed.
    pub fn view(&self) -> View<'_> {
        match self {
            Self::Issuer(state) => state.view(),
            Self::Holder(state) => state.view(),
        }
    }
}

impl CredentialExchange {
    /// The state in ACA-Py's words: `proposal-sent`, `offer-received`, …, `done`, `abandoned`.
    pub fn state_word(&self) -> &'static str {
        self.state.word()
    }

    /// Our role.
    pub fn role(&self) -> Role {
        self.state.role()
    }

    /// The latest proposal that crossed (or what our side was asked to offer).
    pub fn cred_proposal(&self) -> Option<&Message> {
        self.state.view().cred_proposal
    }

    /// The latest offer.
    pub fn cred_offer(&self) -> Option<&Message> {
        self.state.view().cred_offer
    }

    /// The request.
    pub fn cred_request(&self) -> Option<&Message> {
        self.state.view().cred_request
    }

    /// The message with the credential.
    pub fn cred_issue(&self) -> Option<&Message> {
        self.state.view().cred_issue
    }

    fn message_at(&self, stage: Stage) -> Option<&Message> {
        let view = self.state.view();
        match stage {
            Stage::Proposal => view.cred_proposal,
            Stage::Offer => view.cred_offer,
            Stage::Request => view.cred_request,
            Stage::Credential => view.cred_issue,
        }
    }

    /// What the message of this stage carries, in the formats that are spoken here; empty if it has not crossed.
    pub fn payloads(&self, stage: Stage) -> Vec<Payload> {
        self.message_at(stage).map(|message| message::payloads_at(stage, message)).unwrap_or_default()
    }

    /// What the message of this stage carries in its first format.
    pub fn payload(&self, stage: Stage) -> Option<Payload> {
        self.payloads(stage).into_iter().next()
    }

    /// The credential that was issued, signed and all.
    pub fn credential(&self) -> Option<Value> {
        self.payload(Stage::Credential).map(|payload| payload.value)
    }

    /// The holder's id for the stored credential, once it is stored.
    pub fn credential_id(&self) -> Option<&str> {
        match &self.state {
            State::Holder(holder::State::Done(stored)) => Some(&stored.credential_id),
            _ => None,
        }
    }

    /// The other side's last word to our person (or ours to theirs), at most [`message::MAX_COMMENT_CHARS`] long.
    pub fn comment(&self) -> Option<String> {
        let view = self.state.view();
        [view.cred_issue, view.cred_request, view.cred_offer, view.cred_proposal]
            .into_iter()
            .flatten()
            .find_map(message::comment)
    }

    /// The preview of the offer, else of the proposal.
    pub fn preview(&self) -> Option<CredentialPreview> {
        [self.cred_offer(), self.cred_proposal()].into_iter().flatten().find_map(message::preview)
    }

    /// What each message carries, by message and format, as in ACA-Py's records.
    pub fn by_format(&self) -> Value {
        let mut stages = Map::new();
        for stage in [Stage::Proposal, Stage::Offer, Stage::Request, Stage::Credential] {
            let payloads = self.payloads(stage);
            if !payloads.is_empty() {
                let formats: Map<String, Value> =
                    payloads.into_iter().map(|payload| (payload.format.name().to_owned(), payload.value)).collect();
                stages.insert(stage.record_member().to_owned(), Value::Object(formats));
            }
        }
        Value::Object(stages)
    }

    /// Our error for a step that this state does not allow.
    pub(super) fn not_now(&self, wanted: &str) -> ProtocolError {
        ProtocolError::not_now(self.state_word(), wanted)
    }

    /// The error for a message that this state does not allow. Where the exchange was given up, the other side is told
    /// so (again): its message crossed our report, or the report was lost.
    pub(super) fn not_expected(&self, name: &str) -> ProtocolError {
        let reason = format!("{name} does not fit the state {}", self.state_word());
        if self.state.is_abandoned() {
            return refusal("the exchange was abandoned");
        }
        ProtocolError::misbehaved(reason)
    }

    /// Takes note of a message, if it is this exchange's. `Ok(false)` if it was here before.
    pub(super) fn take(&mut self, received: &Received, kind: Kind) -> Result<bool, ProtocolError> {
        expect_kind(&received.message, kind)?;
        if received.message.thread_id() != self.thread_id {
            return Err(ProtocolError::misbehaved("the message belongs to another thread"));
        }
        if self.received.iter().any(|id| id == received.message.id()) {
            return Ok(false);
        }
        match (&self.connection_id, &received.connection_id) {
            (Some(ours), Some(theirs)) if ours == theirs => {}
            (None, None) => {}
            // An offer in an invitation learns its connection from who answers it, once.
            (None, Some(theirs)) => self.connection_id = Some(theirs.clone()),
            (Some(_), _) => {
                return Err(ProtocolError::misbehaved("the message came from outside the exchange's connection"));
            }
        }
        if self.received.len() >= MAX_RECEIVED {
            return Err(ProtocolError::misbehaved("the other side sent too many messages on this thread"));
        }
        self.received.push(received.message.id().to_owned());
        Ok(true)
    }

    /// A message of ours on this thread.
    pub(super) fn reply(
        &self,
        type_uri: &str,
        body: &impl Serialize,
        context: &mut Context<'_>,
    ) -> Result<Message, ProtocolError> {
        let thread =
            Thread { thid: Some(self.thread_id.clone()), pthid: self.parent_thread_id.clone(), ..Thread::default() };
        build(type_uri, body, thread, context)
    }

    /// The record in its next state.
    pub(super) fn moved(mut self, state: State, context: &Context<'_>) -> Self {
        self.state = state;
        self.updated_at = context.now;
        self
    }

    fn given_up(self, error_msg: &str, context: &Context<'_>) -> Self {
        let crossed = Crossed::from(self.state.view());
        let state = match &self.state {
            State::Issuer(_) => State::Issuer(issuer::State::Abandoned(crossed)),
            State::Holder(_) => State::Holder(holder::State::Abandoned(crossed)),
        };
        let mut record = self.moved(state, context);
        record.error_msg = Some(error_msg.chars().take(MAX_REASON_CHARS).collect());
        record
    }

    /// Gives up, and tells the other side `reason`.
    pub(super) fn abandon(
        self,
        by: AbandonedBy,
        reason: &str,
        context: &mut Context<'_>,
    ) -> Result<ExchangeStep, ProtocolError> {
        let reason: String = reason.chars().take(MAX_REASON_CHARS).collect();
        let report = CredentialProblemReport::abandoned(reason.clone()).into_message(
            &self.thread_id,
            self.parent_thread_id.as_deref(),
            context,
        )?;
        let record = self.given_up(&format!("created problem report: {reason}"), context);
        Ok(Step::send(record, report, Event::Abandoned { by, reason }))
    }

    /// Gives up before the other side has heard of it: there is nobody to tell.
    pub(super) fn withdrawn(self, reason: &str, context: &Context<'_>) -> ExchangeStep {
        let reason: String = reason.chars().take(MAX_REASON_CHARS).collect();
        let record = self.given_up(&format!("withdrawn: {reason}"), context);
        Step::quiet(record, Event::Abandoned { by: AbandonedBy::Own, reason })
    }

    /// A message of this exchange cannot be read: the exchange ends, here as at the other side, which is told why.
    pub(super) fn unreadable(
        self,
        error: &ProtocolError,
        context: &mut Context<'_>,
    ) -> Result<ExchangeStep, ProtocolError> {
        let reason = match error {
            ProtocolError::PeerMisbehaved { reason, .. } | ProtocolError::PeerIncompatible { reason, .. } => {
                reason.clone()
            }
            other => other.to_string(),
        };
        self.abandon(AbandonedBy::Checks, &reason, context)
    }

    /// What a message of this exchange links to cannot be had: it ends as if the message could not be read, if it is
    /// the one that is waited for.
    pub(super) fn unfetched(
        mut self,
        received: &Received,
        awaited: Option<Kind>,
        reason: &str,
        context: &mut Context<'_>,
    ) -> Result<ExchangeStep, ProtocolError> {
        let Some(kind) = awaited.filter(|kind| Kind::of(received.message.message_type()) == Some(*kind)) else {
            return Err(self.not_expected("this message"));
        };
        if !self.take(received, kind)? {
            return Ok(Step::unchanged(self));
        }
        self.abandon(AbandonedBy::Checks, reason, context)
    }

    /// The other side gave up.
    pub(super) fn abandoned_by_peer(self, code: &str, description: &str, context: &Context<'_>) -> ExchangeStep {
        let reason = if description.is_empty() { code } else { description }.to_owned();
        let record = self.given_up(&format!("{code}: {description}"), context);
        Step::quiet(record, Event::Abandoned { by: AbandonedBy::Peer, reason })
    }

    /// What a problem report from the other side does in any state.
    pub(super) fn reported(
        mut self,
        received: &Received,
        context: &Context<'_>,
    ) -> Result<ExchangeStep, ProtocolError> {
        if !self.take(received, Kind::ProblemReport)? || self.state.is_abandoned() {
            return Ok(Step::unchanged(self));
        }
        if self.state.is_final() {
            return Err(ProtocolError::misbehaved("a problem report came after the exchange was done"));
        }
        let report = ProblemReport::read(&received.message);
        Ok(self.abandoned_by_peer(&report.code, &report.description, context))
    }
}

impl Start {
    /// A record that begins with `message`.
    pub(super) fn open(
        self,
        initiator: Initiator,
        message: &Message,
        state: State,
        context: &mut Context<'_>,
    ) -> CredentialExchange {
        CredentialExchange {
            id: context.new_id(),
            thread_id: message.thread_id().to_owned(),
            parent_thread_id: self.parent_thread_id.or_else(|| message.parent_thread_id().map(str::to_owned)),
            connection_id: self.connection_id,
            initiator,
            state,
            auto_offer: self.auto_offer,
            auto_issue: self.auto_issue,
            auto_remove: self.auto_remove,
            error_msg: None,
            received: match initiator {
                Initiator::Own => Vec::new(),
                Initiator::External => vec![message.id().to_owned()],
            },
            created_at: context.now,
            updated_at: context.now,
        }
    }

    /// Our message that begins a thread: its id is the thread's, and `~thread` says at most what it hangs on.
    pub(super) fn first_message(
        &self,
        type_uri: &str,
        body: &impl Serialize,
        context: &mut Context<'_>,
    ) -> Result<Message, ProtocolError> {
        build(type_uri, body, Thread { pthid: self.parent_thread_id.clone(), ..Thread::default() }, context)
    }

    /// The connection that a received first message brings, if the caller did not say.
    pub(super) fn with_sender(mut self, received: &Received) -> Self {
        self.connection_id = self.connection_id.or_else(|| received.connection_id.clone());
        self
    }
}

/// Is it this message of the protocol?
pub(super) fn expect_kind(message: &Message, kind: Kind) -> Result<(), ProtocolError> {
    if Kind::of(message.message_type()) == Some(kind) {
        Ok(())
    } else {
        Err(ProtocolError::misbehaved(format!("{} is not the message that was expected", message.message_type())))
    }
}

fn build(
    type_uri: &str,
    body: &impl Serialize,
    thread: Thread,
    context: &mut Context<'_>,
) -> Result<Message, ProtocolError> {
    let message = Message::build(type_uri, context.new_id(), body)
        .map_err(|error| ProtocolError::Unsendable(error.to_string()))?
        .with_thread(thread);
    // The other side refuses what it may not read; better that our own person hears of it first.
    if message.to_bytes().len() > MAX_MESSAGE_BYTES {
        return Err(ProtocolError::Unsendable("the message is too large".to_owned()));
    }
    Ok(message)
}
