//! Settings: the label, how others reach this wallet, which steps it takes by itself, its protection, the admin API.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::app::{ApiSwitch, Protection, Reach, Theme};
use super::desktop::DesktopSettings;
use super::lock::LockSettings;

/// The settings as they are.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SettingsView {
    /// The name that others see.
    pub label: String,
    /// Where this wallet listens.
    pub listen: Listen,
    /// The address for invitations when it is not the listening one (behind a proxy or tunnel).
    pub endpoint: Option<String>,
    /// How others reach this wallet now.
    pub reach: Reach,
    /// Steps that are taken without asking.
    pub automatic: AutomaticSteps,
    /// The look.
    pub theme: Theme,
    /// A BCP 47 tag, or `null` for the system's language.
    pub language: Option<String>,
    /// What closing the window does, and whether anything is notified.
    pub desktop: DesktopSettings,
    /// Whether this desktop shows a tray now.
    pub tray: bool,
    /// How the wallet's key is kept.
    pub protection: Protection,
    /// When the wallet locks by itself and what it hides.
    pub lock: LockSettings,
    /// The admin API's switch.
    pub api: ApiSwitch,
    /// Where the wallet's files are.
    pub folder: String,
}

/// Where the wallet listens for others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Listen {
    /// Nowhere: only answers to what it sends.
    Nowhere,
    /// On this computer alone.
    Computer {
        /// The port; 0 lets the system choose.
        port: u16,
    },
    /// On every network this computer is in.
    Network {
        /// The port; 0 lets the system choose.
        port: u16,
    },
}

/// Steps that the wallet takes without asking. Accepting an offer is never one of them by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own on the screen")]
pub struct AutomaticSteps {
    /// Let in who uses an invitation of ours.
    pub accept_connections: bool,
    /// Request every credential that is offered.
    pub accept_offers: bool,
    /// Issue when the offer is accepted.
    pub issue: bool,
    /// Store what was issued, once it is verified.
    pub store: bool,
}

/// Label and address, saved together.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AddressSettings {
    /// The name that others see.
    pub label: String,
    /// Where to listen.
    pub listen: Listen,
    /// The address for invitations when it is another one.
    pub endpoint: Option<String>,
}

/// The admin API has been switched on: its address and its key, shown this once.
#[derive(Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ApiOpened {
    /// Where it listens, on loopback.
    pub address: String,
    /// The key for the `X-API-Key` header.
    pub key: String,
}
