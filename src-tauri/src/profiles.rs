//! All profiles of this computer's user that are open in this process: one wallet and one window each. A command finds its profile by its window's label, so that no window can name another's.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tauri::{AppHandle, Manager, WebviewWindow, Window};
use tauri_specta::Event as _;

use crate::commands::Answer;
use crate::notify::Notices;
use crate::phrases::Language;
use crate::practice::Practice;
use crate::preferences::Preferences;
use crate::profile::{Announcer, Profile};
use crate::tray::{Content, Matter, Tray, Wallet};
use crate::view::desktop::{OnClose, Place, ShowPlace};
use crate::view::lock::LockReason;
use crate::view::{self, Failure};
use crate::window;

const LABEL_PREFIX: &str = "profile-";
const MAX_NAME: usize = 32;
/// How long a window rests before its place is kept.
const REST: Duration = Duration::from_millis(600);
/// How long a tray may be away before the windows that it hides come back.
const TRAY_PATIENCE: Duration = Duration::from_secs(10);

/// The open profiles.
pub struct Profiles {
    app: AppHandle,
    home: PathBuf,
    practice: Arc<Practice>,
    open: Mutex<HashMap<String, Arc<Profile>>>,
    /// The profile whose window was used last.
    front: Mutex<Option<String>>,
    moves: Moves,
}

/// How what came in is notified.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// In which language.
    pub language: Language,
    /// The wallet is locked: nothing is told but that something waits.
    pub locked: bool,
    /// There are several open profiles: it is said whose it is.
    pub several: bool,
}

/// The last move of each window: many come while one is dragged.
#[derive(Debug, Default)]
struct Moves(Mutex<HashMap<String, u64>>);

impl Moves {
    /// A window moved: the number of the move, where it can be counted.
    fn next(&self, name: &str) -> Option<u64> {
        let mut moves = self.0.lock();
        let last = moves.entry(name.to_owned()).or_default();
        *last = last.checked_add(1)?;
        Some(*last)
    }

    /// Whether it has not moved since.
    fn is_last(&self, name: &str, turn: u64) -> bool {
        self.0.lock().get(name) == Some(&turn)
    }
}

/// The profile that a window's label names.
pub fn profile_of(label: &str) -> Option<&str> {
    label.strip_prefix(LABEL_PREFIX)
}

impl Profiles {
    /// Profiles under `home`, none of them open yet.
    pub fn new(app: AppHandle, home: PathBuf) -> Self {
        let practice = Arc::new(Practice::new(home.join("practice")));
        Self { app, home, practice, open: Mutex::default(), front: Mutex::default(), moves: Moves::default() }
    }

