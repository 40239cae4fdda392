//! `cargo xtask test`: all tests, the quick ones first: the engine, the real ACA-Py on the other side, the user
//! interface, the app and its window.

use crate::app::cargo_app;
use crate::shell::{cargo, exists, in_ci, program, root, run};
use crate::suites::Suites;
use crate::{package, peers, system, ui};
use anyhow::Result;
use clap::ValueEnum;
use std::process::Command;

/// Test binaries of tests/ that need only the headless program, each run by itself since they start processes.
const WHOLE_PROGRAM: [&str; 2] = ["guide", "interop"];

#[derive(clap::Args)]
pub struct Options {
    /// Only this group; all by default
    group: Option<Group>,
    /// Only tests whose name contains this
    #[arg(last = true)]
    filter: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Group {
    /// The crates under src-tauri/crates, without the window
    Engine,
    /// The whole headless program, alone and with real ACA-Py agents
    Peers,
    /// The user interface's components
    Ui,
    /// The desktop app's commands, and its window on a virtual screen
    App,
}

/// Runs the tests and repeats their closing lines at the end.
///
/// # Errors
/// When something cannot be installed, or any test fails.
pub fn test(options: &Options) -> Result<()> {
    let wanted = |group| options.group.is_none_or(|only| only == group);
    let filter = options.filter.as_deref();
    let mut suites = Suites::default();
    system::install(&[system::ENGINE])?;
    if wanted(Group::Engine) {
        engine(&mut suites, filter)?;
    }
    if wanted(Group::Peers) {
        whole_program(&mut suites, filter)?;
    }
    if wanted(Group::Ui) && has_ui() {
        ui::install()?;
        suites.run("user interface", &mut ui::script("test"))?;
    }
    if wanted(Group::App) && has_ui() {
        app(&mut suites, filter)?;
    }
    suites.close()
}

fn engine(suites: &mut Suites, filter: Option<&str>) -> Result<()> {
    install_peer(peers::ANONCREDS)?;
    if exists("cargo-nextest") {
        let engine = "not package(vouchsafe-tests)";
        suites
            .run("engine", cargo().args(["nextest", "run", "--no-tests=pass", "--filterset", engine]).args(filter))?;
    } else {
        let but = ["--exclude", "vouchsafe", "--exclude", "vouchsafe-tests"];
        suites.run("engine", cargo().args(["test", "--tests", "--workspace"]).args(but).args(filter))?;
    }
    suites.run("examples in the documentation", cargo().args(["test", "--doc"]).args(filter))
}

fn whole_program(suites: &mut Suites, filter: Option<&str>) -> Result<()> {
    system::install(&[system::PEERS])?;
    for peer in peers::PEERS {
        install_peer(peer)?;
    }
    run(cargo().args(["build", "--bin", "vouchsafe-agent", "--bin", "vouchsafe-test-ledger"]))?;
    for name in WHOLE_PROGRAM {
        suites.run(name, cargo().args(["test", "--test", name]).arg("--").args(filter))?;
    }
    Ok(())
}

/// Away from CI, a machine without a fitting Python still runs all other cases.
fn install_peer(peer: peers::Peer) -> Result<()> {
    match peers::install(peer) {
        Err(error) if !in_ci() => {
            eprintln!("\nWARNING: the cases with {} will be skipped: {error:#}\n", peer.name);
            Ok(())
        }
        installed => installed,
    }
}

fn app(suites: &mut Suites, filter: Option<&str>) -> Result<()> {
    system::install(&[system::APP])?;
    ui::install()?;
    run(&mut ui::script("build"))?;
    // The app's own tests play the desktop's services on a bus.
    system::install(&[system::WINDOW_TESTS])?;
    suites.run("app", cargo_app("test").args(filter))?;
    if root().join("tests/window.rs").is_file() {
        system::install_tauri_driver()?;
        run(&mut cargo_app("build"))?;
        let mut window = cargo();
        // One after the other: they share the screen and the clipboard.
        window.args(["test", "--test", "window", "--", "--test-threads=1"]).args(filter);
        suites.run("window", &mut on_virtual_screen(&window))?;
        if exists("dpkg-deb") {
            run(cargo().args(["build", "--bin", "vouchsafe-agent"]))?;
            package::bundle(true, &["deb"])?;
            let mut installed = cargo();
            installed.args(["test", "--test", "package", "--"]).args(filter);
            suites.run("package", &mut on_virtual_screen(&installed))?;
        } else {
            println!("SKIPPED: the package is not installed and started, since this system has no dpkg");
        }
    }
    Ok(())
}

/// The same command under its own X server and session bus, as the window tests want it.
pub fn on_virtual_screen(command: &Command) -> Command {
    let mut wrapped = program("xvfb-run");
    wrapped.args(["--auto-servernum", "--server-args", "-screen 0 1280x800x24", "dbus-run-session", "--"]);
    wrapped.arg(command.get_program()).args(command.get_args());
    wrapped
}

fn has_ui() -> bool {
    root().join("ui/package.json").is_file()
}
