//! The tray: what waits in each open wallet, and the ways to show, to lock and to end. It is a StatusNotifierItem on the
//! session's bus and wants no library. A desktop without a tray is no trouble: the item waits for one, unseen, and closing
//! a window then closes the wallet.

#[cfg(target_os = "linux")]
mod icon;
#[cfg(target_os = "linux")]
mod item;
mod menu;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tauri::AppHandle;
use tokio::sync::Notify;

pub use menu::{Action, Content, Entry, Matter, Wallet};

/// The tray of this process.
pub struct Tray {
    stale: Arc<Notify>,
    host: Arc<Host>,
}

/// Whether a desktop shows the item.
#[derive(Debug, Default)]
struct Host {
    /// The item is on the bus.
    running: AtomicBool,
    /// The bus has nobody who shows it.
    gone: AtomicBool,
}

impl Host {
    fn is_there(&self) -> bool {
        self.running.load(Ordering::SeqCst) && !self.gone.load(Ordering::SeqCst)
    }
}

impl Tray {
    /// Show the tray where there is one, for as long as the program runs.
    pub fn start(app: &AppHandle) -> Self {
        let tray = Self { stale: Arc::default(), host: Arc::default() };
        #[cfg(target_os = "linux")]
        tauri::async_runtime::spawn(item::keep(app.clone(), tray.stale.clone(), tray.host.clone()));
        #[cfg(not(target_os = "linux"))]
        let _ = app;
        tray
    }

    /// Whether the person can see it: only then may a window be hidden.
    pub fn is_shown(&self) -> bool {
        self.host.is_there()
    }

    /// What it shows is stale.
    pub fn stale(&self) {
        self.stale.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::Ordering;

    use super::Host;

    #[test]
    fn an_item_that_nobody_shows_is_no_tray() {
        let host = Host::default();
        assert!(!host.is_there());
        host.running.store(true, Ordering::SeqCst);
        assert!(host.is_there());
        host.gone.store(true, Ordering::SeqCst);
        assert!(!host.is_there());
    }
}
