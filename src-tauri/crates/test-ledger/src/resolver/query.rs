//! Queries on a DID (did-resolver `services/diddoc/diddoc_query.go` and `queries/**`): a version by id or time, keys in
//! another notation, a service's endpoint, a resource by name, type, version and time. The resolver's chain of handlers
//! is kept in its order, because the order decides which error is told.

use std::collections::BTreeMap;

use axum::response::Response;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Code, Context, Form,
    accept::{DEREFERENCING, DID, DID_JSON, DID_JSON_LD, JSON_LD, RESOLUTION, wanted},
    collection, document, raw, see_other, times, with_content,
};
use crate::{
    identifiers::is_uuid,
    keys::{ED25519_2018, ED25519_2020, JWK_2020},
    state::{DidVersion, Resource},
};

const DID_QUERIES: [&str; 7] =
    ["versionId", "versionTime", "transformKeys", "resourceMetadata", "service", "relativeRef", "metadata"];
const RESOURCE_QUERIES: [&str; 8] = [
    "resourceId",
    "resourceCollectionId",
    "resourceName",
    "resourceMetadata",
    "resourceType",
    "resourceVersion",
    "resourceVersionTime",
    "checksum",
];
/// Alone they name no resource.
const AMBIGUOUS: [&str; 3] = ["resourceCollectionId", "resourceVersion", "resourceVersionTime"];
const WITH_TRANSFORM: [&str; 4] = ["versionId", "versionTime", "service", "relativeRef"];

/// The queries by name; the first of each name counts.
struct Queries(BTreeMap<String, Vec<String>>);

impl Queries {
    fn read(query: &str) -> Self {
        let mut queries: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            queries.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        Self(queries)
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(|values| values.first()).map(String::as_str).filter(|value| !value.is_empty())
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.get(name) == Some(value)
    }

    fn any_of(&self, names: &[&str]) -> usize {
        self.0.keys().filter(|name| names.contains(&name.as_str())).count()
    }

    fn on_resources(&self) -> bool {
        self.any_of(&RESOURCE_QUERIES) > 0
    }
}

/// Answers a request with a query string.
pub fn answer(mut context: Context<'_>, query: &str, accept: &str) -> Result<Response, Response> {
    // A fragment after the queries is not for a resolver to look at.
    let fragment = query.rfind("%23").is_some_and(|at| !query.get(at..).unwrap_or_default().contains('&'));
    if fragment {
        return Err(context.fail(Code::RepresentationNotSupported));
    }
    let queries = Queries::read(query);
    context.check_did()?;
    let asked = wanted(accept, queries.on_resources());
    context.form = if asked.profile == RESOLUTION { Form::Resolution } else { Form::Dereferencing };
    context.wanted.profile.clone_from(&asked.profile);
    if queries.get("resourceMetadata").is_none() && queries.get("metadata").is_none() {
        context.wanted.media_type.clone_from(&asked.media_type);
    }
    check(&queries, &context.wanted.profile).map_err(|code| context.fail(code))?;
    let selected = Selected::of(&context, &queries)?;
    if queries.on_resources() {
        return selected.resources(context, &queries, accept);
    }
    selected.document(&context, &queries)
}

/// What may be asked together, and how.
fn check(queries: &Queries, profile: &str) -> Result<(), Code> {
    let known = |name: &str| DID_QUERIES.contains(&name) || RESOURCE_QUERIES.contains(&name);
    let empty = |values: &Vec<String>| values.as_slice() == [String::new()];
    let ambiguous = queries.any_of(&AMBIGUOUS) == 1;
    if queries.0.keys().any(|name| !known(name))
        || queries.0.values().any(empty)
        || (ambiguous && (queries.0.len() == 1 || queries.is("resourceMetadata", "false")))
    {
        return Err(Code::InvalidDidUrl);
    }
    let not_supported = Err(Code::RepresentationNotSupported);
    if let Some(kind) = queries.get("transformKeys") {
        let others = queries.0.keys().filter(|name| *name != "transformKeys");
        let together = others.map(String::as_str).all(|name| WITH_TRANSFORM.contains(&name));
        if ![ED25519_2018, ED25519_2020, JWK_2020].contains(&kind) || !together {
            return not_supported;
        }
    }
    let given = |name: &str| queries.get(name).is_some();
    if (given("relativeRef") && !given("service"))
        || (given("service") && queries.on_resources())
        || (given("metadata") && queries.on_resources() && !given("resourceMetadata"))
    {
        return not_supported;
    }
    for name in ["metadata", "resourceMetadata"] {
        if queries.get(name).is_some_and(|value| !["true", "false"].contains(&value)) {
            return not_supported;
        }
    }
    let bad_time = |name: &str| queries.get(name).is_some_and(|time| times::parse(time).is_none());
    let bad_id = |name: &str| queries.get(name).is_some_and(|id| !is_uuid(id));
    if (queries.is("resourceMetadata", "false") && profile == DEREFERENCING)
        || bad_time("versionTime")
        || bad_time("resourceVersionTime")
        || bad_id("versionId")
        || bad_id("resourceId")
    {
        return Err(Code::InvalidDidUrl);
    }
    Ok(())
}

/// The resources that were there before the version after `versions[at]`.
pub fn before_next<'a>(versions: &[DidVersion], at: usize, resources: &'a [Resource]) -> Vec<&'a Resource> {
    let until = versions.get(at + 1).map(|next| times::seconds(next.since()));
    let resources = resources.iter().rev();
    resources.filter(|resource| until.is_none_or(|until| times::seconds(resource.created) <= until)).collect()
}

/// Whether a resource stays with this query's value.
type Filter = fn(&Resource, &str) -> bool;

/// The version that the queries name, with its resources, newest first.
struct Selected {
    did: String,
    version: DidVersion,
    resources: Vec<Resource>,
}

