//! Verifying a credential, check by check, so that a person can be told what holds and what does not.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use vouchsafe_didcomm::key::Verkey;

use crate::credential::{Read, issuer_of, items, proofs_of, read, timestamp};
use crate::error::CredentialError;
use crate::proof::belongs_to;
use crate::status::{Standing, StatusState};
use crate::suite::Suite;

/// Proofs that one credential may have.
const MAX_PROOFS: usize = 8;
/// How far the clocks of two computers may differ.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// The issuer's keys, as whoever resolved its DID found them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerKeys {
    /// The DID that was resolved.
    pub did: String,
    /// The Ed25519 methods of its `assertionMethod` whose controller is the DID: absolute id and key.
    pub assertion: Vec<(String, Verkey)>,
    /// When the document was fetched; none for methods whose DID is the document.
    pub resolved_at: Option<Timestamp>,
    /// Whether the document is from a cache.
    pub from_cache: bool,
    /// Whether the DID was deactivated: then no key signs for it, whatever its last document says.
    pub deactivated: bool,
}

/// What a check is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckKind {
    /// The data model's rules.
    Structure,
    /// Every context is bundled, or else defined inside the document.
    Contexts,
    /// Every member makes a statement that the signature covers.
    Members,
    /// The signature fits credential and key.
    Signature,
    /// The key is in the issuer's `assertionMethod`.
    KeyAuthorised,
    /// The proof's purpose is `assertionMethod`.
    Purpose,
    /// Already valid.
    ValidFrom,
    /// Not expired.
    Expiry,
    /// Whether the issuer took it back: looked up elsewhere, since it needs a network ([`Verification::set_status`]).
    Status,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not.
    Failed,
    /// It could not be looked at, or is for the person to judge.
    NotChecked,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// What was checked.
    pub kind: CheckKind,
    /// How it came out.
    pub outcome: Outcome,
    /// What was found, as a clause a person can read.
    pub detail: String,
}

/// The issuer's document that a signature was checked with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyDocument {
    /// The DID.
    pub did: String,
    /// From when it is; none for methods whose DID is the document.
    pub read_at: Option<Timestamp>,
    /// Whether it was kept since then and not read anew.
    pub kept: bool,
}

/// All that was found about a credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// No check failed, and signature and authorisation were checked and passed.
    pub verified: bool,
    /// Whether the document defines terms of its own: then never to be shown as simply verified.
    pub inline_contexts: bool,
    /// The issuer that the credential names.
    pub issuer: Option<String>,
    /// The verification method of the first proof.
    pub verification_method: Option<String>,
    /// The issuer's document that the keys are from, if it was found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_document: Option<KeyDocument>,
    /// The suites of the proofs.
    pub suites: Vec<Suite>,
    /// The checks, in the order a person would ask.
    pub checks: Vec<Check>,
}

impl Verification {
    /// The first check that failed: the reason to give.
    pub fn failure(&self) -> Option<&Check> {
        self.checks.iter().find(|check| check.outcome == Outcome::Failed)
    }

    /// Whether the issuer signed exactly this, whatever the date is and whether or not it still stands: what a holder
    /// must know before storing.
    pub fn is_authentic(&self) -> bool {
        let passed = |kind| self.checks.iter().any(|check| check.kind == kind && check.outcome == Outcome::Passed);
        let may_change = |kind| matches!(kind, CheckKind::ValidFrom | CheckKind::Expiry | CheckKind::Status);
        passed(CheckKind::Signature)
            && passed(CheckKind::KeyAuthorised)
            && !self.checks.iter().any(|check| check.outcome == Outcome::Failed && !may_change(check.kind))
    }

    /// Why the credential does not stand (any more), if its issuer says so.
    pub fn taken_back(&self) -> Option<&Check> {
        self.checks.iter().find(|check| check.kind == CheckKind::Status && check.outcome == Outcome::Failed)
    }

    /// Notes how the credential stands, as its status list said at `checked_at`, in place of what was known before.
    pub fn set_status(&mut self, standing: &Standing, checked_at: Timestamp) {
        self.checks.retain(|check| check.kind != CheckKind::Status);
        let said = format!("{}, as its status list said on {checked_at}", standing.detail);
        match standing.state {
            StatusState::Valid => self.add(CheckKind::Status, Outcome::Passed, said),
            StatusState::Revoked | StatusState::Suspended => self.add(CheckKind::Status, Outcome::Failed, said),
            StatusState::Unknown => self.add(CheckKind::Status, Outcome::NotChecked, standing.detail.clone()),
            StatusState::NotTracked => {}
        }
        self.verified = self.is_authentic() && self.failure().is_none();
    }

