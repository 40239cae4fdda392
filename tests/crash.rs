//! SIGKILL between any two commits of the flow, at the issuer and at the holder: after the restart both sides agree,
//! nothing was issued or stored twice, nothing was lost. First a walk through all commits, one after the other, then
//! random ones (`VOUCHSAFE_CRASHES`, 40 unless told).
#![cfg(target_os = "linux")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;
use vouchsafe_tests::admin::{list, text};
use vouchsafe_tests::credential::{Model, Suite, Terms, credential, filter};
use vouchsafe_tests::peer::{Kind, Options, Peer, workspace};
use vouchsafe_tests::wait::{STEP, Seen, until};

/// An agent that dies at a commit that the test names.
struct Mortal {
    peer: Peer,
    control: PathBuf,
    count: PathBuf,
    deaths: usize,
}

impl Mortal {
    async fn start(name: &str, folder: &TempDir, library: &str) -> Result<Self> {
        let (control, count) = (folder.path().join(format!("{name}-at")), folder.path().join(format!("{name}-count")));
        let environment = [
            ("LD_PRELOAD", library.to_owned()),
            ("KILL_AT_SYNC_FILE", control.display().to_string()),
            ("KILL_AT_SYNC_COUNT", count.display().to_string()),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value)).to_vec();
        let options = Options { automatic: true, environment, ..Options::default() };
        Ok(Self { peer: Peer::start(Kind::Ours, name, &options).await?, control, count, deaths: 0 })
    }

    fn commits(&self) -> u64 {
        fs::metadata(&self.count).map_or(0, |metadata| metadata.len())
    }

    /// Lets the agent die right after its next `nth` commit.
    fn doom(&self, nth: u64) -> Result<()> {
        fs::write(&self.control, (self.commits() + nth).to_string()).context("the control file")
    }

    fn spare(&self) {
        let _ = fs::remove_file(&self.control);
    }

    /// Starts it again if it has died.
    async fn revive(&mut self) -> Result<()> {
        if self.peer.is_running() {
            return Ok(());
        }
        self.spare();
        self.deaths += 1;
        self.peer.resume().await
    }
}

struct Pair {
    issuer: Mortal,
    holder: Mortal,
    issuer_did: String,
    subject_did: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Victim {
    Issuer,
    Holder,
}

#[tokio::test]
async fn a_crash_after_any_commit_loses_nothing_and_does_nothing_twice() -> Result<()> {
    let folder = TempDir::with_prefix("vouchsafe-crash-")?;
    let library = compile(&folder)?;
    let issuer = Mortal::start("crash-issuer", &folder, &library).await?;
    let holder = Mortal::start("crash-holder", &folder, &library).await?;
    let issuer_did = issuer.peer.admin.new_did_key().await?;
    let subject_did = holder.peer.admin.new_did_key().await?;
    let mut pair = Pair { issuer, holder, issuer_did, subject_did };

    let mut commits = 0;
    for victim in [Victim::Issuer, Victim::Holder] {
        for nth in 1.. {
            let died = pair.flow_with_death(victim, nth).await.with_context(|| format!("{victim:?}, commit {nth}"))?;
            commits = commits.max(nth);
            if !died {
                ensure!(nth > 4, "{victim:?} commits only {nth} times in a whole flow: is it counted rightly?");
                break;
            }
            ensure!(nth < 200, "{victim:?} still commits");
        }
    }
    let random = std::env::var("VOUCHSAFE_CRASHES").ok().and_then(|text| text.parse().ok()).unwrap_or(40);
    for _ in 0..random {
        let dice = uuid::Uuid::new_v4().as_u128();
        let victim = if dice & 1 == 0 { Victim::Issuer } else { Victim::Holder };
        let nth = u64::try_from((dice >> 8) % u128::from(commits))? + 1;
        pair.flow_with_death(victim, nth).await.with_context(|| format!("{victim:?}, commit {nth}"))?;
    }
    Ok(())
}

impl Pair {
    /// A whole flow in which the victim dies after its nth commit; whether it came to that.
    async fn flow_with_death(&mut self, victim: Victim, nth: u64) -> Result<bool> {
        let before = self.deaths();
        match victim {
            Victim::Issuer => self.issuer.doom(nth)?,
            Victim::Holder => self.holder.doom(nth)?,
        }
        let told = self.flow().await;
        self.issuer.spare();
        self.holder.spare();
        told.with_context(|| format!("{}\n{}", self.issuer.peer.log_since(0), self.holder.peer.log_since(0)))?;
        Ok(self.deaths() > before)
    }

    fn deaths(&self) -> usize {
        self.issuer.deaths + self.holder.deaths
    }

