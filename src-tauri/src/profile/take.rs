//! Take: what was looked at and agreed to. An invitation is received; a credential is kept if its issuer signed exactly this.

use vouchsafe_agent::connect::{InvitationKind, ReceiveInvitation};
use vouchsafe_agent::{AgentError, InvitationError};
use vouchsafe_protocols::out_of_band::text::MAX_TEXT_BYTES;
use vouchsafe_store::{ExchangeFilter, Page as StorePage, StoreError};

use super::Profile;
use super::connections::alias;
use super::found_credential::{Document, document_in};
use crate::commands::Answer;
use crate::view::Failure;
use crate::view::add::{Connect, Connecting};

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
        let document = if text.len() > MAX_TEXT_BYTES { Document::None } else { document_in(text) };
        let Document::Credential(credential) = document else {
            return Err(Failure::invalid("nothing-known", "This is not a credential.", "Paste the whole document."));
        };
        agent.keep_credential(credential).await.map_err(|error| match error {
            AgentError::Credential(reason) => Failure::new(
                "credential-unverified",
                "It does not verify",
                "The credential does not verify, so it was not kept.",
                "Ask its issuer for a new one.",
            )
            .because(reason),
            error => error.into(),
        })
    }
}
