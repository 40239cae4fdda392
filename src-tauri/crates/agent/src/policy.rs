//! Steps that the wallet takes by itself: the input that a person would have given, supplied after the event because
//! a setting, or the call that started it, said so. A step that cannot be taken is left for the person, and said.

use std::time::Duration;

use crate::Agent;
use crate::connect;
use crate::error::Result;
use crate::event::Event;
use crate::issue;
use crate::unit::FollowUp;

/// The longest delay before a step is tried again.
const LONGEST_DELAY: Duration = Duration::from_mins(5);

/// Takes what follows from one event. What fails for now (a full disk, an issuer's DID that cannot be looked up) is
/// tried again in the background, until it is taken or the wallet stops; then the next start takes it.
pub(crate) async fn react(agent: &Agent, event: Event) {
    let Err(error) = take(agent, &event).await else { return };
    tracing::warn!(%error, "an automatic step could not be taken");
    if !error.is_passing() {
        return;
    }
    let agent = agent.clone();
    agent.tasks().clone().spawn(async move {
        let stop = agent.stopping();
        for attempts in 1.. {
            let delay = agent.config().limits.retry_after(attempts).min(LONGEST_DELAY);
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(delay) => {}
            }
            match take(&agent, &event).await {
                Err(error) if error.is_passing() => tracing::info!(%error, "an automatic step still cannot be taken"),
                Err(error) => return tracing::warn!(%error, "an automatic step could not be taken"),
                Ok(()) => return,
            }
        }
    });
}

/// What follows from an event in the same commit: a step that nothing has to be gathered for. Where it cannot be taken
/// there, [`react`] tries it by itself.
pub(crate) fn follow_up(event: &Event) -> Option<FollowUp> {
    match event {
        Event::Connection(connection) => connect::policy::follow_up(connection),
        _ => None,
    }
}

async fn take(agent: &Agent, event: &Event) -> Result<()> {
    match event {
        Event::Connection(connection) => connect::policy::react(agent, connection).await,
        Event::CredentialExchange(exchange) => issue::policy::react(agent, exchange).await,
        _ => Ok(()),
    }
}

impl Agent {
    /// After a start: takes the automatic steps that were due when the wallet stopped. Where the commit before a stop and
    /// the step after it are two commits, this is what joins them again.
    pub(crate) async fn resume(&self) -> Result<()> {
        let mut events = connect::policy::unfinished(self).await?;
        events.extend(issue::policy::unfinished(self).await?);
        self.react_later(events);
        Ok(())
    }
}
