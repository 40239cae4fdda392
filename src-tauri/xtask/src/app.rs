//! The desktop app to cargo: always with the same features, since another set would compile Tauri anew.

use crate::shell::cargo;
use std::process::Command;

/// `cargo <subcommand>` for the app with its user interface embedded. Without this feature the window would ask a
/// development server for its pages.
pub fn cargo_app(subcommand: &str) -> Command {
    let mut command = cargo();
    command.args([subcommand, "--package", "vouchsafe", "--features", "tauri/custom-protocol"]);
    command
}
