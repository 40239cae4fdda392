//! Steps that the wallet takes by itself: the input that a person would have given, supplied after the event because
//! a setting, or the call that started it, said so. A step that cannot be taken is left for the person, and said.

use crate::Agent;
use crate::connect;
use crate::error::Result;
use crate::event::Event;
use crate::issue;

/// Takes what follows from one event.
pub(crate) async fn react(agent: &Agent, event: Event) {
    let taken = match &event {
        Event::Connection(connection) => connect::policy::react(agent, connection).await,
        Event::CredentialExchange(exchange) => issue::policy::react(agent, exchange).await,
        _ => Ok(()),
    };
    if let Err(error) = taken {
        tracing::warn!(%error, "an automatic step could not be taken");
    }
}

impl Agent {
    /// After a start: takes the automatic steps that were due when the wallet stopped. The commit before a stop and
    /// the step after it are two commits; this is what joins them again.
    pub(crate) async fn resume(&self) -> Result<()> {
        let mut events = connect::policy::unfinished(self).await?;
        events.extend(issue::policy::unfinished(self).await?);
        self.react_later(events);
        Ok(())
    }
}
