//! What is sent to the ledger: an operation, the payload's bytes exactly as they were signed, and the signatures.

use serde::{Deserialize, Serialize};

/// The four messages that the ledger knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// `MsgCreateDidDoc`
    CreateDid,
    /// `MsgUpdateDidDoc`
    UpdateDid,
    /// `MsgDeactivateDidDoc`
    DeactivateDid,
    /// `MsgCreateResource`
    CreateResource,
}

/// One signature over the payload's bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInfo {
    /// The DID URL of the key, as the signer wrote it.
    pub verification_method_id: String,
    /// The raw signature.
    #[serde(with = "base64_text")]
    pub signature: Vec<u8>,
}

/// A message as the ledger takes it and keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// What is asked for.
    pub operation: Operation,
    /// The protobuf payload, the bytes that are signed.
    #[serde(with = "base64_text")]
    pub payload: Vec<u8>,
    /// Everything that was signed, in the order given.
    pub signatures: Vec<SignInfo>,
}

mod base64_text {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(deserializer)?;
        STANDARD.decode(text).map_err(D::Error::custom)
    }
}
