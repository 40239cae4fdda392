//! `vouchsafe-agent backup verify | list | export FILE`: opens a backup without the app, so that nobody has to believe it.
//! The secret never stands on the command line, where every program of this computer could read it.

use std::fmt::Write as _;
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::{Value, json};
use vouchsafe_store::backup::{BackupError, BackupFile, Manifest, OpenedBackup, Secret, Trial};
use vouchsafe_store::{CredentialFilter, Page, Passphrase, RecoveryWords, StoreError};
use zeroize::Zeroizing;

use super::CommandError;

/// Where the secret may stand in the environment.
const PASSPHRASE: &str = "VOUCHSAFE_BACKUP_PASSPHRASE";
const WORDS: &str = "VOUCHSAFE_BACKUP_WORDS";
/// Credentials read at a time.
const AT_ONCE: u32 = 500;

type Opened = OpenedBackup<std::io::BufReader<std::fs::File>>;

/// The subcommand.
pub(crate) fn command() -> Command {
    let file = || Arg::new("file").value_name("FILE").required(true).help("The backup");
    let json = || Arg::new("json").long("json").action(ArgAction::SetTrue).help("Answer in JSON");
    let words = || {
        Arg::new("recovery-words")
            .long("recovery-words")
            .action(ArgAction::SetTrue)
            .help("Open it by the recovery words instead of its passphrase")
    };
    let fd = || {
        Arg::new("secret-fd")
            .long("secret-fd")
            .value_name("NUMBER")
            .help("Read the passphrase or the words from this open file instead of asking")
    };
    let sub = |name: &'static str, about: &'static str| {
        Command::new(name).about(about).arg(file()).arg(json()).arg(words()).arg(fd())
    };
    Command::new("backup")
        .about("Look into a backup without the app")
        .after_help(
            "The passphrase or the words are asked for, or taken from VOUCHSAFE_BACKUP_PASSPHRASE or \
             VOUCHSAFE_BACKUP_WORDS, from --secret-fd, or from standard input.\nExit codes: 0 it is in order, 1 it is \
             not, 2 the command cannot be used so, 3 the passphrase or the words are wrong.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(sub("verify", "Restore it on trial and compare it with what it says"))
        .subcommand(sub("list", "Say what is in it"))
        .subcommand(sub("export", "Write its credentials to a folder, a file each, as they were signed").arg(
            Arg::new("to").long("to").value_name("FOLDER").required(true).help("A folder that is empty or not there"),
        ))
}

/// Runs it with the process's arguments.
pub(crate) fn run(arguments: &[String]) -> Result<(), CommandError> {
    let matches =
        Command::new("vouchsafe-agent").subcommand(command()).try_get_matches_from(arguments).map_err(|error| {
            if error.use_stderr() {
                CommandError::Usage(error.to_string())
            } else {
                CommandError::Shown(error.to_string())
            }
        })?;
    let Some((name, given)) = matches.subcommand_matches("backup").and_then(ArgMatches::subcommand) else {
        return Err(CommandError::Usage("backup: verify, list or export".to_owned()));
    };
    let path = PathBuf::from(given.get_one::<String>("file").map(String::as_str).unwrap_or_default());
    let file = BackupFile::at(&path)?;
    let by_words = given.get_flag("recovery-words")
        || !file.locks().passphrase
        || (std::env::var_os(WORDS).is_some() && std::env::var_os(PASSPHRASE).is_none());
    let secret = secret(given, by_words)?;
    let opened = file.open(&secret)?;
    let in_json = given.get_flag("json");
    let (text, value) = match name {
        "list" => listed(&opened.manifest),
        "verify" => verified(opened)?,
        _ => exported(opened, Path::new(given.get_one::<String>("to").map(String::as_str).unwrap_or_default()))?,
    };
    let text = if in_json { serde_json::to_string_pretty(&value).unwrap_or_default() } else { text };
    writeln!(std::io::stdout(), "{}", text.trim_end()).map_err(CommandError::System)
}

fn secret(given: &ArgMatches, by_words: bool) -> Result<Secret, CommandError> {
    let text = match given.get_one::<String>("secret-fd") {
        Some(number) => {
            let number: u32 = number
                .parse()
                .map_err(|_| CommandError::Usage("--secret-fd takes the number of an open file".to_owned()))?;
            let read = std::fs::read_to_string(format!("/dev/fd/{number}"));
            Zeroizing::new(
                read.map_err(|error| CommandError::Usage(format!("--secret-fd: it cannot be read: {error}")))?,
            )
        }
        None => match std::env::var(if by_words { WORDS } else { PASSPHRASE }) {
            Ok(text) => Zeroizing::new(text),
            Err(_) => asked(by_words)?,
        },
    };
    let text = text.trim_end_matches(['\r', '\n']);
    if by_words {
        return Ok(Secret::Words(RecoveryWords::parse(text).map_err(BackupError::from)?));
    }
    Ok(Secret::Passphrase(Passphrase::new(text)))
}

/// Asks on the terminal, without showing what is typed; reads a line where there is none.
fn asked(by_words: bool) -> Result<Zeroizing<String>, CommandError> {
    let terminal = std::io::stdin().is_terminal();
    let echo = |on: &str| {
        if terminal && cfg!(unix) {
            let _ = std::process::Command::new("stty").arg(on).status();
        }
    };
    if terminal {
        let what = if by_words { "Recovery words: " } else { "Passphrase of the backup: " };
        let _ = write!(std::io::stderr(), "{what}");
        let _ = std::io::stderr().flush();
    }
    echo("-echo");
    let mut line = Zeroizing::new(String::new());
    let read = std::io::stdin().lock().read_line(&mut line);
    echo("echo");
    if terminal {
        let _ = writeln!(std::io::stderr());
    }
    read.map_err(CommandError::System)?;
    Ok(line)
}

fn listed(manifest: &Manifest) -> (String, Value) {
    let Manifest { made_at, program, label, counts, held, held_besides, .. } = manifest;
    let mut text = format!(
        "{}, made {made_at} by {}\n{} credentials, {} connections, {} issued, {} identities and peers' DIDs, {} keys\n",
        plain(label),
        plain(program),
        counts.credentials,
        counts.connections,
        counts.issued,
        counts.dids,
        counts.keys
    );
    for kind in held {
        let _ = writeln!(text, "{:>8}  {}  {}", kind.count, plain(&kind.title), plain(&kind.issuer));
    }
    if *held_besides > 0 {
        let _ = writeln!(text, "{held_besides:>8}  of other kinds");
    }
    (text, json!(manifest))
}

/// What a stranger wrote, without what would steer the terminal.
fn plain(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(200).collect()
}

fn restored(opened: Opened) -> Result<Trial, CommandError> {
    Ok(opened.trial(&std::env::temp_dir(), &mut |_, _, _| {})?)
}

fn on_runtime<T>(work: impl Future<Output = Result<T, CommandError>>) -> Result<T, CommandError> {
    tokio::runtime::Builder::new_current_thread().build().map_err(CommandError::System)?.block_on(work)
}

fn verified(opened: Opened) -> Result<(String, Value), CommandError> {
    let manifest = opened.manifest.clone();
    let trial = restored(opened)?;
    on_runtime(async move {
        let counts = trial.counts().await.map_err(BackupError::from)?;
        trial.end().await;
        if counts != manifest.counts {
            return Err(BackupError::Differs(format!("{counts:?}")).into());
        }
        let text = format!(
            "It is in order: every part is what was written, it restores, and it holds what it says.\n{}",
            listed(&manifest).0
        );
        Ok((text, json!({ "in_order": true, "manifest": manifest })))
    })
}

fn exported(opened: Opened, to: &Path) -> Result<(String, Value), CommandError> {
    let taken = std::fs::read_dir(to).is_ok_and(|mut entries| entries.next().is_some());
    if taken {
        return Err(CommandError::Usage(format!("--to: {} is not empty", to.display())));
    }
    let unwritable = |error: std::io::Error| BackupError::Unwritable(error.to_string());
    std::fs::create_dir_all(to).map_err(unwritable)?;
    let trial = restored(opened)?;
    on_runtime(async move {
        let mut written = 0_u32;
        loop {
            let page = Page { limit: AT_ONCE, offset: written, descending: false };
            let rows = trial.store().read(move |reader| reader.whole_credentials(&CredentialFilter::default(), page));
            let rows = rows.await.map_err(|error: StoreError| BackupError::from(error))?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                written += 1;
                let text = serde_json::to_string_pretty(&row.cred).unwrap_or_default();
                std::fs::write(to.join(format!("credential-{written:05}.json")), text).map_err(unwritable)?;
            }
        }
        trial.end().await;
        Ok((format!("{written} credentials written to {}", to.display()), json!({ "written": written, "to": to })))
    })
}
