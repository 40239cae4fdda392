//! The text in a file, by its mark or by what it looks like.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::TableError;

/// Bytes that are looked at to tell text from something else.
const LOOKED_AT: usize = 4096;

/// The text, and how it was written.
pub(super) fn decode(bytes: &[u8]) -> Result<(String, &'static str), TableError> {
    let (encoding, rest) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, bytes.get(length..).unwrap_or_default()),
        None => (without_mark(bytes), bytes),
    };
    let name = if encoding == UTF_8 {
        "UTF-8"
    } else if encoding == WINDOWS_1252 {
        "Windows-1252"
    } else {
        "UTF-16"
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(rest).ok_or(TableError::NotText)?;
    // Other files have such characters at once.
    if text.chars().take(LOOKED_AT).any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(TableError::NotText);
    }
    Ok((text.into_owned(), name))
}

fn without_mark(bytes: &[u8]) -> &'static Encoding {
    if std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0')) {
        return UTF_8;
    }
    let head = bytes.get(..LOOKED_AT.min(bytes.len())).unwrap_or_default();
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    // Most letters of a sheet have a zero on one side in UTF-16.
    let half = head.len() / 4;
    if head.len() > 3 && zeros(1) > half {
        UTF_16LE
    } else if head.len() > 3 && zeros(0) > half {
        UTF_16BE
    } else {
        WINDOWS_1252
    }
}
