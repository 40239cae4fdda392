//! Planning a new DID: everything that will be published and by whom, before anything is signed or sent. A plan that
//! was shown is what is published: its key waits in memory, and goes if nobody comes back for it.

use std::collections::VecDeque;

use parking_lot::Mutex;
use serde_json::{Map, Value, json};
use uuid::Uuid;
use vouchsafe_didcomm::{SigningKey, Verkey};
use vouchsafe_dids::cheqd::{CheqdDid, DidDocPayload, ED25519_2018, ED25519_2020, JWK_2020};
use vouchsafe_dids::{DidDocument, PublicKey};

use super::Network;
use crate::Agent;
use crate::error::{AgentError, Result};

/// How a document writes an Ed25519 key. Credentials can be signed by each of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum KeyForm {
    /// `Ed25519VerificationKey2020`, in multibase.
    #[default]
    Ed25519VerificationKey2020,
    /// `Ed25519VerificationKey2018`, in base58.
    Ed25519VerificationKey2018,
    /// `JsonWebKey2020`.
    JsonWebKey2020,
}

impl KeyForm {
    /// All of them.
    pub const ALL: [Self; 3] =
        [Self::Ed25519VerificationKey2020, Self::Ed25519VerificationKey2018, Self::JsonWebKey2020];

    /// The verification method's type.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ed25519VerificationKey2020 => ED25519_2020,
            Self::Ed25519VerificationKey2018 => ED25519_2018,
            Self::JsonWebKey2020 => JWK_2020,
        }
    }

    /// The form of this verification method type.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }

    /// A verification method that holds `verkey`.
    pub fn method(self, id: &str, controller: &str, verkey: &Verkey) -> Value {
        let (member, material) = match self {
            Self::Ed25519VerificationKey2020 => ("publicKeyMultibase", json!(verkey.to_multibase())),
            Self::Ed25519VerificationKey2018 => ("publicKeyBase58", json!(verkey.to_string())),
            Self::JsonWebKey2020 => ("publicKeyJwk", jwk(verkey)),
        };
        json!({ "id": id, "type": self.name(), "controller": controller, member: material })
    }
}

/// The members in this order, which the ledger keeps and the signature covers.
fn jwk(verkey: &Verkey) -> Value {
    use base64::Engine as _;
    let x = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(verkey.as_bytes());
    json!({ "crv": "Ed25519", "kty": "OKP", "x": x })
}

/// A did:cheqd to be made.
#[derive(Default)]
pub struct CreateCheqdDid {
    /// The network's namespace.
    pub network: String,
    /// How its document writes the key.
    pub key_form: KeyForm,
    /// The private key's seed, instead of a random one.
    pub seed: Option<[u8; 32]>,
    /// Services of the document. One without an id gets `#service-1` and so on.
    pub services: Vec<Value>,
    /// The document to publish, as a plan gave it or written by its owner; what it leaves out (id, controller, key,
    /// authentication, assertionMethod) is filled in.
    pub did_document: Option<Value>,
    /// Kept with the DID.
    pub metadata: Map<String, Value>,
}

/// What creating a DID will do.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The DID.
    pub did: String,
    /// The network's namespace.
    pub network: String,
    /// Who writes it to the ledger and pays the fee.
    pub registrar: String,
    /// The document that will be published, whole. Given back in [`CreateCheqdDid::did_document`], it is what is
    /// published.
    pub document: Value,
    /// Whether it can never be taken off the ledger again: always, only deactivated.
    pub permanent: bool,
    /// Whether the ledger is one on this computer, to practise with.
    pub practice: bool,
}

/// A DID that is ready to be published.
pub(crate) struct Prepared {
    pub network: Network,
    pub did: String,
    pub key: SigningKey,
    pub document: Value,
    pub version_id: String,
}

/// Keys of plans that were shown, in memory alone.
#[derive(Default)]
pub(crate) struct PlannedKeys(Mutex<VecDeque<SigningKey>>);

/// Plans that can be open at the same time.
const MAX_PLANNED: usize = 16;

impl PlannedKeys {
    fn keep(&self, key: SigningKey) {
        let mut keys = self.0.lock();
        if keys.len() >= MAX_PLANNED {
            keys.pop_front();
        }
        keys.push_back(key);
    }

    fn key(&self, verkey: &Verkey) -> Option<SigningKey> {
        self.0.lock().iter().find(|key| key.verkey() == *verkey).map(|key| SigningKey::from_seed(key.seed()))
    }
}

impl Agent {
    /// What creating this DID will do. Nothing is signed, sent or stored.
    ///
    /// # Errors
    /// [`AgentError::Invalid`] names what cannot be published; [`AgentError::Forbidden`] if the network has no registrar.
    pub async fn plan_cheqd_did(&self, wanted: &CreateCheqdDid) -> Result<Plan> {
        let prepared = self.prepare_cheqd_did(wanted).await?;
        let plan = Plan {
            did: prepared.did,
            registrar: prepared.network.registrar_url()?.to_string(),
            network: prepared.network.namespace,
            document: prepared.document,
            permanent: true,
            practice: prepared.network.practice,
        };
        self.ledger_desk().planned.keep(prepared.key);
        Ok(plan)
    }

