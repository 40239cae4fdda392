//! The frame of the window: its state, its profile, its look, the clipboard.

use std::time::Duration;

use tauri::{State, WebviewWindow};
use zeroize::Zeroizing;

use super::Answer;
use crate::clipboard::Copied;
use crate::profiles::Profiles;
use crate::view::app::{AppState, Profile, Theme};
use crate::view::lock::CopyKind;

/// Everything that the frame of the window needs.
#[tauri::command]
#[specta::specta]
pub async fn app_state(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<AppState> {
    profiles.of(&window)?.app_state().await
}

/// All profiles of this person on this computer, by name.
#[tauri::command]
#[specta::specta]
pub async fn list_profiles(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<Vec<Profile>> {
    profiles.list(&window)
}

/// Open a profile's window, or bring it to the front. A name that is new begins a new profile. Letters, digits, `-` and `_`, at most 32.
#[tauri::command]
#[specta::specta]
pub async fn open_profile(profiles: State<'_, Profiles>, name: String) -> Answer<()> {
    profiles.open(&name).map(drop)
}

/// Choose the look; kept with the profile, outside the wallet, so that the locked window has it too.
#[tauri::command]
#[specta::specta]
pub async fn choose_theme(window: WebviewWindow, profiles: State<'_, Profiles>, theme: Theme) -> Answer<()> {
    profiles.of(&window)?.choose_theme(theme)
}

/// Choose the language by its BCP 47 tag; `null` follows the system.
#[tauri::command]
#[specta::specta]
pub async fn choose_language(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    language: Option<String>,
) -> Answer<()> {
    profiles.of(&window)?.choose_language(language)
}

/// Put text on the clipboard; what it is decides whether it is cleared again.
#[tauri::command]
#[specta::specta]
pub async fn copy_text(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    copied: State<'_, Copied>,
    text: String,
    kind: CopyKind,
) -> Answer<()> {
    let lock = profiles.of(&window)?.lock_settings().unwrap_or_default();
    let text = Zeroizing::new(text);
    crate::desktop::copy_text(&copied, &text, kind, Duration::from_secs(lock.clipboard_seconds.into()))
}

/// Choose how large everything is shown, in percent.
#[tauri::command]
#[specta::specta]
pub async fn choose_zoom(window: WebviewWindow, profiles: State<'_, Profiles>, percent: u16) -> Answer<()> {
    profiles.of(&window)?.choose_zoom(percent)
}
