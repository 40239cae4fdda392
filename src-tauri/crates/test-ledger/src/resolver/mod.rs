//! The resolver over HTTP (did-resolver `services/**`): DIDs, their versions, resources and the queries on them, in
//! every form that an Accept header can ask for, with the resolver's errors. It reads the ledger and changes nothing.

#![expect(clippy::result_large_err, reason = "the error is the answer itself, made once a request")]

mod accept;
mod document;
mod query;
mod times;

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{OriginalUri, State},
    http::{
        HeaderMap, HeaderValue, StatusCode, Uri,
        header::{ACCEPT, CONTENT_TYPE, LOCATION},
    },
    response::{IntoResponse as _, Response},
    routing::get,
};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use self::{
    accept::{DEREFERENCING, DID, JSON, JSON_LD, RESOLUTION, Wanted, wanted},
    document::RESOLUTION_CONTEXT,
};
use crate::{
    identifiers::{METHOD, check_did, is_uuid, normalise_did, split_did},
    ledger::Ledger,
    state::{DidVersion, Resource, State as LedgerState},
};

const PREFIX: &str = "/1.0/identifiers/";
const MAX_URI: usize = 8 * 1024;

/// The resolver's routes, under `/1.0/identifiers/`.
pub fn router(ledger: Arc<Ledger>) -> Router {
    Router::new().route("/1.0/identifiers/{*url}", get(resolve)).with_state(ledger)
}

/// Which of the two result forms an answer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Resolution,
    Dereferencing,
}

/// The resolver's errors: HTTP status and code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Code {
    InvalidDid,
    InvalidDidUrl,
    NotFound,
    RepresentationNotSupported,
    InternalError,
    MethodNotSupported,
}

impl Code {
    fn parts(self) -> (StatusCode, &'static str) {
        match self {
            Code::InvalidDid => (StatusCode::BAD_REQUEST, "invalidDid"),
            Code::InvalidDidUrl => (StatusCode::BAD_REQUEST, "invalidDidUrl"),
            Code::NotFound => (StatusCode::NOT_FOUND, "notFound"),
            Code::RepresentationNotSupported => (StatusCode::NOT_ACCEPTABLE, "representationNotSupported"),
            Code::InternalError => (StatusCode::INTERNAL_SERVER_ERROR, "internalError"),
            Code::MethodNotSupported => (StatusCode::NOT_IMPLEMENTED, "methodNotSupported"),
        }
    }
}

/// What is asked about, and in which form; errors are told in it too.
struct Context<'a> {
    ledger: &'a Ledger,
    did: String,
    wanted: Wanted,
    form: Form,
}

impl Context<'_> {
    fn fail(&self, code: Code) -> Response {
        let (status, name) = code.parts();
        let about = document::metadata(&self.did, &self.wanted.media_type, Some(name), self.ledger.now());
        let body = match self.form {
            Form::Resolution => json!({ "didResolutionMetadata": about }),
            Form::Dereferencing => {
                json!({ "dereferencingMetadata": about, "contentStream": null, "contentMetadata": {} })
            }
        };
        pretty(status, &self.wanted.media_type, &body)
    }

    /// Method, namespace and id of the DID.
    fn check_did(&self) -> Result<(), Response> {
        if split_did(&self.did).is_none_or(|parts| parts.method != METHOD) {
            return Err(self.fail(Code::MethodNotSupported));
        }
        check_did(&self.did, Some(self.ledger.namespace())).map_err(|_| self.fail(Code::InvalidDid))
    }

    /// Looks a DID up; its key on the ledger is in lower case.
    fn with_did<T>(&self, look: impl FnOnce(&LedgerState, &str, &[DidVersion]) -> Option<T>) -> Result<T, Response> {
        let key = normalise_did(&self.did);
        let found = self.ledger.read(|state| {
            let versions = state.versions(&key);
            if versions.is_empty() { None } else { look(state, &key, versions) }
        });
        found.ok_or_else(|| self.fail(Code::NotFound))
    }

    /// A result's metadata about itself.
    fn about(&self) -> Value {
        document::metadata(&self.did, &self.wanted.media_type, None, self.ledger.now())
    }

    /// A resolution result, in the wanted form of one.
    fn resolution(&self, did_document: Option<Value>, metadata: Option<Value>) -> Value {
        let mut body = serde_json::Map::new();
        if self.wanted.is_linked() {
            body.insert("@context".into(), RESOLUTION_CONTEXT.into());
        }
        if let Some(did_document) = did_document {
            body.insert("didDocument".into(), did_document);
        }
        let named = self.wanted.media_type == JSON_LD && self.wanted.profile == RESOLUTION;
        let media_type = if named { DID } else { &self.wanted.media_type };
        let about = document::metadata(&self.did, media_type, None, self.ledger.now());
        body.insert("didResolutionMetadata".into(), about);
        if let Some(metadata) = metadata {
            body.insert("didDocumentMetadata".into(), metadata);
        }
        body.into()
    }

    fn dereferencing(&self, content: Value, metadata: Value) -> Value {
        let mut body = serde_json::Map::new();
        if self.wanted.is_linked() {
            body.insert("@context".into(), RESOLUTION_CONTEXT.into());
        }
        body.insert("dereferencingMetadata".into(), self.about());
        body.insert("contentStream".into(), content);
        body.insert("contentMetadata".into(), metadata);
        body.into()
    }

    fn answer(&self, body: &Value) -> Response {
        let Wanted { media_type, profile } = &self.wanted;
        if media_type == JSON_LD && !profile.is_empty() {
            return pretty(StatusCode::OK, &format!("{media_type};profile=\"{profile}\""), body);
        }
        pretty(StatusCode::OK, media_type, body)
    }
}

