//! Add: what was pasted, dropped or read from an image, said in a sentence before anything is done with it. Looking never contacts anyone.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Failure;
use super::card::{Card, Claim};
use super::connections::ConnectionRef;
use super::facts::{Check, Fact};

/// What was found.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Found {
    /// An invitation: ask, then `connect`.
    Invitation {
        /// The card.
        invitation: Box<InvitationCard>,
    },
    /// A link that has to be asked what it stands for: ask, then `resolve_short_url`.
    ShortLink {
        /// The link.
        url: String,
        /// Who will be contacted.
        host: String,
        /// Whether that is this computer or a private network.
        private: bool,
    },
    /// A credential as a document: look at it, then `keep_credential`.
    Credential {
        /// It and its checks.
        credential: Box<CredentialFound>,
    },
    /// An invitation that this wallet has taken before.
    Used {
        /// That, and what to do.
        reason: Failure,
        /// The connection that came of it, if it is still there.
        connection: Option<ConnectionRef>,
        /// When it was taken.
        at: String,
        /// To take it once more: one that serves many makes another connection.
        invitation: Box<InvitationCard>,
    },
    /// An image with several QR codes: let the person choose, then `look_at`.
    Several {
        /// Each with what it is.
        codes: Vec<CodeFound>,
    },
    /// Nothing that can be used; the reason is one of `nothing-known`, `invitation-used`, `invitation-expired`, `invitation-malformed`, `invitation-unsupported`, `no-qr-code`, `too-large`.
    Nothing {
        /// Why.
        reason: Failure,
    },
}

/// One of several QR codes in an image.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CodeFound {
    /// What to hand to `look_at`.
    pub text: String,
    /// What it is: `invitation`, `short-link`, `credential`, `nothing`.
    pub kind: String,
    /// Whose or whither: a name that is not verified, a host, a title; the text's beginning where it is nothing known.
    pub about: String,
}

/// A link that the desktop handed over.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HandedOver {
    /// To forget it by.
    pub number: String,
    /// What to hand to `look_at`.
    pub text: String,
    /// How many wait behind it.
    pub more: u32,
}

/// An invitation, decoded here, before any packet leaves.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct InvitationCard {
    /// The invitation to hand to `connect`.
    pub text: String,
    /// In a sentence.
    pub sentence: String,
    /// The name given by the inviter: not verified.
    pub label: String,
    /// Which host will be contacted; `null` where the service is a DID that has to be resolved.
    pub host: Option<String>,
    /// The whole address.
    pub endpoint: Option<String>,
    /// The inviter's DID where the service is one.
    pub did: Option<String>,
    /// Whether the address is on this computer or in a private network: needs `allowPrivate`.
    pub private: bool,
    /// Whether the address is unencrypted `http:` or `ws:` (messages are encrypted nevertheless).
    pub plain_http: bool,
    /// What for, in the inviter's words.
    pub goal: Option<String>,
    /// What for, as a code such as `aries.vc.issue`.
    pub goal_code: Option<String>,
    /// The protocols it offers, such as `didexchange/1.1`; empty for a message without a connection.
    pub protocols: Vec<String>,
    /// An offer that came with it.
    pub offer: Option<AttachedOffer>,
    /// Whether it was seen before.
    pub seen: Seen,
    /// A connection that may serve again.
    pub known: Option<ConnectionRef>,
    /// When it ends.
    pub expires_at: Option<String>,
    /// What happens next, in a sentence.
    pub next: String,
}

/// An offer inside an invitation.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AttachedOffer {
    /// The card as it would be stored.
    pub card: Card,
    /// Its claims.
    pub claims: Vec<Claim>,
}

/// Whether an invitation was seen before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Seen {
    /// Never.
    FirstTime,
    /// It was used here and may be used again (multi-use, or the same inviter).
    Before,
    /// It is one of this wallet's own.
    Own,
}

/// A credential that was pasted or dropped, with its checks.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CredentialFound {
    /// The document to hand to `keep_credential`.
    pub text: String,
    /// In a sentence.
    pub sentence: String,
    /// The card.
    pub card: Card,
    /// Its claims.
    pub claims: Vec<Claim>,
    /// The facts.
    pub facts: Vec<Fact>,
    /// The checks.
    pub checks: Vec<Check>,
    /// Whether its issuer signed exactly this and lets it stand. Only then can it be kept.
    pub verified: bool,
    /// The stored credential, if it is already here.
    pub stored_id: Option<String>,
    /// Why it cannot be kept, or what to think of before keeping it.
    pub problem: Option<Failure>,
    /// The checks as text to pass on; no claim's value is in it.
    pub report: String,
}

/// What the person decided about an invitation.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Connect {
    /// The invitation, as in the card.
    pub text: String,
    /// The person's own name for the other side.
    pub alias: Option<String>,
    /// The person agreed to an address on this computer or in a private network.
    pub allow_private: bool,
    /// Use a known connection where the invitation allows it.
    pub reuse: bool,
}

/// What came of it. The rest arrives with the event.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Connecting {
    /// The connection, new or used again.
    pub connection_id: Option<String>,
    /// The exchange of the offer that came with it.
    pub exchange_id: Option<String>,
    /// Whether a known connection serves.
    pub reused: bool,
}
