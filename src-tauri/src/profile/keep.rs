//! What the window keeps inside the wallet: the name others see, where to listen, which steps are automatic. Read once at unlocking, written whole.

use serde::{Deserialize, Serialize};
use vouchsafe_agent::{Config, Policy};
use vouchsafe_store::{Store, StoreError};

use crate::view::settings::{AutomaticSteps, Listen};

const KEY: &str = "window";

/// The window's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// The name others see.
    pub label: String,
    /// Where to listen.
    pub listen: Listen,
    /// The address for invitations when it is another one.
    pub endpoint: Option<String>,
    /// Steps taken without asking.
    pub automatic: AutomaticSteps,
    /// The DID that signs when none is chosen, once it was made.
    pub issuer_did: Option<String>,
    /// Recovery words were shown and not confirmed.
    pub words_unconfirmed: bool,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            label: "Vouchsafe".to_owned(),
            listen: Listen::Computer { port: 0 },
            endpoint: None,
            automatic: AutomaticSteps { accept_connections: true, accept_offers: false, issue: false, store: true },
            issuer_did: None,
            words_unconfirmed: false,
        }
    }
}

impl Kept {
    /// The agent's settings that follow, with the addresses where peers reach this wallet.
    pub fn config(&self, endpoints: Vec<String>) -> Config {
        // To issue by itself is each offer's own switch, which begins as `issue` says. As the agent's policy it would
        // also sign what a holder asks for that nobody offered.
        let AutomaticSteps { accept_connections, accept_offers, issue: _, store } = self.automatic;
        Config {
            label: self.label.clone(),
            endpoints,
            policy: Policy {
                auto_accept_requests: accept_connections,
                auto_respond_credential_offer: accept_offers,
                auto_store_credential: store,
                preserve_exchange_records: true,
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
