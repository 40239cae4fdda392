//! Identifiers of published objects: any URI, or the form that Indy ledgers gave them (AnonCreds v1.0, section 5). Where
//! an object is found is the registry's business; here they are compared, never taken apart.

use serde::{Deserialize, Serialize};

use crate::object_error::{ObjectError, excerpt};

/// The longest identifier that is read, in bytes.
pub const MAX_IDENTIFIER: usize = 1024;

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $legacy:path) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Reads an identifier.
            ///
            /// # Errors
            /// [`ObjectError::TooLarge`], [`ObjectError::Identifier`].
            pub fn new(text: impl Into<String>) -> Result<Self, ObjectError> {
                let text = text.into();
                if text.len() > MAX_IDENTIFIER {
                    return Err(ObjectError::TooLarge { what: concat!("the identifier of ", $kind), limit: MAX_IDENTIFIER });
                }
                if is_uri(&text) || $legacy(&text) {
                    return Ok(Self(text));
                }
                Err(ObjectError::Identifier { kind: $kind, value: excerpt(&text) })
            }

            /// As it was written.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Whether it has the form that Indy ledgers gave it.
            pub fn is_legacy(&self) -> bool {
                $legacy(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = ObjectError;
            fn try_from(text: String) -> Result<Self, ObjectError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(identifier: $name) -> Self {
                identifier.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

identifier!(
    /// Who publishes an object: a DID.
    IssuerId, "an issuer", is_legacy_did
);
identifier!(
    /// A published [`crate::Schema`].
    SchemaId, "a schema", is_legacy_schema
);
identifier!(
    /// A published [`crate::CredentialDefinition`].
    CredentialDefinitionId, "a credential definition", is_legacy_definition
);
identifier!(
    /// A published [`crate::RevocationRegistryDefinition`].
    RevocationRegistryId, "a revocation registry", is_legacy_registry
);

/// A scheme, a colon and something behind it, without spaces and control characters.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let mut letters = scheme.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '.'))
        && !rest.is_empty()
        && !text.chars().any(|letter| letter.is_control() || letter.is_whitespace())
}

pub(crate) fn is_legacy_did(text: &str) -> bool {
    matches!(text.len(), 21 | 22) && is_base58(text)
}

fn is_base58(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() && !matches!(byte, b'0' | b'O' | b'I' | b'l'))
}

fn is_legacy_schema(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    matches!(parts.as_slice(), [did, "2", name, version]
        if is_legacy_did(did) && !name.is_empty() && is_version(version))
}

fn is_version(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn is_sequence_number(text: &str) -> bool {
    !text.is_empty() && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_legacy_definition(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    is_definition(&parts)
}

/// `did:3:CL:<sequence number or schema's identifier>:tag`; the tag may be empty.
fn is_definition(parts: &[&str]) -> bool {
    match parts {
        [did, "3", "CL", number, _tag] => is_legacy_did(did) && is_sequence_number(number),
        [did, "3", "CL", schema_did, "2", name, version, _tag] => {
            is_legacy_did(did) && is_legacy_did(schema_did) && !name.is_empty() && is_version(version)
        }
        _ => false,
    }
}

/// `did:4:<definition's identifier>:CL_ACCUM:tag`; the tag may be empty.
fn is_legacy_registry(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    match parts.as_slice() {
        [did, "4", definition @ .., "CL_ACCUM", _tag] => is_legacy_did(did) && is_definition(definition),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{CredentialDefinitionId, IssuerId, MAX_IDENTIFIER, ObjectError, RevocationRegistryId, SchemaId};

    const DID: &str = "NcYxiDXkpYi6ov5FcYDi1e";

    #[test]
    fn a_uri_identifies_anything() {
        for uri in ["did:cheqd:testnet:f53dafa3/resources/4fa8e365", "https://example.org/schema", "mock:uri"] {
            assert!(SchemaId::new(uri).is_ok());
            assert!(IssuerId::new(uri).is_ok());
            assert!(!SchemaId::new(uri).unwrap().is_legacy());
        }
    }

    #[test]
    fn indy_identifiers_are_read_as_what_they_identify() {
        assert!(IssuerId::new(DID).unwrap().is_legacy());
        assert!(SchemaId::new(format!("{DID}:2:gvt:1.0")).unwrap().is_legacy());
        assert!(CredentialDefinitionId::new(format!("{DID}:3:CL:12:tag")).unwrap().is_legacy());
        assert!(CredentialDefinitionId::new(format!("{DID}:3:CL:{DID}:2:gvt:1.0:tag")).unwrap().is_legacy());
        assert!(RevocationRegistryId::new(format!("{DID}:4:{DID}:3:CL:12:tag:CL_ACCUM:one")).unwrap().is_legacy());
        assert!(SchemaId::new(DID).is_err());
        assert!(IssuerId::new(format!("{DID}0")).is_err());
        assert!(!CredentialDefinitionId::new(format!("{DID}:3:CL:012:tag")).unwrap().is_legacy());
    }

    #[test]
    fn what_is_no_identifier_says_so() {
        for text in ["", "name", ":rest", "did:", "1did:x", "did:x y", "did:x\n"] {
            assert!(matches!(IssuerId::new(text), Err(ObjectError::Identifier { .. })), "{text:?}");
        }
        let long = format!("did:x:{}", "y".repeat(MAX_IDENTIFIER));
        assert!(matches!(IssuerId::new(long), Err(ObjectError::TooLarge { .. })));
    }

    #[test]
    fn json_is_checked_as_it_is_read() {
        assert!(serde_json::from_str::<SchemaId>("\"did:x:y\"").is_ok());
        assert!(serde_json::from_str::<SchemaId>("\"nothing\"").unwrap_err().to_string().contains("a schema"));
    }
}
