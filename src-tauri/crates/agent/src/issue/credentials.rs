//! The exchanges and credentials that the wallet has: looking at them and deleting them.

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;
use vouchsafe_credentials::{Summary, Verification};
use vouchsafe_protocols::issue_credential::CredentialExchange;
use vouchsafe_store::{CredentialFilter, CredentialListRow, CredentialRow, ExchangeFilter, Page, StoreError};

use super::steps;
use crate::Agent;
use crate::cheqd::Freshness;
use crate::error::{AgentError, Result};
use crate::event::Event;
use crate::records::ReadRecords;
use crate::status::CredentialStatus;
use crate::unit::{History, Who};

/// Stored credentials that are compared with one that may be among them: those of one issuer with its id and date.
const ALIKE: u32 = 50;

/// A credential as it is kept, with what it is found and shown by.
pub(super) fn credential_row(
    exchange: Option<&CredentialExchange>,
    record_id: String,
    credential: Value,
    verification: &Verification,
    status: &CredentialStatus,
    stored_at: Timestamp,
) -> Result<CredentialRow> {
    let summary = Summary::of(&credential);
    let unstorable = |error: serde_json::Error| AgentError::invalid("credential", error.to_string());
    Ok(CredentialRow {
        record_id,
        exchange_id: exchange.map(|exchange| exchange.id.clone()),
        connection_id: exchange.and_then(|exchange| exchange.connection_id.clone()),
        verification: serde_json::to_value(verification).map_err(unstorable)?,
        search_text: summary.search_text(),
        summary: serde_json::to_value(&summary).map_err(unstorable)?,
        issuer_id: summary.issuer,
        title: summary.title,
        types: summary.types,
        expanded_types: summary.expanded_types,
        contexts: summary.contexts,
        subject_ids: summary.subject_ids,
        proof_types: summary.proof_types,
        schema_ids: summary.schema_ids,
        given_id: summary.id,
        tags: json!({}),
        issued_at: summary.issued_at,
        expires_at: summary.expires_at,
        stored_at,
        favourite: false,
        status: status.to_row(),
        cred: credential,
    })
}

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

    /// Keeps a credential that came by no exchange, if its issuer signed exactly this; gives its id in the wallet.
    ///
    /// # Errors
    /// [`AgentError::Credential`] with the reason if it does not verify, or its issuer has taken it back;
    /// [`StoreError::Conflict`] if it is here already.
    pub async fn keep_credential(&self, credential: Value) -> Result<String> {
        let (verification, status) = self.verify_with_status(credential.clone(), Freshness::Now).await?;
        if let Some(check) = verification.taken_back() {
            return Err(AgentError::Credential(check.detail.clone()));
        }
        if !verification.is_authentic() {
            let reason =
                verification.failure().map_or("its issuer's key could not be looked up", |check| &check.detail);
            return Err(AgentError::Credential(reason.to_owned()));
        }
        let record_id = Uuid::new_v4().simple().to_string();
        let row = credential_row(None, record_id, credential, &verification, &status, self.now())?;
        let committed = self
            .commit(move |unit| {
                let alike =
                    unit.tx().credentials_alike(&row.issuer_id, row.given_id.as_deref(), row.issued_at, ALIKE)?;
                for id in alike {
                    if unit.tx().credential(&id)?.is_some_and(|known| known.cred == row.cred) {
                        return Err(StoreError::Conflict("the credential".to_owned()).into());
                    }
                }
                unit.tx().put_credential(&row)?;
                unit.history(History {
                    subject: "credential",
                    subject_id: &row.record_id,
                    connection_id: None,
                    who: Who::Person,
                    what: "stored",
                    outcome: "",
                })?;
                unit.tell(Event::CredentialKept { record_id: row.record_id.clone() })?;
                Ok::<_, AgentError>(row.record_id)
            })
            .await?;
        Ok(self.settle(committed).await)
    }

    /// The stored credential that is this very document, if there is one.
    ///
    /// # Errors
    /// What the store says.
    pub async fn credential_like(&self, credential: &Value) -> Result<Option<CredentialRow>> {
        let (summary, credential) = (Summary::of(credential), credential.clone());
        self.look(move |reader| {
            let alike = reader.credentials_alike(&summary.issuer, summary.id.as_deref(), summary.issued_at, ALIKE)?;
            for id in alike {
                if let Some(known) = reader.credential(&id)?
                    && known.cred == credential
                {
                    return Ok(Some(known));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Deletes a credential. It cannot be undone.
    ///
    /// # Errors
    /// [`AgentError::NotFound`].
    pub async fn delete_credential(&self, record_id: &str) -> Result<()> {
        match self.delete_credentials(vec![record_id.to_owned()]).await? {
            0 => Err(AgentError::not_found("credential", record_id.to_owned())),
            _ => Ok(()),
        }
    }

    /// Deletes credentials, all together; how many were there. It cannot be undone.
    ///
    /// # Errors
    /// What the store says: then none is deleted.
    pub async fn delete_credentials(&self, record_ids: Vec<String>) -> Result<u64> {
        let committed = self
            .commit(move |unit| {
                let mut deleted = 0;
                for record_id in record_ids {
                    if !unit.tx().delete_credential(&record_id)? {
                        continue;
                    }
                    deleted += 1;
                    unit.history(History {
                        subject: "credential",
                        subject_id: &record_id,
                        connection_id: None,
                        who: Who::Person,
                        what: "deleted",
                        outcome: "",
                    })?;
                    unit.tell(Event::CredentialDeleted { record_id })?;
                }
                unit.tx().drop_unused_tags()?;
                Ok::<_, AgentError>(deleted)
            })
            .await?;
        Ok(self.settle(committed).await)
    }
}
