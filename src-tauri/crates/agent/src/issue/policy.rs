//! The steps of an exchange that are taken by themselves, where a setting or the exchange's own flags say so.

use vouchsafe_protocols::issue_credential::{CredentialExchange, State, holder, issuer};
use vouchsafe_store::{ExchangeFilter, Page};

use super::intents::RequestCredential;
use crate::Agent;
use crate::error::{AgentError, Result};
use crate::event::Event;
use crate::records::ReadRecords;

/// Takes what follows from an exchange's new state.
pub(crate) async fn react(agent: &Agent, exchange: &CredentialExchange) -> Result<()> {
    let config = agent.config();
    let policy = &config.policy;
    let id = exchange.id.as_str();
    let taken = match &exchange.state {
        State::Holder(holder::State::OfferReceived(_)) if policy.auto_respond_credential_offer => {
            agent.request_credential(id, RequestCredential::default()).await
        }
        State::Holder(holder::State::CredentialReceived(_)) if policy.auto_store_credential => {
            agent.store_credential(id, None).await
        }
        State::Issuer(issuer::State::ProposalReceived(_)) if exchange.auto_offer => {
            agent.offer_credential(id, None, None, None).await
        }
        State::Issuer(issuer::State::RequestReceived(_)) if exchange.auto_issue => {
            agent.issue_credential(id, None).await
        }
        _ => return Ok(()),
    };
    match taken {
        // Somebody else took the step first, or it is done.
        Ok(_) | Err(AgentError::NotNow { .. }) => Ok(()),
        // Waiting would not mend it: the other side is told instead of left to wonder.
        Err(AgentError::Credential(reason)) => agent.abandon_exchange(id, Some(reason)).await.map(|_| ()),
        Err(error) => Err(error),
    }
}

/// The exchanges in a state from which a step may follow by itself, told once more.
pub(crate) async fn unfinished(agent: &Agent) -> Result<Vec<Event>> {
    agent
        .look(|reader| {
            let mut events = Vec::new();
            for state in ["offer-received", "credential-received", "proposal-received", "request-received"] {
                let filter = ExchangeFilter { state: Some(state.to_owned()), ..ExchangeFilter::default() };
                for exchange in reader.exchange_records(&filter, Page::ALL)? {
                    events.push(Event::CredentialExchange(Box::new(exchange)));
                }
            }
            Ok(events)
        })
        .await
}
