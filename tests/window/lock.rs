//! The lock in the real app: whatever the desktop says makes the window forget what it showed within a second, and the
//! store is closed; so does a rest without input. Wrong passphrases cost time over a crash, and what was copied from the
//! wallet leaves the clipboard. The desktop's services are played on buses of the test's own.
#![expect(clippy::used_underscore_binding, reason = "D-Bus names what a stand-in has no use for")]

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use tempfile::TempDir;
use vouchsafe_tests::wait::{Seen, until};
use vouchsafe_tests::window::App;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{ObjectPath, Value};

use super::{
    ANSWER, HOLDER, ISSUER, both, copy_link, fill_form, issue_when_accepted, keep_offered, make_wallet, review_copied,
    unlock,
};

/// A value that stands in a credential and nowhere else.
const CANARY: &str = "Quaggazwiebel";
/// A value of the same card that looks sensitive.
const NUMBER: &str = "M-73519";
const LOGIN: &str = "/org/freedesktop/login1";
const SESSION: &str = "/org/freedesktop/login1/session/_31";
/// What the lock may take, from the desktop's word to a window and a store that are shut.
const AT_ONCE: Duration = Duration::from_secs(1);

/// The system's bus as the app finds it, with a login service that says what the test wants.
struct System {
    daemon: Child,
    address: String,
    bus: zbus::Connection,
    /// The ends of what was handed out to hold off sleep.
    delays: Arc<Mutex<Vec<UnixStream>>>,
}

impl Drop for System {
    fn drop(&mut self) {
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

struct Manager(Arc<Mutex<Vec<UnixStream>>>);

#[expect(clippy::unused_self, reason = "D-Bus gives the calls their shape")]
#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    #[zbus(name = "GetSessionByPID")]
    fn session_by_pid(&self, _pid: u32) -> ObjectPath<'static> {
        ObjectPath::from_static_str_unchecked(SESSION)
    }

    fn inhibit(&self, what: &str, _who: &str, _why: &str, mode: &str) -> zbus::fdo::Result<zbus::zvariant::OwnedFd> {
        if (what, mode) != ("sleep", "delay") {
            return Err(zbus::fdo::Error::InvalidArgs(format!("{what} {mode}")));
        }
        let (ours, theirs) = UnixStream::pair().map_err(|error| zbus::fdo::Error::IOError(error.to_string()))?;
        self.0.lock().unwrap().push(ours);
        Ok(OwnedFd::from(theirs).into())
    }

    #[zbus(signal)]
    async fn prepare_for_sleep(emitter: &SignalEmitter<'_>, begins: bool) -> zbus::Result<()>;
}

impl System {
    async fn start() -> Result<Self> {
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address=1"])
            .stdout(Stdio::piped())
            .spawn()
            .context("dbus-daemon")?;
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().context("no output")?).read_line(&mut address)?;
        let (address, delays) = (address.trim().to_owned(), Arc::default());
        let bus = zbus::connection::Builder::address(address.as_str())?
            .serve_at(LOGIN, Manager(Arc::clone(&delays)))?
            .name("org.freedesktop.login1")?
            .build()
            .await?;
        Ok(Self { daemon, address, bus, delays })
    }

    async fn sleep(&self, begins: bool) -> Result<()> {
        let emitter = SignalEmitter::new(&self.bus, LOGIN)?;
        Ok(Manager::prepare_for_sleep(&emitter, begins).await?)
    }

    async fn session(&self, property: &str, value: bool) -> Result<()> {
        let changed = HashMap::from([(property, Value::Bool(value))]);
        let said = ("org.freedesktop.login1.Session", changed, Vec::<&str>::new());
        let properties = "org.freedesktop.DBus.Properties";
        Ok(self.bus.emit_signal(None::<&str>, SESSION, properties, "PropertiesChanged", &said).await?)
    }

    async fn lock_session(&self) -> Result<()> {
        Ok(self.bus.emit_signal(None::<&str>, SESSION, "org.freedesktop.login1.Session", "Lock", &()).await?)
    }

