//! did:cheqd: DID URLs out of credentials, what resolvers and registrars answer, and documents that are to be published.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vouchsafe_dids::cheqd::{
    CheqdDid, CheqdUrl, DidDocPayload, read_dereferencing, read_registrar_reply, read_resolution,
};

const DID: &str = "did:cheqd:testnet:6981f795-f2f5-43db-ab18-e161f9241bf8";
const VERSION: &str = "22222222-2222-4222-8222-222222222222";

fuzz_target!(|bytes: &[u8]| {
    let Some((first, body)) = bytes.split_first() else { return };
    let did: CheqdDid = DID.parse().expect("it is one");
    let status = [200, 201, 400, 404, 500, 501][usize::from(*first) % 6];
    let _ = (read_resolution(&did, status, body), read_dereferencing(status, body), read_registrar_reply(status, body));
    if let Ok(text) = std::str::from_utf8(body) {
        if let Ok(url) = CheqdUrl::within(text) {
            assert_eq!(url.to_string().parse::<CheqdUrl>(), Ok(url), "what we wrote can be read");
        }
    }
    let Ok(value) = serde_json::from_slice(body) else { return };
    let Ok(payload) = DidDocPayload::from_document(&value, VERSION) else { return };
    let again = DidDocPayload::from_document(&payload.to_document(), VERSION).expect("what we wrote can be read");
    assert_eq!(again.service, payload.service);
});
