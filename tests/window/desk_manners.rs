//! The app among the others on the desktop: a closed window waits in the tray and its wallet goes on, notifications and
//! the tray say that something waits and never what, a click leads to it, and a window is found again where it was left.
//! The desktop's tray and its notification server are played on the session's bus.
#![expect(clippy::used_underscore_binding, reason = "D-Bus names what a stand-in has no use for")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;
use vouchsafe_tests::wait::{Seen, until};
use vouchsafe_tests::window::{App, WindowHandle};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConfigureWindowAux, ConnectionExt as _, EventMask, InputFocus, MapState, Window,
};
use x11rb::rust_connection::RustConnection;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::OwnedValue;

use super::{ANSWER, HOLDER, ISSUER, ask, both, make_wallet, unlock};

/// A value of the credential that stands nowhere else.
const CANARY: &str = "Quaggazwiebel";
/// The holder's own name for the issuer.
const NAMED: &str = "Town hall";
const NOTIFICATIONS: &str = "/org/freedesktop/Notifications";

/// A notification: its title and its body.
type Notice = (String, String);

/// A picture: its width, its height, its pixels.
type Pixels = (i32, i32, Vec<u8>);

/// A line of a menu: its id, its properties, the lines below it.
type Line = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

/// The desktop as the app finds it on the bus.
struct Desktop {
    bus: zbus::Connection,
    tray: Arc<Mutex<Vec<String>>>,
    notices: Arc<Mutex<Vec<Notice>>>,
    screen: Screen,
}

struct Watcher(Arc<Mutex<Vec<String>>>);

#[expect(clippy::unused_self, reason = "D-Bus gives the calls their shape")]
#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, item: String) {
        self.0.lock().unwrap().push(item);
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }
}

struct Notifications(Arc<Mutex<Vec<Notice>>>);

#[expect(clippy::unused_self, reason = "D-Bus gives the calls their shape")]
#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    fn get_capabilities(&self) -> Vec<String> {
        vec!["body".to_owned(), "actions".to_owned()]
    }

    #[expect(clippy::too_many_arguments, reason = "the specification's own")]
    fn notify(
        &self,
        _program: String,
        replaces: u32,
        _icon: String,
        title: String,
        body: String,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        let mut notices = self.0.lock().unwrap();
        notices.push((title, body));
        if replaces > 0 { replaces } else { u32::try_from(notices.len()).unwrap() }
    }

    fn close_notification(&self, _id: u32) {}

    #[zbus(signal)]
    async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, key: &str) -> zbus::Result<()>;
}

impl Desktop {
    async fn start() -> Result<Self> {
        let (tray, notices) = (Arc::default(), Arc::default());
        let bus = zbus::connection::Builder::session()?
            .serve_at("/StatusNotifierWatcher", Watcher(Arc::clone(&tray)))?
            .serve_at(NOTIFICATIONS, Notifications(Arc::clone(&notices)))?
            .name("org.kde.StatusNotifierWatcher")?
            .name("org.freedesktop.Notifications")?
            .build()
            .await?;
        Ok(Self { bus, tray, notices, screen: Screen::new()? })
    }

    async fn property(&self, name: &str) -> Result<OwnedValue> {
        let item = self.item()?;
        let asked = ("org.kde.StatusNotifierItem", name);
        let interface = Some("org.freedesktop.DBus.Properties");
        let path = "/StatusNotifierItem";
        let answer = self.bus.call_method(Some(item.as_str()), path, interface, "Get", &asked).await?;
        Ok(answer.body().deserialize()?)
    }

    /// What the tray shows over its icon.
    async fn tip(&self) -> Result<String> {
        let (_, _, _, text): (String, Vec<Pixels>, String, String) = self.property("ToolTip").await?.try_into()?;
        Ok(text)
    }

    /// The icon in its largest size, kept as a picture beside the screenshots.
    async fn icon(&self, app: &App, name: &str) -> Result<Vec<u8>> {
        let sizes: Vec<Pixels> = self.property("IconPixmap").await?.try_into()?;
        let (width, height, pixels) = sizes.into_iter().max_by_key(|(width, ..)| *width).context("no icon")?;
        let mut picture =
            format!("P7\nWIDTH {width}\nHEIGHT {height}\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n")
                .into_bytes();
        picture.extend(pixels.chunks_exact(4).flat_map(|pixel| [pixel[1], pixel[2], pixel[3], pixel[0]]));
        app.keep(name, &picture)?;
        Ok(pixels)
    }

