//! Where jobs for a ledger wait for their turn: one at a time for each DID, since each change is made from the document
//! that stands, and those that were interrupted go on by themselves, at the start and at growing delays.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use parking_lot::Mutex;
use tokio::sync::{Notify, OwnedMutexGuard};
use vouchsafe_store::{LedgerJobFilter, Page};

use super::plan::PlannedKeys;
use super::work::Drive;
use crate::Agent;
use crate::error::Result;

/// Jobs of different DIDs that go on at the same time.
const AT_ONCE: usize = 4;
/// Jobs looked at in one go.
const BATCH: u32 = 64;
/// The longest rest without a look at the clock.
const LONGEST_REST: Duration = Duration::from_mins(1);
/// The rest after the store or the network could not be used at all.
const REST_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// The turns, what wakes the jobs, and the keys of plans.
#[derive(Default)]
pub(crate) struct Desk {
    pub(super) planned: PlannedKeys,
    turns: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    wake: Notify,
}

impl Desk {
    /// Waits until nobody else works on this DID.
    pub(super) async fn turn(&self, did: &str) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.turns.lock();
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            turns.entry(did.to_owned()).or_default().clone()
        };
        turn.lock_owned().await
    }

    /// There is a job with a new time to go on.
    pub(super) fn wake(&self) {
        self.wake.notify_one();
    }
}

/// Runs until the agent stops.
pub(crate) async fn run(agent: Agent) {
    let stop = agent.stopping();
    let mut first = true;
    loop {
        let rest = match round(&agent, first).await {
            Ok(rest) => {
                first = false;
                rest
            }
            Err(error) => {
                tracing::warn!(%error, "the jobs for the ledger could not be looked at");
                REST_AFTER_FAILURE
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = agent.ledger_desk().wake.notified() => {}
            () = tokio::time::sleep(rest) => {}
        }
    }
}

/// Goes on with what is due; at the start with everything that is under way. Says how long there is nothing to do.
async fn round(agent: &Agent, first: bool) -> Result<Duration> {
    let now = agent.now();
    let rows = agent
        .look(move |reader| {
            Ok(if first {
                let under_way = LedgerJobFilter { under_way: Some(true), ..LedgerJobFilter::default() };
                reader.ledger_jobs(&under_way, Page::ALL)?
            } else {
                reader.ledger_jobs_due(now, BATCH)?
            })
        })
        .await?;
    let failed = futures::stream::iter(rows)
        .map(|row| async move {
            let gone_on = agent.go_on(&row.id, &row.did, Drive { attended: false, again: true, anew: first }).await;
            gone_on
                .inspect_err(|error| tracing::warn!(%error, job = row.id, "a job for the ledger cannot go on"))
                .is_err()
        })
        .buffer_unordered(AT_ONCE)
        .filter(|failed| std::future::ready(*failed))
        .count()
        .await;
    if failed > 0 {
        return Ok(REST_AFTER_FAILURE);
    }
    let next = agent.look(|reader| Ok(reader.ledger_jobs_next()?)).await?;
    let rest = next.map(|next| Duration::try_from(next.duration_since(agent.now())).unwrap_or(Duration::ZERO));
    Ok(rest.unwrap_or(LONGEST_REST).min(LONGEST_REST))
}
