//! Networks: where did:cheqd identities live, who resolves and who registers, and whether they answer.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Failure;

/// A network that this wallet knows.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
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
    /// How long it took, in milliseconds.
    pub milliseconds: u32,
}
