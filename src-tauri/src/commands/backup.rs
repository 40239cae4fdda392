//! Backing up, restoring, and the migration list.

use tauri::{Manager as _, State, WebviewWindow};
use tauri_plugin_dialog::DialogExt as _;

use super::Answer;
use crate::profiles::Profiles;
use crate::view::Failure;
use crate::view::backup::{
    BackupContents, BackupDone, BackupFace, BackupSecret, BackupView, MigrationFormat, MigrationList, RestoreInto,
    Restored,
};

/// How the wallet stands with its backup, and how far one has come.
#[tauri::command]
#[specta::specta]
pub async fn backup(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<BackupView> {
    profiles.of(&window)?.backup().await
}

/// A place for a new backup, to begin with: beside the last one, or among the person's documents.
#[tauri::command]
#[specta::specta]
pub async fn suggest_backup_place(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<String> {
    let profile = profiles.of(&window)?;
    let last = profile.backup().await?.last.map(|last| std::path::PathBuf::from(last.place));
    let beside =
        last.and_then(|place| place.parent().map(std::path::Path::to_path_buf)).filter(|folder| folder.is_dir());
    let path = window.path();
    let folder = beside.or_else(|| path.document_dir().ok().filter(|folder| folder.is_dir()));
    let folder = folder.or_else(|| path.home_dir().ok()).unwrap_or_else(|| profile.folder().to_path_buf());
    Ok(folder.join(profile.backup_name()).to_string_lossy().into_owned())
}

/// Let the person choose where the backup goes; `null` when none was chosen.
#[tauri::command]
#[specta::specta]
pub async fn choose_backup_place(window: WebviewWindow, suggested: String) -> Answer<Option<String>> {
    let suggested = std::path::PathBuf::from(suggested);
    let name = suggested.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let (sender, chosen) = tokio::sync::oneshot::channel();
    let mut dialog = window.dialog().file().set_parent(&window).set_title("Back up").set_file_name(name);
    if let Some(folder) = suggested.parent().filter(|folder| folder.is_dir()) {
        dialog = dialog.set_directory(folder);
    }
    dialog
        .add_filter("Vouchsafe backup", &[vouchsafe_store::backup::EXTENSION])
        .save_file(move |path| drop(sender.send(path)));
    path_of(chosen.await.ok().flatten())
}

/// Let the person choose a backup; `null` when none was chosen.
#[tauri::command]
#[specta::specta]
pub async fn choose_backup(window: WebviewWindow) -> Answer<Option<String>> {
    let (sender, chosen) = tokio::sync::oneshot::channel();
    window
        .dialog()
        .file()
        .set_parent(&window)
        .set_title("Restore from a backup")
        .add_filter("Vouchsafe backup", &[vouchsafe_store::backup::EXTENSION])
        .pick_file(move |path| drop(sender.send(path)));
    path_of(chosen.await.ok().flatten())
}

fn path_of(chosen: Option<tauri_plugin_dialog::FilePath>) -> Answer<Option<String>> {
    let Some(chosen) = chosen else { return Ok(None) };
    let path = chosen.into_path().map_err(|error| {
        Failure::invalid("backup-place", "This place is no file of this computer.", "Choose another place.")
            .because(error)
    })?;
    Ok(Some(path.to_string_lossy().into_owned()))
}

/// Write a backup and prove it by a trial restore. It is called a backup only then.
#[tauri::command]
#[specta::specta]
pub async fn back_up(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    place: String,
    secret: BackupSecret,
) -> Answer<BackupDone> {
    profiles.of(&window)?.back_up(&place, secret).await
}

/// Say nothing more of it for a week.
#[tauri::command]
#[specta::specta]
pub async fn dismiss_backup_reminder(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<()> {
    profiles.of(&window)?.dismiss_backup_reminder().await
}

/// What a restore means was read.
#[tauri::command]
#[specta::specta]
pub async fn dismiss_restored_note(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<()> {
    profiles.of(&window)?.dismiss_restored_note().await
}

/// Look at a file, without opening it.
#[tauri::command]
#[specta::specta]
pub async fn look_at_backup(window: WebviewWindow, profiles: State<'_, Profiles>, place: String) -> Answer<BackupFace> {
    profiles.of(&window)?.look_at_backup(&place).await
}

/// Open a backup, to see what is in it and to restore it next.
#[tauri::command]
#[specta::specta]
pub async fn open_backup(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    place: String,
    secret: BackupSecret,
) -> Answer<BackupContents> {
    profiles.of(&window)?.open_backup(&place, secret).await
}

/// Forget the backup that was opened.
#[tauri::command]
#[specta::specta]
pub async fn close_backup(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<()> {
    profiles.of(&window)?.close_backup();
    Ok(())
}

/// Make the backup that was opened this profile's wallet, where there is none.
#[tauri::command]
#[specta::specta]
pub async fn restore_backup(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    into: RestoreInto,
) -> Answer<Restored> {
    profiles.of(&window)?.restore_backup(into).await
}

/// What the person has and where to get it again.
#[tauri::command]
#[specta::specta]
pub async fn migration_list(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<MigrationList> {
    profiles.of(&window)?.migration_list().await
}

/// Write the migration list to a file of choice. Answers with the file's name, or `null` when none was chosen.
#[tauri::command]
#[specta::specta]
pub async fn save_migration_list(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    format: MigrationFormat,
) -> Answer<Option<String>> {
    let text = profiles.of(&window)?.migration_list().await?.written(format);
    let (end, kind) = match format {
        MigrationFormat::Html => ("html", "Web page"),
        MigrationFormat::Json => ("json", "JSON"),
        MigrationFormat::Csv => ("csv", "CSV"),
    };
    crate::desktop::save(&window, "Save the list", format!("credentials.{end}"), (kind, end), text).await
}
