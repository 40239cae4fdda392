//! The steps of a handshake that are taken by themselves, where the connection was set to go on by itself.

use vouchsafe_protocols::connection::{Accept, Connection};
use vouchsafe_store::{ConnectionFilter, Page};

use super::accept;
use super::intents::{AcceptInvitation, AcceptRequest};
use crate::Agent;
use crate::error::{AgentError, Result};
use crate::event::Event;
use crate::records::ReadRecords;
use crate::unit::FollowUp;

/// Takes what follows from a connection's new state.
pub(crate) async fn react(agent: &Agent, connection: &Connection) -> Result<()> {
    let Some(step) = follow_up(connection) else { return Ok(()) };
    match agent.commit(step).await {
        Ok(committed) => {
            agent.settle(committed).await;
            Ok(())
        }
        // Somebody else took the step first.
        Err(AgentError::NotNow { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The same, to be taken with the step that leads to it.
pub(crate) fn follow_up(connection: &Connection) -> Option<FollowUp> {
    if connection.accept != Accept::Auto {
        return None;
    }
    let id = connection.id.clone();
    match connection.rfc23_state() {
        "invitation-received" => {
            Some(Box::new(move |unit| accept::answer_invitation(unit, &id, &AcceptInvitation::default()).map(drop)))
        }
        "request-received" => {
            Some(Box::new(move |unit| accept::answer_request(unit, &id, &AcceptRequest::default()).map(drop)))
        }
        _ => None,
    }
}

/// The connections in a state from which a step may follow by itself, told once more.
pub(crate) async fn unfinished(agent: &Agent) -> Result<Vec<Event>> {
    agent
        .look(|reader| {
            let mut events = Vec::new();
            for state in ["invitation-received", "request-received"] {
                let filter = ConnectionFilter { state: Some(state.to_owned()), ..ConnectionFilter::default() };
                for connection in reader.connection_records(&filter, Page::ALL)? {
                    events.push(Event::Connection(Box::new(connection)));
                }
            }
            Ok(events)
        })
        .await
}
