//! The offers inbox: what waits for the person, what is under way without them, and what became of the rest.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use specta::Type;
use vouchsafe_credentials::Summary;
use vouchsafe_protocols::issue_credential::CredentialExchange;
use vouchsafe_store::{FAILED, HANDED, OutboxRow, WAITING};

use super::Failure;
use super::card::{Tint, cut, is_practice};
use super::connections::{ConnectionRef, Side};
use super::exchanges::{LATE, credential_of};

/// Which offers are wanted.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OfferQuery {
    /// Those that are over, else those that are not.
    pub closed: bool,
    /// Rows to skip, newest first.
    pub offset: u32,
    /// Rows wanted, at most 200.
    pub limit: u32,
}

/// A page of the inbox.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OffersPage {
    /// How many rows match.
    pub total: u32,
    /// The rows from the offset that was asked for.
    pub rows: Vec<OfferRow>,
    /// How many are not over.
    pub open: u32,
    /// How many are over.
    pub closed: u32,
    /// Those that wait for a decision and were read in full, at most 50: they may be accepted together.
    pub read: Vec<OfferRow>,
}

/// An offer.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OfferRow {
    /// The exchange's id.
    pub id: String,
    /// What is offered.
    pub title: String,
    /// Who offers, by name; `null` where there is no connection.
    pub other: Option<String>,
    /// Where it stands.
    pub state: OfferState,
    /// The person had all of it in sight.
    pub opened: bool,
    /// When it began.
    pub began_at: String,
    /// When it last moved.
    pub updated_at: String,
    /// Until when the offer counts.
    pub expires_at: Option<String>,
    /// The tint of its card.
    pub tint: Tint,
    /// On a practice ledger.
    pub practice: bool,
}

/// Where an offer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum OfferState {
    /// The person's decision is waited for.
    Waiting,
    /// Its time ran out before a decision.
    Expired,
    /// Accepted; the issuer does not have the answer yet: it is sent by itself when it can be.
    Unsent,
    /// Accepted; the issuer signs it.
    Issuing,
    /// Accepted; the issuer has been waited for long.
    Late,
    /// The credential is here and is being looked at.
    Arriving,
    /// In the wallet.
    Stored,
    /// The person declined it.
    Declined,
    /// It ended without a credential, and not by the person.
    Failed,
}

/// What became of one of several offers that were accepted together.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AcceptedOffer {
    /// The exchange's id.
    pub id: String,
    /// Why it was not accepted, if it was not.
    pub problem: Option<Failure>,
}

/// A credential that has come since the person was last told.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Arrival {
    /// The exchange that brought it.
    pub exchange_id: String,
    /// The credential.
    pub credential_id: String,
    /// What it is.
    pub title: String,
    /// Who issued it, by name.
    pub other: Option<String>,
}

/// What is waited for: whose turn it is, since when, and what was tried.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Waits {
    /// Whose turn it is.
    pub whose: Side,
    /// Since when.
    pub since: String,
    /// What is on its way to the other side.
    pub deliveries: Vec<Delivery>,
    /// When the last message of ours is there already: it can be sent once more.
    pub can_send_again: bool,
}

/// A message that is on its way.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// How it goes on.
    pub state: DeliveryState,
    /// Tries so far.
    pub attempts: u32,
    /// When it was promised.
    pub since: String,
    /// When it is tried next, where it is tried by itself.
    pub next_at: Option<String>,
    /// Why the last try failed.
    pub trouble: Option<Trouble>,
    /// The technical reason.
    pub detail: Option<String>,
}

/// How a message goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryState {
    /// It is being sent.
    Sending,
    /// It is tried again by itself.
    Retrying,
    /// It waits until the other side comes by: there is no address.
    Waiting,
    /// It was handed over on the other side's own way; whether it arrived shows by the answer.
    Handed,
    /// It was given up; only the person sends it again.
    GivenUp,
}

