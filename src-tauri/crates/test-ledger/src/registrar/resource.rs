//! Publishing resources of a DID through the registrar: a new one, or a new version of one.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Registrar, Request, Shared, base64,
    jobs::{Job, Subject},
    reply::{self, About},
};
use crate::{
    identifiers::{is_uuid, normalise_did, split_did},
    payload::{AlternativeUri, Payload as _, ResourcePayload},
    transaction::Operation,
};

pub async fn create(state: Shared, headers: HeaderMap, RawQuery(query): RawQuery, body: Bytes) -> Response {
    let read = Request::read(&headers, query.as_deref(), &body);
    run(state, read, Mode::Create).await
}

pub async fn update(state: Shared, headers: HeaderMap, RawQuery(query): RawQuery, body: Bytes) -> Response {
    let read = Request::read(&headers, query.as_deref(), &body);
    run(state, read, Mode::Update).await
}

/// The ledger knows one message; the registrar tells a new name from a new version.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Create,
    Update,
}

async fn run(State(registrar): Shared, read: Result<Request, Response>, mode: Mode) -> Response {
    let request = match read {
        Ok(request) => request,
        Err(refused) => return refused,
    };
    match registrar.run_resource(request, mode).await {
        Ok(response) | Err(response) => response,
    }
}

impl Registrar {
    async fn run_resource(self: Arc<Self>, request: Request, mode: Mode) -> Result<Response, Response> {
        let secret = request.secret.clone();
        let bad = StatusCode::BAD_REQUEST;
        let unknown = |did: &str| About::Resource { did: did.to_owned(), id: None, payload: json!({}) };
        let refuse = |rule: &str| reply::invalid(bad, &unknown(""), &secret, rule);
        check(&request, mode).map_err(refuse)?;
        request.check_common(&self.ledger).map_err(refuse)?;
        // Both steps name the DID: the driver resolves it before it looks at the job.
        let did = request.text("did").unwrap_or("undefined");
        let gone = || reply::invalid(bad, &unknown(did), &secret, reply::DID_NOT_FOUND);
        let document = self.live(did).ok_or_else(gone)?;
        let now = self.ledger.now();
        let job_id = request.job();
        let (did, resource, payload) = if let Some(id) = &job_id {
            let expired = || reply::expired(&unknown(did), id);
            let job = self.jobs.get(id, Operation::CreateResource, now).ok_or_else(expired)?;
            let Subject::Resource { did, resource } = job.subject else {
                return Err(expired());
            };
            (did, resource, job.payload)
        } else {
            let resource = self
                .new_resource(&request, mode, did)
                .map_err(|(status, rule)| reply::invalid(status, &unknown(did), &secret, rule))?;
            let payload = resource.encode();
            (did.to_owned(), resource, payload)
        };
        let about = About::Resource { did: did.clone(), id: Some(resource.id.clone()), payload: echo(&resource) };
        let Some(signatures) = request.signatures() else {
            let kids = self.controllers_keys(&document).map_err(|controller| {
                let about = About::Did { did: controller.clone(), document: json!({ "id": controller }) };
                reply::invalid(StatusCode::OK, &about, &json!({}), reply::CONTROLLER_NOT_FOUND)
            })?;
            let subject = Subject::Resource { did, resource };
            let job = Job { payload: payload.clone(), operation: Operation::CreateResource, subject, finished: false };
            let id = self.jobs.put(job_id, job, now);
            let id = id.map_err(|error| reply::internal(&about, &secret, &error.to_string()))?;
            return Ok(reply::sign_payload(&about, &id, &kids, &payload));
        };
        let signatures = signatures.map_err(|error| reply::internal(&about, &secret, error))?;
        self.submit(Operation::CreateResource, payload, signatures, &about, &secret).await?;
        let id = job_id.unwrap_or_else(|| Uuid::new_v4().to_string());
        Ok(reply::resource_finished(&id, &did, &secret, &resource))
    }

