//! The rehearsal: a practice issuer and a practice holder side by side, over real messages on this computer and a
//! practice ledger of their own. All of it lies in one folder beside the profiles, and is gone when that is removed.

mod installation;
mod kept;
mod stage;
mod steps;
#[cfg(test)]
mod tests;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

pub use installation::check_installation;

use self::stage::Stage;
use crate::commands::Answer;
use crate::view::Failure;
use crate::view::rehearsal::{InstallationCheck, RehearsalState, RehearsalStep, RehearsalView};

/// The rehearsal's folder, beside the profiles.
const FOLDER: &str = "rehearsal";
/// The folder of a check of the installation, gone as soon as that is over.
const CHECK_FOLDER: &str = "installation-check";

/// The one rehearsal of this computer's user. One thing is done with it at a time.
pub struct Rehearsal {
    folder: PathBuf,
    check_folder: PathBuf,
    stage: tokio::sync::Mutex<Option<Arc<Stage>>>,
    checking: tokio::sync::Mutex<()>,
}

impl Rehearsal {
    /// The rehearsal under `home`; nothing is opened yet. What a check of the installation left behind when its program
    /// was ended goes now.
    pub fn new(home: &Path) -> Self {
        let check_folder = home.join(CHECK_FOLDER);
        if let Err(failure) = remove(&check_folder) {
            tracing::warn!(reason = ?failure.detail, "what a check left behind was not removed");
        }
        Self {
            folder: home.join(FOLDER),
            check_folder,
            stage: tokio::sync::Mutex::default(),
            checking: tokio::sync::Mutex::default(),
        }
    }

    /// How it stands.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn look(&self) -> Answer<RehearsalView> {
        let stage = self.stage.lock().await;
        self.view(stage.as_deref()).await
    }

    /// Begin it, or go on with one that was left in its middle.
    ///
    /// # Errors
    ///
    /// `rehearsal-unreadable`, `practice-…`; what the store or the disk says.
    pub async fn begin(&self) -> Answer<RehearsalView> {
        let mut stage = self.stage.lock().await;
        if stage.is_none() {
            *stage = Some(Arc::new(Stage::open(&self.folder).await?));
        }
        self.view(stage.as_deref()).await
    }

    /// Take the next step and wait for what follows from it.
    ///
    /// # Errors
    ///
    /// `rehearsal-closed`, `rehearsal-late`; what the step's own commands say.
    pub async fn step(&self) -> Answer<RehearsalView> {
        let guard = self.stage.lock().await;
        let Some(stage) = guard.as_deref() else { return Err(closed()) };
        if let Some(step) = stage.next().await? {
            let begun = Instant::now();
            stage.take(step).await?;
            stage.keep(step, begun.elapsed())?;
        }
        self.view(Some(stage)).await
    }

    /// Stop it and remove its folder with all that is in it.
    ///
    /// # Errors
    ///
    /// `rehearsal-unremovable`.
    pub async fn remove(&self) -> Answer<RehearsalView> {
        let mut stage = self.stage.lock().await;
        if let Some(stage) = stage.take() {
            stage.close().await;
        }
        remove(&self.folder)?;
        self.view(None).await
    }

    /// Go through all of it once in a folder of its own, with the time of each part.
    pub async fn check(&self) -> InstallationCheck {
        let _checking = self.checking.lock().await;
        check_installation(&self.check_folder).await
    }

    /// The program ends: both wallets stop, and can be gone on with.
    pub async fn stop(&self) {
        if let Some(stage) = self.stage.lock().await.take() {
            stage.close().await;
        }
    }

    async fn view(&self, stage: Option<&Stage>) -> Answer<RehearsalView> {
        let folder = self.folder.display().to_string();
        let Some(stage) = stage else {
            let found = if self.folder.exists() { RehearsalState::Left } else { RehearsalState::None };
            return Ok(RehearsalView {
                state: found,
                steps: Vec::new(),
                next: None,
                issuer: None,
                holder: None,
                folder,
            });
        };
        let next = stage.next().await?;
        let kept = stage.kept();
        let reached =
            next.map_or(steps::ALL.len(), |next| steps::ALL.iter().position(|step| *step == next).unwrap_or(0));
        let steps = steps::ALL
            .iter()
            .enumerate()
            .map(|(place, step)| {
                let taken = kept.steps.iter().find(|taken| taken.step == *step).filter(|_| place < reached);
                RehearsalStep {
                    step: *step,
                    done: place < reached,
                    at: taken.map(|taken| taken.at.to_string()),
                    millis: taken.map(|taken| taken.millis),
                }
            })
            .collect();
        let (issuer, holder) = stage.panes(next).await?;
        Ok(RehearsalView {
            state: RehearsalState::Open,
            steps,
            next,
            issuer: Some(issuer),
            holder: Some(holder),
            folder,
        })
    }
}

/// Removes a folder with all that is in it; one that is not there is removed already.
fn remove(folder: &Path) -> Answer<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Err(Failure::new(
            "rehearsal-unremovable",
            "Not removed",
            "A file of the rehearsal could not be removed.",
            &format!(
                "Close other programs that use {} and try again, or delete that folder by hand.",
                folder.display()
            ),
        )
        .because(error)),
        _ => Ok(()),
    }
}

fn closed() -> Failure {
    Failure::new(
        "rehearsal-closed",
        "No rehearsal runs",
        "The rehearsal was removed or not yet begun.",
        "Begin it again.",
    )
}
