//! Peers: look-alikes, blocking, and the texts that go to and fro.

use tauri::{State, WebviewWindow};

use super::Answer;
use crate::profiles::Profiles;
use crate::view::Page;
use crate::view::connections::ConnectionRow;
use crate::view::peers::{LookAlike, MessageRow};

/// Connections whose names could be taken for this one; for a connection, only those that were there before it.
#[tauri::command]
#[specta::specta]
pub async fn look_alikes(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    name: String,
    connection_id: Option<String>,
) -> Answer<Vec<LookAlike>> {
    profiles.of(&window)?.look_alikes(&name, connection_id).await
}

/// Block the peer of a connection, or hear from it again.
#[tauri::command]
#[specta::specta]
pub async fn block_connection(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    id: String,
    blocked: bool,
) -> Answer<()> {
    profiles.of(&window)?.block_connection(&id, blocked).await
}

/// Connections whose peers are blocked, the newest block first.
#[tauri::command]
#[specta::specta]
pub async fn blocked_connections(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    offset: u32,
    limit: u32,
) -> Answer<Page<ConnectionRow>> {
    profiles.of(&window)?.blocked_connections(offset, limit).await
}

/// Tell the other side that the connection ends, and delete it. The credentials that came over it stay.
#[tauri::command]
#[specta::specta]
pub async fn hang_up_connection(window: WebviewWindow, profiles: State<'_, Profiles>, id: String) -> Answer<()> {
    profiles.of(&window)?.hang_up_connection(&id).await
}

/// The texts of a connection, newest first.
#[tauri::command]
#[specta::specta]
pub async fn messages(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    connection_id: String,
    offset: u32,
    limit: u32,
) -> Answer<Page<MessageRow>> {
    profiles.of(&window)?.messages(&connection_id, offset, limit).await
}

/// Send a text over a connection.
#[tauri::command]
#[specta::specta]
pub async fn send_message(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    connection_id: String,
    text: String,
) -> Answer<()> {
    profiles.of(&window)?.send_message(&connection_id, &text).await
}

/// The texts of a connection were seen.
#[tauri::command]
#[specta::specta]
pub async fn read_messages(window: WebviewWindow, profiles: State<'_, Profiles>, connection_id: String) -> Answer<()> {
    profiles.of(&window)?.read_messages(&connection_id).await
}
