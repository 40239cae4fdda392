//! The holder's steps: propose, request, store, decline.

use vouchsafe_credentials::Verification;
use vouchsafe_protocols::issue_credential::{
    self, CredentialExchange, Format, LdProofDetail, Payload, Stage, Start, State, holder,
};

use super::credentials::credential_row;
use super::intents::{RequestCredential, StartExchange};
use super::steps;
use crate::Agent;
use crate::cheqd::Freshness;
use crate::error::{AgentError, Result};
use crate::event::Event;
use crate::records::ReadRecords;
use crate::unit::Unit;

impl Agent {
    /// Proposes a credential to an issuer.
    ///
    /// # Errors
    /// The connection is unknown or not ready, or the detail cannot be sent.
    pub async fn send_proposal(&self, wanted: StartExchange) -> Result<CredentialExchange> {
        let detail = Self::sendable(wanted.detail.clone())?;
        let committed = self
            .commit(move |unit| {
                let start = start_of(unit, &wanted);
                let proposal = holder::Proposal {
                    payloads: vec![payload(detail)],
                    preview: wanted.preview,
                    comment: wanted.comment,
                };
                let step =
                    unit.step(|context| holder::start(start, holder::Opening::SendProposal(proposal), context))?;
                steps::commit(unit, &step)?;
                Ok::<_, AgentError>(step.record)
            })
            .await?;
        Ok(self.settle(committed).await)
    }

    /// Proposes something else than what was offered, on the same thread.
    ///
    /// # Errors
    /// [`AgentError::NotNow`] without an open offer.
    pub async fn counter_propose(
        &self,
        exchange_id: &str,
        detail: LdProofDetail,
        comment: Option<String>,
    ) -> Result<CredentialExchange> {
        let detail = Self::sendable(detail)?;
        let proposal = holder::Proposal { payloads: vec![payload(detail)], preview: None, comment };
        self.advance_holder(exchange_id, holder::Input::SendProposal(proposal)).await
    }

    /// Begins with a request (JSON-LD only).
    ///
    /// # Errors
    /// The connection is unknown or not ready, or the detail cannot be sent.
    pub async fn send_request(&self, wanted: StartExchange) -> Result<CredentialExchange> {
        let detail = Self::sendable(wanted.detail.clone())?;
        let committed = self
            .commit(move |unit| {
                let detail = for_subject(unit, detail, wanted.holder_did.as_deref())?;
                let start = start_of(unit, &wanted);
                let request = holder::Request { payload: payload(detail), comment: wanted.comment };
                let step = unit.step(|context| holder::start(start, holder::Opening::SendRequest(request), context))?;
                steps::commit(unit, &step)?;
                Ok::<_, AgentError>(step.record)
            })
            .await?;
        Ok(self.settle(committed).await)
    }

    /// Step 4: accepts the offer by requesting what was offered. The subject is the DID asked for, else the offer's,
    /// else a new did:key.
    ///
    /// # Errors
    /// [`AgentError::NotNow`] without an open offer; [`AgentError::Credential`] if the offer has members that no
    /// signature would cover.
    pub async fn request_credential(&self, exchange_id: &str, wanted: RequestCredential) -> Result<CredentialExchange> {
        let offered = detail_at(&self.exchange(exchange_id).await?, Stage::Offer)?;
        vouchsafe_credentials::check(offered.credential())
            .map_err(|error| AgentError::Credential(format!("this offer cannot be accepted: {error}")))?;
        let id = exchange_id.to_owned();
        let committed = self
            .commit(move |unit| {
                let mut exchange = unit.tx().exchange_record(&id)?;
                if let Some(auto_remove) = wanted.auto_remove {
                    exchange.auto_remove = auto_remove;
                }
                let offered = detail_at(&exchange, Stage::Offer)?;
                let detail = for_subject(unit, offered, wanted.holder_did.as_deref())?;
                let request = holder::Request { payload: payload(detail), comment: wanted.comment };
                let input = holder::Input::SendRequest(request);
                let step = unit.step(|context| holder::advance(exchange, input, context))?;
                steps::commit(unit, &step)?;
                Ok::<_, AgentError>(step.record)
            })
            .await?;
        Ok(self.settle(committed).await)
    }

