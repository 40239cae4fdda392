//! The desktop app in a real window, driven over WebDriver as a person would drive it: by what is on the screen.
//! `tauri-driver` starts the app and passes everything on to WebKitWebDriver; both want a screen and a session bus,
//! which `cargo xtask test app` provides.

use crate::peer::{build_folder, free_port, workspace};
use crate::wait::{Seen, until};
use anyhow::{Context, Result, bail, ensure};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
pub use fantoccini::wd::WindowHandle;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How long a screen may take to show what it should, on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOKS: [&str; 2] = ["light", "dark"];

/// The app in its windows, one of them looked at.
#[derive(Debug)]
pub struct App {
    client: Client,
    driver: Driver,
    program: PathBuf,
    home: PathBuf,
    shots: PathBuf,
    /// Variables that the next start of the app has beside the test's own.
    pub environment: Vec<(String, String)>,
}

impl App {
    /// Starts the app with its wallets under `home`; `story` names the folder of the screenshots.
    ///
    /// # Errors
    /// When the app is not built or a driver is not installed.
    pub async fn start(home: &Path, story: &str) -> Result<Self> {
        Self::start_program(program()?, home, story).await
    }

    /// As [`Self::start`], with variables of its own.
    ///
    /// # Errors
    /// As there.
    pub async fn start_in(home: &Path, story: &str, environment: Vec<(String, String)>) -> Result<Self> {
        Self::start_by(program()?, home, story, environment).await
    }

    /// As [`Self::start`], with a program that was built or installed elsewhere.
    ///
    /// # Errors
    /// When the app does not start or a driver is not installed.
    pub async fn start_program(program: PathBuf, home: &Path, story: &str) -> Result<Self> {
        Self::start_by(program, home, story, Vec::new()).await
    }

    async fn start_by(program: PathBuf, home: &Path, story: &str, environment: Vec<(String, String)>) -> Result<Self> {
        let shots = build_folder()?.join("screenshots").join(story);
        fs::create_dir_all(&shots)?;
        let (driver, client) = open(&program, home, &environment).await?;
        let mut app = Self { client, driver, program, home: home.to_path_buf(), shots, environment };
        app.see("").await?;
        Ok(app)
    }

    /// Kills the app where it stands, as a power failure would, and starts it again.
    ///
    /// # Errors
    /// When it was not running, or does not start.
    pub async fn crash(&mut self) -> Result<()> {
        let running = running(&self.program, &self.home)?;
        ensure!(running.len() == 1, "the app runs {} times", running.len());
        kill(running.first().context("the app does not run")?, "KILL")?;
        self.gone().await?;
        (self.driver, self.client) = open(&self.program, &self.home, &self.environment).await?;
        self.see("").await.map(drop)
    }

    /// What a second start of the program would do: its arguments go to the app that runs.
    ///
    /// # Errors
    /// When the second start fails.
    pub fn start_again(&self, arguments: &[&str]) -> Result<()> {
        let mut second = Command::new(&self.program);
        second.args(arguments).env("VOUCHSAFE_HOME", &self.home).env("HOME", &self.home);
        let status = second.status().context("the second start")?;
        if !status.success() {
            bail!("the second start ended with {status}");
        }
        Ok(())
    }

    /// Waits until there are this many windows and gives them in the order of their opening.
    ///
    /// # Errors
    /// When they do not open.
    pub async fn windows(&self, count: usize) -> Result<Vec<WindowHandle>> {
        until(&format!("{count} windows"), PATIENCE, async || {
            let found = self.client.windows().await?;
            Ok(if found.len() == count { Seen::Yes(found) } else { Seen::NotYet(format!("{found:?}")) })
        })
        .await
    }

    /// Looks at another window.
    ///
    /// # Errors
    /// When it is gone.
    pub async fn look_at(&self, window: &WindowHandle) -> Result<()> {
        self.client.switch_to_window(window.clone()).await.context("switching windows")
    }

