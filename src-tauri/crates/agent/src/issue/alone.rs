//! A credential that is part of no exchange and can be taken back all the same (VC-API): its places in the status lists
//! are taken before it is signed, since the signature covers them, and are its own once it is.

use serde_json::Value;
use uuid::Uuid;
use vouchsafe_credentials::Summary;
use vouchsafe_protocols::issue_credential::LdProofDetail;

use super::issuer::choose;
use crate::Agent;
use crate::error::{AgentError, Result};
use crate::status;

impl Agent {
    /// Signs a credential that can be suspended and revoked later. Gives the name by which
    /// [`Agent::set_status`](crate::Agent::set_status) knows it: the credential's own `id`, else a new UUID.
    ///
    /// # Errors
    /// As [`Agent::sign_credential`]; [`AgentError::Invalid`] for an `id` that was issued before; that the issuer has no
    /// ledger, or a first status list could not be published.
    pub async fn sign_revocable_credential(&self, detail: LdProofDetail) -> Result<(String, Value)> {
        let given = detail.credential().get("id").and_then(Value::as_str).map(str::to_owned);
        let name = given.unwrap_or_else(|| Uuid::new_v4().to_string());
        let (detail, places) = self.ready(detail, true).await?;
        let holder = name.clone();
        let committed = self
            .commit(move |unit| {
                if unit.tx().issued_state(&holder)?.is_some() || unit.tx().exchange(&holder)?.is_some() {
                    return Err(AgentError::invalid("credential.id", "a credential of this id was issued before"));
                }
                let (detail, chosen) = choose(unit, detail, places)?;
                if let Some(chosen) = chosen {
                    chosen.take(unit, &holder)?;
                }
                Ok(detail)
            })
            .await?;
        let detail = self.settle(committed).await;
        let signed = match self.sign(detail).await {
            Ok(signed) => signed,
            Err(error) => {
                let holder = name.clone();
                let freed = self.commit(move |unit| status::free(unit, &holder)).await?;
                self.settle(freed).await;
                return Err(error);
            }
        };
        let (holder, summary) = (name.clone(), Summary::of(&signed));
        let committed = self.commit(move |unit| status::note_issued(unit, holder, None, summary)).await?;
        self.settle(committed).await;
        Ok((name, signed))
    }
}
