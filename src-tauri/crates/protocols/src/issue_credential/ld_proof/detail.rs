//! A detail: what is proposed, offered and requested, read and compared.
//!
//! What may differ was read off recorded peers: a request may add `credentialSubject.id` and nothing else; a credential
//! adds `proof`, and a `credentialStatus` of the type that the options ask for. A proof suite's own context is added by
//! ACA-Py when it *offers* (Ed25519Signature2020), so that nothing needs to be allowed for it later. Order of members is
//! free, as Credo changes it; order in arrays is not.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::difference::differences;
use super::{ASSERTION_METHOD, DATA_INTEGRITY_PROOF};
use crate::issue_credential::format::{Change, FormatError};

/// The longest name of a proof type or suite, in bytes.
const MAX_PROOF_TYPE_BYTES: usize = 100;

/// `{credential, options}` of RFC 0593, with unknown members and the order of all kept as they came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Value")]
pub struct LdProofDetail {
    members: Map<String, Value>,
}

impl LdProofDetail {
    /// A detail for `credential` (without proof) to be signed as `proof_type`, for the purpose of an assertion.
    ///
    /// # Errors
    /// [`FormatError::Malformed`] if it is not an object or the proof type is not a name.
    pub fn new(credential: Value, proof_type: &str) -> Result<Self, FormatError> {
        let mut options = Map::new();
        options.insert("proofType".to_owned(), Value::from(proof_type));
        options.insert("proofPurpose".to_owned(), Value::from(ASSERTION_METHOD));
        let mut members = Map::new();
        members.insert("credential".to_owned(), credential);
        members.insert("options".to_owned(), Value::Object(options));
        Self::from_value(Value::Object(members))
    }

    /// Reads a detail. Whether the credential is a good one is not asked here.
    ///
    /// # Errors
    /// [`FormatError::Malformed`] with the first member that has not the shape of RFC 0593.
    pub fn from_value(value: Value) -> Result<Self, FormatError> {
        let Value::Object(members) = value else {
            return Err(FormatError::malformed("", "must be an object with credential and options"));
        };
        if !members.get("credential").is_some_and(Value::is_object) {
            return Err(FormatError::malformed("/credential", "must be an object"));
        }
        let Some(options) = members.get("options").and_then(Value::as_object) else {
            return Err(FormatError::malformed("/options", "must be an object"));
        };
        match options.get("proofType").and_then(Value::as_str) {
            Some(name) if !name.is_empty() && name.len() <= MAX_PROOF_TYPE_BYTES => {}
            _ => return Err(FormatError::malformed("/options/proofType", "must be the name of a proof type")),
        }
        for name in ["proofPurpose", "created", "domain", "challenge", "verificationMethod", "cryptosuite"] {
            if !matches!(options.get(name), None | Some(Value::Null | Value::String(_))) {
                return Err(FormatError::malformed(&format!("/options/{name}"), "must be a string"));
            }
        }
        Ok(Self { members })
    }

    pub(super) fn members_mut(&mut self) -> &mut Map<String, Value> {
        &mut self.members
    }

    /// The credential that is wanted, without proof.
    pub fn credential(&self) -> &Value {
        self.members.get("credential").unwrap_or(&Value::Null)
    }

    /// All options as they came, unknown ones too.
    pub fn options(&self) -> Option<&Map<String, Value>> {
        self.members.get("options").and_then(Value::as_object)
    }

    fn option(&self, name: &str) -> Option<&Value> {
        self.options()?.get(name).filter(|value| !value.is_null())
    }

    fn text_option(&self, name: &str) -> Option<&str> {
        self.option(name).and_then(Value::as_str)
    }

    /// `proofType` as written.
    pub fn proof_type(&self) -> &str {
        self.text_option("proofType").unwrap_or_default()
    }

    /// `cryptosuite`, if there is one.
    pub fn cryptosuite(&self) -> Option<&str> {
        self.text_option("cryptosuite")
    }

