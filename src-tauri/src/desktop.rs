//! The desktop around the window: clipboard and file dialogs, used from here so that the web view needs no permission for them.

use std::path::PathBuf;
use std::time::Duration;

use tauri::WebviewWindow;
use tauri_plugin_clipboard_manager::ClipboardExt;
use tauri_plugin_dialog::DialogExt;
use tokio::io::AsyncReadExt;

use crate::clipboard::Copied;
use crate::commands::Answer;
use crate::view::Failure;
use crate::view::lock::CopyKind;

/// The largest file that is looked at.
pub const MAX_FILE_BYTES: u64 = 12 * 1024 * 1024;
/// The longest text that is put on the clipboard.
const MAX_COPY_BYTES: usize = 1024 * 1024;

/// An image in memory, four bytes a pixel.
pub struct Pixels {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Red, green, blue, alpha; row by row.
    pub rgba: Vec<u8>,
}

/// What is on the clipboard.
pub enum Clipboard {
    /// Text.
    Text(String),
    /// An image.
    Image(Pixels),
}

/// Put text on the clipboard; what is secret is cleared `after` this time.
///
/// # Errors
///
/// `clipboard-unavailable` where the desktop has none.
pub fn copy_text(copied: &Copied, text: &str, kind: CopyKind, after: Duration) -> Answer<()> {
    if text.len() > MAX_COPY_BYTES {
        return Err(Failure::invalid(
            "too-large",
            "This is too long for the clipboard.",
            "Export it to a file instead.",
        ));
    }
    if let Some(turn) = copied.put(text, kind).map_err(|error| unavailable().because(error))? {
        copied.clear_later(turn, after);
    }
    Ok(())
}

/// What is on the clipboard; an image is preferred, because a copied screenshot often brings its name as text.
///
/// # Errors
///
/// None so far: a clipboard that holds neither is `None`.
pub fn clipboard(window: &WebviewWindow) -> Answer<Option<Clipboard>> {
    if let Ok(image) = window.clipboard().read_image() {
        return Ok(Some(Clipboard::Image(Pixels {
            width: image.width(),
            height: image.height(),
            rgba: image.rgba().to_vec(),
        })));
    }
    Ok(window.clipboard().read_text().ok().filter(|text| !text.trim().is_empty()).map(Clipboard::Text))
}

fn unavailable() -> Failure {
    Failure::new(
        "clipboard-unavailable",
        "No clipboard",
        "The desktop's clipboard did not take the text.",
        "Select the text and copy it by hand.",
    )
}

/// Let the person choose a file and read it; `None` when none was chosen.
///
/// # Errors
///
/// `file-unreadable`, `too-large`.
pub async fn choose_file(window: &WebviewWindow) -> Answer<Option<Vec<u8>>> {
    let (sender, chosen) = tokio::sync::oneshot::channel();
    window
        .dialog()
        .file()
        .set_parent(window)
        .set_title("Add from a file")
        .add_filter(
            "Images and credentials",
            &["png", "jpg", "jpeg", "gif", "webp", "bmp", "json", "jsonld", "txt", "vc"],
        )
        .pick_file(move |path| drop(sender.send(path)));
    let Some(path) = chosen.await.ok().flatten() else { return Ok(None) };
    let path = path.into_path().map_err(|error| unreadable().because(error))?;
    read_bounded(path).await.map(Some)
}

async fn read_bounded(path: PathBuf) -> Answer<Vec<u8>> {
    let file = tokio::fs::File::open(path).await.map_err(|error| unreadable().because(error))?;
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file that is too large from one that just fits.
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).await.map_err(|error| unreadable().because(error))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(Failure::invalid(
            "too-large",
            "This file is larger than 12 MiB.",
            "Choose a smaller image, or paste the invitation's link.",
        ));
    }
    Ok(bytes)
}

fn unreadable() -> Failure {
    Failure::new(
        "file-unreadable",
        "File cannot be read",
        "The file could not be read.",
        "Check that it is there and that you may read it.",
    )
}

/// Write text to a file that the person chooses. Answers with the file's name, or `None` when none was chosen.
///
/// # Errors
///
/// `file-unwritable`.
pub async fn save_file(window: &WebviewWindow, name: &str, text: String) -> Answer<Option<String>> {
    save_as(window, "Export the credential", name, text).await
}

/// As [`save_file`], with what the dialog says.
///
/// # Errors
///
/// `file-unwritable`.
pub async fn save_as(window: &WebviewWindow, title: &str, name: &str, text: String) -> Answer<Option<String>> {
    save(window, title, file_name(name), ("JSON", "json"), text).await
}

/// As [`save_as`], for a page that a browser shows.
///
/// # Errors
///
/// `file-unwritable`.
pub async fn save_page(window: &WebviewWindow, title: &str, name: &str, html: String) -> Answer<Option<String>> {
    let name = file_name(name).replace(".json", ".html");
    save(window, title, name, ("HTML", "html"), html).await
}

/// As [`save_as`], for a table.
///
/// # Errors
///
/// `file-unwritable`.
pub async fn save_table(window: &WebviewWindow, title: &str, name: &str, text: String) -> Answer<Option<String>> {
    let name = file_name(name).replace(".json", ".csv");
    save(window, title, name, ("CSV", "csv"), text).await
}

/// As [`save_as`], under this name and for this kind of file.
///
/// # Errors
///
/// `file-unwritable`.
pub async fn save(
    window: &WebviewWindow,
    title: &str,
    name: String,
    (kind, ending): (&str, &str),
    text: String,
) -> Answer<Option<String>> {
    let (sender, chosen) = tokio::sync::oneshot::channel();
    window
        .dialog()
        .file()
        .set_parent(window)
        .set_title(title)
        .set_file_name(name)
        .add_filter(kind, &[ending])
        .save_file(move |path| drop(sender.send(path)));
    let Some(path) = chosen.await.ok().flatten() else { return Ok(None) };
    let path = path.into_path().map_err(|error| unwritable().because(error))?;
    tokio::fs::write(&path, text).await.map_err(|error| unwritable().because(error))?;
    Ok(path.file_name().map(|name| name.to_string_lossy().into_owned()))
}

/// A file could not be written to the place of choice.
pub fn unwritable() -> Failure {
    Failure::new(
        "file-unwritable",
        "File not written",
        "The file could not be written.",
        "Choose another place and try again.",
    )
}

/// A file name from what an issuer wrote: letters and digits only, so that it can name no other folder.
pub fn file_name(title: &str) -> String {
    let words: Vec<&str> = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let name: String = words.join("-").to_lowercase().chars().take(60).collect();
    if name.is_empty() { "credential.json".to_owned() } else { format!("{name}.json") }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_file_name_cannot_leave_its_folder() {
        assert_eq!(file_name("../../etc/passwd"), "etc-passwd.json");
        assert_eq!(file_name("Permanent Resident Card"), "permanent-resident-card.json");
        assert_eq!(file_name("///"), "credential.json");
    }
}
