//! The wallet's own DIDs: made with a fresh key (or a given seed), kept with it, one of them public if the person says
//! so. A DID for one connection or one credential is made inside the step that first uses it, so that no key is left
//! over when the step is not taken.

use serde_json::{Map, Value};
use vouchsafe_didcomm::SigningKey;
use vouchsafe_dids::{Did, NewService, key, legacy, peer};
use vouchsafe_protocols::connection::Party;
use vouchsafe_store::{DidFilter, DidRow, Page};

use crate::Agent;
use crate::cheqd::DEACTIVATED;
use crate::connect::DidMethod;
use crate::error::{AgentError, Result};
use crate::event::Event;
use crate::unit::Unit;

/// A DID to be made.
#[derive(Default)]
pub struct CreateDid {
    /// `key`, `did:peer:2`, `did:peer:4` or `sov`.
    pub method: String,
    /// `ed25519`, the only type that is made here.
    pub key_type: String,
    /// The private key's seed, instead of a random one.
    pub seed: Option<[u8; 32]>,
    /// A chosen unqualified DID (method `sov` only).
    pub did: Option<String>,
    /// Kept with the DID.
    pub metadata: Map<String, Value>,
}

/// The mark in its metadata of a DID that stands in invitations, with the endpoints it names.
const IN_INVITATIONS: &str = "invitation_endpoints";

/// How DIDs are posted, in ACA-Py's words.
pub const WALLET_ONLY: &str = "wallet_only";

impl Unit<'_> {
    /// A new did:key, for a credential's subject.
    ///
    /// # Errors
    /// What the store says.
    pub fn new_did_key(&mut self) -> Result<DidRow> {
        let key = SigningKey::generate();
        let did = did_of_key(&key)?;
        self.keep_did(&key, did, "key", None, Map::new())
    }

    /// A new DID for a connection, reached at `endpoint` (else the wallet's own, else by return route).
    ///
    /// # Errors
    /// What the store says.
    pub fn new_connection_did(&mut self, method: DidMethod, endpoint: Option<&str>) -> Result<Party> {
        self.make_connection_did(method, endpoint, Map::new())
    }

    fn make_connection_did(
        &mut self,
        method: DidMethod,
        endpoint: Option<&str>,
        metadata: Map<String, Value>,
    ) -> Result<Party> {
        let services = self.services(endpoint);
        let key = SigningKey::generate();
        let (did, name, document) = made(&key, method, &services)?;
        let row = self.keep_did(&key, did, name, document, metadata)?;
        Ok(Party::own(row.did, key.verkey()))
    }

    /// The DID of this method that stands in all invitations which ask for none of their own: by it a peer that is
    /// connected already recognises us, and reuses the connection. Made the first time, and anew once the wallet is
    /// reached elsewhere.
    ///
    /// # Errors
    /// What the store says.
    pub fn invitation_did(&mut self, method: DidMethod) -> Result<Party> {
        let mark = Value::from(self.config().endpoints.clone());
        let filter = DidFilter { method: Some(name_of(method).to_owned()), ..DidFilter::default() };
        let made = self.tx().dids(&filter, Page::ALL)?;
        let known = made.into_iter().find(|row| row.metadata.get(IN_INVITATIONS) == Some(&mark));
        match known.and_then(|row| row.verkey.map(|verkey| Party::own(row.did, verkey))) {
            Some(party) => Ok(party),
            None => self.make_connection_did(method, None, Map::from_iter([(IN_INVITATIONS.to_owned(), mark)])),
        }
    }

    /// Where this wallet is reached, as services of a document.
    pub fn services(&self, endpoint: Option<&str>) -> Vec<NewService> {
        match endpoint {
            Some(endpoint) => vec![NewService::at(endpoint)],
            None if self.config().endpoints.is_empty() => vec![NewService::queue()],
            None => self.config().endpoints.iter().map(NewService::at).collect(),
        }
    }

    fn keep_did(
        &mut self,
        key: &SigningKey,
        did: String,
        method: &str,
        document: Option<Value>,
        metadata: Map<String, Value>,
    ) -> Result<DidRow> {
        let row = DidRow {
            did,
            method: method.to_owned(),
            key_type: "ed25519".to_owned(),
            verkey: Some(key.verkey()),
            posture: WALLET_ONLY.to_owned(),
            metadata: Value::Object(metadata),
            document,
            created_at: self.now(),
        };
        self.tx().put_key(key, self.now())?;
        self.tx().put_did(&row)?;
        self.tell(Event::Dids)?;
        Ok(row)
    }
}

fn unmakeable(error: impl std::fmt::Display) -> AgentError {
    AgentError::invalid("did", error.to_string())
}

