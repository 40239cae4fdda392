//! An agent as a process of its own: ours, or one of the ACA-Py releases that `cargo xtask test` installs under
//! `.peers/`. All take ACA-Py's command line. A peer ends with its value, and what it logged stays for reading.

use crate::admin::Admin;
use crate::wait::{Seen, until};
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// Which agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Vouchsafe, headless.
    Ours,
    /// acapy-agent 1.6.1.
    Acapy161,
    /// aries-cloudagent 0.12.8.
    Acapy0128,
}

impl Kind {
    /// The name in a case's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Acapy161 => "acapy-1.6.1",
            Self::Acapy0128 => "acapy-0.12.8",
        }
    }

    /// The program to start; an error says how to get it.
    ///
    /// # Errors
    /// When it is not built or not installed.
    pub fn program(self) -> Result<PathBuf> {
        let (path, remedy) = match self {
            Self::Ours => (build_folder()?.join("vouchsafe-agent"), "cargo build --bin vouchsafe-agent"),
            Self::Acapy161 => (workspace().join(".peers/acapy-agent-1.6.1/bin/python"), "cargo xtask setup"),
            Self::Acapy0128 => (workspace().join(".peers/aries-cloudagent-0.12.8/bin/python"), "cargo xtask setup"),
        };
        if !path.is_file() {
            bail!("{} is not there: {}; please run `{remedy}`", self.name(), path.display());
        }
        Ok(path)
    }
}

/// How a peer is started.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Every automatic step on; else none.
    pub automatic: bool,
    /// Flags beyond those of every peer.
    pub more: Vec<String>,
}

/// A running agent.
#[derive(Debug)]
pub struct Peer {
    /// Which agent it is.
    pub kind: Kind,
    /// Its admin API.
    pub admin: Admin,
    /// Where it takes messages over HTTP.
    pub endpoint: String,
    name: String,
    arguments: Vec<String>,
    folder: TempDir,
    log: PathBuf,
    child: Option<Child>,
}

impl Peer {
    /// Starts an agent with a new wallet and waits until it is ready.
    ///
    /// # Errors
    /// When it cannot be started or does not become ready; the end of its log is in the message.
    pub async fn start(kind: Kind, name: &str, options: &Options) -> Result<Self> {
        let folder = TempDir::with_prefix("vouchsafe-peer-")?;
        let (inbound, admin) = (free_port()?, free_port()?);
        let endpoint = format!("http://127.0.0.1:{inbound}");
        let logs = build_folder()?.join("peer-logs").join(std::process::id().to_string());
        fs::create_dir_all(&logs)?;
        let mut peer = Self {
            kind,
            admin: Admin::new(name, &format!("http://127.0.0.1:{admin}"))?,
            arguments: arguments(kind, name, options, (inbound, admin), folder.path()),
            endpoint,
            name: name.to_owned(),
            log: logs.join(format!("{name}.log")),
            folder,
            child: None,
        };
        peer.resume().await?;
        Ok(peer)
    }

