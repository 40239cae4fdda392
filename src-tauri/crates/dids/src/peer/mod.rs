//! did:peer (DIF Peer DID Method): DIDs that two sides share with each other and nobody else. Forms 0, 2 and the long
//! form 4 hold their document; the forms 1, 3 and the short 4 are names of a document that was given before.

mod four;
mod two;

use vouchsafe_didcomm::Verkey;

pub use four::{Peer4, create_peer4, encode_peer4, resolve_short, short_form};
pub use two::create_peer2;

use crate::{
    did::Did,
    document::{DidDocument, DocumentError},
};

/// The endpoint of an agent that cannot be reached and fetches its messages.
pub const QUEUE_ENDPOINT: &str = "didcomm:transport/queue";

/// A DIDComm service for a DID that is to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewService {
    /// The URL to send to, or [`QUEUE_ENDPOINT`].
    pub endpoint: String,
    /// The mediators to wrap for, outermost first.
    pub routing_keys: Vec<Verkey>,
}

impl NewService {
    /// A service that is reached directly.
    pub fn at(endpoint: impl Into<String>) -> Self {
        Self { endpoint: endpoint.into(), routing_keys: Vec::new() }
    }

    /// The service of an agent without an endpoint.
    pub fn queue() -> Self {
        Self::at(QUEUE_ENDPOINT)
    }

    fn routing_references(&self) -> Vec<String> {
        self.routing_keys.iter().map(Verkey::to_did_key_reference).collect()
    }
}

/// Which form of did:peer a DID is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A key alone.
    Zero,
    /// The hash of a document that was given before.
    One,
    /// Keys and services, each an element.
    Two,
    /// The hash of a form 2.
    Three,
    /// A whole document behind its hash.
    LongFour,
    /// The hash of a document that was given before.
    ShortFour,
}

/// The form of a did:peer; none if the DID is no did:peer of a known form.
pub fn form(did: &Did) -> Option<Form> {
    let id = did.as_str().strip_prefix("did:peer:")?;
    match id.split_at_checked(1)? {
        ("0", rest) if rest.starts_with('z') => Some(Form::Zero),
        ("1", rest) if is_hash(rest) => Some(Form::One),
        ("2", rest) if rest.starts_with('.') => Some(Form::Two),
        ("3", rest) if is_hash(rest) => Some(Form::Three),
        ("4", rest) => match rest.split_once(':') {
            Some((hash, document)) if is_hash(hash) && document.starts_with('z') => Some(Form::LongFour),
            None if is_hash(rest) => Some(Form::ShortFour),
            _ => None,
        },
        _ => None,
    }
}

/// The document of a did:peer that holds it: forms 0, 2 and the long 4.
///
/// # Errors
/// Says what is wrong with the DID, or that it is only the name of its document.
pub fn resolve(did: &Did) -> Result<DidDocument, DocumentError> {
    match form(did) {
        Some(Form::Zero) => {
            let multibase = did.as_str().strip_prefix("did:peer:0").unwrap_or_default();
            crate::key::document(did.as_str(), multibase)
        }
        Some(Form::Two) => two::resolve(did),
        Some(Form::LongFour) => four::resolve_long(did),
        Some(_) => Err(DocumentError::Malformed("this did:peer does not hold its document")),
        None => Err(DocumentError::Malformed("not a did:peer of a known form")),
    }
}

/// A SHA-256 multihash in multibase.
fn is_hash(text: &str) -> bool {
    let mut bytes = [0; 34];
    text.strip_prefix('z').is_some_and(|encoded| bs58::decode(encoded).onto(&mut bytes) == Ok(34))
        && bytes.starts_with(&SHA2_256)
}

/// The multihash prefix of SHA-256: its code and the length.
const SHA2_256: [u8; 2] = [0x12, 0x20];

/// The SHA-256 multihash of `content` in multibase.
fn hash(content: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    let multihash = [SHA2_256.as_slice(), &Sha256::digest(content)].concat();
    format!("z{}", bs58::encode(multihash).into_string())
}
