//! The page's words, in the languages it is written in.

use axum::http::{HeaderMap, header};

/// One language.
pub(super) struct Words {
    pub language: &'static str,
    pub title: &'static str,
    pub connect: &'static str,
    pub issue: &'static str,
    pub somebody: &'static str,
    pub unverified: &'static str,
    pub open: &'static str,
    pub scan: &'static str,
    pub code: &'static str,
    pub next: &'static str,
    pub steps: [&'static str; 3],
    pub nothing_happens: &'static str,
    pub copy: &'static str,
    pub until: &'static str,
    pub own_wallet: &'static str,
    pub gone_title: &'static str,
    pub gone: &'static str,
    pub gone_next: &'static str,
}

static ENGLISH: Words = Words {
    language: "en",
    title: "An invitation",
    connect: "You are invited to connect",
    issue: "A credential is waiting for you",
    somebody: "Somebody who gives no name",
    unverified: "Name given by the sender, not verified",
    open: "Open in my wallet",
    scan: "Or scan this with a wallet on another device",
    code: "QR code with the invitation",
    next: "What happens next",
    steps: [
        "You need a wallet for verifiable credentials on this device or on your phone.",
        "The wallet shows who invites you and where it would connect. Check that it is who you expect.",
        "Nothing is sent from your wallet before you agree there.",
    ],
    nothing_happens: "The button does nothing?",
    copy: "Then this device has no wallet that opens such links. Copy the whole text below and paste it into your wallet.",
    until: "Can be used until",
    own_wallet: "This page comes straight from the sender’s own wallet. It stores nothing about you.",
    gone_title: "This invitation cannot be used",
    gone: "It was used already, its time is over, it was taken back, or the link is not complete.",
    gone_next: "Ask whoever gave you the link for a new invitation.",
};

static GERMAN: Words = Words {
    language: "de",
    title: "Eine Einladung",
    connect: "Sie sind eingeladen, sich zu verbinden",
    issue: "Ein Nachweis wartet auf Sie",
    somebody: "Jemand, der keinen Namen nennt",
    unverified: "Name vom Absender angegeben, nicht geprüft",
    open: "In meiner Wallet öffnen",
    scan: "Oder scannen Sie dies mit einer Wallet auf einem anderen Gerät",
    code: "QR-Code mit der Einladung",
    next: "Wie es weitergeht",
    steps: [
        "Sie brauchen eine Wallet für digitale Nachweise auf diesem Gerät oder auf Ihrem Telefon.",
        "Die Wallet zeigt, wer Sie einlädt und wohin sie sich verbinden würde. Prüfen Sie, ob Sie das erwarten.",
        "Ihre Wallet sendet nichts, bevor Sie dort zustimmen.",
    ],
    nothing_happens: "Die Schaltfläche bewirkt nichts?",
    copy: "Dann hat dieses Gerät keine Wallet, die solche Links öffnet. Kopieren Sie den ganzen Text unten und fügen Sie ihn in Ihre Wallet ein.",
    until: "Verwendbar bis",
    own_wallet: "Diese Seite kommt direkt aus der Wallet des Absenders. Sie speichert nichts über Sie.",
    gone_title: "Diese Einladung kann nicht verwendet werden",
    gone: "Sie wurde schon verwendet, ist abgelaufen, wurde zurückgezogen, oder der Link ist nicht vollständig.",
    gone_next: "Bitten Sie die Person, von der Sie den Link haben, um eine neue Einladung.",
};

/// The language that the browser asks for first among those there are.
pub(super) fn in_language_of(headers: &HeaderMap) -> &'static Words {
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut best = (&ENGLISH, 0.0);
    for range in asked.split(',').take(32) {
        let mut parts = range.split(';').map(str::trim);
        let tag = parts.next().unwrap_or_default();
        let weight =
            parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |weight| weight.parse::<f32>().unwrap_or(0.0));
        let words = match tag.split('-').next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "de" => &GERMAN,
            "en" => &ENGLISH,
            _ => continue,
        };
        if weight > best.1 {
            best = (words, weight);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::in_language_of;

    #[test]
    fn the_page_speaks_the_language_that_is_preferred() {
        for (asked, given) in [
            ("de-AT,de;q=0.9,en;q=0.8", "de"),
            ("en-GB, de;q=0.7", "en"),
            ("fr, en;q=0.2, de;q=0.5", "de"),
            ("fr", "en"),
            ("de;q=nonsense", "en"),
            ("", "en"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(asked));
            assert_eq!(in_language_of(&headers).language, given, "{asked}");
        }
    }
}
