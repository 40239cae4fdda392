//! DID URLs and what they lead to: documents and their versions, parts of documents, resources by id and by name. A
//! resource is found out first (which one, of what checksum) and its bytes are taken by their checksum, so that what is
//! kept under its id is good for ever and is never fetched twice. Defends against a resolver that answers with another
//! resource than the one that was asked for.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use vouchsafe_dids::cheqd::{
    CheqdUrl, Dereferencing, MAX_RESOLUTION_BYTES, MAX_RESOURCE_BYTES, Part, ResolverError, ResourceMetadata,
    read_dereferencing, read_resolution,
};
use vouchsafe_dids::{Did, DidUrl, ResolveError};

use super::kept::{self, Kept};
use super::resolve::{DEREFERENCING, RESOLUTION, told};
use crate::Agent;
use crate::error::{AgentError, Result, Unresolved};
use crate::resolution::{refused, unresolved};

/// The largest answer with a resource in it: two MiB in base64 with what is known about them.
const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;
/// The largest resource as it is, with something to spare.
const MAX_CONTENT_BYTES: usize = 5 * 1024 * 1024 / 2;

/// How old an answer may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// As it is now: an error where nobody answers.
    Now,
    /// As it was at most so long ago; older where nobody answers, which `from_cache` and `fetched_at` then tell.
    Within(Duration),
    /// As it was kept: nobody is asked.
    Kept,
}

/// What a DID URL leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Dereferenced {
    /// Its bytes. For documents and their parts, JSON.
    pub content: Vec<u8>,
    /// Their media type.
    pub media_type: String,
    /// What is known about it: the document's metadata, or the resource's.
    pub metadata: Value,
    /// When it was fetched, or last confirmed to be still that.
    pub fetched_at: Timestamp,
    /// Whether it is from what was kept and may have changed since.
    pub from_cache: bool,
}

impl Dereferenced {
    /// What is known about the resource, if it is one.
    pub fn resource(&self) -> Option<ResourceMetadata> {
        ResourceMetadata::read(&self.metadata)
    }
}

impl Agent {
    /// What a DID URL leads to. Those of did:cheqd may be of every form that its resolver answers, also as the address
    /// of a resolver (`https://…/1.0/identifiers/did:cheqd:…`): it is this wallet's own resolver that is asked. Of other
    /// methods, a DID and a part of its document. Where a resource is meant, a fragment is left to the caller.
    ///
    /// # Errors
    /// [`AgentError::Resolution`]: why there is nothing, and whether asking later may help.
    pub async fn dereference(&self, did_url: &str, freshness: Freshness) -> Result<Dereferenced> {
        if !did_url.contains("did:cheqd:") {
            let url: DidUrl = did_url.parse().map_err(|_| refused(did_url, "it is not a DID URL"))?;
            let beyond = did_url.strip_prefix(url.did().as_str()).is_some_and(|tail| tail.starts_with(['/', '?', ';']));
            if beyond {
                return Err(refused(did_url, "paths and queries are not known for this method"));
            }
            return self.part_of_document(url.did(), url.fragment(), freshness).await;
        }
        let url = CheqdUrl::within(did_url).map_err(|error| refused(did_url, &error.to_string()))?;
        if url.is_resource() {
            return self.resource(url.without_fragment(), freshness).await;
        }
        if *url.part() == Part::Document && !url.has_query() {
            return self.part_of_document(&url.did().into(), url.fragment(), freshness).await;
        }
        let fragment = url.fragment().map(str::to_owned);
        let found = self.answer(&url.without_fragment(), freshness).await?;
        match fragment {
            None => Ok(found),
            Some(fragment) => part(did_url, &fragment, found),
        }
    }

    /// A document, or the part of it that a fragment names.
    async fn part_of_document(&self, did: &Did, fragment: Option<&str>, freshness: Freshness) -> Result<Dereferenced> {
        let resolved = self.resolve_as_of(did, freshness).await.map_err(|error| unresolved(did, &error))?;
        let found = Dereferenced {
            content: resolved.document.as_value().to_string().into_bytes(),
            media_type: "application/did+json".to_owned(),
            metadata: self.document_metadata(resolved.document.id()).await,
            fetched_at: resolved.fetched_at,
            from_cache: resolved.from_cache,
        };
        match fragment {
            None => Ok(found),
            Some(fragment) => part(&format!("{did}#{fragment}"), fragment, found),
        }
    }

