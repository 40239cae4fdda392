//! Stored credentials.

use tauri::{State, WebviewWindow};

use super::Answer;
use crate::profiles::Profiles;
use crate::view::credential_list::{Arrangement, CredentialChange, CredentialQuery, IssuerGroup, TagView};
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

/// Credentials that match, in the order of choice.
#[tauri::command]
#[specta::specta]
pub async fn credential_list(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    query: CredentialQuery,
) -> Answer<Page<CredentialRow>> {
    profiles.of(&window)?.credential_list(query).await
}

/// The issuers of the credentials that match, by name, with their counts.
#[tauri::command]
#[specta::specta]
pub async fn credential_groups(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    query: CredentialQuery,
) -> Answer<Vec<IssuerGroup>> {
    profiles.of(&window)?.credential_groups(query).await
}

/// The ids of the credentials that match, at most 10,000.
#[tauri::command]
#[specta::specta]
pub async fn credential_ids(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    query: CredentialQuery,
) -> Answer<Vec<String>> {
    profiles.of(&window)?.credential_ids(query).await
}

/// Change several credentials together. Answers with how many were there.
#[tauri::command]
#[specta::specta]
pub async fn change_credentials(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    ids: Vec<String>,
    change: CredentialChange,
) -> Answer<u32> {
    profiles.of(&window)?.change_credentials(ids, change).await
}

/// Write credentials to a folder that the person chooses, a file each. Answers with how many; `null` when none was chosen.
#[tauri::command]
#[specta::specta]
pub async fn export_credentials(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    ids: Vec<String>,
) -> Answer<Option<u32>> {
    let profile = profiles.of(&window)?;
    let Some(folder) = crate::export::choose_folder(&window).await? else { return Ok(None) };
    profile.export_credentials(ids, folder).await.map(Some)
}

/// The tags that begin with this, by name.
#[tauri::command]
#[specta::specta]
pub async fn tags(window: WebviewWindow, profiles: State<'_, Profiles>, beginning: String) -> Answer<Vec<TagView>> {
    profiles.of(&window)?.tags(&beginning).await
}

/// Call a tag something else on every credential that has it.
#[tauri::command]
#[specta::specta]
pub async fn rename_tag(window: WebviewWindow, profiles: State<'_, Profiles>, name: String, to: String) -> Answer<()> {
    profiles.of(&window)?.rename_tag(&name, &to).await
}

/// Take a tag off every credential.
#[tauri::command]
#[specta::specta]
pub async fn delete_tag(window: WebviewWindow, profiles: State<'_, Profiles>, name: String) -> Answer<()> {
    profiles.of(&window)?.delete_tag(&name).await
}

/// How the list of credentials was arranged last.
#[tauri::command]
#[specta::specta]
pub async fn arrangement(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<Arrangement> {
    profiles.of(&window)?.arrangement().await
}

/// Keep how the list of credentials is arranged.
#[tauri::command]
#[specta::specta]
pub async fn arrange(window: WebviewWindow, profiles: State<'_, Profiles>, arrangement: Arrangement) -> Answer<()> {
    profiles.of(&window)?.arrange(arrangement).await
}
