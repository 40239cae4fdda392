//! Times in queries: RFC 3339 and the twelve other layouts that the resolver takes (did-resolver
//! `utils/parse_time.go`), and the one it writes: RFC 3339 in whole seconds.

use jiff::{Timestamp, civil, fmt::strtime, tz::TimeZone};

const WITH_OFFSET: [&str; 5] = [
    "%m/%d %I:%M:%S%p '%y %z",
    "%a %b %d %H:%M:%S %z %Y",
    "%d %b %y %H:%M %z",
    "%a, %d %b %Y %H:%M:%S %z",
    "%Y-%m-%dT%H:%M:%S%z",
];
const WITHOUT: [&str; 5] =
    ["%a %b %d %H:%M:%S %Y", "%d %b %y %H:%M", "%A, %d-%b-%y %H:%M:%S", "%a, %d %b %Y %H:%M:%S", "%Y-%m-%d %H:%M:%S"];

/// A point of time as people and programs write it; zone abbreviations are read as UTC.
pub fn parse(text: &str) -> Option<Timestamp> {
    if text.len() > 64 {
        return None;
    }
    if let Ok(time) = text.parse() {
        return Some(time);
    }
    let is_zone = |word: &&str| (3..=5).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let zoneless: Vec<&str> = text.split_whitespace().filter(|word| !is_zone(word)).collect();
    let zoneless = zoneless.join(" ");
    for format in WITH_OFFSET {
        if let Ok(time) = strtime::parse(format, &zoneless).and_then(|parsed| parsed.to_timestamp()) {
            return Some(time);
        }
    }
    let utc = |time: civil::DateTime| time.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp());
    for format in WITHOUT {
        if let Ok(time) = strtime::parse(format, &zoneless).and_then(|parsed| parsed.to_datetime()) {
            return utc(time);
        }
    }
    let date: civil::Date = strtime::parse("%Y-%m-%d", &zoneless).and_then(|parsed| parsed.to_date()).ok()?;
    utc(date.to_datetime(civil::Time::midnight()))
}

/// Whole seconds, as everything over HTTP has them.
pub fn seconds(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_millisecond().div_euclid(1000)).unwrap_or(time)
}

/// RFC 3339 in whole seconds, `Z`.
pub fn text(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_names_the_same_second() {
        let wanted: Timestamp = "2024-12-04T15:00:00Z".parse().unwrap();
        for layout in [
            "2024-12-04T15:00:00Z",
            "2024-12-04T16:00:00+01:00",
            "2024-12-04T15:00:00.000Z",
            "2024-12-04 15:00:00",
            "Wed Dec 4 15:00:00 2024",
            "Wed Dec  4 15:00:00 UTC 2024",
            "Wed Dec 04 15:00:00 +0000 2024",
            "04 Dec 24 15:00 UTC",
            "04 Dec 24 16:00 +0100",
            "Wednesday, 04-Dec-24 15:00:00 UTC",
            "Wed, 04 Dec 2024 15:00:00 GMT",
            "Wed, 04 Dec 2024 16:00:00 +0100",
            "12/04 03:00:00PM '24 +0000",
        ] {
            assert_eq!(parse(layout), Some(wanted), "{layout}");
        }
        assert_eq!(parse("2024-12-04").map(text).as_deref(), Some("2024-12-04T00:00:00Z"));
        for wrong in ["", "yesterday", "2024-13-01", "1700000000"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
        assert_eq!(text("2024-12-04T15:00:00.999Z".parse().unwrap()), "2024-12-04T15:00:00Z");
    }
}
