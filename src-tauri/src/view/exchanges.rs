//! A credential exchange: the strip of steps, the offer beside its facts, and whose turn it is. The same view serves the issuer's queue and the holder's offers.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use specta::Type;
use vouchsafe_credentials::{Suite, Summary};
use vouchsafe_protocols::connection::Connection;
use vouchsafe_protocols::issue_credential::{self, CredentialExchange, LdProofDetail, Stage};
use vouchsafe_protocols::out_of_band::OutOfBand;
use vouchsafe_store::{HeldStatus, HistoryRow, OutboxRow};

use super::Failure;
use super::activity::HistoryEntry;
use super::card::{Card, CardState, Claim, Tint, card_state, claims_of, cut, is_practice, short_did};
use super::connections::{ConnectionRef, Side};
use super::credentials::StatusState;
use super::facts::{Fact, Tone, facts, has_status};
use super::offers::{Delivery, Waits, expiry, is_held_up};
use super::strip::{StripStep, strip};

/// Which exchanges are wanted.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ExchangeQuery {
    /// As issuer or as holder; `null` for both.
    pub role: Option<Role>,
    /// Only those in this phase; `null` for all.
    pub phase: Option<ExchangePhase>,
    /// Only over this connection.
    pub connection_id: Option<String>,
    /// Rows to skip.
    pub offset: u32,
    /// Rows wanted, at most 200.
    pub limit: u32,
}

/// This wallet's part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It issues.
    Issuer,
    /// It holds.
    Holder,
}

/// An exchange's state for the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ExchangePhase {
    /// The person's decision is waited for.
    Ours,
    /// The other side is waited for.
    Theirs,
    /// Done.
    Done,
    /// Declined, cancelled or failed.
    Ended,
}

/// A row of the list.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ExchangeRow {
    /// Its id.
    pub id: String,
    /// This wallet's part.
    pub role: Role,
    /// What it is about.
    pub title: String,
    /// The other side, by name.
    pub other: String,
    /// The connection.
    pub connection_id: Option<String>,
    /// Its state in the field's word, such as `offer-received`.
    pub state: String,
    /// Its state for the window.
    pub phase: ExchangePhase,
    /// The state in a few words, such as "Waiting for Alice to accept".
    pub sentence: String,
    /// What is waited for has not come for long.
    pub late: bool,
    /// When it last changed.
    pub updated_at: String,
    /// The tint of its card.
    pub tint: Tint,
    /// Who signs it.
    pub issuer: IssuingAs,
    /// Whether it can be revoked once it is issued.
    pub revocable: bool,
}

/// The identity that signs, as it stands on every offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IssuingAs {
    /// The DID.
    pub did: String,
    /// The person's own name for it where it is this wallet's, else the shortened DID.
    pub name: String,
    /// On a practice ledger.
    pub practice: bool,
}

/// An exchange in full.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ExchangeView {
    /// As in the list.
    pub row: ExchangeRow,
    /// The strip of steps.
    pub strip: Vec<StripStep>,
    /// The card as it will be stored.
    pub card: Card,
    /// Every attribute in full.
    pub claims: Vec<Claim>,
    /// The facts beside the card.
    pub facts: Vec<Fact>,
    /// A comment that the issuer sent with the offer.
    pub comment: Option<String>,
    /// The connection.
    pub connection: Option<ConnectionRef>,
    /// This wallet's invitation that the other side has to use first, to be shown again.
    pub oob_id: Option<String>,
    /// What is waited for, while it is not over.
    pub waits: Option<Waits>,
    /// Until when the offer counts.
    pub expires_at: Option<String>,
    /// That time is over.
    pub expired: bool,
    /// What the person can do now.
    pub actions: Vec<ExchangeAction>,
    /// Why it ended, when it did not end well.
    pub problem: Option<Failure>,
    /// The stored credential.
    pub credential_id: Option<String>,
    /// Its history, at most 50.
    pub history: Vec<HistoryEntry>,
    /// The document as it will be signed, as text.
    pub raw: String,
}

/// What the person can do with an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ExchangeAction {
    /// `accept_offer`.
    Accept,
    /// `decline_offer`.
    Decline,
    /// `issue_now`.
    Issue,
    /// `store_now`.
    Store,
    /// `retry`: send again what waits.
    Retry,
    /// `cancel_exchange`.
    Cancel,
    /// `delete_exchange`: forget it (the credential stays).
    Delete,
}

