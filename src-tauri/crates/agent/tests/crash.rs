//! SIGKILL around every commit of a flow, at the issuer and at the holder, each a process of its own with its wallet on
//! disk. After the restart both sides agree: nothing was issued or stored twice, nothing was lost, nothing is left
//! half done. First a walk through all commits, then random deaths, also several in one flow (`VOUCHSAFE_CRASHES` of
//! them, 200 unless told; `VOUCHSAFE_SEED` repeats a run).
#![cfg(unix)]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "crash/pair.rs"]
mod pair;
mod support;
#[path = "crash/wallet.rs"]
mod wallet;

use pair::{Death, Mode, Pair, SIDES, Side, When};
use support::dice::Dice;
use vouchsafe_store::CommitMoment;

/// Not a test of its own: the process that the others start and kill.
#[test]
fn wallet_process() {
    if let Ok(setting) = std::env::var(wallet::SETTING) {
        wallet::run(&setting);
    }
}

#[test]
fn a_death_around_any_commit_of_either_side_loses_nothing_and_does_nothing_twice() {
    std::thread::scope(|scope| {
        for victim in SIDES {
            scope.spawn(move || walk(victim, Mode::Callable));
        }
    });
}

#[test]
fn the_same_for_a_holder_that_nobody_can_call() {
    std::thread::scope(|scope| {
        for victim in SIDES {
            scope.spawn(move || walk(victim, Mode::HolderSilent));
        }
    });
}

#[test]
fn the_same_over_web_sockets() {
    std::thread::scope(|scope| {
        for victim in SIDES {
            scope.spawn(move || walk(victim, Mode::Sockets));
        }
    });
}

/// Kills `victim` before and after each of its commits, one flow for each, until a flow ends without coming that far.
fn walk(victim: Side, mode: Mode) {
    let mut pair = Pair::start(mode);
    for moment in [CommitMoment::Before, CommitMoment::After] {
        for nth in 1.. {
            let died = pair.flow(vec![Death { victim, when: When::Commit(moment, nth) }]);
            if died == 0 {
                assert!(nth > 8, "{victim:?} commits only {} times in a whole flow: is it counted rightly?", nth - 1);
                break;
            }
            assert!(nth < 100, "{victim:?} still commits");
        }
    }
}

#[test]
fn random_deaths_lose_nothing_and_do_nothing_twice() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let flows = number("VOUCHSAFE_CRASHES").unwrap_or(200);
    let seed = number("VOUCHSAFE_SEED").unwrap_or_else(|| std::process::id().into());
    println!("VOUCHSAFE_SEED={seed}");
    std::thread::scope(|scope| {
        for half in 0..2 {
            scope.spawn(move || {
                let mut dice = Dice::new(seed * 2 + half);
                let mode = if half == 0 { Mode::Callable } else { Mode::HolderSilent };
                let mut pair = Pair::start(mode);
                let mut died = 0;
                for _ in 0..flows.div_ceil(2) {
                    died += pair.flow((0..=dice.below(3)).map(|_| death(&mut dice)).collect());
                }
                assert!(died > flows / 4, "only {died} deaths");
            });
        }
    });
}

fn death(dice: &mut Dice) -> Death {
    let victim = SIDES[usize::try_from(dice.below(2)).unwrap()];
    let when = match dice.below(3) {
        0 => When::Commit(CommitMoment::Before, 1 + dice.below(16)),
        1 => When::Commit(CommitMoment::After, 1 + dice.below(16)),
        _ => When::Milliseconds(dice.below(250)),
    };
    Death { victim, when }
}
