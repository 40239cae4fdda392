//! The table of cases against real ACA-Py agents, as issuer and as holder. Every row runs; where an ACA-Py release
//! cannot be installed its rows are left out loudly, and with CI set they fail. `cargo test --test interop -- NAME`
//! runs the rows whose name contains NAME.
#![expect(clippy::print_stderr, reason = "what is left out must be seen")]

#[path = "interop/single.rs"]
mod single;
#[path = "interop/table.rs"]
mod table;

use anyhow::{Result, anyhow};
use libtest_mimic::{Arguments, Failed, Trial};
use std::process::ExitCode;
use std::sync::Arc;
use tokio::runtime::Runtime;
use vouchsafe_tests::cast::Cast;
use vouchsafe_tests::connect::{Connecting, Mode};
use vouchsafe_tests::issue::Issuing;
use vouchsafe_tests::peer::{Kind, Peer};

/// One case: what it needs and what it does.
pub struct Row {
    name: String,
    mode: Mode,
    issuer: Kind,
    holder: Kind,
    case: Case,
}

/// What a row does.
#[derive(Clone, Copy)]
pub enum Case {
    /// The whole flow with these choices.
    Flow(Connecting, Issuing),
    /// A story of its own.
    Single(single::Story),
}

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // The cases wait for the peers most of the time, and the peers share the cores.
    arguments.test_threads = arguments.test_threads.or(Some(4));
    let runtime = match Runtime::new() {
        Ok(runtime) => Arc::new(runtime),
        Err(error) => {
            eprintln!("no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    let cast = Arc::new(Cast::default());
    let absent: Vec<Kind> = [Kind::Ours, Kind::Acapy161, Kind::Acapy0128]
        .into_iter()
        .filter(|kind| kind.program().inspect_err(|error| eprintln!("SKIPPED, every row with {error:#}")).is_err())
        .collect();
    let rows = table::rows().into_iter().map(|row| trial(row, &absent, &runtime, &cast)).collect();
    let conclusion = libtest_mimic::run(&arguments, rows);
    if let Err(error) = runtime.block_on(cast.end()) {
        eprintln!("the agents could not be ended: {error:#}");
        return ExitCode::FAILURE;
    }
    conclusion.exit_code()
}

fn trial(row: Row, absent: &[Kind], runtime: &Arc<Runtime>, cast: &Arc<Cast>) -> Trial {
    // Where nothing may be skipped the row runs, and fails with what is missing.
    let skipped = [row.issuer, row.holder].iter().any(|kind| absent.contains(kind)) && std::env::var_os("CI").is_none();
    let (runtime, cast) = (Arc::clone(runtime), Arc::clone(cast));
    Trial::test(row.name.clone(), move || {
        runtime.block_on(run(&row, &cast)).map_err(|error| Failed::from(format!("{error:#}")))
    })
    .with_ignored_flag(skipped)
}

async fn run(row: &Row, cast: &Cast) -> Result<()> {
    let issuer = cast.peer(row.issuer, row.mode == Mode::Automatic).await?;
    let holder = cast.peer(row.holder, row.mode == Mode::Automatic).await?;
    let starts = (issuer.log_length(), holder.log_length());
    let outcome = match row.case {
        Case::Flow(connecting, issuing) => single::flow(&issuer, &holder, connecting, issuing).await,
        Case::Single(story) => single::tell(story, &issuer, &holder, row.mode).await,
    };
    outcome.map_err(|error| logs(&error, (&issuer, starts.0), (&holder, starts.1)))
}

fn logs(error: &anyhow::Error, issuer: (&Peer, usize), holder: (&Peer, usize)) -> anyhow::Error {
    let (issuer, holder) = (issuer.0.log_since(issuer.1), holder.0.log_since(holder.1));
    anyhow!("{error:#}\n{issuer}\n{holder}")
}
