//! Wallets for the benches: those of the tests, and ones whose commits are on the disk, as a person's are.
#![allow(dead_code, unused_imports, reason = "each bench uses a part")]

use std::path::Path;

use tokio::sync::broadcast;
use vouchsafe_agent::{Agent, Config, Event};
use vouchsafe_store::{MemoryKeyring, Protect, Store, Vault};

#[path = "../../tests/support/mod.rs"]
mod support;

pub use support::{automatic, connect, credential, detail, did_key, invitation, policy, start, wallet};

/// A new store in `folder`, encrypted and safe from a power cut after each commit.
pub fn durable(folder: &Path) -> Store {
    let keyring = MemoryKeyring::default();
    let protect = Protect { passphrase: None, keyring: Some(&keyring), recovery: false };
    Vault::create(folder, &protect).unwrap().store
}

/// A wallet that takes every step by itself and listens on a free port.
pub async fn automatic_wallet(label: &str, store: Store) -> Agent {
    let config = Config { label: label.to_owned(), policy: automatic(), ..Config::default() };
    let agent = Agent::start(store, config, Vec::new()).await.unwrap();
    let address = agent.listen("127.0.0.1:0").await.unwrap();
    agent.set_config(Config { endpoints: vec![format!("http://{address}")], ..Config::clone(&agent.config()) });
    agent
}

/// The first event from now on that `wanted` takes.
pub async fn event<T>(
    events: &mut broadcast::Receiver<std::sync::Arc<Event>>,
    wanted: impl Fn(&Event) -> Option<T>,
) -> T {
    loop {
        if let Some(found) = wanted(&events.recv().await.unwrap()) {
            return found;
        }
    }
}

/// The thread of an exchange that is done.
pub fn done(event: &Event) -> Option<&str> {
    match event {
        Event::CredentialExchange(exchange) if exchange.state_word() == "done" => Some(&exchange.thread_id),
        _ => None,
    }
}
