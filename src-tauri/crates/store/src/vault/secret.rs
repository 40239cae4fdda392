//! What a person knows: the passphrase and the recovery words. Both wipe themselves, and neither can be printed.

use std::borrow::Cow;

use bip39::{Language, Mnemonic};
use zeroize::Zeroizing;

use crate::StoreError;

/// Bytes of a passphrase at most.
const MAX_PASSPHRASE: usize = 1024;

/// A passphrase as the person typed it. Zeroized on drop; no Debug.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes the passphrase over. Keyboards differ in how they write the same letter (composed or not): it is brought to
    /// one form (NFKD), so that a wallet moved between computers opens.
    pub fn new(text: impl Into<String>) -> Self {
        let text = Zeroizing::new(text.into());
        let mut normal = Cow::Borrowed(text.as_str());
        Mnemonic::normalize_utf8_cow(&mut normal);
        Self(Zeroizing::new(normal.into_owned()))
    }

    /// The bytes to derive from; an empty or absurdly long passphrase guards nothing.
    pub(crate) fn bytes(&self) -> Result<&[u8], StoreError> {
        if self.0.is_empty() || self.0.len() > MAX_PASSPHRASE {
            return Err(StoreError::Unguarded);
        }
        Ok(self.0.as_bytes())
    }
}

/// Twenty-four words (BIP 39, English, 256 bits) that open the wallet when all else is lost. Zeroized on drop; no Debug.
pub struct RecoveryWords(Mnemonic);

impl RecoveryWords {
    /// How many words there are.
    pub const COUNT: usize = 24;

    pub(crate) fn generate() -> Result<Self, StoreError> {
        let mut entropy = Zeroizing::new([0; 32]);
        getrandom::fill(entropy.as_mut()).map_err(|error| StoreError::Internal(error.to_string()))?;
        let mnemonic = Mnemonic::from_entropy_in(Language::English, entropy.as_slice());
        Ok(Self(mnemonic.map_err(|error| StoreError::Internal(error.to_string()))?))
    }

    /// Reads the words as a person types them: any case, any white space between.
    ///
    /// # Errors
    ///
    /// [`StoreError::MalformedRecoveryWords`] says what does not fit, without repeating a word.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        let malformed = |reason: &str| StoreError::MalformedRecoveryWords(reason.into());
        let mut words = Zeroizing::new(String::with_capacity(text.len().min(512)));
        let mut count = 0;
        for word in text.split_whitespace().take(Self::COUNT + 1) {
            if count > 0 {
                words.push(' ');
            }
            count += 1;
            words.extend(word.chars().take(16).flat_map(char::to_lowercase));
        }
        if count != Self::COUNT {
            return Err(malformed("there have to be twenty-four"));
        }
        let mnemonic = Mnemonic::parse_in_normalized(Language::English, &words).map_err(|error| match error {
            bip39::Error::UnknownWord(number) => malformed(&format!("word {} is not in the list", number + 1)),
            bip39::Error::InvalidChecksum => malformed("the words do not fit together: one is wrong or misplaced"),
            _ => malformed("they cannot be read"),
        })?;
        Ok(Self(mnemonic))
    }

    /// The words, in order, for the one screen that shows them.
    pub fn words(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.words()
    }

    pub(crate) fn entropy(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.to_entropy())
    }
}
