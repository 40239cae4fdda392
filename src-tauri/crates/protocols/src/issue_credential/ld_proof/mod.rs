//! The format `ld_proof` (RFC 0593): a credential still without proof, and the options of the proof it shall get. What
//! was offered, requested and issued is compared here member by member, so that an issuer cannot slip another claim in
//! and a holder cannot ask for more than was offered.

mod detail;
mod difference;

use serde_json::Value;

use super::format::{CredentialFormat, FormatError, Stage};
pub use detail::LdProofDetail;

/// The format id of details: in proposal, offer and request.
pub const DETAIL_FORMAT: &str = "aries/ld-proof-vc-detail@v1.0";
/// The format id of credentials.
pub const CREDENTIAL_FORMAT: &str = "aries/ld-proof-vc@v1.0";
/// The purpose of a proof over a credential, and what an absent `proofPurpose` means.
pub const ASSERTION_METHOD: &str = "assertionMethod";
/// The `proofType` of all Data Integrity suites; which one it is, `cryptosuite` says.
pub const DATA_INTEGRITY_PROOF: &str = "DataIntegrityProof";

/// The rules of `ld_proof`.
pub(super) struct LdProof;

impl CredentialFormat for LdProof {
    fn name(&self) -> &'static str {
        "ld_proof"
    }

    fn format_id(&self, stage: Stage) -> &'static str {
        match stage {
            Stage::Proposal | Stage::Offer | Stage::Request => DETAIL_FORMAT,
            Stage::Credential => CREDENTIAL_FORMAT,
        }
    }

    fn check(&self, stage: Stage, payload: &Value) -> Result<(), FormatError> {
        if stage != Stage::Credential {
            return LdProofDetail::from_value(payload.clone()).map(drop);
        }
        match payload.get("proof") {
            Some(Value::Object(_) | Value::Array(_)) => Ok(()),
            _ => Err(FormatError::malformed("/proof", "must be a proof")),
        }
    }

    fn complete(&self, stage: Stage, payload: Value) -> Result<Value, FormatError> {
        if stage == Stage::Credential {
            self.check(stage, &payload)?;
            return Ok(payload);
        }
        let mut detail = LdProofDetail::from_value(payload)?;
        if let Some(options) = detail.members_mut().get_mut("options").and_then(Value::as_object_mut) {
            // Credo refuses the request for some of these even when they are null, and the credential if the purpose
            // is not spelled out.
            options.retain(|_, value| !value.is_null());
            options.entry("proofPurpose").or_insert_with(|| Value::from(ASSERTION_METHOD));
        }
        if let Some(credential) = detail.members_mut().get_mut("credential").and_then(Value::as_object_mut) {
            if !credential.get("@context").is_some_and(Value::is_array) {
                return Err(FormatError::malformed("/credential/@context", "must be an array"));
            }
            if let Some(Value::Object(subject)) = credential.get_mut("credentialSubject")
                && subject.get("id").is_some_and(Value::is_null)
            {
                subject.shift_remove("id");
            }
            if credential.contains_key("proof") {
                return Err(FormatError::malformed(
                    "/credential/proof",
                    "must not be there before the credential is issued",
                ));
            }
        }
        Ok(detail.into_value())
    }

    fn opens_with_request(&self) -> bool {
        true
    }

    fn request_matches(&self, offer: &Value, request: &Value) -> Result<(), FormatError> {
        LdProofDetail::from_value(offer.clone())?.answered_by(&LdProofDetail::from_value(request.clone())?)
    }

    fn credential_matches(&self, request: &Value, credential: &Value) -> Result<(), FormatError> {
        LdProofDetail::from_value(request.clone())?.fulfilled_by(credential)
    }
}
