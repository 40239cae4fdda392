//! Delivering what one peer is due. Its messages keep their order, except that those of different credential exchanges
//! go side by side: the peer can then commit them together. A peer that cannot be reached is tried again with growing
//! delay, and what nobody took within the limit is given up, said in the history and told to the window.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use jiff::Timestamp;
use tokio::task::JoinSet;
use vouchsafe_didcomm::{SigningKey, Verkey, pack, wrap_forward};
use vouchsafe_store::{OutboxRow, Transaction};

use crate::Agent;
use crate::event::Event;
use crate::transport::address::parse_endpoint;
use crate::transport::client::DeliveryError;
use crate::transport::sessions::Handed;
use crate::unit::{History, Target, Who};

/// Messages of one peer under way at the same time.
const AT_ONCE: usize = 8;
/// A refusal that will not pass is tried this often (for a quarter of an hour), in case it did pass: somebody mends a
/// proxy, or starts a peer whose address another program answered at.
const REFUSED_TRIES: u32 = 10;

/// A message with what it takes to deliver it.
pub(crate) struct Parcel {
    pub row: OutboxRow,
    /// Where it goes, or why that cannot be read.
    pub target: Result<Target, String>,
    /// Our key for the peer, unless the envelope is anonymous.
    pub sender: Option<Arc<SigningKey>>,
}

/// What became of messages.
struct Went {
    /// The numbers of those that the peer has, to be noted.
    delivered: Vec<i64>,
    /// Whose message the newest of them was, for those who show what waits.
    newest: Option<Event>,
    all: bool,
    /// The peer can be reached: it may take others.
    go_on: bool,
}

/// Delivers one peer's messages until it cannot be reached; whether all went. A message that it refuses does not hold up
/// those after it.
pub(crate) async fn deliver_in_order(agent: &Agent, peer: Verkey, parcels: Vec<Parcel>) -> bool {
    // A way that the peer opened takes one message at a time.
    let at_once = if agent.sessions().is_open(&[peer]) { 1 } else { AT_ONCE };
    let mut notes = JoinSet::new();
    let (mut all_went, mut go_on) = (true, true);
    for lanes in side_by_side(parcels) {
        let mut lanes = lanes.into_iter();
        let mut going = FuturesUnordered::new();
        loop {
            while go_on && going.len() < at_once {
                let Some(lane) = lanes.next() else { break };
                going.push(deliver_lane(agent.clone(), lane));
            }
            let Some(lane) = going.next().await else { break };
            all_went &= lane.all;
            go_on &= lane.go_on;
            let agent = agent.clone();
            // Lost with the power, it is delivered again: the other side knows it by its id.
            notes.spawn(async move {
                let Went { delivered, newest, .. } = lane;
                let outcome = agent
                    .store()
                    .note(move |tx| delivered.iter().try_for_each(|id| tx.outbox_delivered(*id).map(drop)))
                    .await;
                agent.publish(newest.as_slice());
                outcome
            });
        }
        if !go_on {
            break;
        }
    }
    // Only then may the store be asked again what is due.
    while let Some(noted) = notes.join_next().await {
        if let Ok(Err(error)) = noted {
            all_went = false;
            unnoted(&error).await;
        }
    }
    all_went
}

/// A delivery that cannot be noted is made again later.
async fn unnoted(error: &vouchsafe_store::StoreError) {
    tracing::error!(%error, "a delivery could not be noted");
    tokio::time::sleep(Duration::from_secs(1)).await;
}

/// The messages as groups that follow one another, each of lanes that go side by side. A lane is one exchange's messages;
/// a message of none is a group of its own: nothing may overtake the handshake that it needs.
fn side_by_side(parcels: Vec<Parcel>) -> Vec<Vec<Vec<Parcel>>> {
    let mut groups: Vec<Vec<Vec<Parcel>>> = Vec::new();
    let mut before_has_exchange = false;
    for parcel in parcels {
        let exchange = parcel.row.exchange_id.clone();
        let has_exchange = exchange.is_some();
        match groups.last_mut() {
            Some(lanes) if before_has_exchange && has_exchange => {
                let same =
                    |lane: &&mut Vec<Parcel>| lane.first().is_some_and(|first| first.row.exchange_id == exchange);
                match lanes.iter_mut().find(same) {
                    Some(lane) => lane.push(parcel),
                    None => lanes.push(vec![parcel]),
                }
            }
            _ => groups.push(vec![vec![parcel]]),
        }
        before_has_exchange = has_exchange;
    }
    groups
}

