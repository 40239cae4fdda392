//! The forms in which a status list is published: a credential about a list (W3C), the same inside cheqd's
//! `bitstringStatusListCredential`, and cheqd's `StatusList2021` without a credential around it.

use serde_json::Value;

use super::entry::Form;
use super::problem::StatusProblem;
use crate::credential::items;

/// Bytes of a published list: a ledger's resource is at most 2 MiB, in JSON and base64 somewhat more.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// A list as it was published.
pub(super) enum Shape {
    /// A credential, with the notes that cheqd's wrapper has beside it.
    Credential { credential: Value, metadata: Value },
    /// cheqd's StatusList2021: no issuer and no proof; the ledger vouches for it.
    Bare { list: Value, metadata: Value },
}

impl Shape {
    /// Reads the bytes of a list.
    pub(super) fn read(content: &[u8]) -> Result<Self, StatusProblem> {
        let not = |reason: &str| StatusProblem::NotAList(reason.to_owned());
        if content.len() > MAX_BYTES {
            return Err(StatusProblem::TooLarge);
        }
        if content.iter().all(u8::is_ascii_whitespace) {
            return Err(not("it is empty"));
        }
        let value: Value = serde_json::from_slice(content).map_err(|_| not("it is not JSON"))?;
        let Value::Object(mut members) = value else { return Err(not("it is not a JSON object")) };
        let metadata = members.get("metadata").cloned().unwrap_or(Value::Null);
        if metadata.get("encrypted").and_then(Value::as_bool) == Some(true) {
            return Err(StatusProblem::Encrypted);
        }
        if let Some(credential) = members.remove("bitstringStatusListCredential") {
            return Ok(Self::Credential { credential, metadata });
        }
        if let Some(list) = members.remove("StatusList2021") {
            return Ok(Self::Bare { list, metadata });
        }
        if members.contains_key("credentialSubject") {
            return Ok(Self::Credential { credential: Value::Object(members), metadata: Value::Null });
        }
        Err(not("it has neither a credential nor a list in it"))
    }
}

/// Refuses what is no status list of either standard, by the type of a list credential's subject.
pub(super) fn check_type(subject: &Value) -> Result<(), StatusProblem> {
    let is_list = |kind: &Value| [Form::Bitstring, Form::StatusList2021].iter().any(|form| kind == form.list_type());
    if items(subject.get("type")).iter().any(is_list) {
        return Ok(());
    }
    Err(StatusProblem::NotAList("its subject is not a status list".to_owned()))
}
