//! The two wallets of a rehearsal and their ledger, open. Where the rehearsal stands is read from the wallets each time,
//! so that one which was ended in its middle goes on from what really happened.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::Mutex;

use super::kept::{Kept, Taken};
use super::remove;
use crate::commands::Answer;
use crate::practice::Practice;
use crate::profile::{Announcer, Profile};
use crate::view::Failure;
use crate::view::app::{NewWallet, WalletState};
use crate::view::rehearsal::RehearsalKey;
use crate::view::settings::AutomaticSteps;

/// The name that the holder is shown.
pub(super) const ISSUER: &str = "Practice Library";
/// The name that the issuer is shown.
pub(super) const HOLDER: &str = "Practice Reader";

/// Both wallets, open.
pub(super) struct Stage {
    folder: PathBuf,
    kept: Mutex<Kept>,
    practice: Arc<Practice>,
    pub(super) issuer: Profile,
    pub(super) holder: Profile,
}

impl Stage {
    /// Opens the wallets in `folder`, or makes them. What was ended before both were ready is begun anew.
    ///
    /// # Errors
    ///
    /// `rehearsal-unreadable`, `practice-…`; what the store or the disk says.
    pub(super) async fn open(folder: &Path) -> Answer<Self> {
        let kept = match Kept::read(folder) {
            Some(kept) if kept.ready => kept,
            None if folder.exists() => return Err(unreadable(folder)),
            Some(_) | None => fresh(folder)?,
        };
        let practice = Arc::new(Practice::new(folder.join("ledger")));
        let profile = |name: &str| Profile::new(name, folder.join(name), Announcer::silent(name), practice.clone());
        let (issuer, holder) = (profile("issuer"), profile("holder"));
        let stage = Self { folder: folder.to_owned(), kept: Mutex::new(kept), practice, issuer, holder };
        match stage.ready().await {
            Ok(()) => Ok(stage),
            Err(failure) => {
                stage.close().await;
                Err(failure)
            }
        }
    }

    async fn ready(&self) -> Answer<()> {
        let passphrase = self.kept.lock().passphrase.clone();
        for (profile, label) in [(&self.issuer, ISSUER), (&self.holder, HOLDER)] {
            if profile.app_state().await?.wallet == WalletState::None {
                let wallet =
                    NewWallet { label: label.to_owned(), keyring: false, passphrase: Some(passphrase.clone()) };
                profile.create_wallet(wallet).await?;
                // Each step is a click: nothing goes by itself, save letting in the one who was invited.
                let steps =
                    AutomaticSteps { accept_connections: true, accept_offers: false, issue: false, store: false };
                profile.save_automatic_steps(steps).await?;
            } else {
                profile.unlock_with_passphrase(passphrase.clone().into()).await?;
            }
        }
        self.issuer.make_first_identity().await?;
        if !self.kept.lock().ready {
            self.change(|kept| kept.ready = true)?;
        }
        Ok(())
    }

    /// What is kept beside the wallets.
    pub(super) fn kept(&self) -> Kept {
        self.kept.lock().clone()
    }

    /// Keep that a step was taken.
    ///
    /// # Errors
    ///
    /// `rehearsal-unreadable`.
    pub(super) fn keep(&self, step: RehearsalKey, time: Duration) -> Answer<()> {
        let millis = u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
        self.change(|kept| {
            kept.steps.retain(|taken| taken.step != step);
            kept.steps.push(Taken { step, at: Timestamp::now(), millis });
        })
    }

    fn change(&self, change: impl FnOnce(&mut Kept)) -> Answer<()> {
        let mut kept = self.kept.lock();
        change(&mut kept);
        kept.write(&self.folder).map_err(|error| unwritable(&self.folder).because(error))
    }

    /// Locks the holder's wallet and opens it again.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub(super) async fn reopen(&self) -> Answer<()> {
        let passphrase = self.kept.lock().passphrase.clone();
        self.holder.lock().await?;
        self.holder.unlock_with_passphrase(passphrase.into()).await
    }

    /// Both wallets and the ledger stop; their files stay.
    pub(super) async fn close(&self) {
        self.issuer.stop().await;
        self.holder.stop().await;
        self.practice.stop().await;
    }
}

fn fresh(folder: &Path) -> Answer<Kept> {
    remove(folder)?;
    let kept = Kept::fresh();
    std::fs::create_dir_all(folder)
        .and_then(|()| kept.write(folder))
        .map_err(|error| unwritable(folder).because(error))?;
    Ok(kept)
}

fn unreadable(folder: &Path) -> Failure {
    Failure::new(
        "rehearsal-unreadable",
        "Rehearsal cannot be gone on with",
        format!("What the rehearsal keeps in {} cannot be read.", folder.display()),
        "Remove it and begin again: it holds nothing but practice.",
    )
}

fn unwritable(folder: &Path) -> Failure {
    Failure::new(
        "rehearsal-unwritable",
        "Rehearsal cannot be kept",
        format!("Nothing could be written to {}.", folder.display()),
        "Check that there is space on the disk and that the folder is yours.",
    )
}
