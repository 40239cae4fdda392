//! `cargo xtask`: every chore of the project, in Rust, so that a fresh machine needs Rust and Node and nothing else.
//! Each command installs what it lacks, says what it installs, and shows the commands it runs.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line speaks through its output")]

mod app;
mod bench;
mod fuzz;
mod lint;
mod package;
mod peers;
mod run;
mod shell;
mod suites;
mod system;
mod test;
mod ui;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds, runs and checks Vouchsafe")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Install what is missing, build the app and open it
    Run(run::Options),
    /// Install what the tests need and run them all, or only one group
    Test(test::Options),
    /// Check formatting, lints, the user interface and the generated bindings
    Lint(lint::Options),
    /// Measure the hot paths, and the whole flow beside two ACA-Py agents
    Bench(bench::Options),
    /// Feed every parser of a stranger's bytes with made-up input
    Fuzz(fuzz::Options),
    /// Make the .deb and the .rpm
    Package(package::Options),
    /// Only install what all other commands need
    Setup,
}

fn main() -> ExitCode {
    match execute(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn execute(command: Command) -> Result<()> {
    match command {
        Command::Run(options) => run::run(&options),
        Command::Test(options) => test::test(&options),
        Command::Lint(options) => lint::lint(&options),
        Command::Bench(options) => bench::bench(&options),
        Command::Fuzz(options) => fuzz::fuzz(&options),
        Command::Package(options) => package::package(&options),
        Command::Setup => setup(),
    }
}

fn setup() -> Result<()> {
    system::install(&[system::ENGINE, system::PEERS, system::APP, system::WINDOW_TESTS])?;
    system::install_tauri_driver()?;
    for peer in [peers::ANONCREDS].into_iter().chain(peers::PEERS) {
        peers::install(peer)?;
    }
    ui::install()
}
