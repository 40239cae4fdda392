//! Add: look first, contact only when told to.

use tauri::{State, WebviewWindow};

use super::Answer;
use crate::profiles::Profiles;
use crate::view::add::{Connect, Connecting, Found, HandedOver};

/// Say what a text is: an invitation (link, JSON, base64), a short link, a credential. Contacts nobody. At most 1 MiB.
#[tauri::command]
#[specta::specta]
pub async fn look_at(window: WebviewWindow, profiles: State<'_, Profiles>, text: String) -> Answer<Found> {
    profiles.of(&window)?.look_at(&text).await
}

/// Find a QR code in an image (PNG, JPEG, GIF, WebP or BMP, in base64, at most 12 MiB) and say what it is.
#[tauri::command]
#[specta::specta]
pub async fn look_at_image(window: WebviewWindow, profiles: State<'_, Profiles>, image: String) -> Answer<Found> {
    profiles.of(&window)?.look_at_image(image).await
}

/// Let the person choose an image or text file and say what is in it; `null` when none was chosen.
#[tauri::command]
#[specta::specta]
pub async fn look_at_image_file(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<Option<Found>> {
    let profile = profiles.of(&window)?;
    let Some(file) = crate::desktop::choose_file(&window).await? else { return Ok(None) };
    profile.look_at_bytes(file).await.map(Some)
}

/// Say what is on the clipboard, text or image; `null` when there is neither.
#[tauri::command]
#[specta::specta]
pub async fn look_at_clipboard(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<Option<Found>> {
    let profile = profiles.of(&window)?;
    match crate::desktop::clipboard(&window)? {
        None => Ok(None),
        Some(crate::desktop::Clipboard::Text(text)) => profile.look_at(&text).await.map(Some),
        Some(crate::desktop::Clipboard::Image(pixels)) => profile.look_at_pixels(pixels).await.map(Some),
    }
}

/// Ask a short link's host what it stands for. The person has agreed to that contact.
#[tauri::command]
#[specta::specta]
pub async fn resolve_short_url(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    url: String,
    allow_private: bool,
) -> Answer<Found> {
    profiles.of(&window)?.resolve_short_url(&url, allow_private).await
}

/// Receive the invitation: the person has agreed to the contact.
#[tauri::command]
#[specta::specta]
pub async fn connect(window: WebviewWindow, profiles: State<'_, Profiles>, connect: Connect) -> Answer<Connecting> {
    profiles.of(&window)?.connect(connect).await
}

/// Keep a credential that was pasted or dropped, if it verifies. Answers with its id.
#[tauri::command]
#[specta::specta]
pub async fn keep_credential(window: WebviewWindow, profiles: State<'_, Profiles>, text: String) -> Answer<String> {
    profiles.of(&window)?.keep_credential(&text).await
}

/// How many links the desktop handed over that wait for the wallet to be opened.
#[tauri::command]
#[specta::specta]
pub async fn handed_over_waiting(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<u32> {
    Ok(profiles.of(&window)?.handed_over_waiting())
}

/// The oldest link that the desktop handed over; hand it to `look_at`. It waits until it is forgotten.
#[tauri::command]
#[specta::specta]
pub async fn next_handed_over(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<Option<HandedOver>> {
    profiles.of(&window)?.next_handed_over().await
}

/// The person has decided about a link that was handed over.
#[tauri::command]
#[specta::specta]
pub async fn forget_handed_over(window: WebviewWindow, profiles: State<'_, Profiles>, number: String) -> Answer<()> {
    profiles.of(&window)?.forget_handed_over(&number).await
}
