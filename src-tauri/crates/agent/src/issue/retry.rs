//! Trying again, because a person asks for it: what waits to be delivered in an exchange goes out now, and where nothing
//! waits the last message of ours is sent once more. It is the same message under the same id, so that whoever has it
//! already knows it again (RFC 0008: a duplicate is answered as the first).

use vouchsafe_didcomm::Message;
use vouchsafe_protocols::issue_credential::{CredentialExchange, State, holder, issuer};
use vouchsafe_store::HANDED;

use super::lane::Lane;
use crate::Agent;
use crate::error::{AgentError, Result};
use crate::event::Event;
use crate::records::ReadRecords;
use crate::unit::{About, History, Who};

/// The message of ours that the other side has to answer now, if it is its turn.
pub fn unanswered(exchange: &CredentialExchange) -> Option<&Message> {
    match &exchange.state {
        State::Issuer(issuer::State::OfferSent(_)) => exchange.cred_offer(),
        State::Issuer(issuer::State::CredentialIssued(_)) => exchange.cred_issue(),
        State::Holder(holder::State::ProposalSent(_)) => exchange.cred_proposal(),
        State::Holder(holder::State::RequestSent(_)) => exchange.cred_request(),
        _ => None,
    }
}

impl Agent {
    /// Sends again now what the other side does not have, or has not answered.
    ///
    /// # Errors
    /// [`AgentError::NotNow`] where it is nobody's turn but ours, or nobody has come for the offer yet.
    pub async fn retry_exchange(&self, exchange_id: &str) -> Result<CredentialExchange> {
        let id = exchange_id.to_owned();
        let patience = jiff::SignedDuration::from_hours(24 * self.config().limits.give_up_days);
        let committed = self
            .commit(move |unit| {
                let exchange = unit.tx().exchange_record(&id)?;
                let waits = unit.tx().outbox_for_exchange(&id)?.iter().any(|row| row.state != HANDED);
                if waits {
                    let expires = unit.now().checked_add(patience).ok();
                    unit.tx().outbox_retry_exchange(&id, unit.now(), expires)?;
                } else {
                    let message = unanswered(&exchange).cloned().ok_or_else(|| AgentError::NotNow {
                        state: exchange.state_word().to_owned(),
                        reason: "there is nothing that the other side has yet to answer".to_owned(),
                    })?;
                    let lane = Lane::of(unit, &exchange)?;
                    let about =
                        About { connection_id: exchange.connection_id.clone(), exchange_id: Some(exchange.id.clone()) };
                    unit.send(&lane.dress(&message), &lane.target, &about)?;
                }
                unit.history(History {
                    subject: "credential-exchange",
                    subject_id: &exchange.id,
                    connection_id: exchange.connection_id.as_deref(),
                    who: Who::Person,
                    what: "sent-again",
                    outcome: "",
                })?;
                unit.tell(Event::Delivery {
                    connection_id: exchange.connection_id.clone(),
                    exchange_id: Some(exchange.id.clone()),
                })?;
                Ok::<_, AgentError>(exchange)
            })
            .await?;
        let exchange = self.settle(committed).await;
        self.look_for_due();
        Ok(exchange)
    }
}
