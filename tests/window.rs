//! The flow in the real app: two profiles in two windows, by clicks and a copied invitation. Screenshots of every step
//! stay under target/*/screenshots. Needs a screen and a session bus: `cargo xtask test app`.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "window/add.rs"]
mod add;
#[path = "window/backup.rs"]
mod backup;
#[path = "window/connections.rs"]
mod connections;
#[path = "window/credentials.rs"]
mod credentials;
#[cfg(target_os = "linux")]
#[path = "window/desk_manners.rs"]
mod desk_manners;
#[cfg(target_os = "linux")]
#[path = "window/lock.rs"]
mod lock;
#[path = "window/offers.rs"]
mod offers;
#[path = "window/practice.rs"]
mod practice;
#[path = "window/rehearsal.rs"]
mod rehearsal;
#[path = "window/runs.rs"]
mod runs;
#[path = "window/templates.rs"]
mod templates;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::time::Duration;
use tempfile::TempDir;
use vouchsafe_tests::wait::{Seen, until};
use vouchsafe_tests::window::{App, WindowHandle};

const PASSPHRASE: &str = "seven quiet herons over a wide estuary";
const ISSUER: &str = "City of Example";
const HOLDER: &str = "Alice Example";
/// What another wallet may take to answer.
const ANSWER: Duration = Duration::from_secs(30);

/// From the first page of a new profile to its open wallet, with the recovery words typed again.
async fn make_wallet(app: &mut App, label: &str, shots: bool) -> Result<()> {
    app.see("first-start").await?;
    app.fill("wallet-label", label).await?;
    app.click("way-passphrase").await?;
    app.fill("passphrase", PASSPHRASE).await?;
    app.fill("passphrase-again", PASSPHRASE).await?;
    if shots {
        app.shot("01-first-start").await?;
    }
    app.click("create-wallet").await?;
    app.see("recovery-words").await?;
    if shots {
        app.shot("02-recovery-words").await?;
    }
    let script = "return [...document.querySelectorAll('.word')].map((word) => word.textContent)";
    let words = app.script(script, vec![]).await?;
    app.click("recovery-written").await?;
    app.see("recovery-confirm").await?;
    let script = "return [...document.querySelectorAll('[data-testid^=ask-]')].map((it) => it.dataset.testid)";
    for id in app.script(script, vec![]).await?.as_array().unwrap() {
        let id = id.as_str().unwrap();
        let place: usize = id.trim_start_matches("ask-").parse()?;
        app.fill(id, words[place - 1].as_str().unwrap()).await?;
    }
    if shots {
        app.shot("03-recovery-confirm").await?;
    }
    app.click("recovery-confirm").await?;
    app.see("shell").await.map(drop)
}

async fn unlock(app: &mut App) -> Result<()> {
    unlock_into(app, "shell").await
}

/// Unlocks into whatever the window then shows.
async fn unlock_into(app: &mut App, then: &str) -> Result<()> {
    app.see("unlock").await?;
    app.fill("unlock-passphrase", PASSPHRASE).await?;
    app.click("unlock-submit").await?;
    app.see(then).await.map(drop)
}

/// Opens the form, chooses the type and fills every field with its own example, as the form itself suggests.
async fn fill_form(app: &mut App, kind: &str) -> Result<()> {
    app.click("nav-issue").await?;
    app.click("new-credential").await?;
    app.choose("issue-type", kind).await?;
    let script = "
        for (const field of document.querySelectorAll('[data-testid=issue-form] [data-testid^=field-]')) {
            if (field.tagName === 'SELECT') field.selectedIndex = 1;
            else if (field.type === 'date') field.value = field.dataset.testid.includes('birth') ? '1990-05-17' : '2025-01-31';
            else continue;
            field.dispatchEvent(new Event('input', { bubbles: true }));
            field.dispatchEvent(new Event('change', { bubbles: true }));
        }
        return [...document.querySelectorAll('[data-testid=issue-form] [data-testid^=field-]')]
            .filter((field) => field.tagName !== 'SELECT' && field.type !== 'date')
            .map((field) => [field.dataset.testid, field.placeholder || 'Alice']);";
    for field in app.script(script, vec![]).await?.as_array().unwrap() {
        app.fill(field[0].as_str().unwrap(), field[1].as_str().unwrap()).await?;
    }
    Ok(())
}

/// Turns the form's switch to this, whatever the settings have it begin with.
async fn issue_when_accepted(app: &mut App, wanted: bool) -> Result<()> {
    let script = "return document.querySelector('[data-testid=auto-issue]').getAttribute('aria-checked') === 'true'";
    if app.script(script, vec![]).await? != json!(wanted) {
        app.click("auto-issue").await?;
    }
    Ok(())
}

/// Offers a credential over the only connection there is.
async fn offer_to_connection(app: &mut App, kind: &str, issue_at_once: bool) -> Result<()> {
    fill_form(app, kind).await?;
    app.click("offer-to-connection").await?;
    app.see("offer-connection").await?;
    let script = "return document.querySelector('[data-testid=offer-connection]').options[1].value";
    let connection = app.script(script, vec![]).await?;
    app.choose("offer-connection", connection.as_str().context("no connection to offer to")?).await?;
    issue_when_accepted(app, issue_at_once).await?;
    app.click("offer").await?;
    app.see("strip").await.map(drop)
}

