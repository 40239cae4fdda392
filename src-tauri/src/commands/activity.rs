//! Activity.

use tauri::{State, WebviewWindow};

use super::Answer;
use crate::profiles::Profiles;
use crate::view::Page;
use crate::view::activity::{ActivityQuery, HistoryEntry};
use crate::view::timeline::{RawMessages, TimelinePage, TimelineQuery, TimelineView};

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

/// The timeline: everything that history tells of, by what moved last.
#[tauri::command]
#[specta::specta]
pub async fn timeline(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    query: TimelineQuery,
) -> Answer<TimelinePage> {
    profiles.of(&window)?.timeline(query).await
}

/// One thing of the timeline, with its steps.
#[tauri::command]
#[specta::specta]
pub async fn timeline_entry(window: WebviewWindow, profiles: State<'_, Profiles>, id: String) -> Answer<TimelineView> {
    profiles.of(&window)?.timeline_entry(&id).await
}

/// The messages of an exchange as they crossed, where they are kept.
#[tauri::command]
#[specta::specta]
pub async fn raw_messages(window: WebviewWindow, profiles: State<'_, Profiles>, id: String) -> Answer<RawMessages> {
    profiles.of(&window)?.raw_messages(&id).await
}

/// Keep the messages of exchanges from now on, or none any more.
#[tauri::command]
#[specta::specta]
pub async fn keep_messages(window: WebviewWindow, profiles: State<'_, Profiles>, on: bool) -> Answer<()> {
    profiles.of(&window)?.keep_messages(on).await
}

/// A report for somebody who helps, without names, ids and values, as text to be read first.
#[tauri::command]
#[specta::specta]
pub async fn support_report(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    id: Option<String>,
) -> Answer<String> {
    profiles.of(&window)?.support_report(id).await
}

/// Write a report that was read to a file that the person chooses. Answers with its name.
#[tauri::command]
#[specta::specta]
pub async fn save_support_report(window: WebviewWindow, text: String) -> Answer<Option<String>> {
    crate::desktop::save_as(&window, "Save the report", "vouchsafe-report", text).await
}
