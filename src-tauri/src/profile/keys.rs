//! What opens the wallet: passphrase, keyring and recovery words, shown, confirmed and changed while it is open.

use parking_lot::Mutex;
use vouchsafe_store::{OsKeyring, Passphrase, RecoveryWords as Words, Store, StoreError, Vault};
use zeroize::Zeroizing;

use super::Profile;
use super::wallet::{blocking, check_passphrase};
use crate::commands::Answer;
use crate::view::Failure;
use crate::view::app::{RecoveryWords, WordTyped};

/// How many of the words are asked for again.
const WORDS_ASKED: usize = 3;

/// Words that were shown and not yet confirmed.
pub type Unconfirmed = Mutex<Option<Zeroizing<Vec<String>>>>;

impl Profile {
    /// Hands the words to the screen and remembers them until they are confirmed or the wallet is locked.
    pub(super) fn show(&self, words: Option<&Words>) -> RecoveryWords {
        let words: Vec<String> = words.map(|words| words.words().map(str::to_owned).collect()).unwrap_or_default();
        let count = u32::try_from(words.len()).unwrap_or(0).max(1);
        let mut ask: Vec<u32> = Vec::new();
        while ask.len() < WORDS_ASKED.min(words.len()) {
            // A UUID's bytes are random enough to choose which words are asked for; nothing secret hangs on it.
            let place = 1 + uuid::Uuid::new_v4().as_fields().0 % count;
            if !ask.contains(&place) {
                ask.push(place);
            }
        }
        ask.sort_unstable();
        *self.unconfirmed.lock() = Some(Zeroizing::new(words.clone()));
        RecoveryWords { words, ask }
    }

    /// The person typed the words that were asked for.
    ///
    /// # Errors
    ///
    /// `recovery-words-differ` with which one; `recovery-words-gone` when the wallet was locked meanwhile.
    pub async fn confirm_recovery_words(&self, typed: &[WordTyped]) -> Answer<()> {
        {
            let unconfirmed = self.unconfirmed.lock();
            let Some(words) = unconfirmed.as_ref() else {
                return Err(Failure::new(
                    "recovery-words-gone",
                    "Words are no longer shown",
                    "The words were shown before the wallet was locked, and are kept nowhere.",
                    "Make new recovery words in the settings.",
                ));
            };
            if typed.len() < WORDS_ASKED.min(words.len()) {
                return Err(Failure::invalid(
                    "recovery-words-differ",
                    "Not all of the words were typed.",
                    "Type every word that is asked for.",
                ));
            }
            for WordTyped { place, word } in typed {
                let wanted = usize::try_from(*place)
                    .ok()
                    .and_then(|place| place.checked_sub(1))
                    .and_then(|place| words.get(place));
                if wanted.is_none_or(|wanted| !wanted.eq_ignore_ascii_case(word.trim())) {
                    return Err(Failure::invalid(
                        "recovery-words-differ",
                        format!("Word {place} is another one."),
                        "Look at your copy and type it again.",
                    ));
                }
            }
        }
        let open = self.open()?;
        self.change_kept(&open, |kept| kept.words_unconfirmed = false).await?;
        *self.unconfirmed.lock() = None;
        self.say_all();
        Ok(())
    }

    /// Set or change the passphrase.
    ///
    /// # Errors
    ///
    /// `wrong-passphrase` for the current one, a new one that cannot be used, what the disk says.
    pub async fn set_passphrase(
        &self,
        current: Option<Zeroizing<String>>,
        passphrase: Zeroizing<String>,
    ) -> Answer<()> {
        check_passphrase(&passphrase)?;
        self.change_vault(move |vault, store| {
            if vault.protection().passphrase {
                vault.confirm_passphrase(&Passphrase::new(current.as_ref().map_or("", |current| current.as_str())))?;
            }
            vault.set_passphrase(store, &Passphrase::new(passphrase.as_str()))
        })
        .await
    }

    /// Remove the passphrase.
    ///
    /// # Errors
    ///
    /// `wrong-passphrase`, `last-lock`, what the disk says.
    pub async fn remove_passphrase(&self, current: Zeroizing<String>) -> Answer<()> {
        self.change_vault(move |vault, store| {
            vault.confirm_passphrase(&Passphrase::new(current.as_str()))?;
            vault.remove_passphrase(store)
        })
        .await
    }

    /// Keep the key in the keyring, or no longer.
    ///
    /// # Errors
    ///
    /// `keyring-unavailable`, `last-lock`, what the disk says.
    pub async fn use_keyring(&self, on: bool) -> Answer<()> {
        self.change_vault(move |vault, store| {
            if on { vault.set_keyring(store, &OsKeyring) } else { vault.remove_keyring(store, &OsKeyring) }
        })
        .await
    }

    /// New recovery words; the old ones open nothing any more.
    ///
    /// # Errors
    ///
    /// What the disk says.
    pub async fn new_recovery_words(&self) -> Answer<RecoveryWords> {
        let open = self.open()?;
        let (vault, store) = (open.vault.clone(), open.agent.store().clone());
        let words = blocking(move || vault.renew_recovery_words(&store)).await?;
        self.change_kept(&open, |kept| kept.words_unconfirmed = true).await?;
        self.say_all();
        Ok(self.show(Some(&words)))
    }

    async fn change_vault(
        &self,
        change: impl FnOnce(&Vault, &Store) -> Result<(), StoreError> + Send + 'static,
    ) -> Answer<()> {
        let open = self.open()?;
        let (vault, store) = (open.vault.clone(), open.agent.store().clone());
        blocking(move || change(&vault, &store)).await?;
        self.say_all();
        Ok(())
    }
}
