//! Two wallet processes and the controller that leads them through a flow: it starts again what has died, and repeats a
//! call without an answer only when the call had no effect.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;
use vouchsafe_store::CommitMoment;

use crate::wallet::{Ask, MARK, SETTING, Setting};

/// Longer than any flow takes, with all of its deaths.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a wallet that nobody can call comes by, while it waits for something.
const COMING_BY: Duration = Duration::from_millis(150);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Issuer,
    Holder,
}

pub const SIDES: [Side; 2] = [Side::Issuer, Side::Holder];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Both listen.
    Callable,
    /// The holder has no address: answers come on the way back.
    HolderSilent,
    /// Both listen, and are spoken to by WebSocket.
    Sockets,
}

#[derive(Debug, Clone, Copy)]
pub enum When {
    /// At the nth commit from the start of the flow, or from the restart after an earlier death.
    Commit(CommitMoment, u64),
    /// So long after the start of the flow.
    Milliseconds(u64),
}

#[derive(Debug, Clone, Copy)]
pub struct Death {
    pub victim: Side,
    pub when: When,
}

/// The process ended instead of answering.
#[derive(Debug)]
struct Died;

struct Running {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

struct Wallet {
    setting: Setting,
    running: Option<Running>,
    deaths: u64,
    /// Deaths at commits that are still to come in this flow.
    doomed: Vec<(CommitMoment, u64)>,
    _folder: TempDir,
}

impl Wallet {
    fn new(label: &str, callable: bool, scheme: &str) -> Self {
        let folder = TempDir::with_prefix("vouchsafe-crash-").unwrap();
        let port = callable.then(|| TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port());
        let setting =
            Setting { folder: folder.path().to_owned(), label: label.to_owned(), port, scheme: scheme.to_owned() };
        let mut wallet = Self { setting, running: None, deaths: 0, doomed: Vec::new(), _folder: folder };
        wallet.revive();
        wallet
    }

    /// Starts the process if it does not run, and tells it when to die next.
    fn revive(&mut self) {
        while self.running.is_none() {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["wallet_process", "--exact", "--nocapture", "--test-threads=1"])
                .env(SETTING, serde_json::to_string(&self.setting).unwrap())
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
            self.running = Some(Running { child, input, output });
            let ready = self.hear().expect("a wallet starts after every death");
            assert_eq!(ready, "ready");
            self.doom_next();
        }
    }

    fn doom_next(&mut self) {
        if let Some((moment, nth)) = self.doomed.pop() {
            let _ = self.ask(&Ask::Doom { before: moment == CommitMoment::Before, nth });
        }
    }

    fn hear(&mut self) -> Result<Value, Died> {
        let running = self.running.as_mut().ok_or(Died)?;
        let mut line = String::new();
        while running.output.read_line(&mut line).is_ok_and(|length| length > 0) {
            // A line that does not end was cut short by death.
            if let Some(answer) = line.strip_prefix(MARK).filter(|answer| answer.ends_with('\n')) {
                return Ok(serde_json::from_str(answer).unwrap());
            }
            line.clear();
        }
        self.bury();
        Err(Died)
    }

    /// Asks a process that may be dead, or die of it.
    fn ask(&mut self, ask: &Ask) -> Result<Value, Died> {
        let running = self.running.as_mut().ok_or(Died)?;
        if writeln!(running.input, "{}", serde_json::to_string(ask).unwrap()).is_err() {
            self.bury();
            return Err(Died);
        }
        self.hear()
    }

    /// Asks until there is an answer.
    fn insist(&mut self, ask: &Ask) -> Value {
        loop {
            self.revive();
            if let Ok(answer) = self.ask(ask) {
                return answer;
            }
        }
    }

    fn kill(&mut self) {
        if let Some(running) = &mut self.running {
            running.child.kill().unwrap();
            self.bury();
        }
    }

    /// Takes note of a death, and that it was one.
    fn bury(&mut self) {
        use std::os::unix::process::ExitStatusExt;
        if let Some(mut running) = self.running.take() {
            let status = running.child.wait().unwrap();
            assert_eq!(status.signal(), Some(9), "{} ended by itself: {status}", self.setting.label);
            self.deaths += 1;
        }
    }
}

impl Drop for Wallet {
    fn drop(&mut self) {
        if let Some(running) = &mut self.running {
            let _ = running.child.kill();
            let _ = running.child.wait();
        }
    }
}

pub struct Pair {
    issuer: Wallet,
    holder: Wallet,
    mode: Mode,
    did: String,
    flows: u64,
}

impl Pair {
    pub fn start(mode: Mode) -> Self {
        let scheme = if mode == Mode::Sockets { "ws" } else { "http" };
        let mut issuer = Wallet::new("Issuer", true, scheme);
        let holder = Wallet::new("Holder", mode != Mode::HolderSilent, scheme);
        let did = issuer.insist(&Ask::Did).as_str().unwrap().to_owned();
        Self { issuer, holder, mode, did, flows: 0 }
    }

    fn wallet(&mut self, side: Side) -> &mut Wallet {
        match side {
            Side::Issuer => &mut self.issuer,
            Side::Holder => &mut self.holder,
        }
    }

