//! What a credential says about its status: which list, which place in it, and what for (Bitstring Status List v1.0,
//! section 3.1; StatusList2021, section 3.1). cheqd's own StatusList2021 entries name the list by their `id` alone.

use std::fmt;

use serde_json::Value;

use super::problem::StatusProblem;
use crate::credential::items;

/// Entries that one credential may have.
const MAX_ENTRIES: usize = 16;
/// Messages of one entry that are looked at.
const MAX_MESSAGES: usize = 256;
/// Characters of a URL or a text.
const MAX_TEXT: usize = 2_000;

/// Which standard an entry and its list follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// W3C Bitstring Status List v1.0.
    Bitstring,
    /// W3C CCG StatusList2021.
    StatusList2021,
}

impl Form {
    /// The `type` of a credential's entry.
    pub fn entry_type(self) -> &'static str {
        match self {
            Self::Bitstring => "BitstringStatusListEntry",
            Self::StatusList2021 => "StatusList2021Entry",
        }
    }

    /// The `type` of the list that the list credential is about.
    pub fn list_type(self) -> &'static str {
        match self {
            Self::Bitstring => "BitstringStatusList",
            Self::StatusList2021 => "StatusList2021",
        }
    }

    /// The `type` of the list credential; the type of its resource too.
    pub fn credential_type(self) -> &'static str {
        match self {
            Self::Bitstring => "BitstringStatusListCredential",
            Self::StatusList2021 => "StatusList2021Credential",
        }
    }
}

/// What a list is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The credential is taken back for good.
    Revocation,
    /// The credential does not count for the time being.
    Suspension,
    /// Something else, which the messages say.
    Message,
    /// There is a newer one to be had.
    Refresh,
    /// A purpose of the issuer's own.
    Other(String),
}

impl Purpose {
    /// The word in documents.
    pub fn word(&self) -> &str {
        match self {
            Self::Revocation => "revocation",
            Self::Suspension => "suspension",
            Self::Message => "message",
            Self::Refresh => "refresh",
            Self::Other(word) => word,
        }
    }

