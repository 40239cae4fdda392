//! Something that is worth a notification, and how notices of one moment become what is shown.

use crate::phrases::Language;
use crate::view::desktop::{Place, Screen};

/// What came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An offer to accept or decline.
    Offer,
    /// A credential was stored.
    Credential,
    /// A request to issue.
    Request,
    /// A connection to let in.
    Connection,
    /// A text.
    Message,
    /// A run has nothing left to do.
    RunOver,
    /// A run does not go on.
    RunStopped,
    /// An entry did not get onto its ledger.
    Ledger,
}

/// One thing that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it is.
    pub kind: Kind,
    /// The person's own name for who it came from; never the peer's.
    pub who: Option<String>,
    /// Where it is dealt with.
    pub place: Place,
}

/// Notices of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Their kind; `None` where a locked wallet tells none.
    pub kind: Option<Kind>,
    /// How many.
    pub number: u32,
    who: Option<String>,
    place: Option<Place>,
}

impl Batch {
    /// One batch a kind, in the order of their first; of a locked wallet one in all that tells nothing.
    pub fn of(notices: Vec<Notice>, locked: bool) -> Vec<Self> {
        let mut batches: Vec<Self> = Vec::new();
        for notice in notices {
            let kind = (!locked).then_some(notice.kind);
            match batches.iter_mut().find(|batch| batch.kind == kind) {
                Some(batch) => batch.number = batch.number.saturating_add(1),
                None => batches.push(Self {
                    kind,
                    number: 1,
                    who: notice.who.filter(|_| !locked),
                    place: (!locked).then_some(notice.place),
                }),
            }
        }
        batches
    }

    /// Together with as many that are still shown.
    #[must_use]
    pub fn after(self, shown: u32) -> Self {
        Self { number: self.number.saturating_add(shown), ..self }
    }

    /// In a sentence.
    pub fn sentence(&self, language: Language) -> String {
        match self.kind {
            None => language.something_waits().to_owned(),
            Some(kind) => language.notice(kind, self.number, self.who.as_deref()),
        }
    }

    /// Where it leads: to the thing itself, or to the list where there are several.
    pub fn place(&self) -> Option<Place> {
        let place = self.place.clone()?;
        // A run and a credential among several are not more to the point than their list.
        Some(if self.number > 1 { Place::screen(place.screen) } else { place })
    }
}

impl Kind {
    /// The screen of its list.
    pub fn screen(self) -> Screen {
        match self {
            Self::Offer => Screen::Offers,
            Self::Credential => Screen::Credentials,
            Self::Request | Self::RunOver | Self::RunStopped => Screen::Issue,
            Self::Connection | Self::Message => Screen::Connections,
            Self::Ledger => Screen::Identities,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Batch, Kind, Notice};
    use crate::phrases::Language;
    use crate::view::desktop::{OpenedKind, Place, Screen};

    fn offer(who: Option<&str>) -> Notice {
        let place = Place::of(Screen::Offers, OpenedKind::Exchange, "e1");
        Notice { kind: Kind::Offer, who: who.map(str::to_owned), place }
    }

    #[test]
    fn one_offer_is_told_with_the_persons_own_name_and_leads_to_itself() {
        let batches = Batch::of(vec![offer(Some("Alice"))], false);
        assert_eq!(batches.len(), 1);
        assert_eq!(batches[0].sentence(Language::English), "Alice offers you a credential");
        assert_eq!(batches[0].place(), Some(Place::of(Screen::Offers, OpenedKind::Exchange, "e1")));
        assert_eq!(
            Batch::of(vec![offer(None)], false)[0].sentence(Language::German),
            "Ihnen wird ein Nachweis angeboten"
        );
    }

    #[test]
    fn several_are_a_number_and_lead_to_their_list() {
        let batches = Batch::of(vec![offer(Some("Alice")), offer(None)], false);
        assert_eq!(batches[0].sentence(Language::English), "2 credentials are offered to you");
        assert_eq!(batches[0].place(), Some(Place::screen(Screen::Offers)));
        let more = Batch::of(vec![offer(Some("Alice"))], false).remove(0).after(2);
        assert_eq!(more.sentence(Language::English), "3 credentials are offered to you");
    }

    #[test]
    fn a_locked_wallet_says_only_that_something_waits() {
        let message = Notice {
            kind: Kind::Message,
            who: Some("Alice".to_owned()),
            place: Place::of(Screen::Connections, OpenedKind::Item, "c1"),
        };
        let batches = Batch::of(vec![offer(Some("Alice")), message], true);
        assert_eq!(batches.len(), 1);
        assert_eq!(batches[0].sentence(Language::English), "Something waits in your wallet");
        assert_eq!(batches[0].place(), None);
    }
}
