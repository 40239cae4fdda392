//! Take: what was looked at and agreed to. An invitation is received; a credential is kept if its issuer signed exactly this.

use serde_json::Value;
use vouchsafe_agent::InvitationError;
use vouchsafe_agent::connect::{InvitationKind, ReceiveInvitation};
use vouchsafe_credentials::Summary;
use vouchsafe_protocols::out_of_band::text::MAX_TEXT_BYTES;
use vouchsafe_store::{CredentialFilter, CredentialRow, ExchangeFilter, HistoryRow, Page as StorePage, StoreError};

use super::Profile;
use super::add::credential_in;
use super::connections::alias;
use crate::commands::Answer;
use crate::view::add::{Connect, Connecting};
use crate::view::{Failure, Topic};

impl Profile {
    /// Receive an invitation: the person has agreed to the contact.
    ///
    /// # Errors
    ///
    /// `invitation-…`, `address-private`, `peer-…`, `wallet-locked`; what the store says.
    pub async fn connect(&self, connect: Connect) -> Answer<Connecting> {
        let agent = self.agent()?;
        let looked = agent.look_at_invitation(&connect.text).await?;
        let wanted = ReceiveInvitation {
            alias: alias(connect.alias.as_deref()),
            auto_accept: Some(true),
            use_existing_connection: connect.reuse,
            allow_private: connect.allow_private,
            my_label: None,
        };
        let (connection_id, invitation_id, reused) = match looked.kind {
            InvitationKind::ShortUrl => {
                return Err(InvitationError::Malformed("it is a link that has to be looked up first".to_owned()).into());
            }
            InvitationKind::Connections => {
                let connection = agent.receive_connection_invitation(looked.value, wanted).await?;
                (Some(connection.id), connection.invitation_msg_id, false)
            }
            InvitationKind::OutOfBand => {
                let record = agent.receive_invitation(looked.value, wanted).await?;
                let reused = record.state.word() == "reuse-accepted";
                (record.connection_id, Some(record.invi_msg_id), reused)
            }
        };
        // The offer that came along may be taken already; else it is there with the connection.
        let exchange_id = agent
            .store()
            .read(move |reader| {
                let Some(invitation_id) = invitation_id else { return Ok(None) };
                let filter = ExchangeFilter { parent_thread_id: Some(invitation_id), ..ExchangeFilter::default() };
                Ok(reader.exchanges(&filter, StorePage::newest(1))?.into_iter().next().map(|row| row.id))
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        Ok(Connecting { connection_id, exchange_id, reused })
    }

    /// Keep a credential that was pasted or dropped, if its issuer signed exactly this.
    ///
    /// # Errors
    ///
    /// `credential-unverified`, `stored-already`, `wallet-locked`; what the store says.
    pub async fn keep_credential(&self, text: &str) -> Answer<String> {
        let agent = self.agent()?;
        let Some(credential) = (if text.len() > MAX_TEXT_BYTES { None } else { credential_in(text) }) else {
            return Err(Failure::invalid("nothing-known", "This is not a credential.", "Paste the whole document."));
        };
        let verification = agent.verify_credential(credential.clone()).await?;
        if !verification.is_authentic() {
            let reason = verification.failure().map(|check| check.detail.clone()).unwrap_or_default();
            return Err(Failure::new(
                "credential-unverified",
                "It does not verify",
                "The credential does not verify, so it was not kept.",
                "Ask its issuer for a new one.",
            )
            .because(reason));
        }
        let row = kept(credential, &verification, agent.now());
        let record_id = row.record_id.clone();
        agent
            .store()
            .write(move |transaction| {
                // The same document twice is one credential.
                let filter = CredentialFilter {
                    issuer_id: Some(row.issuer_id.clone()),
                    text: None,
                    ..CredentialFilter::default()
                };
                let same = transaction
                    .whole_credentials(&filter, StorePage::ALL)?
                    .into_iter()
                    .any(|known| known.cred == row.cred);
                if same {
                    return Err(StoreError::Conflict("the credential".to_owned()));
                }
                transaction.put_credential(&row)?;
                transaction.add_history(&HistoryRow {
                    id: 0,
                    at: row.stored_at,
                    subject: "credential".to_owned(),
                    subject_id: row.record_id.clone(),
                    connection_id: None,
                    who: "person".to_owned(),
                    what: "stored".to_owned(),
                    outcome: String::new(),
                })
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        self.announcer.say([Topic::Credentials, Topic::Activity]);
        Ok(record_id)
    }
}

fn kept(credential: Value, verification: &vouchsafe_credentials::Verification, now: jiff::Timestamp) -> CredentialRow {
    let summary = Summary::of(&credential);
    CredentialRow {
        record_id: uuid::Uuid::new_v4().simple().to_string(),
        exchange_id: None,
        connection_id: None,
        issuer_id: summary.issuer.clone(),
        title: summary.title.clone(),
        types: summary.types.clone(),
        expanded_types: summary.expanded_types.clone(),
        contexts: summary.contexts.clone(),
        subject_ids: summary.subject_ids.clone(),
        proof_types: summary.proof_types.clone(),
        schema_ids: summary.schema_ids.clone(),
        given_id: summary.id.clone(),
        tags: Value::Object(serde_json::Map::new()),
        issued_at: summary.issued_at,
        expires_at: summary.expires_at,
        stored_at: now,
        favourite: false,
        verification: serde_json::to_value(verification).unwrap_or_default(),
        search_text: summary.search_text(),
        summary: serde_json::to_value(&summary).unwrap_or_default(),
        cred: credential,
    }
}
