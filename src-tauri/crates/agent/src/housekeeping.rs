//! What is remembered only for a while: ids of messages seen, by which duplicates are known, answers handed back on a
//! peer's own way, documents of DIDs, and the keys that peers have given up. What a stranger could fill the disk with is
//! bounded.

use std::time::Duration;

use jiff::SignedDuration;
use vouchsafe_store::StoreError;

use crate::Agent;
use crate::delivery;

/// How often it is looked after.
const EVERY: Duration = Duration::from_hours(1);
/// A peer that repeats itself later than this is taken for the first time; the protocols' states still know better.
const SEEN_FOR: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Ids remembered at most.
const SEEN_AT_MOST: u32 = 200_000;
/// Expired messages given up in one go.
const EXPIRED_AT_ONCE: u32 = 1000;
/// How long a peer may speak from the key that it has rotated away from: what it sent before may still be on its way.
const FORMER_KEYS_FOR: SignedDuration = SignedDuration::from_hours(24);
/// How long an answer can be handed again.
const HANDED_FOR: SignedDuration = SignedDuration::from_hours(24);
/// How long the messages of exchanges are kept, where they are.
const MESSAGES_FOR: SignedDuration = SignedDuration::from_hours(24 * 30);
/// How long a document or resource of others is kept without being looked up again.
const DOCUMENTS_FOR: SignedDuration = SignedDuration::from_hours(24 * 366);

/// Runs until the agent stops.
pub(crate) async fn run(agent: Agent) {
    let stop = agent.stopping();
    loop {
        let now = agent.now();
        let tidied = agent.store().write(move |tx| {
            tx.forget_seen_before(now.saturating_sub(SEEN_FOR).unwrap_or(now))?;
            tx.forget_seen_beyond(SEEN_AT_MOST)?;
            tx.forget_did_documents_before(now.saturating_sub(DOCUMENTS_FOR).unwrap_or(now))?;
            tx.forget_handed_before(now.saturating_sub(HANDED_FOR).unwrap_or(now))?;
            tx.forget_messages_before(now.saturating_sub(MESSAGES_FOR).unwrap_or(now))?;
            tx.forget_former_keys_before(now.saturating_sub(FORMER_KEYS_FOR).unwrap_or(now))?;
            Ok::<_, StoreError>(())
        });
        if let Err(error) = tidied.await {
            tracing::warn!(%error, "old notes could not be forgotten");
        }
        match agent.store().read(move |reader| reader.outbox_expired(now, EXPIRED_AT_ONCE)).await {
            Ok(rows) => {
                for row in rows {
                    delivery::give_up(&agent, &row, "nobody came for it in time".to_owned()).await;
                }
            }
            Err(error) => tracing::warn!(%error, "expired messages could not be looked up"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}
