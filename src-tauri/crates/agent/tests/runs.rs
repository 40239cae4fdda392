//! Runs: many credentials offered one after the other. The issuer is a process of its own with its wallet on disk, and
//! is killed in the middle, several times; the holder is another wallet that accepts by itself. At the end there is one
//! credential for each row. `VOUCHSAFE_RUN_ROWS` of the ignored test is what `cargo xtask bench --bulk` sets.
#![cfg(unix)]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "tests"
)]

#[path = "runs/issuer.rs"]
mod issuer;
mod support;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use vouchsafe_agent::runs::{NewRow, NewRun, To};
use vouchsafe_agent::{Agent, Page};
use vouchsafe_store::{CredentialFilter, MemoryKeyring, Protect, Vault};

use self::issuer::{Issuer, frame};
use self::support::{automatic, automatically, connect, did_key, invitation, until, wallet};
use vouchsafe_protocols::connection::Handshake;
use vouchsafe_protocols::issue_credential::LdProofDetail;

/// Not a test of its own: the process that the others start and kill.
#[test]
fn issuer_process() {
    if let Ok(setting) = std::env::var(issuer::SETTING) {
        issuer::run(&setting);
    }
}

/// The names in all credentials of a wallet.
async fn names(holder: &Agent) -> Vec<String> {
    let all = |reader: &vouchsafe_store::Reader<'_>| reader.whole_credentials(&CredentialFilter::default(), Page::ALL);
    let stored = holder.store().read(all).await.unwrap();
    stored.iter().map(|row| row.cred["credentialSubject"]["name"].as_str().unwrap().to_owned()).collect()
}

