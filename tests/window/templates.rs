//! A template of one's own, from a pasted context to the holder's card: made with a field of each kind, found again
//! after a crash before it was saved, issued with, handed on as text, deleted and imported.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tempfile::TempDir;
use vouchsafe_tests::wait::{Seen, until};
use vouchsafe_tests::window::App;

use super::{
    ANSWER, HOLDER, ISSUER, ask, both, copy_link, issue_when_accepted, keep_offered, make_wallet, no_check_failed,
    review_copied, unlock,
};

/// The fields with their kinds, as the context's datatypes give them.
const FIELDS: [(&str, &str); 7] = [
    ("holderName", "text"),
    ("length", "number"),
    ("examDate", "date"),
    ("signedAt", "date-time"),
    ("level", "text"),
    ("portrait", "image"),
    ("sea", "yes-no"),
];

/// The members of a card that a holder and an issuer see alike.
const CARD: &str = "
    const card = document.querySelector('[data-testid=credential-card]');
    return card && [card.querySelector('.title').textContent, card.querySelector('dl')?.textContent ?? ''];";

fn context() -> String {
    let xsd = |name: &str| format!("http://www.w3.org/2001/XMLSchema#{name}");
    let term = |name: &str| format!("https://boats.example/terms#{name}");
    json!({"@context": {
        "BoatLicence": term("BoatLicence"),
        "holderName": term("holderName"),
        "length": {"@id": term("length"), "@type": xsd("decimal")},
        "examDate": {"@id": term("examDate"), "@type": xsd("date")},
        "signedAt": {"@id": term("signedAt"), "@type": xsd("dateTime")},
        "level": term("level"),
        "portrait": term("portrait"),
        "sea": {"@id": term("sea"), "@type": xsd("boolean")},
    }})
    .to_string()
}

async fn make_template(app: &mut App) -> Result<()> {
    app.click("nav-issue").await?;
    app.click("issue-tab-templates").await?;
    app.click("new-template").await?;
    app.fill("template-name", "Boat licence").await?;
    app.script("document.querySelector('[data-testid=template-paste]').closest('details').open = true", vec![]).await?;
    app.fill("template-paste", &context()).await?;
    app.click("template-paste-use").await?;
    app.fill("template-type", "BoatLicence").await?;
    for (at, (name, kind)) in FIELDS.into_iter().enumerate() {
        app.click(&format!("term-{name}")).await?;
        app.see(&format!("field-kind-{at}")).await?;
        let found = app
            .script(
                "return document.querySelector(`[data-testid=\"field-kind-${arguments[0]}\"]`).value",
                vec![json!(at)],
            )
            .await?;
        ensure!(found == json!(kind), "{name} is offered as {found}");
    }
    app.choose("field-kind-4", "choice").await?;
    app.fill("field-choices-4", "Coast\u{e007}Ocean").await?;
    // A term that the context does not define is refused here, before anybody fills in a form.
    app.click("add-field").await?;
    app.fill("field-name-7", "forged").await?;
    app.click("template-save").await?;
    until("the undefined term to be refused", ANSWER, async || {
        let wrong = app
            .script("return document.querySelector('[data-testid=field-name-7]').getAttribute('aria-invalid')", vec![])
            .await?;
        Ok(if wrong == json!("true") { Seen::Yes(()) } else { Seen::NotYet(wrong.to_string()) })
    })
    .await?;
    app.shot("01-refused").await?;
    app.click("field-remove-7").await?;
    until("the field to be gone", ANSWER, async || {
        let left =
            app.script("return document.querySelectorAll('[data-testid^=template-field-]').length", vec![]).await?;
        Ok(if left == json!(FIELDS.len()) { Seen::Yes(()) } else { Seen::NotYet(left.to_string()) })
    })
    .await?;
    // What is typed is kept after a moment of rest.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    Ok(())
}

