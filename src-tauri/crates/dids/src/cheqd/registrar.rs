//! What a registrar answers (did-registrar 2.7 `helpers/response.ts`, `types/constants.ts`; the sentences of the ledger
//! from cheqd-node `x/*/types/error.go`, those of its client from cosmjs). The driver has one shape for every failure and
//! tells them apart in prose alone, sometimes with HTTP 200: here each becomes an error that says who can do what about
//! it, and above all whether the ledger may have been written. Defends against answers of any size and shape.

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::{Map, Value};

/// The largest answer that is read, in bytes: it repeats the largest resource once for each key that is to sign.
pub const MAX_REPLY_BYTES: usize = 16 * 1024 * 1024;

/// The most signatures that are asked for.
const MAX_REQUESTS: usize = 32;

/// The longest job id or key id that is read, in bytes.
const MAX_ID_BYTES: usize = 1024;

/// What of a reason is kept, in characters.
const MAX_REASON: usize = 600;

const ANY_PADDING: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// One signature that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningRequest {
    /// The id of the verification method that is to sign.
    pub kid: String,
    /// What it is to sign. Compare it before anything is signed: see [`super::check_payload`].
    pub payload: Vec<u8>,
}

/// What a registrar says when it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegistrarReply {
    /// First step: sign, and send the signatures for this job.
    Sign {
        /// The job, kept by the registrar for about ten minutes.
        job_id: String,
        /// The signatures that it wants, at least one.
        requests: Vec<SigningRequest>,
    },
    /// Second step: the ledger has it.
    Finished,
}

/// The ledger's own code for a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LedgerCode {
    /// A signature does not verify (cheqd 1100).
    InvalidSignature,
    /// A key that has to sign did not (cheqd 1101).
    SignatureMissing,
    /// The DID is there already (cheqd 1200).
    DidExists,
    /// The DID, or a controller, is not there (cheqd 1201).
    DidNotFound,
    /// The verification method that signed is in no document (cheqd 1202).
    MethodNotFound,
    /// A rule of form is broken (cheqd 1205, resource 2205).
    Validation,
    /// It is of another network, or breaks one of this network's rules (cheqd 1206, resource 2206).
    Namespace,
    /// The DID was deactivated (cheqd 1207).
    Deactivated,
    /// The ledger could not keep it, as when a version id was used before (cheqd 1500, resource 2500).
    Internal,
    /// The resource is there already (resource 2200).
    ResourceExists,
    /// A code that is not known here.
    Other(u32),
}