/// Issues `rows` to a second wallet while the issuer is killed `deaths` times.
async fn issue_with_deaths(rows: usize, deaths: usize) {
    let folder = tempfile::tempdir().unwrap();
    let keyring = MemoryKeyring::default();
    let protect = Protect { passphrase: None, keyring: Some(&keyring), recovery: false };
    let store = Vault::create(&folder.path().join("holder"), &protect).unwrap().store;
    let holder = support::wallet_in("Holder", automatic(), store).await;
    let mut issuer = Issuer::start(folder.path(), rows);
    let offered = issuer.hear("invitation");
    holder.receive_invitation(offered["invitation"].clone(), automatically()).await.unwrap();
    let begun = Instant::now();
    let (mut killed, mut peak) = (0, 0);
    let last = loop {
        let seen = issuer.hear("progress");
        let done = usize::try_from(seen["done"].as_u64().unwrap()).unwrap();
        peak = peak.max(seen["memory"].as_u64().unwrap());
        if seen["over"] == json!(true) {
            break seen;
        }
        if killed < deaths && done > rows * (killed + 1) / (deaths + 2) {
            issuer.kill();
            killed += 1;
            issuer.revive();
        }
    };
    let took = begun.elapsed();
    assert_eq!(killed, deaths, "it was over too soon");
    assert_eq!(last["counts"], json!({ "done": rows }), "{last}");
    let names = names(&holder).await;
    let distinct: BTreeSet<&String> = names.iter().collect();
    assert_eq!((names.len(), distinct.len()), (rows, rows), "stored, and different ones");
    println!(
        "{rows} rows issued to a second wallet in {:.1} s ({:.0} a second), the issuer killed {deaths} times: none lost, \
         none twice; the issuer had {peak} MiB in memory at most",
        took.as_secs_f64(),
        rows as f64 / took.as_secs_f64(),
    );
    holder.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_killed_again_and_again_issues_every_row_once() {
    issue_with_deaths(200, 4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a minute or more: cargo xtask bench --bulk"]
async fn a_large_run_that_is_killed_issues_every_row_once() {
    let rows = std::env::var("VOUCHSAFE_RUN_ROWS").ok().and_then(|text| text.parse().ok()).unwrap_or(10_000);
    issue_with_deaths(rows, 3).await;
}

fn rows(count: u32) -> Vec<NewRow> {
    let row = |place| NewRow {
        place,
        subject: json!({ "name": format!("Person {place}"), "degree": "BSc" }),
        connection_id: None,
        name: None,
    };
    (1..=count).map(row).collect()
}

async fn run_of(agent: &Agent, to: To, rows: Vec<NewRow>) -> i64 {
    let did = did_key(agent).await;
    agent.start_run(NewRun { name: "Diplomas".to_owned(), to, repeats: false, frame: frame(&did), rows }).await.unwrap()
}

/// The invitations of a run that wait, by place, once there are `count`.
async fn invitations(agent: &Agent, run: i64, count: usize) -> Vec<(u32, Value)> {
    let waiting = until("the invitations", || async {
        let rows = agent.run_rows(run, vec!["invited"], Page::default()).await.unwrap();
        (rows.len() == count).then_some(rows)
    })
    .await;
    let mut found = Vec::new();
    for row in waiting {
        let sent = agent.invitation(&row.oob_id.unwrap()).await.unwrap();
        found.push((row.place, serde_json::to_value(&sent.invitation).unwrap()));
    }
    found
}

async fn is_in(agent: &Agent, run: i64, place: u32, state: &str) {
    until(&format!("row {place} is {state}"), || async {
        let rows = agent.run_rows(run, Vec::new(), Page::default()).await.unwrap();
        rows.iter().any(|row| row.place == place && row.state == state).then_some(())
    })
    .await;
}

#[tokio::test]
async fn each_row_of_a_list_gets_its_own_invitation_until_the_run_is_ended() {
    let (issuer, holder) = (wallet("Issuer", automatic()).await, wallet("Holder", automatic()).await);
    let run = run_of(&issuer, To::Invitations, rows(3)).await;
    let sent = invitations(&issuer, run, 3).await;
    holder.receive_invitation(sent[1].1.clone(), automatically()).await.unwrap();
    is_in(&issuer, run, 2, "done").await;
    issuer.cancel_run(run).await.unwrap();
    is_in(&issuer, run, 1, "cancelled").await;
    is_in(&issuer, run, 3, "cancelled").await;
    assert!(issuer.run(run).await.unwrap().is_over());
    assert_eq!(names(&holder).await, ["Person 2"]);
    issuer.delete_run(run).await.unwrap();
}

#[tokio::test]
async fn at_a_desk_the_next_row_is_for_the_next_who_comes() {
    let issuer = wallet("Desk", automatic()).await;
    let (ada, bob) = (wallet("Ada", automatic()).await, wallet("Bob", automatic()).await);
    let run = run_of(&issuer, To::Desk, rows(3)).await;
    for (place, holder) in [(1, &ada), (2, &bob)] {
        let shown = invitations(&issuer, run, 1).await;
        assert_eq!(shown[0].0, place);
        holder.receive_invitation(shown[0].1.clone(), automatically()).await.unwrap();
        is_in(&issuer, run, place, "done").await;
    }
    assert_eq!(names(&ada).await, ["Person 1"]);
    assert_eq!(names(&bob).await, ["Person 2"]);
    invitations(&issuer, run, 1).await;
    issuer.pause_run(run).await.unwrap();
    is_in(&issuer, run, 3, "waiting").await;
    assert!(issuer.open_desk().await.unwrap().is_none());
}

#[tokio::test]
async fn a_row_that_cannot_be_offered_says_why_and_can_be_offered_again() {
    let (issuer, holder) = (wallet("Issuer", automatic()).await, wallet("Holder", automatic()).await);
    let (ours, _) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    let mut rows = rows(3);
    rows[0].connection_id = Some(ours.id.clone());
    rows[1].connection_id = Some("nobody".to_owned());
    rows[2].connection_id = Some(ours.id);
    let run = run_of(&issuer, To::Connections, rows).await;
    is_in(&issuer, run, 1, "done").await;
    is_in(&issuer, run, 3, "done").await;
    is_in(&issuer, run, 2, "failed").await;
    let failed = issuer.run_rows(run, vec!["failed"], Page::default()).await.unwrap();
    assert!(failed[0].reason.contains("nobody"), "{}", failed[0].reason);
    assert_eq!(issuer.retry_run(run).await.unwrap(), 1);
    tokio::time::sleep(Duration::from_millis(100)).await;
    is_in(&issuer, run, 2, "failed").await;
    assert_eq!(names(&holder).await.len(), 2);
}

#[tokio::test]
async fn a_desk_for_everybody_that_can_offer_nothing_says_why_and_adds_no_row_after_row() {
    let issuer = wallet("Desk", automatic()).await;
    let mut frame = frame("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK");
    let mut credential = frame.detail.credential().clone();
    credential["credentialSubject"] = json!({ "name": "Everybody" });
    frame.detail = LdProofDetail::new(credential, "Ed25519Signature2020").unwrap();
    let run = NewRun { name: "Visitors".to_owned(), to: To::Desk, repeats: true, frame, rows: Vec::new() };
    let run = issuer.start_run(run).await.unwrap();
    let found = until("it says why", || async {
        let found = issuer.run(run).await.unwrap();
        (!found.row.trouble.is_empty()).then_some(found)
    })
    .await;
    assert_eq!((found.row.state.as_str(), found.total(), found.count("waiting")), ("running", 1, 1));
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(issuer.run(run).await.unwrap().total(), 1);
}