    pub(super) async fn prepare_cheqd_did(&self, wanted: &CreateCheqdDid) -> Result<Prepared> {
        let network = self.config().network(&wanted.network)?.clone();
        network.registrar_url()?;
        let mut document = match &wanted.did_document {
            None => Map::new(),
            Some(Value::Object(document)) => document.clone(),
            Some(_) => return Err(AgentError::invalid("didDocument", "it is not a JSON object")),
        };
        // Resolvers make their own; what is sent would be stored and never shown.
        document.remove("@context");
        let did = match document.get("id") {
            None => CheqdDid::new(&network.namespace, &Uuid::new_v4().to_string()),
            Some(Value::String(given)) => given.parse::<CheqdDid>(),
            Some(_) => return Err(AgentError::invalid("didDocument.id", "it is not text")),
        }
        .map_err(|error| AgentError::invalid("didDocument.id", error.to_string()))?;
        if did.namespace() != network.namespace {
            return Err(AgentError::invalid(
                "didDocument.id",
                format!("{did} is of the network {}, not {}", did.namespace(), network.namespace),
            ));
        }
        let did = did.to_string();
        let (key, kid) = if document.contains_key("verificationMethod") {
            self.key_of_document(&did, &document, wanted.seed.as_ref()).await?
        } else {
            let key = wanted.seed.as_ref().map_or_else(SigningKey::generate, SigningKey::from_seed);
            let kid = format!("{did}#key-1");
            document
                .insert("verificationMethod".to_owned(), json!([wanted.key_form.method(&kid, &did, &key.verkey())]));
            (key, kid)
        };
        document.insert("id".to_owned(), json!(did));
        document.entry("controller").or_insert_with(|| json!([did]));
        for relationship in ["authentication", "assertionMethod"] {
            document.entry(relationship).or_insert_with(|| json!([kid]));
        }
        add_services(&did, &mut document, &wanted.services)?;
        let version_id = Uuid::new_v4().to_string();
        let payload = DidDocPayload::from_document(&Value::Object(document), &version_id)
            .map_err(|error| AgentError::invalid("didDocument", error.to_string()))?;
        Ok(Prepared { network, did, key, document: payload.to_document(), version_id })
    }

    /// The key of a document that brings its own verification methods: one that this wallet has.
    async fn key_of_document(
        &self,
        did: &str,
        document: &Map<String, Value>,
        seed: Option<&[u8; 32]>,
    ) -> Result<(SigningKey, String)> {
        let mut whole = document.clone();
        whole.insert("id".to_owned(), json!(did));
        let parsed = DidDocument::from_value(Value::Object(whole))
            .map_err(|error| AgentError::invalid("didDocument", error.to_string()))?;
        let methods: Vec<(String, Verkey)> = parsed
            .verification_methods()
            .iter()
            .filter_map(|method| match &method.key {
                PublicKey::Ed25519(verkey) => Some((method.id.clone(), *verkey)),
                _ => None,
            })
            .collect();
        for (id, verkey) in &methods {
            let seeded = seed.map(SigningKey::from_seed).filter(|key| key.verkey() == *verkey);
            if let Some(key) = seeded.or_else(|| self.ledger_desk().planned.key(verkey)) {
                return Ok((key, id.clone()));
            }
        }
        self.look(move |reader| {
            for (id, verkey) in methods {
                if let Some(key) = reader.signing_key(&verkey)? {
                    return Ok(Some((key, id)));
                }
            }
            Ok(None)
        })
        .await?
        .ok_or_else(|| {
            AgentError::invalid(
                "didDocument.verificationMethod",
                "none of its keys is in this wallet, so nobody could sign for it; leave the member out and the wallet \
                 makes a key",
            )
        })
    }
}

fn add_services(did: &str, document: &mut Map<String, Value>, services: &[Value]) -> Result<()> {
    if services.is_empty() {
        return Ok(());
    }
    let list = document.entry("service").or_insert_with(|| json!([]));
    let list = list.as_array_mut().ok_or_else(|| AgentError::invalid("didDocument.service", "it is not a list"))?;
    for service in services {
        let Value::Object(service) = service else {
            return Err(AgentError::invalid("services", "an entry is not a JSON object"));
        };
        let mut service = service.clone();
        let id = match service.get("id").and_then(Value::as_str) {
            Some(id) if id.starts_with('#') => format!("{did}{id}"),
            Some(id) => id.to_owned(),
            None => format!("{did}#service-{}", list.len() + 1),
        };
        service.insert("id".to_owned(), json!(id));
        list.push(Value::Object(service));
    }
    Ok(())
}