impl LedgerCode {
    const ALL: [(Self, u32, &'static str); 10] = [
        (Self::InvalidSignature, 1100, "invalid signature detected"),
        (Self::SignatureMissing, 1101, "signature is required but not found"),
        (Self::DidExists, 1200, "DID Doc exists"),
        (Self::DidNotFound, 1201, "DID Doc not found"),
        (Self::MethodNotFound, 1202, "verification method not found"),
        (Self::Validation, 1205, "basic validation failed"),
        (Self::Namespace, 1206, "DID namespace validation failed"),
        (Self::Deactivated, 1207, "DID Doc already deactivated"),
        (Self::Internal, 1500, "internal error"),
        (Self::ResourceExists, 2200, "Resource exists"),
    ];

    /// The number, in the codespace `cheqd` or `resource`.
    pub fn number(self) -> u32 {
        match self {
            Self::Other(number) => number,
            known => Self::ALL.iter().find(|(code, ..)| *code == known).map_or(0, |(_, number, _)| *number),
        }
    }

    fn from_number(number: u32) -> Self {
        match number {
            2205 => Self::Validation,
            2206 => Self::Namespace,
            2500 => Self::Internal,
            _ => {
                Self::ALL.iter().find(|(_, known, _)| *known == number).map_or(Self::Other(number), |(code, ..)| *code)
            }
        }
    }

    /// The code that a log tells: by its number where the client gives it, else by the sentence at its end.
    fn in_log(log: &str) -> Option<Self> {
        let told = log.split_once("failed with code ").and_then(|(_, rest)| {
            let number: String = rest.chars().take_while(char::is_ascii_digit).collect();
            number.parse().ok()
        });
        let by_sentence = || {
            let log = log.trim_end_matches(['"', '\\', '.', ' ']);
            Self::ALL.iter().find(|(.., sentence)| log.ends_with(sentence)).map(|(code, ..)| *code)
        };
        told.map(Self::from_number).or_else(by_sentence)
    }
}

/// Why a registrar did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistrarError {
    /// What was asked for is not allowed. Asking the same again will not help.
    #[error("refused: {reason}")]
    Refused {
        /// The ledger's code, where it got that far and the registrar tells it.
        code: Option<LedgerCode>,
        /// In the registrar's words.
        reason: String,
    },
    /// The DID does not exist on the ledger or was deactivated.
    #[error("the DID does not exist on the ledger, or was deactivated")]
    NoSuchDid,
    /// It is there already: the DID, the resource, its id or its version.
    #[error("the ledger has this already: {reason}")]
    Exists {
        /// In the registrar's words.
        reason: String,
    },
    /// There is no earlier resource of this name and type to make a new version of.
    #[error("there is no earlier resource of this name and type")]
    NothingToUpdate,
    /// The registrar's account cannot pay the network's fee, or it has none for this network. Its operator can put
    /// that right.
    #[error("the registrar cannot pay the network's fee: {reason}")]
    LackOfFunds {
        /// In the ledger's words.
        reason: String,
    },
    /// The registrar has forgotten the job: the signatures came too late, or it was started anew. Ask again.
    #[error("the registrar no longer knows the job")]
    JobExpired,
    /// The ledger could not be reached by the registrar, or something in between failed.
    #[error("the registrar failed: {reason}")]
    Internal {
        /// In its words.
        reason: String,
    },
    /// The answer is none that a registrar gives.
    #[error("this does not answer as a registrar does: {0}")]
    NotUnderstood(String),
}

impl RegistrarError {
    /// Whether the ledger is certain to be as it was. Where it is not, look there before asking again.
    pub fn nothing_written(&self) -> bool {
        match self {
            Self::Internal { reason } => {
                // Refused at the door of the node; a time-out comes after it.
                reason.contains("Broadcasting transaction failed with code") || reason.contains("No signer provided")
            }
            Self::NotUnderstood(_) | Self::Exists { .. } => false,
            _ => true,
        }
    }
}

/// Reads what a registrar answered.
///
/// # Errors
/// Why it did not do what was asked.
pub fn read_registrar_reply(status: u16, body: &[u8]) -> Result<RegistrarReply, RegistrarError> {
    let not_understood = |what: String| RegistrarError::NotUnderstood(what);
    if body.len() > MAX_REPLY_BYTES {
        return Err(not_understood(format!("it sent {} bytes", body.len())));
    }
    let Ok(Value::Object(reply)) = serde_json::from_slice(body) else {
        let text = brief(&String::from_utf8_lossy(body.get(..2048).unwrap_or(body)));
        return Err(match status {
            500..=599 => RegistrarError::Internal { reason: format!("HTTP {status}: {text}") },
            _ => not_understood(format!("HTTP {status}: {text}")),
        });
    };
    let shapes = ["didState", "didUrlState", "resourceState"];
    let state = shapes.iter().find_map(|member| reply.get(*member).and_then(Value::as_object));
    let Some(state) = state else {
        return Err(without_state(status, &reply));
    };
    match state.get("state").and_then(Value::as_str) {
        Some("action") => to_sign(&reply, state),
        Some("finished") => Ok(RegistrarReply::Finished),
        Some("failed") => Err(failed(status, state)),
        Some(other) => Err(not_understood(format!("its state is {}", brief(other)))),
        None => Err(not_understood(format!("HTTP {status} without a state"))),
    }
}

