//! The check of an installation: the rehearsal gone through by the program itself, in a folder of its own that is gone
//! afterwards. Each part says in a sentence why it does not work; what comes after a failed part is not tried.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use super::remove;
use super::stage::Stage;
use super::steps;
use crate::commands::Answer;
use crate::view::Failure;
use crate::view::app::ReachKind;
use crate::view::rehearsal::{InstallationCheck, InstallationKey, InstallationOutcome, InstallationPart, RehearsalKey};

/// A clock may run this much faster or slower than the time, while it is looked at.
const DRIFT: Duration = Duration::from_secs(2);
/// Seconds from 1970 to 2026: no clock that is right is before it.
const EARLIEST: u64 = 1_767_225_600;
/// What is written to try the disk.
static TRIAL: [u8; 64 * 1024] = [0x5A; 64 * 1024];

/// The parts as they come out.
struct Run {
    checks: Vec<InstallationPart>,
    /// Something that the rest needs does not work.
    broken: bool,
}

impl Run {
    async fn part<T>(&mut self, part: InstallationKey, work: impl Future<Output = Answer<T>>) -> Option<T> {
        if self.broken {
            let outcome = InstallationOutcome::Skipped;
            self.checks.push(InstallationPart { part, outcome, millis: 0, problem: None });
            return None;
        }
        let begun = Instant::now();
        let done = work.await;
        let millis = millis(begun.elapsed());
        let (value, outcome, problem) = match done {
            Ok(value) => (Some(value), InstallationOutcome::Passed, None),
            Err(failure) => (None, InstallationOutcome::Failed, Some(failure)),
        };
        self.broken |= problem.is_some();
        self.checks.push(InstallationPart { part, outcome, millis, problem });
        value
    }
}

/// Checks this installation in `folder`, which is removed at the end.
pub async fn check_installation(folder: &Path) -> InstallationCheck {
    let (begun, clock) = (Instant::now(), SystemTime::now());
    let mut run = Run { checks: Vec::new(), broken: false };
    run.part(InstallationKey::Disk, async { disk(folder) }).await;
    let stage = run.part(InstallationKey::Wallets, Box::pin(Stage::open(folder))).await;
    if let Some(stage) = &stage {
        let asked = Instant::now();
        let keyring = stage.holder.app_state().await.is_ok_and(|state| state.keyring_available);
        let outcome = if keyring { InstallationOutcome::Passed } else { InstallationOutcome::Absent };
        let millis = millis(asked.elapsed());
        run.checks.push(InstallationPart { part: InstallationKey::Keyring, outcome, millis, problem: None });
        run.part(InstallationKey::Unlock, stage.reopen()).await;
        run.part(InstallationKey::Loopback, loopback(stage)).await;
        run.part(InstallationKey::Ledger, ledger(stage)).await;
        for step in steps::ALL {
            run.part(part_of(step), Box::pin(stage.take(step))).await;
        }
        stage.close().await;
    }
    // The clock and the tidying up hang on nothing that may have failed.
    run.broken = false;
    run.part(InstallationKey::Clock, async { the_clock(clock, begun.elapsed()) }).await;
    run.broken = false;
    run.part(InstallationKey::Removed, async { remove(folder) }).await;
    let passed = run
        .checks
        .iter()
        .all(|check| matches!(check.outcome, InstallationOutcome::Passed | InstallationOutcome::Absent));
    let millis = millis(begun.elapsed());
    let report = report(&run.checks, passed, millis);
    InstallationCheck { passed, checks: run.checks, millis, report }
}

fn disk(folder: &Path) -> Answer<()> {
    remove(folder)?;
    let tried = || -> std::io::Result<bool> {
        use std::io::Write as _;
        std::fs::create_dir_all(folder)?;
        let file = folder.join("trial");
        let mut written = std::fs::File::create(&file)?;
        written.write_all(&TRIAL)?;
        written.sync_all()?;
        let same = std::fs::read(&file)? == TRIAL;
        std::fs::remove_dir_all(folder)?;
        Ok(same)
    };
    let failed = || {
        Failure::new(
            "check-disk",
            "Disk does not keep files",
            format!("A file written to {} did not come back as it was.", folder.display()),
            "Check that there is space on the disk and that the folder is yours.",
        )
    };
    match tried() {
        Ok(true) => Ok(()),
        Ok(false) => Err(failed()),
        Err(error) => Err(failed().because(error)),
    }
}

