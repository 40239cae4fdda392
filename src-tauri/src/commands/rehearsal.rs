//! The rehearsal and the check of the installation. They belong to the program and to no profile: any window may ask.

use tauri::State;

use super::Answer;
use crate::rehearsal::Rehearsal;
use crate::view::rehearsal::{InstallationCheck, RehearsalView};

/// How the rehearsal stands.
#[tauri::command]
#[specta::specta]
pub async fn rehearsal(rehearsal: State<'_, Rehearsal>) -> Answer<RehearsalView> {
    rehearsal.look().await
}

/// Begin the rehearsal, or go on with one that was left in its middle.
#[tauri::command]
#[specta::specta]
pub async fn begin_rehearsal(rehearsal: State<'_, Rehearsal>) -> Answer<RehearsalView> {
    rehearsal.begin().await
}

/// Take the next step of the rehearsal.
#[tauri::command]
#[specta::specta]
pub async fn rehearse(rehearsal: State<'_, Rehearsal>) -> Answer<RehearsalView> {
    rehearsal.step().await
}

/// Remove the rehearsal with all its files.
#[tauri::command]
#[specta::specta]
pub async fn remove_rehearsal(rehearsal: State<'_, Rehearsal>) -> Answer<RehearsalView> {
    rehearsal.remove().await
}

/// Go through everything once, in a folder that is removed afterwards, and say what works.
#[tauri::command]
#[specta::specta]
pub async fn check_installation(rehearsal: State<'_, Rehearsal>) -> Answer<InstallationCheck> {
    Ok(rehearsal.check().await)
}
