//! Stored credentials.

use tauri::{State, WebviewWindow};

use super::Answer;
use crate::profiles::Profiles;
use crate::view::credentials::{CredentialRow, CredentialView};
use crate::view::{ListQuery, Page};

/// Credentials that match, newest first.
#[tauri::command]
#[specta::specta]
pub async fn credentials(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    query: ListQuery,
) -> Answer<Page<CredentialRow>> {
    profiles.of(&window)?.credentials(query).await
}

/// One credential, with the checks as they were when it was stored or last checked.
#[tauri::command]
#[specta::specta]
pub async fn credential(window: WebviewWindow, profiles: State<'_, Profiles>, id: String) -> Answer<CredentialView> {
    profiles.of(&window)?.credential(&id).await
}

/// Verify a credential again, now.
#[tauri::command]
#[specta::specta]
pub async fn check_again(window: WebviewWindow, profiles: State<'_, Profiles>, id: String) -> Answer<CredentialView> {
    profiles.of(&window)?.check_again(&id).await
}

/// Mark a credential, or no longer.
#[tauri::command]
#[specta::specta]
pub async fn set_favourite(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    id: String,
    favourite: bool,
) -> Answer<()> {
    profiles.of(&window)?.set_favourite(&id, favourite).await
}

/// Write a credential to a file that the person chooses. Answers with the file's name, or `null` when none was chosen.
#[tauri::command]
#[specta::specta]
pub async fn export_credential(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    id: String,
) -> Answer<Option<String>> {
    let view = profiles.of(&window)?.credential(&id).await?;
    crate::desktop::save_file(&window, &view.export_name(), view.raw).await
}

/// Delete a credential from this wallet. It cannot be brought back.
#[tauri::command]
#[specta::specta]
pub async fn delete_credential(window: WebviewWindow, profiles: State<'_, Profiles>, id: String) -> Answer<()> {
    profiles.of(&window)?.delete_credential(&id).await
}
