//! Three offers over one connection, decided in another order than they came: one accepted while its issuer is not
//! there, one declined with a reason. The app is killed in between; what was accepted is sent when the issuer is back.
//! The timeline tells all of it, and the report names nobody.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;
use vouchsafe_tests::connect::{Connecting, Handshake, Mode, invite};
use vouchsafe_tests::credential::{Model, Suite, Terms, credential, filter};
use vouchsafe_tests::peer::{Kind, Options, Peer};
use vouchsafe_tests::wait::{Seen, until};
use vouchsafe_tests::window::App;

use super::{ANSWER, HOLDER, make_wallet, unlock};

/// Rows of a list as the person reads them.
async fn rows(app: &App, list: &str) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll('[data-testid=\"' + arguments[0] + '-row\"]')]
        .map((row) => row.textContent.replace(/\\s+/g, ' '))";
    Ok(serde_json::from_value(app.script(script, vec![json!(list)]).await?)?)
}

/// Waits until a row of the list says all of these.
async fn row_says(app: &App, list: &str, wanted: &[&str]) -> Result<()> {
    until(&format!("a row of {list} to say {wanted:?}"), ANSWER, async || {
        let rows = rows(app, list).await?;
        let there = rows.iter().any(|row| wanted.iter().all(|word| row.contains(word)));
        Ok(if there { Seen::Yes(()) } else { Seen::NotYet(format!("{rows:?}")) })
    })
    .await
}

/// Presses the row that says this.
async fn press_row(app: &mut App, list: &str, word: &str) -> Result<()> {
    row_says(app, list, &[word]).await?;
    let script = "
        const rows = [...document.querySelectorAll('[data-testid=\"' + arguments[0] + '-row\"]')];
        rows.find((row) => row.textContent.includes(arguments[1])).click();
        return true;";
    app.script(script, vec![json!(list), json!(word)]).await.map(drop)
}

/// Connects the window to the issuer and gives the connection's id there.
async fn connect(app: &mut App, issuer: &Peer) -> Result<String> {
    let invitation = invite(issuer, &Connecting::by(Handshake::DidExchange11, Mode::Automatic)).await?;
    app.click("add").await?;
    app.fill("add-text", &invitation.url).await?;
    app.click("add-look").await?;
    app.see("consent").await?;
    app.click("connect").await?;
    let id = until("the issuer to be connected", ANSWER, async || {
        let found = issuer.admin.get("/connections", &[("invitation_msg_id", invitation.id.as_str())]).await?;
        let first = found.pointer("/results/0");
        let ready = first.and_then(|one| one.get("rfc23_state")).is_some_and(|state| state == "completed");
        let id = first.and_then(|one| one.get("connection_id")).and_then(Value::as_str);
        Ok(match (ready, id) {
            (true, Some(id)) => Seen::Yes(id.to_owned()),
            _ => Seen::NotYet(found.to_string()),
        })
    })
    .await?;
    app.click("add-done").await?;
    Ok(id)
}

/// Offers a credential of this serial; gives the exchange's id at the issuer.
async fn offer(issuer: &Peer, connection: &str, did: &str, serial: &str) -> Result<String> {
    let credential = credential(did, None, Model::V1, Terms::Citizenship, serial);
    let body = json!({
        "connection_id": connection,
        "filter": filter(&credential, Suite::Ed25519Signature2020),
        "auto_issue": true,
        "auto_remove": false,
        "comment": format!("canary-comment {serial}"),
    });
    let record = issuer.admin.post("/issue-credential-2.0/send-offer", &[], body).await?;
    Ok(record.get("cred_ex_id").and_then(Value::as_str).context("no exchange")?.to_owned())
}

