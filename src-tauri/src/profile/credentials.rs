//! Stored credentials.

use serde_json::Value;
use vouchsafe_store::{CredentialFilter, StoreError};

use super::Profile;
use super::records::{Names, newest, reference};
use crate::commands::Answer;
use crate::view::credentials::{CredentialRow, CredentialView};
use crate::view::facts::has_status;
use crate::view::{Failure, ListQuery, Page, Topic};

/// The longest search.
const MAX_QUERY: usize = 200;

impl Profile {
    /// Credentials that match, newest first.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn credentials(&self, query: ListQuery) -> Answer<Page<CredentialRow>> {
        let agent = self.agent()?;
        let now = agent.now();
        let text: String = query.query.trim().chars().take(MAX_QUERY).collect();
        agent
            .store()
            .read(move |reader| {
                let filter =
                    CredentialFilter { text: (!text.is_empty()).then_some(text), ..CredentialFilter::default() };
                let total = reader.count_credentials(&filter)?;
                let rows = reader.credentials(&filter, newest(query.offset, query.limit))?;
                let mut names = Names::default();
                let rows = rows
                    .iter()
                    .map(|row| {
                        let connection = names.of(reader, row.connection_id.as_deref())?;
                        Ok(CredentialRow::of(row, connection.as_ref().map(|connection| connection.name.as_str()), now))
                    })
                    .collect::<Result<_, StoreError>>()?;
                Ok(Page { total: u32::try_from(total).unwrap_or(u32::MAX), rows })
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))
    }

    /// One credential.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn credential(&self, id: &str) -> Answer<CredentialView> {
        let agent = self.agent()?;
        let (id, now) = (id.to_owned(), agent.now());
        let found = agent
            .store()
            .read(move |reader| {
                let Some(row) = reader.credential(&id)? else { return Ok(None) };
                let connection = reference(reader, row.connection_id.as_deref())?;
                Ok(Some(CredentialView::of(&row, connection, now)))
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        found.ok_or_else(|| Failure::not_found("credential"))
    }

    /// Ask its issuer whether it stands, verify it again, and keep what came out.
    ///
    /// # Errors
    ///
    /// `did-…`, `not-found`, `wallet-locked`; what the store says.
    pub async fn check_again(&self, id: &str) -> Answer<CredentialView> {
        let agent = self.agent()?;
        let row = agent.credential(id).await?;
        if has_status(&row.cred) {
            agent.check_status(id).await?;
        }
        let verification = agent.verify_credential(row.cred).await?;
        let mut verification = serde_json::to_value(verification).unwrap_or_default();
        if let Some(members) = verification.as_object_mut() {
            members.insert("checkedAt".to_owned(), Value::from(agent.now().to_string()));
        }
        let record_id = id.to_owned();
        agent
            .store()
            .write(move |transaction| transaction.set_credential_verification(&record_id, &verification))
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        self.announcer.say([Topic::Credentials]);
        self.credential(id).await
    }

    /// Mark a credential, or no longer.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn set_favourite(&self, id: &str, favourite: bool) -> Answer<()> {
        let agent = self.agent()?;
        let id = id.to_owned();
        let found = agent
            .store()
            .write(move |transaction| transaction.set_credential_favourite(&id, favourite))
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        if !found {
            return Err(Failure::not_found("credential"));
        }
        self.announcer.say([Topic::Credentials]);
        Ok(())
    }

    /// Delete a credential.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn delete_credential(&self, id: &str) -> Answer<()> {
        Ok(self.agent()?.delete_credential(id).await?)
    }
}