    /// A profile's window is used now.
    pub fn bring_to_front(&self, name: &str) {
        *self.front.lock() = Some(name.to_owned());
        if let Some(notices) = self.app.try_state::<Notices>() {
            notices.withdraw(name);
        }
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
        } else {
            self.tray_is_stale();
        }
        Ok(profile)
    }

    fn tray_is_stale(&self) {
        if let Some(tray) = self.app.try_state::<Tray>() {
            tray.stale();
        }
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

    /// Open a profile's window, or bring it to the front, at this place.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub fn open_at(&self, name: &str, place: Place) -> Answer<()> {
        self.open(name)?;
        let there = ShowPlace { profile: name.to_owned(), place };
        if let Err(error) = there.emit_to(&self.app, format!("{LABEL_PREFIX}{name}").as_str()) {
            tracing::warn!(%error, "the window was not told where to go");
        }
        Ok(())
    }

    /// Bring the window that was used last to the front.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub fn show_last(&self) -> Answer<()> {
        let last = self.in_front().or_else(|| self.open.lock().keys().min().cloned());
        last.map_or(Ok(()), |name| self.open(&name).map(drop))
    }

    /// What the tray shows.
    pub async fn tray_content(&self) -> Content {
        let mut open: Vec<(String, Arc<Profile>)> =
            self.open.lock().iter().map(|(name, profile)| (name.clone(), profile.clone())).collect();
        open.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        let front = self.in_front();
        let speaker = open.iter().find(|(name, _)| Some(name) == front.as_ref()).or(open.first());
        let chosen = speaker.and_then(|(_, profile)| profile.preferences().language);
        let mut wallets = Vec::new();
        for (name, profile) in open {
            let waiting = profile.waits().await.map(|waiting| Matter::of(&waiting));
            wallets.push(Wallet { profile: name, waiting });
        }
        Content { language: Language::of(chosen.as_deref()), wallets }
    }

    /// How what came in to a profile's wallet is to be notified; `None` where it is not: the person looks at it, or wants
    /// none.
    pub fn manner(&self, name: &str) -> Option<Manner> {
        let (profile, several) = {
            let open = self.open.lock();
            (open.get(name)?.clone(), open.len() > 1)
        };
        let preferences = profile.preferences();
        let looked_at = self.window(name).is_some_and(|window| {
            window.is_focused().unwrap_or(false)
                && window.is_visible().unwrap_or(true)
                && !window.is_minimized().unwrap_or(false)
        });
        (preferences.notifications && !looked_at).then(|| Manner {
            language: Language::of(preferences.language.as_deref()),
            locked: !profile.is_open(),
            several,
        })
    }

    /// Whether a window that is to be closed stays in the tray instead: the person wants it, there is a tray to find it
    /// in, and a wallet that goes on.
    pub fn stays(&self, name: &str) -> bool {
        let Some(profile) = self.open.lock().get(name).cloned() else { return false };
        profile.preferences().on_close == OnClose::Tray
            && self.app.try_state::<Tray>().is_some_and(|tray| tray.is_shown())
            && profile.has_wallet()
    }

    /// A window was hidden in the tray: its wallet goes on, behind the lock where the person wants that.
    pub fn hidden(&self, name: &str) {
        let Some(profile) = self.open.lock().get(name).cloned() else { return };
        if profile.preferences().lock_when_closed {
            tauri::async_runtime::spawn(async move {
                let _ = profile.lock_because(LockReason::Closed).await;
            });
        }
    }

    /// The desktop shows a tray, or shows it no more: a hidden window that nobody could find again comes back.
    pub fn tray_changed(&self, is_there: bool) {
        for profile in self.open.lock().values() {
            profile.tray_changed();
        }
        if is_there {
            return;
        }
        let app = self.app.clone();
        tauri::async_runtime::spawn(async move {
            // A desktop that starts anew takes its tray away for a moment.
            tokio::time::sleep(TRAY_PATIENCE).await;
            let (Some(profiles), Some(tray)) = (app.try_state::<Self>(), app.try_state::<Tray>()) else { return };
            if tray.is_shown() {
                return;
            }
            let names: Vec<String> = profiles.open.lock().keys().cloned().collect();
            for window in names.iter().filter_map(|name| profiles.window(name)) {
                if !window.is_visible().unwrap_or(true) {
                    let _ = window.show();
                }
            }
        });
    }

    fn window(&self, name: &str) -> Option<WebviewWindow> {
        self.app.get_webview_window(&format!("{LABEL_PREFIX}{name}"))
    }

    /// A window was moved or sized: its place is kept once it rests.
    pub fn window_moved(&self, window: &Window, name: &str) {
        let Some(turn) = self.moves.next(name) else { return };
        let (app, window, name) = (self.app.clone(), window.clone(), name.to_owned());
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(REST).await;
            if let Some(profiles) = app.try_state::<Self>()
                && profiles.moves.is_last(&name, turn)
            {
                profiles.remember_window(&window, &name);
            }
        });
    }

    /// Keep a window's size and place.
    pub fn remember_window(&self, window: &Window, name: &str) {
        let Some(profile) = self.open.lock().get(name).cloned() else { return };
        let before = profile.preferences().window;
        let now = window::placement(window, before);
        if now.is_some() && now != before {
            let kept = profile.change_preferences(|preferences: &mut Preferences| preferences.window = now);
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
                profiles.tray_is_stale();
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
    use super::{Moves, is_name, profile_of};

    #[test]
    fn only_the_last_of_many_moves_is_kept() {
        let moves = Moves::default();
        let first = moves.next("personal").unwrap();
        let last = moves.next("personal").unwrap();
        moves.next("desk").unwrap();
        assert!(!moves.is_last("personal", first) && moves.is_last("personal", last));
    }

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