/// Delivers messages one after the other, until the peer cannot be reached.
async fn deliver_lane(agent: Agent, lane: Vec<Parcel>) -> Went {
    let mut went = Went { delivered: Vec::with_capacity(lane.len()), newest: None, all: true, go_on: true };
    for parcel in lane {
        let id = parcel.row.id;
        let noted = match deliver(&agent, &parcel).await {
            Outcome::Delivered => {
                went.delivered.push(id);
                went.newest = Some(moved(&parcel.row));
                Ok(())
            }
            Outcome::Handed(handed) => {
                let sure = handed.is_sure();
                let note = move |tx: &Transaction<'_>| if sure { tx.outbox_handed(id) } else { tx.outbox_wait(id) };
                let noted = agent.store().write(note).await;
                handed.noted();
                agent.publish(&[moved(&parcel.row)]);
                noted
            }
            Outcome::Waiting => agent.store().write(move |tx| tx.outbox_wait(id)).await,
            Outcome::Failed(error) => {
                postpone(&agent, &parcel.row, &error).await;
                agent.publish(&[moved(&parcel.row)]);
                went.all = false;
                went.go_on = !error.concerns_peer();
                Ok(())
            }
        };
        if let Err(error) = noted {
            unnoted(&error).await;
            (went.all, went.go_on) = (false, false);
        }
        if !went.go_on {
            break;
        }
    }
    went
}

/// For those who show what waits.
fn moved(row: &OutboxRow) -> Event {
    Event::Delivery { connection_id: row.connection_id.clone(), exchange_id: row.exchange_id.clone() }
}

enum Outcome {
    Delivered,
    /// It went back on a way that the peer had opened.
    Handed(Handed),
    /// There is no address: it waits until the peer opens a way.
    Waiting,
    Failed(DeliveryError),
}

async fn deliver(agent: &Agent, Parcel { row, target, sender }: &Parcel) -> Outcome {
    let unusable = |reason: String| Outcome::Failed(DeliveryError::Unreachable("the peer".to_owned(), reason));
    let target = match target {
        Ok(target) => target,
        Err(reason) => return unusable(reason.clone()),
    };
    let packed = match pack_for(row, target, sender.as_deref()) {
        Ok(packed) => packed,
        Err(reason) => return unusable(reason),
    };
    let endpoint = target.endpoint.as_ref().filter(|endpoint| parse_endpoint(endpoint).is_ok());
    if agent.sessions().is_open(&target.recipient_keys) {
        // A way that is taken by a slow peer must not hold up everything else.
        let (peers, thread) = (&target.recipient_keys, row.thread_id.as_deref());
        let delivery = agent.sessions().deliver(peers, thread, endpoint.is_some(), &packed);
        if let Ok(Some(handed)) = tokio::time::timeout(agent.config().limits.delivery(), delivery).await {
            return Outcome::Handed(handed);
        }
    }
    let Some(endpoint) = endpoint else { return Outcome::Waiting };
    match agent.client().deliver(endpoint, packed, target.allow_private).await {
        Ok(()) => Outcome::Delivered,
        Err(error) => Outcome::Failed(error),
    }
}

fn pack_for(row: &OutboxRow, target: &Target, sender: Option<&SigningKey>) -> Result<Vec<u8>, String> {
    if target.sender.is_some() && sender.is_none() {
        return Err("the wallet's key for this peer is gone".to_owned());
    }
    let packed = pack(&row.payload, sender, &target.recipient_keys).map_err(|error| error.to_string())?;
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
    let (id, recipient) = (row.id, row.recipient.filter(|_| error.concerns_peer()));
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
            if row.connection_id.is_none() && row.exchange_id.is_none() {
                // A refusal for a stranger, who could make as many of them as it likes: nobody needs to know.
                return Ok(unit.tx().outbox_delivered(row.id).map(drop)?);
            }
            unit.tx().outbox_give_up(row.id, &reason)?;
            let (subject, subject_id) = match (&row.exchange_id, &row.connection_id) {
                (Some(exchange), _) => ("credential-exchange", exchange.as_str()),
                (None, connection) => ("connection", connection.as_deref().unwrap_or_default()),
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
