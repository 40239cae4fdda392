//! Issued: the credentials that this wallet signed, whether they still stand, and the changes that wait to be published.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::card::Tint;
use super::connections::ConnectionRef;
use super::exchanges::IssuingAs;

/// Which issued credentials are wanted.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IssuedQuery {
    /// Words to search for in title, holder and subject; all must match.
    pub query: String,
    /// Only those in this state; `null` for all.
    pub state: Option<IssuedState>,
    /// Only those with a change that is not published yet.
    pub pending: bool,
    /// Rows to skip, newest first.
    pub offset: u32,
    /// Rows wanted, at most 200.
    pub limit: u32,
}

/// Whether an issued credential stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum IssuedState {
    /// It stands.
    Valid,
    /// Suspended: it can be restored.
    Suspended,
    /// Revoked for good.
    Revoked,
    /// It was issued without a status and cannot be taken back.
    NotRevocable,
}

/// One page of the list.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IssuedPage {
    /// How many match.
    pub total: u32,
    /// The rows.
    pub rows: Vec<IssuedRow>,
    /// Changes of this wallet that are not published yet.
    pub pending: u32,
    /// The pending changes in a sentence; empty where there are none.
    pub pending_sentence: String,
}

/// A row of the list.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IssuedRow {
    /// The exchange it was issued in.
    pub exchange_id: String,
    /// What it is.
    pub title: String,
    /// To whom, by name.
    pub other: String,
    /// The connection, where it is still there.
    pub connection: Option<ConnectionRef>,
    /// The subject's DID, where the credential names one.
    pub subject: Option<String>,
    /// The identity that signed it.
    pub issuer: IssuingAs,
    /// The tint of its card.
    pub tint: Tint,
    /// When it was issued.
    pub issued_at: String,
    /// Whether it stands.
    pub state: IssuedState,
    /// Its last change is not published yet: others still see the state before.
    pub pending: bool,
}

/// What to make of issued credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum StatusChange {
    /// Revoke for good.
    Revoke,
    /// Suspend until restored.
    Suspend,
    /// Restore what is suspended.
    Restore,
}

/// What came of a change, or of publishing.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StatusChanged {
    /// How many credentials changed.
    pub changed: u32,
    /// How many were left as they were: in that state already, not revocable, or revoked for good.
    pub unchanged: u32,
    /// How many changes wait to be published now.
    pub pending: u32,
    /// In a sentence.
    pub sentence: String,
    /// Why the changes were made and could not be published yet; they are tried again by themselves.
    pub problem: Option<super::Failure>,
}
