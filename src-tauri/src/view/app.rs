//! The frame of the window: which wallet, its lock, and how others reach it.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Failure;
use super::lock::{LockReason, LockSettings, WorkingBehind};

/// Everything that the frame of the window and the first screens need.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AppState {
    /// The profile of this window.
    pub profile: String,
    /// Whether there is a wallet, and whether it is open.
    pub wallet: WalletState,
    /// Why the wallet cannot be opened, when it cannot.
    pub problem: Option<Failure>,
    /// How the wallet's key is kept; `null` where there is no wallet.
    pub protection: Option<Protection>,
    /// Whether this desktop has a keyring that can be used.
    pub keyring_available: bool,
    /// The name that others see; empty while locked.
    pub label: String,
    /// The look that was chosen.
    pub theme: Theme,
    /// A BCP 47 tag, or `null` for the system's language.
    pub language: Option<String>,
    /// How others reach this wallet.
    pub reach: Reach,
    /// The admin API's switch.
    pub api: ApiSwitch,
    /// What waits for the person, for the counts in the sidebar.
    pub waiting: Waiting,
    /// The program's version.
    pub version: String,
    /// Recovery words were made and not yet confirmed: ask again.
    pub recovery_words_unconfirmed: bool,
    /// How the first identity of a new wallet comes along.
    pub first_identity: FirstIdentity,
    /// Why it was locked, while it is.
    pub locked_because: Option<LockReason>,
    /// What goes on behind the lock, where anything may.
    pub working: Option<WorkingBehind>,
    /// Seconds until the next try to unlock is taken, after wrong ones, also over a restart.
    pub retry_after: Option<u32>,
    /// The lock's settings, while it is open.
    pub lock: Option<LockSettings>,
    /// How large everything is shown, in percent.
    pub zoom: u16,
}

/// The identity on the practice ledger that a new wallet gets by itself.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "state", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum FirstIdentity {
    /// There is nothing to make (any more).
    Settled,
    /// It is being made.
    Making,
    /// It could not be made; the next start tries again, and `make_first_identity` does now.
    Failed {
        /// Why.
        problem: Box<Failure>,
    },
}

/// A wallet's state as the window sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum WalletState {
    /// There is none: first start.
    None,
    /// There is one and its key is not here.
    Locked,
    /// Open.
    Open,
    /// Another process has it open.
    InUse,
    /// Its file cannot be read.
    Damaged,
    /// A newer version of this program wrote it.
    TooNew,
}

/// Which ways there are to open the wallet.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Protection {
    /// The desktop's keyring: as strong as the desktop's login.
    pub keyring: bool,
    /// A passphrase.
    pub passphrase: bool,
    /// Recovery words.
    pub recovery_words: bool,
}

/// Light, dark, or as the system says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How others reach this wallet, and what is on its way.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Reach {
    /// In a word.
    pub kind: ReachKind,
    /// The address that invitations carry, if any.
    pub address: Option<String>,
    /// In a sentence, for the row of state.
    pub sentence: String,
    /// Messages that wait to be delivered.
    pub unsent: u32,
}

/// How far the address reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ReachKind {
    /// Closed while locked, or there is no wallet.
    Closed,
    /// No address: only answers to what this wallet sends.
    None,
    /// This computer alone.
    Computer,
    /// The network that the address belongs to.
    Network,
}

/// The admin API's switch. The key is never read back: it is shown once, when the switch goes on.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ApiSwitch {
    /// Whether it listens.
    pub on: bool,
    /// Where, while it does.
    pub address: Option<String>,
}

/// What waits for the person.
#[derive(Debug, Clone, Copy, Default, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// Offers to accept or decline.
    pub offers: u32,
    /// Requests to issue.
    pub requests: u32,
    /// Connections to accept.
    pub connections: u32,
    /// Texts to read.
    pub messages: u32,
    /// Identities and publications that got stuck on their way to a ledger.
    pub ledger_jobs: u32,
    /// Changes of status that are not published yet.
    pub status_changes: u32,
}

/// What a new wallet is made with. At least one protection is needed.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewWallet {
    /// The name that others will see.
    pub label: String,
    /// Keep the key in the desktop's keyring.
    pub keyring: bool,
    /// Protect the key with this passphrase.
    pub passphrase: Option<String>,
}

/// The words that open the wallet when all else is lost: shown once, in a screen of their own, cleared after.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryWords {
    /// The words, in order.
    pub words: Vec<String>,
    /// Which of them (from 1) the person is asked to type again.
    pub ask: Vec<u32>,
}

/// One word typed again.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WordTyped {
    /// Its place, from 1.
    pub place: u32,
    /// What was typed.
    pub word: String,
}

/// What is thought of a passphrase before it is used.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PassphraseAdvice {
    /// Whether it may be used.
    pub acceptable: bool,
    /// 0 (nothing) to 4 (strong), for a meter.
    pub strength: u8,
    /// What would make it better, or that it is fine.
    pub sentence: String,
}

/// A profile: a wallet of its own with a window of its own.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// Its name, as in `vouchsafe --profile NAME`.
    pub name: String,
    /// Whether it has a window now.
    pub has_window: bool,
    /// Whether it is this window's.
    pub current: bool,
}
