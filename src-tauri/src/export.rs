//! Several credentials to a folder of choice: a file each, as it was signed. Nothing that is there is written over.

use std::path::{Path, PathBuf};

use tauri::WebviewWindow;
use tauri_plugin_dialog::DialogExt;
use tokio::io::AsyncWriteExt as _;

use crate::commands::Answer;
use crate::desktop::{file_name, unwritable};

/// Names that are tried for one file.
const TRIES: u32 = 10_000;

/// Let the person choose a folder; `None` when none was chosen.
///
/// # Errors
///
/// `file-unwritable`.
pub async fn choose_folder(window: &WebviewWindow) -> Answer<Option<PathBuf>> {
    let (sender, chosen) = tokio::sync::oneshot::channel();
    window
        .dialog()
        .file()
        .set_parent(window)
        .set_title("Export the credentials")
        .pick_folder(move |path| drop(sender.send(path)));
    let Some(path) = chosen.await.ok().flatten() else { return Ok(None) };
    path.into_path().map(Some).map_err(|error| unwritable().because(error))
}

/// Write a text under a name that is not taken yet.
///
/// # Errors
///
/// `file-unwritable`.
pub async fn write_new(folder: &Path, name: &str, text: &str) -> Answer<PathBuf> {
    let name = file_name(name);
    let stem = name.trim_end_matches(".json");
    for number in 1..=TRIES {
        let path = folder.join(if number == 1 { name.clone() } else { format!("{stem}-{number}.json") });
        match tokio::fs::OpenOptions::new().write(true).create_new(true).open(&path).await {
            Ok(mut file) => {
                file.write_all(text.as_bytes()).await.map_err(|error| unwritable().because(error))?;
                file.flush().await.map_err(|error| unwritable().because(error))?;
                return Ok(path);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(unwritable().because(error)),
        }
    }
    Err(unwritable())
}

#[cfg(test)]
mod tests {
    use super::write_new;

    #[tokio::test]
    async fn two_of_one_name_are_two_files() {
        let folder = tempfile::tempdir().unwrap();
        let first = write_new(folder.path(), "Library card", "{}").await.unwrap();
        let second = write_new(folder.path(), "Library card", "[]").await.unwrap();
        assert!(first.ends_with("library-card.json") && second.ends_with("library-card-2.json"));
        assert_eq!(std::fs::read_to_string(first).unwrap(), "{}");
    }
}