/// A universal registrar, or something in front of one, fails in its own shape.
fn without_state(status: u16, reply: &Map<String, Value>) -> RegistrarError {
    let told = ["description", "reason", "message", "error"];
    let reason = told.iter().find_map(|member| reply.get(*member).and_then(Value::as_str)).unwrap_or_default();
    let reason = format!("HTTP {status}: {}", brief(reason));
    if status >= 500 { RegistrarError::Internal { reason } } else { RegistrarError::NotUnderstood(reason) }
}

fn to_sign(reply: &Map<String, Value>, state: &Map<String, Value>) -> Result<RegistrarReply, RegistrarError> {
    let not_understood = |what: &str| RegistrarError::NotUnderstood(what.to_owned());
    if state.get("action").and_then(Value::as_str) != Some("signPayload") {
        return Err(not_understood("it asks for something other than a signature"));
    }
    let job_id = reply
        .get("jobId")
        .and_then(Value::as_str)
        .filter(|id| !id.is_empty() && id.len() <= MAX_ID_BYTES)
        .ok_or_else(|| not_understood("it names no job"))?;
    let requests = state
        .get("signingRequest")
        .and_then(Value::as_object)
        .filter(|requests| !requests.is_empty() && requests.len() <= MAX_REQUESTS)
        .ok_or_else(|| not_understood("it asks nobody to sign, or too many"))?;
    let requests = requests
        .values()
        .map(|request| {
            let text = |member: &str| request.get(member).and_then(Value::as_str);
            if text("alg").is_some_and(|alg| alg != "EdDSA") {
                return None;
            }
            let kid = text("kid").filter(|kid| !kid.is_empty() && kid.len() <= MAX_ID_BYTES)?.to_owned();
            Some(SigningRequest { kid, payload: base64(text("serializedPayload")?)? })
        })
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| not_understood("it asks for a signature that is not EdDSA over a payload in base64"))?;
    Ok(RegistrarReply::Sign { job_id: job_id.to_owned(), requests })
}

/// Base64 or base64url, with or without padding: registrars differ.
fn base64(text: &str) -> Option<Vec<u8>> {
    if text.contains(['-', '_']) {
        return crate::base64url::decode(text).ok();
    }
    ANY_PADDING.decode(text).ok()
}

fn failed(status: u16, state: &Map<String, Value>) -> RegistrarError {
    let text = |member: &str| state.get(member).and_then(Value::as_str).unwrap_or_default();
    let (reason, description) = (text("reason"), text("description"));
    let told = if description.is_empty() { reason } else { description };
    // The driver's own beginnings say nothing that the kind of error does not say.
    let told = told.strip_prefix("Invalid payload: ").unwrap_or(told);
    let told = told.strip_prefix("The operation failed due to an internal error. Please try again").unwrap_or(told);
    let told = told.trim_start_matches([':', ' ']);
    let words = brief(told);
    let has = |sentence: &str| told.contains(sentence);
    if [reason, description].iter().any(|text| text.contains("jobId is either expired or not found")) {
        return RegistrarError::JobExpired;
    }
    if has("insufficient f") || has("Send some tokens there") || has("No signer provided") {
        return RegistrarError::LackOfFunds { reason: words };
    }
    if has("The DID does not exist or is Deactivated") {
        return RegistrarError::NoSuchDid;
    }
    if has("Update resource name or type does not match") {
        return RegistrarError::NothingToUpdate;
    }
    if status == 409 || has("Resource already exists") || has("Update resource version or id already exists") {
        return RegistrarError::Exists { reason: words };
    }
    match LedgerCode::in_log(told) {
        Some(LedgerCode::DidExists | LedgerCode::ResourceExists) => RegistrarError::Exists { reason: words },
        Some(code) => RegistrarError::Refused { code: Some(code), reason: words },
        None if status >= 500 || reason == "Internal server error" => RegistrarError::Internal { reason: words },
        None => RegistrarError::Refused { code: None, reason: words },
    }
}

/// The beginning of what others wrote, on one line.
fn brief(text: &str) -> String {
    let mut kept: String = text.chars().take(MAX_REASON).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(MAX_REASON).is_some() {
        kept.push('…');
    }
    kept.trim().trim_matches('"').to_owned()
}
