//! The practice ledger: a did:cheqd ledger in this process, served on loopback, for every profile that practises. It lies
//! beside the wallets and belongs to none of them, so that two profiles see the same identities. It is opened when it is
//! first needed; a file that another process holds, or that was changed, is refused with a sentence and never begun anew
//! by itself.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use vouchsafe_agent::cheqd::Network;
use vouchsafe_test_ledger::{JournalError, Ledger, LedgerSettings, OpenError, ServeSettings, serve};

use crate::commands::Answer;
use crate::view::Failure;

/// The practice network's name in its DIDs.
pub const NAMESPACE: &str = "practice";
/// Where the port stands that was chosen first, so that other programs of this computer find the ledger again.
const PORT_FILE: &str = "address.json";

/// The practice ledger of this process.
pub struct Practice {
    folder: PathBuf,
    /// Held while it is opened or closed.
    changing: tokio::sync::Mutex<Option<Served>>,
    seen: Mutex<Seen>,
}

/// What the windows are told without waiting.
#[derive(Clone, Default)]
struct Seen {
    address: Option<SocketAddr>,
    trouble: Option<Failure>,
}

struct Served {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    port: u16,
}

impl Practice {
    /// The ledger in `folder`; nothing is opened yet.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, changing: tokio::sync::Mutex::default(), seen: Mutex::default() }
    }

    /// The network, with the ledger running.
    ///
    /// # Errors
    ///
    /// `practice-in-use`, `practice-damaged`, `practice-full`, `practice-unreadable`, `practice-port`.
    pub async fn start(&self) -> Answer<Network> {
        let mut served = self.changing.lock().await;
        if let Some(running) = served.as_ref().filter(|running| !running.serving.is_finished()) {
            return Ok(network(running.address));
        }
        match open(&self.folder).await {
            Ok(running) => {
                let address = running.address;
                *served = Some(running);
                *self.seen.lock() = Seen { address: Some(address), trouble: None };
                Ok(network(address))
            }
            Err(failure) => {
                *served = None;
                *self.seen.lock() = Seen { address: None, trouble: Some(failure.clone()) };
                Err(failure)
            }
        }
    }

    /// The network, while the ledger runs.
    pub fn network(&self) -> Option<Network> {
        self.seen.lock().address.map(network)
    }

    /// Why it does not run, if it was tried.
    pub fn trouble(&self) -> Option<Failure> {
        self.seen.lock().trouble.clone()
    }

    /// Where its file is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The program ends: requests under way are finished, the file is let go.
    pub async fn stop(&self) {
        let Some(Served { stop, serving, .. }) = self.changing.lock().await.take() else { return };
        *self.seen.lock() = Seen::default();
        let _ = stop.send(());
        // A client may keep its connection open for as long as it likes; every transaction is on the disk already.
        let abort = serving.abort_handle();
        if tokio::time::timeout(std::time::Duration::from_millis(500), serving).await.is_err() {
            abort.abort();
        }
    }
}

fn network(address: SocketAddr) -> Network {
    Network::practice(&format!("http://{address}"))
}

async fn open(folder: &Path) -> Answer<Served> {
    let settings = LedgerSettings::new(folder, NAMESPACE);
    let ledger = match tokio::task::spawn_blocking(move || Ledger::open(settings)).await {
        Ok(opened) => opened.map_err(|error| refused(folder, &error))?,
        Err(_) => return Err(Failure::locked()),
    };
    if ledger.cut_bytes() > 0 {
        tracing::info!(bytes = ledger.cut_bytes(), "a last entry of the practice ledger was never finished");
    }
    let listener = listen(folder).await?;
    let address = listener.local_addr().map_err(no_port)?;
    let (stop, stopped) = oneshot::channel();
    let serving = tokio::spawn(async move {
        let end = async {
            // Err: the one who would stop it is gone.
            let _ = stopped.await;
        };
        if let Err(error) = serve(listener, Arc::new(ledger), ServeSettings::default(), end).await {
            tracing::warn!(%error, "the practice ledger ended");
        }
    });
    Ok(Served { address, stop, serving })
}

