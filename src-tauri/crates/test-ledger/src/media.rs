//! The media type of a resource, told from its bytes alone as the ledger does (cheqd-node `x/resource/utils`). Only what
//! credentials use is told apart; everything else is text or octets.

use serde::de::IgnoredAny;

const MAGIC: [(&[u8], &str); 8] = [
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"\x1f\x8b", "application/gzip"),
    (b"PK\x03\x04", "application/zip"),
    (b"<?xml", "text/xml; charset=utf-8"),
    (b"<svg", "image/svg+xml"),
];

/// The media type that the ledger writes into a resource's metadata.
pub fn media_type(data: &[u8]) -> &'static str {
    let trimmed = data.trim_ascii_start();
    if matches!(trimmed.first(), Some(b'{' | b'[')) && serde_json::from_slice::<IgnoredAny>(trimmed).is_ok() {
        return "application/json";
    }
    if let Some((_, name)) = MAGIC.iter().find(|(magic, _)| data.starts_with(magic)) {
        return name;
    }
    let head = trimmed.get(..14).unwrap_or(trimmed).to_ascii_lowercase();
    if head.starts_with(b"<!doctype html") || head.starts_with(b"<html") {
        return "text/html; charset=utf-8";
    }
    let binary = |byte: &u8| matches!(byte, 0..=8 | 11 | 14..=26 | 28..=31);
    if std::str::from_utf8(data).is_ok() && !data.iter().any(binary) {
        return "text/plain; charset=utf-8";
    }
    "application/octet-stream"
}

#[cfg(test)]
mod tests {
    use super::media_type;

    #[test]
    fn json_text_and_octets_are_told_apart() {
        assert_eq!(media_type(br#" {"a":1}"#), "application/json");
        assert_eq!(media_type(b"Hello World"), "text/plain; charset=utf-8");
        assert_eq!(media_type(b"{not json"), "text/plain; charset=utf-8");
        assert_eq!(media_type(&[0, 1, 2]), "application/octet-stream");
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\nxxxx"), "image/png");
    }
}
