//! The process that is killed: a wallet on disk that does what the lines on its standard input ask for, and answers
//! each with a line. It ends itself, as SIGKILL does, at the commit that it was told.

use std::io::{BufRead, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use vouchsafe_agent::connect::ConnectionFilter;
use vouchsafe_agent::{Agent, Config, Limits, Page};
use vouchsafe_protocols::connection::Handshake;
use vouchsafe_store::{
    CommitMoment, CredentialFilter, DUE, ExchangeFilter, HistoryFilter, Keyring, Protect, Store, StoreError, Vault,
    WAITING,
};

use crate::support::{automatic, automatically, detail, did_key, invitation, start};

/// The variable that holds a [`Setting`]; without it this process is the test.
pub const SETTING: &str = "VOUCHSAFE_CRASH_WALLET";
/// The first character of an answer; the test harness prints lines of its own.
pub const MARK: char = '@';

#[derive(Serialize, Deserialize)]
pub struct Setting {
    pub folder: std::path::PathBuf,
    pub label: String,
    /// Listens there; `None`: nobody can call this wallet.
    pub port: Option<u16>,
    /// `http` or `ws`.
    pub scheme: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub enum Ask {
    /// Die at the nth moment of this kind from now.
    Doom {
        before: bool,
        nth: u64,
    },
    Spare,
    Did,
    Invite,
    Receive {
        invitation: Value,
    },
    Offer {
        connection: String,
        did: String,
        name: String,
    },
    /// The holder begins.
    Request {
        connection: String,
        did: String,
        name: String,
    },
    /// A wallet that nobody can call comes by, for what waits for it.
    ComeBy {
        connection: String,
    },
    /// What is known of a flow, by its invitation.
    Look {
        invitation: String,
    },
    /// The number of credentials.
    Credentials,
}

/// Commits until death, and how many of each moment there were.
#[derive(Default)]
struct Doom {
    before: AtomicU64,
    after: AtomicU64,
}

impl Doom {
    fn counter(&self, before: bool) -> &AtomicU64 {
        if before { &self.before } else { &self.after }
    }

    fn met(&self, moment: CommitMoment) {
        let left = self.counter(moment == CommitMoment::Before);
        let last = |left: u64| left.checked_sub(1);
        if left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, last) == Ok(1) {
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL).unwrap();
            std::thread::park();
        }
    }
}

/// Keeps the one key of a vault in a file: opening is quick, and the key survives the process.
struct InFile<'a>(&'a Path);

impl Keyring for InFile<'_> {
    fn get(&self, _account: &str) -> Result<Option<zeroize::Zeroizing<Vec<u8>>>, StoreError> {
        Ok(std::fs::read(self.0).ok().map(zeroize::Zeroizing::new))
    }

    fn set(&self, _account: &str, secret: &[u8]) -> Result<(), StoreError> {
        Ok(std::fs::write(self.0, secret)?)
    }

    fn delete(&self, _account: &str) -> Result<(), StoreError> {
        Ok(std::fs::remove_file(self.0)?)
    }
}

fn open(folder: &Path) -> Store {
    let (wallet, key) = (folder.join("wallet"), folder.join("key"));
    let keyring = InFile(&key);
    if Vault::exists(&wallet) {
        return Vault::open(&wallet).unwrap().unlock_with_keyring(&keyring).unwrap();
    }
    Vault::create(&wallet, &Protect { keyring: Some(&keyring), ..Protect::default() }).unwrap().store
}

pub fn run(setting: &str) {
    let setting: Setting = serde_json::from_str(setting).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let store = open(&setting.folder);
    let doom = Arc::new(Doom::default());
    let watching = Arc::clone(&doom);
    store.watch_commits(move |moment| watching.met(moment));
    let agent = runtime.block_on(begin(&setting, store));
    say(&json!("ready"));
    for line in std::io::stdin().lock().lines() {
        let ask = serde_json::from_str(&line.unwrap()).unwrap();
        say(&runtime.block_on(answer(&agent, &doom, ask)));
    }
    // The parent is gone.
    std::process::exit(0);
}

