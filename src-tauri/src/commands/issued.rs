//! Issued credentials and their status.

use tauri::{State, WebviewWindow};

use super::Answer;
use crate::profiles::Profiles;
use crate::view::issued::{IssuedPage, IssuedQuery, StatusChange, StatusChanged};

/// Credentials that this wallet issued, newest first.
#[tauri::command]
#[specta::specta]
pub async fn issued(window: WebviewWindow, profiles: State<'_, Profiles>, query: IssuedQuery) -> Answer<IssuedPage> {
    profiles.of(&window)?.issued(query).await
}

/// Revoke, suspend or restore. Changes are kept at once; with `publish` they are published at once too, together with all others that wait.
#[tauri::command]
#[specta::specta]
pub async fn set_status(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    exchange_ids: Vec<String>,
    change: StatusChange,
    publish: bool,
) -> Answer<StatusChanged> {
    profiles.of(&window)?.set_status(exchange_ids, change, publish).await
}

/// Publish all changes that wait.
#[tauri::command]
#[specta::specta]
pub async fn publish_status(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<StatusChanged> {
    profiles.of(&window)?.publish_status().await
}