fn did_of_key(signing: &SigningKey) -> Result<String> {
    key::did(&signing.verkey()).map(|did| did.to_string()).map_err(unmakeable)
}

fn name_of(method: DidMethod) -> &'static str {
    match method {
        DidMethod::Peer2 => "did:peer:2",
        DidMethod::Peer4 => "did:peer:4",
        DidMethod::Legacy => "sov",
    }
}

fn made(key: &SigningKey, method: DidMethod, services: &[NewService]) -> Result<(String, &'static str, Option<Value>)> {
    let verkey = key.verkey();
    Ok(match method {
        DidMethod::Peer2 => {
            (peer::create_peer2(&verkey, services).map_err(unmakeable)?.to_string(), "did:peer:2", None)
        }
        DidMethod::Peer4 => {
            (peer::create_peer4(&verkey, services).map_err(unmakeable)?.long.to_string(), "did:peer:4", None)
        }
        DidMethod::Legacy => {
            let did = legacy::unqualified(&verkey).map_err(unmakeable)?;
            let document = legacy::document(&did, &verkey, services);
            (did.to_string(), "sov", Some(document))
        }
    })
}

impl Agent {
    /// Makes a DID of the wallet.
    ///
    /// # Errors
    /// [`AgentError::Invalid`] for a method or key type that is not made here, or a DID that is there already.
    pub async fn create_did(&self, wanted: CreateDid) -> Result<DidRow> {
        if wanted.key_type != "ed25519" {
            return Err(AgentError::invalid(
                "key_type",
                format!("`{}` is not supported; `ed25519` is", wanted.key_type),
            ));
        }
        let committed = self
            .commit(move |unit| {
                let key = wanted.seed.as_ref().map_or_else(SigningKey::generate, SigningKey::from_seed);
                let services = unit.services(None);
                let (did, name, document) = match wanted.method.as_str() {
                    "key" => (did_of_key(&key)?, "key", None),
                    "did:peer:2" => made(&key, DidMethod::Peer2, &services)?,
                    "did:peer:4" => made(&key, DidMethod::Peer4, &services)?,
                    "sov" => match &wanted.did {
                        None => made(&key, DidMethod::Legacy, &services)?,
                        Some(chosen) => {
                            let did: Did = chosen.parse().map_err(unmakeable)?;
                            let document = legacy::document(&did, &key.verkey(), &services);
                            (did.to_string(), "sov", Some(document))
                        }
                    },
                    other => {
                        return Err(AgentError::invalid(
                            "method",
                            format!("`{other}` is not a method that is made here"),
                        ));
                    }
                };
                if unit.tx().did(&did)?.is_some() {
                    return Err(AgentError::invalid("did", "this DID is in the wallet already"));
                }
                unit.keep_did(&key, did, name, document, wanted.metadata)
            })
            .await?;
        Ok(self.settle(committed).await)
    }

    /// The wallet's DIDs that fit a filter.
    ///
    /// # Errors
    /// What the store says.
    pub async fn dids(&self, filter: DidFilter, page: Page) -> Result<Vec<DidRow>> {
        self.look(move |reader| Ok(reader.dids(&filter, page)?)).await
    }

    /// One DID of the wallet.
    ///
    /// # Errors
    /// [`AgentError::NotFound`].
    pub async fn did(&self, did: &str) -> Result<DidRow> {
        let did = did.to_owned();
        self.look(move |reader| reader.did(&did)?.ok_or_else(|| AgentError::not_found("DID", did))).await
    }

    /// The DID that stands for the wallet, if one was chosen.
    ///
    /// # Errors
    /// What the store says.
    pub async fn public_did(&self) -> Result<Option<DidRow>> {
        self.look(|reader| Ok(reader.public_did()?)).await
    }

    /// Makes a DID of the wallet the public one: any that others can resolve.
    ///
    /// # Errors
    /// [`AgentError::NotFound`]; [`AgentError::Invalid`] for a DID that means nothing outside its connection.
    pub async fn set_public_did(&self, did: &str) -> Result<DidRow> {
        let did = did.to_owned();
        let committed = self
            .commit(move |unit| {
                let row = unit.tx().did(&did)?.ok_or_else(|| AgentError::not_found("DID", did.as_str()))?;
                if row.method == "sov" {
                    return Err(AgentError::invalid("did", "an unqualified DID cannot be resolved by others"));
                }
                if row.metadata.get(DEACTIVATED).is_some() {
                    return Err(AgentError::invalid("did", "it was deactivated, for good"));
                }
                unit.tx().set_public_did(&row.did)?;
                unit.tell(Event::Dids)?;
                unit.tx().did(&row.did)?.ok_or_else(|| AgentError::not_found("DID", did))
            })
            .await?;
        Ok(self.settle(committed).await)
    }
}
