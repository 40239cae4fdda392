//! The desktop app in a real window, driven over WebDriver as a person would drive it: by what is on the screen.
//! `tauri-driver` starts the app and passes everything on to WebKitWebDriver; both want a screen and a session bus,
//! which `cargo xtask test app` provides.

use crate::peer::{build_folder, free_port};
use crate::wait::{Seen, until};
use anyhow::{Context, Result, bail};
use fantoccini::elements::Element;
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

/// The app in its windows, one of them looked at.
#[derive(Debug)]
pub struct App {
    client: Client,
    driver: Child,
    home: PathBuf,
    shots: PathBuf,
}

impl App {
    /// Starts the app with its wallets under `home`; `story` names the folder of the screenshots.
    ///
    /// # Errors
    /// When the app is not built or a driver is not installed.
    pub async fn start(home: &Path, story: &str) -> Result<Self> {
        let program = program()?;
        let (port, native) = (free_port()?, free_port()?);
        let driver = Command::new("tauri-driver")
            .args(["--port", &port.to_string(), "--native-port", &native.to_string()])
            .env("VOUCHSAFE_HOME", home)
            .env("HOME", home)
            .stdout(Stdio::null())
            .spawn()
            .context("tauri-driver could not be started; `cargo xtask setup` installs it")?;
        let shots = build_folder()?.join("screenshots").join(story);
        fs::create_dir_all(&shots)?;
        let mut app = Self { client: connect(port, &program).await?, driver, home: home.to_path_buf(), shots };
        app.client.set_window_size(1120, 760).await.ok();
        app.see("").await?;
        Ok(app)
    }

    /// What a second start of the program would do: its arguments go to the app that runs.
    ///
    /// # Errors
    /// When the second start fails.
    pub fn start_again(&self, arguments: &[&str]) -> Result<()> {
        let mut second = Command::new(program()?);
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
        let selector = if id.is_empty() { "main, [data-testid]".to_owned() } else { css(id) };
        let client = self.client.clone();
        let seen = until(&format!("`{id}` on the screen"), PATIENCE, async || {
            let Ok(element) = client.find(Locator::Css(&selector)).await else {
                return Ok(Seen::NotYet("absent".to_owned()));
            };
            let shown = element.is_displayed().await.unwrap_or(false);
            Ok(if shown { Seen::Yes(element) } else { Seen::NotYet("hidden".to_owned()) })
        })
        .await;
        match seen {
            Ok(element) => Ok(element),
            Err(error) => {
                self.shot(&format!("missing-{id}")).await.ok();
                let text = self.script("return document.body.innerText", vec![]).await.unwrap_or_default();
                Err(error.context(format!("the page says: {text}")))
            }
        }
    }

    /// Whether it is on the screen now.
    pub async fn sees(&self, id: &str) -> bool {
        match self.client.find(Locator::Css(&css(id))).await {
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
        let (client, selector) = (self.client.clone(), css(id));
        until(&format!("`{id}` to take a click"), PATIENCE, async || {
            let clicked = async {
                let element = client.find(Locator::Css(&selector)).await?;
                if element.is_enabled().await? { element.click().await.map(|()| true) } else { Ok(false) }
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

    /// Keeps what the window shows as `NAME.png`.
    ///
    /// # Errors
    /// When it cannot be taken or written.
    pub async fn shot(&self, name: &str) -> Result<()> {
        let image = self.client.screenshot().await?;
        fs::write(self.shots.join(format!("{name}.png")), image).context("the screenshot")
    }

    /// Closes the app.
    ///
    /// # Errors
    /// When it does not close.
    pub async fn close(self) -> Result<()> {
        self.client.clone().close().await.context("closing the app")
    }
}

impl Drop for App {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
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

fn css(id: &str) -> String {
    format!("[data-testid=\"{id}\"]")
}