    /// Starts the agent again on the wallet that it had.
    ///
    /// # Errors
    /// As [`Peer::start`].
    pub async fn resume(&mut self) -> Result<()> {
        let log = File::options().create(true).append(true).open(&self.log)?;
        let mut command = Command::new(self.kind.program()?);
        if self.kind != Kind::Ours {
            command.arg(workspace().join("tests/peers/acapy.py"));
        }
        // An own home keeps wallets of earlier runs, and anything of the person's, out of the way.
        command
            .args(&self.arguments)
            .current_dir(self.folder.path())
            .env("HOME", self.folder.path())
            .env_remove("RUST_LOG")
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log);
        self.child = Some(command.spawn().with_context(|| format!("{} could not be started", self.name))?);
        let child = &mut self.child;
        let admin = &self.admin;
        let name = &self.name;
        let ready = until(&format!("{name} to be ready"), Duration::from_secs(90), async || {
            if let Some(status) = child.as_mut().map(Child::try_wait).transpose()?.flatten() {
                bail!("{name} ended at its start ({status})");
            }
            match admin.get("/status/ready", &[]).await {
                Ok(answer) if answer.get("ready").is_some_and(|ready| ready == true) => Ok(Seen::Yes(())),
                Ok(answer) => Ok(Seen::NotYet(answer.to_string())),
                Err(error) => Ok(Seen::NotYet(format!("{error:#}"))),
            }
        })
        .await;
        ready.with_context(|| self.log_since(0))
    }

    /// Ends the process at once, as a crash would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Whether it still runs; what has ended is forgotten, so that it can be resumed.
    pub fn is_running(&mut self) -> bool {
        let running = self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)));
        if !running {
            self.child = None;
        }
        running
    }

    /// The process's id while it runs.
    pub fn process_id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Its name in logs and errors.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The folder that its wallet is in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// How long the log is now, to be given to [`Peer::log_since`].
    pub fn log_length(&self) -> usize {
        fs::metadata(&self.log).map_or(0, |metadata| usize::try_from(metadata.len()).unwrap_or(usize::MAX))
    }

    /// The last lines that it logged since.
    pub fn log_since(&self, start: usize) -> String {
        const LINES: usize = 60;
        let bytes = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(bytes.get(start..).unwrap_or_default()).into_owned();
        let lines: Vec<&str> = text.lines().collect();
        let shown = lines.get(lines.len().saturating_sub(LINES)..).unwrap_or_default().join("\n    ");
        format!("--- {} logged ({})\n    {shown}", self.name, self.log.display())
    }

    /// Resident memory in bytes, where the system tells it.
    pub fn resident_bytes(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process_id()?)).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
    }

    /// Time spent on the processor, by the program and for it in the kernel, where the system tells it.
    pub fn processor_time(&self) -> Option<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process_id()?)).ok()?;
        // After the name in brackets, which may hold anything: fields 14 and 15 of proc(5), in ticks of 10 ms.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        let ticks = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
        Some(Duration::from_millis(ticks * 10))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.kill();
    }
}

fn arguments(kind: Kind, name: &str, options: &Options, (inbound, admin): (u16, u16), folder: &Path) -> Vec<String> {
    const AUTOMATIC: &str = "--auto-accept-invites --auto-accept-requests --auto-ping-connection \
        --auto-respond-messages --auto-respond-credential-proposal --auto-respond-credential-offer \
        --auto-respond-credential-request --auto-store-credential";
    let level = std::env::var("VOUCHSAFE_PEER_LOG").unwrap_or_else(|_| "warning".to_owned());
    let line = format!(
        "start --inbound-transport http 127.0.0.1 {inbound} --outbound-transport http \
         --endpoint http://127.0.0.1:{inbound} --admin 127.0.0.1 {admin} --admin-insecure-mode --no-ledger \
         --wallet-type askar --wallet-name {name} --wallet-key insecure-test-key --wallet-storage-type default \
         --auto-provision --preserve-exchange-records --public-invites --requests-through-public-did \
         --log-level {level}"
    );
    let mut arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
    arguments.extend(["--label".to_owned(), format!("{} {name}", kind.name())]);
    if kind == Kind::Ours {
        arguments.extend(["--wallet-storage-path".to_owned(), folder.join("wallet").display().to_string()]);
    }
    if options.automatic {
        arguments.extend(AUTOMATIC.split_whitespace().map(str::to_owned));
    }
    arguments.extend(options.more.iter().cloned());
    arguments
}

/// The workspace's folder.
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_path_buf()
}

/// The folder of the build that this test belongs to, such as target/debug.
///
/// # Errors
/// When the test cannot tell where it is.
pub fn build_folder() -> Result<PathBuf> {
    let own = std::env::current_exe().context("a test does not know its own place")?;
    let folder = own.parent().context("a test has no folder")?;
    let folder = if folder.ends_with("deps") { folder.parent().unwrap_or(folder) } else { folder };
    Ok(folder.to_path_buf())
}

/// A port that nobody listens on. Peers start side by side, so that no port is given twice.
///
/// # Errors
/// When no port is free.
pub fn free_port() -> Result<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Below the range that the system gives to outgoing connections, and spread by process.
    let first = u16::try_from(std::process::id() % 900).unwrap_or(0) * 12 + 20_000;
    for _ in 0..2_000 {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed) % 10_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no free port was found")
}
