//! `cargo xtask fuzz`: every parser of a stranger's bytes under libFuzzer, for as long as asked.

use crate::shell::{cargo, output, program, root, run};
use crate::system;
use anyhow::Result;

/// The targets under tests/fuzz/fuzz_targets.
const TARGETS: [&str; 7] = ["envelope", "message", "invitation", "did_document", "cheqd", "credential", "backup"];
const CARGO_FUZZ: &str = "0.13.1";

#[derive(clap::Args)]
pub struct Options {
    /// Only this target
    target: Option<String>,
    /// Seconds for each target
    #[arg(long, default_value_t = 600)]
    seconds: u32,
}

/// Runs the targets one after the other and stops at the first finding.
///
/// # Errors
/// When cargo-fuzz cannot be installed, or a target finds something.
pub fn fuzz(options: &Options) -> Result<()> {
    system::install(&[system::ENGINE])?;
    let listed = output(cargo().args(["install", "--list"])).unwrap_or_default();
    if !listed.contains("cargo-fuzz v") {
        println!("Installing cargo-fuzz {CARGO_FUZZ}");
        run(cargo().args(["install", "cargo-fuzz", "--version", CARGO_FUZZ, "--locked", "--quiet"]))?;
    }
    for target in TARGETS.iter().filter(|name| options.target.as_deref().is_none_or(|only| only == **name)) {
        let (corpus, seeds) = (format!("fuzz/corpus/{target}"), format!("fuzz/seeds/{target}"));
        std::fs::create_dir_all(root().join("tests").join(&corpus))?;
        // Coverage alone needs no nightly compiler; the address sanitizer would, and this code has nothing unsafe.
        run(program("cargo")
            .current_dir(root().join("tests"))
            .args(["fuzz", "run", "--fuzz-dir", "fuzz", "--sanitizer", "none"])
            .args(["--target-dir", "../target/fuzz", target, &corpus, &seeds, "--"])
            .arg(format!("-max_total_time={}", options.seconds))
            .args(["-rss_limit_mb=2048", "-timeout=10", "-max_len=65536"]))?;
    }
    Ok(())
}
