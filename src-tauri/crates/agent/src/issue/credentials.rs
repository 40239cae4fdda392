//! The exchanges and credentials that the wallet has: looking at them and deleting them.

use vouchsafe_protocols::issue_credential::CredentialExchange;
use vouchsafe_store::{CredentialFilter, CredentialListRow, CredentialRow, ExchangeFilter, Page};

use super::steps;
use crate::Agent;
use crate::error::{AgentError, Result};
use crate::event::Event;
use crate::records::ReadRecords;
use crate::unit::{History, Who};

impl Agent {
    /// Exchanges, by time of creation.
    ///
    /// # Errors
    /// What the store says.
    pub async fn exchanges(&self, filter: ExchangeFilter, page: Page) -> Result<Vec<CredentialExchange>> {
        self.look(move |reader| reader.exchange_records(&filter, page)).await
    }

    /// One exchange.
    ///
    /// # Errors
    /// [`AgentError::NotFound`].
    pub async fn exchange(&self, exchange_id: &str) -> Result<CredentialExchange> {
        let id = exchange_id.to_owned();
        self.look(move |reader| reader.exchange_record(&id)).await
    }

    /// Deletes an exchange's record. A stored credential stays.
    ///
    /// # Errors
    /// [`AgentError::NotFound`].
    pub async fn delete_exchange(&self, exchange_id: &str) -> Result<()> {
        let id = exchange_id.to_owned();
        let committed = self
            .commit(move |unit| {
                let exchange = unit.tx().exchange_record(&id)?;
                steps::remove(unit, &exchange)
            })
            .await?;
        self.settle(committed).await;
        Ok(())
    }

    /// Credentials that fit a filter, without their documents.
    ///
    /// # Errors
    /// What the store says.
    pub async fn credentials(&self, filter: CredentialFilter, page: Page) -> Result<Vec<CredentialListRow>> {
        self.look(move |reader| Ok(reader.credentials(&filter, page)?)).await
    }

    /// One credential.
    ///
    /// # Errors
    /// [`AgentError::NotFound`].
    pub async fn credential(&self, record_id: &str) -> Result<CredentialRow> {
        let id = record_id.to_owned();
        self.look(move |reader| reader.credential(&id)?.ok_or_else(|| AgentError::not_found("credential", id))).await
    }

    /// Deletes a credential. It cannot be undone.
    ///
    /// # Errors
    /// [`AgentError::NotFound`].
    pub async fn delete_credential(&self, record_id: &str) -> Result<()> {
        let id = record_id.to_owned();
        let committed = self
            .commit(move |unit| {
                if !unit.tx().delete_credential(&id)? {
                    return Err(AgentError::not_found("credential", id));
                }
                unit.history(History {
                    subject: "credential",
                    subject_id: &id,
                    connection_id: None,
                    who: Who::Person,
                    what: "deleted",
                    outcome: "",
                })?;
                unit.tell(Event::CredentialDeleted { record_id: id })
            })
            .await?;
        self.settle(committed).await;
        Ok(())
    }
}
