//! The rehearsal without a window: every step with a start in between, and nothing left of it.

use std::path::Path;

use super::{Rehearsal, check_installation, steps};
use crate::view::card::CardState;
use crate::view::rehearsal::{InstallationOutcome, RehearsalKey, RehearsalState};

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).unwrap().next().is_none()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_goes_through_all_steps_over_restarts_and_leaves_no_trace() {
    let home = tempfile::tempdir().unwrap();
    let mut rehearsal = Rehearsal::new(home.path());
    assert_eq!(rehearsal.look().await.unwrap().state, RehearsalState::None);
    assert_eq!(rehearsal.step().await.unwrap_err().code, "rehearsal-closed");
    let mut view = rehearsal.begin().await.unwrap();
    for (place, step) in steps::ALL.into_iter().enumerate() {
        assert_eq!(view.next, Some(step));
        assert_eq!(view.steps.iter().filter(|step| step.done).count(), place);
        view = rehearsal.step().await.unwrap();
        if matches!(step, RehearsalKey::Connect | RehearsalKey::Accept) {
            rehearsal.stop().await;
            rehearsal = Rehearsal::new(home.path());
            assert_eq!(rehearsal.look().await.unwrap().state, RehearsalState::Left);
            view = rehearsal.begin().await.unwrap();
        }
    }
    assert_eq!(view.next, None);
    assert!(view.steps.iter().all(|step| step.done && step.millis.is_some()), "{:?}", view.steps);
    let credential = view.holder.unwrap().credential.unwrap();
    assert_eq!(credential.card.state, CardState::Revoked);
    assert!(credential.card.practice);
    assert_eq!(rehearsal.remove().await.unwrap().state, RehearsalState::None);
    assert!(is_empty(home.path()));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_was_ended_before_it_was_ready_begins_anew_and_a_foreign_folder_is_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("rehearsal");
    super::kept::Kept::fresh()
        .write(&{
            std::fs::create_dir_all(folder.join("issuer/wallet")).unwrap();
            std::fs::write(folder.join("issuer/wallet/header.json"), "half").unwrap();
            folder.clone()
        })
        .unwrap();
    let rehearsal = Rehearsal::new(home.path());
    assert_eq!(rehearsal.begin().await.unwrap().next, Some(RehearsalKey::Invite));
    rehearsal.remove().await.unwrap();
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("mine.txt"), "mine").unwrap();
    assert_eq!(rehearsal.begin().await.unwrap_err().code, "rehearsal-unreadable");
    assert!(folder.join("mine.txt").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_is_checked_in_all_its_parts_and_nothing_stays() {
    let home = tempfile::tempdir().unwrap();
    let check = check_installation(&home.path().join("check")).await;
    assert!(check.passed, "{}", check.report);
    assert_eq!(check.checks.len(), 15);
    assert!(check.report.contains("Everything works"));
    assert!(is_empty(home.path()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_says_what_does_not_work_and_does_not_try_the_rest() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    std::fs::write(&file, "no folder").unwrap();
    let check = check_installation(&file.join("check")).await;
    assert!(!check.passed);
    assert_eq!(check.checks[0].problem.as_ref().unwrap().code, "check-disk");
    assert_eq!(check.checks[1].outcome, InstallationOutcome::Skipped);
    assert!(check.report.contains("FAILS"));
}
