//! What both roles do alike with their record: telling whether a message belongs to it and is new, putting a reply on
//! its thread, and giving up. Defends against messages from another connection's peer on a guessed thread id, and
//! against the same message twice.

use serde::Serialize;
use vouchsafe_didcomm::{MAX_MESSAGE_BYTES, Message, Thread};

use super::{AbandonedBy, CredentialExchange, Event, MAX_RECEIVED, Received, State};
use crate::issue_credential::message::{CredentialProblemReport, Kind, refusal};
use crate::issue_credential::stage::Crossed;
use crate::issue_credential::{ExchangeStep, holder, issuer};
use crate::{Context, ProtocolError, Step, report_problem::ProblemReport};

/// The longest reason for giving up that is kept, in characters.
const MAX_REASON_CHARS: usize = 1000;

impl CredentialExchange {
    /// Our error for a step that this state does not allow.
    pub(in crate::issue_credential) fn not_now(&self, wanted: &str) -> ProtocolError {
        ProtocolError::not_now(self.state_word(), wanted)
    }

    /// The error for a message that this state does not allow. Where the exchange was given up, the other side is told
    /// so (again): its message crossed our report, or the report was lost.
    pub(in crate::issue_credential) fn not_expected(&self, name: &str) -> ProtocolError {
        let reason = format!("{name} does not fit the state {}", self.state_word());
        if self.state.is_abandoned() {
            return refusal("the exchange was abandoned");
        }
        ProtocolError::misbehaved(reason)
    }

    /// Takes note of a message, if it is this exchange's. `Ok(false)` if it was here before.
    pub(in crate::issue_credential) fn take(&mut self, received: &Received, kind: Kind) -> Result<bool, ProtocolError> {
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
    pub(in crate::issue_credential) fn reply(
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
    pub(in crate::issue_credential) fn moved(mut self, state: State, context: &Context<'_>) -> Self {
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
    pub(in crate::issue_credential) fn abandon(
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
    pub(in crate::issue_credential) fn withdrawn(self, reason: &str, context: &Context<'_>) -> ExchangeStep {
        let reason: String = reason.chars().take(MAX_REASON_CHARS).collect();
        let record = self.given_up(&format!("withdrawn: {reason}"), context);
        Step::quiet(record, Event::Abandoned { by: AbandonedBy::Own, reason })
    }

    /// A message of this exchange cannot be read: the exchange ends, here as at the other side, which is told why.
    pub(in crate::issue_credential) fn unreadable(
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
    pub(in crate::issue_credential) fn unfetched(
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
    pub(in crate::issue_credential) fn abandoned_by_peer(
        self,
        code: &str,
        description: &str,
        context: &Context<'_>,
    ) -> ExchangeStep {
        let reason = if description.is_empty() { code } else { description }.to_owned();
        let record = self.given_up(&format!("{code}: {description}"), context);
        Step::quiet(record, Event::Abandoned { by: AbandonedBy::Peer, reason })
    }

    /// What a problem report from the other side does in any state.
    pub(in crate::issue_credential) fn reported(
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

/// Is it this message of the protocol?
pub(in crate::issue_credential) fn expect_kind(message: &Message, kind: Kind) -> Result<(), ProtocolError> {
    if Kind::of(message.message_type()) == Some(kind) {
        Ok(())
    } else {
        Err(ProtocolError::misbehaved(format!("{} is not the message that was expected", message.message_type())))
    }
}

pub(super) fn build(
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