    /// Versions, metadata and endpoints: fetched as they are, and kept under their DID URL.
    async fn answer(&self, url: &CheqdUrl, freshness: Freshness) -> Result<Dereferenced> {
        let fetching = Box::pin(async {
            let document = !matches!(url.part(), Part::Versions | Part::ResourceMetadata(_));
            let accept = if document { RESOLUTION } else { DEREFERENCING };
            let answer = self.ledgers().ask(url, accept, MAX_RESOLUTION_BYTES).await?;
            let told = |error| told(url.did(), error);
            // A service's endpoint is told by pointing there.
            if let (303, Some(location)) = (answer.status, &answer.location) {
                return Ok(fetched(location.as_str().as_bytes().to_vec(), "text/uri-list", Value::Null));
            }
            let (content, metadata) = if !document {
                let Dereferencing { content, metadata } =
                    read_dereferencing(answer.status, &answer.body).map_err(told)?;
                (if content.is_null() { metadata.clone() } else { content }, metadata)
            } else if matches!(url.part(), Part::Metadata | Part::VersionMetadata(_)) {
                let metadata = metadata_alone(answer.status, &answer.body).map_err(told)?;
                (metadata.clone(), metadata)
            } else {
                let resolution = read_resolution(url.did(), answer.status, &answer.body).map_err(told)?;
                (resolution.document, resolution.raw_metadata)
            };
            let found = fetched(content.to_string().into_bytes(), "application/json", metadata);
            let kept = Kept::content(&found.content, &found.media_type, found.metadata.clone());
            kept::write(self.store(), vec![(url.to_string(), kept)], found.fetched_at).await;
            Ok(found)
        });
        self.fresh_or_kept(url, freshness, fetching).await
    }

    /// A resource. One that is named by its id never changes; where a query leads is asked anew.
    async fn resource(&self, url: CheqdUrl, freshness: Freshness) -> Result<Dereferenced> {
        if matches!(url.part(), Part::Resource(_))
            && let Some(kept) = self.kept_content(&url.to_string()).await
            && freshness != Freshness::Now
        {
            return Ok(Dereferenced { from_cache: true, ..kept });
        }
        self.fresh_or_kept(&url, freshness, Box::pin(self.fetch_resource(&url))).await
    }

    async fn fetch_resource(&self, url: &CheqdUrl) -> Result<Dereferenced, ResolveError> {
        let told = |error| told(url.did(), error);
        let misled = |what: &str| told(ResolverError::NotUnderstood(what.to_owned()));
        let answer = self.ledgers().ask(url, DEREFERENCING, MAX_ANSWER_BYTES).await?;
        let Dereferencing { content, metadata } = read_dereferencing(answer.status, &answer.body).map_err(told)?;
        let resource = ResourceMetadata::read(&metadata).ok_or_else(|| misled("it names no resource"))?;
        is_asked_for(url, &resource).map_err(misled)?;
        let by_id = CheqdUrl::resource(url.did().clone(), &resource.id).map_err(|error| misled(&error.to_string()))?;
        let name = by_id.to_string();
        let leads = Kept::Leads { to: name.clone(), metadata: metadata.clone() };
        let now = self.now();
        let known = self.kept_content(&name).await;
        if let Some(known) = known.filter(|known| has_checksum(&known.content, &resource)) {
            if *url != by_id {
                kept::confirm(self.store(), url.to_string(), leads, name, now).await;
            }
            return Ok(Dereferenced { metadata, fetched_at: now, from_cache: false, ..known });
        }
        let content = if let Some(content) = within(content).filter(|content| has_checksum(content, &resource)) {
            content
        } else {
            // JSON has lost its spaces and the order of its members on the way.
            let raw = self.ledgers().ask(&by_id, "*/*", MAX_CONTENT_BYTES).await?;
            if raw.status != 200 {
                return Err(told(ResolverError::read(raw.status, &raw.body)));
            }
            raw.body
        };
        if content.len() > MAX_RESOURCE_BYTES || !has_checksum(&content, &resource) {
            return Err(misled("the resource's bytes do not match its checksum"));
        }
        let kept = Kept::content(&content, &resource.media_type, metadata.clone());
        let mut entries = vec![(name, kept)];
        if *url != by_id {
            entries.push((url.to_string(), leads));
        }
        kept::write(self.store(), entries, now).await;
        Ok(Dereferenced { content, media_type: resource.media_type, metadata, fetched_at: now, from_cache: false })
    }

    /// What `fetching` gives, or what is kept, as fresh as is wanted.
    async fn fresh_or_kept(
        &self,
        url: &CheqdUrl,
        freshness: Freshness,
        fetching: impl Future<Output = Result<Dereferenced, ResolveError>>,
    ) -> Result<Dereferenced> {
        let did: Did = url.did().into();
        let told = |error: ResolveError| unresolved(&did, &error);
        let name = url.to_string();
        match freshness {
            Freshness::Now => fetching.await.map_err(told),
            Freshness::Kept => self
                .kept_content(&name)
                .await
                .ok_or_else(|| told(ResolveError::Unreachable { did: did.clone(), reason: NOT_KEPT.to_owned() })),
            Freshness::Within(age) => {
                let good =
                    |kept: &Dereferenced| self.ledgers().is_silent(&did) || is_within(kept.fetched_at, age, self.now());
                match self.kept_content(&name).await {
                    Some(kept) if good(&kept) => Ok(kept),
                    Some(kept) => match fetching.await {
                        Err(error) if error.is_passing() => Ok(kept),
                        other => other.map_err(told),
                    },
                    None => fetching.await.map_err(told),
                }
            }
        }
    }

