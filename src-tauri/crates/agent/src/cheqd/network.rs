//! The did:cheqd networks that a wallet knows: where each is read (a resolver) and where it is written to (a registrar,
//! which pays the fees and holds no key of ours). A wallet asks nobody else, and for a namespace that is not in its
//! settings it asks nobody at all.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::error::{AgentError, Result};

/// The public resolver of cheqd's own networks.
pub const PUBLIC_RESOLVER: &str = "https://resolver.cheqd.net/1.0/identifiers/";
/// The public registrar of the test network.
pub const PUBLIC_REGISTRAR: &str = "https://did-registrar.cheqd.net/1.0/";

/// A did:cheqd network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Network {
    /// The part of a DID that names it: `testnet`, `mainnet`, `practice`.
    pub namespace: String,
    /// Base address of its resolver; ends in `/1.0/identifiers/`.
    pub resolver: String,
    /// Base address of its registrar, ending in `/1.0/`; absent: this wallet reads the network and does not write to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registrar: Option<String>,
    /// Whether it is a ledger on this computer, to practise with: only then may its addresses be on this computer, and
    /// what is signed with its DIDs means nothing elsewhere.
    #[serde(default)]
    pub practice: bool,
}

impl Network {
    /// The test network, by its public resolver and registrar.
    pub fn testnet() -> Self {
        Self {
            namespace: "testnet".to_owned(),
            resolver: PUBLIC_RESOLVER.to_owned(),
            registrar: Some(PUBLIC_REGISTRAR.to_owned()),
            practice: false,
        }
    }

    /// The main network, by its public resolver. Writing to it costs fees, so its registrar is the owner's to name.
    pub fn mainnet() -> Self {
        Self { namespace: "mainnet".to_owned(), resolver: PUBLIC_RESOLVER.to_owned(), registrar: None, practice: false }
    }

    /// A practice ledger whose registrar and resolver are served at `origin` (`http://127.0.0.1:9080`).
    pub fn practice(origin: &str) -> Self {
        let origin = origin.trim_end_matches('/');
        Self {
            namespace: "practice".to_owned(),
            resolver: format!("{origin}/1.0/identifiers/"),
            registrar: Some(format!("{origin}/1.0/")),
            practice: true,
        }
    }

    /// What a wallet knows unless it is told otherwise.
    pub fn defaults() -> Vec<Self> {
        vec![Self::testnet(), Self::mainnet()]
    }

    /// The resolver's base address; its path ends in a slash.
    ///
    /// # Errors
    /// [`AgentError::Invalid`] if the setting is no HTTP address.
    pub fn resolver_url(&self) -> Result<Url> {
        base(&self.resolver, "resolver", &self.namespace)
    }

    /// The registrar's base address; its path ends in a slash.
    ///
    /// # Errors
    /// [`AgentError::Invalid`] if the setting is no HTTP address; [`AgentError::Forbidden`] if there is none.
    pub fn registrar_url(&self) -> Result<Url> {
        let registrar = self.registrar.as_deref().ok_or_else(|| {
            AgentError::Forbidden(format!(
                "this wallet has no registrar for the network {}, so it can read it but not write to it; name one in \
                 the network's settings",
                self.namespace
            ))
        })?;
        base(registrar, "registrar", &self.namespace)
    }
}

fn base(text: &str, what: &str, namespace: &str) -> Result<Url> {
    let field = || format!("networks.{namespace}.{what}");
    let mut url = Url::parse(text).map_err(|error| AgentError::invalid(field(), format!("{text:.100}: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(AgentError::invalid(field(), format!("{text:.100} is no http or https address")));
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    url.set_fragment(None);
    Ok(url)
}

/// A resolver for methods that this wallet does not know itself, spoken to as ACA-Py's `--universal-resolver`:
/// `GET {url}/{did}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UniversalResolver {
    /// Base address; ACA-Py's default is `https://dev.uniresolver.io/1.0/identifiers`.
    pub url: String,
    /// Which DIDs it is asked for: regular expressions as in ACA-Py's `--universal-resolver-regex`. Empty: all that
    /// nobody else serves.
    #[serde(default)]
    pub methods: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::Network;

    #[test]
    fn a_base_address_ends_in_a_slash_however_it_was_written() {
        for origin in ["http://127.0.0.1:9080", "http://127.0.0.1:9080/"] {
            let network = Network::practice(origin);
            assert_eq!(network.resolver_url().unwrap().as_str(), "http://127.0.0.1:9080/1.0/identifiers/");
            assert_eq!(network.registrar_url().unwrap().as_str(), "http://127.0.0.1:9080/1.0/");
        }
        let bare = Network { resolver: "https://resolver.example/1.0/identifiers".to_owned(), ..Network::mainnet() };
        assert_eq!(bare.resolver_url().unwrap().as_str(), "https://resolver.example/1.0/identifiers/");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "resolver.example", "ftp://resolver.example/", "file:///etc/passwd", "http:"] {
            let network = Network { resolver: text.to_owned(), ..Network::testnet() };
            assert!(network.resolver_url().is_err(), "{text}");
        }
        assert!(Network::mainnet().registrar_url().is_err());
    }
}
