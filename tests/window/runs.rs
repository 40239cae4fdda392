//! Many at once: a table with bad rows is tried, mended and issued while the app is killed in the middle; before that, a
//! desk serves two people with two rows, survives a kill, and is left by the passphrase alone.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;
use tempfile::TempDir;
use vouchsafe_tests::wait::{Seen, until};
use vouchsafe_tests::window::{App, WindowHandle};

use super::{ANSWER, HOLDER, ISSUER, PASSPHRASE, ask, both, make_wallet, unlock_into};

/// Rows of the large run.
const MANY: usize = 120;

/// Gives the page a file, as choosing one does.
async fn choose_table(app: &mut App, name: &str, text: &str) -> Result<()> {
    app.see("from-file").await?;
    let script = "
        const input = document.querySelector('[data-testid=table-file]');
        const files = new DataTransfer();
        files.items.add(new File([arguments[1]], arguments[0], { type: 'text/csv' }));
        input.files = files.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));";
    app.script(script, vec![json!(name), json!(text)]).await?;
    app.see("table-name").await.map(drop)
}

async fn open_table(app: &mut App) -> Result<()> {
    app.click("nav-issue").await?;
    app.click("issue-tab-runs").await?;
    app.click("new-run").await
}

/// Checks every row; how many are good and how many bad.
async fn dry_run(app: &mut App) -> Result<(u64, u64)> {
    app.click("dry-run").await?;
    app.see("dry-run-result").await?;
    let script = "
        const found = document.querySelector('[data-testid=dry-run-result]').dataset;
        return [Number(found.good), Number(found.bad)];";
    let found = app.script(script, vec![]).await?;
    Ok((found[0].as_u64().unwrap(), found[1].as_u64().unwrap()))
}

/// The holder takes what the desk shows now.
async fn be_served(app: &mut App, issuer: &WindowHandle, holder: &WindowHandle, served: u64) -> Result<()> {
    app.look_at(issuer).await?;
    let link = until("a code at the desk", ANSWER, async || {
        let desk = ask(app, "desk", json!({})).await?;
        let url = desk["url"].as_str().unwrap_or_default().to_owned();
        Ok(if url.is_empty() { Seen::NotYet(desk.to_string()) } else { Seen::Yes(url) })
    })
    .await?;
    app.look_at(holder).await?;
    let found = ask(app, "look_at", json!({ "text": link })).await?;
    let found = if found["kind"] == "short-link" {
        ask(app, "resolve_short_url", json!({ "url": link, "allowPrivate": true })).await?
    } else {
        found
    };
    let invitation = found["invitation"]["text"].as_str().or(found["text"].as_str()).unwrap_or(&link).to_owned();
    let connect = json!({ "text": invitation, "alias": null, "allowPrivate": true, "reuse": false });
    ask(app, "connect", json!({ "connect": connect })).await?;
    app.look_at(issuer).await?;
    until(&format!("{served} served"), ANSWER, async || {
        let desk = ask(app, "desk", json!({})).await?;
        Ok(if desk["issued"] == json!(served) { Seen::Yes(()) } else { Seen::NotYet(desk.to_string()) })
    })
    .await
}

async fn again(app: &mut App, then: &str) -> Result<(WindowHandle, WindowHandle)> {
    app.crash().await?;
    let (issuer, holder) = both(app).await?;
    app.look_at(&holder).await?;
    unlock_into(app, "shell").await?;
    app.look_at(&issuer).await?;
    unlock_into(app, then).await?;
    Ok((issuer, holder))
}