/// After this long a wait is said to be late, with what is waited for.
pub(super) const LATE: SignedDuration = SignedDuration::from_secs(10);

/// All that a view of one exchange is made of, read in one go.
pub struct Sources {
    /// The exchange.
    pub exchange: CredentialExchange,
    /// Its connection.
    pub connection: Option<Connection>,
    /// The invitation that it or its connection came by.
    pub invitation: Option<OutOfBand>,
    /// Its history and its connection's, oldest first.
    pub history: Vec<HistoryRow>,
    /// What waits to be sent in it.
    pub unsent: Vec<OutboxRow>,
    /// The stored credential's id, verification and status.
    pub stored: Option<(String, Value, HeldStatus)>,
    /// How the credential stands that this wallet issued, in its row's word.
    pub standing: Option<String>,
    /// The person's own name for the identity that signs, where it is this wallet's.
    pub issuer: Option<String>,
    /// The time of asking.
    pub now: Timestamp,
}

/// The credential as far as it has come: issued, else as requested, offered or proposed.
pub fn credential_of(exchange: &CredentialExchange) -> Value {
    if let Some(credential) = exchange.credential() {
        return credential;
    }
    detail_of(exchange).map(|detail| detail.credential().clone()).unwrap_or_default()
}

/// The furthest detail of an exchange: requested, offered or proposed.
pub(crate) fn detail_of(exchange: &CredentialExchange) -> Option<LdProofDetail> {
    [Stage::Request, Stage::Offer, Stage::Proposal]
        .into_iter()
        .find_map(|stage| exchange.payload(stage))
        .and_then(|payload| LdProofDetail::from_value(payload.value).ok())
}

/// Where an exchange is, for the window.
pub fn phase_of(exchange: &CredentialExchange) -> ExchangePhase {
    match exchange.state_word() {
        "offer-received" | "credential-received" | "proposal-received" | "request-received" => ExchangePhase::Ours,
        "done" => ExchangePhase::Done,
        "abandoned" => ExchangePhase::Ended,
        _ => ExchangePhase::Theirs,
    }
}

fn role_of(exchange: &CredentialExchange) -> Role {
    match exchange.role() {
        issue_credential::Role::Issuer => Role::Issuer,
        issue_credential::Role::Holder => Role::Holder,
    }
}

impl IssuingAs {
    /// The identity of this name, or a stranger's.
    pub fn new(did: &str, name: Option<&str>) -> Self {
        Self {
            name: name.map_or_else(|| short_did(did), |name| cut(name, 120)),
            practice: is_practice(did),
            did: cut(did, 500),
        }
    }
}

impl ExchangeRow {
    /// A row of the list. `issuer` is the person's own name for the identity that signs.
    pub fn of(exchange: &CredentialExchange, other: Option<&str>, issuer: Option<&str>, now: Timestamp) -> Self {
        let credential = credential_of(exchange);
        let summary = Summary::of(&credential);
        let phase = phase_of(exchange);
        let known = other.is_some();
        let other = other.unwrap_or(match exchange.role() {
            issue_credential::Role::Issuer => "whoever uses the invitation",
            issue_credential::Role::Holder => "the issuer",
        });
        Self {
            id: exchange.id.clone(),
            role: role_of(exchange),
            title: cut(&summary.title, 120),
            other: other.to_owned(),
            connection_id: exchange.connection_id.clone(),
            state: exchange.state_word().to_owned(),
            phase,
            sentence: waiting_for(exchange, other, known),
            // Nobody is late for an invitation.
            late: phase == ExchangePhase::Theirs
                && (known || exchange.state_word() != "offer-sent" || exchange.connection_id.is_some())
                && now.duration_since(exchange.updated_at) > LATE,
            updated_at: exchange.updated_at.to_string(),
            tint: Tint::of(&summary.issuer),
            issuer: IssuingAs::new(&summary.issuer, issuer),
            revocable: has_status(&credential),
        }
    }
}

