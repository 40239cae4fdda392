//! The shape of every protocol here: a question with an answer. Given this record and this input, what now?
//! Nothing in this crate waits, stores, sends, reads a clock or rolls a die; what a step needs of the world comes in
//! with its [`Context`] and its input, and what it wants of the world goes out in its [`Step`].

use jiff::Timestamp;
use vouchsafe_didcomm::Message;

use crate::report_problem::ProblemReport;

/// What a step may know of the world.
pub struct Context<'a> {
    /// The time of the step.
    pub now: Timestamp,
    ids: &'a mut dyn FnMut() -> String,
}

impl<'a> Context<'a> {
    /// A context at `now` whose new ids come from `ids` (UUIDs in the agent, a counter in tests).
    pub fn new(now: Timestamp, ids: &'a mut dyn FnMut() -> String) -> Self {
        Self { now, ids }
    }

    /// A fresh id for a message or a record.
    pub fn new_id(&mut self) -> String {
        (self.ids)()
    }
}

/// What a step decided: the record as it is from now on, what is to be sent (in order) and what happened, if anybody
/// might want to know. All three are committed together or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Step<R, E> {
    /// The record after the step.
    pub record: R,
    /// Messages to the other side, in order.
    pub send: Vec<Message>,
    /// What happened, for policies, webhooks, history and the window.
    pub event: Option<E>,
}

impl<R, E> Step<R, E> {
    /// A step that sends nothing.
    pub fn quiet(record: R, event: E) -> Self {
        Self { record, send: Vec::new(), event: Some(event) }
    }

    /// A step that sends one message.
    pub fn send(record: R, message: Message, event: E) -> Self {
        Self { record, send: vec![message], event: Some(event) }
    }

    /// A step after which everything is as before, for duplicates.
    pub fn unchanged(record: R) -> Self {
        Self { record, send: Vec::new(), event: None }
    }
}

/// Why a step was not taken. The record stays as it was.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ProtocolError {
    /// The other side broke the protocol: a wrong thread, a bad signature, a message its state does not allow.
    #[error("the other side broke the protocol: {reason}")]
    PeerMisbehaved {
        /// What was wrong, for the log and the person.
        reason: String,
        /// The problem report that the RFC wants as an answer, if it wants one.
        report: Option<Box<ProblemReport>>,
    },
    /// The other side did nothing wrong, but wants something that is not spoken here.
    #[error("the other side wants something that is not supported here: {reason}")]
    PeerIncompatible {
        /// What is not supported.
        reason: String,
        /// The problem report that the RFC wants as an answer, if it wants one.
        report: Option<Box<ProblemReport>>,
    },
    /// The peer came with an invitation that cannot be used (any more); nothing else is wrong with what it sent.
    #[error("the invitation cannot be used: {problem}")]
    Invitation {
        /// What is the matter with it.
        problem: InvitationProblem,
        /// The problem report for the peer, which would otherwise wait for ever.
        report: Option<Box<ProblemReport>>,
    },
    /// Our own side asked for a step that the record's state does not allow.
    #[error("{reason} (the state is {state})")]
    NotNow {
        /// The state that the record is in, in the RFC's word.
        state: String,
        /// What was asked for and is not possible.
        reason: String,
    },
    /// A message could not be put together from what our own side gave.
    #[error("the message could not be made: {0}")]
    Unsendable(String),
}

/// Why an invitation cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvitationProblem {
    /// It was for one use, and somebody has used it.
    #[error("it was for one use and has been used")]
    Used,
    /// Its time is over.
    #[error("it expired at {at}")]
    Expired {
        /// When it did.
        at: Timestamp,
    },
    /// No such invitation was made here, or it has been deleted.
    #[error("no such invitation is known here")]
    Unknown,
    /// It is not an invitation as RFC 0434 or RFC 0160 has it.
    #[error("it is not a valid invitation: {0}")]
    Malformed(String),
}

impl ProtocolError {
    /// The invitation cannot be used, and the peer gets no answer.
    pub fn invitation(problem: InvitationProblem) -> Self {
        Self::Invitation { problem, report: None }
    }

    /// The problem report that the peer is to get as an answer, if any.
    pub fn report(&self) -> Option<&ProblemReport> {
        match self {
            Self::PeerMisbehaved { report, .. }
            | Self::PeerIncompatible { report, .. }
            | Self::Invitation { report, .. } => report.as_deref(),
            Self::NotNow { .. } | Self::Unsendable(_) => None,
        }
    }

    /// The peer misbehaved, and gets no answer.
    pub fn misbehaved(reason: impl Into<String>) -> Self {
        Self::PeerMisbehaved { reason: reason.into(), report: None }
    }

    /// The peer wants what is not spoken here, and gets no answer.
    pub fn incompatible(reason: impl Into<String>) -> Self {
        Self::PeerIncompatible { reason: reason.into(), report: None }
    }

    /// Our own side asked for a step out of turn.
    pub fn not_now(state: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::NotNow { state: state.into(), reason: reason.into() }
    }

    /// The same error with a report as the answer to the peer.
    #[must_use]
    pub fn with_report(mut self, answer: ProblemReport) -> Self {
        match &mut self {
            Self::PeerMisbehaved { report, .. }
            | Self::PeerIncompatible { report, .. }
            | Self::Invitation { report, .. } => *report = Some(Box::new(answer)),
            Self::NotNow { .. } | Self::Unsendable(_) => {}
        }
        self
    }
}

impl From<vouchsafe_didcomm::MessageError> for ProtocolError {
    fn from(error: vouchsafe_didcomm::MessageError) -> Self {
        Self::misbehaved(error.to_string())
    }
}
