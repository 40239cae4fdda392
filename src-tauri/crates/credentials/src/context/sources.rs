//! What the `@context` of a document consists of, and what of it is refused.
//!
//! Contexts inside a document are a way to say one thing and sign another. They may define terms, but not undo
//! them: a term defined as nothing, a base for relative identifiers or a text direction would each make members
//! that no signature covers, and are refused here.

use serde_json::Value;

use crate::bundled;
use crate::error::CredentialError;

/// Entries (members and items) that the contexts inside one document may have. Processing is quadratic in them.
pub(super) const MAX_INLINE_ENTRIES: usize = 500;
/// Entries of one `@context` array.
const MAX_CONTEXTS: usize = 16;

/// What the `@context` of a document consists of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sources {
    /// URLs of the bundled contexts named, in order.
    pub urls: Vec<String>,
    /// Whether the document itself defines terms.
    pub inline: bool,
}

/// Which contexts `@context` names, or why they cannot be used.
pub(crate) fn sources(local: &Value) -> Result<Sources, CredentialError> {
    let mut named = Sources::default();
    let entries = match local {
        Value::Array(entries) => entries.as_slice(),
        one => std::slice::from_ref(one),
    };
    if entries.len() > MAX_CONTEXTS {
        return Err(CredentialError::TooLarge { what: "contexts", limit: MAX_CONTEXTS });
    }
    let mut left = MAX_INLINE_ENTRIES;
    for entry in entries {
        match entry {
            Value::String(url) if bundled::find(url).is_some() => named.urls.push(url.clone()),
            Value::String(url) => return Err(CredentialError::UnknownContext(url.clone())),
            Value::Object(_) => {
                named.inline = true;
                inline(entry, &mut left)?;
            }
            _ => {
                return Err(CredentialError::malformed(
                    "@context",
                    "each entry must be a URL or an object with definitions",
                ));
            }
        }
    }
    Ok(named)
}

/// Refuses what would make members without a statement; see the module's opening.
fn inline(value: &Value, left: &mut usize) -> Result<(), CredentialError> {
    let spend = |left: &mut usize| {
        *left = left
            .checked_sub(1)
            .ok_or(CredentialError::TooLarge { what: "definitions in its own contexts", limit: MAX_INLINE_ENTRIES })?;
        Ok(())
    };
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                spend(left)?;
                match key.as_str() {
                    "@base" | "@direction" | "@reverse" | "@nest" | "@index" => {
                        return Err(CredentialError::InvalidContext(format!(
                            "{key} in a context inside the credential is not supported"
                        )));
                    }
                    "@context" => {
                        for url in strings(value) {
                            if bundled::find(url).is_none() {
                                return Err(CredentialError::UnknownContext(url.to_owned()));
                            }
                        }
                    }
                    "@import" => {
                        let url = value.as_str().unwrap_or_default();
                        if bundled::find(url).is_none() {
                            return Err(CredentialError::UnknownContext(url.to_owned()));
                        }
                    }
                    "@language" | "@vocab" => continue,
                    _ => {}
                }
                if value.is_null() {
                    return Err(CredentialError::InvalidContext(format!(
                        "{key} is defined as nothing, so that members could stand in the credential unsigned"
                    )));
                }
                inline(value, left)?;
            }
        }
        Value::Array(items) => {
            for item in items {
                spend(left)?;
                if item.is_null() {
                    return Err(CredentialError::InvalidContext(
                        "a null context inside the credential is not supported".to_owned(),
                    ));
                }
                inline(item, left)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    items.iter().filter_map(Value::as_str)
}
