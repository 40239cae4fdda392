//! The running wallet: the store, the ways in and out, and the events that tell what happened. An [`Agent`] is a cheap
//! handle; all of its clones are one wallet.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;
use parking_lot::RwLock;
use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast, mpsc, oneshot, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use vouchsafe_didcomm::Verkey;
use vouchsafe_dids::Resolver;
use vouchsafe_store::{Store, StoreError};

use crate::cheqd::resolve::Ledgers;
use crate::cheqd::{Desk, desk};
use crate::config::Config;
use crate::connect::names;
use crate::error::{AgentError, Result};
use crate::event::{Event, Observer};
use crate::housekeeping;
use crate::inbound::ReceiveError;
use crate::outbox::{self, Wake};
use crate::resolution;
use crate::runs;
use crate::status;
use crate::transport::client::{Arrival, Client};
use crate::transport::server;
use crate::transport::sessions::Sessions;
use crate::unit::{Committed, Unit};

/// A running wallet. Clones are handles to the same one.
#[derive(Clone)]
pub struct Agent {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    config: Arc<RwLock<Arc<Config>>>,
    observers: Vec<Arc<dyn Observer>>,
    resolver: Resolver,
    ledgers: Arc<Ledgers>,
    client: Arc<Client>,
    ledger_desk: Desk,
    status_desk: status::Desk,
    runs: runs::Bell,
    sessions: Sessions,
    events: broadcast::Sender<Arc<Event>>,
    open: watch::Sender<bool>,
    wakes: mpsc::UnboundedSender<Wake>,
    inbound: Arc<Semaphore>,
    sockets: Arc<Semaphore>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// Events kept for a subscriber that is slow; beyond it the subscriber is told that it missed some.
const EVENTS_KEPT: usize = 1024;
/// Time that work under way gets to finish when the wallet stops.
const STOP_PATIENCE: Duration = Duration::from_millis(1500);
/// Time that a message waits for its turn when too many come in at once.
const INBOUND_PATIENCE: Duration = Duration::from_secs(10);

impl Agent {
    /// Starts the wallet in `store`: its outbox goes on where it stopped, and steps that were about to be taken by
    /// themselves are taken.
    ///
    /// # Errors
    /// [`AgentError::Store`], or that the network client cannot be set up.
    pub async fn start(store: Store, config: Config, observers: Vec<Arc<dyn Observer>>) -> Result<Self> {
        let agent = Self::prepare(store, config, observers)?;
        agent.open().await?;
        Ok(agent)
    }

    /// A wallet that takes and sends nothing by itself until it is opened: for one whose own address is known only once
    /// it listens. What it said before that would name no address, or a wrong one, for good.
    ///
    /// # Errors
    /// That the network client cannot be set up.
    pub fn prepare(store: Store, config: Config, observers: Vec<Arc<dyn Observer>>) -> Result<Self> {
        let (incoming, arrivals) = mpsc::channel::<Arrival>(64);
        let (wakes, woken) = mpsc::unbounded_channel();
        let client = Client::new(incoming, config.limits.max_message_bytes, config.limits.delivery())
            .map_err(|error| AgentError::Forbidden(format!("the network cannot be used: {error}")))?;
        let client = Arc::new(client);
        let (inbound, sockets) = (config.limits.max_inbound, config.limits.max_sockets);
        let config = Arc::new(RwLock::new(Arc::new(config)));
        let ledgers = Arc::new(Ledgers::new(client.clone(), config.clone(), store.clone()));
        let agent = Self {
            inner: Arc::new(Inner {
                inbound: Arc::new(Semaphore::new(inbound)),
                sockets: Arc::new(Semaphore::new(sockets)),
                resolver: resolution::resolver(client.clone(), config.clone(), store.clone(), ledgers.clone()),
                ledgers,
                store,
                config,
                observers,
                client,
                ledger_desk: Desk::default(),
                status_desk: status::Desk::default(),
                runs: runs::Bell::default(),
                sessions: Sessions::default(),
                events: broadcast::channel(EVENTS_KEPT).0,
                open: watch::channel(false).0,
                wakes,
                stop: CancellationToken::new(),
                tasks: TaskTracker::new(),
            }),
        };
        agent.when_open(outbox::run(agent.clone(), woken));
        agent.when_open(agent.clone().take_arrivals(arrivals));
        agent.when_open(housekeeping::run(agent.clone()));
        agent.when_open(desk::run(agent.clone()));
        agent.when_open(status::run(agent.clone()));
        agent.when_open(status::watch(agent.clone()));
        agent.when_open(runs::run(agent.clone()));
        Ok(agent)
    }

