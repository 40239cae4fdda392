//! Why a search found a credential: the claim or the tag in which a word of it begins. Names and issuers are shown in
//! every row, so that only what is not in sight is told.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use vouchsafe_credentials::Summary;

use super::credential_list::Matched;

/// Characters shown before the word, and in all.
const BEFORE: usize = 16;
const SHOWN: usize = 80;
/// Claims that are looked through.
const CLAIMS: usize = 200;

/// The words of a search, as they are compared.
pub struct Words(Vec<String>);

impl Words {
    /// The words of what a person typed.
    pub fn of(text: &str) -> Self {
        Self(split(text).map(fold).filter(|word| !word.is_empty()).collect())
    }

    /// Where a row's search hit, if it is not in sight: the first claim or tag that a word begins in.
    pub fn reason(&self, seen: &[&str], summary: &Summary, tags: &[String]) -> Option<Matched> {
        let word = self.0.iter().find(|word| !seen.iter().any(|text| begins(text, word)))?;
        if let Some(tag) = tags.iter().find(|tag| begins(tag, word)) {
            return Some(Matched { label: String::new(), value: tag.clone() });
        }
        let claim = summary.claims.iter().take(CLAIMS).find(|claim| begins(&claim.value, word));
        let claim = claim.or_else(|| summary.claims.iter().take(CLAIMS).find(|claim| begins(&claim.label, word)))?;
        Some(Matched { label: claim.label.clone(), value: around(&claim.value, word) })
    }
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !character.is_alphanumeric() && !is_combining_mark(character))
}

/// Without accents and case, as the index has it.
fn fold(word: &str) -> String {
    word.nfd().filter(|character| !is_combining_mark(*character)).flat_map(char::to_lowercase).collect()
}

fn begins(text: &str, word: &str) -> bool {
    split(text).any(|part| fold(part).starts_with(word))
}

/// The part of a value around the word.
fn around(value: &str, word: &str) -> String {
    let mut at = 0;
    for part in split(value) {
        if fold(part).starts_with(word) {
            break;
        }
        at += part.chars().count() + 1;
    }
    let from = at.saturating_sub(BEFORE);
    let shown: String = value.chars().skip(from).take(SHOWN).collect();
    let begin = if from > 0 { "…" } else { "" };
    let end = if value.chars().count() > from + SHOWN { "…" } else { "" };
    format!("{begin}{shown}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(claims: &[(&str, &str)]) -> Summary {
        let claims = claims.iter().map(|(label, value)| vouchsafe_credentials::Claim {
            path: (*label).to_owned(),
            label: (*label).to_owned(),
            value: (*value).to_owned(),
        });
        Summary { claims: claims.collect(), ..Summary::default() }
    }

    #[test]
    fn the_reason_is_the_claim_or_the_tag_that_is_not_in_sight() {
        let summary = summary(&[("Family name", "Peña Núñez"), ("Course", "Alpine rescue")]);
        let tags = ["Work".to_owned()];
        let reason = |text: &str| Words::of(text).reason(&["Course certificate", "City"], &summary, &tags);
        assert_eq!(reason("city"), None, "it is in sight");
        assert_eq!(reason("nunez").unwrap().value, "Peña Núñez");
        assert_eq!(reason("PEÑ").unwrap().label, "Family name");
        assert_eq!(reason("wor").unwrap(), Matched { label: String::new(), value: "Work".into() });
        assert_eq!(reason("city rescue").unwrap().value, "Alpine rescue");
        assert_eq!(reason("nobody"), None);
    }

    #[test]
    fn a_long_value_is_cut_around_the_word() {
        let long = format!("{} needle {}", "hay ".repeat(40), "hay ".repeat(40));
        let found = Words::of("needle").reason(&[], &summary(&[("Notes", &long)]), &[]).unwrap();
        assert!(found.value.starts_with('…') && found.value.contains("needle") && found.value.ends_with('…'));
        assert!(found.value.chars().count() <= SHOWN + 2);
    }
}