async fn fill(app: &mut App) -> Result<()> {
    app.fill("field-holderName", "Ada Berg").await?;
    app.fill("field-length", "12.5").await?;
    let choices = "return [...document.querySelector('[data-testid=field-level]').options].map((it) => it.value)";
    let choices = app.script(choices, vec![]).await?;
    ensure!(choices == json!(["", "Coast", "Ocean"]), "the choices are {choices}");
    app.choose("field-level", "Ocean").await?;
    app.choose("field-sea", "true").await?;
    let script = "
        const give = (id, value) => {
            const field = document.querySelector(`[data-testid=\"field-${id}\"]`);
            field.value = value;
            field.dispatchEvent(new Event('input', { bubbles: true }));
        };
        give('examDate', '2026-05-01');
        give('signedAt', '2026-05-01T10:00');
        const done = arguments[arguments.length - 1];
        const canvas = document.createElement('canvas');
        canvas.width = 900;
        canvas.height = 1200;
        const pen = canvas.getContext('2d');
        pen.fillStyle = '#4a7ab5';
        pen.fillRect(0, 0, 900, 1200);
        pen.fillStyle = '#f0d0b0';
        pen.beginPath();
        pen.arc(450, 500, 260, 0, 7);
        pen.fill();
        canvas.toBlob((blob) => {
            const files = new DataTransfer();
            files.items.add(new File([blob], 'portrait.png', { type: 'image/png' }));
            const input = document.querySelector('[data-testid=field-portrait-file]');
            input.files = files.files;
            input.dispatchEvent(new Event('change', { bubbles: true }));
            done(true);
        });";
    app.script_later(script, vec![]).await?;
    app.see("field-portrait-remove").await?;
    app.script("document.querySelector('[data-testid=field-portrait]').scrollIntoView()", vec![]).await.map(drop)
}

#[tokio::test]
async fn a_template_of_ones_own_makes_the_card_that_its_preview_shows() -> Result<()> {
    let home = TempDir::with_prefix("vouchsafe-window-")?;
    let mut app = App::start(home.path(), "templates").await?;
    make_wallet(&mut app, ISSUER, false).await?;
    make_template(&mut app).await?;

    app.crash().await?;
    let (issuer, holder) = both(&mut app).await?;
    app.look_at(&holder).await?;
    make_wallet(&mut app, HOLDER, false).await?;
    app.look_at(&issuer).await?;
    unlock(&mut app).await?;
    app.click("nav-issue").await?;
    app.click("issue-tab-templates").await?;
    app.click("new-template").await?;
    app.see("template-field-6").await?;
    app.shot("02-after-the-crash").await?;
    app.click("template-save").await?;
    app.see("template-delete").await?;
    app.shot("03-saved").await?;

    app.click("template-use").await?;
    fill(&mut app).await?;
    app.shot("04-form").await?;
    let preview = app.script(CARD, vec![]).await?;
    ensure!(preview[0] == json!("Boat licence"), "the preview shows {preview}");
    issue_when_accepted(&mut app, true).await?;
    app.script("document.querySelector('[data-testid=offer]').scrollIntoView({ block: 'center' })", vec![]).await?;
    app.click("offer").await?;
    app.see("invitation").await?;
    app.shot("05-invitation").await?;
    copy_link(&mut app).await?;

    app.look_at(&holder).await?;
    review_copied(&mut app).await?;
    keep_offered(&mut app).await?;
    let card = app.script(CARD, vec![]).await?;
    ensure!(card == preview, "previewed {preview}, stored {card}");
    no_check_failed(&app).await?;
    // A portrait is among what may be hidden until it is asked for.
    if app.sees("reveal-credentialSubject.portrait").await {
        app.click("reveal-credentialSubject.portrait").await?;
    }
    let pictures = app
        .script(
            "return [...document.querySelectorAll('dd img')].filter((it) => it.src.startsWith('data:image/jpeg')).length",
            vec![],
        )
        .await?;
    ensure!(pictures.as_u64() >= Some(1), "the holder does not see the image");
    app.shot("06-holder").await?;

    app.look_at(&issuer).await?;
    app.click("nav-issue").await?;
    app.click("issue-tab-templates").await?;
    app.click("templates-row").await?;
    app.see("template-copy").await?;
    let templates = ask(&app, "templates", json!({})).await?;
    let file = ask(&app, "template_file", json!({"id": templates[0]["id"]})).await?;
    let file = file.as_str().context("no file")?.to_owned();
    ensure!(file.contains("vouchsafe-template"), "{file}");
    app.click("template-delete").await?;
    app.click("confirm-yes").await?;
    app.click("import-template").await?;
    app.fill("import-text", &file.replace("\"version\": 1", "\"version\": 9")).await?;
    app.click("import-take").await?;
    app.see("problem").await?;
    app.shot("07-import-refused").await?;
    app.fill("import-text", &file).await?;
    app.click("import-take").await?;
    app.see("template-field-6").await?;
    app.shot("08-imported").await?;
    app.close().await
}
