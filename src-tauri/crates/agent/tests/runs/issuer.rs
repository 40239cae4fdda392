//! The process that is killed: it connects to one holder, starts one run, and says how far it has come, a line each.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use vouchsafe_agent::connect::ConnectionFilter;
use vouchsafe_agent::runs::{Frame, NewRow, NewRun, To};
use vouchsafe_agent::{Agent, Config, Page};
use vouchsafe_protocols::connection::Handshake;
use vouchsafe_protocols::issue_credential::LdProofDetail;
use vouchsafe_store::{Keyring, Protect, Store, StoreError, Vault};

use crate::support::{automatic, credential, did_key, impatient, invitation};

/// The variable that holds a [`Setting`]; without it this process is the test.
pub const SETTING: &str = "VOUCHSAFE_RUN_ISSUER";
/// What a line of ours begins with; the test harness prints lines of its own.
const MARK: &str = "@run ";

#[derive(Serialize, Deserialize)]
struct Setting {
    folder: PathBuf,
    port: u16,
    rows: usize,
}

/// The process, as the test has it.
pub struct Issuer {
    setting: String,
    running: Option<(Child, BufReader<ChildStdout>)>,
}

impl Issuer {
    pub fn start(folder: &Path, rows: usize) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let setting = Setting { folder: folder.to_owned(), port, rows };
        let mut issuer = Self { setting: serde_json::to_string(&setting).unwrap(), running: None };
        issuer.revive();
        issuer
    }

    pub fn revive(&mut self) {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["issuer_process", "--exact", "--nocapture", "--test-threads=1"])
            .env(SETTING, &self.setting)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        self.running = Some((child, output));
    }

    pub fn kill(&mut self) {
        if let Some((mut child, _)) = self.running.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// The next line about this.
    pub fn hear(&mut self, kind: &str) -> Value {
        let (_, output) = self.running.as_mut().unwrap();
        loop {
            let mut line = String::new();
            assert!(output.read_line(&mut line).unwrap() > 0, "the issuer ended by itself");
            if let Some((_, said)) = line.split_once(MARK) {
                let said: Value = serde_json::from_str(said).unwrap();
                if said["kind"] == kind {
                    return said;
                }
            }
        }
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What all rows have in common.
pub fn frame(did: &str) -> Frame {
    let mut credential = credential(did, "");
    credential.as_object_mut().unwrap().remove("credentialSubject");
    Frame {
        detail: LdProofDetail::new(credential, "Ed25519Signature2020").unwrap(),
        comment: None,
        auto_issue: true,
        revocable: false,
        goal: Some("To receive a diploma".to_owned()),
        metadata: serde_json::Map::new(),
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
    let (wallet, key) = (folder.join("issuer"), folder.join("key"));
    let keyring = InFile(&key);
    if Vault::exists(&wallet) {
        return Vault::open(&wallet).unwrap().unlock_with_keyring(&keyring).unwrap();
    }
    Vault::create(&wallet, &Protect { keyring: Some(&keyring), ..Protect::default() }).unwrap().store
}

pub fn run(setting: &str) {
    let setting: Setting = serde_json::from_str(setting).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(work(&setting));
}

async fn work(setting: &Setting) {
    let endpoint = format!("http://127.0.0.1:{}", setting.port);
    let config =
        Config { label: "Issuer".to_owned(), policy: automatic(), endpoints: vec![endpoint], ..Config::default() };
    let agent = Agent::start(open(&setting.folder), config, Vec::new()).await.unwrap();
    impatient(&agent);
    agent.listen(&format!("127.0.0.1:{}", setting.port)).await.unwrap();
    if agent.runs(Page::default()).await.unwrap().0 == 0 {
        begin(&agent, setting.rows).await;
    }
    loop {
        let run = agent.runs(Page::default()).await.unwrap().1.remove(0);
        let over = run.count("done") == run.total();
        say(&json!({
            "kind": "progress", "over": over, "done": run.count("done"), "counts": run.counts, "memory": peak(),
        }));
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}

async fn begin(agent: &Agent, rows: usize) {
    let did = did_key(agent).await;
    let sent = agent.create_invitation(invitation(Handshake::DidExchange11)).await.unwrap();
    say(&json!({ "kind": "invitation", "invitation": sent.invitation }));
    let connection = crate::support::connection_in(agent, &sent.invi_msg_id, "active").await;
    let known = agent.connections(ConnectionFilter::default(), Page::default()).await.unwrap();
    assert_eq!(known.len(), 1);
    let row = |number: usize| NewRow {
        place: u32::try_from(number).unwrap(),
        subject: json!({ "name": format!("Person {number:05}"), "degree": "BSc" }),
        connection_id: Some(connection.id.clone()),
        name: None,
    };
    let run = NewRun {
        name: "Diplomas".to_owned(),
        to: To::Connections,
        repeats: false,
        frame: frame(&did),
        rows: (1..=rows).map(row).collect(),
    };
    agent.start_run(run).await.unwrap();
}

fn say(said: &Value) {
    use std::io::Write;
    let mut output = std::io::stdout().lock();
    writeln!(output, "{MARK}{said}").unwrap();
    output.flush().unwrap();
}

/// The most mebibytes that this process had in memory.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
    line.and_then(|kibibytes| kibibytes.trim().parse::<u64>().ok()).unwrap_or_default() / 1024
}