/// Opens the offer that waits in the list.
async fn review(app: &mut App) -> Result<()> {
    app.click("nav-offers").await?;
    app.click("offers-list-row").await?;
    app.see("accept").await.map(drop)
}

/// Calls a command of the window that is looked at, as its page would.
async fn ask(app: &App, command: &str, given: Value) -> Result<Value> {
    let script = "
        const [command, given, done] = arguments;
        window.__TAURI_INTERNALS__.invoke(command, given).then(
            (answer) => done({ answer }),
            (failure) => done({ failure }),
        );";
    let told = app.script_later(script, vec![json!(command), given]).await?;
    ensure!(told.get("failure").is_none(), "{command}: {told}");
    Ok(told["answer"].clone())
}

/// Waits until a step of the strip is in this state.
async fn step(app: &App, step: &str, state: &str) -> Result<()> {
    until(&format!("{step} to be {state}"), ANSWER, async || {
        let script = "return [...document.querySelectorAll('[data-testid^=step-]')]
            .map((it) => it.dataset.testid.slice(5) + ' ' + it.dataset.state)";
        let strip = app.script(script, vec![]).await?;
        let there = strip.as_array().is_some_and(|all| all.contains(&json!(format!("{step} {state}"))));
        Ok(if there { Seen::Yes(()) } else { Seen::NotYet(strip.to_string()) })
    })
    .await
}

/// Copies the link of the invitation that is shown, and waits until the page says that it is copied.
async fn copy_link(app: &mut App) -> Result<()> {
    let copy = app.text("copy-link").await?;
    app.click("copy-link").await?;
    until("the link to be copied", ANSWER, async || {
        let text = app.text("copy-link").await?;
        Ok(if text == copy { Seen::NotYet(text) } else { Seen::Yes(()) })
    })
    .await
}

/// Reads the invitation on the clipboard and the offer that it brings.
async fn review_copied(app: &mut App) -> Result<()> {
    app.click("add").await?;
    app.click("add-clipboard").await?;
    app.see("consent").await?;
    app.click("connect-review").await?;
    app.see("accept").await.map(drop)
}

/// Accepts the offer that is shown, and opens the credential once it is stored.
async fn keep_offered(app: &mut App) -> Result<()> {
    app.click("accept").await?;
    app.click("show-credential").await?;
    app.see("credential-title").await.map(drop)
}

/// Nothing that was checked of what is shown has failed.
async fn no_check_failed(app: &App) -> Result<()> {
    let failed = app.script("return document.querySelectorAll('[data-outcome=failed]').length", vec![]).await?;
    ensure!(failed == json!(0), "{failed} checks failed");
    Ok(())
}

/// A new invitation that brings its offer, copied from one window and pasted in the other, up to the stored credential.
async fn through_an_invitation(app: &mut App, issuer: &WindowHandle, holder: &WindowHandle) -> Result<()> {
    app.look_at(issuer).await?;
    fill_form(app, "membership").await?;
    issue_when_accepted(app, true).await?;
    app.shot("05-form").await?;
    app.click("offer").await?;
    app.see("invitation").await?;
    app.see("qr").await?;
    app.shot("06-invitation").await?;
    copy_link(app).await?;

    app.look_at(holder).await?;
    app.click("add").await?;
    app.see("add-sheet").await?;
    app.shot("07-add").await?;
    app.click("add-clipboard").await?;
    app.see("consent").await?;
    ensure!(app.text("consent-label").await?.contains(ISSUER), "the card does not say who invites");
    app.see("consent-private").await?;
    app.shot("08-consent").await?;
    app.click("connect-review").await?;
    app.see("accept").await?;
    app.shot("09-offer").await?;
    app.click("accept").await?;
    app.see("show-credential").await?;
    app.shot("10-stored").await?;
    app.click("show-credential").await?;
    app.see("credential-title").await?;
    no_check_failed(app).await?;
    let passed = app.script("return document.querySelectorAll('[data-outcome=passed]').length", vec![]).await?;
    ensure!(passed.as_u64() > Some(2), "only {passed} checks passed");
    app.shot("11-credential").await?;

    app.look_at(issuer).await?;
    app.click("show-exchange").await?;
    step(app, "stored", "done").await?;
    app.shot("12-issued").await
}

