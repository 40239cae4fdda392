//! `cargo xtask lint`: what must be clean before a commit: formatting, clippy with warnings denied, the user
//! interface's type check, build and accessibility.

use crate::app::cargo_app;
use crate::shell::{cargo, root, run};
use crate::{system, ui};
use anyhow::Result;

#[derive(clap::Args)]
pub struct Options {
    /// Only the Rust crates without the window
    #[arg(long)]
    engine: bool,
}

/// Runs every check, the quick ones first, and stops at the first that fails.
///
/// # Errors
/// Names the check that failed.
pub fn lint(options: &Options) -> Result<()> {
    run(cargo().args(["fmt", "--all", "--check"]))?;
    system::install(&[system::ENGINE])?;
    run(cargo().args(["clippy", "--quiet", "--all-targets", "--", "--deny", "warnings"]))?;
    if options.engine || !root().join("ui/package.json").is_file() {
        return Ok(());
    }
    ui::install()?;
    run(&mut ui::script("check"))?;
    system::install(&[system::BROWSER])?;
    run(&mut ui::script("axe"))?;
    run(&mut ui::script("build"))?;
    system::install(&[system::APP])?;
    // Whether the generated bindings are current is told by a test of the app.
    run(cargo_app("clippy").args(["--quiet", "--all-targets", "--", "--deny", "warnings"]))
}