impl ExchangeRow {
    /// The same row, saying so where the other side does not have what it is waited for to answer.
    #[must_use]
    pub fn held_up(mut self, exchange: &CredentialExchange, unsent: &[OutboxRow]) -> Self {
        if self.phase == ExchangePhase::Theirs && is_held_up(unsent) {
            let other = &self.other;
            self.sentence = match exchange.state_word() {
                "request-sent" => format!("Accepted, will be sent when {other} can be reached"),
                "credential-issued" => format!("Issued, will be sent when {other} can be reached"),
                _ => format!("Will be sent when {other} can be reached"),
            };
        }
        self
    }
}

/// The strip of an exchange and what it waits for, for those who show nothing else of it.
pub fn turn(sources: &Sources) -> (Vec<StripStep>, Option<Waits>) {
    let name = sources.connection.as_ref().map(super::connections::name_of);
    let row = ExchangeRow::of(&sources.exchange, name.as_deref(), None, sources.now)
        .held_up(&sources.exchange, &sources.unsent);
    (strip(sources, &row), waits(sources, &row))
}

fn waits(sources: &Sources, row: &ExchangeRow) -> Option<Waits> {
    let whose = match row.phase {
        ExchangePhase::Ours => Side::Us,
        ExchangePhase::Theirs => Side::Them,
        ExchangePhase::Done | ExchangePhase::Ended if sources.unsent.is_empty() => return None,
        ExchangePhase::Done | ExchangePhase::Ended => Side::Nobody,
    };
    Some(Waits {
        whose,
        since: row.updated_at.clone(),
        deliveries: sources.unsent.iter().take(10).map(Delivery::from).collect(),
        can_send_again: can_send_again(sources),
    })
}

/// Whether the last message of ours is with the other side, which has not answered it.
fn can_send_again(sources: &Sources) -> bool {
    let reached = sources.exchange.connection_id.is_some()
        || sources.invitation.as_ref().is_some_and(|invitation| invitation.their_service.is_some());
    reached
        && !waits_for_user(sources)
        && sources.unsent.iter().all(|message| message.state == vouchsafe_store::HANDED)
        && vouchsafe_agent::issue::retry::unanswered(&sources.exchange).is_some()
}

/// Whether somebody has yet to use the invitation that the exchange hangs on.
pub(super) fn waits_for_user(sources: &Sources) -> bool {
    sources.exchange.state_word() == "offer-sent" && sources.connection.is_none()
}

/// The state as a person reads it.
fn waiting_for(exchange: &CredentialExchange, other: &str, known: bool) -> String {
    match exchange.state_word() {
        "proposal-sent" => format!("Waiting for {other} to offer it"),
        "offer-received" => "Waiting for you to accept".to_owned(),
        "request-sent" => format!("Waiting for {other} to issue it"),
        "credential-received" => "Waiting to be stored".to_owned(),
        "proposal-received" => format!("{other} proposes it"),
        "offer-sent" if exchange.connection_id.is_none() && known => format!("Waiting to be connected with {other}"),
        "offer-sent" if exchange.connection_id.is_none() => "Waiting for someone to use the invitation".to_owned(),
        "offer-sent" => format!("Waiting for {other} to accept"),
        "request-received" => "Waiting for you to issue it".to_owned(),
        "credential-issued" => format!("Waiting for {other} to store it"),
        "done" if role_of(exchange) == Role::Issuer => format!("{other} has stored it"),
        "done" => "Stored".to_owned(),
        _ => "Ended without a credential".to_owned(),
    }
}

