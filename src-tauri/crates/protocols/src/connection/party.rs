//! The two sides of a connection: who they are and where they are reached.

use serde::{Deserialize, Serialize};
use vouchsafe_didcomm::Verkey;

/// One side of a relationship: a DID and what its document says of DIDComm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The DID, as it was sent.
    pub did: String,
    /// The key that this side sends from.
    pub verkey: Verkey,
    /// Where messages go; none for our own side and for a peer that can only be reached by return route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// The keys that messages are packed for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recipient_keys: Vec<Verkey>,
    /// The mediators' keys, in the order in which a forward message passes them last to first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routing_keys: Vec<Verkey>,
}

impl Party {
    /// Our own side, of which the record keeps the DID and the key.
    pub fn own(did: impl Into<String>, verkey: Verkey) -> Self {
        Self { did: did.into(), verkey, endpoint: None, recipient_keys: Vec::new(), routing_keys: Vec::new() }
    }

    /// Whether this side may send from, or sign with, `key`.
    pub fn has_key(&self, key: &Verkey) -> bool {
        self.verkey == *key || self.recipient_keys.contains(key)
    }

    /// The same side, speaking from `sender` where that is a key of its own. A DID document may name any key first; whose
    /// it is shows only when something is sealed with it.
    #[must_use]
    pub fn speaking_from(&self, sender: &Verkey) -> Self {
        let verkey = if self.has_key(sender) { *sender } else { self.verkey };
        Self { verkey, ..self.clone() }
    }

    /// Where messages for this side go.
    pub fn target(&self) -> Target {
        let recipient_keys =
            if self.recipient_keys.is_empty() { vec![self.verkey] } else { self.recipient_keys.clone() };
        Target { endpoint: self.endpoint.clone(), recipient_keys, routing_keys: self.routing_keys.clone() }
    }
}

/// Where a message goes and whom it is packed for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The address; none where only return route reaches the peer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// The keys that it is packed for.
    pub recipient_keys: Vec<Verkey>,
    /// The mediators' keys.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routing_keys: Vec<Verkey>,
}

/// Whether two DIDs are one: the same text, or the long and the short form of one did:peer:4.
pub fn same_did(one: &str, other: &str) -> bool {
    short_did(one) == short_did(other)
}

/// The short form of a long did:peer:4, by which ACA-Py's records name it; any other DID as it is.
pub fn short_did(did: &str) -> &str {
    match did.strip_prefix("did:peer:4") {
        Some(rest) => {
            let end = rest.find(':').unwrap_or(rest.len());
            did.get(..did.len() - rest.len() + end).unwrap_or(did)
        }
        None => did,
    }
}
