//! The real ACA-Py agents that the tests talk to, each in a Python environment of its own under `.peers/`, with every
//! package at the version written down in tests/peers/, so that every machine tests against the same peer.

use crate::shell::{exists, output, program, root, run};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One release of ACA-Py and the Python versions that it runs on, the one its packages were resolved on first.
#[derive(Clone, Copy)]
pub struct Peer {
    pub name: &'static str,
    pythons: &'static [(u32, u32)],
}

/// The releases that the table of cases names.
pub const PEERS: [Peer; 2] = [
    Peer { name: "acapy-agent-1.6.1", pythons: &[(3, 13)] },
    Peer { name: "aries-cloudagent-0.12.8", pythons: &[(3, 11), (3, 10), (3, 9), (3, 12)] },
];

/// The reference implementation of AnonCreds, with which the engine's own crate is crossed. Its wheel is for any Python 3.
pub const ANONCREDS: Peer =
    Peer { name: "anoncreds-0.2.3", pythons: &[(3, 13), (3, 12), (3, 11), (3, 10), (3, 9), (3, 14)] };

/// Makes the peer's environment unless it stands already.
///
/// # Errors
/// When no Python serves or a package cannot be installed.
pub fn install(peer: Peer) -> Result<()> {
    let lock = root().join(format!("tests/peers/{}.txt", peer.name));
    let wanted = fs::read_to_string(&lock).with_context(|| format!("{} cannot be read", lock.display()))?;
    let folder = root().join(".peers").join(peer.name);
    let stamp = folder.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let python = python(peer)?;
    println!("Installing {} with {}", peer.name, python.display());
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be replaced", folder.display()))?;
    }
    run(program(python).args(["-m", "venv"]).arg(&folder))?;
    // Old releases of some packages exist as source only and build with what is in the environment: that comes first.
    let tools: Vec<&str> = wanted.lines().filter(|line| is_build_tool(line)).collect();
    let pip = || {
        let mut command = program(folder.join("bin/python"));
        command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        command
    };
    if tools.is_empty() {
        run(pip().arg("--requirement").arg(&lock))?;
    } else {
        run(pip().args(&tools))?;
        run(pip().args(["--no-build-isolation", "--requirement"]).arg(&lock))?;
    }
    fs::write(&stamp, wanted).with_context(|| format!("{} cannot be written", stamp.display()))
}

fn is_build_tool(line: &str) -> bool {
    line.starts_with("setuptools==") || line.starts_with("wheel==")
}

fn python(peer: Peer) -> Result<PathBuf> {
    for version in peer.pythons {
        if let Some(found) = candidates(*version).into_iter().find(|candidate| runs(candidate, *version)) {
            return Ok(found);
        }
    }
    for version in peer.pythons {
        if let Some(found) = fetched(*version) {
            return Ok(found);
        }
    }
    let names: Vec<String> = peer.pythons.iter().map(|(major, minor)| format!("{major}.{minor}")).collect();
    bail!("{} runs on Python {}, and none was found; please install one", peer.name, names.join(" or "))
}

/// Where a Python of this version may be: by its name, as the system's own, or among pyenv's.
fn candidates((major, minor): (u32, u32)) -> Vec<PathBuf> {
    let mut found = vec![format!("python{major}.{minor}").into(), "/usr/bin/python3".into(), "python3".into()];
    let home = std::env::var_os("PYENV_ROOT").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".pyenv")));
    if let Some(versions) = home.and_then(|home| fs::read_dir(home.join("versions")).ok()) {
        let prefix = format!("{major}.{minor}.");
        found.extend(
            versions
                .filter_map(Result::ok)
                .filter(|entry| entry.file_name().to_string_lossy().starts_with(&prefix))
                .map(|entry| entry.path().join("bin/python3")),
        );
    }
    found
}

/// Whether it starts, is of this version, and can make environments.
fn runs(python: &Path, (major, minor): (u32, u32)) -> bool {
    let question = "import sys, venv, ensurepip; print(*sys.version_info[:2])";
    output(program(python).args(["-c", question])).as_deref() == Some(&format!("{major} {minor}"))
}

/// A Python that uv finds or downloads; uv itself comes from the package index.
fn fetched((major, minor): (u32, u32)) -> Option<PathBuf> {
    let uv = if exists("uv") { PathBuf::from("uv") } else { installed_uv()? };
    let version = format!("{major}.{minor}");
    let uv = || -> Command { program(&uv) };
    if output(uv().args(["python", "find", &version])).is_none() {
        println!("Asking uv for Python {version}");
        run(uv().args(["python", "install", &version])).ok()?;
    }
    let found = PathBuf::from(output(uv().args(["python", "find", &version]))?);
    runs(&found, (major, minor)).then_some(found)
}

fn installed_uv() -> Option<PathBuf> {
    let folder = root().join(".peers/uv");
    let uv = folder.join("bin/uv");
    if !uv.is_file() {
        println!("Installing uv, which can fetch a Python");
        run(program("python3").args(["-m", "venv"]).arg(&folder)).ok()?;
        run(program(folder.join("bin/python")).args(["-m", "pip", "install", "--quiet", "uv"])).ok()?;
    }
    Some(uv)
}
