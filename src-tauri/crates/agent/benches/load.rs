//! Two automatic wallets in one process, on disk and over loopback: credentials a second over one connection with some
//! in flight, the time of a whole flow, and a burst of offers of which none may be lost. The numbers are printed:
//! `cargo bench -p vouchsafe-agent --bench load [-- flow 100 | rate 500 | burst 10000]`.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "bench"
)]

mod wallets;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::sync::broadcast::error::RecvError;
use vouchsafe_agent::connect::ReceiveInvitation;
use vouchsafe_agent::{Agent, Event};
use vouchsafe_protocols::connection::{Connection, Handshake};
use vouchsafe_store::{CredentialFilter, ExchangeFilter};
use wallets::{automatic_wallet, connect, detail, did_key, done, durable, event, invitation, start};

const SUITE: &str = "Ed25519Signature2020";

/// The two wallets and where they live.
struct Pair {
    issuer: Agent,
    holder: Agent,
    issuer_did: String,
    _folders: [tempfile::TempDir; 2],
}

impl Pair {
    async fn new() -> Self {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let issuer = automatic_wallet("Issuer", durable(folders[0].path())).await;
        let holder = automatic_wallet("Holder", durable(folders[1].path())).await;
        let issuer_did = did_key(&issuer).await;
        Self { issuer, holder, issuer_did, _folders: folders }
    }

    /// Issues `count` credentials with at most `in_flight` on their way, and gives the time of each, from the call that
    /// offers it to the receipt.
    async fn issue(&self, connection: &Connection, count: usize, in_flight: usize) -> Vec<Duration> {
        let slots = Arc::new(Semaphore::new(in_flight));
        let mut events = self.issuer.subscribe();
        let freed = slots.clone();
        let finished = tokio::spawn(async move {
            let mut finished = HashMap::with_capacity(count);
            while finished.len() < count {
                match events.recv().await {
                    Ok(event) => {
                        if let Some(thread) = done(&event) {
                            finished.insert(thread.to_owned(), Instant::now());
                            freed.add_permits(1);
                        }
                    }
                    Err(RecvError::Lagged(missed)) => panic!("{missed} events were missed"),
                    Err(RecvError::Closed) => panic!("the wallet stopped"),
                }
            }
            finished
        });
        let mut started = HashMap::with_capacity(count);
        for serial in 0..count {
            slots.acquire().await.unwrap().forget();
            let now = Instant::now();
            let wanted = start(Some(connection), detail(&self.issuer_did, &format!("Ada {serial}"), SUITE));
            started.insert(self.issuer.send_offer(wanted).await.unwrap().thread_id, now);
        }
        let finished = tokio::time::timeout(Duration::from_mins(15), finished).await.unwrap().unwrap();
        started.iter().map(|(thread, start)| finished[thread] - *start).collect()
    }

    /// How many exchanges are done on either side, and how many credentials are stored.
    async fn count(&self) -> [usize; 3] {
        let filter = || ExchangeFilter { state: Some("done".to_owned()), ..ExchangeFilter::default() };
        let count = |agent: &Agent| {
            let store = agent.store().clone();
            async move {
                store.read(move |reader| reader.exchanges(&filter(), vouchsafe_agent::Page::ALL)).await.unwrap().len()
            }
        };
        let stored =
            self.holder.store().read(|reader| reader.count_credentials(&CredentialFilter::default())).await.unwrap();
        [count(&self.issuer).await, count(&self.holder).await, usize::try_from(stored).unwrap()]
    }

    async fn stop(self) {
        self.issuer.stop().await;
        self.holder.stop().await;
    }
}

/// Whole flows one after the other, the first window's six steps: a new connection, and one credential over it.
async fn flows(count: usize) {
    let pair = Pair::new().await;
    let (mut connects, mut issues, mut wholes) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..count {
        let mut events = pair.issuer.subscribe();
        let started = Instant::now();
        let sent = pair.issuer.create_invitation(invitation(Handshake::DidExchange11)).await.unwrap();
        let value = serde_json::to_value(&sent.invitation).unwrap();
        pair.holder.receive_invitation(value, ReceiveInvitation::default()).await.unwrap();
        let connection = event(&mut events, |event| match event {
            Event::Connection(connection)
                if connection.rfc23_state() == "completed"
                    && connection.invitation_msg_id.as_ref() == Some(&sent.invi_msg_id) =>
            {
                Some(Connection::clone(connection))
            }
            _ => None,
        })
        .await;
        let connected = Instant::now();
        let wanted = start(Some(&connection), detail(&pair.issuer_did, "Ada", SUITE));
        let offer = pair.issuer.send_offer(wanted).await.unwrap();
        event(&mut events, |event| done(event).filter(|thread| *thread == offer.thread_id).map(drop)).await;
        connects.push(connected - started);
        issues.push(connected.elapsed());
        wholes.push(started.elapsed());
    }
    println!("{count} flows one by one, on disk, both wallets in this process:");
    for (what, times) in [("connect", connects), ("offer to stored and acknowledged", issues), ("whole flow", wholes)] {
        println!("  {what}: {}", percentiles(times));
    }
    pair.stop().await;
}

/// Credentials a second over one connection.
async fn rates(count: usize) {
    println!("{count} credentials over one connection, on disk, both wallets in this process:");
    for in_flight in [1, 8, 32, 100] {
        let pair = Pair::new().await;
        let (connection, _) = connect(&pair.issuer, &pair.holder, invitation(Handshake::DidExchange11)).await;
        pair.issue(&connection, 8, 8).await;
        let started = Instant::now();
        let times = pair.issue(&connection, count, in_flight).await;
        let rate = count as f64 / started.elapsed().as_secs_f64();
        println!("  {in_flight} in flight: {rate:.0} a second; each {}", percentiles(times));
        pair.stop().await;
    }
}

/// Many offers to one holder as fast as they are taken, and not one lost.
async fn burst(count: usize) {
    let pair = Pair::new().await;
    let (connection, _) = connect(&pair.issuer, &pair.holder, invitation(Handshake::DidExchange11)).await;
    let (before, started) = (resident(), Instant::now());
    let offering = pair.issue(&connection, count, count);
    let times = offering.await;
    let took = started.elapsed();
    let [issued, received, stored] = pair.count().await;
    println!(
        "burst of {count} offers to one holder: {:.1} s, {:.0} a second; {issued} issued, {received} received, {stored} \
         stored; each {}; {before} MiB resident before, {} after, {} at most, both wallets together",
        took.as_secs_f64(),
        count as f64 / took.as_secs_f64(),
        percentiles(times),
        resident(),
        memory("VmHWM"),
    );
    assert_eq!([issued, received, stored], [count; 3], "credentials were lost");
    pair.stop().await;
}

fn percentiles(mut times: Vec<Duration>) -> String {
    times.sort();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)].as_secs_f64() * 1e3;
    format!("p50 {:.1} ms, p95 {:.1} ms", at(50), at(95))
}

/// Mebibytes of this process that are in memory.
fn resident() -> u64 {
    memory("VmRSS")
}

fn memory(what: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':')?.trim().strip_suffix(" kB"));
    line.and_then(|kibibytes| kibibytes.trim().parse::<u64>().ok()).unwrap_or_default() / 1024
}

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let count = |default| arguments.get(1).and_then(|text| text.parse().ok()).unwrap_or(default);
    match arguments.first().map(String::as_str) {
        Some("flow") => flows(count(100)).await,
        Some("rate") => rates(count(500)).await,
        Some("burst") => burst(count(10_000)).await,
        _ => {
            flows(100).await;
            rates(500).await;
            burst(10_000).await;
        }
    }
}
