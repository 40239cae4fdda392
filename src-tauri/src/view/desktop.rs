//! The window among the others on the desktop: what closing it does, whether anything is notified, and the place in it
//! that something outside leads to.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What the person chose for the desktop; kept beside the wallet, for a locked one needs it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DesktopSettings {
    /// What closing the window does.
    pub on_close: OnClose,
    /// Lock at once when the window is closed and the wallet stays in the tray.
    pub lock_when_closed: bool,
    /// Whether the desktop is told of what comes in while the window is not looked at.
    pub notifications: bool,
}

/// What closing the window does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum OnClose {
    /// The wallet goes on in the tray; where the desktop shows none, it is closed.
    #[default]
    Tray,
    /// The wallet is closed.
    Quit,
}

/// A place in the window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Place {
    /// The screen.
    pub screen: Screen,
    /// What is opened in it; `null` is the screen itself.
    pub open: Option<Opened>,
}

/// What is opened in a screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Opened {
    /// What kind of thing the id names.
    pub kind: OpenedKind,
    /// Its id.
    pub id: String,
}

/// A screen that something outside leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Screen {
    /// Credentials that are held.
    Credentials,
    /// The offers inbox.
    Offers,
    /// Issuing: requests and runs.
    Issue,
    /// Connections and their messages.
    Connections,
    /// The wallet's identities.
    Identities,
}

/// The kind of thing that an id names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum OpenedKind {
    /// A row of the screen's own list.
    Item,
    /// A credential exchange.
    Exchange,
    /// A run.
    Run,
}

impl Place {
    /// A screen with nothing opened in it.
    pub fn screen(screen: Screen) -> Self {
        Self { screen, open: None }
    }

    /// A screen with this opened in it.
    pub fn of(screen: Screen, kind: OpenedKind, id: impl Into<String>) -> Self {
        Self { screen, open: Some(Opened { kind, id: id.into() }) }
    }
}

/// The window is to go to a place: the person chose it in the tray or in a notification.
#[derive(Debug, Clone, Serialize, Deserialize, Type, tauri_specta::Event)]
#[serde(rename_all = "camelCase")]
pub struct ShowPlace {
    /// The profile whose window is meant. A window ignores the others.
    pub profile: String,
    /// Where to.
    pub place: Place,
}
