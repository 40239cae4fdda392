//! The rehearsal in the real app: from the first start, without a wallet, through all steps over real messages on this
//! computer; ended in its middle and gone on with; removed so that nothing of it is left. And the check of the
//! installation, which is the same by itself.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tempfile::TempDir;
use vouchsafe_tests::wait::{Seen, until};
use vouchsafe_tests::window::App;

use super::{ANSWER, HOLDER, make_wallet, no_check_failed};

/// Takes the step that is lit, and waits until it is done.
async fn take(app: &mut App, step: &str) -> Result<()> {
    reached(app, step, "current").await?;
    app.see("rehearse").await?;
    // As a person would scroll to it.
    app.script("document.querySelector('[data-testid=rehearse]').scrollIntoView({ block: 'center' })", vec![]).await?;
    app.click("rehearse").await?;
    reached(app, step, "done").await
}

async fn reached(app: &App, step: &str, state: &str) -> Result<()> {
    until(&format!("the step {step} to be {state}"), ANSWER, async || {
        let script = "
            const step = document.querySelector('[data-testid=rehearsal-' + arguments[0] + ']');
            return step ? step.dataset.state : document.body.innerText;";
        let found = app.script(script, vec![json!(step)]).await?;
        Ok(if found == json!(state) { Seen::Yes(()) } else { Seen::NotYet(found.to_string()) })
    })
    .await
}

fn left(home: &Path, folder: &str) -> bool {
    home.join(folder).exists()
}

#[tokio::test]
async fn a_rehearsal_is_tried_before_there_is_a_wallet_goes_on_after_a_crash_and_leaves_no_trace() -> Result<()> {
    let home = TempDir::with_prefix("vouchsafe-window-")?;
    let mut app = App::start(home.path(), "rehearsal").await?;
    app.see("first-start").await?;
    app.see("rehearsal-try").await?;
    app.shot("01-first-start").await?;
    app.click("rehearsal-try").await?;
    app.see("rehearsal-issuer").await?;
    app.see("rehearsal-banner").await?;
    app.shot("02-begun").await?;
    take(&mut app, "invite").await?;
    app.see("qr").await?;
    app.shot("03-invited").await?;
    take(&mut app, "connect").await?;
    app.shot("04-connected").await?;
    take(&mut app, "offer").await?;
    app.shot("05-offered").await?;

    app.crash().await?;
    app.see("first-start").await?;
    ensure!(left(home.path(), "rehearsal"), "the rehearsal did not outlive the crash");
    app.see("rehearsal-go-on").await?;
    app.shot("06-left").await?;
    app.click("rehearsal-go-on").await?;
    reached(&app, "offer", "done").await?;
    take(&mut app, "accept").await?;
    take(&mut app, "issue").await?;
    take(&mut app, "store").await?;
    no_check_failed(&app).await?;
    app.shot("07-stored").await?;
    take(&mut app, "revoke").await?;
    app.see("rehearsal-finish").await?;
    let script =
        "return document.querySelector('[data-testid=rehearsal-holder] [data-testid=credential-card]').dataset.state";
    ensure!(app.script(script, vec![]).await? == json!("revoked"), "the reader does not see the revocation");
    app.shot("08-finished").await?;
    app.click("rehearsal-finish").await?;
    app.see("first-start").await?;
    ensure!(!left(home.path(), "rehearsal"), "the rehearsal's folder is still there");

    // The same by itself, in a wallet of one's own.
    make_wallet(&mut app, HOLDER, false).await?;
    app.click("nav-settings").await?;
    app.click("check-installation").await?;
    app.see("installation-verdict").await.context("the check did not come to its end")?;
    let script = "return [...document.querySelectorAll('[data-testid^=installation-][data-outcome]')]
        .map((it) => it.dataset.testid.slice(13) + ' ' + it.dataset.outcome)";
    let parts = app.script(script, vec![]).await?;
    let parts: Vec<String> = serde_json::from_value(parts)?;
    ensure!(parts.len() == 15, "{parts:?}");
    ensure!(parts.iter().all(|part| part.ends_with("passed") || part == "keyring absent"), "{parts:?}");
    app.script("document.querySelector('[data-testid=settings-installation]').scrollIntoView()", vec![]).await?;
    app.shot("09-checked").await?;
    ensure!(!left(home.path(), "installation-check"), "the check left something behind");
    app.close().await
}
