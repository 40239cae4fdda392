//! Delivering webhooks: one task a controller, in the order in which things happened. Every webhook is in the store with
//! what it tells; here they come straight from the commit, and from the store after a start or when a controller is
//! slower than the wallet. What was delivered is taken out of the store many at a time: a message may come twice if the
//! process stopped in between, never out of order.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use reqwest::Client;
use reqwest::header::CONTENT_TYPE;
use tokio::sync::Notify;
use vouchsafe_agent::Agent;
use vouchsafe_store::WebhookRow;

use super::WebhookTarget;

/// Webhooks read, and marked as delivered, at a time.
const BATCH: u32 = 64;
/// Webhooks of one controller kept in memory; what is more waits in the store alone.
const KEPT: usize = 256;
/// How long a delivered one may wait for others to be marked with it.
const GATHERING: Duration = Duration::from_millis(100);
/// Tries for one webhook; then it is dropped and counted.
const MAX_ATTEMPTS: u32 = 10;
/// Time for one try.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest pause between tries.
const MAX_PAUSE: Duration = Duration::from_mins(1);

/// What waits for one controller.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) target: WebhookTarget,
    fresh: Mutex<Fresh>,
    woken: Notify,
}

#[derive(Debug, Default)]
struct Fresh {
    rows: VecDeque<WebhookRow>,
    /// Nothing that is newer than what was read from the store is missing in `rows`.
    complete: bool,
}

enum Next {
    Row(WebhookRow),
    /// There may be more in the store.
    InStore,
    Nothing,
}

impl Line {
    pub(super) fn new(target: WebhookTarget) -> Self {
        Self { target, fresh: Mutex::default(), woken: Notify::new() }
    }

    /// A webhook was committed. They come in the order of their commits.
    pub(super) fn add(&self, row: WebhookRow) {
        let mut fresh = self.fresh.lock();
        fresh.complete &= fresh.rows.len() < KEPT;
        if fresh.complete {
            fresh.rows.push_back(row);
        }
        drop(fresh);
        self.woken.notify_one();
    }

    fn next(&self) -> Next {
        let mut fresh = self.fresh.lock();
        match fresh.rows.pop_front() {
            Some(row) => Next::Row(row),
            None if fresh.complete => Next::Nothing,
            None => {
                // From here on new ones are kept again; what the store shows as well is known by its number.
                fresh.complete = true;
                Next::InStore
            }
        }
    }

    /// The store has more than was read of it. What came meanwhile is behind that, and is read with it: told first, it
    /// would hide what is before it.
    fn look_again(&self) {
        let mut fresh = self.fresh.lock();
        fresh.rows.clear();
        fresh.complete = false;
    }
}

/// Delivers what waits in `line` until the wallet stops.
pub(super) async fn deliver(agent: Agent, line: Arc<Line>) {
    let client = Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).no_proxy().build();
    let client = match client {
        Ok(client) => client,
        Err(error) => {
            tracing::error!(%error, "webhooks cannot be sent");
            return;
        }
    };
    let stop = agent.stopping();
    let mut delivery = Delivery { agent, line, client, last: 0, delivered: Vec::new() };
    tokio::select! {
        () = stop.cancelled() => {}
        () = delivery.work() => {}
    }
    delivery.mark().await;
}

struct Delivery {
    agent: Agent,
    line: Arc<Line>,
    client: Client,
    /// The number of the newest that was looked at.
    last: i64,
    /// Those that are still to be marked as delivered.
    delivered: Vec<i64>,
}

impl Delivery {
    async fn work(&mut self) {
        let mut failures = 0;
        loop {
            match self.line.next() {
                Next::Row(row) => self.tell(row).await,
                Next::InStore => {
                    let (url, last) = (self.line.target.url.clone(), self.last);
                    match self.agent.store().read(move |reader| reader.webhooks_of(&url, last, BATCH)).await {
                        Ok(rows) => {
                            failures = 0;
                            if rows.len() >= BATCH as usize {
                                self.line.look_again();
                            }
                            for row in rows {
                                self.tell(row).await;
                            }
                        }
                        Err(error) => {
                            tracing::warn!(%error, "webhooks cannot be read");
                            self.line.look_again();
                            tokio::time::sleep(pause(failures)).await;
                            failures += 1;
                        }
                    }
                }
                Next::Nothing if self.delivered.is_empty() => self.line.woken.notified().await,
                Next::Nothing => {
                    if tokio::time::timeout(GATHERING, self.line.woken.notified()).await.is_err() {
                        self.mark().await;
                    }
                }
            }
        }
    }

