//! Credential exchanges: offers to decide on, the issuer's queue.

use tauri::{State, WebviewWindow};

use super::Answer;
use crate::profiles::Profiles;
use crate::view::Page;
use crate::view::exchanges::{ExchangeQuery, ExchangeRow, ExchangeView};

/// Exchanges, newest first.
#[tauri::command]
#[specta::specta]
pub async fn exchanges(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    query: ExchangeQuery,
) -> Answer<Page<ExchangeRow>> {
    profiles.of(&window)?.exchanges(query).await
}

/// One exchange.
#[tauri::command]
#[specta::specta]
pub async fn exchange(window: WebviewWindow, profiles: State<'_, Profiles>, id: String) -> Answer<ExchangeView> {
    profiles.of(&window)?.exchange(&id).await
}

/// Accept an offer: the request is on its way once this answers.
#[tauri::command]
#[specta::specta]
pub async fn accept_offer(window: WebviewWindow, profiles: State<'_, Profiles>, id: String) -> Answer<ExchangeView> {
    profiles.of(&window)?.accept_offer(&id).await
}

/// Decline an offer; the reason is sent to the issuer.
#[tauri::command]
#[specta::specta]
pub async fn decline_offer(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    id: String,
    reason: Option<String>,
) -> Answer<ExchangeView> {
    profiles.of(&window)?.decline_offer(&id, reason).await
}

/// Sign and send the credential that was requested.
#[tauri::command]
#[specta::specta]
pub async fn issue_now(window: WebviewWindow, profiles: State<'_, Profiles>, id: String) -> Answer<ExchangeView> {
    profiles.of(&window)?.issue_now(&id).await
}

/// Store the credential that was issued, where that is not automatic.
#[tauri::command]
#[specta::specta]
pub async fn store_now(window: WebviewWindow, profiles: State<'_, Profiles>, id: String) -> Answer<ExchangeView> {
    profiles.of(&window)?.store_now(&id).await
}

/// Deliver now what waits to be sent in this exchange.
#[tauri::command]
#[specta::specta]
pub async fn retry(window: WebviewWindow, profiles: State<'_, Profiles>, id: String) -> Answer<ExchangeView> {
    profiles.of(&window)?.retry(&id).await
}

/// End an exchange that is not done; the other side is told.
#[tauri::command]
#[specta::specta]
pub async fn cancel_exchange(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    id: String,
    reason: Option<String>,
) -> Answer<ExchangeView> {
    profiles.of(&window)?.cancel_exchange(&id, reason).await
}

/// Forget an exchange that is over. Its credential and its history stay.
#[tauri::command]
#[specta::specta]
pub async fn delete_exchange(window: WebviewWindow, profiles: State<'_, Profiles>, id: String) -> Answer<()> {
    profiles.of(&window)?.delete_exchange(&id).await
}
