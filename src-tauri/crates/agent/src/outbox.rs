//! Delivering what was promised. Every outgoing message is in the store's outbox with the step that promised it, and
//! leaves it once the other side has taken it, through any number of restarts. Here is decided who is looked after
//! when. What was just promised comes here with its commit and goes out at once, unless its peer is busy; the store is
//! asked about a peer when there may be more for it, and about all of them at the start, when a delay is over and when
//! something went wrong. How one peer's messages go is [`crate::delivery`]'s.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use tokio::sync::{Semaphore, mpsc};
use vouchsafe_didcomm::{SigningKey, Verkey};
use vouchsafe_store::{OutboxRow, Reader, StoreError};

use crate::Agent;
use crate::delivery::{self, Parcel};
use crate::unit::Target;

/// Rows looked at in one go.
const BATCH: u32 = 256;
/// The longest rest without a look at the clock, which may have been changed or have slept.
const LONGEST_REST: Duration = Duration::from_mins(1);

/// What wakes the outbox.
pub(crate) enum Wake {
    /// This was promised. Such wakes come in the order of their commits.
    Parcel(Box<Parcel>),
    /// Something is due for this peer.
    Promised(Verkey),
    /// A way back to this peer was opened.
    WayOpened(Verkey),
    /// What was put off is to be tried now.
    Retry,
}

/// Runs until the agent stops.
pub(crate) async fn run(agent: Agent, mut wakes: mpsc::UnboundedReceiver<Wake>) {
    let stop = agent.stopping();
    let (done_send, mut done) = mpsc::channel::<(Verkey, bool)>(64);
    let mut rounds = Rounds::new(agent, done_send);
    loop {
        let rest = rounds.go().await;
        tokio::select! {
            () = stop.cancelled() => return,
            wake = wakes.recv() => {
                let Some(wake) = wake else { return };
                rounds.heed(wake).await;
                while let Ok(wake) = wakes.try_recv() {
                    rounds.heed(wake).await;
                }
            }
            Some((peer, all_went)) = done.recv() => rounds.end(peer, all_went),
            () = tokio::time::sleep(rest) => rounds.look_everywhere = true,
        }
    }
}

/// Who is to be looked after next.
struct Rounds {
    agent: Agent,
    slots: Arc<Semaphore>,
    done: mpsc::Sender<(Verkey, bool)>,
    /// Peers with a delivery under way. One round at a time for each: that keeps its messages in order.
    busy: HashSet<Verkey>,
    /// Busy peers that have, or may have, more.
    more: HashSet<Verkey>,
    /// Peers to be looked after now.
    called: HashSet<Verkey>,
    /// What was just promised to peers that are not busy.
    fresh: HashMap<Verkey, Vec<Parcel>>,
    /// The newest message that was read from the store: it, and those before it, may have been sent already.
    newest_read: i64,
    look_everywhere: bool,
    /// There was more than the last look everywhere took in.
    unfinished: bool,
    /// When the earliest delay is over.
    next: Option<Timestamp>,
}

impl Rounds {
    fn new(agent: Agent, done: mpsc::Sender<(Verkey, bool)>) -> Self {
        Self {
            slots: Arc::new(Semaphore::new(agent.config().limits.max_outbound)),
            agent,
            done,
            busy: HashSet::new(),
            more: HashSet::new(),
            called: HashSet::new(),
            fresh: HashMap::new(),
            newest_read: 0,
            look_everywhere: true,
            unfinished: false,
            next: None,
        }
    }

    async fn heed(&mut self, wake: Wake) {
        let peer = match wake {
            Wake::Parcel(parcel) => {
                let Some(peer) = parcel.row.recipient else { return };
                if !self.busy.contains(&peer) && parcel.row.id > self.newest_read {
                    self.fresh.entry(peer).or_default().push(*parcel);
                    return;
                }
                peer
            }
            Wake::Promised(peer) => peer,
            Wake::WayOpened(peer) => {
                let now = self.agent.now();
                if let Err(error) = self.agent.store().note(move |tx| tx.outbox_wake_peer(&peer, now)).await {
                    tracing::error!(%error, "waiting messages could not be woken");
                }
                peer
            }
            Wake::Retry => {
                self.look_everywhere = true;
                return;
            }
        };
        let later = if self.busy.contains(&peer) { &mut self.more } else { &mut self.called };
        later.insert(peer);
    }

