//! A wallet of 100,000 credentials in the real window: how long it takes from its passphrase to its list, how long from
//! a keystroke to the rows, and how much memory it holds, each beside an empty wallet and beside the smallest window
//! that this machine can show. Run by `cargo xtask bench wallet`, which builds what it needs and brings a screen.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, reason = "a benchmark")]

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;
use vouchsafe_store::{Passphrase, StoreError, Vault};
use vouchsafe_tests::signed::{Holder, Signer, row};
use vouchsafe_tests::window::App;

const PASSPHRASE: &str = "seven quiet herons over a wide estuary";
const GIVEN: [&str; 20] = [
    "Alice", "Björn", "Chidi", "Dara", "Elif", "Femi", "Greta", "Hiro", "Ines", "Jonas", "Kari", "Liam", "Mei",
    "Nadia", "Omar", "Petra", "Quinn", "Rosa", "Sven", "Tomás",
];
const FAMILY: [&str; 25] = [
    "Andersson",
    "Berg",
    "Castro",
    "Dahl",
    "Eriksen",
    "Faure",
    "Gómez",
    "Holm",
    "Ito",
    "Jansen",
    "Kowalski",
    "Lind",
    "Moreau",
    "Núñez",
    "Okafor",
    "Peña",
    "Quist",
    "Roth",
    "Silva",
    "Tanaka",
    "Ueda",
    "Vogel",
    "Weber",
    "Young",
    "Zhou",
];
const COUNTRY: [&str; 10] =
    ["Norway", "Bahamas", "Japan", "Nigeria", "Chile", "Poland", "Germany", "Portugal", "Canada", "Türkiye"];
/// What is typed, letter by letter.
const SEARCHES: [&str; 10] =
    ["alice", "nunez", "perm", "björn dahl", "10042", "norway", "city 7", "kowalski greta", "zzz", "rosa silva chile"];
/// How often the way from the passphrase to the list is gone.
const STARTS: usize = 5;

#[tokio::main]
async fn main() -> Result<()> {
    let amount: u32 = std::env::args().nth(1).map_or(Ok(100_000), |text| text.parse())?;
    let (empty, full) = (TempDir::with_prefix("vouchsafe-bench-")?, TempDir::with_prefix("vouchsafe-bench-")?);
    for home in [&empty, &full] {
        make(home.path()).await?;
    }
    let started = Instant::now();
    fill(full.path(), amount).await?;
    println!("{amount} credentials written in {:.1} s", started.elapsed().as_secs_f64());

    let (empty_list, empty_memory, _) = measure(empty.path(), false).await?;
    let (full_list, full_memory, searches) = measure(full.path(), true).await?;
    let row = |what: &str, value: String| println!("{what:<56} {value:>12}");
    row("passphrase to usable list, empty wallet (median)", format!("{empty_list:.0} ms"));
    row(&format!("passphrase to usable list, {amount} (median)"), format!("{full_list:.0} ms"));
    row("  over the empty one (at most 300)", format!("{:.0} ms", full_list - empty_list));
    let at = |percent: usize| searches[(searches.len() - 1) * percent / 100];
    row(&format!("keystroke to rows, {} keystrokes, median", searches.len()), format!("{:.1} ms", at(50)));
    row("  95th percentile (at most 50)", format!("{:.1} ms", at(95)));
    row("  slowest", format!("{:.1} ms", at(100)));
    row("memory, empty wallet", format!("{empty_memory:.0} MB"));
    row(&format!("memory, {amount}, after all searches and a scroll"), format!("{full_memory:.0} MB"));
    row("  over the empty one (at most 60)", format!("{:.0} MB", full_memory - empty_memory));
    let (floor_start, floor_memory) = floor().await?;
    row("smallest window: its program to its page", format!("{floor_start:.0} ms"));
    row("smallest window: memory", format!("{floor_memory:.0} MB"));
    Ok(())
}

/// A new wallet, made in the window as a person makes one.
async fn make(home: &Path) -> Result<()> {
    let mut app = App::start(home, "bench").await?;
    app.see("first-start").await?;
    app.fill("wallet-label", "Bench").await?;
    app.click("way-passphrase").await?;
    app.fill("passphrase", PASSPHRASE).await?;
    app.fill("passphrase-again", PASSPHRASE).await?;
    app.click("create-wallet").await?;
    app.see("recovery-words").await?;
    let script = "return [...document.querySelectorAll('.word')].map((word) => word.textContent)";
    let words = app.script(script, vec![]).await?;
    app.click("recovery-written").await?;
    app.see("recovery-confirm").await?;
    let script = "return [...document.querySelectorAll('[data-testid^=ask-]')].map((it) => it.dataset.testid)";
    for id in app.script(script, vec![]).await?.as_array().context("no words are asked for")? {
        let id = id.as_str().context("no id")?;
        let place: usize = id.trim_start_matches("ask-").parse()?;
        app.fill(id, words[place - 1].as_str().context("no word")?).await?;
    }
    app.click("recovery-confirm").await?;
    app.see("shell").await?;
    // The wallet's first identity comes by itself: it is not to be measured.
    tokio::time::sleep(Duration::from_secs(3)).await;
    app.end().await
}