    /// Opens a prepared wallet: from now on it takes and sends.
    ///
    /// # Errors
    /// [`AgentError::Store`].
    pub async fn open(&self) -> Result<()> {
        self.inner.open.send_replace(true);
        self.commit(|unit| names::keep_all_shapes(unit.tx())).await?;
        self.resume().await
    }

    /// Starts `task` once the wallet is open.
    pub(crate) fn when_open(&self, task: impl Future<Output = ()> + Send + 'static) {
        let (mut open, stop) = (self.inner.open.subscribe(), self.stopping());
        self.inner.tasks.spawn(async move {
            let opened = tokio::select! {
                () = stop.cancelled() => false,
                opened = open.wait_for(|open| *open) => opened.is_ok(),
            };
            if opened {
                task.await;
            }
        });
    }

    /// Takes what comes in by our own connections.
    async fn take_arrivals(self, mut arrivals: mpsc::Receiver<Arrival>) {
        let stop = self.stopping();
        loop {
            let arrival = tokio::select! {
                () = stop.cancelled() => return,
                arrival = arrivals.recv() => arrival,
            };
            let Some(Arrival { envelope, kept }) = arrival else { return };
            let taken = self.take(envelope.into(), None).await;
            if let Err(error) = &taken {
                tracing::info!(%error, "an answer on our own connection was refused");
            }
            let again = matches!(taken, Err(ReceiveError::Busy | ReceiveError::Unavailable(_)));
            let _ = kept.send(!again);
        }
    }

    /// Takes messages at `address` (port 0: a free one), by HTTP and WebSocket. Gives the address that was bound.
    /// Before the wallet is open, whoever comes waits.
    ///
    /// # Errors
    /// [`AgentError::Invalid`] if the address cannot be listened at, with the system's reason.
    pub async fn listen(&self, address: &str) -> Result<SocketAddr> {
        let cannot = |error: std::io::Error| AgentError::invalid(address, format!("cannot listen there: {error}"));
        let listener = TcpListener::bind(address).await.map_err(cannot)?;
        let bound = listener.local_addr().map_err(cannot)?;
        server::serve(self.clone(), listener);
        Ok(bound)
    }

    /// Stops: takes nothing new, finishes the commits under way, leaves what is undelivered in the outbox.
    pub async fn stop(&self) {
        self.stop_within(STOP_PATIENCE).await;
    }

    /// As [`Agent::stop`] for one who cannot wait: what is under way after `patience` meets a store that is sealed, and
    /// is taken up at the next start.
    pub async fn stop_within(&self, patience: Duration) {
        self.inner.stop.cancel();
        self.inner.tasks.close();
        let _ = tokio::time::timeout(patience, self.inner.tasks.wait()).await;
    }

    /// Cancelled when the wallet stops.
    pub fn stopping(&self) -> CancellationToken {
        self.inner.stop.clone()
    }

    /// What happened, from now on, told after its commit.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Event>> {
        self.inner.events.subscribe()
    }

    /// The settings as they are now.
    pub fn config(&self) -> Arc<Config> {
        self.inner.config.read().clone()
    }

    /// Changes the settings; what is under way goes on with the old ones.
    pub fn set_config(&self, config: Config) {
        *self.inner.config.write() = Arc::new(config);
        self.publish(&[Event::Settings]);
    }

