//! The same flow between two ACA-Py agents and between two of ours, in one run on one machine, driven by the same
//! controller through the same calls, with webhooks in place of polling. Prints medians, rates, processor time, memory
//! and the ratios. `cargo xtask bench --beside-acapy` builds and starts it; `beside-acapy FLOWS BURST ours` leaves out
//! ACA-Py. A credential that ACA-Py does not finish is counted and said; one that we do not finish is a failure.
#![expect(clippy::print_stdout, reason = "a bench speaks through its output")]

use anyhow::{Context, Result};
use futures::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use vouchsafe_tests::admin::text;
use vouchsafe_tests::credential::{Model, Suite, Terms, credential, filter};
use vouchsafe_tests::peer::{Kind, Options, Peer};
use vouchsafe_tests::webhooks::Webhooks;

const IN_FLIGHT: usize = 8;
const LIMIT: Duration = Duration::from_mins(2);
/// Time for one of the credentials that are issued side by side.
const LIMIT_IN_FLIGHT: Duration = Duration::from_secs(20);

/// Two agents of one kind, each with a controller's ear.
struct Pair {
    issuer: Peer,
    holder: Peer,
    at_issuer: Webhooks,
    at_holder: Webhooks,
    issuer_did: String,
    subject_did: String,
}

/// What was measured of one kind.
struct Figures {
    connect: Duration,
    issue: Duration,
    whole: Duration,
    /// Of both agents together, for one flow.
    processor: Duration,
    rate: f64,
    issuer_resident: f64,
    holder_resident: f64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |otherwise: usize| arguments.next().map_or(Ok(otherwise), |text| text.parse::<usize>());
    let flows = number(30).context("the first argument is a number of flows")?;
    let burst = number(0).context("the second argument is a number of offers")?;
    let theirs = match arguments.next() {
        None => Some(measure(Kind::Acapy161, flows, 100).await?),
        Some(_) => None,
    };
    let ours = measure(Kind::Ours, flows, 1_000).await?;
    print(theirs.as_ref(), &ours);
    if burst > 0 {
        offer_burst(burst).await?;
    }
    Ok(())
}

async fn measure(kind: Kind, flows: usize, credentials: usize) -> Result<Figures> {
    println!("{}: {flows} whole flows one by one", kind.name());
    let pair = Pair::start(kind, false).await?;
    let (mut connects, mut issues, mut wholes) = (Vec::new(), Vec::new(), Vec::new());
    let mut processor_before = Duration::ZERO;
    for serial in 0..flows + 3 {
        if serial == 3 {
            processor_before = pair.processor();
        }
        let started = Instant::now();
        let connection = pair.connect().await?;
        let connected = Instant::now();
        pair.issue_by_steps(&connection, serial).await?;
        // The first flows fill caches on either side.
        if serial >= 3 {
            connects.push(connected - started);
            issues.push(connected.elapsed());
            wholes.push(started.elapsed());
        }
    }
    let processor = pair.processor().saturating_sub(processor_before) / u32::try_from(flows.max(1))?;
    let (issuer_resident, holder_resident) = (mebibytes(&pair.issuer), mebibytes(&pair.holder));
    drop(pair);

    println!("{}: {credentials} credentials over one connection, {IN_FLIGHT} in flight", kind.name());
    let pair = Pair::start(kind, true).await?;
    let connection = pair.connect().await?;
    let started = Instant::now();
    let mut under_way = stream::iter(0..credentials)
        .map(|serial| pair.issue_automatically(&connection, serial))
        .buffer_unordered(IN_FLIGHT);
    // The time that an unfinished one is waited for at the end does not count.
    let (mut finished, mut took) = (0, Duration::ZERO);
    while let Some(outcome) = under_way.next().await {
        match outcome {
            Ok(()) => (finished, took) = (finished + 1, started.elapsed()),
            Err(error) if kind == Kind::Ours => return Err(error),
            Err(error) => println!("{}: not finished: {error:#}", kind.name()),
        }
    }
    if finished < credentials {
        println!("{} finished {finished} of {credentials}", kind.name());
    }
    Ok(Figures {
        connect: median(connects),
        issue: median(issues),
        whole: median(wholes),
        processor,
        rate: rate(finished, took),
        issuer_resident,
        holder_resident,
    })
}

