//! did:cheqd identifiers as the ledger reads them (cheqd-node `x/did/utils`, ADR 001): splitting, checking and
//! normalising DIDs and DID URLs. Everything here is applied to what a stranger sent, so nothing panics and nothing is
//! repaired silently: a value either has the form or names what is wrong with it.

use uuid::Uuid;

/// The DID method that this ledger keeps.
pub const METHOD: &str = "cheqd";

/// A DID taken apart; `namespace` is empty where the DID has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DidParts<'a> {
    pub method: &'a str,
    pub namespace: &'a str,
    pub id: &'a str,
}

/// A DID URL taken apart; absent parts are empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UrlParts<'a> {
    pub did: &'a str,
    pub path: &'a str,
    pub query: &'a str,
    pub fragment: &'a str,
}

/// `did:method[:namespace]:id`, without looking at what method and id are.
pub fn split_did(did: &str) -> Option<DidParts<'_>> {
    let mut parts = did.split(':');
    if parts.next() != Some("did") {
        return None;
    }
    let (method, second, third) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() {
        return None;
    }
    let (namespace, id) = match third {
        Some(id) if !second.is_empty() => (second, id),
        Some(_) => return None,
        None => ("", second),
    };
    (!method.is_empty() && !id.is_empty()).then_some(DidParts { method, namespace, id })
}

/// The parts of a DID URL. A fragment mark with nothing after it, or a second one, is no DID URL.
pub fn split_url(url: &str) -> Option<UrlParts<'_>> {
    let (before, fragment) = match url.split_once('#') {
        Some((_, "")) => return None,
        Some((_, fragment)) if fragment.contains('#') => return None,
        Some((before, fragment)) => (before, fragment),
        None => (url, ""),
    };
    let (before, query) = before.split_once('?').unwrap_or((before, ""));
    let (did, path) = match before.find('/') {
        Some(at) => before.split_at(at),
        None => (before, ""),
    };
    Some(UrlParts { did, path, query, fragment })
}

/// The DID of a DID URL, or an empty string.
pub fn did_of(url: &str) -> &str {
    split_url(url).map_or("", |parts| parts.did)
}

/// Whether `text` is a UUID in its hyphenated form of 36 characters, in any case.
pub fn is_uuid(text: &str) -> bool {
    text.len() == 36 && Uuid::try_parse(text).is_ok()
}

fn is_indy_id(id: &str) -> bool {
    id.len() <= 24 && bs58::decode(id).into_vec().is_ok_and(|bytes| bytes.len() == 16)
}

/// A unique id: a UUID, or base58 of 16 bytes.
pub fn check_id(id: &str) -> Result<(), String> {
    if is_uuid(id) || is_indy_id(id) {
        return Ok(());
    }
    Err("unique id should be one of: 16 bytes of decoded base58 string or UUID".into())
}