    fn new_resource(
        &self,
        request: &Request,
        mode: Mode,
        did: &str,
    ) -> Result<ResourcePayload, (StatusCode, &'static str)> {
        let option = |name: &str| request.option_text(name).unwrap_or_default().to_owned();
        let (name, resource_type, version) = (option("name"), option("type"), option("versionId"));
        let id = request.text("relativeDidUrl").unwrap_or_default().replace("/resources/", "");
        let id = if is_uuid(&id) { id } else { Uuid::new_v4().to_string() };
        let stored = normalise_did(did);
        let collection_id = split_did(&stored).map(|parts| parts.id).unwrap_or_default().to_owned();
        let (exists, used) = self.ledger.read(|state| {
            let resources = state.collection(&collection_id).iter();
            let mut same = resources.filter(|r| r.name == name && r.kind == resource_type).peekable();
            let exists = same.peek().is_some();
            // Without a version asked for, the driver compares with nothing.
            let version_used = |used: &str| !version.is_empty() && used == version;
            (exists, same.any(|r| r.id == id.to_ascii_lowercase() || version_used(&r.version)))
        });
        match mode {
            Mode::Create if exists => return Err((StatusCode::BAD_REQUEST, reply::RESOURCE_EXISTS)),
            Mode::Update if !exists => return Err((StatusCode::BAD_REQUEST, reply::NO_SUCH_RESOURCE)),
            Mode::Update if used => return Err((StatusCode::CONFLICT, reply::VERSION_EXISTS)),
            _ => {}
        }
        let content = match mode {
            Mode::Create => request.text("content"),
            Mode::Update => request.member("content").and_then(|content| content.get(0)).and_then(Value::as_str),
        };
        let data = content.and_then(base64).ok_or((StatusCode::BAD_REQUEST, "Resource Content is invalid"))?;
        // The driver's newer routes check alsoKnownAs and then leave it out of the payload.
        let also_known_as: Vec<AlternativeUri> = Vec::new();
        let collection_id = split_did(did).map(|parts| parts.id).unwrap_or_default().to_owned();
        Ok(ResourcePayload { data, collection_id, id, name, version, resource_type, also_known_as })
    }
}

/// What the driver shows of a resource that failed; the bytes are left out here.
fn echo(resource: &ResourcePayload) -> Value {
    json!({
        "collectionId": resource.collection_id, "id": resource.id, "name": resource.name,
        "resourceType": resource.resource_type, "version": resource.version,
    })
}

/// The driver's checks of the members, in its order.
fn check(request: &Request, mode: Mode) -> Result<(), &'static str> {
    if request.member("did").is_some_and(|did| !did.as_str().is_some_and(|did| did.contains("did:cheqd"))) {
        return Err(reply::INVALID_DID);
    }
    let content = request.member("content");
    let given = |name: &str| request.option(name).is_some_and(|value| value.as_str() != Some(""));
    let empty = content.is_none_or(|content| content.as_str() == Some(""));
    if request.job().is_none() && (empty || !given("name") || !given("type")) {
        return Err(reply::CONTENT_REQUIRED);
    }
    let one_text =
        |content: &Value| content.as_array().is_some_and(|list| list.len() == 1 && list.iter().all(Value::is_string));
    match mode {
        Mode::Create if content.is_some_and(|content| !content.is_string()) => return Err(reply::INVALID),
        Mode::Update if content.is_some_and(|content| !one_text(content)) => return Err(reply::ONE_CONTENT),
        _ => {}
    }
    if let Some(url) = request.member("relativeDidUrl") {
        let Some(url) = url.as_str().filter(|url| url.contains("/resources/")) else {
            return Err(reply::INVALID_DID_URL);
        };
        if !is_uuid(&url.replace("/resources/", "")) {
            return Err(reply::INVALID_RESOURCE_ID);
        }
    }
    let set = |operations: &Value| *operations == json!(["setContent"]);
    if mode == Mode::Update && request.member("contentOperation").is_some_and(|operations| !set(operations)) {
        return Err(reply::ONLY_SET);
    }
    if ["name", "type"].iter().any(|name| request.option(name).is_some_and(|value| !value.is_string())) {
        return Err(reply::INVALID);
    }
    Ok(())
}