/// Many offers at once over one connection, and not one lost.
async fn offer_burst(count: usize) -> Result<()> {
    let pair = Pair::start(Kind::Ours, true).await?;
    let connection = pair.connect().await?;
    let (marks, started) = ((pair.at_issuer.mark(), pair.at_holder.mark()), Instant::now());
    stream::iter(0..count)
        .map(|serial| pair.offer(&connection, serial, true))
        .buffer_unordered(64)
        .try_collect::<Vec<Value>>()
        .await?;
    let offered = started.elapsed();
    let mut done = (0, 0);
    while done != (count, count) && started.elapsed() < Duration::from_mins(15) {
        tokio::time::sleep(Duration::from_millis(200)).await;
        done = (finished(&pair.at_issuer, marks.0), finished(&pair.at_holder, marks.1));
    }
    println!(
        "ours: burst of {count} offers: taken in {:.1} s; done after {:.1} s: {} at the issuer, {} at the holder; \
         {:.0} a second; {:.0} and {:.0} MiB",
        offered.as_secs_f64(),
        started.elapsed().as_secs_f64(),
        done.0,
        done.1,
        rate(count, started.elapsed()),
        mebibytes(&pair.issuer),
        mebibytes(&pair.holder),
    );
    anyhow::ensure!(done == (count, count), "credentials were lost");
    Ok(())
}

impl Pair {
    async fn start(kind: Kind, automatic: bool) -> Result<Self> {
        let (at_issuer, at_holder) = tokio::try_join!(Webhooks::listen(), Webhooks::listen())?;
        let options =
            |webhooks: &Webhooks| Options { automatic, more: vec!["--webhook-url".to_owned(), webhooks.url.clone()] };
        let names = ["issuer", "holder"].map(|role| format!("bench-{}-{role}-{automatic}", kind.name()));
        let (issuer, holder) = (options(&at_issuer), options(&at_holder));
        let (issuer, holder) =
            tokio::try_join!(Peer::start(kind, &names[0], &issuer), Peer::start(kind, &names[1], &holder))?;
        let (issuer_did, subject_did) = tokio::try_join!(issuer.admin.new_did_key(), holder.admin.new_did_key())?;
        Ok(Self { issuer, holder, at_issuer, at_holder, issuer_did, subject_did })
    }

    /// Steps one and two of the guide; gives the issuer's connection.
    async fn connect(&self) -> Result<String> {
        let marks = (self.at_issuer.mark(), self.at_holder.mark());
        let body = json!({"handshake_protocols": ["https://didcomm.org/didexchange/1.1"]});
        let automatic = [("auto_accept", "true")];
        let made = self.issuer.admin.post("/out-of-band/create-invitation", &automatic, body).await?;
        let message = made.get("invitation").cloned().unwrap_or_default();
        let received = self.holder.admin.post("/out-of-band/receive-invitation", &automatic, message).await?;
        let of_issuer = [("invitation_msg_id", text(&made, "/invi_msg_id")?), ("rfc23_state", "completed")];
        let of_holder = [("connection_id", text(&received, "/connection_id")?), ("rfc23_state", "completed")];
        let (at_issuer, _) = tokio::try_join!(
            self.at_issuer.wait(marks.0, "connections", &of_issuer, LIMIT),
            self.at_holder.wait(marks.1, "connections", &of_holder, LIMIT),
        )?;
        Ok(text(&at_issuer, "/connection_id")?.to_owned())
    }

    async fn offer(&self, connection: &str, serial: usize, automatic: bool) -> Result<Value> {
        let serial = serial.to_string();
        let credential = credential(&self.issuer_did, Some(&self.subject_did), Model::V1, Terms::Inline, &serial);
        let body = json!({
            "connection_id": connection, "auto_issue": automatic, "auto_remove": false,
            "filter": filter(&credential, Suite::Ed25519Signature2020),
        });
        self.issuer.admin.post("/issue-credential-2.0/send-offer", &[], body).await
    }

