//! The wallet's memory: one encrypted SQLite file (SQLCipher) with every record, key and message still to be sent, and
//! the vault that guards its key. This crate defends what is kept against someone who has the disk but neither the
//! passphrase nor the desktop's keyring, and against losing or doing twice anything when the power goes.
//!
//! One writer thread gathers the jobs that wait and commits them together, a savepoint each ([`Store::write`]); many
//! readers see what was committed ([`Store::read`]). The store knows rows and nothing of the protocols: a record's
//! `body` is its owner's JSON.

pub mod backup;
mod error;
mod reader;
mod rows;
mod schema;
mod sqlite;
mod store;
pub mod vault;
mod writer;

pub use error::StoreError;
pub use reader::{Reader, Transaction};
pub use rows::activity::{ActivityDay, ActivityFilter, ActivityRow};
pub use rows::connections::{ConnectionFilter, ConnectionRow};
pub use rows::credential_list::{IssuerCount, ListFilter, ListOrder, ListStanding};
pub use rows::credentials::{CredentialFilter, CredentialListRow, CredentialRow};
pub use rows::dids::{DidFilter, DidRow};
pub use rows::exchanges::{ExchangeCount, ExchangeFilter, ExchangeRow};
pub use rows::history::{HistoryFilter, HistoryRow};
pub use rows::history_chain::HistoryChain;
pub use rows::invitations::{InvitationFilter, InvitationRow};
pub use rows::kept_messages::KeptMessageRow;
pub use rows::ledger_jobs::{LedgerJobFilter, LedgerJobRow};
pub use rows::messages::BasicMessageRow;
pub use rows::newer::CredentialSource;
pub use rows::outbox::{DUE, FAILED, HANDED, OutboxRow, WAITING};
pub use rows::page::Page;
pub use rows::peers::{NearName, PeerCounts};
pub use rows::runs::{RunItemRow, RunRow};
pub use rows::status_held::HeldStatus;
pub use rows::status_issued::{IssuedFilter, IssuedRow};
pub use rows::status_lists::{StatusEntryRow, StatusListRow};
pub use rows::tags::TagCount;
pub use rows::templates::TemplateRow;
pub use rows::webhooks::WebhookRow;
pub use store::Store;
pub use vault::{Created, Keyring, MemoryKeyring, OsKeyring, Passphrase, Protect, Protection, RecoveryWords, Vault};
pub use writer::CommitMoment;