    fn item(&self) -> Result<String> {
        self.tray.lock().unwrap().last().cloned().context("nothing in the tray")
    }

    async fn says(&self, wanted: &str) -> Result<()> {
        until(&format!("the tray to say {wanted:?}"), ANSWER, async || {
            let tip = match self.tip().await {
                Ok(tip) => tip,
                Err(error) => return Ok(Seen::NotYet(error.to_string())),
            };
            Ok(if tip == wanted { Seen::Yes(()) } else { Seen::NotYet(tip) })
        })
        .await
    }

    /// The lines of the tray's menu, with their ids.
    async fn menu(&self) -> Result<Vec<(i32, String)>> {
        let item = self.item()?;
        let asked = (0_i32, -1_i32, Vec::<String>::new());
        let menu = Some("com.canonical.dbusmenu");
        let answer = self.bus.call_method(Some(item.as_str()), "/MenuBar", menu, "GetLayout", &asked).await?;
        let (_, (_, _, lines)): (u32, Line) = answer.body().deserialize()?;
        let mut labels = Vec::new();
        for line in lines {
            let (id, properties, _) = Line::try_from(line)?;
            if let Some(label) = properties.get("label") {
                labels.push((id, String::try_from(label.try_clone()?)?));
            }
        }
        Ok(labels)
    }

    /// Chooses from the tray's menu as soon as it has that line; a menu that has just changed does not know the old one.
    async fn choose(&self, label: &str) -> Result<()> {
        until(&format!("{label:?} in the tray"), ANSWER, async || {
            let lines = self.menu().await?;
            let Some((id, _)) = lines.iter().find(|(_, line)| line == label) else {
                return Ok(Seen::NotYet(format!("{lines:?}")));
            };
            let (item, menu) = (self.item()?, Some("com.canonical.dbusmenu"));
            let clicked = (*id, "clicked", zbus::zvariant::Value::from(0), 0_u32);
            let answer = self.bus.call_method(Some(item.as_str()), "/MenuBar", menu, "Event", &clicked).await;
            Ok(answer.map_or_else(|error| Seen::NotYet(error.to_string()), |_| Seen::Yes(())))
        })
        .await
    }

    /// Waits until this was notified, and answers with the notification's id.
    async fn notified(&self, wanted: &str) -> Result<u32> {
        until(&format!("the notification {wanted:?}"), ANSWER, async || {
            let notices = self.notices.lock().unwrap();
            let at = notices.iter().position(|(title, _)| title == wanted);
            Ok(at.map_or_else(|| Seen::NotYet(format!("{notices:?}")), |at| Seen::Yes(u32::try_from(at + 1).unwrap())))
        })
        .await
    }

    async fn click(&self, id: u32) -> Result<()> {
        let emitter = SignalEmitter::new(&self.bus, NOTIFICATIONS)?;
        Ok(Notifications::action_invoked(&emitter, id, "default").await?)
    }
}

/// The windows on the screen, as a window manager would treat them.
struct Screen {
    x: RustConnection,
    root: Window,
}

impl Screen {
    fn new() -> Result<Self> {
        let (x, number) = x11rb::connect(None)?;
        let root = x.setup().roots[number].root;
        Ok(Self { x, root })
    }

    fn window(&self, profile: &str) -> Result<Window> {
        let name = self.x.intern_atom(false, b"_NET_WM_NAME")?.reply()?.atom;
        let wanted = format!("Vouchsafe – {profile}");
        for window in self.x.query_tree(self.root)?.reply()?.children {
            let title = self.x.get_property(false, window, name, AtomEnum::ANY, 0, 64)?.reply();
            if title.is_ok_and(|title| title.value == wanted.as_bytes()) {
                return Ok(window);
            }
        }
        bail!("no window of {profile}")
    }

    /// The cross in the window's frame.
    fn close(&self, profile: &str) -> Result<()> {
        let atom = |name: &[u8]| Ok::<_, anyhow::Error>(self.x.intern_atom(false, name)?.reply()?.atom);
        let (protocols, delete) = (atom(b"WM_PROTOCOLS")?, atom(b"WM_DELETE_WINDOW")?);
        let window = self.window(profile)?;
        let message = ClientMessageEvent::new(32, window, protocols, [delete, 0, 0, 0, 0]);
        self.x.send_event(false, window, EventMask::NO_EVENT, message)?;
        self.x.flush().map_err(Into::into)
    }