    /// Steps three to six, each a call.
    async fn issue_by_steps(&self, connection: &str, serial: usize) -> Result<()> {
        let (topic, marks) = ("issue_credential_v2_0", (self.at_issuer.mark(), self.at_holder.mark()));
        let record = self.offer(connection, serial, false).await?;
        let thread = text(&record, "/thread_id")?;
        let state = |state| [("thread_id", thread), ("state", state)];
        let seen = self.at_holder.wait(marks.1, topic, &state("offer-received"), LIMIT).await?;
        let at_holder = format!("/issue-credential-2.0/records/{}", text(&seen, "/cred_ex_id")?);
        self.holder.admin.post(&format!("{at_holder}/send-request"), &[], json!({})).await?;
        let seen = self.at_issuer.wait(marks.0, topic, &state("request-received"), LIMIT).await?;
        let at_issuer = format!("/issue-credential-2.0/records/{}", text(&seen, "/cred_ex_id")?);
        self.issuer.admin.post(&format!("{at_issuer}/issue"), &[], json!({})).await?;
        self.at_holder.wait(marks.1, topic, &state("credential-received"), LIMIT).await?;
        self.holder.admin.post(&format!("{at_holder}/store"), &[], json!({})).await?;
        self.done(marks, thread, LIMIT).await
    }

    /// Step three, and the agents do the rest.
    async fn issue_automatically(&self, connection: &str, serial: usize) -> Result<()> {
        let marks = (self.at_issuer.mark(), self.at_holder.mark());
        let record = self.offer(connection, serial, true).await?;
        self.done(marks, text(&record, "/thread_id")?, LIMIT_IN_FLIGHT).await
    }

    async fn done(&self, marks: (usize, usize), thread: &str, limit: Duration) -> Result<()> {
        let (topic, members) = ("issue_credential_v2_0", [("thread_id", thread), ("state", "done")]);
        tokio::try_join!(
            self.at_issuer.wait(marks.0, topic, &members, limit),
            self.at_holder.wait(marks.1, topic, &members, limit),
        )
        .map(drop)
    }

    /// What both agents have spent on the processor.
    fn processor(&self) -> Duration {
        self.issuer.processor_time().unwrap_or_default() + self.holder.processor_time().unwrap_or_default()
    }
}

fn finished(webhooks: &Webhooks, mark: usize) -> usize {
    webhooks.count_since(mark, "issue_credential_v2_0", "state", "done")
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn rate(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

#[expect(clippy::cast_precision_loss, reason = "for reading")]
fn mebibytes(peer: &Peer) -> f64 {
    peer.resident_bytes().unwrap_or_default() as f64 / f64::from(1 << 20)
}

fn print(theirs: Option<&Figures>, ours: &Figures) {
    println!("\n{:<38} {:>12} {:>12} {:>9}", "", Kind::Acapy161.name(), Kind::Ours.name(), "ratio");
    let line = |what: &str, of: &dyn Fn(&Figures) -> f64, faster_is_more: bool| {
        let ours = of(ours);
        let Some(theirs) = theirs.map(of) else {
            return println!("{what:<38} {:>12} {ours:>12.1}", "");
        };
        let ratio = if faster_is_more { ours / theirs } else { theirs / ours };
        println!("{what:<38} {theirs:>12.1} {ours:>12.1} {ratio:>9.1}");
    };
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    line("connect, median ms", &|of| milliseconds(of.connect), false);
    line("offer to stored, median ms", &|of| milliseconds(of.issue), false);
    line("whole flow, median ms", &|of| milliseconds(of.whole), false);
    line("processor ms a flow, both agents", &|of| milliseconds(of.processor), false);
    line(&format!("credentials a second, {IN_FLIGHT} in flight"), &|of| of.rate, true);
    line("issuer resident, MiB", &|of| of.issuer_resident, false);
    line("holder resident, MiB", &|of| of.holder_resident, false);
}
