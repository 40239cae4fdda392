//! The offers inbox.

use tauri::{State, WebviewWindow};

use super::Answer;
use crate::profiles::Profiles;
use crate::view::offers::{AcceptedOffer, Arrival, OfferQuery, OffersPage};

/// The offers inbox, newest first.
#[tauri::command]
#[specta::specta]
pub async fn offers(window: WebviewWindow, profiles: State<'_, Profiles>, query: OfferQuery) -> Answer<OffersPage> {
    profiles.of(&window)?.offers(query).await
}

/// Note that an offer is open, all of it in sight.
#[tauri::command]
#[specta::specta]
pub async fn open_offer(window: WebviewWindow, profiles: State<'_, Profiles>, id: String) -> Answer<()> {
    profiles.of(&window)?.open_offer(&id).await
}

/// Accept several offers that were read.
#[tauri::command]
#[specta::specta]
pub async fn accept_offers(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    ids: Vec<String>,
) -> Answer<Vec<AcceptedOffer>> {
    profiles.of(&window)?.accept_offers(ids).await
}

/// The credentials that have come since the person was last told; each is told once.
#[tauri::command]
#[specta::specta]
pub async fn take_arrivals(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<Vec<Arrival>> {
    profiles.of(&window)?.take_arrivals().await
}
