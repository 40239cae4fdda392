//! One door in the real app: links that the desktop hands over by a second start while the wallet is locked, kept over a
//! crash until the person has decided; pictures dropped on the window; and the sentences for what cannot be used.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;
use vouchsafe_tests::wait::{Seen, until};
use vouchsafe_tests::window::App;

use super::{ANSWER, HOLDER, ISSUER, ask, beside, make_wallet, unlock};

/// A new invitation of the wallet in the window that is looked at.
async fn invitation(app: &App, many: bool) -> Result<Value> {
    let wanted = json!({"alias": null, "goal": null, "forIssuing": false, "multiUse": many, "expiresInHours": null});
    ask(app, "create_invitation", json!({"invitation": wanted})).await
}

fn text(value: &Value, name: &str) -> Result<String> {
    value[name].as_str().map(str::to_owned).with_context(|| format!("no {name} in {value}"))
}

/// QR codes side by side as a bitmap file, four pixels a module, drawn from the SVG that the app shows.
fn picture(codes: &[&Value]) -> Result<Vec<u8>> {
    const SCALE: usize = 4;
    let sides = codes.iter().map(|code| code["qrModules"].as_u64().context("no size")).collect::<Result<Vec<_>>>()?;
    let sides: Vec<usize> = sides.into_iter().map(|side| usize::try_from(side).unwrap() * SCALE).collect();
    let (width, height) = (sides.iter().sum::<usize>().next_multiple_of(4), *sides.iter().max().context("no codes")?);
    let mut pixels = vec![255_u8; width * height * 3];
    let mut left = 0;
    for (code, side) in codes.iter().zip(&sides) {
        let svg = code["qrSvg"].as_str().context("no picture")?;
        let path = svg.split("d=\"").nth(1).and_then(|rest| rest.split('"').next()).context("no path")?;
        for run in path.split('M').filter(|run| !run.is_empty()) {
            let numbers: Vec<usize> = run
                .split(|letter: char| !letter.is_ascii_digit())
                .filter(|part| !part.is_empty())
                .map(|part| part.parse().unwrap())
                .collect();
            let (x, y, length) = (numbers[0], numbers[1], numbers[2]);
            for row in y * SCALE..(y + 1) * SCALE {
                for column in x * SCALE..(x + length) * SCALE {
                    // The last row comes first in a bitmap file.
                    let at = ((height - 1 - row) * width + left + column) * 3;
                    pixels[at..at + 3].fill(0);
                }
            }
        }
        left += side;
    }
    let mut file = b"BM".to_vec();
    for number in [54 + pixels.len(), 0, 54, 40, width, height] {
        file.extend(u32::try_from(number)?.to_le_bytes());
    }
    file.extend([1, 0, 24, 0]);
    file.extend([0; 24]);
    file.extend(pixels);
    Ok(file)
}

/// Drops a file on the window, as the desktop does.
pub(super) async fn drop_file(app: &App, name: &str, kind: &str, bytes: &[u8]) -> Result<()> {
    let script = "
        const [name, kind, bytes] = arguments;
        const transfer = new DataTransfer();
        transfer.items.add(new File([new Uint8Array(bytes)], name, { type: kind }));
        for (const event of ['dragover', 'drop']) {
            document.body.dispatchEvent(
                new DragEvent(event, { bubbles: true, cancelable: true, dataTransfer: transfer }));
        }
        return transfer.files.length;";
    let dropped = app.script(script, vec![json!(name), json!(kind), json!(bytes)]).await?;
    ensure!(dropped == json!(1), "nothing was dropped: {dropped}");
    Ok(())
}

/// What a browser is shown at this link.
async fn browse(link: &str) -> Result<(u16, String)> {
    let answer = reqwest::Client::new()
        .get(link)
        .header("accept", "text/html,*/*;q=0.8")
        .header("accept-language", "de,en;q=0.5")
        .send()
        .await?;
    Ok((answer.status().as_u16(), answer.text().await?))
}

/// Adds a text by the sheet's field.
async fn add(app: &mut App, text: &str) -> Result<()> {
    app.click("add").await?;
    app.fill("add-text", text).await?;
    app.click("add-look").await
}

async fn gone(app: &App, id: &str) -> Result<()> {
    until(&format!("`{id}` to be gone"), ANSWER, async || {
        Ok(if app.sees(id).await { Seen::NotYet("there".to_owned()) } else { Seen::Yes(()) })
    })
    .await
}

