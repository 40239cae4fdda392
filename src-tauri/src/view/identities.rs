//! Identities: the DIDs that this wallet signs credentials with, what will be published before it is, and what is on its way to a ledger.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use specta::Type;
use vouchsafe_agent::cheqd::{CHEQD, Network};
use vouchsafe_store::DidRow;

use super::Failure;
use super::card::{cut, is_practice, short_did};
use super::facts::Fact;
use super::networks::network_name;
use super::strip::StepState;
use crate::practice::NAMESPACE;

/// The member of a DID's metadata that has the person's own name for it.
pub const NAME: &str = "name";
/// Keys, services and addresses of one document that are shown.
const MAX_SHOWN: usize = 50;

/// A row of the list. An identity whose creation has not ended well stands in it too, by its job.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IdentityRow {
    /// The DID.
    pub did: String,
    /// The person's own name for it; never published.
    pub name: String,
    /// `cheqd` or `key`.
    pub method: String,
    /// The network's namespace; `null` for an identity without a ledger.
    pub network: Option<String>,
    /// On the practice ledger of this computer: what it signs means nothing elsewhere.
    pub practice: bool,
    /// Where it stands.
    pub state: IdentityState,
    /// The state in a sentence.
    pub sentence: String,
    /// The form of its keys in the document; `null` where a did:key says it itself.
    pub key_form: Option<KeyForm>,
    /// How many services its document names.
    pub services: u32,
    /// Credentials are issued by it unless another one is chosen.
    pub usual: bool,
    /// When it was made.
    pub created_at: String,
    /// What is on its way to the ledger, or got stuck on it.
    pub job: Option<LedgerJobView>,
}

/// Where an identity stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum IdentityState {
    /// It can sign.
    Ready,
    /// Its creation is on its way.
    Creating,
    /// Its creation was interrupted or failed: retry or dismiss its job.
    Stuck,
    /// Its network was switched off or is not in the settings: nothing can be signed by it now.
    Unreachable,
    /// Deactivated for good.
    Deactivated,
}

/// How an Ed25519 key is written in the document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub enum KeyForm {
    /// The newest, understood by all current wallets.
    #[default]
    Ed25519VerificationKey2020,
    /// For verifiers that know Ed25519Signature2018 only.
    Ed25519VerificationKey2018,
    /// As a JSON Web Key.
    JsonWebKey2020,
}

/// An identity in full.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IdentityView {
    /// As in the list.
    pub row: IdentityRow,
    /// Its keys.
    pub keys: Vec<IdentityKey>,
    /// Its services.
    pub services: Vec<IdentityService>,
    /// Network, registrar, when the document was last seen on the ledger, …
    pub facts: Vec<Fact>,
    /// The document as text, indented.
    pub document: String,
    /// What the person can do now.
    pub actions: Vec<IdentityAction>,
}

/// What the person can do with an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum IdentityAction {
    /// `use_identity`.
    Use,
    /// `rename_identity`.
    Rename,
    /// `plan_services`, `save_services`.
    Services,
    /// `rotate_key`.
    RotateKey,
    /// `deactivate_identity`: for good.
    Deactivate,
    /// `check_identity`: read the document from the ledger now.
    Check,
}

/// A key in an identity's document.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IdentityKey {
    /// Its id, such as `did:cheqd:…#key-1`.
    pub id: String,
    /// Its type in the document.
    pub kind: String,
    /// The public key as the document writes it.
    pub public: String,
    /// Whether this wallet holds the private key.
    pub held: bool,
    /// What it may be used for: `authentication`, `assertionMethod`, …
    pub purposes: Vec<String>,
}

/// A service in an identity's document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IdentityService {
    /// Its id's fragment, such as `website`; empty for a new one, which gets its own.
    pub id: String,
    /// Its type, such as `LinkedDomains` or `did-communication`.
    pub kind: String,
    /// Its addresses.
    pub endpoints: Vec<String>,
}

/// An identity to make.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewIdentity {
    /// The person's own name for it.
    pub name: String,
    /// The network's namespace; `null` for a did:key, which needs no ledger.
    pub network: Option<String>,
    /// How its key is written.
    pub key_form: KeyForm,
    /// Services to publish with it.
    pub services: Vec<IdentityService>,
    /// Issue by it from now on unless another one is chosen.
    pub usual: bool,
    /// The plan's document, as it was shown: exactly this is published. `null` publishes what a new plan would show.
    pub planned: Option<String>,
}

/// What will be published, before it is: nothing has been signed or sent.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IdentityPlan {
    /// Whether it can be done.
    pub ready: bool,
    /// What stands in the way.
    pub problem: Option<Failure>,
    /// The network as a person reads it.
    pub network: String,
    /// On the practice ledger of this computer.
    pub practice: bool,
    /// Who writes to the ledger; `null` where nothing is written.
    pub registrar: Option<String>,
    /// What is published and for whom, in a sentence.
    pub published: String,
    /// That it is permanent, in a sentence.
    pub permanent: String,
    /// What it costs and who pays, in a sentence.
    pub cost: String,
    /// The document as it will be published, as text, indented; given back as `planned`, it is exactly this.
    pub document: String,
}

