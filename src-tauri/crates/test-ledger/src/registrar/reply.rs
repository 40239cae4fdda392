//! The registrar's answers, in the shapes and with the sentences of the cheqd driver (did-registrar `response.ts`,
//! `constants.ts`). Ledger codes have no member of their own there; they are told beside, in two response headers.

use axum::{
    Json,
    http::{HeaderValue, StatusCode},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use crate::rejection::{Code, Rejection};

pub const INVALID: &str = "Invalid payload";
pub const INVALID_DOCUMENT: &str = "Provide a DID Document with at least one valid verification method";
pub const INVALID_DID: &str = "The DID is not valid";
pub const INVALID_DID_URL: &str = "The DID URL is not valid";
pub const INVALID_RESOURCE_ID: &str = "ResourceId should be an unique UUID";
pub const INVALID_OPTIONS: &str = "The provided options are invalid";
pub const INVALID_SECRET: &str = "The provided secret is invalid";
pub const ONLY_SET: &str = "Only Set operation is supported";
pub const ONE_CONTENT: &str = "The content array must be provided and must have exactly one string";
pub const CONTENT_REQUIRED: &str = "options.name, options.type and content are required";
pub const DID_NOT_FOUND: &str = "The DID does not exist or is Deactivated";
pub const CONTROLLER_NOT_FOUND: &str = "The Controller does not exist or is Deactivated";
pub const RESOURCE_EXISTS: &str = "Resource already exists";
pub const INVALID_RESOURCE: &str = "Resource Data is invalid";
pub const NO_SUCH_RESOURCE: &str = "Update resource name or type does not match existing resource";
pub const VERSION_EXISTS: &str = "Update resource version or id already exists";
const EXPIRED: &str = "The jobId is either expired or not found";
const INTERNAL: &str = "Internal server error";
const TRY_AGAIN: &str = "The operation failed due to an internal error. Please try again";
const PLEASE_SIGN: &str =
    "Please sign the following payload with the keys in verificationMethod and Add the signingResponse in secret";
const EXAMPLE: &str = "e.g. { signingRequest0: { kid: did:cheqd:testnet:qsqdcansoica#key-1, signature: \
                       aca1s12q14213casdvaadcfas }, signingRequest1: ... }";

/// Which of the driver's two answers: about a DID or about a resource.
#[derive(Clone, Debug)]
pub enum About {
    /// `didState`, with the document that was sent.
    Did { did: String, document: Value },
    /// `didUrlState`; `payload` is what the driver knew of the resource.
    Resource { did: String, id: Option<String>, payload: Value },
}

impl About {
    fn member(&self) -> &'static str {
        match self {
            About::Did { .. } => "didState",
            About::Resource { .. } => "didUrlState",
        }
    }

    /// `did` or `didUrl`; the driver writes `undefined` for a resource that has no id yet.
    fn subject(&self) -> (&'static str, String) {
        match self {
            About::Did { did, .. } => ("did", did.clone()),
            About::Resource { did, id, .. } => {
                ("didUrl", format!("{did}/resources/{}", id.as_deref().unwrap_or("undefined")))
            }
        }
    }

    fn echo(&self, state: &mut Map<String, Value>) {
        match self {
            About::Did { document: Value::Null, .. } => {}
            About::Did { document, .. } => _ = state.insert("didDocument".into(), document.clone()),
            About::Resource { payload, .. } => _ = state.insert("resourcePayload".into(), payload.clone()),
        }
    }
}

fn envelope(status: StatusCode, job: Value, about: &About, state: Map<String, Value>) -> Response {
    let mut body = Map::new();
    body.insert("jobId".into(), job);
    body.insert(about.member().into(), Value::Object(state));
    (status, Json(Value::Object(body))).into_response()
}

/// The request is not one; or the ledger refused and the driver says so.
pub fn invalid(status: StatusCode, about: &About, secret: &Value, description: &str) -> Response {
    let mut state = Map::new();
    let (name, subject) = about.subject();
    state.insert(name.into(), subject.into());
    state.insert("state".into(), "failed".into());
    state.insert("reason".into(), INVALID.into());
    state.insert("description".into(), format!("{INVALID}: {description}").into());
    state.insert("secret".into(), secret.clone());
    about.echo(&mut state);
    envelope(status, Value::Null, about, state)
}

