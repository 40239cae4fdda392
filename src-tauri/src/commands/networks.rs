//! Networks.

use tauri::{State, WebviewWindow};

use super::Answer;
use crate::profiles::Profiles;
use crate::view::networks::{NetworkAddresses, NetworkChecked, NetworkView};

/// The networks that this wallet knows, practice first.
#[tauri::command]
#[specta::specta]
pub async fn networks(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<Vec<NetworkView>> {
    profiles.of(&window)?.networks().await
}

/// Save a network's addresses.
#[tauri::command]
#[specta::specta]
pub async fn save_network(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    addresses: NetworkAddresses,
) -> Answer<Vec<NetworkView>> {
    profiles.of(&window)?.save_network(addresses).await
}

/// Ask a network's resolver and registrar whether they are there.
#[tauri::command]
#[specta::specta]
pub async fn check_network(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    namespace: String,
) -> Answer<NetworkChecked> {
    profiles.of(&window)?.check_network(&namespace).await
}

/// Switch the practice network on or off for this wallet.
#[tauri::command]
#[specta::specta]
pub async fn switch_practice(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    on: bool,
) -> Answer<Vec<NetworkView>> {
    profiles.of(&window)?.switch_practice(on).await
}
