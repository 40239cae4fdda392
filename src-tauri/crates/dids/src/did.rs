//! The identifiers themselves (W3C DID Core, section 3). Besides proper DIDs the unqualified ones of 16 bytes are read
//! that DID Exchange 1.0 and Connections 1.0 carry. Defends against identifiers of any length: a long did:peer:4 holds
//! a whole document, and decoding base58 costs the square of its length.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest DID that is read, in bytes.
pub const MAX_DID_BYTES: usize = 8 * 1024;

/// The longest path, query and fragment of a DID URL that are read, in bytes.
const MAX_URL_TAIL_BYTES: usize = 1024;

/// The text is neither a DID nor an unqualified one of 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a DID (did:<method>:<id> expected)")]
pub struct MalformedDid;

/// A DID, or an unqualified one of 16 bytes in base58.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Did(String);

impl Did {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its method: `key`, `peer`, `web`, … For an unqualified one it is `sov`, the method that such DIDs are of where
    /// they are written out.
    pub fn method(&self) -> &str {
        self.0.strip_prefix("did:").and_then(|rest| rest.split(':').next()).unwrap_or("sov")
    }

    /// What follows the method; of an unqualified DID, all of it.
    pub fn method_specific_id(&self) -> &str {
        self.0.strip_prefix("did:").and_then(|rest| rest.split_once(':')).map_or(self.as_str(), |(_, id)| id)
    }

    /// Whether it is an unqualified DID of 16 bytes.
    pub fn is_unqualified(&self) -> bool {
        !self.0.starts_with("did:")
    }

    /// What is known to be a DID by its parts.
    pub(crate) fn of_parts(text: String) -> Self {
        Self(text)
    }

    /// The beginning of it, for errors and logs: long ones hold whole documents.
    pub fn brief(&self) -> String {
        brief(&self.0)
    }
}

/// The beginning of a text that may be very long.
pub(crate) fn brief(text: &str) -> String {
    const SHOWN: usize = 80;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

impl FromStr for Did {
    type Err = MalformedDid;

    fn from_str(text: &str) -> Result<Self, MalformedDid> {
        if text.len() > MAX_DID_BYTES {
            return Err(MalformedDid);
        }
        let well_formed = match text.strip_prefix("did:") {
            None => is_unqualified(text),
            Some(rest) => rest.split_once(':').is_some_and(|(method, id)| {
                let method_byte = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
                // `=` is not in the grammar, but stands in did:peer:2 of older agents.
                let id_byte =
                    |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'%' | b'=');
                !method.is_empty() && method.bytes().all(method_byte) && !id.is_empty() && id.bytes().all(id_byte)
            }),
        };
        if well_formed { Ok(Self(text.to_owned())) } else { Err(MalformedDid) }
    }
}

fn is_unqualified(text: &str) -> bool {
    // 16 bytes are 21 or 22 characters, fewer with leading zeros.
    let mut bytes = [0; 16];
    text.len() <= 22 && bs58::decode(text).onto(&mut bytes) == Ok(16)
}

impl fmt::Display for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Did {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.brief())
    }
}

impl AsRef<str> for Did {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Serialize for Did {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Did {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A DID with a path, a query or a fragment: `did:example:1#key-1`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DidUrl {
    did: Did,
    tail: String,
}

impl DidUrl {
    /// The DID it begins with.
    pub fn did(&self) -> &Did {
        &self.did
    }

    /// What follows the `#`, if there is one.
    pub fn fragment(&self) -> Option<&str> {
        self.tail.split_once('#').map(|(_, fragment)| fragment)
    }
}

impl FromStr for DidUrl {
    type Err = MalformedDid;

    fn from_str(text: &str) -> Result<Self, MalformedDid> {
        if text.len() > MAX_DID_BYTES.saturating_add(MAX_URL_TAIL_BYTES) {
            return Err(MalformedDid);
        }
        let end = text.find(['/', '?', '#', ';']).unwrap_or(text.len());
        let (did, tail) = text.split_at_checked(end).ok_or(MalformedDid)?;
        if tail.len() > MAX_URL_TAIL_BYTES || !tail.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(MalformedDid);
        }
        Ok(Self { did: did.parse()?, tail: tail.to_owned() })
    }
}

impl fmt::Display for DidUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.did, self.tail)
    }
}
