//! One template as a file to keep or to hand on. The file is JSON: `format` is `vouchsafe-template`, `version` is 1, and
//! `template` has the members of [`Template`]; its `id` is only the name that it had where it was made. A version that is
//! not known, a member that is not known, more than 256 KiB or a template that cannot be used is refused as a whole.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Template;

const FORMAT: &str = "vouchsafe-template";
const VERSION: u32 = 1;
/// The largest file, in bytes.
pub const MAX_FILE: usize = 256 * 1024;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    version: u32,
    template: Template,
}

/// What is read before the rest.
#[derive(Deserialize)]
struct Head {
    format: Option<String>,
    version: Option<u32>,
}

/// Why a file is not taken, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// More than is read.
    #[error("This file is larger than 256 KiB, which no template is.")]
    TooLarge,
    /// Another kind of file.
    #[error("This is not a file with a template: {0}.")]
    NotATemplate(String),
    /// Made by a later version.
    #[error("This file is of version {0}, which is newer than this app knows.")]
    TooNew(u32),
    /// A template that cannot be used.
    #[error("The template in this file cannot be used: {0}")]
    Unusable(String),
}

/// The template as a file.
pub fn write(template: &Template) -> String {
    let file = File { format: FORMAT.to_owned(), version: VERSION, template: template.clone() };
    serde_json::to_string_pretty(&file).unwrap_or_default()
}

/// The template of a file, judged.
///
/// # Errors
///
/// Why it is not taken.
pub fn read(text: &str, now: Timestamp) -> Result<Template, FileError> {
    if text.len() > MAX_FILE {
        return Err(FileError::TooLarge);
    }
    let not =
        |error: serde_json::Error| FileError::NotATemplate(format!("line {}, column {}", error.line(), error.column()));
    let head: Head = serde_json::from_str(text).map_err(not)?;
    if head.format.as_deref() != Some(FORMAT) {
        return Err(FileError::NotATemplate("it does not say that it is one".to_owned()));
    }
    match head.version {
        Some(VERSION) => {}
        Some(newer) if newer > VERSION => return Err(FileError::TooNew(newer)),
        _ => return Err(FileError::NotATemplate("its version is not known".to_owned())),
    }
    let file: File = serde_json::from_str(text).map_err(not)?;
    match file.template.problems(now).first() {
        None => Ok(file.template),
        Some(problem) => Err(FileError::Unusable(match &problem.field {
            Some(field) => format!("{field}: {}", problem.sentence),
            None => problem.sentence.clone(),
        })),
    }
}