/// Something on its way to a ledger. It survives a restart.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LedgerJobView {
    /// Its id.
    pub id: String,
    /// What it does.
    pub kind: LedgerJobKind,
    /// The DID it is about.
    pub did: String,
    /// The person's own name for that identity, or for the one to be.
    pub name: Option<String>,
    /// Where it stands.
    pub state: LedgerJobState,
    /// In a sentence: what it does, and what is waited for.
    pub sentence: String,
    /// Its steps, in order.
    pub steps: Vec<LedgerJobStep>,
    /// When it was begun.
    pub begun_at: String,
    /// When it last came further.
    pub updated_at: String,
    /// Why it stopped, and whether anything was published.
    pub problem: Option<Failure>,
    /// `retry_ledger_job` may help.
    pub can_retry: bool,
    /// `dismiss_ledger_job` is allowed.
    pub can_dismiss: bool,
}

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum LedgerJobKind {
    /// It makes an identity.
    Create,
    /// It changes a document.
    Update,
    /// It deactivates an identity.
    Deactivate,
    /// It publishes a resource, such as a status list.
    Resource,
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum LedgerJobState {
    /// On its way.
    UnderWay,
    /// Interrupted: nobody answered, or the program ended. It can be tried again.
    Interrupted,
    /// Refused: trying the same again will not help.
    Refused,
}

/// A step of a job.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LedgerJobStep {
    /// Stable: `prepared`, `asked`, `signed`, `published`.
    pub key: String,
    /// In a few words.
    pub label: String,
    /// Where it is.
    pub state: StepState,
    /// When it was done.
    pub at: Option<String>,
}

impl KeyForm {
    /// The form of a verification method's type, where it is one that can be made here.
    pub fn of_type(kind: &str) -> Option<Self> {
        match kind {
            "Ed25519VerificationKey2020" => Some(Self::Ed25519VerificationKey2020),
            "Ed25519VerificationKey2018" => Some(Self::Ed25519VerificationKey2018),
            "JsonWebKey2020" => Some(Self::JsonWebKey2020),
            _ => None,
        }
    }
}

/// A stored identity and what is known about it.
pub struct Sources<'a> {
    /// The DID as the wallet has it.
    pub row: &'a DidRow,
    /// The one that is used when none is chosen.
    pub usual: Option<&'a str>,
    /// The networks that the wallet can reach.
    pub networks: &'a [Network],
    /// Its newest job that is not done.
    pub job: Option<LedgerJobView>,
    /// Whether it was deactivated.
    pub deactivated: bool,
}

impl IdentityRow {
    /// The row of a DID of the wallet.
    pub fn of(sources: Sources<'_>) -> Self {
        let Sources { row, usual, networks, job, deactivated } = sources;
        let network = network_of(&row.did);
        let reachable = network.as_deref().is_none_or(|name| networks.iter().any(|network| network.namespace == name));
        let (state, sentence) = if deactivated {
            (IdentityState::Deactivated, "Deactivated for good: nothing can be signed by it any more".to_owned())
        } else if !reachable {
            let name = network.as_deref().map(network_name).unwrap_or_default();
            (IdentityState::Unreachable, format!("Its network is switched off here: {name}"))
        } else if let Some(job) = &job {
            (IdentityState::Ready, job.sentence.clone())
        } else {
            let sentence = match network.as_deref() {
                None => "Signs without a ledger: what it signs cannot be revoked".to_owned(),
                Some(NAMESPACE) => "On the ledger of this computer".to_owned(),
                Some(name) => format!("Published on the {}", network_name(name)),
            };
            (IdentityState::Ready, sentence)
        };
        let document = row.document.as_ref();
        Self {
            name: name_of(row),
            practice: is_practice(&row.did),
            state,
            sentence,
            key_form: document
                .and_then(|document| document.pointer("/verificationMethod/0/type"))
                .and_then(Value::as_str)
                .and_then(KeyForm::of_type),
            services: document
                .and_then(|document| document.get("service"))
                .and_then(Value::as_array)
                .map_or(0, |services| u32::try_from(services.len()).unwrap_or(u32::MAX)),
            usual: usual == Some(row.did.as_str()),
            created_at: row.created_at.to_string(),
            method: row.method.clone(),
            did: row.did.clone(),
            network,
            job,
        }
    }

