//! The few sentences that the desktop shows outside the window, in the tray and in notifications, in the person's
//! language. They say what waits and never what a credential says, or what a peer calls itself. All that stands inside
//! the window is worded in `ui/src/messages`.

use crate::notify::Kind;
use crate::tray::Matter;

/// The longest name that a sentence carries, in characters.
const MAX_NAME: usize = 60;

/// A language that the desktop's sentences are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English, for all that is not German.
    English,
    /// German.
    German,
}

impl Language {
    /// The language that the person chose, a BCP 47 tag, or else the system's.
    pub fn of(chosen: Option<&str>) -> Self {
        chosen.map_or_else(system, Self::of_tag)
    }

    fn of_tag(tag: &str) -> Self {
        let first = tag.split(['-', '_', '.', ':', '@']).next().unwrap_or_default();
        if first.eq_ignore_ascii_case("de") { Self::German } else { Self::English }
    }

    fn choose<T>(self, english: T, german: T) -> T {
        match self {
            Self::English => english,
            Self::German => german,
        }
    }

    /// The tray's way back to the window; `profile` is named where there are several.
    pub fn show(self, profile: Option<&str>) -> String {
        match (self, profile) {
            (Self::English, None) => "Show Vouchsafe".to_owned(),
            (Self::English, Some(profile)) => format!("Show {profile}"),
            (Self::German, None) => "Vouchsafe zeigen".to_owned(),
            (Self::German, Some(profile)) => format!("{profile} zeigen"),
        }
    }

    /// The tray's lock.
    pub fn lock_now(self) -> &'static str {
        self.choose("Lock now", "Jetzt sperren")
    }

    /// The tray's end.
    pub fn quit(self) -> &'static str {
        self.choose("Quit", "Beenden")
    }

    /// A wallet whose counts are not told.
    pub fn locked(self) -> &'static str {
        self.choose("Locked", "Gesperrt")
    }

    /// How many of these wait.
    pub fn waits(self, matter: Matter, number: u32) -> String {
        let (one, many) = match (self, matter) {
            (Self::English, Matter::Offers) => ("offer waits", "offers wait"),
            (Self::English, Matter::Requests) => ("request to issue waits", "requests to issue wait"),
            (Self::English, Matter::Connections) => ("connection waits to be let in", "connections wait to be let in"),
            (Self::English, Matter::Messages) => ("unread message", "unread messages"),
            (Self::English, Matter::LedgerJobs) => ("ledger entry got stuck", "ledger entries got stuck"),
            (Self::German, Matter::Offers) => ("Angebot wartet", "Angebote warten"),
            (Self::German, Matter::Requests) => ("Anfrage zum Ausstellen wartet", "Anfragen zum Ausstellen warten"),
            (Self::German, Matter::Connections) => ("Verbindung wartet auf Einlass", "Verbindungen warten auf Einlass"),
            (Self::German, Matter::Messages) => ("ungelesene Nachricht", "ungelesene Nachrichten"),
            (Self::German, Matter::LedgerJobs) => ("Ledger-Eintrag steckt fest", "Ledger-Einträge stecken fest"),
        };
        format!("{number} {}", if number == 1 { one } else { many })
    }

    /// All that may be said of a locked wallet.
    pub fn something_waits(self) -> &'static str {
        self.choose("Something waits in your wallet", "In Ihrer Wallet wartet etwas")
    }

    /// What a notification says. `who` is the person's own name for the connection and never the peer's.
    pub fn notice(self, kind: Kind, number: u32, who: Option<&str>) -> String {
        let who = who.map(tidy).filter(|name| !name.is_empty());
        if number > 1 {
            return self.notices(kind, number);
        }
        match (self, who) {
            (Self::English, Some(who)) => match kind {
                Kind::Offer => format!("{who} offers you a credential"),
                Kind::Credential => format!("A credential from {who} was added"),
                Kind::Request => format!("{who} asks you to issue a credential"),
                Kind::Connection => format!("{who} asks to connect"),
                Kind::Message => format!("{who} wrote to you"),
                Kind::RunOver | Kind::RunStopped | Kind::Ledger => self.notice(kind, number, None),
            },
            (Self::German, Some(who)) => match kind {
                Kind::Offer => format!("{who} bietet Ihnen einen Nachweis an"),
                Kind::Credential => format!("Ein Nachweis von {who} ist hinzugekommen"),
                Kind::Request => format!("{who} bittet Sie, einen Nachweis auszustellen"),
                Kind::Connection => format!("{who} möchte sich verbinden"),
                Kind::Message => format!("{who} hat Ihnen geschrieben"),
                Kind::RunOver | Kind::RunStopped | Kind::Ledger => self.notice(kind, number, None),
            },
            (Self::English, None) => match kind {
                Kind::Offer => "A credential is offered to you",
                Kind::Credential => "A credential was added",
                Kind::Request => "A request to issue waits for you",
                Kind::Connection => "Somebody asks to connect",
                Kind::Message => "A message came in",
                Kind::RunOver => "A run is finished",
                Kind::RunStopped => "A run has stopped",
                Kind::Ledger => "An entry on a ledger did not get through",
            }
            .to_owned(),
            (Self::German, None) => match kind {
                Kind::Offer => "Ihnen wird ein Nachweis angeboten",
                Kind::Credential => "Ein Nachweis ist hinzugekommen",
                Kind::Request => "Eine Anfrage zum Ausstellen wartet auf Sie",
                Kind::Connection => "Jemand möchte sich verbinden",
                Kind::Message => "Eine Nachricht ist gekommen",
                Kind::RunOver => "Ein Sammellauf ist fertig",
                Kind::RunStopped => "Ein Sammellauf ist stehen geblieben",
                Kind::Ledger => "Ein Eintrag ist nicht auf das Ledger gelangt",
            }
            .to_owned(),
        }
    }

    fn notices(self, kind: Kind, number: u32) -> String {
        let rest = match (self, kind) {
            (Self::English, Kind::Offer) => "credentials are offered to you",
            (Self::English, Kind::Credential) => "credentials were added",
            (Self::English, Kind::Request) => "requests to issue wait for you",
            (Self::English, Kind::Connection) => "others ask to connect",
            (Self::English, Kind::Message) => "messages came in",
            (Self::English, Kind::RunOver) => "runs are finished",
            (Self::English, Kind::RunStopped) => "runs have stopped",
            (Self::English, Kind::Ledger) => "entries on a ledger did not get through",
            (Self::German, Kind::Offer) => "Nachweise werden Ihnen angeboten",
            (Self::German, Kind::Credential) => "Nachweise sind hinzugekommen",
            (Self::German, Kind::Request) => "Anfragen zum Ausstellen warten auf Sie",
            (Self::German, Kind::Connection) => "andere möchten sich verbinden",
            (Self::German, Kind::Message) => "Nachrichten sind gekommen",
            (Self::German, Kind::RunOver) => "Sammelläufe sind fertig",
            (Self::German, Kind::RunStopped) => "Sammelläufe sind stehen geblieben",
            (Self::German, Kind::Ledger) => "Einträge sind nicht auf das Ledger gelangt",
        };
        format!("{number} {rest}")
    }
}

