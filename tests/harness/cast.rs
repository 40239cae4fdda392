//! The agents that the cases share, and the ledger that they share: started when a case first asks for one, kept for the
//! next, ended together.

use crate::ledger::Ledger;
use crate::peer::{Kind, Options, Peer};
use anyhow::{Result, anyhow};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{Mutex, OnceCell};

type Seat = Arc<OnceCell<Arc<Peer>>>;

/// Shared agents, by kind and by whether they act by themselves.
#[derive(Debug, Default)]
pub struct Cast {
    seats: Mutex<HashMap<(Kind, bool), Seat>>,
    ledger: OnceCell<Ledger>,
}

impl Cast {
    /// The agent of this kind, started if it is the first time.
    ///
    /// # Errors
    /// When it cannot be started. The next case tries again.
    pub async fn peer(&self, kind: Kind, automatic: bool) -> Result<Arc<Peer>> {
        let seat = Arc::clone(self.seats.lock().await.entry((kind, automatic)).or_default());
        let name = format!("{}-{}", kind.name(), if automatic { "automatic" } else { "steps" });
        let ledger = self.ledger.get_or_try_init(async || Ledger::start()).await?;
        let options = Options { automatic, more: ledger.flags(kind) };
        let start = async || Peer::start(kind, &name, &options).await.map(Arc::new);
        seat.get_or_try_init(start).await.cloned()
    }

    /// Ends all agents that no case holds any more.
    ///
    /// # Errors
    /// When a case still holds one.
    pub async fn end(&self) -> Result<()> {
        for ((kind, _), seat) in self.seats.lock().await.drain() {
            let seat = Arc::into_inner(seat).ok_or_else(|| anyhow!("{} is being started", kind.name()))?;
            if let Some(peer) = seat.into_inner() {
                Arc::into_inner(peer).ok_or_else(|| anyhow!("{} is still in use", kind.name()))?;
            }
        }
        Ok(())
    }
}
