//! One publication at a time for each DID, and what wakes the one who tries again.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{Notify, OwnedMutexGuard};

/// Where publications wait for their turn.
#[derive(Default)]
pub(crate) struct Desk {
    turns: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    wake: Notify,
}

impl Desk {
    /// Waits until nobody else makes or publishes a list of this DID: whoever comes next finds all that changed
    /// meanwhile.
    pub(super) async fn turn(&self, did: &str) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.turns.lock();
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            turns.entry(did.to_owned()).or_default().clone()
        };
        turn.lock_owned().await
    }

    /// There is something to be tried again.
    pub(super) fn wake(&self) {
        self.wake.notify_one();
    }

    pub(super) async fn woken(&self) {
        self.wake.notified().await;
    }
}