    async fn is_shown(&self, profile: &str, wanted: bool) -> Result<()> {
        until(&format!("the window of {profile} to be shown: {wanted}"), ANSWER, async || {
            let window = self.window(profile)?;
            let state = self.x.get_window_attributes(window)?.reply()?.map_state;
            Ok(if (state == MapState::VIEWABLE) == wanted { Seen::Yes(()) } else { Seen::NotYet(format!("{state:?}")) })
        })
        .await
    }

    fn focus(&self, profile: &str) -> Result<()> {
        self.x.set_input_focus(InputFocus::PARENT, self.window(profile)?, x11rb::CURRENT_TIME)?.check()?;
        Ok(())
    }

    fn place(&self, profile: &str, to: [i32; 2]) -> Result<()> {
        let place = ConfigureWindowAux::new().x(to[0]).y(to[1]);
        self.x.configure_window(self.window(profile)?, &place)?.check()?;
        Ok(())
    }

    async fn is_at(&self, profile: &str, wanted: [i16; 2]) -> Result<()> {
        until(&format!("the window of {profile} at {wanted:?}"), ANSWER, async || {
            let found = self.x.get_geometry(self.window(profile)?)?.reply()?;
            Ok(if [found.x, found.y] == wanted { Seen::Yes(()) } else { Seen::NotYet(format!("{found:?}")) })
        })
        .await
    }
}

/// A connection of the two, which the holder gave a name; answers with its id at the issuer's.
async fn connect(app: &App, issuer: &WindowHandle, holder: &WindowHandle) -> Result<Value> {
    app.look_at(issuer).await?;
    let wanted = json!({"alias": null, "goal": null, "forIssuing": true, "multiUse": false, "expiresInHours": null});
    let invitation = ask(app, "create_invitation", json!({ "invitation": wanted })).await?;
    app.look_at(holder).await?;
    let connect = json!({ "text": invitation["url"], "alias": NAMED, "allowPrivate": true, "reuse": false });
    ask(app, "connect", json!({ "connect": connect })).await?;
    app.look_at(issuer).await?;
    until("the connection", ANSWER, async || {
        let all = ask(app, "connections", json!({ "query": { "query": "", "offset": 0, "limit": 10 } })).await?;
        let row = &all["rows"][0];
        Ok(if row["phase"] == "connected" { Seen::Yes(row["id"].clone()) } else { Seen::NotYet(row.to_string()) })
    })
    .await
}

async fn offer(app: &App, issuer: &WindowHandle, to: &Value) -> Result<()> {
    app.look_at(issuer).await?;
    let values = [("givenName", "Alice"), ("familyName", CANARY), ("memberOf", CANARY), ("membershipNumber", CANARY)]
        .map(|(name, value)| json!({ "name": name, "value": value }));
    let credential = json!({
        "typeId": "membership", "values": values, "document": null, "proofType": "Ed25519Signature2020",
        "issuerDid": null, "validUntil": null, "revocable": false, "suspendable": false,
    });
    let to = json!({ "kind": "connection", "connectionId": to });
    let offer = json!({ "credential": credential, "to": to, "comment": CANARY, "autoIssue": true });
    ask(app, "offer_credential", json!({ "offer": offer })).await.map(drop)
}

/// A window that was moved is where it was after a crash.
async fn found_again(app: &mut App, desktop: &Desktop, home: &TempDir) -> Result<()> {
    desktop.screen.place("personal", [37, 23])?;
    until("the place to be kept", ANSWER, async || {
        let kept = std::fs::read(home.path().join("profiles/personal/window.json")).unwrap_or_default();
        let kept: Value = serde_json::from_slice(&kept).unwrap_or_default();
        let there = kept["window"]["x"] == json!(37.0) && kept["window"]["y"] == json!(23.0);
        Ok(if there { Seen::Yes(()) } else { Seen::NotYet(kept["window"].to_string()) })
    })
    .await?;
    app.crash().await?;
    desktop.screen.is_at("personal", [37, 23]).await
}

