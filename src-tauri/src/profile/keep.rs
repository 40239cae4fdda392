//! What the window keeps inside the wallet: the name others see, where to listen, which steps are automatic. Read once at unlocking, written whole.

use serde::{Deserialize, Serialize};
use vouchsafe_agent::cheqd::Network;
use vouchsafe_agent::{Config, Policy};
use vouchsafe_store::{Store, StoreError};

use crate::view::lock::LockSettings;
use crate::view::settings::{AutomaticSteps, Listen};

const KEY: &str = "window";

/// The window's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Kept {
    /// The name others see.
    pub label: String,
    /// Where to listen.
    pub listen: Listen,
    /// The address for invitations when it is another one.
    pub endpoint: Option<String>,
    /// Steps taken without asking.
    pub automatic: AutomaticSteps,
    /// The DID that signs when none is chosen.
    pub issuer_did: Option<String>,
    /// The did:keys that were made to sign with; a wallet has others, for what it holds.
    pub key_identities: Vec<String>,
    /// The wallet is new and has yet to get its identity on the practice ledger.
    pub first_identity: bool,
    /// Whether this wallet practises.
    pub practice: bool,
    /// Networks whose addresses are not the usual ones.
    pub networks: Vec<Network>,
    /// Keep the messages of exchanges as they crossed.
    pub keep_messages: bool,
    /// Recovery words were shown and not confirmed.
    pub words_unconfirmed: bool,
    /// When the wallet locks by itself and what it hides.
    pub lock: LockSettings,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            label: "Vouchsafe".to_owned(),
            listen: Listen::Computer { port: 0 },
            endpoint: None,
            automatic: AutomaticSteps { accept_connections: true, accept_offers: false, issue: false, store: true },
            issuer_did: None,
            key_identities: Vec::new(),
            first_identity: false,
            practice: true,
            networks: Vec::new(),
            keep_messages: false,
            words_unconfirmed: false,
            lock: LockSettings::default(),
        }
    }
}

impl Kept {
    /// The did:keys that were made to sign with.
    pub fn signing_keys(&self) -> Vec<String> {
        let mut dids = self.key_identities.clone();
        // Before there were identities, a wallet had one did:key to sign with.
        dids.extend(self.issuer_did.clone().filter(|did| did.starts_with("did:key:") && !dids.contains(did)));
        dids
    }

    /// The networks that this wallet knows by their addresses, the practice ledger apart.
    pub fn public_networks(&self) -> Vec<Network> {
        let changed = |usual: &Network| self.networks.iter().find(|network| network.namespace == usual.namespace);
        Network::defaults().into_iter().map(|usual| changed(&usual).cloned().unwrap_or(usual)).collect()
    }

    /// The agent's settings that follow, with the addresses where peers reach this wallet and the practice ledger while
    /// it runs.
    pub fn config(&self, endpoints: Vec<String>, practice: Option<Network>) -> Config {
        // To issue by itself is each offer's own switch, which begins as `issue` says. As the agent's policy it would
        // also sign what a holder asks for that nobody offered.
        let AutomaticSteps { accept_connections, accept_offers, issue: _, store } = self.automatic;
        Config {
            label: self.label.clone(),
            endpoints,
            networks: practice.into_iter().filter(|_| self.practice).chain(self.public_networks()).collect(),
            policy: Policy {
                auto_accept_requests: accept_connections,
                auto_respond_credential_offer: accept_offers,
                auto_store_credential: store,
                preserve_exchange_records: true,
                keep_messages: self.keep_messages,
                ..Policy::default()
            },
            ..Config::default()
        }
    }
}

/// What was kept, or the usual.
///
/// # Errors
///
/// What the store says.
pub async fn read(store: &Store) -> Result<Kept, StoreError> {
    Ok(store.read(|reader| reader.setting::<Kept>(KEY)).await?.unwrap_or_default())
}

/// Keep it.
///
/// # Errors
///
/// What the store says.
pub async fn write(store: &Store, kept: &Kept) -> Result<(), StoreError> {
    let kept = kept.clone();
    store.write(move |transaction| transaction.put_setting(KEY, &kept)).await
}