    /// The store below, for lists and for what is nobody's record.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// Resolves DIDs.
    pub fn resolver(&self) -> &Resolver {
        &self.inner.resolver
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        // What is stored and shown has microseconds (as ACA-Py's records): never keep what would be cut on the way.
        let now = Timestamp::now();
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    pub(crate) fn client(&self) -> &Client {
        &self.inner.client
    }

    pub(crate) fn ledgers(&self) -> &Ledgers {
        &self.inner.ledgers
    }

    pub(crate) fn status_desk(&self) -> &status::Desk {
        &self.inner.status_desk
    }

    pub(crate) fn runs_bell(&self) -> &runs::Bell {
        &self.inner.runs
    }

    pub(crate) fn ledger_desk(&self) -> &Desk {
        &self.inner.ledger_desk
    }

    pub(crate) fn sessions(&self) -> &Sessions {
        &self.inner.sessions
    }

    pub(crate) fn tasks(&self) -> &TaskTracker {
        &self.inner.tasks
    }

    pub(crate) async fn take_inbound(&self) -> Option<OwnedSemaphorePermit> {
        let waiting = self.inner.inbound.clone().acquire_owned();
        tokio::time::timeout(INBOUND_PATIENCE, waiting).await.ok()?.ok()
    }

    pub(crate) fn take_socket(&self) -> Option<OwnedSemaphorePermit> {
        self.inner.sockets.clone().try_acquire_owned().ok()
    }

    pub(crate) fn way_opened(&self, peer: Verkey) {
        let _ = self.inner.wakes.send(Wake::WayOpened(peer));
    }

    /// Commits one step. When this returns, it has happened, and those who subscribed are told; the automatic steps
    /// that need nothing gathered are in the same commit, the others are the caller's to start ([`Agent::settle`] or [`Agent::react_later`]).
    pub(crate) async fn commit<T, E>(
        &self,
        step: impl FnOnce(&mut Unit<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<Committed<T>, E>
    where
        T: Send + 'static,
        E: From<AgentError> + From<StoreError> + Send + 'static,
    {
        if self.inner.stop.is_cancelled() {
            return Err(AgentError::Stopping.into());
        }
        let (config, observers, now) = (self.config(), self.inner.observers.clone(), self.now());
        let (agent, wakes) = (self.clone(), self.inner.wakes.clone());
        let (reply, answer) = oneshot::channel();
        // On its own: a caller that goes away in the middle must not take along what follows from the commit.
        self.inner.tasks.spawn(async move {
            let committing = agent.inner.store.write(move |tx| {
                let mut unit = Unit::new(tx, config, &observers, now, wakes);
                let value = step(&mut unit)?;
                unit.follow(crate::policy::follow_up);
                Ok::<_, E>(unit.finish(value))
            });
            let committed = committing.await.map(|committed| {
                agent.publish(&committed.events);
                committed.without_followed()
            });
            if let Err(Ok(committed)) = reply.send(committed) {
                agent.react(committed.events).await;
            }
        });
        answer.await.unwrap_or_else(|_| Err(AgentError::Stopping.into()))
    }

    /// Tries to deliver now what waits for its next time over a connection.
    ///
    /// # Errors
    /// What the store says.
    pub async fn retry_connection(&self, connection_id: &str) -> Result<()> {
        let (id, now) = (connection_id.to_owned(), self.now());
        self.inner.store.write(move |tx| tx.outbox_retry_connection(&id, now)).await.map_err(AgentError::Store)?;
        let _ = self.inner.wakes.send(Wake::Retry);
        Ok(())
    }

    /// Has the outbox look for what is due now.
    pub(crate) fn look_for_due(&self) {
        let _ = self.inner.wakes.send(Wake::Retry);
    }

    pub(crate) fn publish(&self, events: &[Event]) {
        if self.inner.events.receiver_count() == 0 {
            return;
        }
        for event in events {
            // No subscriber is no error.
            let _ = self.inner.events.send(Arc::new(event.clone()));
        }
    }

    /// Takes the automatic steps that follow, then gives the value. They are taken even if the caller goes away.
    pub(crate) async fn settle<T>(&self, committed: Committed<T>) -> T {
        if !committed.events.is_empty() {
            // Err: the steps broke off; what is left of them is taken at the next start.
            let _ = self.inner.tasks.spawn(self.react(committed.events)).await;
        }
        committed.value
    }

    /// Takes the automatic steps that follow from `events`, one after the other.
    pub(crate) fn react(&self, events: Vec<Event>) -> BoxFuture<'static, ()> {
        let agent = self.clone();
        Box::pin(async move {
            for event in events {
                crate::policy::react(&agent, event).await;
            }
        })
    }

    /// Takes the automatic steps that follow from `events` in the background.
    pub fn react_later(&self, events: Vec<Event>) {
        if !events.is_empty() {
            self.inner.tasks.spawn(self.react(events));
        }
    }
}
