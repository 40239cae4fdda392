//! Connections, and the invitations of this wallet.

use tauri::{State, WebviewWindow};

use super::Answer;
use crate::profiles::Profiles;
use crate::view::connections::{ConnectionRow, ConnectionView, InvitationRow, InvitationView, NewInvitation};
use crate::view::{ListQuery, Page};

/// Connections, newest first.
#[tauri::command]
#[specta::specta]
pub async fn connections(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    query: ListQuery,
) -> Answer<Page<ConnectionRow>> {
    profiles.of(&window)?.connections(query).await
}

/// One connection.
#[tauri::command]
#[specta::specta]
pub async fn connection(window: WebviewWindow, profiles: State<'_, Profiles>, id: String) -> Answer<ConnectionView> {
    profiles.of(&window)?.connection(&id).await
}

/// Let in who used an invitation of ours, where that is not automatic.
#[tauri::command]
#[specta::specta]
pub async fn accept_connection(window: WebviewWindow, profiles: State<'_, Profiles>, id: String) -> Answer<()> {
    profiles.of(&window)?.accept_connection(&id).await
}

/// Give a connection the person's own name; an empty one goes back to the other side's.
#[tauri::command]
#[specta::specta]
pub async fn rename_connection(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    id: String,
    name: String,
) -> Answer<()> {
    profiles.of(&window)?.rename_connection(&id, &name).await
}

/// Delete a connection. The credentials that came over it stay.
#[tauri::command]
#[specta::specta]
pub async fn delete_connection(window: WebviewWindow, profiles: State<'_, Profiles>, id: String) -> Answer<()> {
    profiles.of(&window)?.delete_connection(&id).await
}

/// Invitations of this wallet, newest first.
#[tauri::command]
#[specta::specta]
pub async fn invitations(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    offset: u32,
    limit: u32,
) -> Answer<Page<InvitationRow>> {
    profiles.of(&window)?.invitations(offset, limit).await
}

/// One invitation of this wallet, with its QR code.
#[tauri::command]
#[specta::specta]
pub async fn invitation(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    oob_id: String,
) -> Answer<InvitationView> {
    profiles.of(&window)?.invitation(&oob_id).await
}

/// Make an invitation.
#[tauri::command]
#[specta::specta]
pub async fn create_invitation(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    invitation: NewInvitation,
) -> Answer<InvitationView> {
    profiles.of(&window)?.create_invitation(invitation).await
}

/// Delete an invitation: it cannot be used any more. Connections made by it stay.
#[tauri::command]
#[specta::specta]
pub async fn delete_invitation(window: WebviewWindow, profiles: State<'_, Profiles>, oob_id: String) -> Answer<()> {
    profiles.of(&window)?.delete_invitation(&oob_id).await
}