/// Fills the wallet through its store. Forty cards are signed; the others take their shape and their proof.
async fn fill(home: &Path, amount: u32) -> Result<()> {
    let signers: Vec<Signer> = (0..40).map(|number| Signer::new(number, &format!("City {number}"))).collect();
    let shapes = signers
        .iter()
        .map(|signer| signer.card("urn:uuid:0", Holder { given: "A", family: "B", country: "C" }, None))
        .collect::<Result<Vec<Value>>>()?;
    let folder = home.join("profiles").join("personal").join("wallet");
    let store = Vault::open(&folder)?.unlock_with_passphrase(&Passphrase::new(PASSPHRASE))?;
    let begin: Timestamp = "2020-01-01T00:00:00Z".parse()?;
    for first in (0..amount).step_by(1000) {
        let rows: Vec<_> = (first..amount.min(first + 1000))
            .map(|number| {
                let at = usize::try_from(number).unwrap();
                let mut credential = shapes[at % shapes.len()].clone();
                credential["id"] = json!(format!("urn:uuid:{number:032x}"));
                credential["credentialSubject"]["givenName"] = json!(GIVEN[at % GIVEN.len()]);
                credential["credentialSubject"]["familyName"] = json!(FAMILY[at / 20 % FAMILY.len()]);
                credential["credentialSubject"]["birthCountry"] = json!(COUNTRY[at / 500 % COUNTRY.len()]);
                credential["credentialSubject"]["lprNumber"] = json!(format!("{}", 10_000 + number));
                row(number, credential, begin + SignedDuration::from_mins(i64::from(number)))
            })
            .collect();
        store
            .write(move |transaction| rows.iter().try_for_each(|row| transaction.put_credential(row)))
            .await
            .map_err(|error: StoreError| error)?;
    }
    store.seal().await;
    Ok(())
}

/// From the passphrase to the list, then memory and searches.
async fn measure(home: &Path, full: bool) -> Result<(f64, f64, Vec<f64>)> {
    let (wanted, mut lists) = (if full { "credentials-list-row" } else { "credentials-empty" }, Vec::new());
    let mut app = App::start(home, "bench").await?;
    for start in 0..STARTS {
        if start > 0 {
            app.crash().await?;
        }
        app.see("unlock").await?;
        tokio::time::sleep(Duration::from_secs(2)).await;
        app.fill("unlock-passphrase", PASSPHRASE).await?;
        let script = "
            const [wanted, done] = arguments;
            const begin = performance.now();
            const look = () => {
                if (!document.querySelector(`[data-testid=${wanted}]`)) return false;
                requestAnimationFrame(() => setTimeout(() => done(performance.now() - begin)));
                return true;
            };
            const watch = new MutationObserver(() => look() && watch.disconnect());
            watch.observe(document.body, { childList: true, subtree: true });
            document.querySelector('[data-testid=unlock-submit]').click();";
        lists.push(number(&app.script_later(script, vec![json!(wanted)]).await?)?);
    }
    lists.sort_by(f64::total_cmp);
    let mut searches = Vec::new();
    if full {
        for words in SEARCHES {
            for end in 1..=words.chars().count() {
                let typed: String = words.chars().take(end).collect();
                if typed.ends_with(' ') {
                    continue;
                }
                searches.push(number(&app.script_later(KEYSTROKE, vec![json!(typed)]).await?)?);
            }
            app.script_later(KEYSTROKE, vec![json!("")]).await?;
        }
        ensure!(searches.len() > 40, "too few keystrokes");
        searches.sort_by(f64::total_cmp);
        // Down the whole list and up again.
        let script = "
            const done = arguments[arguments.length - 1];
            const box = document.querySelector('[data-testid=credentials-list]').parentElement;
            let step = 0;
            const go = () => {
                step += 1;
                box.scrollTop = box.scrollHeight * (step <= 20 ? step / 20 : (40 - step) / 20);
                if (step < 40) setTimeout(go, 60); else done(null);
            };
            go();";
        app.script_later(script, vec![]).await?;
    }
    tokio::time::sleep(Duration::from_secs(5)).await;
    let memory = app.memory()?;
    app.end().await?;
    Ok((lists[lists.len() / 2], memory, searches))
}

/// Sets the search field as a keystroke does, and waits until the rows of its answer are painted.
const KEYSTROKE: &str = "
    const [typed, done] = arguments;
    const field = document.querySelector('[data-testid=credentials-search]');
    const answered = () => document.querySelector('[data-testid=credentials-count]')?.dataset.query;
    if (answered() === typed) return done(0);
    const begin = performance.now();
    const watch = new MutationObserver(() => {
        if (answered() !== typed) return;
        watch.disconnect();
        requestAnimationFrame(() => setTimeout(() => done(performance.now() - begin)));
    });
    watch.observe(document.body, { childList: true, subtree: true, attributes: true, characterData: true });
    field.value = typed;
    field.dispatchEvent(new Event('input', { bubbles: true }));";

fn number(value: &Value) -> Result<f64> {
    value.as_f64().with_context(|| format!("no time: {value}"))
}

/// The smallest Tauri window on this machine: from starting its program to its page, and its memory.
async fn floor() -> Result<(f64, f64)> {
    let program = std::env::current_exe()?.parent().context("no folder")?.join("examples/smallest-window");
    let home = TempDir::with_prefix("vouchsafe-bench-")?;
    let mut times = Vec::new();
    let mut memory = 0.0;
    for _ in 0..3 {
        let begin = Instant::now();
        let app = App::start_program(program.clone(), home.path(), "bench").await?;
        times.push(begin.elapsed().as_secs_f64() * 1000.0);
        tokio::time::sleep(Duration::from_secs(3)).await;
        memory = app.memory()?;
        app.end().await?;
    }
    times.sort_by(f64::total_cmp);
    Ok((times[1], memory))
}
