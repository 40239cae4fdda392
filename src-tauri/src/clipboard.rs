//! What was copied and is secret: put on the clipboard with the mark that keeps it out of clipboard histories, and taken
//! from it after a while, when a wallet is locked and when the program ends, but only if nothing else was copied since.
//! Of what was copied only a digest is kept. What is meant for others, such as invitations and DIDs, stays.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use sha2::{Digest, Sha256};

use crate::view::lock::CopyKind;

/// The clipboard as this program uses it. One for all windows, since there is one clipboard.
#[derive(Clone, Default)]
pub struct Copied {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    /// Kept open: on X11 the program that copied is the one that hands out.
    clipboard: Option<arboard::Clipboard>,
    secret: Option<[u8; 32]>,
    turn: u64,
}

impl Copied {
    /// Puts text on the clipboard. What is secret is to be cleared after the time that the caller waits; the answer is
    /// the turn to hand to [`Self::clear_turn`] then.
    ///
    /// # Errors
    ///
    /// What the desktop says.
    pub fn put(&self, text: &str, kind: CopyKind) -> Result<Option<u64>, arboard::Error> {
        let mut inner = self.inner.lock();
        let clipboard = match inner.clipboard.take() {
            Some(clipboard) => inner.clipboard.insert(clipboard),
            None => inner.clipboard.insert(arboard::Clipboard::new()?),
        };
        let set = clipboard.set();
        if kind.is_secret() {
            unlisted(set).text(text)?;
            inner.secret = Some(digest(text));
            inner.turn = inner.turn.wrapping_add(1);
            Ok(Some(inner.turn))
        } else {
            set.text(text)?;
            inner.secret = None;
            Ok(None)
        }
    }

    /// Clears what was copied in this turn, `after` this time.
    pub fn clear_later(&self, turn: u64, after: Duration) {
        let copied = self.clone();
        tauri::async_runtime::spawn(async move {
            tokio::time::sleep(after).await;
            // Asking the clipboard waits for whoever owns it.
            drop(tokio::task::spawn_blocking(move || copied.clear_turn(turn)).await);
        });
    }

    fn clear_turn(&self, turn: u64) {
        if self.inner.lock().turn == turn {
            self.clear();
        }
    }

    /// Takes the secret from the clipboard, if it is still there. May wait for the clipboard's owner.
    pub fn clear(&self) {
        let mut inner = self.inner.lock();
        let Some(secret) = inner.secret.take() else { return };
        let Some(clipboard) = &mut inner.clipboard else { return };
        let unchanged = clipboard.get_text().is_ok_and(|text| digest(&text) == secret);
        if unchanged && let Err(error) = clipboard.clear() {
            tracing::warn!(%error, "what was copied could not be taken from the clipboard");
        }
    }

    /// The program ends: the secret goes, and what is no secret is handed to the desktop's clipboard manager, which
    /// happens when the clipboard is dropped.
    pub fn end(&self) {
        self.clear();
        self.inner.lock().clipboard = None;
    }
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// Marked so that clipboard histories leave it out.
#[cfg(target_os = "linux")]
fn unlisted(set: arboard::Set<'_>) -> arboard::Set<'_> {
    arboard::SetExtLinux::exclude_from_history(set)
}

#[cfg(windows)]
fn unlisted(set: arboard::Set<'_>) -> arboard::Set<'_> {
    arboard::SetExtWindows::exclude_from_history(set)
}

#[cfg(target_os = "macos")]
fn unlisted(set: arboard::Set<'_>) -> arboard::Set<'_> {
    arboard::SetExtApple::exclude_from_history(set)
}