#[tokio::test]
async fn a_desk_serves_one_after_the_other_and_a_file_is_issued_over_a_kill() -> Result<()> {
    let home = TempDir::with_prefix("vouchsafe-window-")?;
    let mut app = App::start(home.path(), "runs").await?;
    make_wallet(&mut app, ISSUER, false).await?;
    let (issuer, holder) = both(&mut app).await?;
    app.look_at(&holder).await?;
    make_wallet(&mut app, HOLDER, false).await?;
    let automatic = json!({ "acceptConnections": true, "acceptOffers": true, "issue": true, "store": true });
    ask(&app, "save_automatic_steps", json!({ "steps": automatic })).await?;

    // Bad rows are named, and the file is mended.
    app.look_at(&issuer).await?;
    open_table(&mut app).await?;
    app.shot("01-file").await?;
    let head = "Given name;Family name;Member of;Membership number;Member since\n";
    let bad = format!("{head}Ada;Berg;City Library;M-1;2026-01-31\nBob;;City Library;M-2;yesterday\n");
    choose_table(&mut app, "members.csv", &bad).await?;
    app.choose("table-type", "membership").await?;
    app.click("run-to-desk").await?;
    app.shot("02-columns").await?;
    ensure!(dry_run(&mut app).await? == (1, 1), "one row is bad");
    app.see("row-problems-row").await?;
    let script = "return document.querySelector('[data-testid=dry-run-problems]').textContent";
    let named = app.script(script, vec![]).await?.to_string();
    for word in ["Row 3", "Family name", "Member since", "yesterday"] {
        ensure!(named.contains(word), "{word} is not in: {named}");
    }
    app.shot("03-dry-run").await?;
    let good = bad.replace("Bob;;", "Bob;Lind;").replace("yesterday", "2026-02-01");
    choose_table(&mut app, "members.csv", &good).await?;
    ensure!(dry_run(&mut app).await? == (2, 0), "the rows are not mended");
    app.click("start-run").await?;

    // The desk, with a kill between two people.
    app.see("kiosk").await?;
    app.see("qr").await?;
    app.shot("04-desk").await?;
    be_served(&mut app, &issuer, &holder, 1).await?;
    app.shot("05-served").await?;
    let (issuer, holder) = again(&mut app, "kiosk").await?;
    be_served(&mut app, &issuer, &holder, 2).await?;
    app.click("kiosk-leave").await?;
    app.fill("kiosk-passphrase", "not this one at all").await?;
    app.click("kiosk-leave-yes").await?;
    app.see("problem").await?;
    app.shot("06-leave").await?;
    ensure!(app.sees("kiosk").await, "a wrong passphrase left the desk");
    tokio::time::sleep(Duration::from_secs(2)).await;
    app.fill("kiosk-passphrase", PASSPHRASE).await?;
    app.click("kiosk-leave-yes").await?;
    app.see("shell").await?;

    // Many rows to one connection, killed in the middle.
    let page = ask(&app, "connections", json!({ "query": { "query": "", "offset": 0, "limit": 10 } })).await?;
    let connection = page["rows"][0]["id"].as_str().unwrap().to_owned();
    let mut everybody = head.replace('\n', ";To\n");
    for number in 1..=MANY {
        writeln!(everybody, "Ada;Berg {number};City Library;M-{number};2026-01-31;{connection}")?;
    }
    open_table(&mut app).await?;
    choose_table(&mut app, "everybody.csv", &everybody).await?;
    app.choose("table-type", "membership").await?;
    app.click("run-to-connections").await?;
    app.choose("run-who", "5").await?;
    ensure!(dry_run(&mut app).await? == (MANY as u64, 0), "a row is bad");
    app.click("start-run").await?;
    app.see("run").await?;
    let run = ask(&app, "runs", json!({ "offset": 0, "limit": 1 })).await?["rows"][0]["id"].clone();
    let at_least = async |app: &App, least: usize| {
        until(&format!("{least} issued"), ANSWER * 2, async || {
            let seen = ask(app, "run_view", json!({ "runId": run })).await?;
            let there = seen["issued"].as_u64() >= Some(least as u64);
            Ok(if there { Seen::Yes(seen) } else { Seen::NotYet(seen.to_string()) })
        })
        .await
    };
    at_least(&app, MANY / 5).await?;
    app.shot("07-run").await?;
    let (_, holder) = again(&mut app, "shell").await?;
    let over = at_least(&app, MANY).await?;
    ensure!(over["total"] == json!(MANY) && over["failed"] == json!(0), "{over}");
    app.click("nav-issue").await?;
    app.click("issue-tab-runs").await?;
    app.click("runs-row").await?;
    app.see("run-rows-row").await?;
    app.shot("08-over").await?;
    app.look_at(&holder).await?;
    let stored = ask(&app, "run_view", json!({ "runId": run })).await;
    ensure!(stored.is_err(), "the holder has no such run");
    app.close().await
}
