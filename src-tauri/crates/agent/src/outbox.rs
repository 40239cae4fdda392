//! Delivering what was promised. Every outgoing message is in the store's outbox with the step that promised it, and
//! leaves it once the other side has taken it, through any number of restarts. Messages to one peer keep their order;
//! peers do not wait for one another; a peer that cannot be reached is tried again with growing delay, and what nobody
//! took within the limit is given up, said in the history and told to the window.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Semaphore, mpsc};
use vouchsafe_didcomm::{Verkey, pack, wrap_forward};
use vouchsafe_store::OutboxRow;

use crate::Agent;
use crate::event::Event;
use crate::transport::client::DeliveryError;
use crate::transport::sessions::Handed;
use crate::unit::{History, Target, Who};

/// Rows looked at in one go.
const BATCH: u32 = 256;
/// A refusal that will not pass is tried this often, in case it did pass after all.
const REFUSED_TRIES: u32 = 4;
/// The longest rest without a look at the clock, which may have been changed or have slept.
const LONGEST_REST: Duration = Duration::from_mins(1);

/// What wakes the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wake {
    /// Something was promised.
    Promised,
    /// A way back to this peer was opened.
    WayOpened(Verkey),
}

/// Runs until the agent stops.
pub(crate) async fn run(agent: Agent, mut wakes: mpsc::Receiver<Wake>) {
    let stop = agent.stopping();
    let slots = Arc::new(Semaphore::new(agent.config().limits.max_outbound));
    let (done_send, mut done) = mpsc::channel::<Verkey>(64);
    // One delivery at a time for each peer: that keeps its messages in order.
    let mut busy: Vec<Verkey> = Vec::new();
    loop {
        let now = agent.now();
        for (peer, rows) in due(&agent, now, &busy).await {
            busy.push(peer);
            let (task_agent, slots, done) = (agent.clone(), slots.clone(), done_send.clone());
            agent.tasks().spawn(async move {
                let _slot = slots.acquire_owned().await;
                deliver_in_order(&task_agent, rows).await;
                let _ = done.send(peer).await;
            });
        }
        let rest = time_to_rest(&agent, now).await;
        tokio::select! {
            () = stop.cancelled() => return,
            wake = wakes.recv() => {
                let Some(wake) = wake else { return };
                heed(&agent, wake).await;
                while let Ok(wake) = wakes.try_recv() {
                    heed(&agent, wake).await;
                }
            }
            Some(peer) = done.recv() => busy.retain(|one| *one != peer),
            () = tokio::time::sleep(rest) => {}
        }
    }
}

async fn heed(agent: &Agent, wake: Wake) {
    let Wake::WayOpened(peer) = wake else { return };
    let now = agent.now();
    if let Err(error) = agent.store().write(move |tx| tx.outbox_wake_peer(&peer, now)).await {
        tracing::error!(%error, "waiting messages could not be woken");
    }
}

/// What is due for peers that are not busy, gathered by peer, each peer's in order.
async fn due(agent: &Agent, now: Timestamp, busy: &[Verkey]) -> HashMap<Verkey, Vec<OutboxRow>> {
    let busy = busy.to_vec();
    let mut by_peer: HashMap<Verkey, Vec<OutboxRow>> = HashMap::new();
    match agent.store().read(move |reader| reader.outbox_due_except(now, &busy, BATCH)).await {
        Ok(rows) => {
            for row in rows {
                // Every row here was pushed with a recipient ([`crate::unit::Unit::send`]).
                if let Some(peer) = row.recipient {
                    by_peer.entry(peer).or_default().push(row);
                }
            }
        }
        Err(error) => tracing::error!(%error, "the outbox could not be read"),
    }
    by_peer
}

async fn time_to_rest(agent: &Agent, now: Timestamp) -> Duration {
    // What was due by `now` is under way already, and wakes the loop when it is done.
    match agent.store().read(move |reader| reader.outbox_next_due_after(now)).await {
        Ok(Some(next)) => Duration::try_from(next.duration_since(now)).unwrap_or(Duration::ZERO).min(LONGEST_REST),
        Ok(None) | Err(_) => LONGEST_REST,
    }
}

/// Delivers one peer's messages in their order, until the first that does not go.
async fn deliver_in_order(agent: &Agent, rows: Vec<OutboxRow>) {
    for row in rows {
        let id = row.id;
        let noted = match deliver(agent, &row).await {
            Outcome::Delivered => agent.store().write(move |tx| tx.outbox_delivered(id)).await.map(|_| ()),
            Outcome::Handed(handed) => {
                let noted = agent.store().write(move |tx| tx.outbox_handed(id)).await;
                handed.noted();
                noted
            }
            Outcome::Waiting => agent.store().write(move |tx| tx.outbox_wait(id)).await,
            Outcome::Failed(error) => {
                postpone(agent, &row, &error).await;
                return;
            }
        };
        if let Err(error) = noted {
            // It is delivered again later: the other side knows it by its id.
            tracing::error!(%error, "a delivery could not be noted");
            tokio::time::sleep(Duration::from_secs(1)).await;
            return;
        }
    }
}