impl ExchangeView {
    /// The whole view. `own` is this wallet's own name, for what it issues.
    pub fn of(sources: &Sources, own: &str) -> Self {
        let Sources { exchange, connection, now, .. } = sources;
        let credential = credential_of(exchange);
        let summary = Summary::of(&credential);
        let reference = connection.as_ref().map(ConnectionRef::from);
        let name = reference.as_ref().map(|connection| connection.name.as_str());
        let row = ExchangeRow::of(exchange, name, sources.issuer.as_deref(), *now).held_up(exchange, &sources.unsent);
        let expires = expiry(exchange);
        let state = match &sources.stored {
            Some((_, verification, status)) => card_state(&summary, verification, StatusState::of(status), *now),
            // This wallet signed it itself: only its dates can speak against it.
            None if matches!(exchange.state_word(), "credential-issued" | "done") => {
                let own_terms = vouchsafe_credentials::check(&vouchsafe_credentials::without_proof(&credential))
                    .is_ok_and(|checked| checked.inline_contexts);
                let status = match sources.standing.as_deref() {
                    Some("revoked") => StatusState::Revoked,
                    Some("suspended") => StatusState::Suspended,
                    _ => StatusState::Valid,
                };
                card_state(&summary, &json!({ "checks": [], "inlineContexts": own_terms }), status, *now)
            }
            None => CardState::Offered,
        };
        let issuer = if row.role == Role::Holder { name } else { Some(own) };
        let history: Vec<HistoryEntry> = sources
            .history
            .iter()
            .rev()
            .filter(|line| line.subject_id == exchange.id)
            .take(50)
            .map(|line| HistoryEntry::of(line, reference.clone(), Some(&row.title)))
            .collect();
        Self {
            strip: strip(sources, &row),
            card: Card::of(&summary, issuer, state),
            claims: claims_of(&summary, &credential),
            facts: exchange_facts(sources, &credential, &summary),
            comment: exchange.comment(),
            connection: reference,
            oob_id: sources.invitation.as_ref().filter(|_| waits_for_user(sources)).map(|record| record.id.clone()),
            waits: waits(sources, &row),
            expires_at: expires.map(|end| end.to_string()),
            expired: row.state == "offer-received" && expires.is_some_and(|end| end <= *now),
            actions: actions(sources),
            problem: problem(sources, &row.other),
            credential_id: sources.stored.as_ref().map(|(id, ..)| id.clone()),
            history,
            raw: serde_json::to_string_pretty(&credential).unwrap_or_default(),
            row,
        }
    }
}

fn exchange_facts(sources: &Sources, credential: &Value, summary: &Summary) -> Vec<Fact> {
    let mut facts = facts(credential, summary, sources.now);
    if let Some(detail) = detail_of(&sources.exchange) {
        let known = detail.suite().parse::<Suite>().is_ok();
        facts.push(Fact::new("proof-type", "Proof", detail.suite()).with_tone(if known {
            Tone::Neutral
        } else {
            Tone::Bad
        }));
    }
    if let Some(connection) = &sources.connection {
        facts.push(Fact::new("connection", "Over the connection", super::connections::name_of(connection)));
    }
    facts.push(Fact::new("thread", "Thread", &sources.exchange.thread_id));
    facts
}

fn actions(sources: &Sources) -> Vec<ExchangeAction> {
    let mut actions = match sources.exchange.state_word() {
        "offer-received" => vec![ExchangeAction::Decline, ExchangeAction::Accept],
        "request-received" => vec![ExchangeAction::Issue, ExchangeAction::Cancel],
        "credential-received" => vec![ExchangeAction::Store, ExchangeAction::Cancel],
        "done" | "abandoned" => vec![ExchangeAction::Delete],
        "credential-issued" => Vec::new(),
        _ => vec![ExchangeAction::Cancel],
    };
    if !sources.unsent.is_empty() || can_send_again(sources) {
        actions.push(ExchangeAction::Retry);
    }
    actions
}

/// Why it ended, as the history has it: who gave up, and the reason.
fn problem(sources: &Sources, other: &str) -> Option<Failure> {
    let exchange = &sources.exchange;
    if !exchange.state.is_abandoned() {
        return None;
    }
    let ended = sources.history.iter().rev().find(|line| line.subject_id == exchange.id && line.what == "abandoned");
    let (who, reason) = ended.map_or(("", ""), |line| (line.who.as_str(), line.outcome.as_str()));
    let begun = match who {
        "person" => "You ended it".to_owned(),
        "them" => format!("{other} ended it"),
        "us" => "This wallet refused it".to_owned(),
        _ => "It ended without a credential".to_owned(),
    };
    let what = if reason.is_empty() { format!("{begun}.") } else { format!("{begun}: “{}”.", cut(reason, 500)) };
    let next = match role_of(exchange) {
        Role::Issuer => "A new offer begins a new exchange.".to_owned(),
        Role::Holder => format!("Ask {other} for a new offer if you want it after all."),
    };
    let mut failure = Failure::new("exchange-ended", "Ended without a credential", what, &next);
    failure.lost = "No credential was stored.";
    failure.detail = exchange.error_msg.as_deref().map(Box::from);
    Some(failure)
}
