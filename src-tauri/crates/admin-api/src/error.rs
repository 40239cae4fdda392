//! What a call is refused with: ACA-Py's statuses and its plain text (`404: Record not found: …`), as recorded. Input
//! never makes a 500; that is left for a disk that fails.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use vouchsafe_agent::{AgentError, InvitationError};
use vouchsafe_store::StoreError;

/// Why a call is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {text}", status.as_u16())]
pub struct ApiError {
    /// The HTTP status.
    pub status: StatusCode,
    /// The sentence after the status.
    pub text: String,
}

impl ApiError {
    /// Any status with a sentence.
    pub fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self { status, text: text.into() }
    }

    /// 400: the step is not possible.
    pub fn bad(text: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, text)
    }

    /// 404 for a record, by ACA-Py's name for its kind.
    pub fn no_record(kind: &str, id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("Record not found: {kind}/{}.", cut(id)))
    }

    /// 422 for one member of the body, named by its path (`filter.ld_proof.credential`).
    pub fn field(path: &str, reason: &str) -> Self {
        Self::fields(Place::Body, &BTreeMap::from([(path.to_owned(), reason.to_owned())]))
    }

    /// 422 for what does not fit the schema.
    pub fn fields(place: Place, faults: &BTreeMap<String, String>) -> Self {
        let faults: Vec<String> = faults.iter().map(|(path, reason)| nested(path, reason)).collect();
        let text = format!("{{'{}': {{{}}}}}", place.word(), faults.join(", "));
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, text)
    }
}

/// Where a value that does not fit stood, in the words of ACA-Py's errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the JSON body.
    Body,
    /// After the `?`.
    Query,
}

impl Place {
    fn word(self) -> &'static str {
        match self {
            Self::Body => "json",
            Self::Query => "querystring",
        }
    }
}

/// `a.b` and a reason as ACA-Py prints them: `'a': {'b': ['reason']}`.
fn nested(path: &str, reason: &str) -> String {
    match path.split_once('.') {
        Some((first, rest)) => format!("'{}': {{{}}}", quoted(first), nested(rest, reason)),
        None => format!("'{}': ['{}']", quoted(path), quoted(reason)),
    }
}

fn quoted(text: &str) -> String {
    cut(text).replace('\\', "\\\\").replace('\'', "\\'")
}

/// What a caller wrote is repeated in part only.
pub(crate) fn cut(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(300).collect()
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, self.to_string()).into_response()
    }
}

impl From<AgentError> for ApiError {
    fn from(error: AgentError) -> Self {
        match error {
            AgentError::NotFound { what: "connection", id } => Self::no_record("connection", &id),
            AgentError::NotFound { what: "invitation", id } => Self::no_record("oob_record", &id),
            AgentError::NotFound { what: "credential exchange", id } => Self::no_record("cred_ex_v20", &id),
            AgentError::NotFound { what: "credential", id } => {
                Self::new(StatusCode::NOT_FOUND, format!("Credential not found: {}.", cut(&id)))
            }
            AgentError::NotFound { what, id } => {
                Self::new(StatusCode::NOT_FOUND, format!("{what} not found: {}.", cut(&id)))
            }
            AgentError::Invitation(InvitationError::Malformed(reason)) => Self::field("_schema", &reason),
            AgentError::Store(error) => error.into(),
            // Somebody on the way to the ledger did not do their part; the call itself was right.
            AgentError::Ledger(error) if error.is_passing() => Self::new(StatusCode::BAD_GATEWAY, error.to_string()),
            AgentError::Stopping => Self::new(StatusCode::SERVICE_UNAVAILABLE, "The wallet is stopping."),
            // A sentence without a full stop of its own gets one, as ACA-Py's texts have.
            other => {
                let text = other.to_string();
                Self::bad(if text.ends_with('.') { text } else { format!("{text}.") })
            }
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let status = match &error {
            StoreError::Sealed => StatusCode::SERVICE_UNAVAILABLE,
            StoreError::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
            StoreError::Conflict(_) | StoreError::Unstorable(_) => StatusCode::BAD_REQUEST,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(%error, "the store failed a call of the admin API");
        }
        Self::new(status, error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_record_is_refused_in_the_recorded_words() {
        let error =
            ApiError::from(AgentError::not_found("credential exchange", "00000000-0000-4000-8000-000000000000"));
        assert_eq!(error.to_string(), "404: Record not found: cred_ex_v20/00000000-0000-4000-8000-000000000000.");
    }

    #[test]
    fn a_member_that_does_not_fit_is_named_as_in_the_recording() {
        let reason = "Value x is not an indy credential definition identifier";
        let error = ApiError::field("filter.vc_di.cred_def_id", reason);
        assert_eq!(
            error.to_string(),
            format!("422: {{'json': {{'filter': {{'vc_di': {{'cred_def_id': ['{reason}']}}}}}}}}")
        );
    }

    #[test]
    fn what_a_caller_wrote_cannot_break_out_of_its_quotes() {
        assert!(ApiError::field("it's", "o'ne\n").to_string().ends_with(r"{'it\'s': ['o\'ne']}}"));
    }
}
