//! Tells a profile's window which lists are stale. Announcements that come close together are one.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tauri::{AppHandle, Manager};
use tauri_specta::Event as _;

use crate::view::app::Theme;
use crate::view::{Changed, Topic};
use crate::window;

/// Changes within this time are said together: a burst of messages repaints the window once.
const GATHER: Duration = Duration::from_millis(40);

/// The way to one profile's window.
#[derive(Clone)]
pub struct Announcer {
    app: AppHandle,
    label: String,
    profile: String,
    stale: Arc<Mutex<Vec<Topic>>>,
}

impl Announcer {
    /// The way to the window `label` of `profile`.
    pub fn new(app: AppHandle, label: String, profile: &str) -> Self {
        Self { app, label, profile: profile.to_owned(), stale: Arc::default() }
    }

    /// Say that these lists are stale.
    pub fn say(&self, topics: impl IntoIterator<Item = Topic>) {
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
            let this = self.clone();
            tauri::async_runtime::spawn(async move {
                tokio::time::sleep(GATHER).await;
                this.flush();
            });
        }
    }

    fn flush(&self) {
        let topics = std::mem::take(&mut *self.stale.lock());
        let changed = Changed { profile: self.profile.clone(), topics };
        if let Err(error) = changed.emit_to(&self.app, self.label.as_str()) {
            tracing::warn!(%error, "the window was not told of a change");
        }
    }

    /// Give the window's frame its look.
    pub fn set_theme(&self, theme: Theme) {
        if let Some(window) = self.app.get_webview_window(&self.label) {
            let _ = window.set_theme(window::system_theme(theme));
        }
    }
}
