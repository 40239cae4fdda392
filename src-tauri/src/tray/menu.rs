//! What the tray says: its lines for the open wallets, and what each of them does. Numbers alone: nothing that a
//! credential or a peer says comes here.

use crate::phrases::Language;
use crate::view::app::Waiting;
use crate::view::desktop::{Place, Screen};

/// Something that waits for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    /// Offers to accept or decline.
    Offers,
    /// Requests to issue.
    Requests,
    /// Connections to let in.
    Connections,
    /// Texts to read.
    Messages,
    /// What got stuck on its way to a ledger.
    LedgerJobs,
}

impl Matter {
    /// What of it waits, and how many.
    pub fn of(waiting: &Waiting) -> Vec<(Self, u32)> {
        let all = [
            (Self::Offers, waiting.offers),
            (Self::Requests, waiting.requests),
            (Self::Connections, waiting.connections),
            (Self::Messages, waiting.messages),
            (Self::LedgerJobs, waiting.ledger_jobs),
        ];
        all.into_iter().filter(|(_, number)| *number > 0).collect()
    }

    /// Where it is dealt with.
    pub fn place(self) -> Place {
        Place::screen(match self {
            Self::Offers => Screen::Offers,
            Self::Requests => Screen::Issue,
            Self::Connections | Self::Messages => Screen::Connections,
            Self::LedgerJobs => Screen::Identities,
        })
    }
}

/// One open profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wallet {
    /// The profile's name.
    pub profile: String,
    /// What waits in it; `None` while it is locked.
    pub waiting: Option<Vec<(Matter, u32)>>,
}

/// All that the tray shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The language of its lines.
    pub language: Language,
    /// The open profiles, by name.
    pub wallets: Vec<Wallet>,
}

/// What a line of the menu does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Show the window that was used last.
    ShowLast,
    /// Show a profile's window.
    Show(String),
    /// Show a profile's window at what waits.
    Go(String, Matter),
    /// Lock every wallet.
    Lock,
    /// End the program.
    Quit,
}

/// A line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// One that can be chosen.
    Line(String, Action),
    /// One that only says something.
    Note(String),
    /// Between two groups.
    Separator,
}

impl Content {
    /// How much waits in all.
    pub fn total(&self) -> u32 {
        let numbers = self.wallets.iter().flat_map(|wallet| wallet.waiting.iter().flatten());
        numbers.fold(0, |total, (_, number)| total.saturating_add(*number))
    }

    /// The lines of the menu.
    pub fn entries(&self) -> Vec<Entry> {
        let several = self.wallets.len() > 1;
        let mut entries = Vec::new();
        for wallet in &self.wallets {
            let profile = &wallet.profile;
            let show = self.language.show(several.then_some(profile.as_str()));
            entries.push(Entry::Line(show, Action::Show(profile.clone())));
            match &wallet.waiting {
                None => entries.push(Entry::Note(self.language.locked().to_owned())),
                Some(waiting) => entries.extend(waiting.iter().map(|(matter, number)| {
                    Entry::Line(self.language.waits(*matter, *number), Action::Go(profile.clone(), *matter))
                })),
            }
            entries.push(Entry::Separator);
        }
        if self.wallets.iter().any(|wallet| wallet.waiting.is_some()) {
            entries.push(Entry::Line(self.language.lock_now().to_owned(), Action::Lock));
        }
        entries.push(Entry::Line(self.language.quit().to_owned(), Action::Quit));
        entries
    }

    /// What is said over the icon: a line for each thing that waits.
    pub fn tip(&self) -> String {
        let several = self.wallets.len() > 1;
        let lines = self.wallets.iter().flat_map(|wallet| {
            wallet.waiting.iter().flatten().map(move |(matter, number)| {
                let line = self.language.waits(*matter, *number);
                if several { format!("{}: {line}", wallet.profile) } else { line }
            })
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, Content, Entry, Matter, Wallet};
    use crate::phrases::Language;
    use crate::view::app::Waiting;

    fn wallet(profile: &str, waiting: Option<Waiting>) -> Wallet {
        Wallet { profile: profile.to_owned(), waiting: waiting.map(|waiting| Matter::of(&waiting)) }
    }

    fn line(label: &str, action: Action) -> Entry {
        Entry::Line(label.to_owned(), action)
    }

    #[test]
    fn one_wallet_is_shown_with_what_waits_in_it() {
        let waiting = Waiting { offers: 2, messages: 1, ..Waiting::default() };
        let content = Content { language: Language::English, wallets: vec![wallet("personal", Some(waiting))] };
        assert_eq!(
            content.entries(),
            [
                line("Show Vouchsafe", Action::Show("personal".to_owned())),
                line("2 offers wait", Action::Go("personal".to_owned(), Matter::Offers)),
                line("1 unread message", Action::Go("personal".to_owned(), Matter::Messages)),
                Entry::Separator,
                line("Lock now", Action::Lock),
                line("Quit", Action::Quit),
            ]
        );
        assert_eq!((content.total(), content.tip().as_str()), (3, "2 offers wait\n1 unread message"));
    }

    #[test]
    fn several_wallets_are_named_and_a_locked_one_tells_no_number() {
        let waiting = Waiting { offers: 1, ..Waiting::default() };
        let wallets = vec![wallet("desk", None), wallet("personal", Some(waiting))];
        let content = Content { language: Language::German, wallets };
        assert_eq!(
            content.entries(),
            [
                line("desk zeigen", Action::Show("desk".to_owned())),
                Entry::Note("Gesperrt".to_owned()),
                Entry::Separator,
                line("personal zeigen", Action::Show("personal".to_owned())),
                line("1 Angebot wartet", Action::Go("personal".to_owned(), Matter::Offers)),
                Entry::Separator,
                line("Jetzt sperren", Action::Lock),
                line("Beenden", Action::Quit),
            ]
        );
        assert_eq!(content.tip(), "personal: 1 Angebot wartet");
    }

    #[test]
    fn where_all_is_locked_there_is_nothing_to_lock() {
        let content = Content { language: Language::English, wallets: vec![wallet("personal", None)] };
        assert!(!content.entries().contains(&line("Lock now", Action::Lock)));
        assert_eq!((content.total(), content.tip().as_str()), (0, ""));
    }
}