    fn add(&mut self, kind: CheckKind, outcome: Outcome, detail: impl Into<String>) {
        self.checks.push(Check { kind, outcome, detail: detail.into() });
    }
}

/// Checks `credential` against the keys of its issuer (see [`issuer_of`]; none if its DID could not be resolved)
/// at `now`.
pub fn verify(credential: &Value, keys: Option<&IssuerKeys>, now: Timestamp) -> Verification {
    let mut found = Verification {
        verified: false,
        inline_contexts: false,
        issuer: issuer_of(credential).map(str::to_owned),
        verification_method: crate::verification_method_of(credential).map(str::to_owned),
        key_document: keys.map(|keys| KeyDocument {
            did: keys.did.clone(),
            read_at: keys.resolved_at,
            kept: keys.from_cache,
        }),
        suites: Vec::new(),
        checks: Vec::new(),
    };
    match read(credential) {
        Ok(read) => {
            readable(&mut found, &read);
            check_proofs(&mut found, credential, &read, keys, now);
            check_dates(&mut found, &read, now);
        }
        Err(error) => unreadable(&mut found, &error),
    }
    if !items(credential.get("credentialStatus")).is_empty() {
        found.add(CheckKind::Status, Outcome::NotChecked, "the issuer can revoke it; its status list was not asked");
    }
    found.verified = found.is_authentic() && found.failure().is_none();
    found
}

fn readable(found: &mut Verification, read: &Read) {
    found.inline_contexts = read.checked.inline_contexts;
    found.add(CheckKind::Structure, Outcome::Passed, "it follows the data model");
    if read.checked.inline_contexts {
        found.add(CheckKind::Contexts, Outcome::NotChecked, "the meaning of terms is defined inside the document");
    } else {
        found.add(CheckKind::Contexts, Outcome::Passed, "all its contexts are known and pinned");
    }
    found.add(CheckKind::Members, Outcome::Passed, "the signature covers every member");
}

fn unreadable(found: &mut Verification, error: &CredentialError) {
    let kind = match error {
        CredentialError::UnknownContext(_) | CredentialError::InvalidContext(_) => CheckKind::Contexts,
        CredentialError::Undefined { .. } | CredentialError::NotCovered { .. } => CheckKind::Members,
        _ => CheckKind::Structure,
    };
    found.add(kind, Outcome::Failed, error.to_string());
    found.add(
        CheckKind::Signature,
        Outcome::NotChecked,
        "the credential could not be read, so no signature was checked",
    );
}

fn check_dates(found: &mut Verification, read: &Read, now: Timestamp) {
    if let Some(from) = read.checked.valid_from {
        let outcome = if from > now + CLOCK_SKEW { Outcome::Failed } else { Outcome::Passed };
        found.add(CheckKind::ValidFrom, outcome, format!("valid from {from}"));
    }
    match read.checked.valid_until {
        Some(until) if until < now => {
            found.add(CheckKind::Expiry, Outcome::Failed, format!("expired on {until}"));
        }
        Some(until) => found.add(CheckKind::Expiry, Outcome::Passed, format!("valid until {until}")),
        None => found.add(CheckKind::Expiry, Outcome::Passed, "it has no end date"),
    }
}

fn check_proofs(found: &mut Verification, credential: &Value, read: &Read, keys: Option<&IssuerKeys>, now: Timestamp) {
    let proofs = proofs_of(credential);
    if proofs.is_empty() {
        found.add(CheckKind::Signature, Outcome::Failed, "it has no proof");
        return;
    }
    if proofs.len() > MAX_PROOFS {
        let detail = format!("it has more than {MAX_PROOFS} proofs");
        found.add(CheckKind::Signature, Outcome::Failed, detail);
        return;
    }
    for proof in proofs {
        if let Err(problem) = check_proof(found, proof, read, keys, now) {
            found.add(CheckKind::Signature, Outcome::Failed, problem);
        }
    }
}