#[tokio::test]
async fn credentials_go_from_one_profile_to_another_through_a_crash_and_a_refusal() -> Result<()> {
    let home = TempDir::with_prefix("vouchsafe-window-")?;
    let mut app = App::start(home.path(), "flow").await?;
    make_wallet(&mut app, ISSUER, true).await?;
    let (issuer, holder) = both(&mut app).await?;
    app.look_at(&holder).await?;
    make_wallet(&mut app, HOLDER, false).await?;
    app.shot("04-empty").await?;

    through_an_invitation(&mut app, &issuer, &holder).await?;

    // The second is accepted and waits for its issuer when the power fails.
    offer_to_connection(&mut app, "course", false).await?;
    step(&app, "offered", "done").await?;
    app.look_at(&holder).await?;
    review(&mut app).await?;
    app.click("accept").await?;
    step(&app, "requested", "done").await?;
    app.crash().await?;
    let (issuer, holder) = both(&mut app).await?;
    app.look_at(&holder).await?;
    app.see("unlock").await?;
    app.shot("13-locked").await?;
    unlock(&mut app).await?;
    app.click("nav-offers").await?;
    app.click("offers-list-row").await?;
    step(&app, "requested", "done").await?;
    step(&app, "issued", "current").await?;
    app.shot("14-after-the-crash").await?;
    app.look_at(&issuer).await?;
    unlock(&mut app).await?;
    app.click("nav-issue").await?;
    app.click("queue-row").await?;
    step(&app, "requested", "done").await?;
    app.shot("15-request").await?;
    app.click("issue-now").await?;
    step(&app, "stored", "done").await?;
    app.look_at(&holder).await?;
    step(&app, "stored", "done").await?;

    // The third is declined, and the issuer reads why.
    app.look_at(&issuer).await?;
    offer_to_connection(&mut app, "employee", true).await?;
    app.look_at(&holder).await?;
    review(&mut app).await?;
    app.click("decline").await?;
    app.fill("decline-reason", "I no longer work there").await?;
    app.shot("16-decline").await?;
    app.click("decline-confirm").await?;
    app.look_at(&issuer).await?;
    let problem = app.text("exchange-problem").await?;
    ensure!(problem.contains("I no longer work there"), "the issuer is told {problem:?}");
    app.shot("17-declined").await?;

    // A locked wallet is found again as it was left.
    app.look_at(&holder).await?;
    app.control('l').await?;
    unlock(&mut app).await?;
    app.look_at(&issuer).await?;
    offer_to_connection(&mut app, "permanent-resident", true).await?;
    app.look_at(&holder).await?;
    review(&mut app).await?;
    app.click("accept").await?;
    app.click("show-credential").await?;
    let script = "return document.querySelectorAll('[data-testid=credentials-list-row]').length";
    until("three credentials in the list", ANSWER, async || {
        let kept = app.script(script, vec![]).await?;
        Ok(if kept == json!(3) { Seen::Yes(()) } else { Seen::NotYet(kept.to_string()) })
    })
    .await?;
    app.shot("18-credentials").await?;
    for (number, screen) in [(19, "issue"), (20, "connections"), (21, "activity"), (22, "settings")] {
        app.click(&format!("nav-{screen}")).await?;
        app.shot(&format!("{number}-{screen}")).await?;
    }
    app.close().await
}

/// The issuer's window and the holder's, which a second start opens in the process that runs.
async fn both(app: &mut App) -> Result<(WindowHandle, WindowHandle)> {
    let issuer = app.windows(1).await?.remove(0);
    let holder = beside(app, &[&issuer], "holder").await?;
    Ok((issuer, holder))
}

/// The window of another profile, opened by a second start beside those that are there.
async fn beside(app: &mut App, there: &[&WindowHandle], profile: &str) -> Result<WindowHandle> {
    app.start_again(&["--profile", profile])?;
    let windows = app.windows(there.len() + 1).await?;
    windows.into_iter().find(|window| !there.contains(&window)).context("no other window")
}

#[tokio::test]
async fn a_wallet_is_locked_and_opened_again_with_its_passphrase_alone() -> Result<()> {
    let home = TempDir::with_prefix("vouchsafe-window-")?;
    let mut app = App::start(home.path(), "unlock").await?;
    make_wallet(&mut app, HOLDER, false).await?;
    app.click("lock").await?;
    app.see("unlock").await?;
    app.fill("unlock-passphrase", "not this one").await?;
    app.click("unlock-submit").await?;
    app.see("problem").await?;
    ensure!(!app.sees("shell").await, "a wrong passphrase opened the wallet");
    // The button wakes after the rest that a wrong one costs; its colour must not be measured on the way.
    until("the next attempt to be allowed", ANSWER, async || {
        let asleep =
            app.script("return document.querySelector('[data-testid=unlock-submit]').disabled", vec![]).await?;
        Ok(if asleep == json!(false) { Seen::Yes(()) } else { Seen::NotYet(asleep.to_string()) })
    })
    .await?;
    app.shot("refused").await?;
    // After a wrong one the next attempt has to wait: the button takes a click when it may be tried.
    unlock(&mut app).await?;
    app.click("nav-settings").await?;
    app.click("theme-dark").await?;
    until("the dark look", ANSWER, async || {
        let theme = app.script("return document.documentElement.dataset.theme ?? ''", vec![]).await?;
        Ok(if theme == json!("dark") { Seen::Yes(()) } else { Seen::NotYet(theme.to_string()) })
    })
    .await?;
    app.crash().await?;
    let theme = app.script("return document.documentElement.dataset.theme ?? ''", vec![]).await?;
    ensure!(theme == json!("dark"), "the look was forgotten: {theme}");
    unlock(&mut app).await?;
    app.close().await
}
