//! The base64 of this field: written strictly, read as peers really write it. Agents differ in alphabet and in
//! padding, so both alphabets, with and without padding, decode to the same bytes.

use base64::{
    DecodeError, Engine,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::URL_SAFE_NO_PAD},
};

const READ: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const READ_STANDARD: GeneralPurpose = GeneralPurpose::new(&STANDARD, READ);
const READ_URL_SAFE: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, READ);

/// Unpadded base64url.
pub(crate) fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Either alphabet, padded or not.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, DecodeError> {
    if text.contains(['+', '/']) { READ_STANDARD.decode(text) } else { READ_URL_SAFE.decode(text) }
}

/// As [`decode`], of exactly `N` bytes.
pub(crate) fn decode_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    decode(text).ok()?.try_into().ok()
}
