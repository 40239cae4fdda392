//! The .deb as somebody gets it: installed into a folder of its own by dpkg, started from there, and removed again. What
//! it depends on must be what this system calls it. `cargo xtask test app` makes the package first.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use vouchsafe_tests::peer::build_folder;
use vouchsafe_tests::window::App;

/// The package that was made last.
fn package() -> Result<PathBuf> {
    let folder = build_folder()?.join("bundle/deb");
    let entries = fs::read_dir(&folder).with_context(|| format!("no package in {}", folder.display()))?;
    let mut packages = entries.filter_map(Result::ok).map(|it| it.path());
    packages.find(|path| path.extension().is_some_and(|it| it == "deb")).context("no .deb was made")
}

fn dpkg(root: &Path, arguments: &[&str]) -> Result<String> {
    let mut command = Command::new("dpkg");
    // Its own list of packages is empty, so that what it depends on is looked up below, in the system's.
    command.arg("--root").arg(root).args(["--force-not-root", "--force-depends", "--log=/dev/null"]);
    let output = command.args(arguments).output().context("dpkg")?;
    ensure!(output.status.success(), "dpkg {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn field(package: &Path, name: &str) -> Result<String> {
    let output = Command::new("dpkg-deb").arg("--field").arg(package).arg(name).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Files that are not dpkg's own.
fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path == root.join("var/lib/dpkg") {
                continue;
            }
            if entry.file_type().unwrap().is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found
}

#[tokio::test]
async fn the_deb_is_installed_started_and_removed_without_a_trace() -> Result<()> {
    let package = package()?;
    let root = tempfile::tempdir()?;
    let administration = root.path().join("var/lib/dpkg");
    for folder in ["info", "updates", "triggers"] {
        fs::create_dir_all(administration.join(folder))?;
    }
    fs::write(administration.join("status"), "")?;
    fs::write(administration.join("available"), "")?;

    dpkg(root.path(), &["--install", package.to_str().unwrap()])?;
    let name = field(&package, "Package")?;
    let status = dpkg(root.path(), &["--status", &name])?;
    ensure!(status.contains("Status: install ok installed"), "{status}");

    for wanted in field(&package, "Depends")?.split(',').map(str::trim) {
        let output = Command::new("dpkg-query").args(["-W", "-f=${Status}", wanted]).output()?;
        let answer = String::from_utf8_lossy(&output.stdout);
        ensure!(answer.ends_with(" installed"), "it depends on {wanted}, which this system does not have: {answer}");
    }

    let entry = fs::read_to_string(root.path().join("usr/share/applications/Vouchsafe.desktop"))?;
    for line in ["Exec=vouchsafe %u", "Icon=vouchsafe", "MimeType=x-scheme-handler/didcomm;"] {
        ensure!(entry.lines().any(|it| it == line), "the desktop entry has no line {line}:\n{entry}");
    }
    let icons = root.path().join("usr/share/icons/hicolor");
    ensure!(icons.join("128x128/apps/vouchsafe.png").is_file(), "no icon");
    let description = root.path().join("usr/share/metainfo/id.vouchsafe.wallet.metainfo.xml");
    ensure!(fs::read_to_string(description)?.contains("<id>id.vouchsafe.wallet</id>"), "another description");
    let agent = Command::new(root.path().join("usr/bin/vouchsafe-agent")).arg("--version").output()?;
    ensure!(agent.status.success(), "the headless program does not start");

    let home = tempfile::tempdir()?;
    let mut app = App::start_program(root.path().join("usr/bin/vouchsafe"), home.path(), "package").await?;
    app.see("first-start").await?;
    app.close().await?;

    dpkg(root.path(), &["--purge", &name])?;
    let left = files(root.path());
    ensure!(left.is_empty(), "left behind: {left:?}");
    Ok(())
}
