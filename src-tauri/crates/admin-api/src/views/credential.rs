//! A stored credential as ACA-Py's `VCRecord`, and a verification as the VC-API's answer.

use serde_json::{Value, json};
use vouchsafe_credentials::{CheckKind, Outcome, Verification};
use vouchsafe_store::CredentialRow;

use super::Record;

/// The record. What ACA-Py keeps as sets is sorted.
pub(crate) fn credential(row: &CredentialRow) -> Value {
    Record::default()
        .with("contexts", sorted(&row.contexts))
        .with("expanded_types", sorted(&row.expanded_types))
        .with("schema_ids", sorted(&row.schema_ids))
        .with("issuer_id", row.issuer_id.as_str())
        .with("subject_ids", sorted(&row.subject_ids))
        .with("proof_types", sorted(&row.proof_types))
        .with("cred_value", row.cred.clone())
        .maybe("given_id", row.given_id.as_deref())
        .with("cred_tags", if row.tags.is_object() { row.tags.clone() } else { json!({}) })
        .with("record_id", row.record_id.as_str())
        .done()
}

fn sorted(values: &[String]) -> Value {
    let mut values = values.to_vec();
    values.sort();
    Value::from(values)
}

/// What a verification found, as the VC-API has it, with every check beside it.
pub(crate) fn verification(found: &Verification) -> Value {
    let failed: Vec<&str> = found
        .checks
        .iter()
        .filter(|check| {
            let needed = matches!(check.kind, CheckKind::Signature | CheckKind::KeyAuthorised);
            check.outcome == Outcome::Failed || (needed && check.outcome == Outcome::NotChecked)
        })
        .map(|check| check.detail.as_str())
        .collect();
    Record::default()
        .with("verified", found.verified)
        .maybe("errors", (!failed.is_empty()).then(|| json!(failed)))
        .with("checks", json!(found.checks))
        .done()
}

#[cfg(test)]
mod tests {
    use super::*;
    use vouchsafe_credentials::Summary;

    #[test]
    fn a_stored_credential_is_written_as_recorded() {
        let recording: Value = serde_json::from_str(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../tests/vectors/acapy/admin/flow/10-holder-credential-w3c-id.json"
        )))
        .unwrap();
        let shown = &recording["response"]["body"];
        let summary = Summary::of(&shown["cred_value"]);
        let row = CredentialRow {
            record_id: shown["record_id"].as_str().unwrap().to_owned(),
            exchange_id: None,
            connection_id: None,
            issuer_id: summary.issuer.clone(),
            title: summary.title.clone(),
            types: summary.types.clone(),
            expanded_types: summary.expanded_types.clone(),
            contexts: summary.contexts.clone(),
            subject_ids: summary.subject_ids.clone(),
            proof_types: summary.proof_types.clone(),
            schema_ids: summary.schema_ids.clone(),
            given_id: summary.id.clone(),
            tags: json!({}),
            issued_at: None,
            expires_at: None,
            stored_at: jiff::Timestamp::UNIX_EPOCH,
            favourite: false,
            verification: Value::Null,
            status: vouchsafe_store::HeldStatus::default(),
            summary: Value::Null,
            search_text: String::new(),
            cred: shown["cred_value"].clone(),
        };
        assert_eq!(credential(&row).to_string(), shown.to_string());
    }
}
