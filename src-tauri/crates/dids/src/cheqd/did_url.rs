//! DID URLs of did:cheqd (cheqd ADR 002 and 005; did-resolver 3.8 `services/*/routes.go` and `queries/**`): documents and
//! their versions, resources by id, and queries for a version or a resource by name, type and time; and the address at
//! which a resolver answers each. The resolver's rules on queries hold here already, so that a mistake is told without a
//! network. Defends against URLs out of credentials that would have something else fetched than what they name: every
//! part is read and written anew.

use std::{fmt, str::FromStr};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use url::{Url, form_urlencoded};

use super::identifier::{CheqdDid, MalformedCheqdDid, is_uuid, normalised};

/// The longest text that is read, in bytes.
const MAX_URL_BYTES: usize = 2048;

/// What is written as it is in queries and fragments.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

const DOCUMENT_QUERIES: [&str; 7] =
    ["versionId", "versionTime", "transformKeys", "service", "relativeRef", "metadata", "resourceMetadata"];
const RESOURCE_QUERIES: [&str; 7] = [
    "resourceId",
    "resourceCollectionId",
    "resourceName",
    "resourceType",
    "resourceVersion",
    "resourceVersionTime",
    "checksum",
];
/// Alone they name no resource.
const NOT_ALONE: [&str; 3] = ["resourceCollectionId", "resourceVersion", "resourceVersionTime"];

/// The text is no DID URL of did:cheqd that a resolver would answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a DID URL of did:cheqd: {0}")]
pub struct MalformedCheqdUrl(String);

impl From<MalformedCheqdDid> for MalformedCheqdUrl {
    fn from(error: MalformedCheqdDid) -> Self {
        Self(error.0.to_owned())
    }
}

fn malformed<T>(what: impl Into<String>) -> Result<T, MalformedCheqdUrl> {
    Err(MalformedCheqdUrl(what.into()))
}

/// What of a DID is meant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The document, or what the queries select.
    Document,
    /// What is known about the document: `/metadata`.
    Metadata,
    /// One version: `/version/<uuid>`.
    Version(String),
    /// What is known about one version: `/version/<uuid>/metadata`.
    VersionMetadata(String),
    /// All versions: `/versions`.
    Versions,
    /// A resource: `/resources/<uuid>`.
    Resource(String),
    /// What is known about a resource: `/resources/<uuid>/metadata`.
    ResourceMetadata(String),
}

/// A DID URL of did:cheqd.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CheqdUrl {
    did: CheqdDid,
    part: Part,
    query: Vec<(String, String)>,
    fragment: Option<String>,
}

impl CheqdUrl {
    /// The document of a DID.
    pub fn document(did: CheqdDid) -> Self {
        Self { did, part: Part::Document, query: Vec::new(), fragment: None }
    }

    /// The resource of a DID with this id.
    ///
    /// # Errors
    /// The id is not a UUID.
    pub fn resource(did: CheqdDid, id: &str) -> Result<Self, MalformedCheqdUrl> {
        if !is_uuid(id) {
            return malformed("the resource's id is not a UUID");
        }
        Ok(Self { did, part: Part::Resource(normalised(id)), query: Vec::new(), fragment: None })
    }

    /// The newest resource of a DID with this name and type.
    ///
    /// # Errors
    /// One of them is empty.
    pub fn named_resource(did: CheqdDid, name: &str, resource_type: &str) -> Result<Self, MalformedCheqdUrl> {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let query = vec![pair("resourceName", name), pair("resourceType", resource_type)];
        let url = Self { did, part: Part::Document, query, fragment: None };
        url.check()?;
        Ok(url)
    }

    /// The DID URL in a text that is one, or that is the address at which a resolver answers it: status lists are named
    /// by `https://resolver.cheqd.net/1.0/identifiers/did:cheqd:…`. Whose resolver that is does not matter: it is asked
    /// of the wallet's own.
    ///
    /// # Errors
    /// There is none in it.
    pub fn within(text: &str) -> Result<Self, MalformedCheqdUrl> {
        if text.starts_with("did:") {
            return text.parse();
        }
        let is_address = text.starts_with("https://") || text.starts_with("http://");
        match text.split_once("/1.0/identifiers/").filter(|_| is_address) {
            Some((before, url)) if !before.contains(['?', '#']) => {
                // An address carries the fragment of a DID in its path; in a query the same is part of a name.
                let query = url.find('?').unwrap_or(url.len());
                let (path, query) = url.split_at(query);
                format!("{}{query}", path.replacen("%23", "#", 1)).parse()
            }
            _ => malformed("it is neither a DID URL nor a resolver's address of one"),
        }
    }

    /// The DID.
    pub fn did(&self) -> &CheqdDid {
        &self.did
    }

    /// What of it is meant.
    pub fn part(&self) -> &Part {
        &self.part
    }

    /// What follows the `#`, if there is one.
    pub fn fragment(&self) -> Option<&str> {
        self.fragment.as_deref()
    }

    /// The value of a query.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether it has queries.
    pub fn has_query(&self) -> bool {
        !self.query.is_empty()
    }

    /// Whether a resource is meant and not a document: by its id, or by a query.
    pub fn is_resource(&self) -> bool {
        matches!(self.part, Part::Resource(_))
            || self.query.iter().any(|(name, _)| RESOURCE_QUERIES.contains(&name.as_str()))
    }

    /// The same without its fragment: the fragment is looked up in what was fetched.
    #[must_use]
    pub fn without_fragment(mut self) -> Self {
        self.fragment = None;
        self
    }

    /// The same with one more query, or another value of one.
    ///
    /// # Errors
    /// The resolver has no such query, or not together with the others.
    pub fn with_query(mut self, name: &str, value: &str) -> Result<Self, MalformedCheqdUrl> {
        self.query.retain(|(known, _)| known != name);
        self.query.push((name.to_owned(), value.to_owned()));
        self.check()?;
        Ok(self)
    }

