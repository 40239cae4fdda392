//! The TypeScript bindings in ui/ are generated from the app's commands. They are committed, so that the user
//! interface builds without Rust; this checks that what is committed is what the commands say today.

use crate::shell::{output, program, root};
use anyhow::{Result, bail};

const FILE: &str = "ui/src/lib/bindings.ts";

/// Fails if generating the bindings again changed them. The app's tests generate them.
///
/// # Errors
/// When the committed file is stale.
pub fn check() -> Result<()> {
    if !root().join(FILE).is_file() {
        return Ok(());
    }
    let changed =
        output(program("git").args(["status", "--porcelain", "--", FILE])).unwrap_or_default();
    if changed.is_empty() {
        return Ok(());
    }
    bail!("{FILE} differs from what is committed: commit what was generated")
}