    /// What a careful controller does: it repeats a call without an answer only when the call had no effect.
    async fn flow(&mut self) -> Result<()> {
        let serial = uuid::Uuid::new_v4().simple().to_string();
        let invitation = self.invite(&serial).await?;
        let at_holder = self.receive(&invitation).await?;
        self.wait_for_both("connection completed", async |issuer, holder| {
            let theirs = holder.admin.get(&format!("/connections/{at_holder}"), &[]).await?;
            let ours = of_invitation(issuer, &invitation).await?;
            let done = |record: &Value| record.get("rfc23_state").is_some_and(|state| state == "completed");
            let all = ours.iter().chain([&theirs]);
            Ok(if ours.len() == 1 && all.clone().all(done) {
                Seen::Yes(())
            } else {
                Seen::NotYet(format!("{ours:?} {theirs}"))
            })
        })
        .await?;
        let connection = self.issuer_connection(&invitation).await?;
        self.offer(&connection, &serial).await?;
        let (issuer, holder) = (connection, at_holder);
        self.wait_for_both("credential done", async |at_issuer, at_holder| {
            let ours = exchanges(at_issuer, &issuer).await?;
            let theirs = exchanges(at_holder, &holder).await?;
            ensure!(ours.len() == 1 && theirs.len() < 2, "{} and {} exchanges", ours.len(), theirs.len());
            let done = |record: &Value| record.pointer("/cred_ex_record/state").is_some_and(|state| state == "done");
            let both = theirs.len() == 1 && ours.iter().chain(&theirs).all(done);
            let states: Vec<_> = ours.iter().chain(&theirs).map(|it| it.pointer("/cred_ex_record/state")).collect();
            Ok(if both { Seen::Yes(()) } else { Seen::NotYet(format!("{states:?}")) })
        })
        .await?;
        let query = json!({"given_id": format!("urn:uuid:{serial}")});
        let stored = self.holder.peer.admin.post("/credentials/w3c", &[], query).await?;
        ensure!(list(&stored, "/results")?.len() == 1, "stored: {stored}");
        Ok(())
    }

    async fn invite(&mut self, serial: &str) -> Result<Value> {
        loop {
            let body = json!({"alias": serial, "handshake_protocols": ["https://didcomm.org/didexchange/1.1"]});
            let query = [("auto_accept", "true")];
            match self.issuer.peer.admin.post("/out-of-band/create-invitation", &query, body).await {
                Ok(made) => return Ok(made.get("invitation").cloned().unwrap_or_default()),
                Err(error) => self.after_death(error).await?,
            }
        }
    }

    async fn receive(&mut self, invitation: &Value) -> Result<String> {
        loop {
            let query = [("auto_accept", "true"), ("use_existing_connection", "false")];
            let path = "/out-of-band/receive-invitation";
            match self.holder.peer.admin.post(path, &query, invitation.clone()).await {
                Ok(record) => return Ok(text(&record, "/connection_id")?.to_owned()),
                Err(error) => self.after_death(error).await?,
            }
            if let Some(record) = of_invitation(&self.holder.peer, invitation).await?.first() {
                return Ok(text(record, "/connection_id")?.to_owned());
            }
        }
    }

    async fn offer(&mut self, connection: &str, serial: &str) -> Result<()> {
        let mut credential = credential(&self.issuer_did, Some(&self.subject_did), Model::V1, Terms::Inline, serial);
        if let Some(members) = credential.as_object_mut() {
            members.insert("id".to_owned(), json!(format!("urn:uuid:{serial}")));
        }
        loop {
            let body = json!({
                "connection_id": connection, "auto_issue": true, "auto_remove": false,
                "filter": filter(&credential, Suite::Ed25519Signature2020),
            });
            match self.issuer.peer.admin.post("/issue-credential-2.0/send-offer", &[], body).await {
                Ok(_) => return Ok(()),
                Err(error) => self.after_death(error).await?,
            }
            if !exchanges(&self.issuer.peer, connection).await?.is_empty() {
                return Ok(());
            }
        }
    }

    async fn issuer_connection(&mut self, invitation: &Value) -> Result<String> {
        self.revive().await?;
        let found = of_invitation(&self.issuer.peer, invitation).await?;
        Ok(text(found.first().context("no connection")?, "/connection_id")?.to_owned())
    }

    async fn revive(&mut self) -> Result<()> {
        self.issuer.revive().await?;
        self.holder.revive().await
    }

    /// A call failed: that is expected of an agent that has just died, and of no other.
    async fn after_death(&mut self, error: anyhow::Error) -> Result<()> {
        let before = self.deaths();
        // The socket closes a moment before the process can be waited for.
        tokio::time::sleep(Duration::from_millis(50)).await;
        self.revive().await?;
        if self.deaths() == before { Err(error) } else { Ok(()) }
    }

    async fn wait_for_both(&mut self, what: &str, ask: impl AsyncFn(&Peer, &Peer) -> Result<Seen<()>>) -> Result<()> {
        let pair = tokio::sync::Mutex::new(self);
        until(what, STEP, async || {
            let mut pair = pair.lock().await;
            pair.revive().await?;
            match ask(&pair.issuer.peer, &pair.holder.peer).await {
                Ok(seen) => Ok(seen),
                // The answer may be missing because the agent died while it was asked.
                Err(error) => {
                    pair.after_death(error).await?;
                    Ok(Seen::NotYet("an agent died".to_owned()))
                }
            }
        })
        .await
    }
}

async fn of_invitation(peer: &Peer, invitation: &Value) -> Result<Vec<Value>> {
    let query = [("invitation_msg_id", text(invitation, "/@id")?)];
    let found = peer.admin.get("/connections", &query).await?;
    Ok(list(&found, "/results")?.clone())
}

async fn exchanges(peer: &Peer, connection: &str) -> Result<Vec<Value>> {
    let found = peer.admin.get("/issue-credential-2.0/records", &[("connection_id", connection)]).await?;
    Ok(list(&found, "/results")?.clone())
}

fn compile(folder: &TempDir) -> Result<String> {
    let library = folder.path().join("kill_at_sync.so");
    let source = workspace().join("tests/crash/kill_at_sync.c");
    let compiled = Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(&source).status();
    ensure!(compiled.context("a C compiler is needed")?.success(), "{} did not compile", source.display());
    Ok(library.display().to_string())
}