enum Outcome {
    Delivered,
    /// It went back on a way that the peer had opened.
    Handed(Handed),
    /// There is no address: it waits until the peer opens a way.
    Waiting,
    Failed(DeliveryError),
}

async fn deliver(agent: &Agent, row: &OutboxRow) -> Outcome {
    let unusable = |reason: String| Outcome::Failed(DeliveryError::Unreachable("the peer".to_owned(), reason));
    let target: Target = match serde_json::from_value(row.target.clone()) {
        Ok(target) => target,
        Err(error) => return unusable(error.to_string()),
    };
    let packed = match pack_for(agent, row, &target).await {
        Ok(packed) => packed,
        Err(reason) => return unusable(reason),
    };
    if agent.sessions().is_open(&target.recipient_keys) {
        // A way that is taken by a slow peer must not hold up everything else.
        let delivery = agent.sessions().deliver(&target.recipient_keys, &packed);
        if let Ok(Some(handed)) = tokio::time::timeout(agent.config().limits.delivery(), delivery).await {
            return Outcome::Handed(handed);
        }
    }
    let endpoint = match &target.endpoint {
        Some(endpoint) if crate::transport::address::parse_endpoint(endpoint).is_ok() => endpoint,
        _ => return Outcome::Waiting,
    };
    match agent.client().deliver(endpoint, packed, target.allow_private).await {
        Ok(()) => Outcome::Delivered,
        Err(error) => Outcome::Failed(error),
    }
}

async fn pack_for(agent: &Agent, row: &OutboxRow, target: &Target) -> Result<Vec<u8>, String> {
    let sender = match target.sender {
        None => None,
        Some(verkey) => Some(
            agent
                .store()
                .read(move |reader| reader.signing_key(&verkey))
                .await
                .map_err(|error| error.to_string())?
                .ok_or_else(|| "the wallet's key for this peer is gone".to_owned())?,
        ),
    };
    let packed = pack(&row.payload, sender.as_ref(), &target.recipient_keys).map_err(|error| error.to_string())?;
    match target.recipient_keys.first() {
        Some(recipient) if !target.routing_keys.is_empty() => {
            wrap_forward(&packed, recipient, &target.routing_keys, || uuid::Uuid::new_v4().to_string())
                .map_err(|error| error.to_string())
        }
        _ => Ok(packed),
    }
}

async fn postpone(agent: &Agent, row: &OutboxRow, error: &DeliveryError) {
    let now = agent.now();
    let attempts = row.attempts.saturating_add(1);
    let next = now.checked_add(agent.config().limits.retry_after(attempts)).unwrap_or(Timestamp::MAX);
    let reason = error.to_string();
    tracing::info!(%reason, attempts, "a message was not delivered");
    let hopeless = !error.is_passing() && attempts >= REFUSED_TRIES;
    if hopeless || row.expires_at.is_some_and(|expires| next > expires) {
        give_up(agent, row, reason).await;
        return;
    }
    let (id, recipient) = (row.id, row.recipient);
    let noted = agent.store().write(move |tx| {
        tx.outbox_failed_attempt(id, &reason, next)?;
        recipient.map_or(Ok(0), |peer| tx.outbox_postpone_peer(&peer, next))
    });
    if let Err(error) = noted.await {
        tracing::error!(%error, "a failed delivery could not be noted");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

pub(crate) async fn give_up(agent: &Agent, row: &OutboxRow, reason: String) {
    let row = row.clone();
    let committed = agent
        .commit(move |unit| {
            unit.tx().outbox_give_up(row.id, &reason)?;
            let (subject, subject_id) = match (&row.exchange_id, &row.connection_id) {
                (Some(exchange), _) => ("credential-exchange", exchange.as_str()),
                (None, Some(connection)) => ("connection", connection.as_str()),
                (None, None) => ("wallet", ""),
            };
            unit.history(History {
                subject,
                subject_id,
                connection_id: row.connection_id.as_deref(),
                who: Who::Us,
                what: "message-undeliverable",
                outcome: &reason,
            })?;
            unit.tell(Event::Undeliverable {
                connection_id: row.connection_id.clone(),
                thread_id: row.thread_id.clone().unwrap_or_default(),
                reason: reason.clone(),
            })
        })
        .await;
    match committed {
        Ok(committed) => agent.react_later(committed.events),
        Err(error) => tracing::error!(%error, "an undeliverable message could not be given up"),
    }
}