/// A namespace as the ledger allows it: letters and digits.
pub fn is_namespace(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// A did:cheqd DID; of `namespace` where one is given, of any otherwise.
pub fn check_did(did: &str, namespace: Option<&str>) -> Result<(), String> {
    let Some(parts) = split_did(did) else {
        return Err("unable to split did into method, namespace and id".into());
    };
    if parts.method != METHOD {
        return Err(format!("did method must be: {METHOD}"));
    }
    if !is_namespace(parts.namespace) {
        return Err("invalid did namespace".into());
    }
    if let Some(namespace) = namespace
        && namespace != parts.namespace
    {
        return Err(format!("did namespace must be one of: {namespace}"));
    }
    check_id(parts.id)
}

/// A DID URL of did:cheqd that has a fragment and neither path nor query: the form of every id inside a document.
pub fn check_fragment_url(url: &str, namespace: Option<&str>) -> Result<(), String> {
    let Some(parts) = split_url(url) else {
        return Err("unable to split did into method, namespace and id".into());
    };
    check_did(parts.did, namespace)?;
    if !parts.path.is_empty() {
        return Err("path must be empty".into());
    }
    if !parts.query.is_empty() {
        return Err("query must be empty".into());
    }
    if parts.fragment.is_empty() {
        return Err("fragment is required".into());
    }
    if !is_fragment(parts.fragment) {
        return Err("did url fragment has a character that a fragment cannot have".into());
    }
    Ok(())
}

fn is_fragment(fragment: &str) -> bool {
    let mut bytes = fragment.bytes();
    while let Some(byte) = bytes.next() {
        let plain = byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=:@?".contains(&byte);
        let escaped = byte == b'%'
            && bytes.next().is_some_and(|b| b.is_ascii_hexdigit())
            && bytes.next().is_some_and(|b| b.is_ascii_hexdigit());
        if !plain && !escaped {
            return false;
        }
    }
    true
}

/// A unique id as the ledger keeps it: UUIDs in lower case, base58 untouched.
pub fn normalise_id(id: &str) -> String {
    if is_uuid(id) { id.to_ascii_lowercase() } else { id.to_owned() }
}

/// A DID as the ledger keeps it.
pub fn normalise_did(did: &str) -> String {
    match split_did(did) {
        Some(parts) if is_uuid(parts.id) => {
            let head = did.len() - parts.id.len();
            format!("{}{}", did.get(..head).unwrap_or_default(), parts.id.to_ascii_lowercase())
        }
        _ => did.to_owned(),
    }
}

/// A DID URL as the ledger keeps it: only its DID changes.
pub fn normalise_url(url: &str) -> String {
    let did = did_of(url);
    format!("{}{}", normalise_did(did), url.get(did.len()..).unwrap_or_default())
}

/// `url` with the DID `old` replaced by `new`; any other DID URL stays as it is.
pub fn replace_did(url: &str, old: &str, new: &str) -> String {
    if did_of(url) == old { format!("{new}{}", url.get(old.len()..).unwrap_or_default()) } else { url.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const DID: &str = "did:cheqd:testnet:6981f795-f2f5-43db-ab18-e161f9241bf8";

    #[test]
    fn a_did_is_a_uuid_or_sixteen_bytes_of_base58() {
        assert_eq!(check_did(DID, Some("testnet")), Ok(()));
        assert!(check_did("did:cheqd:testnet:zABCDEFG12", None).is_err());
        let indy = bs58::encode([7_u8; 16]).into_string();
        assert_eq!(check_did(&format!("did:cheqd:testnet:{indy}"), None), Ok(()));
        for wrong in [
            "",
            "did",
            "did:cheqd",
            "did:cheqd:",
            "did:cheqd::x",
            "did:cheqd:a:b:c",
            "did:indy:sovrin:WRfXPg8dantKVubE3HX8pw",
        ] {
            assert!(check_did(wrong, None).is_err(), "{wrong}");
        }
        assert!(check_did(DID, Some("mainnet")).is_err());
        assert!(check_did("did:cheqd:test-net:6981f795-f2f5-43db-ab18-e161f9241bf8", None).is_err());
    }

    #[test]
    fn an_id_in_a_document_has_a_fragment_and_nothing_else() {
        assert_eq!(check_fragment_url(&format!("{DID}#key-1"), None), Ok(()));
        for wrong in ["", "#", "#a#b", "/p#a", "?q=1#a", "#%zz", "#a b"] {
            assert!(check_fragment_url(&format!("{DID}{wrong}"), None).is_err(), "{wrong}");
        }
    }

    #[test]
    fn upper_case_uuids_are_kept_in_lower_case_and_fragments_as_they_are() {
        let upper = format!("did:cheqd:testnet:{}", "6981F795-F2F5-43DB-AB18-E161F9241BF8");
        assert_eq!(normalise_did(&upper), DID);
        assert_eq!(normalise_url(&format!("{upper}#KEY")), format!("{DID}#KEY"));
    }

    proptest! {
        #[test]
        fn no_text_makes_them_panic(text in "\\PC{0,80}") {
            let _ = (check_did(&text, None), check_fragment_url(&text, None), normalise_url(&text));
            prop_assert_eq!(replace_did(&text, "did:x:y", "did:x:y"), text);
        }
    }
}