    /// Step 6: verifies the received credential and stores it. One that does not verify, or that its issuer has revoked
    /// or suspended meanwhile, is refused: the exchange ends with a problem report and the reason, and nothing is
    /// stored. One whose status cannot be read is stored, and says so.
    ///
    /// # Errors
    /// [`AgentError::NotNow`] if no credential waits; [`AgentError::Resolution`] if the issuer's DID cannot be looked
    /// up now: the credential goes on waiting.
    pub async fn store_credential(
        &self,
        exchange_id: &str,
        credential_id: Option<String>,
    ) -> Result<CredentialExchange> {
        let exchange = self.exchange(exchange_id).await?;
        let waiting = matches!(&exchange.state, State::Holder(holder::State::CredentialReceived(_)));
        let Some(credential) = exchange.credential().filter(|_| waiting) else {
            return Err(AgentError::NotNow {
                state: exchange.state_word().to_owned(),
                reason: "there is no credential waiting to be stored".to_owned(),
            });
        };
        let (verification, status) = self.verify_with_status(credential.clone(), Freshness::Now).await?;
        let record_id = credential_id.unwrap_or_else(|| uuid::Uuid::new_v4().simple().to_string());
        let id = exchange_id.to_owned();
        let committed = self
            .commit(move |unit| {
                let exchange = unit.tx().exchange_record(&id)?;
                let verdict = verdict(&verification);
                let verified = verdict == holder::Verdict::Verified;
                let input = holder::Input::Store { credential_id: record_id.clone(), verdict };
                let step = unit.step(|context| holder::advance(exchange, input, context))?;
                if verified {
                    let record = Some(&step.record);
                    let row =
                        credential_row(record, record_id.clone(), credential, &verification, &status, unit.now())?;
                    unit.tx().put_credential(&row)?;
                }
                steps::commit(unit, &step)?;
                if verified {
                    unit.tell(Event::CredentialStored { exchange_id: id, record_id })?;
                }
                Ok::<_, AgentError>(step.record)
            })
            .await?;
        Ok(self.settle(committed).await)
    }

    async fn advance_holder(&self, exchange_id: &str, input: holder::Input) -> Result<CredentialExchange> {
        let id = exchange_id.to_owned();
        let committed = self
            .commit(move |unit| {
                let exchange = unit.tx().exchange_record(&id)?;
                let step = unit.step(|context| holder::advance(exchange, input, context))?;
                steps::commit(unit, &step)?;
                Ok::<_, AgentError>(step.record)
            })
            .await?;
        Ok(self.settle(committed).await)
    }

    /// Ends an exchange, for either role, and tells the other side why.
    ///
    /// # Errors
    /// [`AgentError::NotNow`] if it is over already, or the credential is issued.
    pub async fn abandon_exchange(&self, exchange_id: &str, reason: Option<String>) -> Result<CredentialExchange> {
        match self.exchange(exchange_id).await?.role() {
            issue_credential::Role::Holder => self.advance_holder(exchange_id, holder::Input::Decline { reason }).await,
            issue_credential::Role::Issuer => self.abandon_issuing(exchange_id, reason).await,
        }
    }
}

fn verdict(verification: &Verification) -> holder::Verdict {
    if let Some(check) = verification.taken_back() {
        return holder::Verdict::Refused { code: "credential-taken-back".to_owned(), reason: check.detail.clone() };
    }
    if verification.is_authentic() {
        return holder::Verdict::Verified;
    }
    let reason = match verification.failure() {
        Some(check) => check.detail.clone(),
        None => "the issuer's key could not be looked up, so the signature could not be checked".to_owned(),
    };
    holder::Verdict::Refused { code: "credential-not-verified".to_owned(), reason }
}

fn start_of(unit: &Unit<'_>, wanted: &StartExchange) -> Start {
    let policy = &unit.config().policy;
    Start {
        connection_id: wanted.connection_id.clone(),
        parent_thread_id: None,
        auto_offer: wanted.auto_offer.unwrap_or(false),
        auto_issue: wanted.auto_issue.unwrap_or(false),
        auto_remove: wanted.auto_remove.unwrap_or(!policy.preserve_exchange_records),
    }
}

/// The detail about this subject: the DID asked for, else the one it names, else a new did:key that no other
/// credential knows.
fn for_subject(unit: &mut Unit<'_>, detail: LdProofDetail, holder_did: Option<&str>) -> Result<LdProofDetail> {
    let did = match (holder_did, detail.subject_id()) {
        (None, Some(_)) => return Ok(detail),
        (Some(did), _) => did.to_owned(),
        (None, None) => unit.new_did_key()?.did,
    };
    detail.with_subject_id(&did).map_err(|error| AgentError::invalid("holder_did", error.to_string()))
}

pub(super) fn payload(detail: LdProofDetail) -> Payload {
    Payload { format: Format::LdProof, value: detail.into_value() }
}

pub(super) fn detail_at(exchange: &CredentialExchange, stage: Stage) -> Result<LdProofDetail> {
    exchange.payload(stage).and_then(|payload| payload.ld_proof_detail()).ok_or_else(|| AgentError::NotNow {
        state: exchange.state_word().to_owned(),
        reason: "the message that this step answers has not come".to_owned(),
    })
}
