//! `cargo xtask run`: from a fresh clone to an open window.

use crate::app::cargo_app;
use crate::shell::{root, run as run_shown};
use crate::{system, ui};
use anyhow::Result;

#[derive(clap::Args)]
pub struct Options {
    /// Build with optimisations
    #[arg(long)]
    release: bool,
    /// Build, but do not open the window
    #[arg(long)]
    build_only: bool,
    /// What the app itself shall be given, after `--`: `-- --profile second`
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// Builds the app with its user interface inside, and opens it.
///
/// # Errors
/// When something cannot be installed or built, or the app fails.
pub fn run(options: &Options) -> Result<()> {
    system::install(&[system::ENGINE, system::APP])?;
    ui::install()?;
    run_shown(&mut ui::script("build"))?;
    let mut cargo = cargo_app("build");
    if options.release {
        cargo.arg("--release");
    }
    run_shown(&mut cargo)?;
    if options.build_only {
        return Ok(());
    }
    let folder = root().join("target").join(if options.release { "release" } else { "debug" });
    run_shown(crate::shell::program(folder.join("vouchsafe")).args(&options.arguments))
}
