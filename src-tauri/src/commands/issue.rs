//! Issue.

use tauri::{State, WebviewWindow};

use super::Answer;
use crate::profiles::Profiles;
use crate::view::issue::{CredentialPreview, IssueType, Issuer, NewCredential, NewOffer, OfferMade};

/// The types that can be issued; the last is `custom`.
#[tauri::command]
#[specta::specta]
pub async fn issue_types(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<Vec<IssueType>> {
    profiles.of(&window)?.issue_types().await
}

/// The DIDs that can sign.
#[tauri::command]
#[specta::specta]
pub async fn issuers(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<Vec<Issuer>> {
    profiles.of(&window)?.issuers().await
}

/// What the holder will see, and what stands in the way. Offers nothing.
#[tauri::command]
#[specta::specta]
pub async fn preview_credential(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    credential: NewCredential,
) -> Answer<CredentialPreview> {
    profiles.of(&window)?.preview_credential(credential).await
}

/// Offer a credential over a connection, or with a new invitation.
#[tauri::command]
#[specta::specta]
pub async fn offer_credential(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    offer: NewOffer,
) -> Answer<OfferMade> {
    profiles.of(&window)?.offer_credential(offer).await
}