/// Something failed that is not the request's fault, or that the driver throws for.
pub fn internal(about: &About, secret: &Value, error: &str) -> Response {
    let mut state = Map::new();
    state.insert("state".into(), "failed".into());
    state.insert("reason".into(), INTERNAL.into());
    state.insert("description".into(), format!("{TRY_AGAIN}: {error}").into());
    state.insert("secret".into(), secret.clone());
    about.echo(&mut state);
    envelope(StatusCode::INTERNAL_SERVER_ERROR, Value::Null, about, state)
}

/// The job is not there, or no longer.
pub fn expired(about: &About, job: &str) -> Response {
    let mut state = Map::new();
    state.insert("state".into(), "failed".into());
    state.insert("reason".into(), EXPIRED.into());
    envelope(StatusCode::BAD_REQUEST, job.into(), about, state)
}

/// What is to be signed, by which keys.
pub fn sign_payload(about: &About, job: &str, kids: &[String], payload: &[u8]) -> Response {
    let serialized = STANDARD.encode(payload);
    let requests: Map<String, Value> = kids
        .iter()
        .enumerate()
        .map(|(at, kid)| {
            let request = json!({ "kid": kid, "alg": "EdDSA", "serializedPayload": serialized });
            (format!("signingRequest{at}"), request)
        })
        .collect();
    let mut state = Map::new();
    let (name, subject) = about.subject();
    state.insert(name.into(), subject.into());
    state.insert("state".into(), "action".into());
    state.insert("action".into(), "signPayload".into());
    state.insert("description".into(), PLEASE_SIGN.into());
    state.insert("signingRequest".into(), Value::Object(requests));
    state.insert("secret".into(), json!({ "signingResponse": EXAMPLE }));
    envelope(StatusCode::OK, job.into(), about, state)
}

/// The ledger has the document.
pub fn did_finished(job: &str, did: &str, secret: &Value, document: &Value) -> Response {
    let state = json!({ "did": did, "state": "finished", "secret": secret, "didDocument": document });
    (StatusCode::CREATED, Json(json!({ "jobId": job, "didState": state }))).into_response()
}

/// The ledger has the resource.
pub fn resource_finished(job: &str, did: &str, secret: &Value, resource: &crate::payload::ResourcePayload) -> Response {
    let state = json!({
        "didUrl": format!("{did}/resources/{}", resource.id), "state": "finished", "secret": secret,
        "content": String::from_utf8_lossy(&resource.data), "name": resource.name,
        "type": resource.resource_type, "version": resource.version,
    });
    let body = json!({ "jobId": job, "didUrlState": state, "didRegistrationMetadata": {}, "contentMetadata": {} });
    (StatusCode::CREATED, Json(body)).into_response()
}

/// The ledger's refusal. A message refused for its form alone never gets into a block: the driver's client throws, which
/// is an internal error there; every other refusal is an invalid payload with the ledger's log (for a resource, without).
pub fn rejected(about: &About, secret: &Value, rejection: &Rejection) -> Response {
    let code = rejection.code();
    let mut response = match (code, about) {
        (Code::BasicValidation | Code::TxDecode, _) => {
            let (number, space) = (code.number(), code.codespace());
            let error = format!(
                "Error: Broadcasting transaction failed with code {number} (codespace: {space}). Log: {rejection}"
            );
            internal(about, secret, &error)
        }
        (_, About::Did { .. }) => {
            let log = Value::String(format!("failed to execute message; message index: 0: {rejection}"));
            invalid(StatusCode::BAD_REQUEST, about, secret, &log.to_string())
        }
        (_, About::Resource { .. }) => invalid(StatusCode::BAD_REQUEST, about, secret, INVALID_RESOURCE),
    };
    let headers = response.headers_mut();
    headers.insert("x-ledger-code", HeaderValue::from(code.number()));
    headers.insert("x-ledger-codespace", HeaderValue::from_static(code.codespace()));
    response
}