async fn begin(setting: &Setting, store: Store) -> Agent {
    let config = Config {
        label: setting.label.clone(),
        endpoints: setting.port.map(|port| format!("{}://127.0.0.1:{port}", setting.scheme)).into_iter().collect(),
        policy: automatic(),
        limits: Limits { first_retry_milliseconds: 15, ..Limits::default() },
        ..Config::default()
    };
    let agent = Agent::start(store, config, Vec::new()).await.unwrap();
    if let Some(port) = setting.port {
        agent.listen(&format!("127.0.0.1:{port}")).await.unwrap();
    }
    agent
}

fn say(answer: &Value) {
    let mut out = std::io::stdout().lock();
    // On a line of its own, whatever the harness has begun to print.
    write!(out, "\n{MARK}{answer}\n").unwrap();
    out.flush().unwrap();
}

async fn answer(agent: &Agent, doom: &Doom, ask: Ask) -> Value {
    match ask {
        Ask::Doom { before, nth } => {
            doom.counter(before).store(nth, Ordering::SeqCst);
            Value::Null
        }
        Ask::Spare => {
            doom.before.store(0, Ordering::SeqCst);
            doom.after.store(0, Ordering::SeqCst);
            Value::Null
        }
        Ask::Did => json!(did_key(agent).await),
        Ask::Invite => {
            let sent = agent.create_invitation(invitation(Handshake::DidExchange11)).await.unwrap();
            serde_json::to_value(&sent.invitation).unwrap()
        }
        Ask::Receive { invitation } => {
            json!(
                agent
                    .receive_invitation(invitation, automatically())
                    .await
                    .map(|_| ())
                    .map_err(|error| error.to_string())
            )
        }
        Ask::Offer { connection, did, name } => {
            let connection = agent.connection(&connection).await.unwrap();
            let wanted = start(Some(&connection), detail(&did, &name, "Ed25519Signature2020"));
            json!(agent.send_offer(wanted).await.unwrap().thread_id)
        }
        Ask::Request { connection, did, name } => {
            let connection = agent.connection(&connection).await.unwrap();
            let wanted = start(Some(&connection), detail(&did, &name, "Ed25519Signature2020"));
            json!(agent.send_request(wanted).await.unwrap().thread_id)
        }
        Ask::ComeBy { connection } => json!(agent.send_message(&connection, "still there?".to_owned()).await.unwrap()),
        Ask::Look { invitation } => look(agent, invitation).await,
        Ask::Credentials => json!(agent.credentials(CredentialFilter::default(), Page::ALL).await.unwrap().len()),
    }
}

async fn look(agent: &Agent, invitation: String) -> Value {
    let filter = ConnectionFilter { invitation_msg_id: Some(invitation), ..ConnectionFilter::default() };
    let connections = agent.connections(filter, Page::ALL).await.unwrap();
    let mut exchanges = Vec::new();
    for connection in &connections {
        let filter = ExchangeFilter { connection_id: Some(connection.id.clone()), ..ExchangeFilter::default() };
        for exchange in agent.exchanges(filter, Page::ALL).await.unwrap() {
            let filter = HistoryFilter { subject_id: Some(exchange.id.clone()), ..HistoryFilter::default() };
            let lines = agent.store().read(move |reader| reader.history(&filter, Page::ALL)).await.unwrap();
            let stored = match exchange.credential_id() {
                Some(id) => Some(agent.credential(id).await.unwrap().cred),
                None => None,
            };
            exchanges.push(json!({
                "thread": exchange.thread_id, "state": exchange.state_word(),
                "history": lines.into_iter().map(|line| line.what).collect::<Vec<_>>(),
                "issued": exchange.credential(), "stored": stored, "why": exchange.error_msg,
            }));
        }
    }
    let outbox = |reader: &vouchsafe_store::Reader<'_>| {
        [DUE, WAITING].iter().map(|state| reader.count_outbox(state)).collect::<Result<Vec<_>, StoreError>>()
    };
    let states: Vec<Value> = connections
        .iter()
        .map(|connection| json!({"id": connection.id, "state": connection.rfc23_state(), "why": connection.error_msg}))
        .collect();
    json!({"connections": states, "exchanges": exchanges, "outbox": agent.store().read(outbox).await.unwrap()})
}
