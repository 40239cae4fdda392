//! A backup that proves itself, and the day it is needed: backed up by the recovery words, a trial restore seen, what is
//! newer reminded of; the app is killed, and another profile restores the wallet from the file at its first start.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tempfile::TempDir;
use vouchsafe_tests::wait::{Seen, until};
use vouchsafe_tests::window::App;

use super::{
    ANSWER, ISSUER, PASSPHRASE, WindowHandle, copy_link, fill_form, issue_when_accepted, keep_offered, no_check_failed,
    review_copied, unlock,
};

/// Makes a wallet and keeps its words, as the person does on paper.
async fn wallet_with_words(app: &mut App, label: &str) -> Result<String> {
    app.see("first-start").await?;
    app.fill("wallet-label", label).await?;
    app.click("way-passphrase").await?;
    app.fill("passphrase", PASSPHRASE).await?;
    app.fill("passphrase-again", PASSPHRASE).await?;
    app.click("create-wallet").await?;
    app.see("recovery-words").await?;
    let script = "return [...document.querySelectorAll('.word')].map((word) => word.textContent.trim()).join(' ')";
    let words = app.script(script, vec![]).await?.as_str().context("no words")?.to_owned();
    ensure!(words.split(' ').count() == 24, "{} words", words.split(' ').count());
    app.click("recovery-later").await?;
    app.see("shell").await?;
    Ok(words)
}

/// Waits until an element says this.
async fn says(app: &App, id: &str, wanted: &str) -> Result<()> {
    until(&format!("`{id}` to say {wanted}"), ANSWER, async || {
        let script = "return [...document.querySelectorAll('[data-testid=\"' + arguments[0] + '\"]')]
            .map((it) => (it.dataset.state ?? '') + ' ' + it.textContent).join(' ');";
        let said = app.script(script, vec![json!(id)]).await?;
        let there = said.as_str().is_some_and(|said| said.to_lowercase().contains(wanted));
        Ok(if there { Seen::Yes(()) } else { Seen::NotYet(said.to_string()) })
    })
    .await
}

/// How many rows the list of credentials has.
async fn rows(app: &mut App, count: usize) -> Result<()> {
    app.click("nav-credentials").await?;
    until(&format!("{count} credentials"), ANSWER, async || {
        let script = "return document.querySelectorAll('[data-testid=credentials-list-row]').length";
        let found = app.script(script, vec![]).await?;
        Ok(if found == json!(count) { Seen::Yes(()) } else { Seen::NotYet(found.to_string()) })
    })
    .await
}

/// A credential from one profile to the other, by an invitation on the clipboard.
async fn issue_to(app: &mut App, issuer: &WindowHandle, holder: &WindowHandle) -> Result<()> {
    app.look_at(issuer).await?;
    fill_form(app, "permanent-resident").await?;
    issue_when_accepted(app, true).await?;
    app.click("offer").await?;
    app.see("invitation").await?;
    copy_link(app).await?;
    app.look_at(holder).await?;
    review_copied(app).await?;
    keep_offered(app).await
}

async fn back_up(app: &mut App, file: &str, words: &str) -> Result<()> {
    app.click("nav-settings").await?;
    app.click("backup-open").await?;
    app.see("backup-sheet").await?;
    app.click("backup-way-words").await?;
    app.fill("backup-place", file).await?;
    app.fill("backup-words", words).await?;
    app.shot("01-backup").await?;
    app.click("backup-start").await?;
    app.see("backup-done").await?;
    for step in ["copy", "write", "open", "read", "check", "compare", "credential", "finish"] {
        says(app, &format!("backup-step-{step}"), "done").await?;
    }
    app.shot("02-backed-up").await?;
    app.click("backup-close").await?;
    says(app, "backup-last", "last backed up").await
}

/// From the first page of a new profile to what is in the file.
async fn open_file(app: &mut App, file: &str) -> Result<()> {
    app.fill("restore-file", file).await?;
    app.click("restore-look").await
}

async fn restore(app: &mut App, file: &str, cut: &str, words: &str) -> Result<()> {
    app.see("first-start").await?;
    app.click("restore-backup").await?;
    app.see("restore-file").await?;
    app.shot("05-restore").await?;
    open_file(app, cut).await?;
    app.fill("restore-words", words).await?;
    app.click("restore-open").await?;
    says(app, "problem", "cut short").await?;
    app.shot("06-cut-short").await?;
    app.click("restore-other").await?;
    open_file(app, file).await?;
    app.fill("restore-words", words).await?;
    app.click("restore-open").await?;
    app.see("restore-contents").await?;
    app.click("way-passphrase").await?;
    app.fill("passphrase", PASSPHRASE).await?;
    app.fill("passphrase-again", PASSPHRASE).await?;
    app.shot("07-contents").await?;
    app.click("restore-start").await?;
    app.see("shell").await.map(drop)
}

#[tokio::test]
async fn a_wallet_is_backed_up_proved_and_restored_by_another_profile() -> Result<()> {
    let home = TempDir::with_prefix("vouchsafe-window-")?;
    let mut app = App::start(home.path(), "backup").await?;
    super::make_wallet(&mut app, ISSUER, false).await?;
    let (issuer, holder) = super::both(&mut app).await?;
    app.look_at(&holder).await?;
    let words = wallet_with_words(&mut app, "Alice Example").await?;
    issue_to(&mut app, &issuer, &holder).await?;
    let file = home.path().join("alice.vouchsafe-backup");
    let file = file.to_string_lossy();
    back_up(&mut app, &file, &words).await?;
    let bytes = std::fs::read(&*file)?;
    let cut = format!("{file}-cut.vouchsafe-backup");
    std::fs::write(&cut, &bytes[..bytes.len() - 1000])?;

    issue_to(&mut app, &issuer, &holder).await?;
    app.click("nav-credentials").await?;
    says(&app, "backup-reminder", "1 credential is newer").await?;
    app.shot("03-reminder").await?;

    app.crash().await?;
    let (issuer, holder) = super::both(&mut app).await?;
    app.look_at(&holder).await?;
    unlock(&mut app).await?;
    says(&app, "backup-reminder", "1 credential is newer").await?;
    app.click("nav-settings").await?;
    app.fill("new-profile", "again").await?;
    app.click("new-profile-open").await?;
    let windows = app.windows(3).await?;
    let again = windows.into_iter().find(|window| ![&issuer, &holder].contains(&window)).context("no third window")?;
    app.look_at(&again).await?;
    restore(&mut app, &file, &cut, &words).await?;
    rows(&mut app, 1).await?;
    says(&app, "restored-note", "restored").await?;
    app.click("credentials-list-row").await?;
    app.see("credential-title").await?;
    app.shot("08-restored").await?;
    no_check_failed(&app).await?;
    app.close().await
}
