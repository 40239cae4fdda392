//! A DID of the wallet as ACA-Py's `DID`.

use serde_json::{Value, json};
use vouchsafe_store::DidRow;

use super::Record;

/// The DID.
pub(crate) fn did(row: &DidRow) -> Value {
    Record::default()
        .with("did", row.did.as_str())
        .with("verkey", row.verkey.map(|key| key.to_string()).unwrap_or_default())
        .with("posture", row.posture.as_str())
        .with("key_type", row.key_type.as_str())
        .with("method", row.method.as_str())
        .with("metadata", if row.metadata.is_object() { row.metadata.clone() } else { json!({}) })
        .done()
}
