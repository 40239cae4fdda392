//! The rehearsal: a practice issuer and a practice holder side by side, the steps between them, and the check of an
//! installation, which is the same steps gone through by the program itself.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Failure;
use super::add::InvitationCard;
use super::connections::InvitationView;
use super::credentials::CredentialView;
use super::exchanges::ExchangeView;
use super::issue::CredentialPreview;
use super::issued::IssuedRow;

/// The rehearsal as it stands.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RehearsalView {
    /// Whether there is one.
    pub state: RehearsalState,
    /// The steps, in order.
    pub steps: Vec<RehearsalStep>,
    /// The step that `rehearse` takes; `null` when all are taken.
    pub next: Option<RehearsalKey>,
    /// The issuer's side.
    pub issuer: Option<RehearsalPane>,
    /// The holder's side.
    pub holder: Option<RehearsalPane>,
    /// Where its files are: the folder that goes when it is removed.
    pub folder: String,
}

/// Whether there is a rehearsal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum RehearsalState {
    /// There is none.
    None,
    /// One was left in its middle: `begin_rehearsal` goes on with it, `remove_rehearsal` takes it away.
    Left,
    /// It runs.
    Open,
}

/// A step of the rehearsal: one click, and what follows from it by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum RehearsalKey {
    /// The issuer makes an invitation.
    Invite,
    /// The holder takes it, and the two are connected.
    Connect,
    /// The issuer offers a credential.
    Offer,
    /// The holder accepts the offer, which requests the credential.
    Accept,
    /// The issuer signs and sends it.
    Issue,
    /// The holder verifies and stores it.
    Store,
    /// The issuer revokes it, and the holder finds that out.
    Revoke,
}

/// A step as it stands.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RehearsalStep {
    /// Which.
    pub step: RehearsalKey,
    /// Taken already.
    pub done: bool,
    /// When it was taken.
    pub at: Option<String>,
    /// How long it took, in milliseconds.
    pub millis: Option<u32>,
}

/// What one side sees: the same views that a window of its own would show.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RehearsalPane {
    /// The wallet's name.
    pub name: String,
    /// The invitation, at the issuer's.
    pub invitation: Option<InvitationView>,
    /// The card before contact, at the holder's.
    pub consent: Option<InvitationCard>,
    /// Connected with the other side.
    pub connected: bool,
    /// The credential that will be offered, at the issuer's.
    pub preview: Option<CredentialPreview>,
    /// The exchange.
    pub exchange: Option<ExchangeView>,
    /// The stored credential, at the holder's.
    pub credential: Option<CredentialView>,
    /// How the credential stands, at the issuer's.
    pub issued: Option<IssuedRow>,
}

/// What came of checking this installation.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct InstallationCheck {
    /// Whether all that has to work works.
    pub passed: bool,
    /// The parts, in the order they were checked.
    pub checks: Vec<InstallationPart>,
    /// How long all of it took, in milliseconds.
    pub millis: u32,
    /// The whole as text, to be copied. It names no person and no wallet.
    pub report: String,
}

/// One part of the check.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct InstallationPart {
    /// Which.
    pub part: InstallationKey,
    /// What came of it.
    pub outcome: InstallationOutcome,
    /// How long it took, in milliseconds.
    pub millis: u32,
    /// Why it failed.
    pub problem: Option<Failure>,
}

/// A part of the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum InstallationKey {
    /// The disk takes a file and gives it back.
    Disk,
    /// The desktop's keyring answers.
    Keyring,
    /// Two wallets are made, encrypted.
    Wallets,
    /// A wallet is locked and opened again by its passphrase.
    Unlock,
    /// Both wallets listen on this computer.
    Loopback,
    /// An identity is written to the practice ledger and read back.
    Ledger,
    /// A step of the rehearsal.
    Invite,
    /// A step of the rehearsal.
    Connect,
    /// A step of the rehearsal.
    Offer,
    /// A step of the rehearsal.
    Accept,
    /// A step of the rehearsal.
    Issue,
    /// A step of the rehearsal.
    Store,
    /// A step of the rehearsal.
    Revoke,
    /// The clock goes with the time.
    Clock,
    /// What the check made is gone again.
    Removed,
}

/// What came of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum InstallationOutcome {
    /// It works.
    Passed,
    /// It is not there, and nothing needs it.
    Absent,
    /// It does not work.
    Failed,
    /// Not tried, because something before it does not work.
    Skipped,
}
