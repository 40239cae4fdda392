//! The system's login service (`org.freedesktop.login1`): sleep, the session's own lock, and whether the session is the
//! one on the screen. Sleep is delayed until the wallets are locked.

use futures::StreamExt;
use tauri::AppHandle;
use zbus::message::Type;
use zbus::zvariant::{OwnedFd, OwnedObjectPath, Value};
use zbus::{Connection, MatchRule, Message, MessageStream};

use super::lock_all;
use crate::view::lock::LockReason;

const NAME: &str = "org.freedesktop.login1";
const PATH: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// Listens until the bus goes away.
pub async fn watch(app: &AppHandle) -> zbus::Result<()> {
    let bus = Connection::system().await?;
    let sleep = signals(&bus, PATH, MANAGER, "PrepareForSleep").await?;
    let mut all = futures::stream::select_all([sleep]);
    // A program that no session started, as in a container, has sleep to hear of and nothing else.
    match session(&bus).await {
        Ok(path) => {
            all.push(signals(&bus, path.as_str(), SESSION, "Lock").await?);
            all.push(signals(&bus, path.as_str(), PROPERTIES, "PropertiesChanged").await?);
        }
        Err(error) => tracing::info!(%error, "this program belongs to no session of the system"),
    }
    let mut delay = delay_sleep(&bus).await;
    while let Some(message) = all.next().await {
        let message = message?;
        match told(&message) {
            Some(Told::Lock(reason)) => {
                lock_all(app, reason).await;
                if reason == LockReason::Sleep {
                    // Dropped: the computer may sleep now.
                    drop(delay.take());
                }
            }
            Some(Told::Awake) => delay = delay_sleep(&bus).await,
            None => {}
        }
    }
    Ok(())
}

enum Told {
    Lock(LockReason),
    Awake,
}

fn told(message: &Message) -> Option<Told> {
    let header = message.header();
    let body = message.body();
    match header.member()?.as_str() {
        "PrepareForSleep" => {
            let begins: bool = body.deserialize().ok()?;
            Some(if begins { Told::Lock(LockReason::Sleep) } else { Told::Awake })
        }
        "Lock" => Some(Told::Lock(LockReason::ScreenLock)),
        "PropertiesChanged" => {
            let (interface, changed, _): (String, std::collections::HashMap<String, Value<'_>>, Vec<String>) =
                body.deserialize().ok()?;
            let is = |name: &str, wanted: bool| changed.get(name) == Some(&Value::Bool(wanted));
            if interface != SESSION {
                None
            } else if is("Active", false) {
                Some(Told::Lock(LockReason::UserSwitch))
            } else if is("LockedHint", true) {
                Some(Told::Lock(LockReason::ScreenLock))
            } else {
                None
            }
        }
        _ => None,
    }
}

async fn signals(
    bus: &Connection,
    path: &str,
    interface: &'static str,
    member: &'static str,
) -> zbus::Result<MessageStream> {
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender(NAME)?
        .path(path.to_owned())?
        .interface(interface)?
        .member(member)?
        .build();
    MessageStream::for_match_rule(rule, bus, None).await
}

/// The session that this program runs in, or its person's one on the screen.
async fn session(bus: &Connection) -> zbus::Result<OwnedObjectPath> {
    let by_process = bus.call_method(Some(NAME), PATH, Some(MANAGER), "GetSessionByPID", &std::process::id()).await;
    let answer = match by_process {
        Ok(answer) => answer,
        Err(_) => bus.call_method(Some(NAME), PATH, Some(MANAGER), "GetSession", &"auto").await?,
    };
    answer.body().deserialize()
}

/// Asks for the moment that locking needs; without it the wallets are locked a little later.
async fn delay_sleep(bus: &Connection) -> Option<OwnedFd> {
    let asked = ("sleep", "Vouchsafe", "Locks the wallet", "delay");
    let answer = bus.call_method(Some(NAME), PATH, Some(MANAGER), "Inhibit", &asked).await;
    answer.and_then(|answer| answer.body().deserialize()).ok()
}