    /// Waits until what holds off sleep is let go, or taken again.
    async fn delayed(&self, wanted: bool) -> Result<()> {
        until(&format!("sleep held off: {wanted}"), ANSWER, async || {
            let mut delays = self.delays.lock().unwrap();
            delays.retain_mut(|end| {
                end.set_nonblocking(true).unwrap();
                end.read(&mut [0]).is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
            });
            Ok(if delays.is_empty() == wanted { Seen::NotYet(delays.len().to_string()) } else { Seen::Yes(()) })
        })
        .await
    }
}

/// A credential with the canary in it, from the issuer's window to the holder's, which then shows it.
async fn receive(app: &mut App) -> Result<()> {
    let (issuer, holder) = both(app).await?;
    app.look_at(&holder).await?;
    make_wallet(app, HOLDER, false).await?;
    app.look_at(&issuer).await?;
    fill_form(app, "membership").await?;
    app.fill("field-familyName", CANARY).await?;
    app.fill("field-membershipNumber", NUMBER).await?;
    issue_when_accepted(app, true).await?;
    app.click("offer").await?;
    app.see("qr").await?;
    copy_link(app).await?;
    app.look_at(&holder).await?;
    review_copied(app).await?;
    keep_offered(app).await
}

/// The values as they are in the page, whether they are shown or not.
async fn tells(app: &App, text: &str) -> Result<bool> {
    let script = "
        const fields = [...document.querySelectorAll('input, textarea')].map((field) => field.value);
        return (document.documentElement.outerHTML + fields.join(' ') + document.title).includes(arguments[0]);";
    Ok(app.script(script, vec![json!(text)]).await? == json!(true))
}

/// Opens the holder's credential again, with the canary on the screen.
async fn open_credential(app: &mut App) -> Result<()> {
    unlock(app).await?;
    app.click("nav-credentials").await?;
    app.see("credential-title").await?;
    until("the value on the screen", ANSWER, async || {
        Ok(if tells(app, CANARY).await? { Seen::Yes(()) } else { Seen::NotYet("not there".to_owned()) })
    })
    .await
}

/// How often the app has the holder's wallet open: the keys of one window lock its own wallet only.
fn open_stores(app: &App) -> Result<usize> {
    let mut open = 0;
    for process in app.processes()? {
        for file in std::fs::read_dir(format!("/proc/{process}/fd"))?.flatten() {
            open += usize::from(
                std::fs::read_link(file.path()).is_ok_and(|to| to.ends_with("holder/wallet/wallet.sqlite")),
            );
        }
    }
    Ok(open)
}

