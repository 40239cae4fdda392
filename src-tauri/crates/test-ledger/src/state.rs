//! What the ledger holds: every version of every document and every resource, oldest first, linked as cheqd-node links
//! them. Nothing is ever removed; the only change to what is there is a link to the next version and the mark that a
//! DID was deactivated.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::payload::{AlternativeUri, DidDocPayload};

/// One version of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DidVersion {
    pub document: DidDocPayload,
    pub version_id: String,
    pub created: Timestamp,
    pub updated: Option<Timestamp>,
    pub deactivated: bool,
    pub previous_version_id: Option<String>,
    pub next_version_id: Option<String>,
}

impl DidVersion {
    /// When this version came to be.
    pub fn since(&self) -> Timestamp {
        self.updated.unwrap_or(self.created)
    }
}

/// One resource; versions of it are other resources of the same name and type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    pub collection_id: String,
    pub id: String,
    pub name: String,
    pub version: String,
    pub kind: String,
    pub also_known_as: Vec<AlternativeUri>,
    pub media_type: &'static str,
    pub created: Timestamp,
    /// SHA-256, lower-case hex.
    pub checksum: String,
    pub previous_version_id: Option<String>,
    pub next_version_id: Option<String>,
    pub data: Vec<u8>,
}

/// What a transaction that keeps every rule does.
#[derive(Clone, Debug)]
pub enum Change {
    /// A new version of a document, the first or a later one; a deactivation marks all of them.
    Version(Box<DidVersion>),
    /// A new resource.
    Resource(Box<Resource>),
}

/// Everything on the ledger.
#[derive(Debug, Default)]
pub struct State {
    dids: HashMap<String, Vec<DidVersion>>,
    resources: HashMap<String, Vec<Resource>>,
    resource_count: usize,
}

impl State {
    /// All versions of a DID, oldest first; never empty where there is one.
    pub fn versions(&self, did: &str) -> &[DidVersion] {
        self.dids.get(did).map_or(&[], Vec::as_slice)
    }

    /// The version of a DID that stands.
    pub fn latest(&self, did: &str) -> Option<&DidVersion> {
        self.versions(did).last()
    }

    /// A version of a DID by its id.
    pub fn version(&self, did: &str, version_id: &str) -> Option<&DidVersion> {
        self.versions(did).iter().find(|version| version.version_id == version_id)
    }

    /// All resources of a collection, oldest first.
    pub fn collection(&self, collection_id: &str) -> &[Resource] {
        self.resources.get(collection_id).map_or(&[], Vec::as_slice)
    }

    /// A resource by its id.
    pub fn resource(&self, collection_id: &str, id: &str) -> Option<&Resource> {
        self.collection(collection_id).iter().find(|resource| resource.id == id)
    }

    /// How many DIDs and how many resources there are.
    pub fn counts(&self) -> (usize, usize) {
        (self.dids.len(), self.resource_count)
    }

    /// Takes a change that was checked against this very state.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Version(mut version) => {
                let versions = self.dids.entry(version.document.id.clone()).or_default();
                if let Some(previous) = versions.last_mut() {
                    previous.next_version_id = Some(version.version_id.clone());
                    version.previous_version_id = Some(previous.version_id.clone());
                }
                if version.deactivated {
                    for earlier in versions.iter_mut() {
                        earlier.deactivated = true;
                    }
                }
                versions.push(*version);
            }
            Change::Resource(mut resource) => {
                let collection = self.resources.entry(resource.collection_id.clone()).or_default();
                let of_same_name =
                    |earlier: &&mut Resource| earlier.name == resource.name && earlier.kind == resource.kind;
                if let Some(previous) = collection.iter_mut().rev().find(of_same_name) {
                    previous.next_version_id = Some(resource.id.clone());
                    resource.previous_version_id = Some(previous.id.clone());
                }
                collection.push(*resource);
                self.resource_count += 1;
            }
        }
    }
}
