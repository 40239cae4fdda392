//! Settings.

use tauri::{State, WebviewWindow};

use super::Answer;
use crate::profiles::Profiles;
use crate::view::desktop::DesktopSettings;
use crate::view::settings::{AddressSettings, ApiOpened, AutomaticSteps, SettingsView};

/// The settings as they are.
#[tauri::command]
#[specta::specta]
pub async fn settings(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<SettingsView> {
    profiles.of(&window)?.settings().await
}

/// Save the label and the address; listening starts anew where it changed.
#[tauri::command]
#[specta::specta]
pub async fn save_address(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    address: AddressSettings,
) -> Answer<SettingsView> {
    profiles.of(&window)?.save_address(address).await
}

/// Choose the steps that are taken without asking.
#[tauri::command]
#[specta::specta]
pub async fn save_automatic_steps(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    steps: AutomaticSteps,
) -> Answer<SettingsView> {
    profiles.of(&window)?.save_automatic_steps(steps).await
}

/// Choose what closing the window does, and whether the desktop is told of what comes in.
#[tauri::command]
#[specta::specta]
pub async fn save_desktop_settings(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    desktop: DesktopSettings,
) -> Answer<SettingsView> {
    profiles.of(&window)?.save_desktop_settings(desktop).await
}

/// Switch the admin API on (a new key, shown this once) or off (`null`).
#[tauri::command]
#[specta::specta]
pub async fn switch_api(window: WebviewWindow, profiles: State<'_, Profiles>, on: bool) -> Answer<Option<ApiOpened>> {
    profiles.of(&window)?.switch_api(on).await
}
