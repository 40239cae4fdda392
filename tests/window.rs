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

use anyhow::{Result, ensure};
use serde_json::json;
use tempfile::TempDir;
use vouchsafe_tests::window::App;

const PASSPHRASE: &str = "seven quiet herons over a wide estuary";

/// From the first page of a new profile to its open wallet, with the recovery words typed again.
async fn make_wallet(app: &mut App, label: &str) -> Result<()> {
    app.see("first-start").await?;
    app.shot(&format!("{label}-1-first-start")).await?;
    app.fill("wallet-label", label).await?;
    app.click("way-passphrase").await.ok();
    app.fill("passphrase", PASSPHRASE).await?;
    app.fill("passphrase-again", PASSPHRASE).await?;
    app.click("create-wallet").await?;
    app.see("recovery-words").await?;
    app.shot(&format!("{label}-2-recovery-words")).await?;
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
    app.click("recovery-confirm").await?;
    app.see("shell").await.map(drop)
}

/// Fills every field of the form with its own example, as the form itself suggests.
async fn fill_form(app: &mut App) -> Result<()> {
    let script = "
        for (const field of document.querySelectorAll('[data-testid=issue-form] [data-testid^=field-]')) {
            if (field.tagName === 'SELECT') field.selectedIndex = 1;
            else if (field.type === 'date') field.value = '1990-05-17';
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

#[tokio::test]
async fn a_credential_goes_from_one_profile_to_another_by_clicks_and_a_copied_invitation() -> Result<()> {
    let home = TempDir::with_prefix("vouchsafe-window-")?;
    let mut app = App::start(home.path(), "flow").await?;
    make_wallet(&mut app, "issuer").await?;
    let issuer = app.windows(1).await?.remove(0);

    app.start_again(&["--profile", "holder"])?;
    let holder = app.windows(2).await?.into_iter().find(|window| *window != issuer).unwrap();
    app.look_at(&holder).await?;
    make_wallet(&mut app, "holder").await?;

    app.look_at(&issuer).await?;
    app.click("nav-issue").await?;
    app.click("new-credential").await?;
    fill_form(&mut app).await?;
    app.shot("3-form").await?;
    app.click("offer").await?;
    app.see("invitation").await?;
    app.see("qr").await?;
    app.shot("4-invitation").await?;
    app.click("copy-link").await?;

    app.look_at(&holder).await?;
    app.click("add").await?;
    app.click("add-clipboard").await?;
    app.see("consent").await?;
    app.shot("5-consent").await?;
    app.click("connect-review").await?;
    app.see("accept").await?;
    app.shot("6-offer").await?;
    app.click("accept").await?;

    app.look_at(&issuer).await?;
    app.click("show-exchange").await?;
    if !app.sees("show-stored").await {
        app.click("issue-now").await.ok();
    }
    app.shot("7-issued").await?;

    app.look_at(&holder).await?;
    app.see("show-credential").await?;
    app.shot("8-stored").await?;
    app.click("show-credential").await?;
    app.see("credential-title").await?;
    app.shot("9-credential").await?;
    let failed = app.script("return document.querySelectorAll('[data-outcome=failed]').length", vec![]).await?;
    ensure!(failed == json!(0), "{failed} checks failed");
    app.close().await
}

#[tokio::test]
async fn a_wallet_is_locked_and_opened_again_with_its_passphrase_alone() -> Result<()> {
    let home = TempDir::with_prefix("vouchsafe-window-")?;
    let mut app = App::start(home.path(), "unlock").await?;
    make_wallet(&mut app, "locked").await?;
    app.click("lock").await?;
    app.see("unlock").await?;
    app.fill("unlock-passphrase", "not this one").await?;
    app.click("unlock-submit").await?;
    app.see("cannot-open").await.ok();
    ensure!(!app.sees("shell").await, "a wrong passphrase opened the wallet");
    app.shot("refused").await?;
    // After a wrong one the next attempt has to wait.
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    app.fill("unlock-passphrase", PASSPHRASE).await?;
    app.click("unlock-submit").await?;
    app.see("shell").await?;
    app.shot("opened").await?;
    app.close().await
}