    /// Waits until the element with this data-testid is there and shown; an empty name is the page itself.
    ///
    /// # Errors
    /// When it does not appear; the page's text is in the message.
    pub async fn see(&mut self, id: &str) -> Result<Element> {
        let client = self.client.clone();
        let seen = until(&format!("`{id}` on the screen"), PATIENCE, async || {
            let Ok(element) = find(&client, id).await else {
                return Ok(Seen::NotYet("absent".to_owned()));
            };
            let shown = element.is_displayed().await.unwrap_or(false);
            Ok(if shown { Seen::Yes(element) } else { Seen::NotYet("hidden".to_owned()) })
        })
        .await;
        match seen {
            Ok(element) => Ok(element),
            Err(error) => {
                if let Ok(image) = self.client.screenshot().await {
                    fs::write(self.shots.join(format!("missing-{id}.png")), image).ok();
                }
                let text = self.script("return document.body.innerText", vec![]).await.unwrap_or_default();
                Err(error.context(format!("the page says: {text}")))
            }
        }
    }

    /// Whether it is on the screen now.
    pub async fn sees(&self, id: &str) -> bool {
        match find(&self.client, id).await {
            Ok(element) => element.is_displayed().await.unwrap_or(false),
            Err(_) => false,
        }
    }

    /// Clicks it as soon as it is there and enabled.
    ///
    /// # Errors
    /// When it does not appear or cannot be clicked.
    pub async fn click(&mut self, id: &str) -> Result<()> {
        self.see(id).await?;
        let client = self.client.clone();
        until(&format!("`{id}` to take a click"), PATIENCE, async || {
            let clicked = async {
                let element = find(&client, id).await?;
                if !element.is_enabled().await? {
                    return Ok(false);
                }
                // The driver scrolls only to the nearest edge, where what lies over the page's border may take the click.
                let at = serde_json::to_value(&element).map_err(CmdError::Json)?;
                client.execute("arguments[0].scrollIntoView({ block: 'center' })", vec![at]).await?;
                element.click().await.map(|()| true)
            };
            Ok(match clicked.await {
                Ok(true) => Seen::Yes(()),
                Ok(false) => Seen::NotYet("disabled".to_owned()),
                Err(error) => Seen::NotYet(error.to_string()),
            })
        })
        .await
    }

    /// Types into it, in place of what was there.
    ///
    /// # Errors
    /// When it does not appear or takes no text.
    pub async fn fill(&mut self, id: &str, text: &str) -> Result<()> {
        let element = self.see(id).await?;
        element.clear().await.ok();
        element.send_keys(text).await.with_context(|| format!("typing into `{id}`"))
    }

    /// The text of it.
    ///
    /// # Errors
    /// When it does not appear.
    pub async fn text(&mut self, id: &str) -> Result<String> {
        Ok(self.see(id).await?.text().await?)
    }

