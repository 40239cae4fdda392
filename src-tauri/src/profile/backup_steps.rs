//! The steps of a backup or a restore, as they are shown while it runs.

use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use vouchsafe_store::backup::Stage;

use super::Announcer;
use crate::view::Topic;
use crate::view::backup::{BackupStep, BackupStepState, StepKind};

/// The steps on the screen; none while nothing was begun.
pub type Shown = Arc<Mutex<Vec<BackupStep>>>;

/// A bar moves in steps of this time.
const OFTEN: Duration = Duration::from_millis(150);

/// Steps that are gone through in order. When it is dropped before its end, the step it was at has failed.
pub struct Steps {
    shown: Shown,
    announcer: Announcer,
    said: Instant,
    ended: bool,
}

impl Steps {
    /// Begins anew with these.
    pub fn begin(shown: &Shown, announcer: &Announcer, kinds: &[StepKind]) -> Self {
        let step = |kind: &StepKind| BackupStep { kind: *kind, state: BackupStepState::Waiting, percent: None };
        *shown.lock() = kinds.iter().map(step).collect();
        Self { shown: shown.clone(), announcer: announcer.clone(), said: Instant::now(), ended: false }
    }

    /// This one is being done, and those before it are done.
    pub fn at(&mut self, kind: StepKind, percent: Option<u32>) {
        let mut moved = false;
        {
            let mut steps = self.shown.lock();
            let Some(at) = steps.iter().position(|step| step.kind == kind) else { return };
            for (place, step) in steps.iter_mut().enumerate() {
                let (state, percent) = match place.cmp(&at) {
                    std::cmp::Ordering::Less => (BackupStepState::Done, None),
                    std::cmp::Ordering::Equal => (BackupStepState::Doing, percent),
                    std::cmp::Ordering::Greater => (BackupStepState::Waiting, None),
                };
                moved |= step.state != state;
                (step.state, step.percent) = (state, percent);
            }
        }
        if moved || self.said.elapsed() >= OFTEN {
            self.say();
        }
    }

    /// What the engine says of writing.
    pub fn writing(&mut self, stage: Stage, done: u64, total: u64) {
        let kind = if stage == Stage::Copying { StepKind::Copy } else { StepKind::Write };
        self.at(kind, percent(done, total));
    }

    /// What the engine says of restoring.
    pub fn restoring(&mut self, stage: Stage, done: u64, total: u64) {
        let kind = match stage {
            Stage::Reading => StepKind::Read,
            Stage::Checking => StepKind::Check,
            _ => StepKind::Open,
        };
        self.at(kind, percent(done, total));
    }

    /// All are done.
    pub fn end(mut self) {
        for step in self.shown.lock().iter_mut() {
            (step.state, step.percent) = (BackupStepState::Done, None);
        }
        self.ended = true;
        self.say();
    }

    fn say(&mut self) {
        self.said = Instant::now();
        self.announcer.say([Topic::Backup]);
    }
}

impl Drop for Steps {
    fn drop(&mut self) {
        if !self.ended {
            for step in self.shown.lock().iter_mut().filter(|step| step.state == BackupStepState::Doing) {
                step.state = BackupStepState::Failed;
            }
            self.say();
        }
    }
}

fn percent(done: u64, total: u64) -> Option<u32> {
    (total > 0).then(|| u32::try_from(done.min(total) * 100 / total).unwrap_or(100))
}
