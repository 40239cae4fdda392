//! The signature decorator of RFC 0234, as `connection~sig` carries it: what is signed is the time in eight bytes and
//! the JSON behind it, and what counts is the signed bytes, never a copy beside them.

use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, URL_SAFE};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use vouchsafe_didcomm::Verkey;

use super::message::ConnectionBody;
use crate::step::ProtocolError;

/// The one type of signature that is in use.
pub const ED25519_SINGLE: &str = "https://didcomm.org/signature/1.0/ed25519Sha512_single";
/// The largest `sig_data`, in characters of base64.
pub const MAX_SIG_DATA: usize = 96 * 1024;

const TIME_BYTES: usize = 8;

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A signed value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureDecorator {
    /// The type of the signature.
    #[serde(rename = "@type")]
    pub signature_type: String,
    /// The signature, in base64url.
    pub signature: String,
    /// The time and the JSON that were signed, in base64url.
    pub sig_data: String,
    /// The key that signed.
    pub signer: Verkey,
}

/// The bytes to be signed for `connection` at the time `at`: seconds since 1970 in eight bytes, then the JSON.
///
/// # Errors
/// [`ProtocolError::Unsendable`] if it cannot be written as JSON.
pub fn sig_data(connection: &ConnectionBody, at: Timestamp) -> Result<Vec<u8>, ProtocolError> {
    let json = serde_json::to_vec(connection).map_err(|error| ProtocolError::Unsendable(error.to_string()))?;
    let mut bytes = at.as_second().to_be_bytes().to_vec();
    bytes.extend_from_slice(&json);
    Ok(bytes)
}

impl SignatureDecorator {
    /// The decorator for `sig_data` (from [`sig_data`]) and the signature that `signer` made over it.
    pub fn new(sig_data: &[u8], signature: &[u8; 64], signer: Verkey) -> Self {
        Self {
            signature_type: ED25519_SINGLE.to_owned(),
            signature: URL_SAFE.encode(signature),
            sig_data: URL_SAFE.encode(sig_data),
            signer,
        }
    }

    /// Verifies the signature and reads what was signed. Whether `signer` is the right key is for the step to say.
    ///
    /// # Errors
    /// [`ProtocolError::PeerMisbehaved`] if the type is unknown, the signature does not verify, or what was signed is
    /// not a DID with its document.
    pub fn open(&self) -> Result<ConnectionBody, ProtocolError> {
        let refuse = |reason: &str| ProtocolError::misbehaved(format!("its connection~sig {reason}"));
        if !self.signature_type.ends_with("signature/1.0/ed25519Sha512_single") {
            return Err(refuse("is of an unknown type"));
        }
        if self.sig_data.len() > MAX_SIG_DATA || self.signature.len() > 100 {
            return Err(refuse("is too large"));
        }
        let decode = |text: &str| LENIENT.decode(text.replace('+', "-").replace('/', "_"));
        let signed = decode(&self.sig_data).map_err(|_| refuse("is not base64"))?;
        let signature = decode(&self.signature).map_err(|_| refuse("is not base64"))?;
        self.signer.verify(&signed, &signature).map_err(|_| refuse("does not verify"))?;
        let json = signed.get(TIME_BYTES..).ok_or_else(|| refuse("signs nothing"))?;
        serde_json::from_slice(json).map_err(|_| refuse("does not sign a DID with its document"))
    }
}