impl Selected {
    fn of(context: &Context<'_>, queries: &Queries) -> Result<Self, Response> {
        let until: Option<Timestamp> = queries.get("versionTime").and_then(times::parse);
        context.with_did(|state, did, versions| {
            let mut candidates = versions.iter().enumerate().rev();
            let (at, version) = candidates.find(|(_, version)| {
                queries.get("versionId").is_none_or(|id| version.version_id == id)
                    && until.is_none_or(|until| times::seconds(version.since()) <= until)
            })?;
            let resources = before_next(versions, at, collection(state, did));
            Some(Self {
                did: did.to_owned(),
                version: version.clone(),
                resources: resources.into_iter().cloned().collect(),
            })
        })
    }

    fn document(self, context: &Context<'_>, queries: &Queries) -> Result<Response, Response> {
        let Self { did, mut version, resources } = self;
        let metadata = document::version_metadata(&version, resources.iter(), &did);
        if queries.is("metadata", "true") {
            if queries.get("service").is_some() {
                return Err(context.fail(Code::NotFound));
            }
            return Ok(context.answer(&context.resolution(None, Some(metadata))));
        }
        if let Some(kind) = queries.get("transformKeys") {
            for method in &mut version.document.verification_method {
                *method = document::transform(method, kind).ok_or_else(|| context.fail(Code::InternalError))?;
            }
        }
        if let Some(name) = queries.get("service") {
            let named = |id: &str| id.split_once('#').is_some_and(|(_, fragment)| fragment == name);
            let service = version.document.service.iter().find(|service| named(&service.id));
            let endpoint = service.and_then(|service| service.endpoints.first());
            let endpoint = endpoint.ok_or_else(|| context.fail(Code::NotFound))?;
            let location = format!("{endpoint}{}", queries.get("relativeRef").unwrap_or_default());
            return see_other(&location).ok_or_else(|| context.fail(Code::InternalError));
        }
        let did_document = document::did_document(&version.document, context.wanted.is_linked());
        let bare = [DID_JSON, DID_JSON_LD, DID].contains(&context.wanted.media_type.as_str());
        if context.form == Form::Resolution && bare {
            return Ok(context.answer(&did_document));
        }
        let metadata = if queries.is("metadata", "false") { None } else { Some(metadata) };
        Ok(context.answer(&context.resolution(Some(did_document), metadata)))
    }

    fn resources(self, mut context: Context<'_>, queries: &Queries, accept: &str) -> Result<Response, Response> {
        let Self { did, version, mut resources } = self;
        let filters: [(&str, Filter); 6] = [
            ("resourceId", |resource, id| resource.id == id),
            ("resourceCollectionId", |resource, id| resource.collection_id == id),
            ("resourceName", |resource, name| resource.name == name || resource.name == path_escape(name)),
            ("resourceType", |resource, kind| resource.kind == kind),
            ("resourceVersion", |resource, version| resource.version == version),
            ("checksum", |resource, checksum| resource.checksum == checksum),
        ];
        for (name, keeps) in filters {
            if let Some(value) = queries.get(name) {
                resources.retain(|resource| keeps(resource, value));
                if resources.is_empty() {
                    return Err(context.fail(Code::NotFound));
                }
                if name == "checksum" && resources.len() > 1 {
                    return Err(context.fail(Code::InvalidDidUrl));
                }
            }
        }
        if let Some(until) = queries.get("resourceVersionTime").and_then(times::parse) {
            resources.retain(|resource| times::seconds(resource.created) <= until);
            if resources.is_empty() {
                return Err(context.fail(Code::NotFound));
            }
        }
        let listed = queries.is("resourceMetadata", "true");
        if !listed && queries.get("resourceName").is_some() {
            let one_type = resources.iter().all(|r| Some(&r.kind) == resources.first().map(|f| &f.kind));
            if !one_type {
                return Err(context.fail(Code::NotFound));
            }
            resources.truncate(1);
        }
        let only_metadata = queries.0.len() == 1 && queries.get("resourceMetadata").is_some();
        if only_metadata && context.wanted.profile != DEREFERENCING {
            context.form = Form::Resolution;
        }
        let one_name = resources.iter().all(|r| Some(&r.name) == resources.first().map(|first| &first.name));
        if !only_metadata && !listed && !one_name {
            return Err(context.fail(Code::InvalidDidUrl));
        }
        if context.form == Form::Resolution {
            let shown = if queries.is("resourceMetadata", "false") { &[] } else { resources.as_slice() };
            let metadata = document::version_metadata(&version, shown.iter(), &did);
            let did_document = document::did_document(&version.document, context.wanted.is_linked());
            let hidden = queries.is("metadata", "true");
            let did_document = if hidden { None } else { Some(did_document) };
            return Ok(context.answer(&context.resolution(did_document, Some(metadata))));
        }
        if listed {
            let list: Vec<Value> =
                resources.iter().map(|resource| document::resource_metadata(resource, &did)).collect();
            let metadata = json!({ "linkedResourceMetadata": list });
            return Ok(context.answer(&context.dereferencing(Value::Null, metadata)));
        }
        let Some(newest) = resources.first() else {
            return Err(context.fail(Code::NotFound));
        };
        let asked = wanted(accept, true);
        if asked.media_type == JSON_LD && asked.profile == DEREFERENCING {
            return Ok(with_content(&context, newest, &did));
        }
        Ok(raw(newest))
    }
}

/// Go's `url.PathEscape`: names were once stored so.
fn path_escape(name: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~')
        .remove(b'$')
        .remove(b'&')
        .remove(b'+')
        .remove(b'=')
        .remove(b':')
        .remove(b'@');
    utf8_percent_encode(name, ESCAPED).to_string()
}
