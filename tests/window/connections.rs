//! A connection's page in the real app: one's own name outranks the other side's, a second wallet of nearly the same name
//! is warned of, texts go both ways over a crash, a blocked side is not heard, and deleting keeps the credentials.

use anyhow::{Result, ensure};
use serde_json::json;
use tempfile::TempDir;
use vouchsafe_tests::wait::{Seen, until};
use vouchsafe_tests::window::{App, WindowHandle};

use super::{ANSWER, HOLDER, ISSUER, beside, both, copy_link, make_wallet, through_an_invitation, unlock};

/// The issuer's name with a letter of another script in it.
const FORGER: &str = "C\u{456}ty of Example";

async fn says(app: &App, id: &str, wanted: &str) -> Result<()> {
    until(&format!("`{id}` to say {wanted}"), ANSWER, async || {
        let script = "return [...document.querySelectorAll('[data-testid=\"' + arguments[0] + '\"]')]
            .map((it) => (it.dataset.delivery ?? '') + ' ' + it.textContent).join(' ');";
        let said = app.script(script, vec![json!(id)]).await?;
        let there = said.as_str().is_some_and(|said| said.contains(wanted));
        Ok(if there { Seen::Yes(()) } else { Seen::NotYet(said.to_string()) })
    })
    .await
}

/// Opens the connection of this name in the list.
async fn open(app: &mut App, name: &str) -> Result<()> {
    app.click("nav-connections").await?;
    until(&format!("the connection {name}"), ANSWER, async || {
        let script = "
            const rows = [...document.querySelectorAll('[data-testid=connections-list-row]')];
            const row = rows.find((it) => it.textContent.includes(arguments[0]));
            row?.click();
            const open = document.querySelector('[data-testid=connection-name]')?.textContent ?? '';
            return open.includes(arguments[0]);";
        let there = app.script(script, vec![json!(name)]).await?;
        Ok(if there == json!(true) { Seen::Yes(()) } else { Seen::NotYet("another one is open".to_owned()) })
    })
    .await
}

async fn send(app: &mut App, text: &str) -> Result<()> {
    app.fill("message-text", text).await?;
    app.click("message-send").await
}

/// Makes an invitation and leaves its link on the clipboard.
async fn invite(app: &mut App) -> Result<()> {
    app.click("nav-connections").await?;
    app.click("invite").await?;
    app.click("invite-create").await?;
    app.see("qr").await?;
    copy_link(app).await
}

async fn three(app: &mut App) -> Result<[WindowHandle; 3]> {
    let (issuer, holder) = both(app).await?;
    let forger = beside(app, &[&issuer, &holder], "forger").await?;
    Ok([issuer, holder, forger])
}

#[tokio::test]
async fn a_peer_is_named_told_from_its_double_written_to_blocked_and_deleted_without_its_credential() -> Result<()> {
    let home = TempDir::with_prefix("vouchsafe-window-")?;
    let mut app = App::start(home.path(), "connections").await?;
    make_wallet(&mut app, ISSUER, false).await?;
    let [issuer, holder, forger] = three(&mut app).await?;
    app.look_at(&holder).await?;
    make_wallet(&mut app, HOLDER, false).await?;
    app.look_at(&forger).await?;
    make_wallet(&mut app, FORGER, false).await?;
    through_an_invitation(&mut app, &issuer, &holder).await?;

    // The double is warned of before it is contacted, and on its page.
    app.look_at(&forger).await?;
    invite(&mut app).await?;
    app.look_at(&holder).await?;
    app.click("add").await?;
    app.click("add-clipboard").await?;
    app.see("consent").await?;
    says(&app, "look-alikes", ISSUER).await?;
    app.shot("01-consent").await?;
    app.click("connect").await?;
    // The sheet takes another height when the answer comes, and its cross another place: this button is there after it.
    app.click("show-connection").await?;
    says(&app, "connection-name", FORGER).await?;
    says(&app, "look-alikes", ISSUER).await?;
    app.shot("02-look-alike").await?;

    // One's own name outranks the other side's, which stands in quotes beside it.
    open(&mut app, ISSUER).await?;
    app.click("rename").await?;
    app.fill("rename-field", "Town hall").await?;
    app.click("rename-save").await?;
    says(&app, "connection-name", "Town hall").await?;
    says(&app, "calls-itself", ISSUER).await?;

    // A text goes over, is unread there, and is answered after a crash.
    send(&mut app, "Is my card ready? https://example.org/card").await?;
    says(&app, "message", "sent").await?;
    app.look_at(&issuer).await?;
    app.click("nav-connections").await?;
    app.crash().await?;
    let [issuer, holder, forger] = three(&mut app).await?;
    for window in [&issuer, &holder, &forger] {
        app.look_at(window).await?;
        unlock(&mut app).await?;
    }
    app.look_at(&issuer).await?;
    open(&mut app, HOLDER).await?;
    says(&app, "message", "Is my card ready?").await?;
    let links = app.script("return document.querySelectorAll('[data-testid=messages] a').length", vec![]).await?;
    ensure!(links == json!(0), "a link in a text can be followed");
    send(&mut app, "It is.").await?;
    app.look_at(&holder).await?;
    open(&mut app, "Town hall").await?;
    says(&app, "message", "It is.").await?;
    app.shot("03-messages").await?;

    // Blocked: what is sent is taken there and not heard here.
    app.click("block").await?;
    app.shot("04-block").await?;
    app.click("confirm-yes").await?;
    app.see("connection-blocked").await?;
    app.look_at(&issuer).await?;
    send(&mut app, "Still there?").await?;
    says(&app, "message", "sent").await?;
    app.look_at(&holder).await?;
    app.click("connections-tab-blocked").await?;
    app.click("blocked-list-row").await?;
    app.see("messages").await?;
    app.shot("05-blocked").await?;
    let heard = app.text("messages").await?;
    ensure!(!heard.contains("Still there?"), "a blocked side was heard");
    app.click("unblock").await?;

    // Deleted: the numbers say what goes and stays, and the credential stays.
    app.click("delete").await?;
    app.see("delete-says").await?;
    ensure!(app.text("delete-says").await?.contains("1 credential"), "it does not say what stays");
    app.shot("06-delete").await?;
    app.click("confirm-yes").await?;
    app.click("nav-credentials").await?;
    app.see("credentials-list-row").await?;
    app.shot("07-kept").await?;
    app.close().await
}