    /// What is kept under a DID URL, by way of the resource that a query led to.
    async fn kept_content(&self, name: &str) -> Option<Dereferenced> {
        let (mut found, fetched_at) = kept::read(self.store(), name).await?;
        let mut known = None;
        if let Kept::Leads { to, metadata } = found {
            found = kept::read(self.store(), &to).await?.0;
            known = Some(metadata);
        }
        let Kept::Content { content, media_type, metadata } = found else { return None };
        let content = kept::decode(&content)?;
        let metadata = known.unwrap_or(metadata);
        Some(Dereferenced { content, media_type, metadata, fetched_at, from_cache: true })
    }
}

/// Why there is nothing where nobody may be asked.
pub(crate) const NOT_KEPT: &str = "no copy of it is kept in this wallet";

/// Whether what was fetched then is still as fresh as is wanted. A clock that was set back makes it come from the
/// future: it is not fresh either.
pub(crate) fn is_within(fetched_at: Timestamp, age: Duration, now: Timestamp) -> bool {
    let since = now.duration_since(fetched_at);
    !since.is_negative() && since.unsigned_abs() <= age
}

fn fetched(content: Vec<u8>, media_type: &str, metadata: Value) -> Dereferenced {
    let media_type = media_type.to_owned();
    Dereferenced { content, media_type, metadata, fetched_at: kept::now(), from_cache: false }
}

fn has_checksum(content: &[u8], resource: &ResourceMetadata) -> bool {
    format!("{:x}", Sha256::digest(content)).eq_ignore_ascii_case(&resource.checksum)
}

/// The bytes that a dereferencing result holds itself: text in base64, or JSON that was written without spaces and with
/// its members in order.
fn within(content: Value) -> Option<Vec<u8>> {
    match content {
        Value::String(text) => kept::decode(&text),
        Value::Object(_) => Some(content.to_string().into_bytes()),
        _ => None,
    }
}

/// Refuses a resource that is not the one that was asked for.
fn is_asked_for(url: &CheqdUrl, resource: &ResourceMetadata) -> Result<(), &'static str> {
    let other = "it gives another resource than the one that was asked for";
    if resource.collection_id != url.did().unique_id() {
        return Err("it gives the resource of another DID");
    }
    if matches!(url.part(), Part::Resource(id) if *id != resource.id) {
        return Err(other);
    }
    let asked = [
        ("resourceId", &resource.id),
        ("resourceName", &resource.name),
        ("resourceType", &resource.resource_type),
        ("resourceVersion", &resource.version),
        ("checksum", &resource.checksum),
    ];
    // A name may be on the ledger with its escapes; the resolver finds it by both spellings.
    let differs = |(name, found): &(&str, &String)| {
        url.query(name).is_some_and(|wanted| wanted != *found && !(*name == "resourceName" && found.contains('%')))
    };
    if asked.iter().any(differs) { Err(other) } else { Ok(()) }
}

fn metadata_alone(status: u16, body: &[u8]) -> Result<Value, ResolverError> {
    if status != 200 {
        return Err(ResolverError::read(status, body));
    }
    let answer = serde_json::from_slice::<Value>(body).ok();
    answer
        .and_then(|answer| answer.get("didDocumentMetadata").filter(|metadata| metadata.is_object()).cloned())
        .ok_or_else(|| ResolverError::NotUnderstood("it answered without the document's metadata".to_owned()))
}

/// The key or service of a document with this fragment. The resolver itself takes the first whose id has the text
/// anywhere in it, so it is not asked.
fn part(did_url: &str, fragment: &str, found: Dereferenced) -> Result<Dereferenced> {
    let missing = || AgentError::Resolution {
        did: did_url.chars().take(200).collect(),
        reason: "its document has no part of this name".to_owned(),
        passing: false,
        kind: Unresolved::NotFound,
    };
    let document: Value = serde_json::from_slice(&found.content).map_err(|_| missing())?;
    let id = document.get("id").and_then(Value::as_str).unwrap_or_default();
    let (relative, absolute) = (json!(format!("#{fragment}")), json!(format!("{id}#{fragment}")));
    let members = ["verificationMethod", "service", "assertionMethod", "authentication", "keyAgreement"];
    let part = members
        .iter()
        .filter_map(|member| document.get(*member)?.as_array())
        .flatten()
        .find(|part| part.get("id").is_some_and(|id| *id == relative || *id == absolute));
    let part = part.ok_or_else(missing)?;
    Ok(Dereferenced { content: part.to_string().into_bytes(), ..found })
}
