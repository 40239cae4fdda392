//! The tables, one file each: the row as callers see it, and what can be read of it ([`crate::Reader`]) and changed
//! ([`crate::Transaction`]).

pub(crate) mod activity;
mod column;
pub(crate) mod connections;
pub(crate) mod credential_list;
pub(crate) mod credential_search;
pub(crate) mod credentials;
mod did_documents;
pub(crate) mod dids;
pub(crate) mod exchanges;
mod handed_over;
pub(crate) mod history;
pub(crate) mod history_chain;
pub(crate) mod invitations;
pub(crate) mod kept_messages;
mod keys;
pub(crate) mod ledger_jobs;
pub(crate) mod messages;
pub(crate) mod newer;
pub(crate) mod outbox;
mod outbox_peer;
pub(crate) mod page;
pub(crate) mod peers;
pub(crate) mod runs;
mod seen;
mod settings;
mod short_links;
pub(crate) mod status_held;
pub(crate) mod status_issued;
pub(crate) mod status_lists;
mod status_restored;
pub(crate) mod tags;
pub(crate) mod templates;
pub(crate) mod webhooks;
