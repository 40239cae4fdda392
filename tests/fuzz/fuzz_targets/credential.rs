//! Credentials: what an issuer offers and sends. What passes the check is summed up and verified.
#![no_main]

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(value) = serde_json::from_slice(bytes) else { return };
    let _ = vouchsafe_credentials::check(&value);
    let verification = vouchsafe_credentials::verify(&value, None, Timestamp::UNIX_EPOCH);
    assert!(!verification.verified, "verified without a key");
});
