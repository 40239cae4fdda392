//! `vouchsafe-agent start | provision`: a wallet without a window, with ACA-Py's command line; and `backup`, which looks
//! into one.

mod backup;
mod flags;
mod given;
mod networks;
mod serve;
mod settings;
mod wallet;

use std::fs::File;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use tracing_subscriber::EnvFilter;
use vouchsafe_agent::AgentError;
use vouchsafe_store::StoreError;
use vouchsafe_store::backup::BackupError;

use given::Given;

/// Why the program ends with another code than 0.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    /// The flags cannot be used.
    #[error("{0}")]
    Usage(String),
    /// Help or version was asked for: no error.
    #[error("{0}")]
    Shown(String),
    /// The wallet in this folder cannot be opened.
    #[error("the wallet in {0} cannot be opened: {1}")]
    Wallet(String, StoreError),
    /// The backup is not in order, or cannot be opened.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The wallet cannot be served.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// This address cannot be listened at.
    #[error("the admin API cannot listen at {0}: {1}")]
    Listen(String, std::io::Error),
    /// The system refuses something that everything needs.
    #[error("the system refuses: {0}")]
    System(std::io::Error),
}

/// Runs the program with the process's arguments and environment.
pub fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(CommandError::Shown(text)) => {
            let _ = write!(std::io::stdout(), "{text}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            let text = error.to_string();
            let prefix = if text.starts_with("error:") { "" } else { "error: " };
            let _ = writeln!(std::io::stderr(), "{prefix}{}", text.trim_end());
            let wrong = |error: &BackupError| {
                matches!(
                    error,
                    BackupError::WrongPassphrase
                        | BackupError::WrongWords
                        | BackupError::NoSuchLock(_)
                        | BackupError::Store(StoreError::MalformedRecoveryWords(_))
                )
            };
            ExitCode::from(match &error {
                CommandError::Usage(_) => 2,
                CommandError::Backup(error) if wrong(error) => 3,
                _ => 1,
            })
        }
    }
}

fn run() -> Result<(), CommandError> {
    let arguments: Vec<String> = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
    if arguments.get(1).is_some_and(|command| command == "backup") {
        return backup::run(&arguments);
    }
    let given = Given::read(&arguments, |name| std::env::var(name).ok(), |path| std::fs::read_to_string(path))?;
    log(&given)?;
    for note in &given.notes {
        tracing::info!("{note}");
    }
    let wallet = settings::wallet(&given)?;
    let seed = wallet.seed;
    // All that can be wrong with the flags is told before a wallet is touched.
    let settings = settings::serve(&given)?;
    let store = wallet::open(wallet)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CommandError::System)?;
    let outcome = runtime.block_on(async {
        if given.command == "provision" {
            return provision(store, settings, seed).await;
        }
        serve::serve(store, settings, seed).await
    });
    // What still hangs on a peer's socket is not waited for.
    runtime.shutdown_background();
    outcome
}

async fn provision(
    store: vouchsafe_store::Store,
    settings: settings::ServeSettings,
    seed: Option<[u8; 32]>,
) -> Result<(), CommandError> {
    if let Some(seed) = seed {
        let agent = vouchsafe_agent::Agent::start(store, settings.config, Vec::new()).await?;
        wallet::seeded_did(&agent, seed).await?;
        agent.stop().await;
    }
    Ok(())
}

/// Logs to standard error, or to a file: never to standard output, which is for the ready line.
fn log(given: &Given) -> Result<(), CommandError> {
    let level = match given.one("log-level").map(str::to_ascii_lowercase).as_deref() {
        Some("debug" | "trace") => "debug",
        None | Some("info") => "info",
        Some("warning" | "warn") => "warn",
        Some("error" | "critical") => "error",
        Some(other) => {
            return Err(CommandError::Usage(format!(
                "--log-level: `{other}` is unknown; error, warning, info and debug are known"
            )));
        }
    };
    let ours = ["agent", "admin_api", "store", "dids"].map(|name| format!("vouchsafe_{name}={level}")).join(",");
    let filter = EnvFilter::try_new(format!("warn,{ours}")).unwrap_or_default();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_target(false);
    match given.one("log-file") {
        None => builder.with_writer(std::io::stderr).with_ansi(false).init(),
        Some(path) => {
            let file = File::options()
                .create(true)
                .append(true)
                .open(path)
                .map_err(|error| CommandError::Usage(format!("--log-file: {path} cannot be written: {error}")))?;
            builder.with_writer(Arc::new(file)).with_ansi(false).init();
        }
    }
    Ok(())
}
