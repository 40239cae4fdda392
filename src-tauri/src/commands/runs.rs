//! Runs: a table, its dry run, and what becomes of each row; the desk.

use tauri::{State, WebviewWindow};
use zeroize::Zeroizing;

use super::Answer;
use crate::profiles::Profiles;
use crate::view::Page;
use crate::view::runs::{
    DeskView, DryRun, DryRunWanted, FieldColumn, RowProblem, RunRowView, RunRows, RunView, TableView,
};

/// Take the next part of a table's file (base64, at most 10 MB in all); with the last one, read it.
#[tauri::command]
#[specta::specta]
pub async fn read_table_part(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    name: String,
    first: bool,
    part: String,
    last: bool,
) -> Answer<Option<TableView>> {
    profiles.of(&window)?.read_table_part(&name, first, &part, last).await
}

/// Which column is which field of a type.
#[tauri::command]
#[specta::specta]
pub async fn table_columns(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    type_id: String,
) -> Answer<Vec<FieldColumn>> {
    profiles.of(&window)?.table_columns(&type_id).await
}

/// Try every row, and offer nothing.
#[tauri::command]
#[specta::specta]
pub async fn dry_run(window: WebviewWindow, profiles: State<'_, Profiles>, wanted: DryRunWanted) -> Answer<DryRun> {
    profiles.of(&window)?.dry_run(wanted).await
}

/// What the dry run found wrong.
#[tauri::command]
#[specta::specta]
pub async fn dry_run_problems(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    dry_run_id: String,
    offset: u32,
    limit: u32,
) -> Answer<Page<RowProblem>> {
    profiles.of(&window)?.dry_run_problems(&dry_run_id, offset, limit)
}

/// Write what the dry run found wrong to a file that the person chooses. Answers with its name, or `null`.
#[tauri::command]
#[specta::specta]
pub async fn save_dry_run_problems(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    dry_run_id: String,
) -> Answer<Option<String>> {
    let text = profiles.of(&window)?.problems_table(&dry_run_id)?;
    crate::desktop::save_table(&window, "Rows to mend", "rows-to-mend", text).await
}

/// Start what a dry run tried. Answers with the run's id.
#[tauri::command]
#[specta::specta]
pub async fn start_run(window: WebviewWindow, profiles: State<'_, Profiles>, dry_run_id: String) -> Answer<String> {
    profiles.of(&window)?.start_run(&dry_run_id).await
}

/// Runs, newest first.
#[tauri::command]
#[specta::specta]
pub async fn runs(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    offset: u32,
    limit: u32,
) -> Answer<Page<RunView>> {
    profiles.of(&window)?.runs(offset, limit).await
}

/// One run.
#[tauri::command]
#[specta::specta]
pub async fn run_view(window: WebviewWindow, profiles: State<'_, Profiles>, run_id: String) -> Answer<RunView> {
    profiles.of(&window)?.run_view(&run_id).await
}

/// Rows of a run.
#[tauri::command]
#[specta::specta]
pub async fn run_rows(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    run_id: String,
    which: RunRows,
    offset: u32,
    limit: u32,
) -> Answer<Page<RunRowView>> {
    profiles.of(&window)?.run_rows(&run_id, which, offset, limit).await
}

/// Offer nothing more for now.
#[tauri::command]
#[specta::specta]
pub async fn pause_run(window: WebviewWindow, profiles: State<'_, Profiles>, run_id: String) -> Answer<()> {
    profiles.of(&window)?.pause_run(&run_id).await
}

/// Go on.
#[tauri::command]
#[specta::specta]
pub async fn resume_run(window: WebviewWindow, profiles: State<'_, Profiles>, run_id: String) -> Answer<()> {
    profiles.of(&window)?.resume_run(&run_id).await
}

/// Never offer what is left.
#[tauri::command]
#[specta::specta]
pub async fn cancel_run(window: WebviewWindow, profiles: State<'_, Profiles>, run_id: String) -> Answer<()> {
    profiles.of(&window)?.cancel_run(&run_id).await
}

/// Offer what failed once more.
#[tauri::command]
#[specta::specta]
pub async fn retry_run(window: WebviewWindow, profiles: State<'_, Profiles>, run_id: String) -> Answer<u32> {
    profiles.of(&window)?.retry_run(&run_id).await
}

/// Forget a run that is over.
#[tauri::command]
#[specta::specta]
pub async fn delete_run(window: WebviewWindow, profiles: State<'_, Profiles>, run_id: String) -> Answer<()> {
    profiles.of(&window)?.delete_run(&run_id).await
}

/// Write what became of each row to a file that the person chooses. Answers with its name, or `null`.
#[tauri::command]
#[specta::specta]
pub async fn save_run_result(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    run_id: String,
) -> Answer<Option<String>> {
    let (name, text) = profiles.of(&window)?.run_result(&run_id).await?;
    crate::desktop::save_table(&window, "Save the result", &name, text).await
}

/// The desk that is open; `null` where none is.
#[tauri::command]
#[specta::specta]
pub async fn desk(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<Option<DeskView>> {
    profiles.of(&window)?.desk().await
}

/// Close the desk, with the passphrase.
#[tauri::command]
#[specta::specta]
pub async fn leave_desk(window: WebviewWindow, profiles: State<'_, Profiles>, passphrase: String) -> Answer<()> {
    profiles.of(&window)?.leave_desk(Zeroizing::new(passphrase)).await
}