    /// Runs a script in the page.
    ///
    /// # Errors
    /// When it throws.
    pub async fn script(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute(script, arguments).await?)
    }

    /// The processes of this app.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn processes(&self) -> Result<Vec<String>> {
        running(&self.program, &self.home)
    }

    /// Runs a script that calls its last argument with what it has to say.
    ///
    /// # Errors
    /// When it throws, or never calls.
    pub async fn script_later(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute_async(script, arguments).await?)
    }

    /// Keeps a file beside the screenshots.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, name: &str, content: &[u8]) -> Result<()> {
        fs::write(self.shots.join(name), content).with_context(|| name.to_owned())
    }

    /// Chooses from a list by the value of the choice.
    ///
    /// # Errors
    /// When the list does not appear or has no such choice.
    pub async fn choose(&mut self, id: &str, value: &str) -> Result<()> {
        self.see(id).await?;
        // A native list opens outside the page, where no driver reaches it: the page is told what a choice tells it.
        let script = "
            const list = document.querySelector(arguments[0]);
            list.value = arguments[1];
            list.dispatchEvent(new Event('input', { bubbles: true }));
            list.dispatchEvent(new Event('change', { bubbles: true }));
            return list.value === arguments[1];";
        let chosen = self.script(script, vec![css(id).into(), value.into()]).await?;
        ensure!(chosen == json!(true), "`{id}` has no choice `{value}`");
        Ok(())
    }

    /// Presses a key with Control held.
    ///
    /// # Errors
    /// When the driver does not take it.
    pub async fn control(&self, key: char) -> Result<()> {
        let control = char::from(Key::Control);
        let keys = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value: control })
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key })
            .then(KeyAction::Up { value: control });
        self.client.perform_actions(keys).await.context("pressing keys")
    }

    /// Keeps what the window shows as `NAME-light.png` and `NAME-dark.png`, once nothing moves any more, and has axe
    /// look over both: it must find nothing.
    ///
    /// # Errors
    /// When a picture cannot be taken or written, or axe finds something.
    pub async fn shot(&self, name: &str) -> Result<()> {
        let look = "
            const root = document.documentElement;
            const before = root.getAttribute('data-theme');
            if (arguments[0] === null) root.removeAttribute('data-theme');
            else root.setAttribute('data-theme', arguments[0]);
            return before;";
        let before = self.script(look, vec![json!(LOOKS[0])]).await?;
        for theme in LOOKS {
            self.script(look, vec![json!(theme)]).await?;
            self.rest().await?;
            let image = self.client.screenshot().await?;
            fs::write(self.shots.join(format!("{name}-{theme}.png")), image).context("the screenshot")?;
            self.script(look, vec![json!(theme)]).await?;
            self.rest().await?;
            let found = self.accessibility().await?;
            ensure!(found.is_empty(), "{name} in the {theme} look: {}", found.join("\n"));
        }
        self.script(look, vec![before]).await.map(drop)
    }

    /// Waits until no sheet slides and no colour fades, and that is painted; what moves for ever is not waited for.
    async fn rest(&self) -> Result<()> {
        let script = "return document.getAnimations()
            .filter((it) => it.playState === 'running' && it.effect.getComputedTiming().endTime !== Infinity).length";
        until("the page to come to rest", PATIENCE, async || {
            let moving = self.script(script, vec![]).await?;
            Ok(if moving == json!(0) { Seen::Yes(()) } else { Seen::NotYet(format!("{moving} animations")) })
        })
        .await?;
        let script = "
            const done = arguments[arguments.length - 1];
            requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50)));";
        self.client.execute_async(script, vec![]).await?;
        Ok(())
    }

    /// What axe finds on the screen, one line each.
    async fn accessibility(&self) -> Result<Vec<String>> {
        if self.script("return typeof window.axe", vec![]).await? != json!("object") {
            let source = fs::read_to_string(workspace().join("ui/node_modules/axe-core/axe.min.js"))
                .context("axe is not installed: `cargo xtask test app` does it")?;
            // The page's own policy allows no script to be added: it runs as part of the driver's.
            self.script(&source, vec![]).await?;
        }
        let script = "
            const done = arguments[arguments.length - 1];
            const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
            window.axe.run(document, { runOnly: { type: 'tag', values: tags } }).then(
                (found) => done(found.violations.flatMap((it) =>
                    it.nodes.map((node) => `${it.id}: ${node.target.join(' ')}: ${node.failureSummary}`))),
                (error) => done([String(error)]),
            );";
        let found = self.client.execute_async(script, vec![]).await?;
        Ok(serde_json::from_value(found)?)
    }

    /// Closes the app.
    ///
    /// # Errors
    /// When it does not close.
    pub async fn close(self) -> Result<()> {
        self.client.clone().close().await.context("closing the app")
    }
}

impl App {
    /// Ends the app at once, as a power failure would, and waits until it is gone.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn end(self) -> Result<()> {
        for process in running(&self.program, &self.home)? {
            kill(&process, "KILL")?;
        }
        self.gone().await
    }

    async fn gone(&self) -> Result<()> {
        until("the app to be gone", PATIENCE, async || {
            let left = self.processes()?;
            Ok(if left.is_empty() { Seen::Yes(()) } else { Seen::NotYet(format!("{left:?}")) })
        })
        .await
    }

    /// The memory of the app and of the processes that show its pages, in megabytes: what is shared is counted in
    /// parts (PSS), what was written to since is not left out.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn memory(&self) -> Result<f64> {
        let mut family = running(&self.program, &self.home)?;
        let mut parents = Vec::new();
        for process in fs::read_dir("/proc")?.flatten() {
            // The fourth field, after a name that may have spaces in it.
            let stat = fs::read_to_string(process.path().join("stat")).unwrap_or_default();
            let parent = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1)).map(str::to_owned);
            parents.extend(parent.map(|parent| (process.file_name().to_string_lossy().into_owned(), parent)));
        }
        let mut at = 0;
        while let Some(parent) = family.get(at).cloned() {
            family.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(process, _)| process.clone()));
            at += 1;
        }
        let mut kilobytes = 0.0;
        for process in &family {
            let told =
                fs::read_to_string(format!("/proc/{process}/smaps_rollup")).context("the memory of a process")?;
            let line = told.lines().find_map(|line| line.strip_prefix("Pss:")).context("no PSS")?;
            kilobytes += line.trim().trim_end_matches("kB").trim().parse::<f64>()?;
        }
        Ok(kilobytes / 1024.0)
    }
}

