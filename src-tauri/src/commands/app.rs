//! The frame of the window: its state, its profile, its look, the clipboard.

use tauri::{State, WebviewWindow};

use super::Answer;
use crate::profiles::Profiles;
use crate::view::app::{AppState, Profile, Theme};

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

/// Put text on the clipboard.
#[tauri::command]
#[specta::specta]
pub async fn copy_text(window: WebviewWindow, text: String) -> Answer<()> {
    crate::desktop::copy_text(&window, text)
}

/// What a second start or a link handed over to this window and nobody took yet; hand it to `look_at`.
#[tauri::command]
#[specta::specta]
pub async fn take_handed_over(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<Option<String>> {
    Ok(profiles.of(&window)?.take_handed_over())
}