    /// The row of an identity whose creation has not ended well, so that the wallet has no DID yet.
    pub fn coming(job: LedgerJobView) -> Self {
        let network = network_of(&job.did);
        Self {
            name: job.name.clone().unwrap_or_else(|| short_did(&job.did)),
            method: CHEQD.to_owned(),
            practice: is_practice(&job.did),
            state: match job.state {
                LedgerJobState::UnderWay => IdentityState::Creating,
                LedgerJobState::Interrupted | LedgerJobState::Refused => IdentityState::Stuck,
            },
            sentence: job.sentence.clone(),
            key_form: None,
            services: 0,
            usual: false,
            created_at: job.begun_at.clone(),
            did: job.did.clone(),
            network,
            job: Some(job),
        }
    }
}

/// The person's own name for an identity, else a short form of the DID.
pub fn name_of(row: &DidRow) -> String {
    let name = row.metadata.get(NAME).and_then(Value::as_str).map(str::trim).filter(|name| !name.is_empty());
    name.map_or_else(|| short_did(&row.did), |name| cut(name, 120))
}

/// The namespace of a did:cheqd.
pub fn network_of(did: &str) -> Option<String> {
    let mut parts = did.strip_prefix("did:cheqd:")?.split(':');
    parts.next().map(str::to_owned)
}

/// The services of a document, as the form has them.
pub fn services_of(document: &Value) -> Vec<IdentityService> {
    let services = document.get("service").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    services
        .iter()
        .take(MAX_SHOWN)
        .map(|service| {
            let text = |name: &str| service.get(name).and_then(Value::as_str).unwrap_or_default();
            IdentityService {
                id: cut(text("id").rsplit_once('#').map_or(text("id"), |(_, fragment)| fragment), 200),
                kind: cut(text("type"), 255),
                endpoints: match service.get("serviceEndpoint") {
                    Some(Value::String(one)) => vec![cut(one, 2000)],
                    Some(Value::Array(all)) => {
                        all.iter().filter_map(Value::as_str).take(MAX_SHOWN).map(|one| cut(one, 2000)).collect()
                    }
                    _ => Vec::new(),
                },
            }
        })
        .collect()
}

/// The keys of a document. `held` tells which of the verification methods' keys the wallet has.
pub fn keys_of(document: &Value, held: &dyn Fn(&str) -> bool) -> Vec<IdentityKey> {
    let list = |name: &str| document.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let did = document.get("id").and_then(Value::as_str).unwrap_or_default();
    let absolute = |id: &str| if id.starts_with('#') { format!("{did}{id}") } else { id.to_owned() };
    list("verificationMethod")
        .iter()
        .take(MAX_SHOWN)
        .map(|method| {
            let text = |name: &str| method.get(name).and_then(Value::as_str);
            let id = absolute(text("id").unwrap_or_default());
            let purposes =
                ["authentication", "assertionMethod", "keyAgreement", "capabilityInvocation", "capabilityDelegation"];
            IdentityKey {
                kind: cut(text("type").unwrap_or_default(), 100),
                public: text("publicKeyMultibase")
                    .or_else(|| text("publicKeyBase58"))
                    .map(str::to_owned)
                    .or_else(|| method.get("publicKeyJwk").map(Value::to_string))
                    .map(|public| cut(&public, 2000))
                    .unwrap_or_default(),
                held: held(&id),
                purposes: purposes
                    .into_iter()
                    .filter(|purpose| list(purpose).iter().filter_map(Value::as_str).any(|named| absolute(named) == id))
                    .map(str::to_owned)
                    .collect(),
                id,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{IdentityService, keys_of, network_of, services_of};

    #[test]
    fn keys_and_services_are_read_from_the_document() {
        let did = "did:cheqd:practice:4c4a6b5e-3f0d-4ba0-9d1e-000000000001";
        let document = json!({
            "id": did,
            "verificationMethod": [
                {"id": format!("{did}#key-1"), "type": "Ed25519VerificationKey2020", "publicKeyMultibase": "z6Mk"},
                {"id": "#key-2", "type": "JsonWebKey2020", "publicKeyJwk": {"kty": "OKP"}},
            ],
            "authentication": [format!("{did}#key-1")],
            "assertionMethod": [format!("{did}#key-1"), "#key-2"],
            "service": [{"id": format!("{did}#website"), "type": "LinkedDomains", "serviceEndpoint": "https://a.example"}],
        });
        let keys = keys_of(&document, &|id| id.ends_with("#key-1"));
        assert_eq!(keys.len(), 2);
        assert_eq!((keys[0].held, keys[0].purposes.len()), (true, 2));
        assert_eq!((keys[1].id.as_str(), keys[1].held), (format!("{did}#key-2").as_str(), false));
        assert_eq!(keys[1].purposes, ["assertionMethod"]);
        let website = IdentityService {
            id: "website".to_owned(),
            kind: "LinkedDomains".to_owned(),
            endpoints: vec!["https://a.example".to_owned()],
        };
        assert_eq!(services_of(&document), [website]);
        assert_eq!(network_of(did).as_deref(), Some("practice"));
        assert_eq!(network_of("did:key:z6Mk"), None);
    }
}