    fn end(&mut self, peer: Verkey, all_went: bool) {
        self.busy.remove(&peer);
        if self.more.remove(&peer) {
            self.called.insert(peer);
        }
        // A message that was put off has a time of its own now.
        self.look_everywhere |= !all_went || std::mem::take(&mut self.unfinished);
    }

    /// Sends out what is due, and says how long there is nothing to do.
    async fn go(&mut self) -> Duration {
        let now = self.agent.now();
        if self.look_everywhere {
            self.go_everywhere(now).await;
        }
        for peer in std::mem::take(&mut self.called) {
            if self.busy.contains(&peer) {
                continue;
            }
            // It is in the store as well, behind what else there is.
            self.fresh.remove(&peer);
            let look = move |reader: &Reader<'_>| parcels(reader, reader.outbox_due_for(&peer, now, BATCH)?);
            match self.agent.store().read(look).await {
                Ok(due) => self.send_read(peer, due),
                Err(error) => self.unreadable(&error),
            }
        }
        for (peer, due) in std::mem::take(&mut self.fresh) {
            if self.busy.contains(&peer) {
                self.more.insert(peer);
            } else {
                self.send(peer, due);
            }
        }
        match self.next {
            Some(next) => Duration::try_from(next.duration_since(now)).unwrap_or(Duration::ZERO).min(LONGEST_REST),
            None => LONGEST_REST,
        }
    }

    async fn go_everywhere(&mut self, now: Timestamp) {
        self.look_everywhere = false;
        let busy: Vec<Verkey> = self.busy.iter().copied().collect();
        // Left out here: what has become due for them is looked for when they are done.
        self.more.extend(&busy);
        let look = move |reader: &Reader<'_>| {
            let due = parcels(reader, reader.outbox_due_except(now, &busy, BATCH)?)?;
            // What is due by `now` is under way then, and says when it is done.
            Ok::<_, StoreError>((due, reader.outbox_next_due_after(now)?))
        };
        match self.agent.store().read(look).await {
            Ok((due, next)) => {
                self.unfinished = due.len() >= BATCH as usize;
                self.next = next;
                let mut by_peer: HashMap<Verkey, Vec<Parcel>> = HashMap::new();
                for parcel in due {
                    // Every row was pushed with a recipient ([`crate::unit::Unit::send`]).
                    if let Some(peer) = parcel.row.recipient {
                        by_peer.entry(peer).or_default().push(parcel);
                    }
                }
                for (peer, due) in by_peer {
                    self.send_read(peer, due);
                }
            }
            Err(error) => self.unreadable(&error),
        }
    }

    fn unreadable(&mut self, error: &StoreError) {
        tracing::error!(%error, "the outbox could not be read");
        // The look everywhere that follows makes up for this one.
        self.next = self.agent.now().checked_add(Duration::from_secs(1)).ok();
    }

    /// Delivers what was read from the store.
    fn send_read(&mut self, peer: Verkey, due: Vec<Parcel>) {
        self.newest_read = due.iter().map(|parcel| parcel.row.id).fold(self.newest_read, i64::max);
        self.send(peer, due);
    }

    /// Delivers one peer's messages in a task of their own.
    fn send(&mut self, peer: Verkey, due: Vec<Parcel>) {
        if due.is_empty() {
            return;
        }
        self.busy.insert(peer);
        if due.len() >= BATCH as usize {
            self.more.insert(peer);
        }
        let (agent, slots, done) = (self.agent.clone(), self.slots.clone(), self.done.clone());
        self.agent.tasks().spawn(async move {
            let _slot = slots.acquire_owned().await;
            let all_went = delivery::deliver_in_order(&agent, peer, due).await;
            let _ = done.send((peer, all_went)).await;
        });
    }
}

/// Reads with the rows what their envelopes are made with.
fn parcels(reader: &Reader<'_>, rows: Vec<OutboxRow>) -> Result<Vec<Parcel>, StoreError> {
    let mut keys: HashMap<Verkey, Option<Arc<SigningKey>>> = HashMap::new();
    let mut parcels = Vec::with_capacity(rows.len());
    for row in rows {
        let target = Target::deserialize(&row.target);
        let sender = match &target {
            Ok(Target { sender: Some(verkey), .. }) => match keys.get(verkey) {
                Some(key) => key.clone(),
                None => keys.entry(*verkey).or_insert(reader.signing_key(verkey)?.map(Arc::new)).clone(),
            },
            _ => None,
        };
        parcels.push(Parcel { row, target: target.map_err(|error| error.to_string()), sender });
    }
    Ok(parcels)
}
