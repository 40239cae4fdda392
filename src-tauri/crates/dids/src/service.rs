//! Services of a DID document, and those among them that speak DIDComm v1 (Aries RFC 0067 and 0360): where a message
//! goes and which keys it is packed for.

use serde_json::Value;
use vouchsafe_didcomm::Verkey;

use crate::{
    did::Did,
    document::{DidDocument, DocumentError, absolute},
    public_key::PublicKey,
};

/// The most keys of one service that are read.
const MAX_KEYS: usize = 16;

/// The longest endpoint that is read, in bytes.
const MAX_ENDPOINT_BYTES: usize = 2048;

/// A service as the document has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// Its absolute id.
    pub id: String,
    /// Its types.
    pub types: Vec<String>,
    /// All of it.
    pub raw: Value,
}

impl Service {
    pub(crate) fn parse(service: &Value, did: &Did) -> Result<Self, DocumentError> {
        let object = service.as_object().ok_or(DocumentError::Malformed("service"))?;
        let id = object.get("id").and_then(Value::as_str).unwrap_or_default();
        let types = match object.get("type") {
            Some(Value::String(one)) => vec![one.clone()],
            Some(Value::Array(many)) => many.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
            _ => return Err(DocumentError::Malformed("service.type")),
        };
        Ok(Self { id: absolute(id, did), types, raw: service.clone() })
    }
}

/// A way to send DIDComm v1 messages to a DID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DidCommService {
    /// The absolute id of the service.
    pub id: String,
    /// The URL to send to, or `didcomm:transport/queue` if there is none.
    pub endpoint: String,
    /// Whom to pack for.
    pub recipient_keys: Vec<Verkey>,
    /// The mediators to wrap for, outermost first.
    pub routing_keys: Vec<Verkey>,
    /// The envelope formats it reads; empty if it does not say.
    pub accept: Vec<String>,
    /// Its rank: the lowest is preferred.
    pub priority: i64,
}

/// The DIDComm v1 services of a document by priority, in the document's order where that is equal. One without a usable
/// recipient key, or with a routing key that is not understood, cannot be sent to and is left out.
pub(crate) fn didcomm_services(document: &DidDocument) -> Vec<DidCommService> {
    let mut services: Vec<_> = document.services().iter().filter_map(|service| read(service, document)).collect();
    services.sort_by_key(|service| service.priority);
    services
}

fn read(service: &Service, document: &DidDocument) -> Option<DidCommService> {
    if !service.types.iter().any(|kind| matches!(kind.as_str(), "did-communication" | "IndyAgent")) {
        return None;
    }
    let endpoint = match service.raw.get("serviceEndpoint")? {
        Value::String(endpoint) => endpoint,
        Value::Object(endpoint) => endpoint.get("uri")?.as_str()?,
        // A ledger keeps a list, the preferred one first.
        Value::Array(endpoints) => endpoints.first()?.as_str()?,
        _ => return None,
    };
    if endpoint.len() > MAX_ENDPOINT_BYTES {
        return None;
    }
    let strings = |member: &str| -> Vec<&str> {
        let items = service.raw.get(member).and_then(Value::as_array);
        items.into_iter().flatten().take(MAX_KEYS).filter_map(Value::as_str).collect()
    };
    let recipient_keys: Vec<Verkey> =
        strings("recipientKeys").into_iter().filter_map(|reference| verkey(reference, document)).collect();
    let routing_keys: Option<Vec<Verkey>> =
        strings("routingKeys").into_iter().map(|reference| verkey(reference, document)).collect();
    if recipient_keys.is_empty() {
        return None;
    }
    Some(DidCommService {
        id: service.id.clone(),
        endpoint: endpoint.to_owned(),
        recipient_keys,
        routing_keys: routing_keys?,
        accept: strings("accept").into_iter().map(str::to_owned).collect(),
        priority: service.raw.get("priority").and_then(Value::as_i64).unwrap_or(0),
    })
}

/// The key that a service means: `#key-0`, an absolute id, a did:key or raw base58.
fn verkey(reference: &str, document: &DidDocument) -> Option<Verkey> {
    if let Some(method) = document.verification_method(reference) {
        return match method.key {
            PublicKey::Ed25519(verkey) => Some(verkey),
            _ => None,
        };
    }
    reference.parse().ok()
}
