//! All profiles of this computer's user that are open in this process: one wallet and one window each. A command finds its profile by its window's label, so that no window can name another's.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use parking_lot::Mutex;
use tauri::{AppHandle, Manager, WebviewWindow, Window};

use crate::commands::Answer;
use crate::practice::Practice;
use crate::preferences::Preferences;
use crate::profile::{Announcer, Profile};
use crate::view::lock::LockReason;
use crate::view::{self, Failure};
use crate::window;

const LABEL_PREFIX: &str = "profile-";
const MAX_NAME: usize = 32;

/// The open profiles.
pub struct Profiles {
    app: AppHandle,
    home: PathBuf,
    practice: Arc<Practice>,
    open: Mutex<HashMap<String, Arc<Profile>>>,
    /// The profile whose window was used last.
    front: Mutex<Option<String>>,
}

/// The profile that a window's label names.
pub fn profile_of(label: &str) -> Option<&str> {
    label.strip_prefix(LABEL_PREFIX)
}

impl Profiles {
    /// Profiles under `home`, none of them open yet.
    pub fn new(app: AppHandle, home: PathBuf) -> Self {
        let practice = Arc::new(Practice::new(home.join("practice")));
        Self { app, home, practice, open: Mutex::default(), front: Mutex::default() }
    }

    /// A profile's window is used now.
    pub fn bring_to_front(&self, name: &str) {
        *self.front.lock() = Some(name.to_owned());
    }

    /// The open profile whose window was used last.
    pub fn in_front(&self) -> Option<String> {
        self.front.lock().clone().filter(|name| self.open.lock().contains_key(name))
    }

    /// The profile of the window that asks.
    ///
    /// # Errors
    ///
    /// `no-profile` for a window that has none (being closed).
    pub fn of(&self, window: &WebviewWindow) -> Answer<Arc<Profile>> {
        profile_of(window.label()).and_then(|name| self.open.lock().get(name).cloned()).ok_or_else(|| {
            Failure::new(
                "no-profile",
                "Window is closing",
                "This window has no profile any more.",
                "Open the profile again.",
            )
        })
    }

    /// Open a profile with its window, or bring its window to the front.
    ///
    /// # Errors
    ///
    /// `profile-name` for a name that is none, `window-unavailable` where the desktop opens no window.
    pub fn open(&self, name: &str) -> Answer<Arc<Profile>> {
        if !is_name(name) {
            return Err(Failure::invalid(
                "profile-name",
                format!("A profile's name has letters, digits, - and _, and at most {MAX_NAME} of them."),
                "Choose another name.",
            ));
        }
        let label = format!("{LABEL_PREFIX}{name}");
        let (profile, beside) = {
            let mut open = self.open.lock();
            let beside = open.len();
            let profile = open.entry(name.to_owned()).or_insert_with(|| {
                let announcer = Announcer::new(self.app.clone(), label.clone(), name);
                let folder = self.home.join("profiles").join(name);
                Arc::new(Profile::new(name, folder, announcer, self.practice.clone()))
            });
            (profile.clone(), beside)
        };
        if let Some(window) = self.app.get_webview_window(&label) {
            let _ = window.unminimize();
            let _ = window.show();
            let _ = window.set_focus();
        } else if let Err(error) = window::open(&self.app, &label, name, &profile.preferences(), beside) {
            return Err(Failure::new(
                "window-unavailable",
                "No window",
                "The desktop did not open a window.",
                "Close some other windows and try again.",
            )
            .because(error));
        }
        Ok(profile)
    }

    /// All profiles by name: those with a folder and those that are open.
    ///
    /// # Errors
    ///
    /// None so far: a folder that cannot be read has no profiles.
    pub fn list(&self, asking: &WebviewWindow) -> Answer<Vec<view::app::Profile>> {
        let open = self.open.lock();
        let mut names: Vec<String> = open.keys().cloned().collect();
        if let Ok(folders) = std::fs::read_dir(self.home.join("profiles")) {
            names.extend(
                folders
                    .flatten()
                    .filter_map(|folder| folder.file_name().into_string().ok())
                    .filter(|name| is_name(name))
                    .take(1000),
            );
        }
        names.sort_unstable();
        names.dedup();
        let current = profile_of(asking.label());
        Ok(names
            .into_iter()
            .map(|name| view::app::Profile {
                has_window: open.contains_key(&name),
                current: current == Some(name.as_str()),
                name,
            })
            .collect())
    }

    /// Keep a closing window's size and place.
    pub fn remember_window(&self, window: &Window, name: &str) {
        let profile = self.open.lock().get(name).cloned();
        if let (Some(profile), Some(placement)) = (profile, window::placement(window)) {
            let kept = profile.change_preferences(|preferences: &mut Preferences| preferences.window = Some(placement));
            if let Err(failure) = kept {
                tracing::warn!(reason = ?failure.detail, "the window's place was not kept");
            }
        }
    }

    /// Lock every wallet, all at once.
    pub async fn lock_all(&self, reason: LockReason) {
        let profiles: Vec<Arc<Profile>> = self.open.lock().values().cloned().collect();
        futures::future::join_all(profiles.iter().map(|profile| profile.lock_because(reason))).await;
    }

    /// Lock the wallets whose persons are away.
    pub async fn lock_idle(&self) {
        let profiles: Vec<Arc<Profile>> = self.open.lock().values().cloned().collect();
        futures::future::join_all(profiles.iter().map(|profile| profile.lock_if_idle())).await;
    }

    /// A window is gone: its wallet stops and its keys are dropped. The profile is forgotten only after that, so that
    /// one which is opened again at once does not find its own folder in use.
    pub fn close(&self, name: &str) {
        let Some(profile) = self.open.lock().get(name).cloned() else { return };
        let (app, name) = (self.app.clone(), name.to_owned());
        tauri::async_runtime::spawn(async move {
            profile.stop().await;
            if let Some(profiles) = app.try_state::<Self>()
                && app.get_webview_window(&format!("{LABEL_PREFIX}{name}")).is_none()
            {
                profiles.open.lock().remove(&name);
            }
        });
    }

    /// The program ends: every wallet stops.
    pub async fn stop(&self) {
        let profiles: Vec<Arc<Profile>> = self.open.lock().drain().map(|(_, profile)| profile).collect();
        for profile in profiles {
            profile.stop().await;
        }
        self.practice.stop().await;
    }
}

/// A name that is a folder's name everywhere and part of a window's label.
fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= MAX_NAME
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::{is_name, profile_of};

    #[test]
    fn a_profile_name_cannot_leave_its_folder() {
        assert!(is_name("desk-2_b"));
        for name in ["", "..", "a/b", "a b", "ä", "x".repeat(33).as_str()] {
            assert!(!is_name(name), "{name:?}");
        }
    }

    #[test]
    fn a_label_names_its_profile() {
        assert_eq!(profile_of("profile-desk"), Some("desk"));
        assert_eq!(profile_of("main"), None);
    }
}