    /// One flow from invitation to stored credential with these deaths in it; how many of them came.
    pub fn flow(&mut self, deaths: Vec<Death>) -> u64 {
        let before = self.issuer.deaths + self.holder.deaths;
        self.flows += 1;
        let flow = format!("flow {} with {deaths:?}", self.flows);
        let mut clock = Clock { flow, begun: Instant::now(), kills: Vec::new(), came_by: Instant::now() };
        for death in deaths {
            match death.when {
                When::Commit(moment, nth) => self.wallet(death.victim).doomed.push((moment, nth)),
                When::Milliseconds(after) => clock.kills.push((Duration::from_millis(after), death.victim)),
            }
        }
        self.issuer.doom_next();
        self.holder.doom_next();

        let invitation = self.issuer.insist(&Ask::Invite);
        let look = Ask::Look { invitation: invitation["@id"].as_str().unwrap().to_owned() };
        while self.holder.insist(&look)["connections"].as_array().unwrap().is_empty() {
            self.kill_due(&mut clock);
            if let Ok(answer) = self.holder.ask(&Ask::Receive { invitation: invitation.clone() }) {
                assert!(answer.get("Ok").is_some(), "{}: {answer}", clock.flow);
            }
        }
        self.until_both(&mut clock, &look, |seen| {
            let connections = seen["connections"].as_array().unwrap();
            assert_eq!(connections.len(), 1, "{seen}");
            connections[0]["state"] == "completed"
        });
        self.begin_exchange(&mut clock, &look);
        let [ours, theirs] = self.until_both(&mut clock, &look, |seen| {
            let exchanges = seen["exchanges"].as_array().unwrap();
            assert!(exchanges.len() < 2, "{seen}");
            let nothing_left = seen["outbox"].as_array().unwrap().iter().all(|count| *count == 0);
            nothing_left && exchanges.first().is_some_and(|exchange| exchange["state"] == "done")
        });
        self.issuer.doomed.clear();
        self.holder.doomed.clear();
        let _ = (self.issuer.ask(&Ask::Spare), self.holder.ask(&Ask::Spare));
        agree(&ours, &theirs);
        assert_eq!(self.holder.insist(&Ask::Credentials), self.flows, "{}", clock.flow);
        self.issuer.deaths + self.holder.deaths - before
    }

    fn begin_exchange(&mut self, clock: &mut Clock, look: &Ask) {
        let (did, name) = (self.did.clone(), format!("Ada {}", self.flows));
        let begins = if self.mode == Mode::HolderSilent { Side::Holder } else { Side::Issuer };
        let connection = self.wallet(begins).insist(look)["connections"][0]["id"].as_str().unwrap().to_owned();
        let ask = match begins {
            Side::Issuer => Ask::Offer { connection, did, name },
            Side::Holder => Ask::Request { connection, did, name },
        };
        while self.wallet(begins).insist(look)["exchanges"].as_array().unwrap().is_empty() {
            self.kill_due(clock);
            let _ = self.wallet(begins).ask(&ask);
        }
    }

    /// Looks at both until both look well, each of them alive.
    fn until_both(&mut self, clock: &mut Clock, look: &Ask, well: impl Fn(&Value) -> bool) -> [Value; 2] {
        loop {
            self.kill_due(clock);
            let seen = [self.issuer.insist(look), self.holder.insist(look)];
            if seen.iter().all(&well) {
                return seen;
            }
            if self.mode == Mode::HolderSilent && clock.came_by.elapsed() > COMING_BY {
                clock.came_by = Instant::now();
                if let Some(connection) =
                    seen[1]["connections"].as_array().unwrap().iter().find(|one| one["state"] == "completed")
                {
                    let connection = connection["id"].as_str().unwrap().to_owned();
                    let _ = self.holder.ask(&Ask::ComeBy { connection });
                }
            }
            assert!(clock.begun.elapsed() < PATIENCE, "{} stands still: {seen:#?}", clock.flow);
            std::thread::sleep(Duration::from_millis(4));
        }
    }

    fn kill_due(&mut self, clock: &mut Clock) {
        let now = clock.begun.elapsed();
        for (_, victim) in clock.kills.extract_if(.., |(at, _)| *at <= now) {
            self.wallet(victim).kill();
        }
    }
}

struct Clock {
    flow: String,
    begun: Instant,
    kills: Vec<(Duration, Side)>,
    came_by: Instant,
}

/// Issued once, stored once, and it is the same credential.
fn agree(issuer: &Value, holder: &Value) {
    let (issuer, holder) = (&issuer["exchanges"][0], &holder["exchanges"][0]);
    assert_eq!(issuer["thread"], holder["thread"]);
    let times = |exchange: &Value, what: &str| {
        exchange["history"].as_array().unwrap().iter().filter(|line| *line == what).count()
    };
    assert_eq!(times(issuer, "credential-issued"), 1, "{issuer}");
    assert_eq!(times(issuer, "done"), 1, "{issuer}");
    assert_eq!(times(holder, "credential-received"), 1, "{holder}");
    assert_eq!(times(holder, "done"), 1, "{holder}");
    assert!(issuer["issued"].is_object());
    assert_eq!(issuer["issued"], holder["stored"]);
}
