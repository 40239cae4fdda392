//! Names as the eye takes them. A peer chooses its own name, so one that could be taken for another's is looked for:
//! the same letters in another case or script, other spaces, or one letter more, less or changed.

use std::collections::BTreeSet;

use jiff::Timestamp;
use unicode_security::skeleton;
use vouchsafe_protocols::connection::Connection;
use vouchsafe_store::{Page, Reader, StoreError, Transaction};

use crate::error::Result;
use crate::records::ReadRecords;

/// Letters of a name that count.
const MOST_LETTERS: usize = 120;
/// Shorter names are alike only where they look the same: with one letter between them they are two names.
const SHORTEST_TO_MISTAKE: usize = 6;
/// Look-alikes that are given for one name.
const MOST: usize = 5;
/// Set once the names of the connections that were there before are known by their shapes.
const KNOWN: &str = "name-shapes";

/// A connection whose name could be taken for the one that was asked about.
#[derive(Debug, Clone, PartialEq)]
pub struct LookAlike {
    /// The connection.
    pub connection: Connection,
    /// The name of it that is alike.
    pub name: String,
    /// The names are the same to the eye; otherwise one letter is between them.
    pub same: bool,
    /// Its peer is blocked.
    pub blocked: bool,
}

/// How a name looks: confusable letters are one (Unicode Technical Standard 39), case, spaces and punctuation are
/// nothing.
pub fn shape(name: &str) -> String {
    let small: String = name.chars().take(MOST_LETTERS).collect::<String>().to_lowercase();
    let folded: String = skeleton(&small).collect::<String>().to_lowercase();
    let letters: String = folded
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        // In many typefaces these three are one stroke, and lower case has parted them.
        .map(|letter| if matches!(letter, 'i' | '1' | '\u{131}') { 'l' } else { letter })
        .take(MOST_LETTERS)
        .collect();
    if letters.is_empty() { folded.split_whitespace().collect() } else { letters }
}

/// Whether two shapes could be taken for one another.
fn alike(one: &str, other: &str) -> bool {
    one == other || (one.chars().count() >= SHORTEST_TO_MISTAKE && one_letter_apart(one, other))
}

/// One letter more, less, or changed.
fn one_letter_apart(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let same = |pair: (&char, &char)| pair.0 == pair.1;
    let before = one.iter().zip(&other).take_while(|pair| same(*pair)).count();
    let rest = one.len().min(other.len()).saturating_sub(before);
    let after = one.iter().rev().zip(other.iter().rev()).take(rest).take_while(|pair| same(*pair)).count();
    one.len().max(other.len()).saturating_sub(before + after) == 1
}

/// Connections with a name that could be taken for this one, the oldest first; `except` leaves one out, and with it all
/// that are younger.
///
/// # Errors
/// What the store says.
pub fn look_alikes(reader: &Reader<'_>, name: &str, except: Option<&Connection>) -> Result<Vec<LookAlike>> {
    let wanted = shape(name);
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for near in reader.names_near(&wanted)? {
        if !alike(&wanted, &near.shape)
            || except.is_some_and(|except| except.id == near.connection_id)
            || !seen.insert(near.connection_id.clone())
        {
            continue;
        }
        let connection = reader.connection_record(&near.connection_id)?;
        // Nobody is there yet, or both took their name from the one invitation that they came by.
        let nobody = connection.rfc23_state() == "invitation-sent";
        let together = except.is_some_and(|except| {
            except.invitation_msg_id.is_some()
                && except.invitation_msg_id == connection.invitation_msg_id
                && except.alias.is_some()
                && except.alias == connection.alias
        });
        if nobody || together || except.is_some_and(|except| older(except) <= older(&connection)) {
            continue;
        }
        let name = if near.kind == OWN { connection.alias.clone() } else { connection.their_label.clone() };
        found.push(LookAlike {
            name: name.unwrap_or_default(),
            same: near.shape == wanted,
            blocked: reader.blocked_since(&connection.id)?.is_some(),
            connection,
        });
    }
    found.sort_by(|one, other| older(&one.connection).cmp(&older(&other.connection)));
    found.truncate(MOST);
    Ok(found)
}

fn older(connection: &Connection) -> (Timestamp, &str) {
    (connection.created_at, &connection.id)
}

const OWN: &str = "own";
const GIVEN: &str = "given";

/// Keeps how a connection's names look. What is not a connection with somebody yet has none.
///
/// # Errors
/// What the store says.
pub(crate) fn keep_shapes(tx: &Transaction<'_>, connection: &Connection) -> Result<(), StoreError> {
    for (kind, name) in [(OWN, &connection.alias), (GIVEN, &connection.their_label)] {
        tx.put_name_shape(&connection.id, kind, name.as_deref().map(shape).as_deref())?;
    }
    Ok(())
}

/// Looks once at the connections that were there before names were known by their shapes.
///
/// # Errors
/// What the store says.
pub(crate) fn keep_all_shapes(tx: &Transaction<'_>) -> Result<()> {
    if tx.setting::<bool>(KNOWN)?.unwrap_or(false) {
        return Ok(());
    }
    for connection in tx.connection_records(&vouchsafe_store::ConnectionFilter::default(), Page::ALL)? {
        keep_shapes(tx, &connection)?;
    }
    Ok(tx.put_setting(KNOWN, &true)?)
}

#[cfg(test)]
mod tests {
    use super::{alike, shape};

    fn looks_like(one: &str, other: &str) -> bool {
        alike(&shape(one), &shape(other))
    }

    #[test]
    fn what_the_eye_takes_for_one_name_is_alike() {
        for (one, other) in [
            ("City Library", "city library"),
            ("City Library", "CityLibrary"),
            ("City Library", "C\u{456}ty L\u{456}brary"),
            ("Paypal", "Paypa1"),
            ("Lucy", "Iucy"),
            ("rnodern art", "modern art"),
            ("City Library", "City Libary"),
            ("City Library", "City Librarry"),
            ("City Library", "Citi Library"),
            ("Stadtb\u{fc}cherei", "Stadtbu\u{308}cherei"),
        ] {
            assert!(looks_like(one, other), "{one} and {other}: {} and {}", shape(one), shape(other));
        }
    }

    #[test]
    fn two_names_are_two() {
        for (one, other) in
            [("Anna", "Anne"), ("City Library", "City Museum"), ("Desk 12", "Desk 123 North"), ("A", "B")]
        {
            assert!(!looks_like(one, other), "{one} and {other}");
        }
    }

    #[test]
    fn a_name_without_letters_and_one_without_end_have_a_shape() {
        assert!(!shape("\u{1F600}\u{1F600}").is_empty());
        assert_eq!(shape("  "), "");
        assert!(shape(&"x".repeat(100_000)).chars().count() <= 120);
    }
}
