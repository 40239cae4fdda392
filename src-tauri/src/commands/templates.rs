//! Templates, forms that are not finished, and pages to print.

use tauri::{State, WebviewWindow};

use super::Answer;
use crate::desktop::{save_as, save_page};
use crate::profiles::Profiles;
use crate::templates::Template;
use crate::view::templates::{DraftOf, ImportedTemplate, TemplateLook, TemplateRow};

/// The person's own templates, then the built-in ones.
#[tauri::command]
#[specta::specta]
pub async fn templates(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<Vec<TemplateRow>> {
    profiles.of(&window)?.templates().await
}

/// One template, whole.
#[tauri::command]
#[specta::specta]
pub async fn template(window: WebviewWindow, profiles: State<'_, Profiles>, id: String) -> Answer<Template> {
    profiles.of(&window)?.whole_template(&id).await
}

/// What a template makes, and what stands in its way. Keeps nothing.
#[tauri::command]
#[specta::specta]
pub async fn look_at_template(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    template: Template,
) -> Answer<TemplateLook> {
    profiles.of(&window)?.look_at_template(template)
}

/// Keep a template: a new one where its id is empty or a built-in one's.
#[tauri::command]
#[specta::specta]
pub async fn save_template(window: WebviewWindow, profiles: State<'_, Profiles>, template: Template) -> Answer<String> {
    profiles.of(&window)?.save_template(template).await
}

/// Delete a template of one's own.
#[tauri::command]
#[specta::specta]
pub async fn delete_template(window: WebviewWindow, profiles: State<'_, Profiles>, id: String) -> Answer<()> {
    profiles.of(&window)?.delete_template(id).await
}

/// A template as the text of a file.
#[tauri::command]
#[specta::specta]
pub async fn template_file(window: WebviewWindow, profiles: State<'_, Profiles>, id: String) -> Answer<String> {
    profiles.of(&window)?.template_file(&id).await.map(|(_, text)| text)
}

/// Write a template to a file that the person chooses. Answers with the file's name, or `null` when none was chosen.
#[tauri::command]
#[specta::specta]
pub async fn export_template(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    id: String,
) -> Answer<Option<String>> {
    let (name, text) = profiles.of(&window)?.template_file(&id).await?;
    save_as(&window, "Export the template", &name, text).await
}

/// Keep the template of a file as a new one, or what a JSON Schema makes.
#[tauri::command]
#[specta::specta]
pub async fn import_template(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    text: String,
) -> Answer<ImportedTemplate> {
    profiles.of(&window)?.import_template(&text).await
}

/// What is kept of a form that is not finished.
#[tauri::command]
#[specta::specta]
pub async fn kept_draft(window: WebviewWindow, profiles: State<'_, Profiles>, of: DraftOf) -> Answer<Option<String>> {
    profiles.of(&window)?.kept_draft(of).await
}

/// Keep a form that is not finished, or forget it.
#[tauri::command]
#[specta::specta]
pub async fn keep_draft(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    of: DraftOf,
    text: Option<String>,
) -> Answer<()> {
    profiles.of(&window)?.keep_draft(of, text).await
}

/// Write the page of an invitation, with the code of its whole or of its short link, to a file that the person chooses.
#[tauri::command]
#[specta::specta]
pub async fn save_invitation_page(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    oob_id: String,
    by_short_link: bool,
    german: bool,
) -> Answer<Option<String>> {
    let (name, html) = profiles.of(&window)?.invitation_page(&oob_id, by_short_link, german).await?;
    save_page(&window, "Keep the page", &name, html).await
}
