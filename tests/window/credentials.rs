//! Credentials in the real app: a file that is dropped is verified and explained without being kept, one that is
//! imported is; tampered, expired and foreign ones have a sentence each. Search, tags, favourites, order and groups are
//! as they were left after the power failed; what was checked explains itself; and what is deleted is gone.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;
use vouchsafe_tests::signed::{Holder, Signer};
use vouchsafe_tests::wait::{Seen, until};
use vouchsafe_tests::window::App;

use super::add::drop_file;
use super::{ANSWER, HOLDER, make_wallet, unlock};

const ALICE: Holder<'static> = Holder { given: "Alice", family: "Núñez", country: "Bahamas" };
const BO: Holder<'static> = Holder { given: "Bo", family: "Stone", country: "Norway" };

/// Waits until the page says this somewhere in what has this data-testid.
async fn says(app: &App, id: &str, wanted: &str) -> Result<()> {
    until(&format!("`{id}` to say “{wanted}”"), ANSWER, async || {
        let said = app
            .script(
                "return [...document.querySelectorAll('[data-testid=\"' + arguments[0] + '\"]')]
                    .map((it) => it.textContent).join('\\n')",
                vec![json!(id)],
            )
            .await?;
        let there = said.as_str().is_some_and(|said| said.contains(wanted));
        Ok(if there { Seen::Yes(()) } else { Seen::NotYet(said.to_string()) })
    })
    .await
}

/// Waits until there are this many rows.
async fn rows(app: &App, wanted: usize) -> Result<()> {
    until(&format!("{wanted} rows"), ANSWER, async || {
        let script = "return document.querySelectorAll('[data-testid=credentials-list-row]').length";
        let found = app.script(script, vec![]).await?;
        Ok(if found == json!(wanted) { Seen::Yes(()) } else { Seen::NotYet(found.to_string()) })
    })
    .await
}

/// Waits until no sheet lies over the page: one that is open takes what is dropped, or not.
async fn closed(app: &App) -> Result<()> {
    until("the sheet to be closed", ANSWER, async || {
        let open = app.script("return document.querySelectorAll('dialog[open]').length", vec![]).await?;
        Ok(if open == json!(0) { Seen::Yes(()) } else { Seen::NotYet(open.to_string()) })
    })
    .await
}

async fn drop_document(app: &App, document: &Value) -> Result<()> {
    drop_file(app, "credential.json", "application/json", document.to_string().as_bytes()).await
}

async fn count(app: &App, selector: &str) -> Result<Value> {
    app.script("return document.querySelectorAll(arguments[0]).length", vec![json!(selector)]).await
}

