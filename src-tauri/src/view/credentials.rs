//! Credentials: the list with its search, and one credential with its checks and the raw document.

use serde::Serialize;
use specta::Type;

use super::card::{Attribute, Card, CardState, Check, Claim, Fact, Tint};
use super::connections::ConnectionRef;

/// A row of the list, 56 px high.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CredentialRow {
    /// Its id.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Who issued it.
    pub issuer: String,
    /// The tint of its card.
    pub tint: Tint,
    /// Its state.
    pub state: CardState,
    /// At most two attributes to tell it from its like.
    pub attributes: Vec<Attribute>,
    /// When it was issued.
    pub issued_at: Option<String>,
    /// When it ends.
    pub expires_at: Option<String>,
    /// When it was stored.
    pub stored_at: String,
    /// Marked by the person.
    pub favourite: bool,
}

/// A credential in full.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CredentialView {
    /// Its id.
    pub id: String,
    /// The card.
    pub card: Card,
    /// Every claim in full.
    pub claims: Vec<Claim>,
    /// The facts beside the card.
    pub facts: Vec<Fact>,
    /// The verification as a list.
    pub checks: Vec<Check>,
    /// Whether all of them passed.
    pub verified: bool,
    /// When they were made.
    pub checked_at: Option<String>,
    /// The document as text, indented.
    pub raw: String,
    /// The exchange it came from.
    pub exchange_id: Option<String>,
    /// The connection it came over.
    pub connection: Option<ConnectionRef>,
    /// Marked by the person.
    pub favourite: bool,
}