/// The running `tauri-driver`.
#[derive(Debug)]
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        // Killed outright it would leave WebKitWebDriver behind.
        if kill(&self.0.id().to_string(), "TERM").is_err() {
            let _ = self.0.kill();
        }
        let _ = self.0.wait();
    }
}

/// Time for a session to begin.
const SESSION_PATIENCE: Duration = Duration::from_secs(45);

/// Starts the app under a driver of its own. The driver sometimes loses a session before its first answer: it is tried
/// once more, without the app that it may have left behind.
#[expect(clippy::print_stderr, reason = "a test that needed a second try says so")]
async fn open(program: &Path, home: &Path, environment: &[(String, String)]) -> Result<(Driver, Client)> {
    let first = match tokio::time::timeout(SESSION_PATIENCE, open_once(program, home, environment)).await {
        Ok(Ok(opened)) => return Ok(opened),
        Ok(Err(error)) => format!("{error:#}"),
        Err(_) => "no answer in time".to_owned(),
    };
    eprintln!("the app is started once more: {first}");
    for left in running(program, home)? {
        kill(&left, "KILL").ok();
    }
    tokio::time::timeout(SESSION_PATIENCE, open_once(program, home, environment))
        .await
        .with_context(|| format!("the app was not started in time (before: {first})"))?
}

/// A driver of its own for one run of the app, and the session with it.
async fn open_once(program: &Path, home: &Path, environment: &[(String, String)]) -> Result<(Driver, Client)> {
    let (port, native) = (free_port()?, free_port()?);
    let driver = Command::new("tauri-driver")
        .args(["--port", &port.to_string(), "--native-port", &native.to_string()])
        .env("VOUCHSAFE_HOME", home)
        .env("HOME", home)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdout(Stdio::null())
        .spawn()
        .context("tauri-driver could not be started; `cargo xtask setup` installs it")?;
    let driver = Driver(driver);
    Ok((driver, connect(port, program).await?))
}

/// The processes of the app whose wallets are under `home`.
fn running(program: &Path, home: &Path) -> Result<Vec<String>> {
    let program = program.canonicalize()?;
    let wanted = format!("VOUCHSAFE_HOME={}", home.display());
    let mut found = Vec::new();
    for process in fs::read_dir("/proc")?.flatten() {
        // The system says so when another build has taken the place of the program that runs.
        let ours = fs::read_link(process.path().join("exe"))
            .is_ok_and(|exe| exe.to_string_lossy().trim_end_matches(" (deleted)") == program.to_string_lossy())
            && fs::read(process.path().join("environ"))
                .is_ok_and(|all| all.split(|byte| *byte == 0).any(|one| one == wanted.as_bytes()));
        if ours {
            found.push(process.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(found)
}

fn kill(process: &str, signal: &str) -> Result<()> {
    let status = Command::new("kill").args(["-s", signal, process]).status().context("kill")?;
    ensure!(status.success(), "process {process} took no {signal}");
    Ok(())
}

async fn connect(port: u16, program: &Path) -> Result<Client> {
    let options = json!({"application": program});
    let capabilities = [("tauri:options".to_owned(), options)].into_iter().collect();
    let address = format!("http://127.0.0.1:{port}");
    until("a WebDriver session", PATIENCE, async || {
        let session =
            ClientBuilder::new(HttpConnector::new()).capabilities(Clone::clone(&capabilities)).connect(&address).await;
        Ok(match session {
            Ok(client) => Seen::Yes(client),
            Err(error) => Seen::NotYet(error.to_string()),
        })
    })
    .await
}

fn program() -> Result<PathBuf> {
    let program = build_folder()?.join("vouchsafe");
    if !program.is_file() {
        bail!("the app is not built: {}; `cargo xtask test app` builds it", program.display());
    }
    Ok(program)
}

/// The element as a person would find it: in the sheet that lies over the page, if there is one.
async fn find(client: &Client, id: &str) -> Result<Element, CmdError> {
    let selector = if id.is_empty() { "[data-testid]".to_owned() } else { css(id) };
    match client.find(Locator::Css(&format!("dialog[open] {selector}"))).await {
        Err(_) => client.find(Locator::Css(&selector)).await,
        found => found,
    }
}

fn css(id: &str) -> String {
    format!("[data-testid=\"{id}\"]")
}
