//! What the desktop says about its session: it goes to sleep, its screen is locked, another person takes over. Each
//! locks every wallet. The desktop's buses are listened to where there are any; that anybody on them may forge such a
//! message costs the person a passphrase and nothing else.

#[cfg(target_os = "linux")]
mod logind;
#[cfg(target_os = "linux")]
mod screen_saver;

use std::time::Duration;

use tauri::{AppHandle, Manager};

use crate::profiles::Profiles;
use crate::view::lock::LockReason;

/// How often it is looked whether the person is away.
const LOOK: Duration = Duration::from_secs(1);
/// A bus that went away may come back.
#[cfg(target_os = "linux")]
const AGAIN: Duration = Duration::from_secs(20);

/// Locks wallets when their persons go away, for as long as the program runs.
pub fn watch(app: &AppHandle) {
    let idle = app.clone();
    tauri::async_runtime::spawn(async move {
        let mut looks = tokio::time::interval(LOOK);
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            looks.tick().await;
            if let Some(profiles) = idle.try_state::<Profiles>() {
                profiles.lock_idle().await;
            }
        }
    });
    #[cfg(target_os = "linux")]
    {
        let on_system = app.clone();
        tauri::async_runtime::spawn(async move {
            loop {
                if let Err(error) = logind::watch(&on_system).await {
                    tracing::info!(%error, "the system's sessions cannot be watched");
                }
                tokio::time::sleep(AGAIN).await;
            }
        });
        let on_session = app.clone();
        tauri::async_runtime::spawn(async move {
            loop {
                if let Err(error) = screen_saver::watch(&on_session).await {
                    tracing::info!(%error, "the desktop's screen lock cannot be watched");
                }
                tokio::time::sleep(AGAIN).await;
            }
        });
    }
}

/// Lock every wallet, and come back when that is done.
#[cfg(target_os = "linux")]
async fn lock_all(app: &AppHandle, reason: LockReason) {
    if let Some(profiles) = app.try_state::<Profiles>() {
        profiles.lock_all(reason).await;
    }
}
