//! What was fetched from ledgers and the web, kept in the wallet with its time: documents by DID, resources by their
//! DID URL, and which resource a query led to. Verification goes on without a network by what is kept, and says so. A
//! resource never changes under its id; a document does, so its age is always told. That a DID was deactivated is kept
//! too: an outage must not bring it back to life.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use vouchsafe_store::{Store, StoreError};

/// What is kept under a DID or a DID URL.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Kept {
    /// The document of a DID.
    Document {
        /// As it was received.
        document: Value,
        /// What the resolver said about it.
        #[serde(default, skip_serializing_if = "Value::is_null")]
        metadata: Value,
        /// Whether the DID was deactivated.
        #[serde(default)]
        deactivated: bool,
    },
    /// The bytes of a resource.
    Content {
        /// In base64.
        content: String,
        /// Their type.
        media_type: String,
        /// What the resolver said about them.
        metadata: Value,
    },
    /// Which resource a query led to.
    Leads {
        /// Its DID URL by id.
        to: String,
        /// What the resolver said about it.
        metadata: Value,
    },
}

impl Kept {
    /// The bytes of a resource.
    pub(crate) fn content(content: &[u8], media_type: &str, metadata: Value) -> Self {
        Self::Content { content: STANDARD.encode(content), media_type: media_type.to_owned(), metadata }
    }
}

/// The time, as precisely as it is kept.
pub(crate) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}

/// What is kept under `name`, and since when. What this version cannot read is not there.
pub(crate) async fn read(store: &Store, name: &str) -> Option<(Kept, Timestamp)> {
    let wanted = name.to_owned();
    match store.read(move |reader| reader.did_document(&wanted)).await {
        Ok(found) => found.and_then(|(value, at)| serde_json::from_value(value).ok().map(|kept| (kept, at))),
        Err(error) => {
            tracing::warn!(%error, "what was kept of a DID could not be read");
            None
        }
    }
}

/// Keeps what was fetched. That it could not be kept is no reason not to use it.
pub(crate) async fn write(store: &Store, entries: Vec<(String, Kept)>, at: Timestamp) {
    let writing = store.write(move |tx| {
        for (name, kept) in &entries {
            let value = serde_json::to_value(kept).unwrap_or_default();
            tx.put_did_document(name, &value, at)?;
        }
        Ok::<_, StoreError>(())
    });
    if let Err(error) = writing.await {
        tracing::warn!(%error, "what was fetched of a DID could not be kept");
    }
}

/// Keeps where a query leads, and notes that the resource it leads to, which is kept, is still that one.
pub(crate) async fn confirm(store: &Store, query: String, leads: Kept, to: String, at: Timestamp) {
    let writing = store.write(move |tx| {
        let value = serde_json::to_value(&leads).unwrap_or_default();
        tx.put_did_document(&query, &value, at)?;
        tx.confirm_did_document(&to, at)
    });
    if let Err(error) = writing.await {
        tracing::warn!(%error, "what was fetched of a DID could not be kept");
    }
}

/// The bytes in [`Kept::Content`].
pub(crate) fn decode(content: &str) -> Option<Vec<u8>> {
    STANDARD.decode(content).ok()
}
