//! One profile: its folder, its preferences, its wallet. Each file beside this one holds what one screen asks for.

mod activity;
mod add;
mod announce;
mod api;
mod backup;
mod backup_steps;
mod connections;
mod credential_list;
mod credentials;
mod exchanges;
mod first_identity;
mod found_credential;
mod handed_over;
mod identities;
mod identity_steps;
mod invitations;
mod issue;
mod issued;
mod keep;
mod keys;
mod ledger_jobs;
mod lock;
mod migration;
mod networks;
mod offers;
mod peers;
mod practice_peers;
mod records;
mod restore;
mod running;
mod runs;
mod settings;
mod support;
mod table;
mod take;
mod templates;
#[cfg(test)]
mod tests;
mod timeline;
mod wallet;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

pub use announce::Announcer;
pub use ledger_jobs::stuck;

use self::keys::Unconfirmed;
use self::lock::Presence;
use self::running::ALL;
use self::wallet::Wallet;
use crate::commands::Answer;
use crate::practice::Practice;
use crate::preferences::Preferences;
use crate::view::app::Theme;
use crate::view::desktop::DesktopSettings;
use crate::view::lock::LockReason;
use crate::view::settings::SettingsView;
use crate::view::{Failure, Topic};

/// A profile that has a window.
pub struct Profile {
    name: String,
    folder: PathBuf,
    announcer: Announcer,
    practice: Arc<Practice>,
    preferences: Mutex<Preferences>,
    handed_over: handed_over::Before,
    wallet: Mutex<Wallet>,
    unconfirmed: Unconfirmed,
    /// What is to be issued from a file.
    table: table::TableDesk,
    presence: Presence,
    locked_because: Mutex<Option<LockReason>>,
    /// How a backup or a restore comes along.
    backup: backup_steps::Shown,
    /// Held while a backup is made.
    backing_up: tokio::sync::Mutex<()>,
    /// A backup that was opened to be restored.
    to_restore: restore::ToRestore,
    /// Held while the wallet is made, opened or locked.
    changing: tokio::sync::Mutex<()>,
}

impl Profile {
    /// The profile `name` in `folder`, which practises on `practice`; nothing is opened yet.
    pub fn new(name: &str, folder: PathBuf, announcer: Announcer, practice: Arc<Practice>) -> Self {
        Self {
            name: name.to_owned(),
            preferences: Mutex::new(Preferences::read(&folder)),
            folder,
            announcer,
            practice,
            handed_over: Mutex::default(),
            wallet: Mutex::default(),
            unconfirmed: Mutex::default(),
            table: Mutex::default(),
            backup: backup_steps::Shown::default(),
            backing_up: tokio::sync::Mutex::default(),
            to_restore: Mutex::default(),
            presence: Presence::default(),
            locked_because: Mutex::default(),
            changing: tokio::sync::Mutex::default(),
        }
    }

    /// What the window remembers.
    pub fn preferences(&self) -> Preferences {
        self.preferences.lock().clone()
    }

    /// Change what the window remembers, and write it down.
    ///
    /// # Errors
    ///
    /// `preferences-unwritable`.
    pub fn change_preferences(&self, change: impl FnOnce(&mut Preferences)) -> Answer<()> {
        let mut preferences = self.preferences.lock();
        change(&mut preferences);
        preferences.write(&self.folder).map_err(|error| {
            Failure::new(
                "preferences-unwritable",
                "Not kept",
                "The choice holds for now but could not be written to the disk.",
                "Check that there is space on the disk.",
            )
            .because(error)
        })
    }

    /// Choose the look, for the page and for the window's frame.
    ///
    /// # Errors
    ///
    /// As [`Self::change_preferences`].
    pub fn choose_theme(&self, theme: Theme) -> Answer<()> {
        self.announcer.set_theme(theme);
        self.change_preferences(|preferences| preferences.theme = theme)?;
        self.announcer.say([Topic::App, Topic::Settings]);
        Ok(())
    }

    /// Choose how large everything is shown, in percent: 50 to 200.
    ///
    /// # Errors
    ///
    /// As [`Self::change_preferences`].
    pub fn choose_zoom(&self, percent: u16) -> Answer<()> {
        let percent = percent.clamp(50, 200);
        self.announcer.set_zoom(percent);
        self.change_preferences(|preferences| preferences.zoom = percent)?;
        self.announcer.say([Topic::App]);
        Ok(())
    }

    /// Choose the language.
    ///
    /// # Errors
    ///
    /// As [`Self::change_preferences`]; `language-unknown` for what is no tag.
    pub fn choose_language(&self, language: Option<String>) -> Answer<()> {
        if language.as_ref().is_some_and(|tag| {
            tag.is_empty() || tag.len() > 35 || !tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        }) {
            return Err(Failure::invalid(
                "language-unknown",
                "This is not the tag of a language.",
                "Choose a language from the list.",
            ));
        }
        self.change_preferences(|preferences| preferences.language = language)?;
        self.announcer.say([Topic::App, Topic::Settings]);
        Ok(())
    }

    /// Choose what closing the window does, and whether anything is notified.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; as [`Self::change_preferences`].
    pub async fn save_desktop_settings(&self, desktop: DesktopSettings) -> Answer<SettingsView> {
        self.open()?;
        self.change_preferences(|preferences| {
            preferences.on_close = desktop.on_close;
            preferences.lock_when_closed = desktop.lock_when_closed;
            preferences.notifications = desktop.notifications;
        })?;
        self.announcer.say([Topic::Settings]);
        self.settings().await
    }

    /// The desktop shows a tray, or shows it no more.
    pub fn tray_changed(&self) {
        self.announcer.say([Topic::Settings]);
    }

    /// Everything may be stale.
    fn say_all(&self) {
        self.announcer.say(ALL);
    }

    /// Where the wallet's files are.
    fn wallet_folder(&self) -> PathBuf {
        self.folder.join("wallet")
    }

    /// Where the profile's files are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}
