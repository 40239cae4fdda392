//! Webhooks: what happened, told to a controller as `POST {url}/topic/{topic}/`. A webhook is written in the same
//! transaction as what it tells, so that none is lost and none tells what did not happen; it is delivered afterwards,
//! in order, with retries, so that a slow or absent controller never delays or fails a step of the wallet.

mod delivery;

use std::fmt;
use std::sync::Arc;

use tokio::task::JoinHandle;
use url::Url;
use vouchsafe_agent::{Agent, Event, Observer};
use vouchsafe_store::{StoreError, Transaction, WebhookRow};

use delivery::Line;

use crate::views::event;

/// Webhooks kept for controllers that are away; beyond it the oldest are dropped and counted.
const MAX_WAITING: u32 = 100_000;

/// A controller's address.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookTarget {
    /// The address, without a slash at its end.
    pub url: String,
    /// Sent as `X-API-Key`.
    pub key: Option<String>,
}

impl fmt::Debug for WebhookTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookTarget").field("url", &self.url).field("with_key", &self.key.is_some()).finish()
    }
}

/// An address for webhooks that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an address for webhooks: it needs http:// or https:// and a host")]
pub struct NotATarget(String);

impl std::str::FromStr for WebhookTarget {
    type Err = NotATarget;

    /// Reads `URL` or `URL#key`.
    fn from_str(text: &str) -> Result<Self, NotATarget> {
        let (address, key) = match text.split_once('#') {
            Some((address, key)) => (address, Some(key.to_owned()).filter(|key| !key.is_empty())),
            None => (text, None),
        };
        match Url::parse(address) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {
                Ok(Self { url: address.trim_end_matches('/').to_owned(), key })
            }
            _ => Err(NotATarget(crate::error::cut(address))),
        }
    }
}

/// Writes webhooks in the transactions that make them true, and hands them on once those are committed.
#[derive(Debug)]
pub struct Webhooks {
    lines: Vec<Arc<Line>>,
    monitor_pings: bool,
}

impl Webhooks {
    /// Webhooks to these controllers; about pings only if they are to be monitored.
    pub fn new(targets: Vec<WebhookTarget>, monitor_pings: bool) -> Self {
        Self { lines: targets.into_iter().map(|target| Arc::new(Line::new(target))).collect(), monitor_pings }
    }

    /// Starts to deliver what the wallet has told, and what waited from before; each task ends when the wallet stops.
    pub fn deliver(&self, agent: &Agent) -> Vec<JoinHandle<()>> {
        self.lines.iter().map(|line| tokio::spawn(delivery::deliver(agent.clone(), line.clone()))).collect()
    }
}

impl Observer for Webhooks {
    fn observe(&self, event: &Event, transaction: &Transaction<'_>) -> Result<(), StoreError> {
        if self.lines.is_empty() {
            return Ok(());
        }
        let now = jiff::Timestamp::now();
        for (topic, body) in event::told(event) {
            if topic == "ping" && !self.monitor_pings {
                continue;
            }
            let body = body.to_string();
            for line in &self.lines {
                let mut row = WebhookRow {
                    id: 0,
                    url: line.target.url.clone(),
                    topic: topic.to_owned(),
                    body: body.clone(),
                    created_at: now,
                    attempts: 0,
                    next_attempt_at: now,
                };
                row.id = transaction.push_webhook(&row, MAX_WAITING)?;
                let line = line.clone();
                transaction.after_commit(move || line.add(row));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_the_hash_is_the_key_and_is_never_shown() {
        let target: WebhookTarget = "http://127.0.0.1:8022/webhooks/#s3cret".parse().unwrap();
        assert_eq!((target.url.as_str(), target.key.as_deref()), ("http://127.0.0.1:8022/webhooks", Some("s3cret")));
        assert!(!format!("{target:?}").contains("s3cret"));
        let plain: WebhookTarget = "https://controller.example".parse().unwrap();
        assert_eq!(plain.key, None);
    }

    #[test]
    fn an_address_that_nothing_can_be_posted_to_is_refused() {
        for text in ["", "controller", "ftp://controller.example", "http://"] {
            assert!(text.parse::<WebhookTarget>().is_err(), "{text}");
        }
    }
}