#[tokio::test]
async fn links_wait_for_the_wallet_and_over_a_crash_until_they_are_answered() -> Result<()> {
    let home = TempDir::with_prefix("vouchsafe-window-")?;
    let mut app = App::start(home.path(), "add").await?;
    make_wallet(&mut app, HOLDER, false).await?;
    let holder = app.windows(1).await?.remove(0);
    let issuer = beside(&mut app, &[&holder], "issuer").await?;
    app.look_at(&issuer).await?;
    make_wallet(&mut app, ISSUER, false).await?;
    let (one, many) = (invitation(&app, false).await?, invitation(&app, true).await?);
    let (first, second) = (text(&one, "url")?, text(&many, "url")?);

    // What a person sees who opens the link in a browser.
    let (status, page) = browse(&first).await?;
    ensure!(status == 200 && page.contains(ISSUER) && page.contains("didcomm://invite?oob="), "{status}: {page}");
    app.keep("landing.html", page.as_bytes())?;

    // Two links are clicked while the wallet is locked. They wait, and it says so.
    app.look_at(&holder).await?;
    app.control('l').await?;
    app.see("unlock").await?;
    // Without a name they would be for the window that was used last, which is the other one.
    app.start_again(&["--profile", "personal", &first])?;
    app.start_again(&["--profile", "personal", &second.replacen("http://", "didcomm://", 1)])?;
    until("both links to wait", ANSWER, async || {
        let said = app.text("links-waiting").await?;
        Ok(if said.contains('2') { Seen::Yes(()) } else { Seen::NotYet(said) })
    })
    .await?;
    app.shot("01-locked").await?;
    unlock(&mut app).await?;
    ensure!(app.text("consent-label").await?.contains(ISSUER), "the first link is not shown");
    app.see("more-links").await?;
    app.shot("02-consent").await?;

    // The power fails before there is an answer: nobody was contacted, and the question is still there.
    app.crash().await?;
    unlock(&mut app).await?;
    app.see("consent").await?;
    app.see("more-links").await?;
    let holder = app.windows(1).await?.remove(0);
    let issuer = beside(&mut app, &[&holder], "issuer").await?;
    app.look_at(&issuer).await?;
    unlock(&mut app).await?;
    app.look_at(&holder).await?;
    app.click("connect").await?;
    app.click("show-connection").await?;

    // The other link comes next by itself. Not now is an answer.
    app.see("consent").await?;
    ensure!(!app.sees("more-links").await, "there is no third link");
    app.click("not-now").await?;
    gone(&app, "add-sheet").await?;

    // The first again: the way to its connection, not a second one.
    add(&mut app, &first).await?;
    app.see("used-before").await?;
    app.shot("03-used-before").await?;
    app.click("open-connection").await?;
    gone(&app, "add-sheet").await?;
    let (status, _) = browse(&first).await?;
    ensure!(status == 404, "a used invitation still has a page");

    // A picture dropped anywhere.
    drop_file(&app, "qr.bmp", "image/bmp", &picture(&[&many])?).await?;
    app.see("consent").await?;
    app.shot("04-dropped").await?;
    app.click("not-now").await?;
    gone(&app, "add-sheet").await?;

    // What is no invitation, and one whose sender is not there.
    add(&mut app, "see you at noon").await?;
    app.see("found-nothing").await?;
    app.shot("06-nothing").await?;
    app.fill("add-text", &elsewhere(&app, &second).await?).await?;
    app.click("add-look").await?;
    app.see("consent").await?;
    app.click("connect").await?;
    until("the sheet to say that nobody is there", ANSWER, async || {
        let said = app.text("turn").await?;
        Ok(if said.contains("cannot be reached") { Seen::Yes(()) } else { Seen::NotYet(said) })
    })
    .await?;
    app.shot("07-unreachable").await?;
    app.close().await
}

/// The same invitation under another id, from an address where nobody listens.
async fn elsewhere(app: &App, link: &str) -> Result<String> {
    let script = "
        const [before, value] = arguments[0].split('oob=');
        const padded = value.replaceAll('-', '+').replaceAll('_', '/');
        const invitation = JSON.parse(new TextDecoder().decode(
            Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0))));
        invitation['@id'] = '11111111-2222-4333-8444-555555555555';
        invitation.services[0].serviceEndpoint = 'http://127.0.0.1:9/';
        invitation.services[0].recipientKeys = ['did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH'];
        return JSON.stringify(invitation);";
    let made = app.script(script, vec![json!(link)]).await?;
    made.as_str().map(str::to_owned).context("no invitation")
}
