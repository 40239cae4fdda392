//! A credential exchange: the strip of steps, the offer beside its facts, and whose turn it is. The same view serves the issuer's queue and the holder's offers.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Failure;
use super::activity::HistoryEntry;
use super::card::{Card, Claim, Fact, Tint};
use super::connections::{ConnectionRef, Side};

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

/// One step of the strip.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StripStep {
    /// Which.
    pub step: Step,
    /// Where it is.
    pub state: StepState,
    /// When it was done.
    pub at: Option<String>,
    /// Whose turn it is, while it is the current one.
    pub whose_turn: Side,
    /// It has been waited for long.
    pub late: bool,
    /// In a sentence: what happened, or what we wait for and why.
    pub sentence: String,
}

/// The six steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The invitation was made or received.
    Invitation,
    /// The two wallets are connected.
    Connected,
    /// The credential is offered.
    Offered,
    /// The offer is accepted.
    Requested,
    /// The credential is signed and sent.
    Issued,
    /// The holder verified and stored it.
    Stored,
}

/// Where a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    /// Done.
    Done,
    /// This is the one that is waited for.
    Current,
    /// Not yet.
    Ahead,
    /// It ended here.
    Failed,
    /// Not needed in this exchange.
    Skipped,
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
