//! View models: what crosses to the window, one file a screen. Each is made for showing and holds nothing that the screen does not show.
//! The TypeScript in `ui/src/bindings.ts` is generated from these types. Times are RFC 3339 in UTC; absent values are `null`; lists are paged and bounded.

pub mod activity;
pub mod add;
pub mod app;
pub mod backup;
pub mod card;
pub mod checklist;
pub mod connections;
pub mod credential_list;
pub mod credentials;
pub mod desktop;
pub mod exchanges;
pub mod facts;
pub mod failure;
#[cfg(test)]
mod failure_codes;
pub mod identities;
pub mod issue;
pub mod issued;
pub mod ledger;
pub mod lock;
pub mod matched;
pub mod networks;
pub mod offers;
pub mod peers;
pub mod rehearsal;
pub mod runs;
pub mod settings;
pub mod strip;
pub mod templates;
pub mod timeline;

pub use failure::Failure;

use serde::{Deserialize, Serialize};
use specta::Type;

/// The most rows that one query answers with, whatever was asked.
pub const MAX_ROWS: u32 = 200;

/// One page of a list. `total` counts all rows that match, so that a virtual list knows its height.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// How many rows match.
    pub total: u32,
    /// The rows from the offset that was asked for.
    pub rows: Vec<T>,
}

/// Which part of a list is wanted. An empty `query` matches everything; `limit` is cut to 200.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ListQuery {
    /// Words to search for; all must match.
    pub query: String,
    /// Rows to skip.
    pub offset: u32,
    /// Rows wanted.
    pub limit: u32,
}

/// A lists' name, in the event that says it is stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// `app_state`.
    App,
    /// Connections, their names and states.
    Connections,
    /// Invitations that this wallet made.
    Invitations,
    /// Credential exchanges, as issuer and as holder.
    Exchanges,
    /// Stored credentials.
    Credentials,
    /// The wallet's identities and what is on its way to a ledger.
    Identities,
    /// Credentials that this wallet issued, and their status.
    Issued,
    /// Runs and their rows.
    Runs,
    /// The history.
    Activity,
    /// Networks and whether they run.
    Networks,
    /// Settings.
    Settings,
    /// The backup: how far one has come, and what is newer than the last.
    Backup,
}

/// The one event: these lists changed after a commit; ask again.
#[derive(Debug, Clone, Serialize, Deserialize, Type, tauri_specta::Event)]
#[serde(rename_all = "camelCase")]
pub struct Changed {
    /// The profile whose wallet changed. A window ignores the others.
    pub profile: String,
    /// What is stale.
    pub topics: Vec<Topic>,
}
