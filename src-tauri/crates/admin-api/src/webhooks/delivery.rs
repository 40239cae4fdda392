//! Delivering webhooks: one task a controller, in the order in which things happened. What waits is in the store, so
//! that a restart goes on where the last process stopped; a message may come twice if it stopped in between, never out
//! of order.

use std::time::Duration;

use reqwest::Client;
use reqwest::header::CONTENT_TYPE;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use vouchsafe_agent::Agent;
use vouchsafe_store::{StoreError, WebhookRow};

use super::WebhookTarget;

/// Webhooks read, and marked as delivered, at a time.
const BATCH: u32 = 64;
/// Tries for one webhook; then it is dropped and counted.
const MAX_ATTEMPTS: u32 = 10;
/// Time for one try.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest pause between tries.
const MAX_PAUSE: Duration = Duration::from_mins(1);

/// Delivers to `target` until the wallet stops.
pub async fn deliver(agent: Agent, target: WebhookTarget) {
    let client = Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none()).no_proxy().build();
    let client = match client {
        Ok(client) => client,
        Err(error) => {
            tracing::error!(%error, "webhooks cannot be sent");
            return;
        }
    };
    let stop = agent.stopping();
    let work = work(&agent, &target, &client);
    tokio::select! {
        () = stop.cancelled() => {}
        () = work => {}
    }
}

async fn work(agent: &Agent, target: &WebhookTarget, client: &Client) {
    let mut events = agent.subscribe();
    let mut failures = 0;
    loop {
        // Whatever was told before this look is in the store already.
        while matches!(events.try_recv(), Ok(_) | Err(TryRecvError::Lagged(_))) {}
        let outcome = match one_batch(agent, target, client).await {
            Ok(outcome) => outcome,
            Err(error) => {
                tracing::warn!(%error, "webhooks cannot be read");
                Outcome::Failed
            }
        };
        match outcome {
            Outcome::More => failures = 0,
            Outcome::Failed => {
                tokio::time::sleep(pause(failures)).await;
                failures += 1;
            }
            Outcome::Nothing => {
                failures = 0;
                if let Err(RecvError::Closed) = events.recv().await {
                    return;
                }
            }
        }
    }
}

enum Outcome {
    Nothing,
    More,
    Failed,
}

async fn one_batch(agent: &Agent, target: &WebhookTarget, client: &Client) -> Result<Outcome, StoreError> {
    let url = target.url.clone();
    let rows = agent.store().read(move |reader| reader.webhooks_of(&url, BATCH)).await?;
    if rows.is_empty() {
        return Ok(Outcome::Nothing);
    }
    let (mut delivered, mut failed) = (Vec::new(), None);
    for row in rows {
        match post(client, target, &row).await {
            Ok(()) => delivered.push(row.id),
            Err(reason) => {
                tracing::info!(url = %target.url, topic = %row.topic, reason, "a webhook was not taken");
                failed = Some(row);
                break;
            }
        }
    }
    let outcome = if failed.is_some() { Outcome::Failed } else { Outcome::More };
    agent
        .store()
        .write(move |tx| {
            for id in delivered {
                tx.webhook_delivered(id)?;
            }
            match failed {
                Some(row) if row.attempts + 1 >= MAX_ATTEMPTS => tx.webhook_give_up(row.id),
                // Its time stays: those behind it wait for it.
                Some(row) => tx.webhook_failed_attempt(row.id, row.next_attempt_at),
                None => Ok(()),
            }
        })
        .await?;
    Ok(outcome)
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

    #[test]
    fn pauses_grow_and_end_at_a_minute() {
        assert_eq!(pause(0), Duration::from_millis(500));
        assert_eq!(pause(3), Duration::from_secs(4));
        assert_eq!(pause(200), MAX_PAUSE);
    }
}
