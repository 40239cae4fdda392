//! The keys that an issuer signs with. Those of a DID on a ledger are looked up there before anything is offered or
//! signed: what others see is what their checks go by, not what this wallet remembers. It defends a person against
//! handing out credentials that nobody accepts.

use std::time::Duration;

use jiff::SignedDuration;
use vouchsafe_didcomm::Verkey;
use vouchsafe_dids::cheqd::CheqdDid;
use vouchsafe_dids::{Did, ResolveError};

use super::proofs::assertion_verkeys;
use crate::Agent;
use crate::cheqd::Freshness;
use crate::error::{AgentError, Result, Unresolved};
use crate::resolution::unresolved;

/// Credentials that are issued together look at the ledger together. What this wallet itself changes there is seen at
/// once.
const AT_ONCE: Duration = Duration::from_secs(2);
/// So old may a ledger's document be that is signed by while its ledger cannot be read.
const KEPT_FOR_SIGNING: SignedDuration = SignedDuration::from_hours(1);

impl Agent {
    /// The keys that `issuer` signs credentials with, by the ids of their verification methods.
    ///
    /// # Errors
    /// [`AgentError::Credential`] for a DID whose signature nobody would accept any more; [`AgentError::Resolution`].
    pub(crate) async fn keys_to_sign_with(&self, issuer: &str) -> Result<Vec<(String, Verkey)>> {
        let Ok(did) = issuer.parse::<CheqdDid>().map(|did| Did::from(&did)) else {
            return Ok(self.issuer_keys(issuer).await?.assertion);
        };
        let resolved = self.resolve_as_of(&did, Freshness::Within(AT_ONCE)).await.map_err(|error| match error {
            ResolveError::Deactivated(_) => AgentError::Credential(format!(
                "{issuer} was deactivated on its ledger: nobody would accept what it signs now, so nothing was signed. \
                 Issue with another identity"
            )),
            error => unresolved(&did, &error),
        })?;
        if self.now().duration_since(resolved.fetched_at) > KEPT_FOR_SIGNING {
            let reason = format!(
                "its ledger cannot be read now, and what was kept of it is from {:.0}: too old to sign by",
                resolved.fetched_at
            );
            return Err(AgentError::Resolution { did: did.brief(), reason, passing: true, kind: Unresolved::NoAnswer });
        }
        let keys = assertion_verkeys(&resolved.document);
        let verkeys: Vec<Verkey> = keys.iter().map(|(_, verkey)| *verkey).collect();
        let ours_without_key = self
            .look(
                move |reader| Ok(reader.did(did.as_str())?.is_some() && reader.first_signing_key(&verkeys)?.is_none()),
            )
            .await?;
        if ours_without_key {
            return Err(AgentError::Credential(format!(
                "the document of {issuer} on its ledger no longer lists a key of this wallet for assertions: nobody \
                 would accept what it signs now, so nothing was signed. Put the key back into assertionMethod, or issue \
                 with another identity"
            )));
        }
        Ok(keys)
    }
}