    /// Tells one webhook, until the controller has taken it or it is given up: those behind it wait for it.
    async fn tell(&mut self, mut row: WebhookRow) {
        if row.id <= self.last {
            return;
        }
        let mut failures = 0;
        while let Err(reason) = post(&self.client, &self.line.target, &row).await {
            tracing::info!(url = %self.line.target.url, topic = %row.topic, reason, "a webhook was not taken");
            self.mark().await;
            row.attempts += 1;
            let (id, due, last_try) = (row.id, row.next_attempt_at, row.attempts >= MAX_ATTEMPTS);
            let noted = self
                .agent
                .store()
                .note(move |tx| if last_try { tx.webhook_give_up(id) } else { tx.webhook_failed_attempt(id, due) });
            if let Err(error) = noted.await {
                tracing::warn!(%error, "a webhook that was not taken could not be noted");
            }
            tokio::time::sleep(pause(failures)).await;
            failures += 1;
            if last_try {
                self.last = row.id;
                return;
            }
        }
        self.last = row.id;
        self.delivered.push(row.id);
        if self.delivered.len() >= BATCH as usize {
            self.mark().await;
        }
    }

    /// Takes what was delivered out of the store; what cannot be taken out now is with the next.
    async fn mark(&mut self) {
        if self.delivered.is_empty() {
            return;
        }
        let delivered = self.delivered.clone();
        let marked = self
            .agent
            .store()
            .note(move |tx| delivered.into_iter().try_for_each(|id| tx.webhook_delivered(id).map(drop)));
        match marked.await {
            Ok(()) => self.delivered.clear(),
            Err(error) => tracing::warn!(%error, "delivered webhooks could not be marked"),
        }
    }
}

async fn post(client: &Client, target: &WebhookTarget, row: &WebhookRow) -> Result<(), String> {
    let mut request = client
        .post(format!("{}/topic/{}/", target.url, row.topic))
        .header(CONTENT_TYPE, "application/json")
        .body(row.body.clone());
    if let Some(key) = &target.key {
        request = request.header("x-api-key", key);
    }
    let response = request.send().await.map_err(|error| error.without_url().to_string())?;
    if response.status().is_success() { Ok(()) } else { Err(format!("HTTP {}", response.status().as_u16())) }
}

/// Half a second, then twice as long each time.
fn pause(failures: u32) -> Duration {
    Duration::from_millis(500).saturating_mul(2_u32.saturating_pow(failures.min(16))).min(MAX_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: i64) -> WebhookRow {
        let now = jiff::Timestamp::now();
        let (url, topic, body) = (String::new(), String::new(), String::new());
        WebhookRow { id, url, topic, body, created_at: now, attempts: 0, next_attempt_at: now }
    }

    #[test]
    fn the_store_is_asked_at_the_start_and_when_more_came_than_is_kept() {
        let line = Line::new("http://controller.example".parse().unwrap());
        line.add(row(1));
        assert!(matches!(line.next(), Next::InStore));
        assert!(matches!(line.next(), Next::Nothing));
        let kept = i64::try_from(KEPT).unwrap();
        (2..kept + 10).for_each(|id| line.add(row(id)));
        for id in 2..kept + 2 {
            assert!(matches!(line.next(), Next::Row(row) if row.id == id));
            line.add(row(kept + 10 + id));
        }
        assert!(matches!(line.next(), Next::InStore), "what came after the gap is read with it, in order");
        line.add(row(kept * 3));
        assert!(matches!(line.next(), Next::Row(row) if row.id == kept * 3));
    }

    #[test]
    fn what_comes_while_the_store_has_more_waits_for_what_is_before_it() {
        let line = Line::new("http://controller.example".parse().unwrap());
        assert!(matches!(line.next(), Next::InStore));
        line.add(row(1000));
        line.look_again();
        assert!(matches!(line.next(), Next::InStore));
        line.add(row(1001));
        assert!(matches!(line.next(), Next::Row(row) if row.id == 1001));
    }

    #[test]
    fn pauses_grow_and_end_at_a_minute() {
        assert_eq!(pause(0), Duration::from_millis(500));
        assert_eq!(pause(3), Duration::from_secs(4));
        assert_eq!(pause(200), MAX_PAUSE);
    }
}
