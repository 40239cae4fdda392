//! The test ledger as a process of its own: a did:cheqd network called testnet, on this computer, that our agents write
//! to and that ACA-Py reads through its universal resolver. It ends with its value.

use crate::peer::{Kind, build_folder};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A running ledger.
#[derive(Debug)]
pub struct Ledger {
    /// Base address of its resolver, ending in `/1.0/identifiers/`.
    pub resolver: String,
    /// Base address of its registrar, ending in `/1.0/`.
    pub registrar: String,
    child: Child,
    _folder: TempDir,
}

impl Ledger {
    /// Starts a new one.
    ///
    /// # Errors
    /// When it is not built, or does not say that it is ready.
    pub fn start() -> Result<Self> {
        let program = build_folder()?.join("vouchsafe-test-ledger");
        if !program.is_file() {
            bail!("{} is not there; please run `cargo build --bin vouchsafe-test-ledger`", program.display());
        }
        let folder = TempDir::with_prefix("vouchsafe-ledger-")?;
        let mut child = Command::new(program)
            .args(["--listen", "127.0.0.1:0", "--namespace", "testnet", "--data"])
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("the ledger could not be started")?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("the ledger has no output")?).read_line(&mut line)?;
        let ready: Value = serde_json::from_str(&line).with_context(|| format!("the ledger said {line:?}"))?;
        let address = |name: &str| {
            ready.get(name).and_then(Value::as_str).map(str::to_owned).context("the ledger names no address")
        };
        Ok(Self { resolver: address("resolver")?, registrar: address("registrar")?, child, _folder: folder })
    }

    /// The flags by which an agent uses it: ours as ACA-Py's cheqd plugin is told, ACA-Py itself by its universal
    /// resolver.
    pub fn flags(&self, kind: Kind) -> Vec<String> {
        match kind {
            Kind::Ours => vec![
                "--plugin".to_owned(),
                "cheqd".to_owned(),
                "--plugin-config-value".to_owned(),
                format!("resolver_url={}", self.resolver),
                format!("registrar_url={}", self.registrar),
            ],
            Kind::Acapy161 | Kind::Acapy0128 => vec![
                "--universal-resolver".to_owned(),
                self.registrar.trim_end_matches('/').to_owned(),
                "--universal-resolver-regex".to_owned(),
                "^did:cheqd:.*$".to_owned(),
            ],
        }
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