/// Adds the checks of one proof, or says why it cannot hold.
fn check_proof(
    found: &mut Verification,
    proof: &Value,
    read: &Read,
    keys: Option<&IssuerKeys>,
    now: Timestamp,
) -> Result<(), String> {
    let proof = proof.as_object().ok_or("a proof must be an object")?;
    let suite = Suite::of_proof(proof).map_err(|error| error.to_string())?;
    found.suites.push(suite);
    if suite == Suite::Ed25519Signature2018 && read.checked.data_model == crate::DataModel::V2 {
        return Err(CredentialError::SuiteForDataModel(suite.name()).to_string());
    }
    if proof.contains_key("previousProof") {
        return Err("chains of proofs are not supported".to_owned());
    }
    if let Some(context) = proof.get("@context")
        && Some(context) != read.document.get("@context")
    {
        return Err("the proof was made under other contexts than the credential has".to_owned());
    }
    check_proof_dates(proof, suite, now)?;

    let purpose = text(proof, "proofPurpose")?;
    let outcome = if purpose == "assertionMethod" { Outcome::Passed } else { Outcome::Failed };
    found.add(CheckKind::Purpose, outcome, format!("the proof is for {purpose}"));

    let method = text(proof, "verificationMethod")?;
    let Some(key) = authorised_key(found, method, &read.checked.issuer, keys) else {
        found.add(
            CheckKind::Signature,
            Outcome::NotChecked,
            "there is no key of the issuer to check the signature with",
        );
        return Ok(());
    };
    let member = suite.signature_member();
    let signature = text(proof, member)?;
    let mut options = proof.clone();
    options.shift_remove(member);
    let verify_data = suite
        .verify_data(&options, &read.document, &read.context, &read.statements)
        .map_err(|error| error.to_string())?;
    suite.verify(signature, &verify_data, &key)?;
    found.add(CheckKind::Signature, Outcome::Passed, format!("signed with {suite}"));
    Ok(())
}

fn check_proof_dates(proof: &Map<String, Value>, suite: Suite, now: Timestamp) -> Result<(), String> {
    let date = |member: &str| match proof.get(member) {
        None => Ok(None),
        Some(value) => value
            .as_str()
            .and_then(timestamp)
            .map(Some)
            .ok_or_else(|| format!("proof.{member} must be a date and time with a time zone")),
    };
    let created = date("created")?;
    if created.is_none() && suite.proof_type().1.is_none() {
        return Err("proof.created is missing".to_owned());
    }
    match date("expires")? {
        Some(expires) if expires < now => Err(format!("the proof expired on {expires}")),
        _ => Ok(()),
    }
}

/// The key of `method`, if the issuer authorised it to assert; what was found is added.
fn authorised_key(found: &mut Verification, method: &str, issuer: &str, keys: Option<&IssuerKeys>) -> Option<Verkey> {
    let kind = CheckKind::KeyAuthorised;
    if !belongs_to(method, issuer) {
        found.add(kind, Outcome::Failed, format!("{method} does not belong to the issuer {issuer}"));
        return None;
    }
    let Some(keys) = keys else {
        found.add(kind, Outcome::NotChecked, format!("the keys of {issuer} could not be found"));
        return None;
    };
    if keys.did != issuer {
        found.add(kind, Outcome::Failed, format!("the keys at hand are those of {}", keys.did));
        return None;
    }
    if keys.deactivated {
        let detail = format!("{issuer} was deactivated for good, so no key may sign for it any more");
        found.add(kind, Outcome::Failed, detail);
        return None;
    }
    let Some((_, key)) = keys.assertion.iter().find(|(id, _)| id == method) else {
        let detail = format!("{method} is not among the issuer's assertion methods");
        found.add(kind, Outcome::Failed, detail);
        return None;
    };
    let seen = match keys.resolved_at {
        Some(at) if keys.from_cache => format!(", as its document said on {at} (kept since then)"),
        Some(at) => format!(", as its document said on {at}"),
        None => String::new(),
    };
    found.add(kind, Outcome::Passed, format!("{method} may sign for the issuer{seen}"));
    Some(*key)
}

fn text<'a>(proof: &'a Map<String, Value>, member: &str) -> Result<&'a str, String> {
    proof.get(member).and_then(Value::as_str).ok_or_else(|| format!("proof.{member} is missing or not a string"))
}