#[tokio::test]
async fn a_closed_window_waits_in_the_tray_and_what_comes_in_is_told_without_a_word_of_it() -> Result<()> {
    let desktop = Desktop::start().await?;
    let home = TempDir::with_prefix("vouchsafe-window-")?;
    let mut app = App::start(home.path(), "desk-manners").await?;
    make_wallet(&mut app, ISSUER, false).await?;
    found_again(&mut app, &desktop, &home).await?;
    unlock(&mut app).await?;
    let (issuer, holder) = both(&mut app).await?;
    app.look_at(&holder).await?;
    make_wallet(&mut app, HOLDER, false).await?;
    app.click("nav-settings").await?;
    app.see("settings-desktop").await?;
    app.script("document.querySelector('[data-testid=settings-desktop]').scrollIntoView()", vec![]).await?;
    app.shot("01-settings").await?;
    let to_holder = connect(&app, &issuer, &holder).await?;

    let plain = desktop.icon(&app, "tray.pam").await?;

    // The holder closes the window. The wallet goes on, and a click on what it told leads to it.
    desktop.screen.close("holder")?;
    desktop.screen.is_shown("holder", false).await?;
    offer(&app, &issuer, &to_holder).await?;
    let told = desktop.notified(&format!("{NAMED} offers you a credential")).await?;
    desktop.says("holder: 1 offer waits").await?;
    ensure!(desktop.icon(&app, "tray-waiting.pam").await? != plain, "the icon has no mark");
    desktop.click(told).await?;
    desktop.screen.is_shown("holder", true).await?;
    app.look_at(&holder).await?;
    app.see("strip").await?;
    app.shot("02-clicked").await?;

    // While the person looks at it, the desktop is told nothing.
    desktop.screen.focus("holder")?;
    let before = desktop.notices.lock().unwrap().len();
    offer(&app, &issuer, &to_holder).await?;
    desktop.says("holder: 2 offers wait").await?;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    let after = desktop.notices.lock().unwrap().clone();
    ensure!(after.len() == before, "told what the person was looking at: {after:?}");
    desktop.screen.focus("personal")?;
    offer(&app, &issuer, &to_holder).await?;
    until("what came in behind another window to be told", ANSWER, async || {
        let notices = desktop.notices.lock().unwrap();
        Ok(if notices.len() > before { Seen::Yes(()) } else { Seen::NotYet(format!("{notices:?}")) })
    })
    .await?;

    // Closed and locked at once, as the person now wants it: the tray tells no number any more. What was allowed goes on
    // behind the lock, and of what comes in there nothing is told but that it came.
    app.look_at(&holder).await?;
    let lock = json!({ "idleMinutes": 5, "keepWorking": true, "clipboardSeconds": 30, "hidden": "sensitive" });
    ask(&app, "save_lock_settings", json!({ "lock": lock })).await?;
    let chosen = json!({ "onClose": "tray", "lockWhenClosed": true, "notifications": true });
    ask(&app, "save_desktop_settings", json!({ "desktop": chosen })).await?;
    desktop.screen.close("holder")?;
    desktop.screen.is_shown("holder", false).await?;
    desktop.says("").await?;
    let menu: Vec<String> = desktop.menu().await?.into_iter().map(|(_, label)| label).collect();
    ensure!(menu == ["Show holder", "Locked", "Show personal", "Lock now", "Quit"], "the tray has {menu:?}");
    offer(&app, &issuer, &to_holder).await?;
    desktop.notified("Something waits in your wallet").await?;
    app.look_at(&holder).await?;
    desktop.choose("Show holder").await?;
    desktop.screen.is_shown("holder", true).await?;
    app.see("locked-because").await?;
    app.shot("03-locked").await?;
    unlock(&mut app).await?;

    // Closed for good, the wallet is gone and the other stays.
    let chosen = json!({ "onClose": "quit", "lockWhenClosed": true, "notifications": true });
    ask(&app, "save_desktop_settings", json!({ "desktop": chosen })).await?;
    desktop.screen.close("holder")?;
    app.windows(1).await?;
    desktop.choose("Show Vouchsafe").await?;

    for (title, body) in &*desktop.notices.lock().unwrap() {
        for secret in [CANARY, ISSUER, HOLDER] {
            ensure!(!title.contains(secret) && !body.contains(secret), "the desktop was told {title:?}, {body:?}");
        }
    }
    desktop.choose("Quit").await?;
    until("the app to end", ANSWER, async || {
        let left = app.processes()?;
        Ok(if left.is_empty() { Seen::Yes(()) } else { Seen::NotYet(format!("{left:?}")) })
    })
    .await
}
