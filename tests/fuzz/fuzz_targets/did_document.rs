//! DIDs and DID documents: what a stranger's message names and what the network answers for it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vouchsafe_dids::{Did, DidDocument, jwk, key, peer};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let Ok(did) = text.parse::<Did>() {
            let _ = (key::resolve(&did), jwk::resolve(&did), peer::resolve(&did), peer::short_form(&did));
        }
    }
    let Ok(value) = serde_json::from_slice(bytes) else { return };
    let Ok(document) = DidDocument::parse(&value) else { return };
    let _ = (document.didcomm_services(), document.assertion_keys(), document.authentication_keys());
    let again = DidDocument::parse(&document.to_value()).expect("what we wrote can be read");
    assert_eq!(again.to_value(), document.to_value());
});
