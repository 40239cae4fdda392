//! Activity.

use tauri::{State, WebviewWindow};

use super::Answer;
use crate::profiles::Profiles;
use crate::view::Page;
use crate::view::activity::{ActivityQuery, HistoryEntry};

/// The history, newest first.
#[tauri::command]
#[specta::specta]
pub async fn activity(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    query: ActivityQuery,
) -> Answer<Page<HistoryEntry>> {
    profiles.of(&window)?.activity(query).await
}
