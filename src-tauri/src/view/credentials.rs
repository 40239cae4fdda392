//! Credentials: the list with its search, and one credential with its checks and the raw document.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use specta::Type;
use vouchsafe_credentials::Summary;
use vouchsafe_store::{CredentialListRow, CredentialRow as StoredCredential, HeldStatus};

use super::card::{Attribute, Card, CardState, Claim, Tint, card_state, claims_of, cut};
use super::checklist::{Offered, checklist, report};
use super::connections::ConnectionRef;
use super::credential_list::Matched;
use super::facts::{Check, Fact, facts};

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
    /// Signed by an identity of a practice ledger.
    pub practice: bool,
    /// What its issuer says of it now.
    pub status: StatusView,
    /// The person's tags on it.
    pub tags: Vec<String>,
    /// Where the search found it, if not in what the row shows anyway.
    pub matched: Option<Matched>,
    /// The end of its id, where another row reads the same.
    pub id_end: Option<String>,
}

/// What a credential's issuer says of it, as this wallet last read it.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StatusView {
    /// What it says.
    pub state: StatusState,
    /// When it was last read; `null` where it never was, or there is nothing to read.
    pub checked_at: Option<String>,
    /// In a sentence.
    pub sentence: String,
}

/// What a credential's issuer says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum StatusState {
    /// It stands.
    Valid,
    /// Suspended for now.
    Suspended,
    /// Revoked for good.
    Revoked,
    /// It could not be read.
    Unknown,
    /// The credential has no status: its issuer cannot take it back.
    NotTracked,
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
    /// What its issuer says of it now; `check_again` asks anew.
    pub status: StatusView,
    /// The document as text, indented.
    pub raw: String,
    /// The exchange it came from.
    pub exchange_id: Option<String>,
    /// The connection it came over.
    pub connection: Option<ConnectionRef>,
    /// Marked by the person.
    pub favourite: bool,
    /// The person's tags on it.
    pub tags: Vec<String>,
    /// The checks as text to pass on; no claim's value is in it.
    pub report: String,
}

/// The end of an id, to tell a credential from its like.
fn end_of(id: &str) -> String {
    let characters: Vec<char> = id.chars().filter(|character| character.is_alphanumeric()).collect();
    characters.iter().skip(characters.len().saturating_sub(4)).collect()
}

/// The summary as it was stored with a credential.
pub fn summary_of(stored: &Value) -> Summary {
    serde_json::from_value(stored.clone()).unwrap_or_default()
}

impl StatusState {
    /// As it is kept with a stored credential.
    pub fn of(status: &HeldStatus) -> Self {
        match status.state.as_str() {
            "" => Self::NotTracked,
            "valid" => Self::Valid,
            "suspended" => Self::Suspended,
            "revoked" => Self::Revoked,
            _ => Self::Unknown,
        }
    }
}

impl StatusView {
    /// As it is kept with a stored credential.
    pub fn of(status: &HeldStatus) -> Self {
        let state = StatusState::of(status);
        let sentence = match state {
            StatusState::Valid => "Its issuer says that it stands.".to_owned(),
            StatusState::Suspended => "Its issuer has suspended it for now.".to_owned(),
            StatusState::Revoked => "Its issuer has revoked it, for good.".to_owned(),
            StatusState::NotTracked => "Its issuer cannot take it back.".to_owned(),
            StatusState::Unknown if status.detail.is_empty() => "Whether it was revoked is not known yet.".to_owned(),
            StatusState::Unknown => {
                format!("Whether it was revoked is not known yet: {}.", cut(status.detail.trim_end_matches('.'), 300))
            }
        };
        Self { state, checked_at: status.checked_at.map(|at| at.to_string()), sentence }
    }
}

impl CredentialRow {
    /// A row of the list. `issuer` is the connection's name, where it came over one.
    pub fn of(row: &CredentialListRow, issuer: Option<&str>, now: Timestamp) -> Self {
        let mut summary = summary_of(&row.summary);
        summary.issuer.clone_from(&row.issuer_id);
        if summary.expires_at.is_none() {
            summary.expires_at = row.expires_at;
        }
        let card =
            Card::of(&summary, issuer, card_state(&summary, &row.verification, StatusState::of(&row.status), now));
        Self {
            id: row.record_id.clone(),
            title: cut(&row.title, 120),
            issuer: card.issuer,
            tint: card.tint,
            state: card.state,
            attributes: card.attributes,
            issued_at: row.issued_at.map(|at| at.to_string()),
            expires_at: row.expires_at.map(|at| at.to_string()),
            stored_at: row.stored_at.to_string(),
            favourite: row.favourite,
            practice: card.practice,
            status: StatusView::of(&row.status),
            tags: Vec::new(),
            matched: None,
            id_end: Some(end_of(row.given_id.as_deref().unwrap_or(&row.record_id))),
        }
    }
}

impl CredentialView {
    /// What an exported file is called. The signed document cannot be marked, so the name says what is for practice.
    pub fn export_name(&self) -> String {
        if self.card.practice { format!("practice {}", self.card.title) } else { self.card.title.clone() }
    }

    /// The whole view.
    pub fn of(row: &StoredCredential, connection: Option<ConnectionRef>, tags: Vec<String>, now: Timestamp) -> Self {
        let summary = Summary::of(&row.cred);
        let status = StatusView::of(&row.status);
        let offered = match &row.exchange_id {
            Some(exchange_id) => Offered::Equal { exchange_id: exchange_id.clone() },
            None => Offered::File,
        };
        let checks = checklist(&row.cred, &row.verification, Some(&status), &offered);
        let checked_at = row
            .verification
            .get("checkedAt")
            .and_then(Value::as_str)
            .map_or_else(|| row.stored_at.to_string(), str::to_owned);
        let mut facts = facts(&row.cred, &summary, now);
        for suite in &row.proof_types {
            facts.push(Fact::new("proof-type", "Proof", suite));
        }
        facts.push(Fact::new("stored", "Stored", row.stored_at.to_string()));
        if let Some(id) = &row.given_id {
            facts.push(Fact::new("id", "Its own id", id));
        }
        if let Some(connection) = &connection {
            facts.push(Fact::new("connection", "Came over", &connection.name));
        }
        let issuer = connection.as_ref().map(|connection| connection.name.as_str());
        Self {
            id: row.record_id.clone(),
            card: Card::of(
                &summary,
                issuer,
                card_state(&summary, &row.verification, StatusState::of(&row.status), now),
            ),
            claims: claims_of(&summary, &row.cred),
            facts,
            report: report(&summary, &checks, Some(&checked_at), now),
            checks,
            verified: row.verification.get("verified").and_then(Value::as_bool).unwrap_or(false),
            checked_at: Some(checked_at),
            status,
            tags,
            raw: serde_json::to_string_pretty(&row.cred).unwrap_or_default(),
            exchange_id: row.exchange_id.clone(),
            connection,
            favourite: row.favourite,
        }
    }
}
