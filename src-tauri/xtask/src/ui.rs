//! The user interface's chores, through npm: install from the lock file, check, test and build.

use crate::shell::{exists, output, program, root, run};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

const OLDEST_NODE: u32 = 20;

fn folder() -> PathBuf {
    root().join("ui")
}

fn npm() -> Command {
    let mut command = program(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(folder()).env("npm_config_fund", "false").env("npm_config_audit", "false");
    command
}

/// Installs the packages of the lock file, unless these very ones are installed already.
///
/// # Errors
/// When Node is missing or too old, or npm fails.
pub fn install() -> Result<()> {
    require_node()?;
    let wanted = fs::read(folder().join("package-lock.json")).context("ui/package-lock.json cannot be read")?;
    let stamp = folder().join("node_modules/.installed-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!("Installing the user interface's packages");
    run(npm().args(["ci", "--no-fund", "--no-audit"]))?;
    fs::write(&stamp, wanted).with_context(|| format!("{} cannot be written", stamp.display()))
}

fn require_node() -> Result<()> {
    if !exists("node") && !exists("node.exe") {
        bail!("Node is needed for the user interface; please install Node {OLDEST_NODE} or newer from nodejs.org");
    }
    let version = output(program("node").arg("--version")).unwrap_or_default();
    let major = version.trim_start_matches('v').split('.').next().and_then(|text| text.parse::<u32>().ok());
    if major.is_some_and(|major| major < OLDEST_NODE) {
        bail!("Node {version} is too old for the user interface; please install Node {OLDEST_NODE} or newer");
    }
    Ok(())
}

/// One of the scripts of ui/package.json.
pub fn script(name: &str) -> Command {
    let mut command = npm();
    command.args(["run", "--silent", name]);
    command
}