#[tokio::test]
async fn offers_are_decided_in_any_order_and_go_on_when_their_issuer_is_back() -> Result<()> {
    let home = TempDir::with_prefix("vouchsafe-window-")?;
    let options = Options { automatic: true, ..Options::default() };
    let mut issuer = Peer::start(Kind::Ours, "canary-issuer", &options).await?;
    let mut app = App::start(home.path(), "offers").await?;
    make_wallet(&mut app, HOLDER, false).await?;
    app.click("nav-offers").await?;
    app.see("offers-empty").await?;
    app.shot("01-empty").await?;
    let connection = connect(&mut app, &issuer).await?;
    let did = issuer.admin.new_did_key().await?;
    let mut offered = Vec::new();
    for serial in ["1001", "1002", "1003"] {
        offered.push(offer(&issuer, &connection, &did, serial).await?);
    }
    app.click("nav-offers").await?;
    until("three offers in the inbox", ANSWER, async || {
        let rows = rows(&app, "offers-list").await?;
        Ok(if rows.len() == 3 { Seen::Yes(()) } else { Seen::NotYet(format!("{rows:?}")) })
    })
    .await?;
    ensure!(app.text("count-offers").await?.contains('3'), "the sidebar does not count three");
    app.shot("02-three").await?;

    // The newest is first. From it to the second, which is accepted while nobody is there to hear of it.
    app.click("offers-list-row").await?;
    app.see("accept").await?;
    app.click("offer-next").await?;
    ensure!(app.text("offer-place").await?.contains('2'), "the second is not the second");
    app.shot("03-second").await?;
    issuer.kill();
    app.click("accept").await?;
    app.see("strip").await?;
    app.click("sheet-close").await?;
    row_says(&app, "offers-list", &["Not sent yet", "Accepted, will be sent when"]).await?;
    press_row(&mut app, "offers-list", "Not sent yet").await?;
    app.click("why").await?;
    app.see("why-text").await?;
    app.shot("04-not-sent").await?;

    app.crash().await?;
    unlock(&mut app).await?;
    app.click("nav-offers").await?;
    row_says(&app, "offers-list", &["Not sent yet"]).await?;
    app.shot("05-after-the-crash").await?;
    issuer.resume().await?;
    press_row(&mut app, "offers-list", "Not sent yet").await?;
    // It would go by itself; a person who knows that the issuer is back does not wait for it.
    if app.sees("retry").await {
        app.click("retry").await?;
    }
    until("the notice that it has come", ANSWER, async || {
        let text = app.script("return document.body.textContent", vec![]).await?;
        let there = text.as_str().is_some_and(|text| text.contains("is in your wallet"));
        Ok(if there { Seen::Yes(()) } else { Seen::NotYet("no notice".to_owned()) })
    })
    .await?;
    app.click("offers-show-closed").await?;
    row_says(&app, "offers-list", &["Added"]).await?;
    app.shot("06-added").await?;

    // Another is declined, and its issuer reads why.
    app.click("offers-show-open").await?;
    app.click("offers-list-row").await?;
    app.click("decline").await?;
    app.click("reason-0").await?;
    app.shot("07-decline").await?;
    app.click("decline-confirm").await?;
    until("the issuer to read the reason", ANSWER, async || {
        let mut said = Vec::new();
        for id in &offered {
            let record = issuer.admin.get(&format!("/issue-credential-2.0/records/{id}"), &[]).await?;
            said.push(record.pointer("/cred_ex_record/error_msg").cloned().unwrap_or_default());
        }
        let there = said.iter().any(|said| said.to_string().contains("Something in it is wrong"));
        Ok(if there { Seen::Yes(()) } else { Seen::NotYet(format!("{said:?}")) })
    })
    .await?;

    activity_tells_it(&mut app, &did).await?;
    app.close().await
}

/// All three are in the timeline with the connection; the messages are kept from when they are wanted; the report has
/// none of what was said.
async fn activity_tells_it(app: &mut App, did: &str) -> Result<()> {
    app.click("nav-activity").await?;
    row_says(app, "activity-list", &["Today"]).await?;
    row_says(app, "activity-list", &["verified and stored"]).await?;
    row_says(app, "activity-list", &["Declined"]).await?;
    app.shot("08-activity").await?;
    press_row(app, "activity-list", "verified and stored").await?;
    app.see("activity-steps").await?;
    let steps = app.text("activity-steps").await?;
    ensure!(steps.contains("Accepted") && steps.contains("after"), "the steps are {steps:?}");
    app.shot("09-steps").await?;
    app.click("activity-technical").await?;
    app.click("raw-keep").await?;
    app.see("raw-stop").await?;
    app.click("activity-report").await?;
    let report = app.text("report").await?;
    app.shot("10-report").await?;
    let told: Value = serde_json::from_str(&report).context("the report is no JSON")?;
    ensure!(told.pointer("/history/unbroken") == Some(&json!(true)), "the chain is broken: {report}");
    ensure!(told.pointer("/entries").and_then(Value::as_array).is_some_and(|all| all.len() >= 4), "{report}");
    for canary in [
        "canary",
        "Canary",
        "SMITH",
        "ALICE",
        HOLDER,
        did,
        "did:",
        "127.0.0.1",
        "Something in it",
        "ours",
        "Issuer Corp",
    ] {
        ensure!(!report.contains(canary), "{canary} is in the report: {report}");
    }
    app.click("sheet-close").await
}
