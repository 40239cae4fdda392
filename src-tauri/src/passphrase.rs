//! What is thought of a passphrase before it protects a wallet.
//! A wallet's files can be copied and tried offline: fifteen characters, or words, and nothing that a list of common passphrases begins with. No rules about kinds of characters (NIST SP 800-63B-4).

use std::collections::HashSet;

use crate::view::app::PassphraseAdvice;

/// The shortest passphrase that is taken, in characters.
pub const MIN_CHARACTERS: usize = 12;
const STRONG_CHARACTERS: usize = 20;

/// What everybody tries first.
const COMMON: [&str; 20] = [
    "password",
    "passphrase",
    "123456",
    "qwerty",
    "qwertz",
    "letmein",
    "iloveyou",
    "welcome",
    "admin",
    "abc123",
    "monkey",
    "dragon",
    "sunshine",
    "princess",
    "football",
    "vouchsafe",
    "wallet",
    "correct horse battery staple",
    "asdfgh",
    "111111",
];

/// Judge a passphrase.
pub fn advise(passphrase: &str) -> PassphraseAdvice {
    let characters = passphrase.chars().count();
    let distinct = passphrase.chars().collect::<HashSet<_>>().len();
    let plain = passphrase.to_lowercase();
    // A common word takes its whole length away: "password password" is worth its blank.
    let rest = COMMON.iter().fold(plain, |text, word| text.replace(word, "")).chars().count();
    let common = rest < MIN_CHARACTERS / 2;
    let (acceptable, strength, sentence) = if characters == 0 {
        (false, 0, "Use at least twelve characters; four or more words are easy to remember.")
    } else if characters < MIN_CHARACTERS {
        (false, 1, "Too short: use at least twelve characters; four or more words are easy to remember.")
    } else if common || distinct < 6 {
        (false, 1, "Too easy to guess: use words that do not belong together.")
    } else if characters < 15 {
        (true, 2, "It will do. A few characters more make it much stronger.")
    } else if characters < STRONG_CHARACTERS {
        (true, 3, "Good.")
    } else {
        (true, 4, "Very good.")
    };
    PassphraseAdvice { acceptable, strength, sentence: sentence.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::advise;

    #[test]
    fn a_short_passphrase_is_refused() {
        assert!(!advise("").acceptable);
        assert!(!advise("12 chars no").acceptable);
    }

    #[test]
    fn a_common_passphrase_is_refused_however_long() {
        assert!(!advise("password password").acceptable);
        assert!(!advise("correct horse battery staple").acceptable);
        assert!(!advise("aaaaaaaaaaaaaaaaaaaaaaaa").acceptable);
    }

    #[test]
    fn words_that_do_not_belong_together_are_good() {
        let advice = advise("lantern oboe gravel thirteen");
        assert!(advice.acceptable);
        assert_eq!(advice.strength, 4);
    }
}
