//! The registrar over HTTP, in two steps: the payload to be signed, then the signatures (did-registrar
//! `controllers/{did,resource}.ts`). It holds no keys. Both flavours are served at one place: the cheqd driver's own, and
//! the universal registrar's, which names the method in the query (`?method=cheqd`) and is otherwise the same.

#![expect(clippy::result_large_err, reason = "the error is the answer itself, made once a request")]

mod compose;
mod did;
mod jobs;
mod reply;
mod resource;

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use serde_json::{Map, Value, json};

pub use self::jobs::JobLimits;
use self::{jobs::Jobs, reply::About};
use crate::{
    identifiers::normalise_did,
    keys::{ED25519_2018, ED25519_2020, JWK_2020},
    ledger::{Ledger, SubmitError},
    payload::DidDocPayload,
    transaction::{Operation, SignInfo, Transaction},
};

/// The most signatures of one transaction.
const MAX_SIGNATURES: usize = 256;

struct Registrar {
    ledger: Arc<Ledger>,
    jobs: Jobs,
}

type Shared = State<Arc<Registrar>>;

/// The registrar's routes, under `/1.0`.
pub fn router(ledger: Arc<Ledger>, limits: JobLimits) -> Router {
    let registrar = Arc::new(Registrar { ledger, jobs: Jobs::new(limits) });
    Router::new()
        .route("/1.0/create", post(did::create))
        .route("/1.0/update", post(did::update))
        .route("/1.0/deactivate", post(did::deactivate))
        .route("/1.0/createResource", post(resource::create))
        .route("/1.0/updateResource", post(resource::update))
        .route("/1.0/methods", get(async || Json(json!(["cheqd"]))))
        .route("/1.0/properties", get(properties))
        .route("/1.0/traits", get(async || Json(traits())))
        .with_state(registrar)
}

/// What the driver says to everything that it does not know.
pub fn bad_request() -> Response {
    (StatusCode::BAD_REQUEST, "Bad request").into_response()
}

async fn properties(State(registrar): Shared) -> Json<Value> {
    Json(json!({ "cheqd": {
        "supportedVerificationMethods": [ED25519_2020, ED25519_2018, JWK_2020],
        "supportedAlgorithm": ["base58btc", "uuid"],
        "localStoreTTL": registrar.jobs.lifetime().as_secs().to_string(),
        "network": registrar.ledger.namespace(),
    } }))
}

fn traits() -> Value {
    json!({
        "name": "cheqd", "updateable": true, "updateableServiceEndpoints": true, "deactivatable": true,
        "deletable": false, "transactionalFees": false, "selfCertifying": true,
        "updateableVerificationMethods": true, "enumerable": true, "history": true, "historySigned": true,
    })
}

/// A request's body and whether it may be looked at.
struct Request {
    body: Map<String, Value>,
    /// `secret`, echoed in every answer; `{}` where there is none.
    secret: Value,
}

impl Request {
    /// Reads a body. A body that is not announced as JSON is refused: a web page cannot send one here unasked.
    fn read(headers: &HeaderMap, query: Option<&str>, bytes: &Bytes) -> Result<Self, Response> {
        let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let json = kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
        let mut methods = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        let foreign = methods.any(|(name, value)| name == "method" && value != "cheqd");
        if !json || foreign {
            return Err(bad_request());
        }
        let Ok(Value::Object(body)) = serde_json::from_slice(bytes) else {
            return Err(bad_request());
        };
        let secret = body.get("secret").filter(|secret| secret.is_object()).cloned().unwrap_or_else(|| json!({}));
        Ok(Self { body, secret })
    }

    fn member(&self, name: &str) -> Option<&Value> {
        self.body.get(name).filter(|value| !value.is_null())
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.member(name).and_then(Value::as_str)
    }

    /// A job id; anything that is not text is no job's.
    fn job(&self) -> Option<String> {
        let falsy = |job: &Value| job.as_str() == Some("") || *job == Value::Bool(false);
        let job = self.member("jobId").filter(|job| !falsy(job))?;
        Some(job.as_str().unwrap_or_default().to_owned())
    }

    fn option(&self, name: &str) -> Option<&Value> {
        self.member("options")?.get(name).filter(|value| !value.is_null())
    }

    fn option_text(&self, name: &str) -> Option<&str> {
        self.option(name).and_then(Value::as_str)
    }

    /// Members that every operation has: the first that is wrong.
    fn check_common(&self, ledger: &Ledger) -> Result<(), &'static str> {
        if self.option("versionId").is_some_and(|version| !version.is_string()) {
            return Err(reply::INVALID_OPTIONS);
        }
        if self.option("network").is_some_and(|network| network.as_str() != Some(ledger.namespace())) {
            return Err(reply::INVALID_OPTIONS);
        }
        if self.secret.get("signingResponse").is_some_and(|response| !response.is_object()) {
            return Err(reply::INVALID_SECRET);
        }
        Ok(())
    }

    /// The signatures, if this is the second step. The keys of the object are free; entries that are null are passed over.
    fn signatures(&self) -> Option<Result<Vec<SignInfo>, &'static str>> {
        let responses = self.secret.get("signingResponse")?.as_object()?;
        if responses.len() > MAX_SIGNATURES {
            return Some(Err("too many signatures"));
        }
        let read = |response: &Value| {
            let signature = response.get("signature")?.as_str().filter(|text| text.len() <= 4096)?;
            Some(SignInfo {
                verification_method_id: response.get("kid")?.as_str()?.to_owned(),
                signature: base64(signature)?,
            })
        };
        let given = responses.values().filter(|response| !response.is_null());
        Some(given.map(read).collect::<Option<_>>().ok_or("a signing response has no kid or no base64 signature"))
    }
}

/// Base64 in either alphabet, padded or not.
fn base64(text: &str) -> Option<Vec<u8>> {
    const EITHER: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let standard = text.replace('-', "+").replace('_', "/");
    GeneralPurpose::new(&alphabet::STANDARD, EITHER).decode(standard).ok()
}

impl Registrar {
    /// The document that stands, if the DID is here and was not deactivated.
    fn live(&self, did: &str) -> Option<DidDocPayload> {
        let did = normalise_did(did);
        self.ledger.read(|state| {
            state.latest(&did).filter(|version| !version.deactivated).map(|version| version.document.clone())
        })
    }

    /// The keys that a document's controllers authenticate with, as the driver asks for them.
    fn controllers_keys(&self, document: &DidDocPayload) -> Result<Vec<String>, String> {
        let mut kids = Vec::new();
        for controller in &document.controller {
            if *controller == document.id {
                kids.extend(document.authentication.iter().cloned());
            } else {
                let other = self.live(controller).ok_or_else(|| controller.clone())?;
                kids.extend(other.authentication);
            }
        }
        Ok(kids)
    }

    /// Sends a transaction to the ledger and waits for the disk beside the async tasks.
    async fn submit(
        &self,
        operation: Operation,
        payload: Vec<u8>,
        signatures: Vec<SignInfo>,
        about: &About,
        secret: &Value,
    ) -> Result<(), Response> {
        let ledger = Arc::clone(&self.ledger);
        let transaction = Transaction { operation, payload, signatures };
        match tokio::task::spawn_blocking(move || ledger.submit(transaction)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(SubmitError::Rejected(rejection))) => {
                tracing::info!(code = rejection.code().number(), %rejection, "rejected");
                Err(reply::rejected(about, secret, &rejection))
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "not stored");
                Err(reply::internal(about, secret, &error.to_string()))
            }
            Err(error) => Err(reply::internal(about, secret, &error.to_string())),
        }
    }
}
