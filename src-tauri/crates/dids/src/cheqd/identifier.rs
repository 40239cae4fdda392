//! did:cheqd identifiers (cheqd ADR 001): `did:cheqd:<namespace>:<unique id>`. The unique id is a UUID, which the ledger
//! keeps in lower case, or base58 of sixteen bytes. Identifiers of the network's first version (16 or 32 characters of
//! base58) were moved to new ones; they are recognised, so that they can be told from mistakes. Defends against text
//! that would become part of a URL: only letters, digits and hyphens get through.

use std::{fmt, str::FromStr};

use crate::did::Did;

/// The longest namespace that is read.
const MAX_NAMESPACE: usize = 32;

/// The text is no did:cheqd: says which part of it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a did:cheqd: {0}")]
pub struct MalformedCheqdDid(pub(crate) &'static str);

/// A did:cheqd, as the ledger keeps it: a UUID in it is in lower case.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CheqdDid {
    namespace: String,
    unique_id: String,
}

impl CheqdDid {
    /// The DID with this unique id on the network of this namespace.
    ///
    /// # Errors
    /// Which of the two cannot be part of a DID.
    pub fn new(namespace: &str, unique_id: &str) -> Result<Self, MalformedCheqdDid> {
        if !is_namespace(namespace) {
            return Err(MalformedCheqdDid("the namespace is not of letters and digits"));
        }
        if !(is_uuid(unique_id) || is_indy_id(unique_id) || is_moved(unique_id)) {
            return Err(MalformedCheqdDid("the unique id is neither a UUID nor sixteen bytes in base58"));
        }
        Ok(Self { namespace: namespace.to_owned(), unique_id: normalised(unique_id) })
    }

    /// The network: `testnet`, `mainnet`, …
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// What stands after the namespace; also the id of the collection of the DID's resources.
    pub fn unique_id(&self) -> &str {
        &self.unique_id
    }
}

impl From<&CheqdDid> for Did {
    fn from(did: &CheqdDid) -> Self {
        Self::of_parts(did.to_string())
    }
}

impl FromStr for CheqdDid {
    type Err = MalformedCheqdDid;

    fn from_str(text: &str) -> Result<Self, MalformedCheqdDid> {
        let rest = text.strip_prefix("did:cheqd:").ok_or(MalformedCheqdDid("it does not begin with did:cheqd:"))?;
        let (namespace, unique_id) = rest.split_once(':').ok_or(MalformedCheqdDid("it names no network"))?;
        Self::new(namespace, unique_id)
    }
}

impl fmt::Display for CheqdDid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "did:cheqd:{}:{}", self.namespace, self.unique_id)
    }
}

impl fmt::Debug for CheqdDid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Whether a network can have this name: letters and digits, at most 32.
pub fn is_namespace(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_NAMESPACE && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether it is a UUID in its form of 36 characters, in any case.
pub fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// A UUID in lower case; anything else as it is.
pub(super) fn normalised(id: &str) -> String {
    if is_uuid(id) { id.to_ascii_lowercase() } else { id.to_owned() }
}

fn is_indy_id(text: &str) -> bool {
    let mut bytes = [0; 16];
    text.len() <= 22 && bs58::decode(text).onto(&mut bytes) == Ok(16)
}

/// Of the network's first version, whose DIDs have new names since: the resolver says which.
fn is_moved(text: &str) -> bool {
    matches!(text.len(), 16 | 32) && bs58::decode(text).into_vec().is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DID: &str = "did:cheqd:testnet:6981f795-f2f5-43db-ab18-e161f9241bf8";

    #[test]
    fn a_uuid_is_kept_in_lower_case_and_base58_as_it_is() {
        let upper = "did:cheqd:testnet:6981F795-F2F5-43DB-AB18-E161F9241BF8".parse::<CheqdDid>().unwrap();
        assert_eq!(upper.to_string(), DID);
        let indy = bs58::encode([7_u8; 16]).into_string();
        let did = format!("did:cheqd:mainnet:{indy}").parse::<CheqdDid>().unwrap();
        assert_eq!((did.namespace(), did.unique_id()), ("mainnet", indy.as_str()));
        assert_eq!(did.to_string().parse(), Ok(Did::from(&did)));
    }

    #[test]
    fn names_of_the_first_network_are_recognised() {
        for (old, moved) in [
            ("zF7rhDBfUt9d1gJP", true),
            ("3KpiDD6Hxs4i2G7FtpiGhu6Z", false),
            ("3KpiDD6Hxs4i2G7FtpiGhu6Z3KpiDD6H", true),
        ] {
            assert_eq!(format!("did:cheqd:testnet:{old}").parse::<CheqdDid>().is_ok(), moved, "{old}");
        }
    }

    #[test]
    fn what_is_none_says_which_part_is_not() {
        for (text, part) in [
            ("did:web:example.org", "begin"),
            ("did:cheqd:6981f795-f2f5-43db-ab18-e161f9241bf8", "network"),
            ("did:cheqd:test-net:6981f795-f2f5-43db-ab18-e161f9241bf8", "namespace"),
            ("did:cheqd::6981f795-f2f5-43db-ab18-e161f9241bf8", "namespace"),
            ("did:cheqd:testnet:zABCDEFG12", "unique id"),
            ("did:cheqd:testnet:6981f795-f2f5-43db-ab18-e161f9241bf8/resources", "unique id"),
        ] {
            let error = text.parse::<CheqdDid>().unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_is_read_reads_again(text in "(did:cheqd:)?\\PC{0,60}") {
            if let Ok(did) = text.parse::<CheqdDid>() {
                prop_assert_eq!(did.to_string().parse::<CheqdDid>().unwrap(), did);
            }
        }
    }
}