    /// Where a resolver answers it; `resolver` is its address up to and with `/1.0/identifiers/`. A fragment goes along
    /// only where there is no query: the resolver does not look at one after a query.
    ///
    /// # Errors
    /// `resolver` is no HTTP address.
    pub fn resolver_url(&self, resolver: &Url) -> Result<Url, MalformedCheqdUrl> {
        if resolver.cannot_be_a_base() || !matches!(resolver.scheme(), "http" | "https") {
            return malformed("the resolver's address is not one of HTTP");
        }
        let base = resolver.as_str().split(['?', '#']).next().unwrap_or_default();
        let slash = if base.ends_with('/') { "" } else { "/" };
        let mut address = format!("{base}{slash}{}{}", self.did, self.path());
        if self.query.is_empty() {
            if let Some(fragment) = &self.fragment {
                address.push_str("%23");
                address.extend(utf8_percent_encode(fragment, ENCODED));
            }
        } else {
            address.push_str(&self.query_text());
        }
        Url::parse(&address).map_err(|_| MalformedCheqdUrl("the resolver's address is not one of HTTP".to_owned()))
    }

    fn path(&self) -> String {
        match &self.part {
            Part::Document => String::new(),
            Part::Metadata => "/metadata".to_owned(),
            Part::Version(id) => format!("/version/{id}"),
            Part::VersionMetadata(id) => format!("/version/{id}/metadata"),
            Part::Versions => "/versions".to_owned(),
            Part::Resource(id) => format!("/resources/{id}"),
            Part::ResourceMetadata(id) => format!("/resources/{id}/metadata"),
        }
    }

    fn query_text(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.query {
            text.push(if text.is_empty() { '?' } else { '&' });
            text.push_str(name);
            text.push('=');
            text.extend(utf8_percent_encode(value, ENCODED));
        }
        text
    }

    /// The resolver's rules on what may be asked together.
    fn check(&self) -> Result<(), MalformedCheqdUrl> {
        let has = |name: &str| self.query(name).is_some();
        let known = |name: &str| DOCUMENT_QUERIES.contains(&name) || RESOURCE_QUERIES.contains(&name);
        if !self.query.is_empty() && self.part != Part::Document {
            return malformed("a path takes no query");
        }
        for (at, (name, value)) in self.query.iter().enumerate() {
            if !known(name) {
                return malformed(format!("there is no query {}", crate::did::brief(name)));
            }
            if value.is_empty() {
                return malformed(format!("the query {name} has no value"));
            }
            if self.query.iter().skip(at + 1).any(|(other, _)| other == name) {
                return malformed(format!("the query {name} stands there twice"));
            }
        }
        if let [(name, _)] = self.query.as_slice()
            && NOT_ALONE.contains(&name.as_str())
        {
            return malformed(format!("{name} alone names no resource"));
        }
        let on_resources = self.query.iter().any(|(name, _)| RESOURCE_QUERIES.contains(&name.as_str()));
        if has("relativeRef") && !has("service") {
            return malformed("relativeRef needs a service");
        }
        if has("service") && on_resources {
            return malformed("service and a resource cannot be asked for together");
        }
        if ["versionId", "resourceId"].iter().filter_map(|name| self.query(name)).any(|id| !is_uuid(id)) {
            return malformed("an id in the query is not a UUID");
        }
        Ok(())
    }
}

impl FromStr for CheqdUrl {
    type Err = MalformedCheqdUrl;

    fn from_str(text: &str) -> Result<Self, MalformedCheqdUrl> {
        if text.len() > MAX_URL_BYTES || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return malformed("it is too long or has characters that no URL has");
        }
        let (before, fragment) = match text.split_once('#') {
            Some((before, fragment)) => (before, Some(decoded(fragment)?)),
            None => (text, None),
        };
        if fragment.as_deref() == Some("") {
            return malformed("nothing follows the #");
        }
        let (before, query) = match before.split_once('?') {
            Some((_, "")) => return malformed("nothing follows the ?"),
            Some((before, query)) => (before, form_urlencoded::parse(query.as_bytes()).into_owned().collect()),
            None => (before, Vec::new()),
        };
        let mut segments = before.split('/');
        let did = segments.next().unwrap_or_default().parse()?;
        let segments: Vec<&str> = segments.collect();
        let uuid = |id: &str| {
            if is_uuid(id) { Ok(normalised(id)) } else { malformed("an id in the path is not a UUID") }
        };
        let part = match segments.as_slice() {
            [] => Part::Document,
            ["metadata"] => Part::Metadata,
            ["versions"] => Part::Versions,
            ["version", id] => Part::Version(uuid(id)?),
            ["version", id, "metadata"] => Part::VersionMetadata(uuid(id)?),
            ["resources", id] => Part::Resource(uuid(id)?),
            ["resources", id, "metadata"] => Part::ResourceMetadata(uuid(id)?),
            _ => return malformed("there is no such path below a DID"),
        };
        let url = Self { did, part, query, fragment };
        url.check()?;
        Ok(url)
    }
}

fn decoded(text: &str) -> Result<String, MalformedCheqdUrl> {
    match percent_decode_str(text).decode_utf8() {
        Ok(text) if !text.contains('#') => Ok(text.into_owned()),
        _ => malformed("the fragment is not one"),
    }
}

impl fmt::Display for CheqdUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{}", self.did, self.path(), self.query_text())?;
        match &self.fragment {
            Some(fragment) => write!(f, "#{}", utf8_percent_encode(fragment, ENCODED)),
            None => Ok(()),
        }
    }
}
