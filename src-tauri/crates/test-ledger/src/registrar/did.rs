//! Creating, updating and deactivating a DID through the registrar.

use std::{collections::HashSet, sync::Arc};

use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Registrar, Request, Shared,
    compose::did_doc_payload,
    jobs::{Job, Subject},
    reply::{self, About},
};
use crate::{
    payload::{DeactivatePayload, DidDocPayload, Payload as _},
    transaction::Operation,
};

pub async fn create(state: Shared, headers: HeaderMap, RawQuery(query): RawQuery, body: Bytes) -> Response {
    let read = Request::read(&headers, query.as_deref(), &body);
    run(state, read, Operation::CreateDid).await
}

pub async fn update(state: Shared, headers: HeaderMap, RawQuery(query): RawQuery, body: Bytes) -> Response {
    let read = Request::read(&headers, query.as_deref(), &body);
    run(state, read, Operation::UpdateDid).await
}

pub async fn deactivate(state: Shared, headers: HeaderMap, RawQuery(query): RawQuery, body: Bytes) -> Response {
    let read = Request::read(&headers, query.as_deref(), &body);
    run(state, read, Operation::DeactivateDid).await
}

async fn run(State(registrar): Shared, read: Result<Request, Response>, operation: Operation) -> Response {
    let request = match read {
        Ok(request) => request,
        Err(refused) => return refused,
    };
    match registrar.run_did(request, operation).await {
        Ok(response) | Err(response) => response,
    }
}

/// What is asked for, checked and fixed to bytes.
struct Prepared {
    about: About,
    did: String,
    document: Value,
    version_id: String,
    payload: Vec<u8>,
}

impl Registrar {
    async fn run_did(self: Arc<Self>, request: Request, operation: Operation) -> Result<Response, Response> {
        let sent = request.member("didDocument").cloned().unwrap_or_default();
        let about_sent = About::Did {
            did: sent.get("id").and_then(Value::as_str).unwrap_or_default().to_owned(),
            document: if operation == Operation::DeactivateDid { Value::Null } else { sent.clone() },
        };
        let secret = request.secret.clone();
        let refuse = |rule: &str| reply::invalid(StatusCode::BAD_REQUEST, &about_sent, &secret, rule);
        check(&request, operation, &sent).map_err(refuse)?;
        request.check_common(&self.ledger).map_err(refuse)?;
        let now = self.ledger.now();
        let job_id = request.job();
        let prepared = match &job_id {
            Some(id) => {
                let job = self.jobs.get(id, operation, now).ok_or_else(|| reply::expired(&about_sent, id))?;
                let Subject::Document { document, version_id } = job.subject else {
                    return Err(reply::expired(&about_sent, id));
                };
                let did = id_of(&document);
                if job.finished {
                    return Ok(reply::did_finished(id, &did, &secret, &document));
                }
                let about = About::Did { did: did.clone(), document: document.clone() };
                Prepared { about, did, document, version_id, payload: job.payload }
            }
            None => self
                .prepare(&request, operation, &sent)
                .map_err(|(about, rule)| reply::invalid(StatusCode::BAD_REQUEST, &about, &secret, rule))?,
        };
        let job = Job {
            payload: prepared.payload.clone(),
            operation,
            subject: Subject::Document { document: prepared.document.clone(), version_id: prepared.version_id },
            finished: false,
        };
        let Some(signatures) = request.signatures() else {
            // The driver answers 200 here, and only the state says that it failed.
            let kids = self.kids(&prepared.payload, operation, &prepared.did).map_err(|controller| {
                let about = About::Did { did: controller.clone(), document: json!({ "id": controller }) };
                reply::invalid(StatusCode::OK, &about, &json!({}), reply::CONTROLLER_NOT_FOUND)
            })?;
            let id = self.jobs.put(job_id, job, now);
            let id = id.map_err(|error| reply::internal(&prepared.about, &secret, &error.to_string()))?;
            return Ok(reply::sign_payload(&prepared.about, &id, &kids, &prepared.payload));
        };
        let signatures = signatures.map_err(|error| reply::internal(&prepared.about, &secret, error))?;
        let answer = match operation {
            Operation::DeactivateDid => json!({ "id": prepared.did }),
            _ => prepared.document,
        };
        let about = match operation {
            Operation::DeactivateDid => About::Did { did: prepared.did.clone(), document: answer.clone() },
            _ => prepared.about,
        };
        self.submit(operation, prepared.payload, signatures, &about, &secret).await?;
        let id = job_id.unwrap_or_else(|| Uuid::new_v4().to_string());
        if operation == Operation::CreateDid {
            // A creation sent twice is answered as the first time. That the job is not kept changes nothing on the ledger.
            let _ = self.jobs.put(Some(id.clone()), Job { finished: true, ..job }, now);
        }
        Ok(reply::did_finished(&id, &prepared.did, &secret, &answer))
    }