    /// The suite that is wanted: the cryptosuite of a Data Integrity proof, else the proof type.
    pub fn suite(&self) -> &str {
        match self.cryptosuite() {
            Some(cryptosuite) if self.proof_type() == DATA_INTEGRITY_PROOF => cryptosuite,
            _ => self.proof_type(),
        }
    }

    /// `proofPurpose`, or what its absence means.
    pub fn proof_purpose(&self) -> &str {
        self.text_option("proofPurpose").unwrap_or(ASSERTION_METHOD)
    }

    /// The time that the proof shall carry, if one was asked for.
    pub fn created(&self) -> Option<&str> {
        self.text_option("created")
    }

    /// The domain that the proof shall carry, if one was asked for.
    pub fn domain(&self) -> Option<&str> {
        self.text_option("domain")
    }

    /// The challenge that the proof shall carry, if one was asked for.
    pub fn challenge(&self) -> Option<&str> {
        self.text_option("challenge")
    }

    /// The verification method that shall sign, if one was asked for.
    pub fn verification_method(&self) -> Option<&str> {
        self.text_option("verificationMethod")
    }

    /// The status (`{"type": …}`) that the issuer shall add, if one was asked for.
    pub fn credential_status(&self) -> Option<&Value> {
        self.option("credentialStatus")
    }

    /// The issuer's DID, whether `issuer` is a string or an object with an `id`.
    pub fn issuer(&self) -> Option<&str> {
        match self.credential().get("issuer")? {
            Value::String(id) => Some(id),
            issuer => issuer.get("id").and_then(Value::as_str),
        }
    }

    /// The DID of the subject, if it is named (the first one's, if there are several).
    pub fn subject_id(&self) -> Option<&str> {
        let subject = match self.credential().get("credentialSubject")? {
            Value::Array(subjects) => subjects.first()?,
            subject => subject,
        };
        subject.get("id").and_then(Value::as_str)
    }

    /// The detail with `did` as its subject, as a holder's request puts it in. A subject that is already named stays.
    ///
    /// # Errors
    /// [`FormatError::Malformed`] if there is no single subject to name.
    pub fn with_subject_id(mut self, did: &str) -> Result<Self, FormatError> {
        if self.subject_id().is_some() {
            return Ok(self);
        }
        let subject =
            match self.members.get_mut("credential").and_then(|credential| credential.get_mut("credentialSubject")) {
                Some(Value::Object(subject)) => subject,
                Some(Value::Array(subjects)) if subjects.len() == 1 => match subjects.first_mut() {
                    Some(Value::Object(subject)) => subject,
                    _ => return Err(no_subject()),
                },
                _ => return Err(no_subject()),
            };
        subject.insert("id".to_owned(), Value::from(did));
        Ok(self)
    }

    /// The detail with another credential, for what an issuer adds before it offers (contexts, an id, a date).
    ///
    /// # Errors
    /// [`FormatError::Malformed`] if it is not an object.
    pub fn with_credential(mut self, credential: Value) -> Result<Self, FormatError> {
        if let Some(slot) = self.members.get_mut("credential") {
            *slot = credential;
        }
        Self::from_value(Value::Object(self.members))
    }

    /// The detail with one option set.
    ///
    /// # Errors
    /// [`FormatError::Malformed`] if the value is not what the option takes.
    pub fn with_option(mut self, name: &str, value: Value) -> Result<Self, FormatError> {
        if let Some(options) = self.members.get_mut("options").and_then(Value::as_object_mut) {
            options.insert(name.to_owned(), value);
        }
        Self::from_value(Value::Object(self.members))
    }

    /// The JSON, as it came.
    pub fn into_value(self) -> Value {
        Value::Object(self.members)
    }

    /// Does `request` ask for what this offers? It may add `credentialSubject.id`.
    ///
    /// # Errors
    /// [`FormatError::Differs`] at the first other difference.
    pub fn answered_by(&self, request: &Self) -> Result<(), FormatError> {
        for (path, change) in differences(self.credential(), request.credential(), "/credential") {
            let names_subject =
                matches!(path.as_str(), "/credential/credentialSubject/id" | "/credential/credentialSubject/0/id")
                    && self.subject_id().is_none()
                    && request.subject_id().is_some();
            if !names_subject {
                return Err(FormatError::differs(&path, change));
            }
        }
        // An absent option and a null one say the same, and so do an absent purpose and the usual one: some peers write
        // every option they know, others drop what goes without saying.
        let (offered, requested) = (present(self.options()), present(request.options()));
        differences(&offered, &requested, "/options")
            .next()
            .map_or(Ok(()), |(path, change)| Err(FormatError::differs(&path, change)))
    }