async fn loopback(stage: &Stage) -> Answer<()> {
    for profile in [&stage.issuer, &stage.holder] {
        if profile.app_state().await?.reach.kind != ReachKind::Computer {
            return Err(Failure::new(
                "check-loopback",
                "No way to itself",
                "A wallet could not listen on this computer's own address, 127.0.0.1.",
                "Look whether a firewall or another program forbids it.",
            ));
        }
    }
    Ok(())
}

async fn ledger(stage: &Stage) -> Answer<()> {
    let identities = stage.issuer.issuers().await?;
    let practice = identities.iter().find(|issuer| issuer.practice);
    match practice {
        Some(issuer) => match &issuer.problem {
            None => Ok(()),
            Some(problem) => Err(no_ledger().because(problem)),
        },
        None => Err(no_ledger()),
    }
}

fn no_ledger() -> Failure {
    Failure::new(
        "check-ledger",
        "Practice ledger does not answer",
        "An identity was not found on the practice ledger after it was made.",
        "Try again; if it stays, report it with the details.",
    )
}

fn the_clock(then: SystemTime, passed: Duration) -> Answer<()> {
    let wrong = |what: &str| Failure::new("check-clock", "Clock is wrong", what, "Set the clock of this computer.");
    let now = SystemTime::now();
    if now.duration_since(SystemTime::UNIX_EPOCH).is_ok_and(|since| since.as_secs() < EARLIEST) {
        return Err(wrong("The clock of this computer is years behind, so credentials seem not to be valid yet."));
    }
    let shown = now.duration_since(then).unwrap_or_default();
    if shown.abs_diff(passed) > DRIFT {
        return Err(wrong("The clock of this computer jumped while it was looked at."));
    }
    Ok(())
}

fn part_of(step: RehearsalKey) -> InstallationKey {
    match step {
        RehearsalKey::Invite => InstallationKey::Invite,
        RehearsalKey::Connect => InstallationKey::Connect,
        RehearsalKey::Offer => InstallationKey::Offer,
        RehearsalKey::Accept => InstallationKey::Accept,
        RehearsalKey::Issue => InstallationKey::Issue,
        RehearsalKey::Store => InstallationKey::Store,
        RehearsalKey::Revoke => InstallationKey::Revoke,
    }
}

fn millis(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

/// The check as text.
fn report(checks: &[InstallationPart], passed: bool, millis: u32) -> String {
    let mut text = format!(
        "Vouchsafe {} on {} ({})\n{} in {millis} ms\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        if passed { "Everything works" } else { "Something does not work" },
    );
    for check in checks {
        let outcome = match check.outcome {
            InstallationOutcome::Passed => "works",
            InstallationOutcome::Absent => "not there (nothing needs it)",
            InstallationOutcome::Failed => "FAILS",
            InstallationOutcome::Skipped => "not tried",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{:<12} {outcome:<10} {:>6} ms", name_of(check.part), check.millis);
        if let Some(problem) = &check.problem {
            let _ = writeln!(text, "  {} {} {} [{}]", problem.what, problem.lost, problem.next, problem.code);
            if let Some(detail) = &problem.detail {
                let _ = writeln!(text, "  {detail}");
            }
        }
    }
    text
}

fn name_of(part: InstallationKey) -> &'static str {
    match part {
        InstallationKey::Disk => "disk",
        InstallationKey::Keyring => "keyring",
        InstallationKey::Wallets => "wallets",
        InstallationKey::Unlock => "unlock",
        InstallationKey::Loopback => "loopback",
        InstallationKey::Ledger => "ledger",
        InstallationKey::Invite => "invite",
        InstallationKey::Connect => "connect",
        InstallationKey::Offer => "offer",
        InstallationKey::Accept => "accept",
        InstallationKey::Issue => "issue",
        InstallationKey::Store => "store",
        InstallationKey::Revoke => "revoke",
        InstallationKey::Clock => "clock",
        InstallationKey::Removed => "removed",
    }
}
