//! The Accept header as the resolver reads it (did-resolver `services/helpers.go`): media types, their profile
//! parameter, and one list of what is supported.

/// The profile of a full resolution result.
pub const RESOLUTION: &str = "https://w3id.org/did-resolution";
/// The profile of a dereferencing result.
pub const DEREFERENCING: &str = "https://w3id.org/did-url-dereferencing";
/// The default type.
pub const JSON_LD: &str = "application/ld+json";
pub const JSON: &str = "application/json";
pub const DID_JSON_LD: &str = "application/did+ld+json";
pub const DID_JSON: &str = "application/did+json";
pub const DID: &str = "application/did";

/// What is wanted: a media type, and a profile or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    pub media_type: String,
    pub profile: String,
}

impl Wanted {
    fn new(media_type: &str, profile: &str) -> Self {
        Self { media_type: media_type.to_owned(), profile: profile.to_owned() }
    }

    /// Whether the resolver can answer in this type.
    pub fn is_supported(&self) -> bool {
        [DID_JSON, DID_JSON_LD, JSON_LD, DID, JSON].contains(&self.media_type.as_str())
    }

    /// Whether documents carry `@context` in this type.
    pub fn is_linked(&self) -> bool {
        [DID_JSON_LD, JSON_LD].contains(&self.media_type.as_str())
    }
}

/// Reads the header; `resource` where resource data may be the answer, which is then given as it is.
pub fn wanted(header: &str, resource: bool) -> Wanted {
    let mut first: Option<Wanted> = None;
    let mut wildcard = false;
    for entry in entries(header) {
        let is_any = entry.media_type == "*/*";
        first.get_or_insert_with(|| entry.clone());
        if is_any {
            wildcard = true;
        } else if !resource && entry.is_supported() {
            let profile = if entry.profile.is_empty() { RESOLUTION } else { &entry.profile };
            return Wanted::new(&entry.media_type, profile);
        }
    }
    let Some(first) = first else {
        return Wanted::new(JSON_LD, "");
    };
    match (wildcard, resource) {
        (true, true) if first.profile != DEREFERENCING => Wanted::new(JSON_LD, ""),
        (true, false) => Wanted::new(JSON_LD, RESOLUTION),
        _ => first,
    }
}

/// The header's entries, most wanted first.
fn entries(header: &str) -> Vec<Wanted> {
    let mut entries: Vec<(f32, Wanted)> = split(header, ',')
        .into_iter()
        .filter_map(|entry| {
            let mut parts = split(entry, ';').into_iter();
            let media_type =
                parts.next().map(|kind| kind.trim().to_ascii_lowercase()).filter(|kind| !kind.is_empty())?;
            let (mut quality, mut profile) = (1.0, String::new());
            for (name, value) in parts.filter_map(|part| part.split_once('=')) {
                let value = value.trim().trim_matches('"');
                match name.trim() {
                    "q" => quality = value.parse().unwrap_or(0.0),
                    "profile" => value.clone_into(&mut profile),
                    _ => {}
                }
            }
            Some((quality, Wanted { media_type, profile }))
        })
        .take(32)
        .collect();
    entries.sort_by(|a, b| b.0.total_cmp(&a.0));
    entries.into_iter().map(|(_, wanted)| wanted).collect()
}

/// Splits outside of quotation marks.
fn split(text: &str, mark: char) -> Vec<&str> {
    let mut quoted = false;
    text.split(move |c: char| {
        quoted ^= c == '"';
        c == mark && !quoted
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_accept_headers() {
        let quoted = "application/ld+json;profile=\"https://w3id.org/did-resolution\"";
        let table = [
            ("", false, JSON_LD, ""),
            ("*/*", false, JSON_LD, RESOLUTION),
            ("*/*", true, JSON_LD, ""),
            ("application/json", false, JSON, RESOLUTION),
            (quoted, false, JSON_LD, RESOLUTION),
            ("application/ld+json;profile=https://w3id.org/did-url-dereferencing", true, JSON_LD, DEREFERENCING),
            ("application/did+json", false, DID_JSON, RESOLUTION),
            ("text/plain", false, "text/plain", ""),
            ("text/html, application/json;q=0.9, */*;q=0.8", false, JSON, RESOLUTION),
            ("application/json;q=0.1,application/did", false, DID, RESOLUTION),
        ];
        for (header, resource, media_type, profile) in table {
            assert_eq!(wanted(header, resource), Wanted::new(media_type, profile), "{header} {resource}");
        }
    }
}
