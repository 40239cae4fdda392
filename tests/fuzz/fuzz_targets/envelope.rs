//! Envelopes: whatever arrives at an endpoint. What parses is opened with a key that it may or may not be for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use vouchsafe_didcomm::envelope::{Envelope, pack};
use vouchsafe_didcomm::key::SigningKey;

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_seed(&[7; 32]));

fuzz_target!(|bytes: &[u8]| {
    if let Ok(envelope) = Envelope::parse(bytes) {
        let _ = envelope.open(&KEY);
    }
    let packed = pack(bytes, Some(&KEY), &[KEY.verkey()]).expect("any plaintext can be packed");
    let opened = Envelope::parse(&packed).and_then(|envelope| envelope.open(&KEY)).expect("what we packed opens");
    assert_eq!(opened.plaintext, bytes);
    assert_eq!(opened.sender, Some(KEY.verkey()));
});
