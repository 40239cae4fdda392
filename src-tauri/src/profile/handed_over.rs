//! What the desktop hands over: links that were clicked somewhere else, by a second start or with the first. While the wallet is locked they wait in memory; in the open wallet they are kept until the person has decided, over restarts too.

use std::collections::VecDeque;

use parking_lot::Mutex;
use vouchsafe_protocols::out_of_band::text::MAX_TEXT_BYTES;
use vouchsafe_store::StoreError;

use super::Profile;
use crate::commands::Answer;
use crate::view::add::HandedOver;
use crate::view::{Failure, Topic};

/// So many may wait; who clicks more has forgotten the oldest.
const AT_MOST: usize = 20;

/// Those that came while the wallet was not open.
pub(super) type Before = Mutex<VecDeque<String>>;

impl Profile {
    /// Keep what a second start or the desktop brought, until the window has shown it.
    pub fn hand_over(&self, mut text: String) {
        if text.len() > MAX_TEXT_BYTES {
            // Cut, it is still said to be too large.
            text.truncate(text.floor_char_boundary(MAX_TEXT_BYTES + 4));
        }
        let mut before = self.handed_over.lock();
        if !before.contains(&text) {
            before.push_back(text);
        }
        while before.len() > AT_MOST {
            before.pop_front();
        }
        drop(before);
        self.announcer.say([Topic::App]);
    }

    /// How many wait for the wallet to be opened.
    pub fn handed_over_waiting(&self) -> u32 {
        u32::try_from(self.handed_over.lock().len()).unwrap_or(u32::MAX)
    }

    /// The oldest that waits. It goes on waiting until [`Self::forget_handed_over`].
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn next_handed_over(&self) -> Answer<Option<HandedOver>> {
        let agent = self.agent()?;
        let arrived: Vec<String> = self.handed_over.lock().iter().cloned().collect();
        if !arrived.is_empty() {
            let texts = arrived.clone();
            agent
                .store()
                .write(move |tx| {
                    let most = u32::try_from(AT_MOST).unwrap_or(u32::MAX);
                    texts.iter().try_for_each(|text| tx.put_handed_over(text, most))
                })
                .await
                .map_err(|error: StoreError| Failure::from(error))?;
            // Only what is kept now leaves the memory.
            self.handed_over.lock().retain(|text| !arrived.contains(text));
        }
        let first = agent
            .store()
            .read(|reader: &vouchsafe_store::Reader<'_>| reader.first_handed_over())
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        Ok(first.map(|(number, text, more)| HandedOver { number: number.to_string(), text, more }))
    }

    /// The person has decided about it.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn forget_handed_over(&self, number: &str) -> Answer<()> {
        let Ok(number) = number.parse::<i64>() else { return Ok(()) };
        let forgotten = self.agent()?.store().write(move |tx| tx.delete_handed_over(number)).await;
        forgotten.map(drop).map_err(|error: StoreError| Failure::from(error))
    }
}
