//! The first start without an account and without the internet: two profiles of one computer share its practice ledger,
//! a credential is signed by a did:cheqd at once, and is revoked after a crash of the app.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tempfile::TempDir;
use vouchsafe_tests::wait::{Seen, until};
use vouchsafe_tests::window::{App, WindowHandle};

use super::{
    ANSWER, HOLDER, ISSUER, both, copy_link, fill_form, issue_when_accepted, keep_offered, make_wallet,
    no_check_failed, review_copied, step, unlock,
};

/// Waits until the element, or one of a list's, says this or has this state.
async fn says(app: &App, id: &str, wanted: &str) -> Result<()> {
    until(&format!("`{id}` to say {wanted}"), ANSWER, async || {
        let script = "
            return [...document.querySelectorAll('[data-testid=\"' + arguments[0] + '\"]')]
                .map((it) => (it.dataset.state ?? '') + ' ' + it.textContent)
                .join(' ');";
        let said = app.script(script, vec![json!(id)]).await?;
        let there = said.as_str().is_some_and(|said| said.to_lowercase().contains(wanted));
        Ok(if there { Seen::Yes(()) } else { Seen::NotYet(said.to_string()) })
    })
    .await
}

/// The identity that came with the new wallet, as the list of identities has it.
async fn first_identity(app: &mut App) -> Result<()> {
    app.click("nav-identities").await?;
    says(app, "identities-list-row", "practice").await?;
    says(app, "identities-list-row", "city of example").await?;
    app.see("rotate-key").await?;
    app.shot("01-first-identity").await
}

/// Offers a revocable credential by the practice identity to whoever uses the invitation.
async fn offer(app: &mut App) -> Result<()> {
    fill_form(app, "permanent-resident").await?;
    says(app, "issuing-as", "practice").await?;
    let script = "return document.querySelector('[data-testid=issue-revocable]').getAttribute('aria-checked')";
    ensure!(app.script(script, vec![]).await? == json!("true"), "it is not offered as revocable");
    issue_when_accepted(app, true).await?;
    app.shot("02-form").await?;
    app.click("offer").await?;
    app.see("invitation").await?;
    copy_link(app).await
}

/// Takes what is on the clipboard, and keeps what is offered.
async fn take(app: &mut App) -> Result<()> {
    review_copied(app).await?;
    app.shot("03-offer").await?;
    keep_offered(app).await?;
    says(app, "credential-status", "valid").await?;
    says(app, "card-practice", "practice").await?;
    no_check_failed(app).await?;
    app.shot("04-stored").await
}

/// Opens the only credential that was issued, and revokes it.
async fn revoke(app: &mut App) -> Result<()> {
    app.click("nav-issue").await?;
    app.click("issue-tab-issued").await?;
    app.click("issued-row").await?;
    says(app, "issued-status-state", "valid").await?;
    app.click("status-revoke").await?;
    app.see("confirm").await?;
    app.shot("05-revoke").await?;
    app.click("confirm-yes").await?;
    says(app, "issued-status-state", "revoked").await?;
    app.shot("06-revoked").await
}

/// The holder asks anew, and the card says what its issuer says.
async fn see_revoked(app: &mut App) -> Result<()> {
    app.click("nav-credentials").await?;
    app.click("credentials-list-row").await?;
    app.see("credential-title").await?;
    app.click("check-status").await?;
    says(app, "credential-status", "revoked").await?;
    says(app, "credential-card", "revoked").await?;
    app.shot("07-card").await
}

/// Makes a second identity: what will be published is read first, and is what is published.
async fn another_identity(app: &mut App) -> Result<()> {
    app.click("nav-identities").await?;
    app.click("new-identity").await?;
    app.fill("identity-name", "Library").await?;
    app.click("identity-next").await?;
    app.see("plan").await?;
    app.shot("09-plan").await?;
    app.click("identity-create").await?;
    says(app, "identities-list-row", "library").await?;
    app.see("rotate-key").await?;
    app.shot("10-second-identity").await
}

async fn after_a_crash(app: &mut App) -> Result<(WindowHandle, WindowHandle)> {
    app.crash().await?;
    let (issuer, holder) = both(app).await?;
    for window in [&holder, &issuer] {
        app.look_at(window).await?;
        unlock(app).await?;
    }
    Ok((issuer, holder))
}

#[tokio::test]
async fn a_newcomer_issues_by_a_did_cheqd_at_once_and_revokes_it_later() -> Result<()> {
    let home = TempDir::with_prefix("vouchsafe-window-")?;
    let mut app = App::start(home.path(), "practice").await?;
    make_wallet(&mut app, ISSUER, false).await?;
    let (issuer, holder) = both(&mut app).await?;
    app.look_at(&holder).await?;
    make_wallet(&mut app, HOLDER, false).await?;

    app.look_at(&issuer).await?;
    first_identity(&mut app).await?;
    offer(&mut app).await?;
    app.look_at(&holder).await?;
    take(&mut app).await?;
    app.look_at(&issuer).await?;
    app.click("show-exchange").await?;
    step(&app, "stored", "done").await?;

    let (issuer, holder) = after_a_crash(&mut app).await?;
    app.look_at(&issuer).await?;
    revoke(&mut app).await?;
    app.look_at(&holder).await?;
    see_revoked(&mut app).await?;

    app.look_at(&issuer).await?;
    another_identity(&mut app).await?;
    app.click("nav-settings").await?;
    app.see("settings-networks").await?;
    app.click("practice-check").await.context("the practice network's check")?;
    app.see("practice-switch").await?;
    app.shot("08-networks").await?;
    app.close().await
}