/// From now the window has a second to forget, and the store to close.
async fn is_locked(app: &mut App, why: &str, since: Instant) -> Result<()> {
    while tells(app, CANARY).await? {
        ensure!(since.elapsed() < AT_ONCE, "{why}: the value is still in the page");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    while open_stores(app)? > 0 {
        ensure!(since.elapsed() < AT_ONCE, "{why}: the store is still open");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    app.see("unlock").await?;
    let refused = "
        const done = arguments[arguments.length - 1];
        window.__TAURI_INTERNALS__
            .invoke('credentials', { query: { query: '', offset: 0, limit: 10 } })
            .then(() => done('answered'), (failure) => done(failure.code));";
    let code = app.script_later(refused, vec![]).await?;
    ensure!(code == json!("wallet-locked"), "{why}: asked for its credentials, the locked wallet says {code}");
    Ok(())
}

async fn screen_saver() -> Result<zbus::Connection> {
    Ok(zbus::connection::Builder::session()?.name("org.freedesktop.ScreenSaver")?.build().await?)
}

fn clipboard() -> Option<String> {
    arboard::Clipboard::new().ok()?.get_text().ok().filter(|text| !text.is_empty())
}

/// What was copied and is secret goes with the lock; what is meant for others stays.
async fn copies(app: &mut App) -> Result<()> {
    let (path, _) = claim(app).await?;
    app.click(&format!("copy-{path}")).await?;
    until("the value on the clipboard", ANSWER, async || {
        let text = clipboard();
        Ok(if text.as_deref() == Some(CANARY) { Seen::Yes(()) } else { Seen::NotYet(format!("{text:?}")) })
    })
    .await
}

async fn claim(app: &App) -> Result<(String, String)> {
    let script = "
        const found = [...document.querySelectorAll('[data-testid^=\"claims-\"]')]
            .find((it) => it.textContent.includes(arguments[0]));
        return [found.dataset.testid.slice(7), found.textContent];";
    let found = app.script(script, vec![json!(CANARY)]).await?;
    Ok((found[0].as_str().context("no claim")?.to_owned(), found[1].as_str().unwrap_or_default().to_owned()))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_reason_to_lock_makes_the_wallet_unreadable_within_a_second() -> Result<()> {
    let home = TempDir::with_prefix("vouchsafe-window-")?;
    let system = System::start().await?;
    let saver = screen_saver().await?;
    let environment = |idle: u32| {
        vec![
            ("DBUS_SYSTEM_BUS_ADDRESS".to_owned(), system.address.clone()),
            ("VOUCHSAFE_IDLE_SECONDS".to_owned(), idle.to_string()),
        ]
    };
    let mut app = App::start_in(home.path(), "lock", environment(600)).await?;
    make_wallet(&mut app, ISSUER, false).await?;
    receive(&mut app).await?;
    app.shot("01-hidden-values").await?;

    copies(&mut app).await?;
    let since = Instant::now();
    app.control('l').await?;
    is_locked(&mut app, "Ctrl+L", since).await.context("by hand")?;
    until("the value to leave the clipboard", AT_ONCE, async || Ok(clipboard().map_or(Seen::Yes(()), Seen::NotYet)))
        .await?;
    app.shot("02-locked").await?;

    open_credential(&mut app).await?;
    system.delayed(true).await?;
    let since = Instant::now();
    system.sleep(true).await?;
    is_locked(&mut app, "sleep", since).await?;
    system.delayed(false).await?;
    app.shot("03-after-sleep").await?;
    system.sleep(false).await?;
    system.delayed(true).await?;

    for why in ["screen saver", "session lock", "user switch", "locked hint"] {
        open_credential(&mut app).await?;
        let since = Instant::now();
        match why {
            "screen saver" => {
                let (path, name) = ("/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver");
                saver.emit_signal(None::<&str>, path, name, "ActiveChanged", &true).await?;
            }
            "session lock" => system.lock_session().await?,
            "user switch" => system.session("Active", false).await?,
            _ => system.session("LockedHint", true).await?,
        }
        is_locked(&mut app, why, since).await?;
    }

    // Wrong passphrases cost 1, 2, 4, 8 seconds, and the last of these outlives a crash.
    for _ in 0..4 {
        app.fill("unlock-passphrase", "not this one").await?;
        app.click("unlock-submit").await?;
        app.see("problem").await?;
        until("the wait", ANSWER, async || {
            let button = waits(&app).await?;
            Ok(if button.is_some() { Seen::Yes(()) } else { Seen::NotYet("no wait".to_owned()) })
        })
        .await?;
    }
    app.environment = environment(7);
    app.crash().await?;
    let holder = holder(&mut app).await?;
    app.look_at(&holder).await?;
    app.see("unlock").await?;
    let Some(left) = waits(&app).await? else { bail!("a crash saves the wait") };
    ensure!((1..=8).contains(&left), "{left} seconds are left");
    app.shot("04-waits-after-the-crash").await?;
    unlock(&mut app).await?;
    app.see("credential-title").await?;
    // A rest without input.
    let since = Instant::now();
    app.see("unlock").await?;
    ensure!(since.elapsed() > Duration::from_secs(4), "it locked after {:?}", since.elapsed());
    ensure!(!tells(&app, CANARY).await? && open_stores(&app)? == 0, "the rest locked nothing");
    app.shot("05-after-a-rest").await?;
    app.close().await
}

async fn holder(app: &mut App) -> Result<vouchsafe_tests::window::WindowHandle> {
    Ok(both(app).await?.1)
}

/// The seconds that the button counts down.
async fn waits(app: &App) -> Result<Option<u64>> {
    let script = "
        const button = document.querySelector('[data-testid=unlock-submit]');
        return button && button.disabled ? button.textContent.replace(/\\D+/g, '') : '';";
    Ok(app.script(script, vec![]).await?.as_str().and_then(|text| text.parse().ok()))
}
