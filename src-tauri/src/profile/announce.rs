//! Tells a profile's window which lists are stale. Announcements that come close together are one.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tauri::{AppHandle, Manager};
use tauri_specta::Event as _;

use crate::clipboard::Copied;
use crate::notify::{Notice, Notices};
use crate::tray::Tray;
use crate::view::app::Theme;
use crate::view::{Changed, Topic};
use crate::window;

/// Changes within this time are said together: a burst of messages repaints the window once.
const GATHER: Duration = Duration::from_millis(40);

/// The way to one profile's window.
#[derive(Clone)]
pub struct Announcer {
    window: Option<(AppHandle, String)>,
    profile: String,
    stale: Arc<Mutex<Vec<Topic>>>,
}

impl Announcer {
    /// The way to the window `label` of `profile`.
    pub fn new(app: AppHandle, label: String, profile: &str) -> Self {
        Self { window: Some((app, label)), profile: profile.to_owned(), stale: Arc::default() }
    }

    /// For a profile without a window.
    pub fn silent(profile: &str) -> Self {
        Self { window: None, profile: profile.to_owned(), stale: Arc::default() }
    }

    /// Say that these lists are stale.
    pub fn say(&self, topics: impl IntoIterator<Item = Topic>) {
        let Some((app, label)) = self.window.clone() else { return };
        let first = {
            let mut stale = self.stale.lock();
            let first = stale.is_empty();
            for topic in topics {
                if !stale.contains(&topic) {
                    stale.push(topic);
                }
            }
            first && !stale.is_empty()
        };
        if first {
            let (profile, stale) = (self.profile.clone(), self.stale.clone());
            tauri::async_runtime::spawn(async move {
                tokio::time::sleep(GATHER).await;
                let topics = std::mem::take(&mut *stale.lock());
                if let Some(tray) = app.try_state::<Tray>() {
                    tray.stale();
                }
                if let Err(error) = (Changed { profile, topics }).emit_to(&app, label.as_str()) {
                    tracing::warn!(%error, "the window was not told of a change");
                }
            });
        }
    }

    /// Tell of what comes in to the wallet, where there is a desktop to tell.
    pub fn notices(&self) -> impl Fn(Vec<Notice>) + Send + use<> {
        let (window, profile) = (self.window.clone(), self.profile.clone());
        move |notices| {
            if let Some((app, _)) = &window
                && let Some(desktop) = app.try_state::<Notices>()
            {
                desktop.came(&profile, notices);
            }
        }
    }

    /// Whether the desktop shows a tray now.
    pub fn has_tray(&self) -> bool {
        self.window.as_ref().is_some_and(|(app, _)| app.try_state::<Tray>().is_some_and(|tray| tray.is_shown()))
    }

    /// The wallet was locked: what was copied from it goes from the clipboard, and what the desktop shows of it from the
    /// screen.
    pub fn locked(&self) {
        if let Some((app, _)) = &self.window
            && let Some(desktop) = app.try_state::<Notices>()
        {
            desktop.withdraw(&self.profile);
        }
        if let Some((app, _)) = &self.window
            && let Some(copied) = app.try_state::<Copied>()
        {
            let copied = copied.inner().clone();
            // Asking the clipboard waits for whoever owns it.
            drop(tokio::task::spawn_blocking(move || copied.clear()));
        }
    }

    /// Give the window's frame its size.
    pub fn set_zoom(&self, percent: u16) {
        if let Some((app, label)) = &self.window
            && let Some(window) = app.get_webview_window(label)
        {
            let _ = window.set_zoom(f64::from(percent) / 100.0);
        }
    }

    /// Give the window's frame its look.
    pub fn set_theme(&self, theme: Theme) {
        if let Some((app, label)) = &self.window
            && let Some(window) = app.get_webview_window(label)
        {
            let _ = window.set_theme(window::system_theme(theme));
        }
    }
}