    pub(super) fn of(word: &str) -> Self {
        match word {
            "revocation" => Self::Revocation,
            "suspension" => Self::Suspension,
            "message" => Self::Message,
            "refresh" => Self::Refresh,
            other => Self::Other(other.chars().take(100).collect()),
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// One entry of a credential's `credentialStatus`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusEntry {
    /// Which standard it follows.
    pub form: Form,
    /// What it is for.
    pub purpose: Purpose,
    /// The place in the list.
    pub index: u64,
    /// The URL of the list, without fragment.
    pub list: String,
    /// Bits of one entry, if it says so.
    pub size: Option<u8>,
    /// What each value means, as the issuer wrote it.
    pub messages: Vec<(u64, String)>,
}

/// The entries of a credential's status, or what is wrong with each. None: it has no status.
pub fn entries_of(credential: &Value) -> Vec<Result<StatusEntry, StatusProblem>> {
    let entries = items(credential.get("credentialStatus"));
    if entries.len() > MAX_ENTRIES {
        // Which of them say no is not known unless all are read.
        return vec![Err(StatusProblem::Entry(format!("there are more than {MAX_ENTRIES} entries")))];
    }
    entries.iter().map(read).collect()
}

fn read(entry: &Value) -> Result<StatusEntry, StatusProblem> {
    let problem = |text: &str| StatusProblem::Entry(text.to_owned());
    let kinds: Vec<&str> = items(entry.get("type")).iter().filter_map(Value::as_str).collect();
    let form = [Form::Bitstring, Form::StatusList2021].into_iter().find(|form| kinds.contains(&form.entry_type()));
    let Some(form) = form else {
        let named = kinds.first().map_or_else(|| "(none)".to_owned(), |kind| kind.chars().take(100).collect());
        return Err(StatusProblem::UnknownType(named));
    };
    let purpose = entry
        .get("statusPurpose")
        .and_then(Value::as_str)
        .map(Purpose::of)
        .ok_or_else(|| problem("statusPurpose is missing"))?;
    let index = match entry.get("statusListIndex") {
        Some(Value::String(digits)) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok(),
        Some(Value::Number(number)) => number.as_u64(),
        _ => None,
    }
    .ok_or_else(|| problem("statusListIndex is not a whole number"))?;
    // cheqd's StatusList2021 entries have no statusListCredential: their id is the list's URL with the index behind it.
    let named = entry.get("statusListCredential").or_else(|| entry.get("id")).and_then(Value::as_str);
    let list = named.map(without_fragment).ok_or_else(|| problem("it does not name its status list"))?;
    if list.len() > MAX_TEXT {
        return Err(problem("the URL of its status list is too long"));
    }
    Ok(StatusEntry {
        form,
        purpose,
        index,
        list: list.to_owned(),
        size: entry.get("statusSize").map(size).transpose()?,
        messages: messages(entry.get("statusMessage")),
    })
}

pub(super) fn without_fragment(url: &str) -> &str {
    url.split_once('#').map_or(url, |(before, _)| before)
}

/// Bits of one entry: 1 to 8 here.
pub(super) fn size(value: &Value) -> Result<u8, StatusProblem> {
    let size = match value {
        Value::String(digits) => digits.parse().ok(),
        other => other.as_u64().and_then(|size| u8::try_from(size).ok()),
    };
    size.filter(|size| (1..=8).contains(size))
        .ok_or_else(|| StatusProblem::Entry("statusSize is not a number from 1 to 8".to_owned()))
}

/// `[{"status": "0x1", "message": "…"}]`.
pub(super) fn messages(value: Option<&Value>) -> Vec<(u64, String)> {
    let read = |message: &Value| {
        let status = message.get("status")?.as_str()?;
        let value = match status.strip_prefix("0x") {
            Some(digits) => u64::from_str_radix(digits, 16).ok()?,
            None => status.parse().ok()?,
        };
        Some((value, message.get("message")?.as_str()?.chars().take(MAX_TEXT).collect()))
    };
    items(value).iter().take(MAX_MESSAGES).filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_bitstring_entry_is_read() {
        let found = entries_of(&json!({"credentialStatus": {
            "id": "https://example.org/lists/3#94567", "type": "BitstringStatusListEntry",
            "statusPurpose": "message", "statusListIndex": "94567", "statusListCredential": "https://example.org/lists/3",
            "statusSize": 2, "statusMessage": [{"status": "0x0", "message": "pending"}, {"status": "0x2", "message": "late"}],
        }}));
        let [Ok(entry)] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((entry.form, entry.index, entry.size), (Form::Bitstring, 94567, Some(2)));
        assert_eq!(entry.list, "https://example.org/lists/3");
        assert_eq!(entry.messages, [(0, "pending".to_owned()), (2, "late".to_owned())]);
    }

    #[test]
    fn a_cheqd_entry_names_its_list_by_its_id() {
        let id = "https://resolver.cheqd.net/1.0/identifiers/did:cheqd:testnet:1?resourceName=n&resourceType=StatusList2021Revocation";
        let found = entries_of(&json!({"credentialStatus": [{
            "id": format!("{id}#7"), "type": "StatusList2021Entry", "statusPurpose": "revocation", "statusListIndex": "7",
        }]}));
        let [Ok(entry)] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((entry.form, entry.list.as_str(), entry.index), (Form::StatusList2021, id, 7));
    }

    #[test]
    fn every_mistake_has_its_sentence() {
        let whole = json!({
            "id": "urn:x#1", "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "1",
            "statusListCredential": "https://example.org/1",
        });
        for (member, value, sentence) in [
            ("type", json!("RevocationList2020Status"), "the status type RevocationList2020Status is not known here"),
            ("statusPurpose", json!(1), "the credential's status entry cannot be read: statusPurpose is missing"),
            (
                "statusListIndex",
                json!("-1"),
                "the credential's status entry cannot be read: statusListIndex is not a whole number",
            ),
            (
                "statusListIndex",
                json!("99999999999999999999"),
                "the credential's status entry cannot be read: statusListIndex is not a whole number",
            ),
            (
                "statusListCredential",
                json!({}),
                "the credential's status entry cannot be read: it does not name its status list",
            ),
            (
                "statusSize",
                json!(9),
                "the credential's status entry cannot be read: statusSize is not a number from 1 to 8",
            ),
        ] {
            let mut entry = whole.clone();
            entry[member] = value;
            let found = entries_of(&json!({ "credentialStatus": entry }));
            let [Err(problem)] = found.as_slice() else { panic!("{found:?}") };
            assert_eq!(problem.to_string(), sentence);
        }
        assert!(entries_of(&json!({})).is_empty());
        let many = entries_of(&json!({"credentialStatus": vec![whole; 17]}));
        assert!(matches!(many.as_slice(), [Err(StatusProblem::Entry(_))]));
    }
}
