//! The issuer's steps: offer, issue, abandon.

use vouchsafe_credentials::Summary;
use vouchsafe_protocols::issue_credential::{
    CredentialExchange, CredentialPreview, Format, LdProofDetail, Payload, Stage, Start, issuer,
};

use super::holder::{detail_at, payload};
use super::intents::StartExchange;
use super::steps;
use crate::Agent;
use crate::error::{AgentError, Result};
use crate::records::ReadRecords;
use crate::status::{self, Chosen, Places, asks_for_status};
use crate::unit::Unit;

impl Agent {
    /// Step 3: offers a credential over a connection.
    ///
    /// # Errors
    /// [`AgentError::Credential`] if it could not be issued as it stands; the connection is unknown or not ready.
    pub async fn send_offer(&self, wanted: StartExchange) -> Result<CredentialExchange> {
        self.open_with_offer(wanted, true).await
    }

    /// Makes an offer that is not sent: an invitation will carry it.
    ///
    /// # Errors
    /// [`AgentError::Credential`] if it could not be issued as it stands.
    pub async fn create_offer(&self, wanted: StartExchange) -> Result<CredentialExchange> {
        self.open_with_offer(StartExchange { connection_id: None, ..wanted }, false).await
    }

    async fn open_with_offer(&self, wanted: StartExchange, send: bool) -> Result<CredentialExchange> {
        let revocable = wanted.revocable || asks_for_status(&wanted.detail);
        let (detail, places) = self.ready(wanted.detail.clone(), revocable).await?;
        let committed = self.commit(move |unit| open_offer(unit, wanted, detail, places, send)).await?;
        Ok(self.settle(committed).await)
    }

    /// A detail as it can be offered, with the lists in which it gets its places if it shall be revocable.
    pub(crate) async fn ready(
        &self,
        detail: LdProofDetail,
        revocable: bool,
    ) -> Result<(LdProofDetail, Option<Places>)> {
        if !revocable {
            return Ok((self.offerable(detail).await?, None));
        }
        // What is wrong with the credential is said before anything is published for it.
        self.offerable(detail.clone()).await?;
        let (detail, places) = self.listed(detail).await?;
        Ok((self.offerable(detail).await?, Some(places)))
    }

    /// Answers a proposal with an offer of what was proposed, or of something else.
    ///
    /// # Errors
    /// [`AgentError::NotNow`] without an open proposal; [`AgentError::Credential`] if it could not be issued.
    pub async fn offer_credential(
        &self,
        exchange_id: &str,
        detail: Option<LdProofDetail>,
        preview: Option<CredentialPreview>,
        comment: Option<String>,
    ) -> Result<CredentialExchange> {
        let exchange = self.exchange(exchange_id).await?;
        let detail = match detail {
            Some(detail) => detail,
            None => detail_at(&exchange, Stage::Proposal)?,
        };
        let preview = preview.or_else(|| exchange.preview());
        let revocable = asks_for_status(&detail);
        let (detail, places) = self.ready(detail, revocable).await?;
        let id = exchange_id.to_owned();
        let committed = self
            .commit(move |unit| {
                let exchange = unit.tx().exchange_record(&id)?;
                let (detail, chosen) = choose(unit, detail, places)?;
                let offer = issuer::Offer { payloads: vec![payload(detail)], asked: Vec::new(), preview, comment };
                let step = unit.step(|context| issuer::advance(exchange, issuer::Input::SendOffer(offer), context))?;
                match chosen {
                    Some(chosen) => chosen.take(unit, &id)?,
                    None => status::free(unit, &id)?,
                }
                steps::commit(unit, &step)?;
                Ok::<_, AgentError>(step.record)
            })
            .await?;
        Ok(self.settle(committed).await)
    }

    /// Step 5: signs what was requested and sends it.
    ///
    /// # Errors
    /// [`AgentError::NotNow`] without an open request; [`AgentError::Credential`] if it cannot be signed.
    pub async fn issue_credential(&self, exchange_id: &str, comment: Option<String>) -> Result<CredentialExchange> {
        let exchange = self.exchange(exchange_id).await?;
        if exchange.state_word() != "request-received" {
            return Err(AgentError::NotNow {
                state: exchange.state_word().to_owned(),
                reason: format!("credential exchange {exchange_id} has no request waiting for a credential"),
            });
        }
        let value = self.sign(detail_at(&exchange, Stage::Request)?).await?;
        let summary = Summary::of(&value);
        let payload = Payload { format: Format::LdProof, value };
        let id = exchange_id.to_owned();
        let committed = self
            .commit(move |unit| {
                let exchange = unit.tx().exchange_record(&id)?;
                let input = issuer::Input::Issue { payload, comment };
                let step = unit.step(|context| issuer::advance(exchange, input, context))?;
                status::note_issued(unit, id, step.record.connection_id.clone(), summary)?;
                steps::commit(unit, &step)?;
                Ok::<_, AgentError>(step.record)
            })
            .await?;
        Ok(self.settle(committed).await)
    }

    pub(super) async fn abandon_issuing(
        &self,
        exchange_id: &str,
        reason: Option<String>,
    ) -> Result<CredentialExchange> {
        self.advance_issuer(exchange_id, issuer::Input::Abandon { reason }).await
    }

    async fn advance_issuer(&self, exchange_id: &str, input: issuer::Input) -> Result<CredentialExchange> {
        let id = exchange_id.to_owned();
        let committed = self
            .commit(move |unit| {
                let exchange = unit.tx().exchange_record(&id)?;
                let step = unit.step(|context| issuer::advance(exchange, input, context))?;
                steps::commit(unit, &step)?;
                Ok::<_, AgentError>(step.record)
            })
            .await?;
        Ok(self.settle(committed).await)
    }
}

/// Begins an exchange with an offer that is ready, in a commit that may do more.
///
/// # Errors
/// The connection is unknown or not ready; what the store says.
pub(crate) fn open_offer(
    unit: &mut Unit<'_>,
    wanted: StartExchange,
    detail: LdProofDetail,
    places: Option<Places>,
    send: bool,
) -> Result<CredentialExchange> {
    let (detail, chosen) = choose(unit, detail, places)?;
    let policy = &unit.config().policy;
    let start = Start {
        connection_id: wanted.connection_id,
        parent_thread_id: None,
        auto_offer: wanted.auto_offer.unwrap_or(policy.auto_respond_credential_proposal),
        auto_issue: wanted.auto_issue.unwrap_or(policy.auto_respond_credential_request),
        auto_remove: wanted.auto_remove.unwrap_or(!policy.preserve_exchange_records),
    };
    let offer = issuer::Offer {
        payloads: vec![payload(detail)],
        asked: vec![payload(wanted.detail)],
        preview: wanted.preview,
        comment: wanted.comment,
    };
    let opening = if send { issuer::Opening::SendOffer(offer) } else { issuer::Opening::CreateOffer(offer) };
    let step = unit.step(|context| issuer::start(start, opening, context))?;
    if let Some(chosen) = chosen {
        chosen.take(unit, &step.record.id)?;
    }
    steps::commit(unit, &step)?;
    Ok(step.record)
}

/// Puts free places into a detail that shall have some; they are taken once the exchange has its id.
pub(super) fn choose(
    unit: &Unit<'_>,
    detail: LdProofDetail,
    places: Option<Places>,
) -> Result<(LdProofDetail, Option<Chosen>)> {
    match places {
        Some(places) => places.choose(unit, detail).map(|(detail, chosen)| (detail, Some(chosen))),
        None => Ok((detail, None)),
    }
}
