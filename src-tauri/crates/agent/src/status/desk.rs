//! One publication at a time, and what wakes the one who tries again.

use tokio::sync::{Mutex, MutexGuard, Notify};

/// Where publications wait for their turn.
#[derive(Default)]
pub(crate) struct Desk {
    turn: Mutex<()>,
    wake: Notify,
}

impl Desk {
    /// Waits until nobody else makes or publishes a list: whoever comes next finds all that changed meanwhile.
    pub(super) async fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// There is something to be tried again.
    pub(super) fn wake(&self) {
        self.wake.notify_one();
    }

    pub(super) async fn woken(&self) {
        self.wake.notified().await;
    }
}
