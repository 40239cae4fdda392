//! A credential's card: the one colourful thing on the screen. Also claims, facts and checks, which stand beside a card wherever it is shown.
//! Everything in it that an issuer wrote is text of bounded length.

use serde::Serialize;
use specta::Type;

/// The card.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Card {
    /// What it is, such as "Permanent resident card".
    pub title: String,
    /// The issuer's name as this wallet knows it, else the credential's own word for it, else the shortened DID.
    pub issuer: String,
    /// The issuer's DID.
    pub issuer_did: Option<String>,
    /// The tint that the issuer's DID picks.
    pub tint: Tint,
    /// At most two attributes to tell it from its like.
    pub attributes: Vec<Attribute>,
    /// Its state.
    pub state: CardState,
}

/// A label and its value.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Attribute {
    /// Read from the term's name.
    pub label: String,
    /// As text.
    pub value: String,
}

/// One of the six tints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Tint {
    /// #2B3A8F to #3F54C4.
    Indigo,
    /// #0B5054 to #11686B.
    Teal,
    /// #5B2A6B to #7C3F90.
    Plum,
    /// #7A3420 to #9C4A30.
    Clay,
    /// #2C333F to #485264.
    Slate,
    /// #1E5236 to #2C6E4A.
    Forest,
}

/// A card's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum CardState {
    /// Not yet issued: an offer or a preview.
    Offered,
    /// Verified and in its dates.
    Valid,
    /// Valid, and ends within 30 days.
    Expiring,
    /// Its dates are over.
    Expired,
    /// Revoked by its issuer.
    Revoked,
    /// Suspended by its issuer.
    Suspended,
    /// A check failed or could not be made.
    Unverified,
}

/// One claim, in the order of the document.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    /// Its path in the document, such as `credentialSubject.degree.name`.
    pub path: String,
    /// Its name as a person reads it.
    pub label: String,
    /// Its value as text, in full.
    pub value: String,
    /// How to show it.
    pub kind: ValueKind,
}

/// How a value is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ValueKind {
    /// As it is.
    Text,
    /// A number.
    Number,
    /// A date, or a date and time, in ISO 8601.
    Date,
    /// Yes or no (`true`, `false`).
    Switch,
    /// A DID: monospace, middle-shortened, with Copy.
    Did,
    /// An address; shown as text, never followed.
    Address,
}

/// One line beside a card: how the issuer was resolved, the proof's type, the expiry, the subject, the contexts.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Fact {
    /// Stable: `issuer`, `resolved`, `proof-type`, `expires`, `issued`, `subject`, `contexts`, `types`, `model`, `connection`, `thread`, …
    pub key: String,
    /// The label.
    pub label: String,
    /// The value as text.
    pub value: String,
    /// How to show the value.
    pub kind: ValueKind,
    /// Whether it is as it should be.
    pub tone: Tone,
}

/// Whether a thing is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Nothing to say.
    Neutral,
    /// As it should be.
    Good,
    /// Look at it.
    Warning,
    /// Wrong.
    Bad,
}

/// One check of a verification, with its reason.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// Stable: `signature`, `key`, `contexts`, `members`, `dates`, `issuer`, …
    pub key: String,
    /// What was checked, in words.
    pub label: String,
    /// What came out.
    pub outcome: CheckOutcome,
    /// Why.
    pub reason: String,
}

/// What came out of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum CheckOutcome {
    /// Passed.
    Passed,
    /// Failed.
    Failed,
    /// Could not be checked.
    NotChecked,
}
