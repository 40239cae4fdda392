//! What a new record is told, and its first message.

use serde::Serialize;
use vouchsafe_didcomm::{Message, Thread};

use super::steps::build;
use super::{CredentialExchange, Initiator, Received, State};
use crate::{Context, ProtocolError};

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

impl Start {
    /// A record that begins with `message`.
    pub(in crate::issue_credential) fn open(
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
    pub(in crate::issue_credential) fn first_message(
        &self,
        type_uri: &str,
        body: &impl Serialize,
        context: &mut Context<'_>,
    ) -> Result<Message, ProtocolError> {
        build(type_uri, body, Thread { pthid: self.parent_thread_id.clone(), ..Thread::default() }, context)
    }

    /// The connection that a received first message brings, if the caller did not say.
    pub(in crate::issue_credential) fn with_sender(mut self, received: &Received) -> Self {
        self.connection_id = self.connection_id.or_else(|| received.connection_id.clone());
        self
    }
}
