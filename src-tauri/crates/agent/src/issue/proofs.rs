//! Gathering for credentials: what may be offered, who signs it, and whether what came is what it claims to be. All of
//! this may be slow or ask the network, and none of it touches the wallet's state.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use vouchsafe_credentials::{IssuerKeys, ProofOptions, Suite, Verification};
use vouchsafe_didcomm::{SigningKey, Verkey};
use vouchsafe_dids::{DidDocument, PublicKey};
use vouchsafe_protocols::issue_credential::LdProofDetail;
use vouchsafe_protocols::issue_credential::ld_proof::ASSERTION_METHOD;

use crate::Agent;
use crate::cheqd::Freshness;
use crate::error::{AgentError, Result};
use crate::status::{CredentialStatus, Lists};

impl Agent {
    /// A detail as our side may send it: of a suite that is spoken here, with the suite's context, and with no member
    /// that the signature would not cover.
    pub(super) fn sendable(detail: LdProofDetail) -> Result<LdProofDetail> {
        let suite = suite_of(&detail)?;
        check_purpose(&detail)?;
        let detail = with_contexts(detail, suite)?;
        vouchsafe_credentials::check(detail.credential()).map_err(|error| AgentError::Credential(error.to_string()))?;
        Ok(detail)
    }

    /// The same, for an offer: and this wallet has the issuer's key.
    pub(super) async fn offerable(&self, detail: LdProofDetail) -> Result<LdProofDetail> {
        let detail = Self::sendable(detail)?;
        let suite = suite_of(&detail)?;
        let model_2_needs_newer = suite == Suite::Ed25519Signature2018
            && detail.credential().pointer("/@context/0").and_then(Value::as_str) == Some(V2_CONTEXT);
        if model_2_needs_newer {
            return Err(AgentError::Credential(
                "Ed25519Signature2018 secures credentials of data model 1.1 only; use Ed25519Signature2020".to_owned(),
            ));
        }
        self.signer(&detail).await?;
        Ok(detail)
    }

    /// The key that signs for the detail's issuer, and the verification method that names it.
    async fn signer(&self, detail: &LdProofDetail) -> Result<(SigningKey, String)> {
        let issuer = detail.issuer().ok_or_else(|| AgentError::invalid("credential.issuer", "it is missing"))?;
        let keys = self.keys_to_sign_with(issuer).await?;
        let wanted = detail.verification_method();
        let candidates: Vec<(String, Verkey)> =
            keys.into_iter().filter(|(id, _)| wanted.is_none_or(|wanted| wanted == id)).collect();
        if candidates.is_empty() {
            return Err(AgentError::Credential(format!(
                "{issuer} has no such Ed25519 verification method for assertions, so nothing can be signed by it"
            )));
        }
        self.look(move |reader| {
            for (id, verkey) in candidates {
                if let Some(key) = reader.signing_key(&verkey)? {
                    return Ok(Some((key, id)));
                }
            }
            Ok(None)
        })
        .await?
        .ok_or_else(|| AgentError::Credential(format!("{issuer} is not a DID of this wallet: its key is not here")))
    }

    /// Signs what a detail asks for.
    pub(super) async fn sign(&self, detail: LdProofDetail) -> Result<Value> {
        let suite = suite_of(&detail)?;
        check_purpose(&detail)?;
        let (key, method) = self.signer(&detail).await?;
        let created = match detail.created() {
            Some(text) => {
                text.parse::<Timestamp>().map_err(|error| AgentError::invalid("options.created", error.to_string()))?
            }
            None => self.now(),
        };
        let options = ProofOptions {
            purpose: detail.proof_purpose().to_owned(),
            challenge: detail.challenge().map(str::to_owned),
            domain: detail.domain().map(str::to_owned),
        };
        let signing = move || vouchsafe_credentials::sign(detail.credential(), suite, &key, &method, created, &options);
        tokio::task::spawn_blocking(signing)
            .await
            .map_err(|_| AgentError::Stopping)?
            .map_err(|error| AgentError::Credential(error.to_string()))
    }

    /// Signs a credential that is part of no exchange (VC-API). The suite's context is added where it is missing.
    ///
    /// # Errors
    /// What is wrong with the credential or its issuer.
    pub async fn sign_credential(&self, detail: LdProofDetail) -> Result<Value> {
        let detail = self.offerable(detail).await?;
        self.sign(detail).await
    }