/// Why a message was not delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// Nobody answers at the address.
    Unreachable,
    /// It took too long.
    Slow,
    /// Somebody answers there and refuses.
    Refused,
    /// The address may not be contacted.
    Forbidden,
    /// Something else.
    Other,
}

impl Trouble {
    /// The kind of a failed try, from its reason. The words are the transport's own.
    pub fn of(reason: &str) -> Self {
        let reason = reason.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| reason.contains(word));
        if says(&["refused the message", "http 4", "http 5"]) {
            Self::Refused
        } else if says(&["timed out", "time", "too slow"]) {
            Self::Slow
        } else if says(&["private", "not allowed", "may not"]) {
            Self::Forbidden
        } else if says(&["cannot be reached", "connect", "resolve", "unknown", "nobody"]) {
            Self::Unreachable
        } else {
            Self::Other
        }
    }
}

impl From<&OutboxRow> for Delivery {
    fn from(row: &OutboxRow) -> Self {
        let state = match row.state.as_str() {
            WAITING => DeliveryState::Waiting,
            HANDED => DeliveryState::Handed,
            FAILED => DeliveryState::GivenUp,
            _ if row.attempts == 0 => DeliveryState::Sending,
            _ => DeliveryState::Retrying,
        };
        Self {
            state,
            attempts: row.attempts,
            since: row.created_at.to_string(),
            next_at: (state == DeliveryState::Retrying).then(|| row.next_attempt_at.to_string()),
            trouble: row.last_error.as_deref().map(Trouble::of),
            detail: row.last_error.as_deref().map(|error| cut(error, 300)),
        }
    }
}

/// Whether the other side does not have what was promised, and will not have it at once.
pub fn is_held_up(unsent: &[OutboxRow]) -> bool {
    unsent.iter().any(|row| row.state == WAITING || row.state == FAILED || row.attempts > 0 && row.state != HANDED)
}

/// Until when an exchange's offer counts.
pub fn expiry(exchange: &CredentialExchange) -> Option<Timestamp> {
    exchange.cred_offer()?.timing()?.expires_time
}

/// Where an offer stands. `declined`: the person ended it.
pub fn state_of(exchange: &CredentialExchange, unsent: &[OutboxRow], declined: bool, now: Timestamp) -> OfferState {
    match exchange.state_word() {
        "offer-received" if expiry(exchange).is_some_and(|end| end <= now) => OfferState::Expired,
        "offer-received" => OfferState::Waiting,
        "credential-received" => OfferState::Arriving,
        "done" => OfferState::Stored,
        "abandoned" if declined => OfferState::Declined,
        "abandoned" => OfferState::Failed,
        _ if is_held_up(unsent) => OfferState::Unsent,
        _ if now.duration_since(exchange.updated_at) > LATE => OfferState::Late,
        _ => OfferState::Issuing,
    }
}

impl OfferRow {
    /// A row of the inbox.
    pub fn of(exchange: &CredentialExchange, other: Option<&ConnectionRef>, state: OfferState, opened: bool) -> Self {
        let summary = Summary::of(&credential_of(exchange));
        Self {
            id: exchange.id.clone(),
            title: cut(&summary.title, 120),
            other: other.map(|connection| connection.name.clone()),
            state,
            opened,
            began_at: exchange.created_at.to_string(),
            updated_at: exchange.updated_at.to_string(),
            expires_at: expiry(exchange).map(|end| end.to_string()),
            tint: Tint::of(&summary.issuer),
            practice: is_practice(&summary.issuer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Trouble;

    #[test]
    fn a_failed_try_is_told_by_its_kind() {
        for (reason, kind) in [
            ("http://127.0.0.1:1 cannot be reached: connection refused", Trouble::Unreachable),
            ("example.org refused the message (HTTP 500)", Trouble::Refused),
            ("example.org cannot be reached: operation timed out", Trouble::Slow),
            ("nobody came for it in time", Trouble::Slow),
        ] {
            assert_eq!(Trouble::of(reason), kind, "{reason}");
        }
    }
}