/// Two spaces of indentation, as the resolver has it.
fn pretty(status: StatusCode, media_type: &str, body: &Value) -> Response {
    let text = serde_json::to_string_pretty(body).unwrap_or_default();
    let media_type = HeaderValue::from_str(media_type).unwrap_or_else(|_| HeaderValue::from_static(JSON));
    (status, [(CONTENT_TYPE, media_type)], text + "\n").into_response()
}

fn raw(resource: &Resource) -> Response {
    let media_type = HeaderValue::from_static(resource.media_type);
    (StatusCode::OK, [(CONTENT_TYPE, media_type)], Body::from(resource.data.clone())).into_response()
}

fn see_other(endpoint: &str) -> Option<Response> {
    let location = HeaderValue::from_str(endpoint).ok()?;
    Some((StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response())
}

/// A path below the prefix, its parts decoded.
enum Target {
    Document { fragment: Option<String> },
    Metadata,
    Versions,
    Version(String),
    VersionMetadata(String),
    Resource(String),
    ResourceMetadata(String),
}

fn target(uri: &Uri) -> Option<(String, Target)> {
    let rest = uri.path().strip_prefix(PREFIX)?;
    let parts: Option<Vec<String>> =
        rest.split('/').map(|part| Some(percent_decode_str(part).decode_utf8().ok()?.into_owned())).collect();
    let parts = parts?;
    let (did, parts) = parts.split_first()?;
    let (did, fragment) = match did.split_once('#') {
        Some((did, fragment)) => (did, Some(fragment.to_owned())),
        None => (did.as_str(), None),
    };
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let target = match parts.as_slice() {
        [] => Target::Document { fragment },
        ["metadata"] => Target::Metadata,
        ["versions"] => Target::Versions,
        ["version", id] => Target::Version((*id).to_owned()),
        ["version", id, "metadata"] => Target::VersionMetadata((*id).to_owned()),
        ["resources", id] => Target::Resource((*id).to_owned()),
        ["resources", id, "metadata"] => Target::ResourceMetadata((*id).to_owned()),
        _ => return None,
    };
    Some((did.to_owned(), target))
}

async fn resolve(State(ledger): State<Arc<Ledger>>, OriginalUri(uri): OriginalUri, headers: HeaderMap) -> Response {
    let accepts: Vec<&str> = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    match answer(&ledger, &uri, &accepts.join(",")) {
        Ok(response) | Err(response) => response,
    }
}

fn answer(ledger: &Ledger, uri: &Uri, accept: &str) -> Result<Response, Response> {
    let found = target(uri).filter(|_| uri.to_string().len() <= MAX_URI);
    let Some((did, target)) = found else {
        let wanted = Wanted { media_type: JSON.into(), profile: String::new() };
        return Err(Context { ledger, did: String::new(), wanted, form: Form::Dereferencing }.fail(Code::InvalidDidUrl));
    };
    let query = uri.query().unwrap_or_default();
    let (form, as_resource) = match &target {
        Target::Document { fragment: Some(_) } => (Form::Dereferencing, false),
        Target::Versions | Target::Resource(_) | Target::ResourceMetadata(_) => (Form::Dereferencing, true),
        _ => (Form::Resolution, false),
    };
    let mut context = Context { ledger, did, wanted: wanted(accept, as_resource), form };
    if !context.wanted.is_supported() {
        if as_resource {
            context.wanted.media_type = JSON.into();
        }
        return Err(context.fail(Code::RepresentationNotSupported));
    }
    if let Target::Document { fragment: None } = &target
        && !query.is_empty()
    {
        return query::answer(context, query, accept);
    }
    context.check_did()?;
    let queries = url::form_urlencoded::parse(query.as_bytes()).count();
    let allowed = usize::from(matches!(target, Target::Metadata));
    if queries > allowed {
        return Err(context.fail(Code::InvalidDidUrl));
    }
    match target {
        Target::Document { fragment: Some(fragment) } => dereference_fragment(&context, &fragment),
        Target::Document { fragment: None } => {
            let full = context.wanted.media_type == JSON
                || (context.wanted.media_type == JSON_LD && context.wanted.profile == RESOLUTION);
            resolve_version(&context, None, full)
        }
        Target::Version(id) => {
            let id = checked_uuid(&mut context, &id)?;
            resolve_version(&context, Some(&id), true)
        }
        Target::Metadata => metadata_of(&context, None),
        Target::VersionMetadata(id) => {
            let id = checked_uuid(&mut context, &id)?;
            metadata_of(&context, Some(&id))
        }
        Target::Versions => versions(&context),
        Target::Resource(id) => {
            let id = checked_uuid(&mut context, &id)?;
            resource(&context, &id)
        }
        Target::ResourceMetadata(id) => {
            let id = checked_uuid(&mut context, &id)?;
            resource_metadata(&context, &id)
        }
    }
}

fn checked_uuid(context: &mut Context<'_>, id: &str) -> Result<String, Response> {
    if is_uuid(id) {
        return Ok(id.to_ascii_lowercase());
    }
    // The resolver then names the id where the DID would stand.
    id.clone_into(&mut context.did);
    Err(context.fail(Code::InvalidDidUrl))
}

fn pick<'a>(versions: &'a [DidVersion], id: Option<&str>) -> Option<&'a DidVersion> {
    match id {
        Some(id) => versions.iter().find(|version| version.version_id == id),
        None => versions.last(),
    }
}

