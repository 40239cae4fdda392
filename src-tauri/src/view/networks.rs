//! Networks: where did:cheqd identities live, who resolves and who registers, and whether they answer.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use specta::Type;
use vouchsafe_agent::cheqd::{Network, NetworkCheck, Reach};

use super::Failure;
use super::card::cut;
use crate::practice::NAMESPACE;

/// A network that this wallet knows.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a mark of its own on the screen")]
pub struct NetworkView {
    /// The part of a DID that names it: `practice`, `testnet`, `mainnet`.
    pub namespace: String,
    /// As a person reads it.
    pub name: String,
    /// The ledger of this computer, to practise with.
    pub practice: bool,
    /// Whether it is switched on; only practice can be off.
    pub on: bool,
    /// The resolver's base address.
    pub resolver: String,
    /// The registrar's base address; `null`: identities can be looked up and not made.
    pub registrar: Option<String>,
    /// Whether the addresses can be changed; those of the practice ledger cannot.
    pub editable: bool,
    /// Whether the addresses are the usual ones.
    pub usual: bool,
    /// Whether identities can be made on it.
    pub can_create: bool,
    /// What it is and who pays, in a sentence.
    pub sentence: String,
    /// How many identities of this wallet are on it.
    pub identities: u32,
    /// Why it does not run, though it should (practice).
    pub problem: Option<Failure>,
}

/// The addresses of a network, to be saved.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NetworkAddresses {
    /// Which network.
    pub namespace: String,
    /// The resolver's base address, such as `https://resolver.cheqd.net/1.0/identifiers/`; empty for the usual one.
    pub resolver: String,
    /// The registrar's base address, such as `https://did-registrar.cheqd.net/1.0/`; `null` or empty for none.
    pub registrar: Option<String>,
}

/// Whether a network's services answer.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NetworkChecked {
    /// Which network.
    pub namespace: String,
    /// When.
    pub at: String,
    /// The resolver.
    pub resolver: ServiceChecked,
    /// The registrar, where there is one.
    pub registrar: Option<ServiceChecked>,
}

/// Whether one service answers.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ServiceChecked {
    /// Whether it answered as it should.
    pub ok: bool,
    /// In a sentence.
    pub sentence: String,
    /// Within how many milliseconds.
    pub milliseconds: u32,
}

/// A network's name as a person reads it.
pub fn network_name(namespace: &str) -> String {
    match namespace {
        NAMESPACE => "Practice".to_owned(),
        "testnet" => "cheqd test network".to_owned(),
        "mainnet" => "cheqd main network".to_owned(),
        other => format!("cheqd network {}", cut(other, 40)),
    }
}

/// What writing to a network costs and who pays, in a sentence. `registrar` is its host.
pub fn cost(namespace: &str, registrar: Option<&str>) -> String {
    match (namespace, registrar) {
        (NAMESPACE, _) => "It costs nothing: this ledger is on your own computer.".to_owned(),
        (_, None) => "Nothing can be written: no registrar is named in the settings.".to_owned(),
        ("testnet", Some(host)) => {
            format!("It costs you nothing: the registrar at {host} pays the fees, in test tokens without value.")
        }
        (_, Some(host)) => {
            format!(
                "The registrar at {host} pays the ledger's fees, in tokens of value. What it charges you is between you and its operator."
            )
        }
    }
}

/// The host of a service, as it is shown.
pub fn host_of(address: &str) -> Option<String> {
    let url = url::Url::parse(address).ok()?;
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

impl NetworkChecked {
    /// What a network's services said, `at` this time, within so long.
    pub fn of(namespace: &str, checked: &NetworkCheck, at: Timestamp, within: Duration) -> Self {
        let milliseconds = u32::try_from(within.as_millis()).unwrap_or(u32::MAX);
        let service = |reach: &Reach| {
            let (ok, sentence) = match reach {
                Reach::NotSet => return None,
                Reach::Answers => (true, "It answers.".to_owned()),
                Reach::Fails(reason) => (false, format!("It does not answer as it should: {}", cut(reason, 300))),
            };
            Some(ServiceChecked { ok, sentence, milliseconds })
        };
        Self {
            namespace: namespace.to_owned(),
            at: at.to_string(),
            resolver: service(&checked.resolver).unwrap_or(ServiceChecked {
                ok: false,
                sentence: "No resolver is named.".to_owned(),
                milliseconds: 0,
            }),
            registrar: service(&checked.registrar),
        }
    }
}

impl NetworkView {
    /// The ledger of this computer. `running` is it while it runs.
    pub fn practice(on: bool, running: Option<Network>, trouble: Option<Failure>) -> Self {
        Self {
            namespace: NAMESPACE.to_owned(),
            name: network_name(NAMESPACE),
            practice: true,
            on,
            editable: false,
            usual: true,
            can_create: on,
            sentence: "A ledger on this computer: everything can be tried without an account and without the internet. What is signed with it means nothing elsewhere.".to_owned(),
            identities: 0,
            problem: trouble.filter(|_| on && running.is_none()),
            registrar: running.as_ref().and_then(|network| network.registrar.clone()),
            resolver: running.map(|network| network.resolver).unwrap_or_default(),
        }
    }

    /// One of cheqd's own networks.
    pub fn public(network: Network) -> Self {
        let host = network.registrar.as_deref().and_then(host_of);
        let what = match network.namespace.as_str() {
            "testnet" => "cheqd's public network for tests.",
            _ => "cheqd's public network for identities of value.",
        };
        Self {
            name: network_name(&network.namespace),
            practice: false,
            on: true,
            editable: true,
            usual: Network::defaults().contains(&network),
            can_create: network.registrar.is_some(),
            sentence: format!("{what} {}", cost(&network.namespace, host.as_deref())),
            identities: 0,
            problem: None,
            namespace: network.namespace,
            resolver: network.resolver,
            registrar: network.registrar,
        }
    }
}
