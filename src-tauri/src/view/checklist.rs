//! The checks of a verification, each with the technical facts behind it, and the report of them that can be passed on.
//! The words that explain a check are the window's; here is what was found: suite, method, document and its time,
//! the hashes of contexts, the place in a status list.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde_json::Value;
use vouchsafe_credentials::status::entries_of;
use vouchsafe_credentials::{Summary, Verification, bundled_contexts, proofs_of};

use super::credentials::StatusView;
use super::facts::{Check, CheckOutcome, Fact, checks};

/// Contexts and list entries that are told of.
const MANY: usize = 12;

/// Whether a credential is what its issuer offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offered {
    /// It came by this exchange: it was stored because it equals the offer.
    Equal {
        /// The exchange.
        exchange_id: String,
    },
    /// It came from a file: nothing was offered.
    File,
    /// It was not kept: nothing to compare it with.
    NotKept,
}

/// The checks, each with its facts.
pub fn checklist(
    credential: &Value,
    verification: &Value,
    status: Option<&StatusView>,
    offered: &Offered,
) -> Vec<Check> {
    let found: Option<Verification> = serde_json::from_value(verification.clone()).ok();
    let mut lines = checks(verification);
    for line in &mut lines {
        line.facts = match line.key.as_str() {
            "signature" => signature(credential, found.as_ref()),
            "key-authorised" => key(credential, found.as_ref()),
            "contexts" => contexts(credential),
            "structure" => structure(credential),
            "members" => vec![Fact::new("members", "Members", members(credential).to_string())],
            "purpose" => proof_text(credential, "proofPurpose", "purpose", "Purpose").into_iter().collect(),
            "valid-from" => date(credential, ["validFrom", "issuanceDate"], "valid-from", "Valid from"),
            "expiry" => date(credential, ["validUntil", "expirationDate"], "valid-until", "Valid until"),
            "status" => list_entries(credential, status),
            _ => Vec::new(),
        };
    }
    if let Offered::Equal { exchange_id } = offered {
        lines.push(Check {
            key: "offer".to_owned(),
            label: "Equals the offer".to_owned(),
            outcome: CheckOutcome::Passed,
            reason: "it says what was offered and accepted, member for member; otherwise it would not have been stored"
                .to_owned(),
            facts: vec![Fact::new("exchange", "Exchange", exchange_id)],
        });
    } else if *offered == Offered::File {
        lines.push(Check {
            key: "offer".to_owned(),
            label: "Equals the offer".to_owned(),
            outcome: CheckOutcome::Noted,
            reason: "it came as a file, so nothing was offered that it could be compared with".to_owned(),
            facts: Vec::new(),
        });
    }
    lines
}

/// What was checked, when, and with what outcome, as text to pass on. It names no claim's value.
pub fn report(summary: &Summary, checks: &[Check], checked_at: Option<&str>, now: Timestamp) -> String {
    let mut text = String::from("Proof report\n");
    let mut line = |label: &str, value: &str| {
        let _ = writeln!(text, "{label}: {value}");
    };
    line("Credential", &summary.title);
    if let Some(id) = &summary.id {
        line("Id", id);
    }
    line("Issuer", &summary.issuer);
    line("Types", &summary.types.join(", "));
    line("Checked", checked_at.unwrap_or("not kept"));
    line("Written", &now.to_string());
    for check in checks {
        let word = match check.outcome {
            CheckOutcome::Passed => "passed",
            CheckOutcome::Failed => "FAILED",
            CheckOutcome::NotChecked => "not checked",
            CheckOutcome::Noted => "to know",
        };
        let _ = writeln!(text, "\n[{word}] {}", check.label);
        let _ = writeln!(text, "  {}", check.reason);
        for fact in &check.facts {
            let _ = writeln!(text, "  {}: {}", fact.label, fact.value);
        }
    }
    text
}

fn proof_text(credential: &Value, member: &str, key: &str, label: &str) -> Option<Fact> {
    let proof = proofs_of(credential).first()?;
    Some(Fact::new(key, label, proof.get(member)?.as_str()?))
}

fn signature(credential: &Value, found: Option<&Verification>) -> Vec<Fact> {
    let suites: Vec<&str> =
        found.map(|found| found.suites.iter().map(|suite| suite.name()).collect()).unwrap_or_default();
    let suite = (!suites.is_empty()).then(|| Fact::new("suite", "Cryptosuite", suites.join(", ")));
    suite
        .into_iter()
        .chain(proof_text(credential, "verificationMethod", "method", "Verification method"))
        .chain(proof_text(credential, "created", "signed", "Signed"))
        .collect()
}

fn key(credential: &Value, found: Option<&Verification>) -> Vec<Fact> {
    let mut facts: Vec<Fact> =
        proof_text(credential, "verificationMethod", "method", "Verification method").into_iter().collect();
    facts.extend(proof_text(credential, "created", "signed", "Signed"));
    if let Some(document) = found.and_then(|found| found.key_document.as_ref()) {
        facts.push(Fact::new("document", "DID document", &document.did));
        if let Some(at) = document.read_at {
            facts.push(Fact::new("document-read", "Document from", at.to_string()));
        }
        let kept = if document.kept { "kept since then" } else { "read for this check" };
        facts.push(Fact::new("document-kept", "Document was", kept));
    }
    facts
}