    fn prepare(
        &self,
        request: &Request,
        operation: Operation,
        sent: &Value,
    ) -> Result<Prepared, (About, &'static str)> {
        let version_id = request.option_text("versionId").filter(|version| !version.is_empty());
        let version_id = version_id.map_or_else(|| Uuid::new_v4().to_string(), str::to_owned);
        let did = request.text("did").unwrap_or_default().to_owned();
        let gone = || (About::Did { did: did.clone(), document: json!({ "id": did }) }, reply::DID_NOT_FOUND);
        let document = match operation {
            Operation::CreateDid => sent.clone(),
            Operation::UpdateDid => {
                self.live(&did).ok_or_else(gone)?;
                sent.get(0).cloned().unwrap_or_default()
            }
            _ => {
                let id = self.live(&did).ok_or_else(gone)?.id;
                let payload = DeactivatePayload { id: id.clone(), version_id: version_id.clone() }.encode();
                let document = json!({ "id": id });
                let about = About::Did { did: id.clone(), document: document.clone() };
                return Ok(Prepared { about, did: id, document, version_id, payload });
            }
        };
        let did = id_of(&document);
        let about = About::Did { did: did.clone(), document: document.clone() };
        let Some(payload) = did_doc_payload(&document, &version_id) else {
            return Err((about, reply::INVALID_DOCUMENT));
        };
        Ok(Prepared { about, did, document, version_id, payload: payload.encode() })
    }

    /// Which keys are asked to sign. An error is the controller that is not on the ledger.
    fn kids(&self, payload: &[u8], operation: Operation, did: &str) -> Result<Vec<String>, String> {
        let existing = self.live(did);
        if operation == Operation::DeactivateDid {
            return existing.map_or_else(|| Err(did.to_owned()), |document| self.controllers_keys(&document));
        }
        let mut kids = existing.map(|document| document.authentication).unwrap_or_default();
        let asked = DidDocPayload::decode(payload).map_err(|error| error.to_string())?;
        kids.extend(self.controllers_keys(&asked)?);
        let mut seen = HashSet::new();
        kids.retain(|kid| seen.insert(kid.clone()));
        Ok(kids)
    }
}

fn id_of(document: &Value) -> String {
    document.get("id").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The driver's checks of each operation's members, in its order.
fn check(request: &Request, operation: Operation, sent: &Value) -> Result<(), &'static str> {
    let job = request.job().is_some();
    let is_document = |document: &Value| did_doc_payload(document, "").is_some();
    if operation == Operation::CreateDid {
        return if job || is_document(sent) { Ok(()) } else { Err(reply::INVALID_DOCUMENT) };
    }
    let did = request.member("did");
    if did.is_some_and(|did| !did.as_str().is_some_and(|did| did.contains("did:cheqd:"))) {
        return Err(reply::INVALID_DID);
    }
    if operation == Operation::DeactivateDid {
        return if job || did.is_some() { Ok(()) } else { Err(reply::INVALID_DID) };
    }
    if !sent.is_null() && !sent.get(0).is_some_and(is_document) {
        return Err(reply::INVALID_DOCUMENT);
    }
    if !job && (did.is_none() || sent.is_null()) {
        return Err(reply::INVALID);
    }
    match request.member("didDocumentOperation") {
        Some(operations) if *operations != json!(["setDidDocument"]) => Err(reply::ONLY_SET),
        _ => Ok(()),
    }
}
