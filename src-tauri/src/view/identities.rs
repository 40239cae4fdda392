//! Identities: the DIDs that this wallet signs credentials with, what will be published before it is, and what is on its way to a ledger.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Failure;
use super::facts::Fact;
use super::strip::StepState;

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
    /// The document as it will be published, as text, indented. The DID and the key in it are made when it is created.
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