    /// Verifies a credential, wherever it comes from, and stores nothing.
    ///
    /// # Errors
    /// [`AgentError::Resolution`] if the issuer's DID could not be looked up now: the credential may still be good.
    pub async fn verify_credential(&self, credential: Value) -> Result<Verification> {
        Ok(self.verify_with_status(credential, Freshness::Within(STATUS_AGE)).await?.0)
    }

    /// The same, with how the credential stands by status lists as fresh as that. A list that cannot be read leaves the
    /// status open.
    pub(super) async fn verify_with_status(
        &self,
        credential: Value,
        freshness: Freshness,
    ) -> Result<(Verification, CredentialStatus)> {
        let keys = match vouchsafe_credentials::issuer_of(&credential) {
            Some(issuer) => match self.issuer_keys(issuer).await {
                Ok(keys) => Some(keys),
                Err(error @ AgentError::Resolution { passing: true, .. }) => return Err(error),
                Err(_) => None,
            },
            None => None,
        };
        let now = self.now();
        let verifying = move || (vouchsafe_credentials::verify(&credential, keys.as_ref(), now), credential);
        let (mut verification, credential) =
            tokio::task::spawn_blocking(verifying).await.map_err(|_| AgentError::Stopping)?;
        // Nobody is asked about what its issuer did not sign: its list might be anywhere.
        let status = if verification.is_authentic() {
            self.status_of(&credential, &mut Lists::default(), freshness).await
        } else {
            CredentialStatus::unread()
        };
        status.note_in(&mut verification);
        Ok((verification, status))
    }

    /// The keys that may sign credentials for a DID.
    pub(crate) async fn issuer_keys(&self, did: &str) -> Result<IssuerKeys> {
        let resolved = match self.resolve_document(did).await {
            Ok(resolved) => resolved,
            Err(error) => {
                // A DID that has ended is not one that cannot be found: nothing it signed counts any more.
                let ended = if error.is_passing() { None } else { self.ended_since(did).await };
                return match ended {
                    Some(_) => Ok(IssuerKeys {
                        did: did.to_owned(),
                        assertion: Vec::new(),
                        resolved_at: ended,
                        from_cache: true,
                        deactivated: true,
                    }),
                    None => Err(error),
                };
            }
        };
        Ok(IssuerKeys {
            did: did.to_owned(),
            assertion: assertion_verkeys(&resolved.document),
            resolved_at: Some(resolved.fetched_at),
            from_cache: resolved.from_cache,
            deactivated: false,
        })
    }
}

/// The Ed25519 keys that a document lists for assertions, by the ids of their verification methods.
pub(super) fn assertion_verkeys(document: &DidDocument) -> Vec<(String, Verkey)> {
    let keys = document.assertion_keys().into_iter();
    keys.filter_map(|(id, key)| match key {
        PublicKey::Ed25519(verkey) => Some((id, verkey)),
        _ => None,
    })
    .collect()
}

/// A status list may be so old where a credential is verified for somebody who asks.
const STATUS_AGE: Duration = Duration::from_mins(5);
const V2_CONTEXT: &str = "https://www.w3.org/ns/credentials/v2";

fn suite_of(detail: &LdProofDetail) -> Result<Suite> {
    detail.suite().parse::<Suite>().map_err(|error| AgentError::Credential(error.to_string()))
}

/// A credential is an assertion. Signed for another purpose (`authentication`, with a challenge of the asker's choice) it
/// could be shown elsewhere as this wallet's own word.
fn check_purpose(detail: &LdProofDetail) -> Result<()> {
    match detail.proof_purpose() {
        ASSERTION_METHOD => Ok(()),
        other => Err(AgentError::Credential(format!(
            "a credential is signed for the purpose {ASSERTION_METHOD}, not {other:.64}"
        ))),
    }
}

/// Adds the contexts that the suite needs: what the issuer will sign must be in the offer already, since the holder
/// compares the two.
fn with_contexts(detail: LdProofDetail, suite: Suite) -> Result<LdProofDetail> {
    let missing = vouchsafe_credentials::required_contexts(suite, detail.credential());
    if missing.is_empty() {
        return Ok(detail);
    }
    let mut credential = detail.credential().clone();
    if let Some(contexts) = credential.get_mut("@context").and_then(Value::as_array_mut) {
        contexts.extend(missing.into_iter().map(Value::String));
    }
    detail.with_credential(credential).map_err(|error| AgentError::invalid("credential", error.to_string()))
}
