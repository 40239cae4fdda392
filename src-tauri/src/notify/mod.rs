//! Notifications of the desktop for what comes in while nobody looks: that it came, never what it says. No claim, no
//! text of a message and no name that a peer gave itself leaves the window this way; the person's own name for a
//! connection does, and of a locked wallet only that something waits. Where the desktop takes none, nothing is missed:
//! the window and the tray say the same.

#[cfg(target_os = "linux")]
mod desk;
mod hear;
mod notice;
#[cfg(target_os = "linux")]
mod server;

use tauri::AppHandle;
use tokio::sync::mpsc;

pub use hear::hear;
pub use notice::{Kind, Notice};

/// Orders that may wait for a desktop that is slow; more are dropped, as the window says the same.
const ORDERS: usize = 64;

/// The way to the desktop's notifications.
#[derive(Clone)]
pub struct Notices(mpsc::Sender<Order>);

/// What is to be done about notifications.
#[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "no other desktop is told of anything yet"))]
enum Order {
    /// This came in.
    Came(String, Vec<Notice>),
    /// The person looks at the profile's window, or its wallet was locked: what is shown of it goes.
    Withdraw(String),
}

impl Notices {
    /// Notify for as long as the program runs.
    pub fn start(app: &AppHandle) -> Self {
        let (sender, orders) = mpsc::channel(ORDERS);
        #[cfg(target_os = "linux")]
        tauri::async_runtime::spawn(desk::serve(app.clone(), orders));
        #[cfg(not(target_os = "linux"))]
        drop((app, orders));
        Self(sender)
    }

    /// This came in to the wallet of `profile`.
    pub fn came(&self, profile: &str, notices: Vec<Notice>) {
        if !notices.is_empty() {
            let _ = self.0.try_send(Order::Came(profile.to_owned(), notices));
        }
    }

    /// What is shown of `profile` is no news any more, or must not be read any more.
    pub fn withdraw(&self, profile: &str) {
        let _ = self.0.try_send(Order::Withdraw(profile.to_owned()));
    }
}