    /// Is `credential` what this detail asks for, with a proof as its options want it?
    ///
    /// # Errors
    /// [`FormatError::Differs`] at the first difference, [`FormatError::Malformed`] if it has no proof.
    pub fn fulfilled_by(&self, credential: &Value) -> Result<(), FormatError> {
        if !credential.is_object() {
            return Err(FormatError::malformed("", "must be a credential"));
        }
        let wants_status = self.credential_status().is_some() && self.credential().get("credentialStatus").is_none();
        for (path, change) in differences(self.credential(), credential, "") {
            match path.as_str() {
                "/proof" => {}
                "/credentialStatus" if wants_status => {}
                _ => return Err(FormatError::differs(&path, change)),
            }
        }
        if wants_status {
            let wanted = self.credential_status().and_then(|status| status.get("type"));
            match credential.get("credentialStatus") {
                Some(status) if status.get("type") == wanted => {}
                Some(_) => return Err(FormatError::differs("/credentialStatus/type", Change::Changed)),
                None => return Err(FormatError::differs("/credentialStatus", Change::Removed)),
            }
        }
        match credential.get("proof") {
            Some(proof @ Value::Object(_)) => self.proven_by(proof),
            // A set of proofs will do if one of them is the one that was asked for.
            Some(Value::Array(proofs)) => {
                let mut outcome = Err(FormatError::malformed("/proof", "must not be empty"));
                for proof in proofs {
                    outcome = self.proven_by(proof);
                    if outcome.is_ok() {
                        break;
                    }
                }
                outcome
            }
            _ => Err(FormatError::malformed("/proof", "must be a proof")),
        }
    }

    fn proven_by(&self, proof: &Value) -> Result<(), FormatError> {
        let text = |name: &str| proof.get(name).and_then(Value::as_str);
        let kind = text("type").unwrap_or_default();
        let suite = if kind == DATA_INTEGRITY_PROOF { text("cryptosuite").unwrap_or_default() } else { kind };
        if suite != self.suite() {
            return Err(FormatError::differs("/proof/type", Change::Changed));
        }
        if text("proofPurpose") != Some(self.proof_purpose()) {
            return Err(FormatError::differs("/proof/proofPurpose", Change::Changed));
        }
        if let Some(wanted) = self.created()
            && !text("created").is_some_and(|created| same_time(wanted, created))
        {
            return Err(FormatError::differs("/proof/created", Change::Changed));
        }
        for name in ["domain", "challenge", "verificationMethod"] {
            if let Some(wanted) = self.text_option(name)
                && text(name) != Some(wanted)
            {
                return Err(FormatError::differs(&format!("/proof/{name}"), Change::Changed));
            }
        }
        Ok(())
    }
}

impl TryFrom<Value> for LdProofDetail {
    type Error = FormatError;

    fn try_from(value: Value) -> Result<Self, FormatError> {
        Self::from_value(value)
    }
}

impl From<LdProofDetail> for Value {
    fn from(detail: LdProofDetail) -> Self {
        detail.into_value()
    }
}

fn no_subject() -> FormatError {
    FormatError::malformed("/credential/credentialSubject", "must be one subject")
}

fn present(options: Option<&Map<String, Value>>) -> Value {
    let mut options = options.cloned().unwrap_or_default();
    options.retain(|_, value| !value.is_null());
    options.entry("proofPurpose").or_insert_with(|| Value::from(ASSERTION_METHOD));
    Value::Object(options)
}

fn same_time(one: &str, other: &str) -> bool {
    match (one.parse::<jiff::Timestamp>(), other.parse::<jiff::Timestamp>()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}
