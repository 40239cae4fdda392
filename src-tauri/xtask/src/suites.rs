//! Runs test commands one after the other, shows their output as it comes, and repeats at the end what each runner
//! closed with, so that one look at the last lines tells what ran and what failed.

use crate::shell::shown;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What has run so far.
#[derive(Default)]
pub struct Suites {
    finished: Vec<Finished>,
}

struct Finished {
    name: String,
    took: Duration,
    passed: bool,
    closing: Vec<String>,
}

impl Suites {
    /// Runs one suite. A failing suite is kept for the end: the others still run, and one run shows all failures.
    ///
    /// # Errors
    /// When the command cannot be started.
    pub fn run(&mut self, name: &str, command: &mut Command) -> Result<()> {
        println!("\n\x1b[1m=== {name}\x1b[0m\n$ {}", shown(command));
        let started = Instant::now();
        let mut child = command
            .env("CARGO_TERM_COLOR", "always")
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("could not start `{}`", shown(command)))?;
        let mut closing = Vec::new();
        if let Some(output) = child.stdout.take() {
            for line in BufReader::new(output).lines() {
                let line = line.context("the test's output ended in the middle")?;
                println!("{line}");
                let plain = plain(&line);
                if is_closing(&plain) {
                    closing.push(plain);
                }
            }
        }
        let _ = std::io::stdout().flush();
        let status = child.wait().with_context(|| format!("`{}` was lost", shown(command)))?;
        self.finished.push(Finished {
            name: name.to_owned(),
            took: started.elapsed(),
            passed: status.success(),
            closing,
        });
        Ok(())
    }

    /// Repeats every closing line and fails if any suite failed.
    ///
    /// # Errors
    /// Names the suites that failed.
    pub fn close(self) -> Result<()> {
        println!("\n=== Summary");
        for suite in &self.finished {
            let outcome = if suite.passed { "passed" } else { "FAILED" };
            println!("{outcome} in {:.1} s: {}", suite.took.as_secs_f64(), suite.name);
            for line in &suite.closing {
                println!("{line}");
            }
        }
        let failed: Vec<&str> =
            self.finished.iter().filter(|suite| !suite.passed).map(|suite| suite.name.as_str()).collect();
        if failed.is_empty() {
            return Ok(());
        }
        bail!("these suites failed: {}", failed.join(", "))
    }
}

/// The last line of cargo test, vitest and nextest. Binaries without a test are left out.
fn is_closing(line: &str) -> bool {
    (line.starts_with("test result: ") && !line.contains(" 0 passed; 0 failed;"))
        || line.trim_start().starts_with("Tests  ")
        || line.trim_start().starts_with("Summary [")
}

fn plain(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            // A colour code ends at its first letter.
            for code in characters.by_ref() {
                if code.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            plain.push(character);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::{is_closing, plain};

    #[test]
    fn closing_lines_are_recognised_through_their_colours() {
        assert!(is_closing(&plain("test result: \u{1b}[32mok\u{1b}[0m. 3 passed; 0 failed; 0 ignored")));
        assert!(is_closing(&plain("\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m12 passed\u{1b}[39m")));
        assert!(is_closing(&plain("     Summary [   0.120s] 20 tests run: 20 passed, 0 skipped")));
        assert!(!is_closing("test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured"));
        assert!(!is_closing("test message::reads_a_thread ... ok"));
    }
}
