//! What lists, cards and search show of a credential, taken from the document alone: no more is promised than
//! that its author wrote it. Text from strangers is cut to a length and stays text.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::context::ActiveContext;
use crate::credential::{id_of, issuer_of, items, proofs_of, timestamp};
use crate::statements::type_iris;

const MAX_CLAIMS: usize = 200;
const MAX_CLAIM_DEPTH: usize = 8;
/// Characters of one text.
const MAX_TEXT: usize = 2_000;
/// Entries of each list.
const MAX_ENTRIES: usize = 50;

/// One claim about the subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Member names from the subject down, joined by dots; items of lists by their index.
    pub path: String,
    /// The last member's name as words.
    pub label: String,
    /// The value as text.
    pub value: String,
}

/// A credential at a glance.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Its most specific type as words, as `Permanent resident card`.
    pub title: String,
    /// Types, as the document names them.
    pub types: Vec<String>,
    /// Types as IRIs, where the contexts are known.
    pub expanded_types: Vec<String>,
    /// URLs of its contexts; contexts inside the document have none.
    pub contexts: Vec<String>,
    /// The credential's own identifier.
    pub id: Option<String>,
    /// The issuer's identifier.
    pub issuer: String,
    /// The issuer's name, if the document gives one. Nobody vouches for it.
    pub issuer_name: Option<String>,
    /// Identifiers of the subjects.
    pub subject_ids: Vec<String>,
    /// `issuanceDate` or `validFrom`.
    pub issued_at: Option<Timestamp>,
    /// `expirationDate` or `validUntil`.
    pub expires_at: Option<Timestamp>,
    /// What it claims about its subjects.
    pub claims: Vec<Claim>,
    /// Identifiers of its `credentialSchema`.
    pub schema_ids: Vec<String>,
    /// The `type` of each proof.
    pub proof_types: Vec<String>,
}

impl Summary {
    /// Summarises any JSON: what is absent or odd is left out.
    pub fn of(credential: &Value) -> Self {
        let types = texts(items(credential.get("type")).iter().filter_map(Value::as_str));
        let date = |members: [&str; 2]| {
            members.into_iter().find_map(|member| credential.get(member)?.as_str().and_then(timestamp))
        };
        let subjects = items(credential.get("credentialSubject"));
        let mut claims = Vec::new();
        for (index, subject) in subjects.iter().enumerate() {
            let path = if subjects.len() > 1 { index.to_string() } else { String::new() };
            flatten(subject, &path, "", 0, &mut claims);
        }
        Self {
            title: title(&types),
            expanded_types: expanded_types(credential),
            types,
            contexts: texts(items(credential.get("@context")).iter().filter_map(Value::as_str)),
            id: credential.get("id").and_then(Value::as_str).map(cut),
            issuer: issuer_of(credential).map(cut).unwrap_or_default(),
            issuer_name: credential.get("issuer").and_then(|issuer| name(issuer.get("name")?)),
            subject_ids: texts(subjects.iter().filter_map(id_of)),
            issued_at: date(["issuanceDate", "validFrom"]),
            expires_at: date(["expirationDate", "validUntil"]),
            claims,
            schema_ids: texts(items(credential.get("credentialSchema")).iter().filter_map(id_of)),
            proof_types: texts(proofs_of(credential).iter().filter_map(|proof| proof.get("type")?.as_str())),
        }
    }

    /// The words that search looks through, in no particular order.
    pub fn search_text(&self) -> String {
        let mut words = vec![self.title.as_str(), self.issuer.as_str()];
        words.extend(self.issuer_name.as_deref());
        words.extend(self.types.iter().map(String::as_str));
        for claim in &self.claims {
            words.extend([claim.label.as_str(), claim.value.as_str()]);
        }
        words.retain(|word| !word.starts_with("data:"));
        words.join(" ")
    }
}

/// `PermanentResidentCard` -> `Permanent resident card`, `lprNumber` -> `Lpr number`, `GPA` -> `GPA`.
fn words(name: &str) -> String {
    let name = name.rsplit(['#', '/']).next().filter(|last| !last.is_empty()).unwrap_or(name);
    let characters: Vec<char> = name.chars().take(MAX_TEXT).collect();
    let mut found: Vec<String> = Vec::new();
    let mut before: Option<char> = None;
    for (index, character) in characters.iter().copied().enumerate() {
        if matches!(character, '_' | '-' | ' ') {
            before = None;
            continue;
        }
        let next_is_lower = characters.get(index + 1).is_some_and(|next| next.is_lowercase());
        let begins = match before {
            None => true,
            Some(before) => {
                character.is_uppercase() && (!before.is_uppercase() || next_is_lower)
                    || character.is_numeric() != before.is_numeric()
            }
        };
        match found.last_mut() {
            Some(word) if !begins => word.push(character),
            _ => found.push(character.to_string()),
        }
        before = Some(character);
    }
    let lowered = found.into_iter().enumerate().map(|(index, word)| {
        let acronym = word.chars().count() > 1 && word.chars().all(char::is_uppercase);
        let mut characters = word.chars();
        match characters.next() {
            _ if acronym => word,
            Some(first) if index == 0 => first.to_uppercase().chain(characters).collect(),
            _ => word.to_lowercase(),
        }
    });
    lowered.collect::<Vec<_>>().join(" ")
}

