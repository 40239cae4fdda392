//! The handshake protocols, and the names by which they are offered (RFC 0023, RFC 0160).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The handshake protocols that are spoken here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Handshake {
    /// DID Exchange 1.0 (RFC 0023): unqualified DIDs with a signed document.
    #[serde(rename = "didexchange/1.0")]
    DidExchange10,
    /// DID Exchange 1.1: resolvable DIDs with a signed rotation.
    #[serde(rename = "didexchange/1.1")]
    DidExchange11,
    /// Connections 1.0 (RFC 0160).
    #[serde(rename = "connections/1.0")]
    Connections10,
}

impl Handshake {
    /// The name in `handshake_protocols`, and the prefix of its message types.
    pub fn uri(self) -> &'static str {
        match self {
            Self::DidExchange10 => "https://didcomm.org/didexchange/1.0",
            Self::DidExchange11 => "https://didcomm.org/didexchange/1.1",
            Self::Connections10 => "https://didcomm.org/connections/1.0",
        }
    }

    /// Whether it is a version of DID Exchange.
    pub fn is_did_exchange(self) -> bool {
        !matches!(self, Self::Connections10)
    }
}

impl fmt::Display for Handshake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DidExchange10 => "didexchange/1.0",
            Self::DidExchange11 => "didexchange/1.1",
            Self::Connections10 => "connections/1.0",
        })
    }
}

/// A handshake protocol that is not spoken here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the handshake protocol {0:?} is not spoken here; didexchange/1.1, didexchange/1.0 and connections/1.0 are")]
pub struct UnknownHandshake(pub String);

impl FromStr for Handshake {
    type Err = UnknownHandshake;

    /// Reads the short name or the URI under either prefix. A higher minor version is read as the highest that is
    /// spoken here, as RFC 0003 has it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownHandshake(text.chars().take(100).collect());
        let name = text
            .strip_prefix("https://didcomm.org/")
            .or_else(|| text.strip_prefix("did:sov:BzCbsNYhMrjHiqZDTUASHg;spec/"))
            .unwrap_or(text);
        let (family, version) = name.split_once('/').ok_or_else(unknown)?;
        let minor = version.strip_prefix("1.").and_then(|minor| minor.parse::<u32>().ok()).ok_or_else(unknown)?;
        match (family, minor) {
            ("didexchange", 0) => Ok(Self::DidExchange10),
            ("didexchange", _) => Ok(Self::DidExchange11),
            ("connections", _) => Ok(Self::Connections10),
            _ => Err(unknown()),
        }
    }
}
