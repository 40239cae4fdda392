//! did:web: the document is at a web address that the DID spells. This module says which and reads what was found;
//! fetching, with all its policies about addresses, is the agent's.

use url::Url;

use crate::{
    did::Did,
    document::{DidDocument, DocumentError},
};

/// Where the document of a did:web is: always HTTPS.
///
/// # Errors
/// [`DocumentError::Malformed`] if the DID is no did:web or spells no address.
pub fn url(did: &Did) -> Result<Url, DocumentError> {
    let malformed = DocumentError::Malformed("not a did:web");
    let id = did.as_str().strip_prefix("did:web:").ok_or(malformed.clone())?;
    let mut segments = id.split(':');
    let authority = segments.next().unwrap_or_default();
    let authority = authority.replacen("%3A", ":", 1).replacen("%3a", ":", 1);
    // Whatever is still encoded could spell a user name or a path in the place of the host.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':');
    if authority.is_empty() || !authority.bytes().all(plain) || authority.matches(':').count() > 1 {
        return Err(malformed);
    }
    let path: Vec<&str> = segments.collect();
    if path.iter().any(|segment| segment.is_empty() || segment.contains('%') || matches!(*segment, "." | "..")) {
        return Err(malformed);
    }
    let path = if path.is_empty() { ".well-known".to_owned() } else { path.join("/") };
    Url::parse(&format!("https://{authority}/{path}/did.json")).map_err(|_| malformed)
}

/// Reads what was found there.
///
/// # Errors
/// What is wrong with it, or [`DocumentError::OtherDid`] if it is somebody else's.
pub fn parse(did: &Did, bytes: &[u8]) -> Result<DidDocument, DocumentError> {
    DidDocument::parse_bytes(bytes)?.must_be_of(did)
}
