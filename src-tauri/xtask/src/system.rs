//! What the operating system must provide. On Debian and its kin it is installed; elsewhere the person is told what
//! to install, since package names differ and a wrong guess would do harm.

use crate::shell::{cargo, exists, output, program, run};
use anyhow::{Result, bail};
use std::io::IsTerminal;

/// A named group of system packages, with a sentence for systems whose package names we do not know.
#[derive(Clone, Copy)]
pub struct Group {
    packages: &'static [&'static str],
    /// A program or pkg-config module that shows, on any system, that the group is there.
    probe: Probe,
    elsewhere: &'static str,
}

#[derive(Clone, Copy)]
enum Probe {
    Program(&'static str),
    Module(&'static str),
}

/// To compile the engine: SQLCipher links the system's OpenSSL.
pub const ENGINE: Group = Group {
    packages: &["build-essential", "pkg-config", "libssl-dev"],
    probe: Probe::Module("openssl"),
    elsewhere: "a C compiler, pkg-config and OpenSSL's development files",
};

/// To make Python environments for the ACA-Py peers.
pub const PEERS: Group =
    Group { packages: &["python3", "python3-venv"], probe: Probe::Program("python3"), elsewhere: "Python 3 with venv" };

/// To compile and show the window.
pub const APP: Group = Group {
    packages: &["libwebkit2gtk-4.1-dev"],
    probe: Probe::Module("webkit2gtk-4.1"),
    elsewhere: "WebKitGTK 4.1's development files",
};

/// To look at the user interface outside the app, where accessibility is checked.
pub const BROWSER: Group = Group { packages: &["chromium"], probe: Probe::Program("chromium"), elsewhere: "Chromium" };

/// To drive the window in tests, on a virtual screen with a session bus of its own.
pub const WINDOW_TESTS: Group = Group {
    packages: &[
        "webkit2gtk-driver",
        "xvfb",
        "xauth",
        "dbus-x11",
        "gnome-keyring",
        "libsecret-tools",
        "fonts-dejavu-core",
    ],
    probe: Probe::Program("WebKitWebDriver"),
    elsewhere: "WebKitWebDriver, Xvfb, dbus-run-session and gnome-keyring",
};

const TAURI_DRIVER: &str = "2.1.0";

/// Installs what of these groups is missing.
///
/// # Errors
/// When the packages cannot be installed from here; the message has the command to type.
pub fn install(groups: &[Group]) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    if !exists("apt-get") {
        return probe(groups);
    }
    let missing: Vec<&str> =
        groups.iter().flat_map(|group| group.packages).copied().filter(|package| !installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("Installing system packages: {}", missing.join(" "));
    let root = output(program("id").arg("-u")).as_deref() == Some("0");
    let may_ask = exists("sudo") && std::io::stdin().is_terminal();
    let need_not_ask = root || output(program("sudo").args(["-n", "true"])).is_some();
    if !need_not_ask && !may_ask {
        bail!("system packages are missing; please type: sudo apt-get install {}", missing.join(" "));
    }
    let apt = || {
        let mut command = program(if root { "apt-get" } else { "sudo" });
        if !root {
            command.arg("apt-get");
        }
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    run(apt().args(["-qq", "update"]))?;
    run(apt().args(["-qq", "-y", "install", "--no-install-recommends"]).args(&missing))
}

fn installed(package: &str) -> bool {
    output(program("dpkg-query").args(["-W", "-f=${Status}", package])).is_some_and(|it| it.ends_with(" installed"))
}

fn probe(groups: &[Group]) -> Result<()> {
    let absent = groups.iter().filter(|group| match group.probe {
        Probe::Program(name) => !exists(name),
        Probe::Module(name) => output(program("pkg-config").args(["--exists", name])).is_none(),
    });
    let wanted: Vec<&str> = absent.map(|group| group.elsewhere).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    bail!("this system's package names are not known here; please install: {}", wanted.join("; "))
}

/// Installs the WebDriver server that starts Tauri apps, in the version the window tests were written for.
///
/// # Errors
/// When cargo cannot install it.
pub fn install_tauri_driver() -> Result<()> {
    let listed = output(cargo().args(["install", "--list"])).unwrap_or_default();
    if listed.contains(&format!("tauri-driver v{TAURI_DRIVER}")) {
        return Ok(());
    }
    println!("Installing tauri-driver {TAURI_DRIVER}");
    // Without debug information and in the default target folder of cargo install: nothing of the workspace rebuilds.
    run(cargo().args(["install", "tauri-driver", "--version", TAURI_DRIVER, "--locked", "--quiet"]))
}