/// Each dropped document has its own sentence, and none of them is kept.
async fn dropped(app: &mut App, good: &Value) -> Result<()> {
    let changed = good.to_string().replace("Bahamas", "Bermuda");
    let expired = Signer::new(2, "Nordmark University").card("urn:uuid:old", BO, Some("2026-02-01T00:00:00Z"))?;
    let unknown = good.to_string().replace("did:key:z6Mk", "did:web:nobody.invalid:z6Mk");
    for (document, sentence) in [
        (changed.as_str(), "changed after it was signed"),
        (&expired.to_string(), "It has expired"),
        (&unknown, "issuer"),
        (r#"{"type": ["VerifiablePresentation"], "verifiableCredential": []}"#, "This is a presentation"),
        (r#"{"credentialSubject": {"#, "not whole"),
    ] {
        drop_file(app, "credential.json", "application/json", document.as_bytes()).await?;
        says(app, "add-sheet", sentence).await?;
        app.click("sheet-close").await?;
    }
    Ok(())
}

#[tokio::test]
async fn credentials_are_looked_through_and_explained_as_the_person_left_them() -> Result<()> {
    let home = TempDir::with_prefix("vouchsafe-window-")?;
    let mut app = App::start(home.path(), "credentials").await?;
    make_wallet(&mut app, HOLDER, false).await?;
    let halden = Signer::new(1, "City of Halden");
    let nordmark = Signer::new(2, "Nordmark University");
    let good = halden.card("urn:uuid:0001", ALICE, None)?;

    dropped(&mut app, &good).await?;
    app.click("nav-credentials").await?;
    app.see("credentials-empty").await?;

    // Verified and explained; kept only when the person says so.
    drop_document(&app, &good).await?;
    says(&app, "found-sentence", "signed by City of Halden").await?;
    app.shot("01-dropped").await?;
    app.click("keep").await?;
    rows(&app, 1).await?;
    closed(&app).await?;
    drop_document(&app, &good).await?;
    says(&app, "found-sentence", "You have this one already").await?;
    app.click("show-stored").await?;
    for (number, issuer, id, holder, ends) in [
        (2, &halden, "urn:uuid:0002", BO, Some("2026-12-10T00:00:00Z")),
        (3, &nordmark, "urn:uuid:0003", BO, None),
        (4, &nordmark, "urn:uuid:0004", BO, None),
    ] {
        closed(&app).await?;
        drop_document(&app, &issuer.card(id, holder, ends)?).await?;
        app.click("keep").await?;
        rows(&app, number).await?;
    }
    says(&app, "credentials-list", "Expires soon").await?;
    says(&app, "credentials-list", "…0003").await?;

    // A word of a claim, without its accents; the row says where it was found.
    app.fill("credentials-search", "nunez").await?;
    rows(&app, 1).await?;
    says(&app, "credentials-list", "Family name: Núñez").await?;
    app.shot("02-found").await?;
    app.click("credentials-list-row").await?;
    app.fill("tag-field", "Travel").await?;
    app.click("tag-add").await?;
    says(&app, "tag", "Travel").await?;
    app.click("favourite").await?;
    app.fill("credentials-search", "travel").await?;
    rows(&app, 1).await?;
    app.fill("credentials-search", "zebra").await?;
    app.click("clear-search").await?;
    app.click("credentials-arrange").await?;
    app.choose("arrange-sort", "name").await?;
    app.click("arrange-favourites").await?;
    app.click("arrange-grouped").await?;
    says(&app, "issuer-group", "City of Halden 2 credentials").await?;
    app.shot("03-arranged").await?;
    app.click("credentials-arrange").await?;
    app.click("issuer-group").await?;
    rows(&app, 4).await?;

    // A power failure later it is as it was.
    app.crash().await?;
    unlock(&mut app).await?;
    says(&app, "issuer-group", "Nordmark University 2 credentials").await?;
    let folded = count(&app, "[data-testid=issuer-group][data-folded=true]").await?;
    ensure!(folded == json!(1), "{folded} groups are folded");
    app.shot("04-after-the-crash").await?;
    app.click("credentials-arrange").await?;
    app.click("arrange-grouped").await?;
    app.choose("arrange-tag", "Travel").await?;
    rows(&app, 1).await?;
    app.click("filter-tag").await?;
    rows(&app, 4).await?;
    app.click("credentials-arrange").await?;
    app.fill("credentials-search", "alice").await?;
    rows(&app, 1).await?;
    app.click("credentials-list-row").await?;
    says(&app, "claims", "Núñez").await?;
    let marked = app.script("return document.querySelector('[data-testid=favourite]').ariaPressed", vec![]).await?;
    ensure!(marked == json!("true"), "the favourite was forgotten: {marked}");
    says(&app, "tags", "Travel").await?;

    // Each line opens to a sentence and to the facts behind it.
    app.script("document.querySelectorAll('[data-testid=checks] details').forEach((it) => (it.open = true))", vec![])
        .await?;
    says(&app, "facts-signature", "Ed25519Signature2020").await?;
    says(&app, "facts-contexts", "sha256:").await?;
    says(&app, "check-offer", "There was no offer").await?;
    let script = "document.querySelector('[data-testid=checks]').scrollIntoView()";
    app.script(script, vec![]).await?;
    app.shot("05-checks").await?;
    app.click("copy-report").await?;

    // Several at once, after a question.
    app.fill("credentials-search", "stone").await?;
    rows(&app, 3).await?;
    app.click("credentials-select").await?;
    app.click("choose-all").await?;
    says(&app, "chosen-bar", "3 selected").await?;
    app.shot("06-chosen").await?;
    app.click("chosen-delete").await?;
    app.shot("07-delete").await?;
    app.click("confirm-yes").await?;
    app.click("clear-search").await?;
    rows(&app, 1).await?;
    app.click("delete").await?;
    app.click("confirm-yes").await?;
    app.see("credentials-empty").await?;
    app.close().await
}