fn contexts(credential: &Value) -> Vec<Fact> {
    let listed = credential.get("@context").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let fact = |(number, context): (usize, &Value)| {
        let key = format!("context-{number}");
        match context.as_str() {
            Some(url) => {
                let pinned = bundled_contexts().iter().find(|bundled| bundled.url == url);
                let hash = pinned.map_or("not known here".to_owned(), |bundled| format!("sha256:{}", bundled.sha256));
                Fact::new(&key, "Context", format!("{url}\n{hash}"))
            }
            None => Fact::new(&key, "Context", "written into the document itself"),
        }
    };
    listed.iter().take(MANY).enumerate().map(fact).collect()
}

fn structure(credential: &Value) -> Vec<Fact> {
    let model = match credential.pointer("/@context/0").and_then(Value::as_str) {
        Some("https://www.w3.org/ns/credentials/v2") => "2.0",
        Some("https://www.w3.org/2018/credentials/v1") => "1.1",
        _ => return Vec::new(),
    };
    let types = Summary::of(credential).types.join(", ");
    vec![Fact::new("model", "Data model", model), Fact::new("types", "Types", types)]
}

fn members(credential: &Value) -> usize {
    fn count(value: &Value, depth: usize) -> usize {
        match value {
            Value::Object(object) if depth < 32 => object.values().map(|member| 1 + count(member, depth + 1)).sum(),
            Value::Array(entries) if depth < 32 => entries.iter().map(|entry| count(entry, depth + 1)).sum(),
            _ => 0,
        }
    }
    count(&vouchsafe_credentials::without_proof(credential), 0)
}

fn date(credential: &Value, names: [&str; 2], key: &str, label: &str) -> Vec<Fact> {
    let found = names.into_iter().find_map(|name| credential.get(name)?.as_str());
    found.map(|value| Fact::new(key, label, value)).into_iter().collect()
}

fn list_entries(credential: &Value, status: Option<&StatusView>) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (number, entry) in entries_of(credential).into_iter().flatten().take(MANY).enumerate() {
        facts.push(Fact::new(&format!("list-{number}"), "Status list", entry.list));
        facts.push(Fact::new(
            &format!("place-{number}"),
            "Place in it",
            format!("{} ({})", entry.index, entry.purpose),
        ));
    }
    if let Some(at) = status.and_then(|status| status.checked_at.clone()) {
        facts.push(Fact::new("list-read", "List read", at));
    }
    facts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_check_has_the_facts_behind_it_and_the_report_names_no_value() {
        let credential = json!({
            "@context": ["https://www.w3.org/2018/credentials/v1", {"own": "https://example.org/own"}],
            "id": "urn:uuid:7", "type": ["VerifiableCredential", "LibraryCard"], "issuer": "did:key:z6Mk",
            "issuanceDate": "2026-01-01T00:00:00Z", "expirationDate": "2027-01-01T00:00:00Z",
            "credentialSubject": {"id": "did:key:holder", "name": "Secret Person"},
            "credentialStatus": {"id": "https://example.org/list#42", "type": "BitstringStatusListEntry",
                "statusPurpose": "revocation", "statusListIndex": "42",
                "statusListCredential": "https://example.org/list"},
            "proof": {"type": "Ed25519Signature2020", "created": "2026-01-02T00:00:00Z",
                "verificationMethod": "did:key:z6Mk#z6Mk", "proofPurpose": "assertionMethod"},
        });
        let kinds = ["structure", "contexts", "members", "signature", "key-authorised", "purpose", "expiry", "status"];
        let checked = kinds.map(|kind| json!({"kind": kind, "outcome": "passed", "detail": "so it is"}));
        let verification = json!({
            "verified": true, "inlineContexts": true, "issuer": "did:key:z6Mk", "verificationMethod": null,
            "keyDocument": {"did": "did:key:z6Mk", "readAt": "2026-11-01T00:00:00Z", "kept": true},
            "suites": ["Ed25519Signature2020"],
            "checks": checked,
        });
        let lines = checklist(&credential, &verification, None, &Offered::Equal { exchange_id: "e1".into() });
        assert!(lines.iter().all(|line| !line.facts.is_empty()), "{lines:?}");
        let facts: Vec<String> =
            lines.iter().flat_map(|line| &line.facts).map(|fact| format!("{} {}", fact.key, fact.value)).collect();
        for wanted in [
            "suite Ed25519Signature2020",
            "method did:key:z6Mk#z6Mk",
            "document-kept kept since then",
            "list-0 https://example.org/list",
            "place-0 42 (revocation)",
            "model 1.1",
            "exchange e1",
        ] {
            assert!(facts.iter().any(|fact| fact == wanted), "{wanted} is not among {facts:?}");
        }
        assert!(facts.iter().any(|fact| fact.contains("sha256:ab4ddd9a")));
        let text = report(&Summary::of(&credential), &lines, Some("2026-11-01T00:00:00Z"), Timestamp::UNIX_EPOCH);
        assert!(text.contains("[passed] Signature is right") && text.contains("urn:uuid:7"));
        assert!(!text.contains("Secret Person"));
    }

    #[test]
    fn anything_can_be_listed() {
        for odd in [json!(null), json!({"@context": 7, "proof": [1, {"created": 4}], "credentialStatus": [[]]})] {
            assert!(checklist(&odd, &json!({"checks": [{"kind": "status"}]}), None, &Offered::File).len() == 2);
        }
    }
}