fn title(types: &[String]) -> String {
    let specific = types.iter().rev().find(|name| *name != "VerifiableCredential");
    specific.map_or_else(|| "Credential".to_owned(), |name| words(name))
}

fn name(value: &Value) -> Option<String> {
    match value {
        Value::String(name) => Some(cut(name)),
        Value::Object(object) => object.get("@value")?.as_str().map(cut),
        Value::Array(names) => names.iter().find_map(|entry| if entry.is_array() { None } else { name(entry) }),
        _ => None,
    }
}

fn expanded_types(credential: &Value) -> Vec<String> {
    let context = credential.get("@context").and_then(|local| ActiveContext::of(local).ok());
    match (credential.as_object(), context) {
        (Some(document), Some(context)) => texts(type_iris(document, &context).iter().map(String::as_str)),
        _ => Vec::new(),
    }
}

fn flatten(value: &Value, path: &str, member: &str, depth: usize, claims: &mut Vec<Claim>) {
    if claims.len() >= MAX_CLAIMS || depth > MAX_CLAIM_DEPTH {
        return;
    }
    let join = |step: &str| {
        if path.is_empty() { step.to_owned() } else { format!("{path}.{step}") }
    };
    let mut claim = |text: String| {
        claims.push(Claim { path: cut(path), label: words(member), value: cut(&text) });
    };
    match value {
        Value::Null => {}
        Value::Bool(value) => claim(value.to_string()),
        Value::Number(number) => claim(number.to_string()),
        Value::String(text) => claim(text.clone()),
        Value::Array(entries) => {
            for (index, entry) in entries.iter().enumerate() {
                flatten(entry, &join(&index.to_string()), member, depth + 1, claims);
            }
        }
        Value::Object(object) => match object.get("@value") {
            Some(text) => flatten(text, path, member, depth + 1, claims),
            None => {
                for (key, value) in object {
                    if !matches!(key.as_str(), "id" | "@id" | "type" | "@type") {
                        flatten(value, &join(key), key, depth + 1, claims);
                    }
                }
            }
        },
    }
}

fn texts<'a>(found: impl Iterator<Item = &'a str>) -> Vec<String> {
    found.take(MAX_ENTRIES).map(cut).collect()
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_become_words() {
        for (name, expected) in [
            ("PermanentResident", "Permanent resident"),
            ("givenName", "Given name"),
            ("lprNumber", "Lpr number"),
            ("GPA", "GPA"),
            ("studentGPA", "Student GPA"),
            ("birth_date", "Birth date"),
            ("https://example.org/terms#streetAddress", "Street address"),
            ("address2", "Address 2"),
            ("", ""),
        ] {
            assert_eq!(words(name), expected);
        }
    }

    #[test]
    fn claims_are_flattened_and_bounded() {
        let mut deep = json!("bottom");
        for _ in 0..30 {
            deep = json!({"in": deep});
        }
        let many: serde_json::Map<String, Value> = (0..500).map(|n| (format!("m{n}"), json!(n))).collect();
        let summary = Summary::of(&json!({
            "type": ["VerifiableCredential"],
            "credentialSubject": [
                {"id": "did:example:1", "degree": {"type": "Degree", "name": "BSc"}, "tags": ["a", "b"], "deep": deep},
                many,
            ],
        }));
        assert_eq!(summary.title, "Credential");
        assert_eq!(summary.claims.len(), MAX_CLAIMS);
        let degree = summary.claims.first().unwrap();
        assert_eq!((degree.path.as_str(), degree.label.as_str()), ("0.degree.name", "Name"));
        assert_eq!(summary.claims.get(2).unwrap().path, "0.tags.1");
        assert!(!summary.claims.iter().any(|claim| claim.value == "bottom"));
    }

    #[test]
    fn anything_can_be_summarised() {
        for value in [json!(null), json!([]), json!({"issuer": 1, "type": {}, "@context": [[]]})] {
            assert_eq!(Summary::of(&value).title, "Credential");
        }
    }
}
