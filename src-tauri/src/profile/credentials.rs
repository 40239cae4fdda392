//! Stored credentials.

use std::path::PathBuf;

use serde_json::Value;
use vouchsafe_store::StoreError;

use super::Profile;
use super::records::reference;
use crate::commands::Answer;
use crate::view::credential_list::{Arrangement, CredentialQuery};
use crate::view::credentials::{CredentialRow, CredentialView};
use crate::view::facts::has_status;
use crate::view::{Failure, ListQuery, Page, Topic};

impl Profile {
    /// Credentials that match, newest first.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn credentials(&self, query: ListQuery) -> Answer<Page<CredentialRow>> {
        let ListQuery { query, offset, limit } = query;
        let arrangement = Arrangement::default();
        self.credential_list(CredentialQuery { query, arrangement, issuer_did: None, offset, limit }).await
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
                let tags = reader.tags_of(&id)?;
                Ok(Some(CredentialView::of(&row, connection, tags, now)))
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

    /// Write credentials to a folder, a file each, as they were signed; how many.
    ///
    /// # Errors
    ///
    /// `file-unwritable`, `wallet-locked`; what the store says. What was written stays.
    pub async fn export_credentials(&self, ids: Vec<String>, folder: PathBuf) -> Answer<u32> {
        let mut written = 0;
        for id in ids {
            let view = match self.credential(&id).await {
                Err(failure) if failure.code == "not-found" => continue,
                view => view?,
            };
            crate::export::write_new(&folder, &view.export_name(), &view.raw).await?;
            written += 1;
        }
        Ok(written)
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
