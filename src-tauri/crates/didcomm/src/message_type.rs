//! Message types (Aries RFC 0003 and 0020): which protocol, which version, which message. Both prefixes that are in
//! use are read; the newer one is written.

use std::{fmt, str::FromStr};

/// The longest message type that is read, in bytes.
pub const MAX_TYPE_BYTES: usize = 256;

const DIDCOMM: &str = "https://didcomm.org/";
const SOV: &str = "did:sov:BzCbsNYhMrjHiqZDTUASHg;spec/";

/// Which of the two prefixes a message type was written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Prefix {
    /// `https://didcomm.org/`.
    DidComm,
    /// `did:sov:BzCbsNYhMrjHiqZDTUASHg;spec/`, from before RFC 0348.
    Sov,
}

/// A message type, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MessageType {
    /// The prefix as received. It does not matter to anybody; [`fmt::Display`] writes the new one.
    pub prefix: Prefix,
    /// The protocol, for example `issue-credential`.
    pub protocol: String,
    /// The major version: another one is another protocol.
    pub major: u32,
    /// The minor version: a higher one is understood as far as it goes.
    pub minor: u32,
    /// The message, for example `offer-credential`.
    pub name: String,
}

/// The text is no message type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a message type (https://didcomm.org/<protocol>/<major>.<minor>/<name> expected)")]
pub struct MalformedType;

impl MessageType {
    /// Whether this is the message `name` of `protocol` in this major version.
    pub fn is(&self, protocol: &str, major: u32, name: &str) -> bool {
        self.protocol == protocol && self.major == major && self.name == name
    }

    /// The protocol's URI without the message: `https://didcomm.org/issue-credential/2.0`.
    pub fn protocol_uri(&self) -> String {
        format!("{DIDCOMM}{}/{}.{}", self.protocol, self.major, self.minor)
    }
}

impl fmt::Display for MessageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{DIDCOMM}{}/{}.{}/{}", self.protocol, self.major, self.minor, self.name)
    }
}

impl FromStr for MessageType {
    type Err = MalformedType;

    fn from_str(text: &str) -> Result<Self, MalformedType> {
        if text.len() > MAX_TYPE_BYTES {
            return Err(MalformedType);
        }
        let (prefix, rest) = if let Some(rest) = text.strip_prefix(DIDCOMM) {
            (Prefix::DidComm, rest)
        } else if let Some(rest) = text.strip_prefix(SOV) {
            (Prefix::Sov, rest)
        } else {
            return Err(MalformedType);
        };
        let mut parts = rest.split('/');
        let (Some(protocol), Some(version), Some(name), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(MalformedType);
        };
        let (major, minor) = version.split_once('.').ok_or(MalformedType)?;
        Ok(Self { prefix, protocol: word(protocol)?, major: number(major)?, minor: number(minor)?, name: word(name)? })
    }
}

fn word(text: &str) -> Result<String, MalformedType> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if !text.is_empty() && text.bytes().all(plain) { Ok(text.to_owned()) } else { Err(MalformedType) }
}

fn number(text: &str) -> Result<u32, MalformedType> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(MalformedType);
    }
    text.parse().map_err(|_| MalformedType)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_prefixes_mean_the_same_message() {
        let new: MessageType = "https://didcomm.org/issue-credential/2.0/offer-credential".parse().unwrap();
        let old: MessageType =
            "did:sov:BzCbsNYhMrjHiqZDTUASHg;spec/issue-credential/2.0/offer-credential".parse().unwrap();
        assert_eq!(old.to_string(), new.to_string());
        assert!(old.is("issue-credential", 2, "offer-credential") && old.prefix == Prefix::Sov);
        assert_eq!(new.protocol_uri(), "https://didcomm.org/issue-credential/2.0");
    }

    #[test]
    fn what_is_no_type_is_refused() {
        for text in [
            "",
            "https://didcomm.org/",
            "https://didcomm.org/a/1/b",
            "https://didcomm.org/a/1.0",
            "https://didcomm.org/a/1.0/b/c",
            "https://didcomm.org/a/+1.0/b",
            "https://didcomm.org/a/99999999999.0/b",
            "https://example.org/a/1.0/b",
            "https://didcomm.org/a b/1.0/b",
        ] {
            assert_eq!(text.parse::<MessageType>(), Err(MalformedType), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_written_type_reads_back(
            protocol in "[a-z][a-z_-]{0,20}", major: u32, minor: u32, name in "[a-z][a-z_-]{0,20}",
        ) {
            let written = MessageType { prefix: Prefix::DidComm, protocol, major, minor, name };
            prop_assert_eq!(written.to_string().parse::<MessageType>().unwrap(), written);
        }
    }
}
