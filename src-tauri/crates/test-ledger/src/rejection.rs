//! The ledger's refusals, with the codes, codespaces and sentences that cheqd-node gives (`x/did/types/error.go`,
//! `x/resource/types/error.go`), so that a wallet tested here meets on the real network what it already knows.

use std::fmt;

use crate::protobuf::DecodeError;

/// Why the ledger did not take a transaction. Nothing was stored. The person or the wallet is at fault, save for
/// [`Code::Internal`] where the sentence says what happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    code: Code,
    detail: String,
}

/// The ledger's error codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The payload's bytes are not the message (sdk 2).
    TxDecode,
    /// The DID that a resource would belong to is not on the ledger (sdk 38).
    NotFound,
    /// A signature does not verify (cheqd 1100).
    InvalidSignature,
    /// A signer gave no signature (cheqd 1101).
    SignatureNotFound,
    /// The DID is there already (cheqd 1200).
    DidDocExists,
    /// The DID, or a controller, is not on the ledger (cheqd 1201).
    DidDocNotFound,
    /// The verification method that signed is in no document (cheqd 1202).
    VerificationMethodNotFound,
    /// The message breaks a rule that needs no look at the ledger (cheqd 1205).
    BasicValidation,
    /// The message breaks a rule of this network: another namespace, or a resource's limits (cheqd 1206).
    NamespaceValidation,
    /// The DID was deactivated for good (cheqd 1207).
    DidDocDeactivated,
    /// The ledger could not store it: the version id was used before (cheqd 1500).
    Internal,
    /// A resource with this id is there already (resource 2200).
    ResourceExists,
}

impl Code {
    /// The number within [`Code::codespace`].
    pub fn number(self) -> u32 {
        match self {
            Code::TxDecode => 2,
            Code::NotFound => 38,
            Code::InvalidSignature => 1100,
            Code::SignatureNotFound => 1101,
            Code::DidDocExists => 1200,
            Code::DidDocNotFound => 1201,
            Code::VerificationMethodNotFound => 1202,
            Code::BasicValidation => 1205,
            Code::NamespaceValidation => 1206,
            Code::DidDocDeactivated => 1207,
            Code::Internal => 1500,
            Code::ResourceExists => 2200,
        }
    }

    /// The module that the number belongs to.
    pub fn codespace(self) -> &'static str {
        match self {
            Code::TxDecode | Code::NotFound => "sdk",
            Code::ResourceExists => "resource",
            _ => "cheqd",
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Code::TxDecode => "tx parse error",
            Code::NotFound => "not found",
            Code::InvalidSignature => "invalid signature detected",
            Code::SignatureNotFound => "signature is required but not found",
            Code::DidDocExists => "DID Doc exists",
            Code::DidDocNotFound => "DID Doc not found",
            Code::VerificationMethodNotFound => "verification method not found",
            Code::BasicValidation => "basic validation failed",
            Code::NamespaceValidation => "DID namespace validation failed",
            Code::DidDocDeactivated => "DID Doc already deactivated",
            Code::Internal => "internal error",
            Code::ResourceExists => "Resource exists",
        }
    }

    /// A rejection with this code; `detail` comes before the code's own sentence.
    pub(crate) fn because(self, detail: impl Into<String>) -> Rejection {
        Rejection { code: self, detail: detail.into() }
    }
}

impl Rejection {
    /// The ledger's error code.
    pub fn code(&self) -> Code {
        self.code
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.detail, self.code.sentence())
    }
}

impl std::error::Error for Rejection {}

impl From<DecodeError> for Rejection {
    fn from(error: DecodeError) -> Self {
        Code::TxDecode.because(error.to_string())
    }
}

/// A broken rule and the member that broke it, worded as the ledger words it: `id: must be ….`, nested in parentheses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation(String);

impl Violation {
    /// The broken rule, yet without its place.
    pub fn new(rule: impl Into<String>) -> Self {
        Self(rule.into())
    }

    /// The violation of `member` itself.
    pub fn at(member: impl fmt::Display, rule: impl fmt::Display) -> Self {
        Self(format!("{member}: {rule}."))
    }

    /// The same violation, seen from the message that has `member`.
    pub fn within(self, member: impl fmt::Display) -> Self {
        Self(format!("{member}: ({}).", self.0))
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
