//! `cargo xtask package`: a .deb and an .rpm with the app, the headless program, the desktop entry that opens
//! `didcomm://` links, icons and the description for software centres.

use crate::app::cargo_app;
use crate::shell::{cargo, program, root, run};
use crate::{system, ui};
use anyhow::{Context, Result};
use std::fs;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Options {
    /// Without optimisations, quicker to make: for tests
    #[arg(long)]
    debug: bool,
}

/// Builds both programs and the packages, and says where they are.
///
/// # Errors
/// When something cannot be installed or built.
pub fn package(options: &Options) -> Result<()> {
    system::install(&[system::ENGINE, system::APP])?;
    ui::install()?;
    run(&mut ui::script("build"))?;
    let profile: &[&str] = if options.debug { &[] } else { &["--release"] };
    run(cargo_app("build").args(profile))?;
    run(cargo().args(["build", "--bin", "vouchsafe-agent"]).args(profile))?;
    for package in bundle(options.debug, &["deb", "rpm"])? {
        println!("{}", package.display());
    }
    Ok(())
}

/// Packs what has been built already.
///
/// # Errors
/// When there is nothing to pack, or Tauri's bundler fails.
pub fn bundle(debug: bool, kinds: &[&str]) -> Result<Vec<PathBuf>> {
    let profile = if debug { "debug" } else { "release" };
    let folder = root().join("target").join(profile).join("bundle");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be emptied", folder.display()))?;
    }
    // Where it is depends on the profile, so it cannot stand in the configuration.
    let agent = format!(r#"{{"/usr/bin/vouchsafe-agent":"../target/{profile}/vouchsafe-agent"}}"#);
    let extra = format!(r#"{{"bundle":{{"linux":{{"deb":{{"files":{agent}}},"rpm":{{"files":{agent}}}}}}}}}"#);
    // The program stays as it was built and tested: the bundler would write its kind into it, for updates we do not make.
    let mut tauri = program(root().join("ui/node_modules/.bin/tauri"));
    tauri.current_dir(root().join("src-tauri")).args(["bundle", "--ci", "--no-sign", "--no-binary-patching"]);
    tauri.args(["--bundles", &kinds.join(","), "--config", &extra]);
    if debug {
        tauri.arg("--debug");
    }
    run(&mut tauri)?;
    let mut made = Vec::new();
    for kind in kinds {
        let folder = folder.join(kind);
        let entries = fs::read_dir(&folder).with_context(|| format!("{} is not there", folder.display()))?;
        made.extend(entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| path.is_file()));
    }
    Ok(made)
}