/// Listens at the port of last time; where another program has taken it, at a free one from now on: nothing that was
/// signed names the port.
async fn listen(folder: &Path) -> Answer<TcpListener> {
    let file = folder.join(PORT_FILE);
    let kept = std::fs::read(&file).ok().filter(|bytes| bytes.len() < 1024);
    let kept: Option<Kept> = kept.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    if let Some(Kept { port }) = kept
        && let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
    {
        return Ok(listener);
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(no_port)?;
    let port = listener.local_addr().map_err(no_port)?.port();
    let written = serde_json::to_vec(&Kept { port }).map_err(std::io::Error::from).and_then(|text| {
        let fresh = file.with_extension("new");
        std::fs::write(&fresh, text)?;
        std::fs::rename(fresh, file)
    });
    if let Err(error) = written {
        tracing::warn!(%error, "the practice ledger's port was not kept");
    }
    Ok(listener)
}

fn no_port(error: std::io::Error) -> Failure {
    Failure::new(
        "practice-port",
        "No port is free",
        "The practice ledger found no port of this computer to listen at.",
        "Close other programs and try again.",
    )
    .because(error)
}

fn refused(folder: &Path, error: &OpenError) -> Failure {
    let place = folder.display();
    match error {
        OpenError::Journal(JournalError::InUse(_)) => Failure::new(
            "practice-in-use",
            "Practice ledger is in use",
            "Another program has the practice ledger open.",
            "Close the other program and try again.",
        ),
        OpenError::Journal(JournalError::Full(_) | JournalError::TooLarge(_)) => Failure::new(
            "practice-full",
            "Practice ledger is full",
            "The practice ledger has become as large as it may be.",
            &format!(
                "Move its folder {place} away: a new ledger begins then, without the identities of this one."
            ),
        ),
        OpenError::Journal(JournalError::Io { .. } | JournalError::Failed) => Failure::new(
            "practice-unreadable",
            "Practice ledger cannot be read",
            "The practice ledger's file could not be read or written.",
            &format!("Check that there is space on the disk and that {place} is yours."),
        ),
        OpenError::Journal(JournalError::Damaged { .. })
        | OpenError::Namespace(_)
        | OpenError::OtherNamespace { .. }
        | OpenError::Format(_)
        | OpenError::Entry(_)
        | OpenError::Rule { .. } => Failure::new(
            "practice-damaged",
            "Practice ledger is damaged",
            "The practice ledger's file is damaged or was changed, so it is not used. It was left as it is.",
            &format!(
                "Restore {place} from a copy, or move it away: a new ledger begins then, without the identities of this one."
            ),
        ),
    }
    .because(error)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Practice;

    #[tokio::test(flavor = "multi_thread")]
    async fn all_profiles_share_one_ledger_which_is_found_at_the_same_port_again() {
        let folder = tempfile::tempdir().unwrap();
        let practice = Arc::new(Practice::new(folder.path().join("practice")));
        assert!(practice.network().is_none());
        let (one, two) = tokio::join!(practice.start(), practice.start());
        let network = one.unwrap();
        assert_eq!(network, two.unwrap());
        assert!(network.practice && network.namespace == "practice");
        practice.stop().await;
        assert!(practice.network().is_none() && practice.trouble().is_none());
        assert_eq!(practice.start().await.unwrap(), network);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_ledger_that_another_process_holds_is_refused_and_taken_once_it_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let (holder, other) = (Practice::new(folder.path().to_owned()), Practice::new(folder.path().to_owned()));
        holder.start().await.unwrap();
        assert_eq!(other.start().await.unwrap_err().code, "practice-in-use");
        assert_eq!(other.trouble().unwrap().code, "practice-in-use");
        holder.stop().await;
        other.start().await.unwrap();
        assert!(other.trouble().is_none());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_taken_port_is_no_obstacle() {
        let folder = tempfile::tempdir().unwrap();
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        std::fs::write(folder.path().join("address.json"), format!("{{\"port\":{port}}}")).unwrap();
        let network = Practice::new(folder.path().to_owned()).start().await.unwrap();
        assert!(!network.resolver.contains(&format!(":{port}/")), "{}", network.resolver);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_changed_file_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let practice = Practice::new(folder.path().to_owned());
        practice.start().await.unwrap();
        practice.stop().await;
        let file = folder.path().join("ledger.journal");
        let mut bytes = std::fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&file, &bytes).unwrap();
        let failure = practice.start().await.unwrap_err();
        assert_eq!(failure.code, "practice-damaged");
        assert!(failure.next.contains(&folder.path().display().to_string()));
        assert_eq!(std::fs::read(&file).unwrap(), bytes);
    }
}
