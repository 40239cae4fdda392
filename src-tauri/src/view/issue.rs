//! Issue: a type makes a form, the form makes a credential, and the preview is the holder's card. What cannot be signed is said here, before anything is offered.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::card::{Card, Claim};
use super::connections::InvitationView;

/// A type of credential that can be issued.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IssueType {
    /// Stable; `custom` takes a document of one's own.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The form's fields, in order; none for `custom`.
    pub fields: Vec<Field>,
    /// The proof types that fit, the first being the usual one.
    pub proof_types: Vec<String>,
    /// A document to start from, for `custom`.
    pub example: Option<String>,
    /// How the switch `revocable` begins, where the issuer can publish a status.
    pub revocable: bool,
    /// One of the person's own templates, which can be changed.
    pub own: bool,
    /// For how many days it is valid unless said otherwise; `null` for no end.
    pub valid_days: Option<u32>,
    /// The DID that signs unless said otherwise.
    pub issuer_did: Option<String>,
}

/// A field of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Field {
    /// Where its value stands in the subject: a term's name, or two joined by a dot, such as `degree.name`.
    pub name: String,
    /// Its label.
    pub label: String,
    /// What kind of value it takes.
    pub kind: FieldKind,
    /// Must be filled in.
    pub required: bool,
    /// An example value.
    pub example: String,
    /// A word of help.
    pub hint: Option<String>,
    /// The values to choose from, for `choice`.
    pub choices: Vec<String>,
    /// The least number, the first day, or the fewest characters.
    pub min: Option<String>,
    /// The greatest number, the last day, or the most characters.
    pub max: Option<String>,
    /// Numbers go in steps of this, from `min` or from zero.
    pub step: Option<String>,
    /// A regular expression that the whole text matches.
    pub pattern: Option<String>,
    /// The IRI that says what the term means, where the document defines it itself.
    pub means: Option<String>,
}

/// What kind of value a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    /// A line of text.
    Text,
    /// A date, `2026-11-23`.
    Date,
    /// A number.
    Number,
    /// One of the choices.
    Choice,
    /// An address (URI).
    Address,
    /// A moment, `2026-11-23T12:00:00Z`.
    DateTime,
    /// A PNG or JPEG image as a `data:` address.
    Image,
    /// Yes or no: `true` or `false`.
    YesNo,
}

/// An identity that can sign.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Issuer {
    /// The DID.
    pub did: String,
    /// The person's own name for it.
    pub name: String,
    /// Its method.
    pub method: String,
    /// The network as a person reads it, such as "cheqd test network"; "No ledger" for a did:key.
    pub network: String,
    /// On the practice ledger of this computer.
    pub practice: bool,
    /// The one that is used when none is chosen.
    pub usual: bool,
    /// Whether what it signs can be revoked later: it has a ledger to say so on.
    pub can_revoke: bool,
    /// Why it cannot sign now; `null` where it can.
    pub problem: Option<String>,
}

/// A credential as the form has it.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewCredential {
    /// The type's id.
    pub type_id: String,
    /// What was filled in.
    pub values: Vec<FieldValue>,
    /// The document, for `custom`; at most 256 KiB.
    pub document: Option<String>,
    /// The proof's type.
    pub proof_type: String,
    /// The DID that signs; `null` for the usual one.
    pub issuer_did: Option<String>,
    /// The last day it is valid (`2026-11-23`); `null` for no end.
    pub valid_until: Option<String>,
    /// Give it a status, so that it can be revoked later.
    pub revocable: bool,
    /// With a second one, so that it can be suspended and restored too. Wallets built on ACA-Py take no credential that has
    /// two.
    pub suspendable: bool,
}

/// A field's value, as typed.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FieldValue {
    /// The term's name.
    pub name: String,
    /// As typed; empty for not filled in.
    pub value: String,
}

/// What the holder will see, and what stands in the way.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CredentialPreview {
    /// Whether it can be offered.
    pub ready: bool,
    /// What stands in the way.
    pub problems: Vec<FormProblem>,
    /// The holder's card.
    pub card: Card,
    /// The holder's claims.
    pub claims: Vec<Claim>,
    /// The document as it will be offered, as text. The place in a status list is given when it is offered.
    pub raw: String,
    /// Who will sign.
    pub issuer: super::exchanges::IssuingAs,
}

/// What stands in the way of offering.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FormProblem {
    /// The field, or `null` for the whole.
    pub field: Option<String>,
    /// Stable, kebab-case, for the catalogue; empty where there is the sentence only.
    pub code: &'static str,
    /// The bound that the value has to keep, where there is one.
    pub bound: Option<String>,
    /// What to mend, in a sentence.
    pub sentence: String,
}

impl FormProblem {
    /// What stands in the way at a field.
    pub fn at(field: &str, code: &'static str, sentence: impl Into<String>) -> Self {
        Self { field: Some(field.to_owned()), code, bound: None, sentence: sentence.into() }
    }

    /// What stands in the way of the whole.
    pub fn whole(code: &'static str, sentence: impl Into<String>) -> Self {
        Self { field: None, code, bound: None, sentence: sentence.into() }
    }

    /// The same with the bound that the value has to keep.
    #[must_use]
    pub fn with_bound(mut self, bound: &str) -> Self {
        self.bound = Some(bound.to_owned());
        self
    }
}

/// An offer to make.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewOffer {
    /// The credential.
    pub credential: NewCredential,
    /// To whom.
    pub to: OfferTo,
    /// A word to the holder.
    pub comment: Option<String>,
    /// Issue when the holder accepts, without asking again.
    pub auto_issue: bool,
}

/// To whom an offer goes.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum OfferTo {
    /// Over a connection.
    Connection {
        /// Its id.
        connection_id: String,
    },
    /// To whoever uses a new invitation: it is offered once the two are connected.
    Invitation {
        /// The person's own name for who will use it.
        alias: Option<String>,
    },
    /// To whoever uses a new invitation that has the offer inside: it can be read before the two are connected.
    Inside {
        /// The person's own name for who will use it.
        alias: Option<String>,
    },
}

/// The offer was made.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OfferMade {
    /// The exchange.
    pub exchange_id: String,
    /// The invitation to show, where one was made.
    pub invitation: Option<Box<InvitationView>>,
}