fn resolve_version(context: &Context<'_>, id: Option<&str>, full: bool) -> Result<Response, Response> {
    let (did_document, metadata) = context.with_did(|state, did, versions| {
        let version = pick(versions, id)?;
        let resources = collection(state, did).iter();
        let metadata = document::version_metadata(version, resources, did);
        Some((document::did_document(&version.document, context.wanted.is_linked()), metadata))
    })?;
    if full {
        return Ok(context.answer(&context.resolution(Some(did_document), Some(metadata))));
    }
    Ok(context.answer(&did_document))
}

fn metadata_of(context: &Context<'_>, id: Option<&str>) -> Result<Response, Response> {
    let metadata = context.with_did(|state, did, versions| {
        let version = pick(versions, id)?;
        Some(document::version_metadata(version, collection(state, did).iter(), did))
    })?;
    Ok(context.answer(&context.resolution(None, Some(metadata))))
}

fn versions(context: &Context<'_>) -> Result<Response, Response> {
    let list = context.with_did(|state, did, versions| {
        let resources = collection(state, did);
        let entry = |at: usize, version: &DidVersion| {
            document::version_metadata(version, query::before_next(versions, at, resources).into_iter(), did)
        };
        Some(versions.iter().enumerate().rev().map(|(at, version)| entry(at, version)).collect::<Vec<_>>())
    })?;
    Ok(context.answer(&context.dereferencing(json!({ "versions": list }), json!({}))))
}

fn dereference_fragment(context: &Context<'_>, fragment: &str) -> Result<Response, Response> {
    let (part, metadata) = context.with_did(|_, did, versions| {
        let version = versions.last()?;
        // The resolver takes the first id that has the fragment anywhere in it.
        let methods = version.document.verification_method.iter();
        let mut methods = methods.filter(|method| method.id.contains(fragment)).map(document::verification_method);
        let services = version.document.service.iter();
        let mut services = services.filter(|service| service.id.contains(fragment)).map(document::service);
        let part = methods.next().or_else(|| services.next())?;
        Some((part, document::version_metadata(version, std::iter::empty(), did)))
    })?;
    let mut object = serde_json::Map::new();
    if context.wanted.is_linked() {
        object.insert("@context".into(), json!([document::DID_CONTEXT]));
    }
    if let Value::Object(members) = part {
        object.extend(members);
    }
    Ok(context.answer(&context.dereferencing(object.into(), metadata)))
}

fn resource(context: &Context<'_>, id: &str) -> Result<Response, Response> {
    let with_metadata = context.wanted.media_type == JSON_LD && context.wanted.profile == DEREFERENCING;
    context.with_did(|state, did, _| {
        let resource = collection(state, did).iter().find(|resource| resource.id == id)?;
        Some(if with_metadata { with_content(context, resource, did) } else { raw(resource) })
    })
}

fn with_content(context: &Context<'_>, resource: &Resource, did: &str) -> Response {
    let metadata = document::resource_metadata(resource, did);
    context.answer(&context.dereferencing(document::content_stream(resource), metadata))
}

fn resource_metadata(context: &Context<'_>, id: &str) -> Result<Response, Response> {
    let metadata = context.with_did(|state, did, _| {
        let resource = collection(state, did).iter().find(|resource| resource.id == id)?;
        Some(document::resource_metadata(resource, did))
    })?;
    Ok(context.answer(&context.dereferencing(Value::Null, metadata)))
}

/// The resources of a DID, oldest first.
fn collection<'a>(state: &'a LedgerState, did: &str) -> &'a [Resource] {
    split_did(did).map_or(&[], |parts| state.collection(parts.id))
}
