//! Discover features (RFC 0557, and RFC 0031 for older peers): which protocols does the other side speak?

use serde_json::Value;
use vouchsafe_protocols::discover_features::{self, Event as FeatureEvent, Feature, Query};
use vouchsafe_protocols::out_of_band::GOAL_ISSUE;

use super::steps;
use crate::Agent;
use crate::dispatch::{HandlerError, PROTOCOLS};
use crate::error::{AgentError, Result};
use crate::event::Event;
use crate::inbound::Inbound;
use crate::records::ReadRecords;

/// What this wallet discloses.
pub fn own_features() -> Vec<Feature> {
    PROTOCOLS.iter().map(|uri| Feature::protocol(uri)).chain([Feature::goal_code(GOAL_ISSUE)]).collect()
}

/// Takes a question or an answer.
pub(crate) async fn handle(agent: &Agent, inbound: Inbound) -> Result<Vec<Event>, HandlerError> {
    let committed = agent
        .commit(move |unit| {
            let Some(connection) = &inbound.connection else { return Ok(()) };
            if !unit.first_sight(&inbound)? {
                return Ok(());
            }
            let own = own_features();
            let (event, answer) = unit.step(|context| discover_features::receive(&inbound.message, &own, context))?;
            if let Some(answer) = answer {
                steps::send(unit, connection, &answer)?;
            }
            if let FeatureEvent::DisclosuresReceived { thid, disclosures } = event {
                unit.tell(Event::Disclosures {
                    connection_id: connection.id.clone(),
                    thread_id: thid,
                    disclosures: serde_json::to_value(disclosures).unwrap_or(Value::Null),
                })?;
            }
            Ok::<_, HandlerError>(())
        })
        .await?;
    Ok(committed.events)
}

impl Agent {
    /// Asks a peer for its features; gives the thread on which the answer comes ([`Event::Disclosures`]).
    ///
    /// # Errors
    /// [`AgentError::NotFound`]; [`AgentError::NotNow`] for a connection that is not ready.
    pub async fn query_features(
        &self,
        connection_id: &str,
        protocol: Option<String>,
        goal_code: Option<String>,
    ) -> Result<String> {
        let id = connection_id.to_owned();
        let committed = self
            .commit(move |unit| {
                let connection = unit.tx().connection_record(&id)?;
                let query =
                    |feature_type: &str, matching: String| Query { feature_type: feature_type.to_owned(), matching };
                let mut queries: Vec<Query> =
                    protocol.map(|matching| query("protocol", matching)).into_iter().collect();
                queries.extend(goal_code.map(|matching| query("goal-code", matching)));
                if queries.is_empty() {
                    queries.push(query("protocol", "*".to_owned()));
                }
                let message = unit.step(|context| discover_features::queries(queries, context))?;
                steps::send(unit, &connection, &message)?;
                Ok::<_, AgentError>(message.id().to_owned())
            })
            .await?;
        Ok(self.settle(committed).await)
    }

    /// What this wallet discloses of itself, filtered as a peer's question would be.
    pub fn own_features(&self, protocol: Option<String>, goal_code: Option<String>) -> Vec<Feature> {
        let query = |feature_type: &str, matching: String| Query { feature_type: feature_type.to_owned(), matching };
        let queries: Vec<Query> =
            [protocol.map(|one| query("protocol", one)), goal_code.map(|one| query("goal-code", one))]
                .into_iter()
                .flatten()
                .collect();
        own_features()
            .into_iter()
            .filter(|feature| queries.is_empty() || queries.iter().any(|query| query.matches(feature)))
            .collect()
    }
}