/// The system's language, by the variables that every program on the desktop goes by.
fn system() -> Language {
    ["LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty())
        .map_or(Language::English, |value| Language::of_tag(&value))
}

/// One line of bounded length: a name stands in the middle of a sentence.
fn tidy(name: &str) -> String {
    let shown: String = name.chars().filter(|c| !c.is_control() && !turns_text(*c)).collect();
    let shown = shown.trim();
    if shown.chars().count() <= MAX_NAME {
        return shown.to_owned();
    }
    let cut: String = shown.chars().take(MAX_NAME - 1).collect();
    format!("{}…", cut.trim_end())
}

/// Characters that change the direction of what stands beside them.
fn turns_text(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::Language;
    use crate::notify::Kind;
    use crate::tray::Matter;

    #[test]
    fn a_tag_of_any_shape_finds_its_language() {
        for tag in ["de", "de-AT", "de_DE.UTF-8", "DE:en"] {
            assert_eq!(Language::of(Some(tag)), Language::German, "{tag}");
        }
        for tag in ["en", "C", "", "den", "nds"] {
            assert_eq!(Language::of(Some(tag)), Language::English, "{tag}");
        }
    }

    #[test]
    fn one_and_many_are_worded_apart() {
        assert_eq!(Language::English.waits(Matter::Offers, 1), "1 offer waits");
        assert_eq!(Language::German.waits(Matter::Offers, 2), "2 Angebote warten");
        assert_eq!(Language::English.notice(Kind::Offer, 3, Some("Alice")), "3 credentials are offered to you");
    }

    #[test]
    fn a_name_stays_a_name_in_the_middle_of_a_sentence() {
        let said = Language::English.notice(Kind::Message, 1, Some("Ada\n\u{202E}Berg"));
        assert_eq!(said, "AdaBerg wrote to you");
        let said = Language::English.notice(Kind::Message, 1, Some(&"x".repeat(500)));
        assert!(said.chars().count() < 80 && said.ends_with("… wrote to you"), "{said}");
        assert_eq!(Language::English.notice(Kind::Message, 1, Some(" ")), "A message came in");
    }
}
