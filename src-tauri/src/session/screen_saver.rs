//! The desktop's screen saver, whose `ActiveChanged` says that the screen was locked. Desktops differ in its name only.

use futures::StreamExt;
use tauri::AppHandle;
use zbus::message::Type;
use zbus::{Connection, MatchRule, MessageStream};

use super::lock_all;
use crate::view::lock::LockReason;

const NAMES: [&str; 5] = [
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
    "org.xfce.ScreenSaver",
];

/// Listens until the bus goes away.
pub async fn watch(app: &AppHandle) -> zbus::Result<()> {
    let bus = Connection::session().await?;
    let mut all = futures::stream::SelectAll::new();
    for name in NAMES {
        let rule =
            MatchRule::builder().msg_type(Type::Signal).sender(name)?.interface(name)?.member("ActiveChanged")?.build();
        all.push(MessageStream::for_match_rule(rule, &bus, None).await?);
    }
    while let Some(message) = all.next().await {
        if message?.body().deserialize::<bool>().unwrap_or(false) {
            lock_all(app, LockReason::ScreenLock).await;
        }
    }
    Ok(())
}
