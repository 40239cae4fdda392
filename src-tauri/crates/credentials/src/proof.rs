//! Making a proof.
//!
//! The suites' own contexts are never added here: a holder stores only what equals what was offered, so that
//! whatever the proof needs must be in the offer ([`required_contexts`]).

use jiff::Timestamp;
use serde_json::{Map, Value};
use vouchsafe_didcomm::key::SigningKey;

use crate::credential::{DataModel, V1, items, proofs_of, read};
use crate::error::CredentialError;
use crate::suite::Suite;

const ED25519_2020: &str = "https://w3id.org/security/suites/ed25519-2020/v1";
const DATA_INTEGRITY: &str = "https://w3id.org/security/data-integrity/v2";
const DATA_INTEGRITY_V1: &str = "https://w3id.org/security/data-integrity/v1";

/// What a proof says beyond who signed and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofOptions {
    /// `proofPurpose`; `assertionMethod` for credentials.
    pub purpose: String,
    /// `challenge`, if the peer asked for one.
    pub challenge: Option<String>,
    /// `domain`, if the peer asked for one.
    pub domain: Option<String>,
}

impl Default for ProofOptions {
    fn default() -> Self {
        Self { purpose: "assertionMethod".to_owned(), challenge: None, domain: None }
    }
}

/// The contexts that `suite` needs and `credential` does not name yet: to be added before it is offered.
pub fn required_contexts(suite: Suite, credential: &Value) -> Vec<String> {
    missing_context(suite, credential).map(str::to_owned).into_iter().collect()
}

fn missing_context(suite: Suite, credential: &Value) -> Option<&'static str> {
    let contexts = items(credential.get("@context"));
    let named = |url: &str| contexts.iter().any(|context| context == url);
    match suite {
        Suite::Ed25519Signature2018 => None,
        Suite::Ed25519Signature2020 => (!named(ED25519_2020)).then_some(ED25519_2020),
        Suite::EddsaRdfc2022 | Suite::EddsaJcs2022 => {
            let needed = named(V1) && !named(DATA_INTEGRITY) && !named(DATA_INTEGRITY_V1);
            needed.then_some(DATA_INTEGRITY)
        }
    }
}

/// Adds a proof by `key`, which is the issuer's `verification_method`, and changes nothing else.
///
/// # Errors
/// The credential does not pass [`check`](crate::check), lacks the suite's context, is of a data model that the
/// suite does not secure, or names an issuer that the verification method does not belong to.
pub fn sign(
    credential: &Value,
    suite: Suite,
    key: &SigningKey,
    verification_method: &str,
    created: Timestamp,
    options: &ProofOptions,
) -> Result<Value, CredentialError> {
    let read = read(credential)?;
    if suite == Suite::Ed25519Signature2018 && read.checked.data_model == DataModel::V2 {
        return Err(CredentialError::SuiteForDataModel(suite.name()));
    }
    if let Some(context) = missing_context(suite, credential) {
        return Err(CredentialError::ContextMissing { suite: suite.name(), context });
    }
    if !belongs_to(verification_method, &read.checked.issuer) {
        return Err(CredentialError::malformed("issuer", "the verification method does not belong to the issuer"));
    }
    let mut proof = Map::new();
    let mut put = |member: &str, value: &str| proof.insert(member.to_owned(), Value::from(value));
    let (proof_type, cryptosuite) = suite.proof_type();
    put("type", proof_type);
    if let Some(cryptosuite) = cryptosuite {
        put("cryptosuite", cryptosuite);
    }
    put("proofPurpose", &options.purpose);
    put("verificationMethod", verification_method);
    put("created", &created.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    if let Some(challenge) = &options.challenge {
        put("challenge", challenge);
    }
    if let Some(domain) = &options.domain {
        put("domain", domain);
    }
    // vc-di-eddsa 1.0, 3.3.1: a JCS proof carries the contexts it was made under.
    if suite == Suite::EddsaJcs2022
        && let Some(context) = read.document.get("@context")
    {
        proof.insert("@context".to_owned(), context.clone());
    }
    let verify_data = suite.verify_data(&proof, &read.document, &read.context, &read.statements)?;
    let signature = suite.sign(&verify_data, key);
    proof.insert(suite.signature_member().to_owned(), Value::String(signature));

    let earlier = proofs_of(credential);
    let proof = if earlier.is_empty() {
        Value::Object(proof)
    } else {
        earlier.iter().cloned().chain([Value::Object(proof)]).collect()
    };
    let mut signed = read.document;
    signed.insert("proof".to_owned(), proof);
    Ok(Value::Object(signed))
}

/// Whether `verification_method` is an absolute DID URL of `controller`.
pub(crate) fn belongs_to(verification_method: &str, controller: &str) -> bool {
    verification_method.strip_prefix(controller).is_some_and(|rest| rest.starts_with('#') && rest.len() > 1)
}
