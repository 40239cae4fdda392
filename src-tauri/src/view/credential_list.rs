//! The list of credentials: how it is arranged, what was searched in it, and what several of them are changed to.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::card::Tint;

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialSort {
    /// What was stored last comes first.
    #[default]
    Newest,
    /// By what they are called.
    Name,
    /// By their issuers' names.
    Issuer,
    /// What ends first comes first.
    Expiry,
}

/// Which of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialShow {
    /// All.
    #[default]
    All,
    /// Those that the person marked.
    Favourites,
    /// Those that stand and are within their dates.
    Valid,
    /// Those of these that end within 30 days.
    Expiring,
    /// Those whose dates are over.
    Expired,
    /// Those that were revoked.
    Revoked,
    /// Those that are suspended.
    Suspended,
    /// Those that something speaks against.
    Unverified,
    /// Those whose status could never be read.
    Unknown,
}

/// Whether practice belongs in the list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum PracticeShow {
    /// With everything else.
    #[default]
    With,
    /// Nothing else.
    Only,
    /// Not.
    Without,
}

/// How the list is arranged. It is remembered in the wallet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Arrangement {
    /// In which order.
    pub sort: CredentialSort,
    /// What the person marked stands above everything else.
    pub favourites_first: bool,
    /// Under their issuers.
    pub grouped: bool,
    /// Which of them.
    pub show: CredentialShow,
    /// Whether practice belongs in it.
    pub practice: PracticeShow,
    /// Only those with this tag.
    pub tag: Option<String>,
    /// The issuers whose credentials are folded away.
    pub collapsed: Vec<String>,
}

/// Which part of the list is wanted.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CredentialQuery {
    /// Words to search for; all must match.
    pub query: String,
    /// How it is arranged.
    pub arrangement: Arrangement,
    /// Only those of this issuer.
    pub issuer_did: Option<String>,
    /// Rows to skip.
    pub offset: u32,
    /// Rows wanted, at most 200.
    pub limit: u32,
}

/// The credentials of one issuer, as a heading of the list.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IssuerGroup {
    /// The issuer's id.
    pub issuer_did: String,
    /// Its name, as in the rows.
    pub name: String,
    /// The tint of its cards.
    pub tint: Tint,
    /// How many match.
    pub count: u32,
}

/// Where the search found a credential, besides its name and its issuer's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Matched {
    /// What the claim is called; empty for a tag.
    pub label: String,
    /// The claim's value, cut around the word.
    pub value: String,
}

/// A tag, and how many credentials have it.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TagView {
    /// As the person wrote it first.
    pub name: String,
    /// How many credentials have it.
    pub count: u32,
}

/// What chosen credentials are changed to.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum CredentialChange {
    /// Get a tag.
    Tag {
        /// The tag.
        tag: String,
    },
    /// Lose a tag.
    Untag {
        /// The tag.
        tag: String,
    },
    /// Be marked, or no longer.
    Favourite {
        /// Marked.
        on: bool,
    },
    /// Leave the wallet, for good.
    Delete,
}
