//! Publishing status lists: one new version of a list for all that changed since the last, whoever asked and however
//! often. What is to be published is a note in the store until the ledger has it, so that no stop in between loses it;
//! and what was given to the ledger is followed to its end before the next version is made, so that no older version
//! can come after it.

use std::time::Duration;

use uuid::Uuid;
use vouchsafe_store::{LedgerJobFilter, Page, StatusListRow};

use super::issued::Changed;
use crate::Agent;
use crate::cheqd::{Freshness, JobState, PublishResource};
use crate::error::{AgentError, Result};
use crate::event::Event;

/// The longest rest between two tries.
const LONGEST_REST: Duration = Duration::from_mins(5);

/// Tries again what could not be published; after a start, what was left of before it.
pub(crate) async fn run(agent: Agent) {
    let stop = agent.stopping();
    let mut attempts = 0;
    loop {
        let waiting = agent.look(|reader| Ok(!reader.unpublished_status_lists(true)?.is_empty())).await;
        // Whoever asked for the publication has the first try; after a start nobody else is there.
        let tried = match waiting {
            Ok(false) => {
                attempts = 0;
                None
            }
            Ok(true) => Some(agent.publish_lists().await),
            Err(error) => Some(Err(error)),
        };
        let rest = match tried {
            None => None,
            Some(Ok(())) => continue,
            Some(Err(error)) => {
                tracing::warn!(%error, "status lists could not be published");
                attempts += 1;
                Some(agent.config().limits.retry_after(attempts).min(LONGEST_REST))
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = agent.status_desk().woken(), if rest.is_none() => {}
            () = tokio::time::sleep(rest.unwrap_or_default()), if rest.is_some() => {}
        }
    }
}

impl Agent {
    /// Publishes every change of status that waits: one new version of each list that changed.
    ///
    /// # Errors
    /// What the store says. That the ledger could not be written is told in [`Changed::problem`]: nothing is lost, and
    /// it is tried again by itself.
    pub async fn publish_status(&self) -> Result<Changed> {
        let before = self.pending_changes().await?;
        self.store()
            .write(|tx| {
                tx.want_status_published(None)?;
                Ok::<_, AgentError>(())
            })
            .await?;
        let problem = self.publish_wanted().await.err();
        let pending = self.pending_changes().await?;
        Ok(Changed { changed: before.saturating_sub(pending), unchanged: 0, pending, problem })
    }

    /// Publishes what somebody wants published; if that fails, it is tried again in the background.
    pub(super) async fn publish_wanted(&self) -> Result<()> {
        let agent = self.clone();
        // On its own: a caller that goes away does not break it off.
        let publishing = self.tasks().spawn(async move { agent.publish_lists().await });
        let published = publishing.await.map_err(|_| AgentError::Stopping)?;
        if published.is_err() {
            self.status_desk().wake();
        }
        published
    }

    async fn publish_lists(&self) -> Result<()> {
        let wanted = self.look(|reader| Ok(reader.unpublished_status_lists(true)?)).await?;
        let mut problem = None;
        for list in wanted {
            let _turn = self.status_desk().turn(&list.did).await;
            // Who published meanwhile took our changes along, and one DID's trouble does not keep another's list back.
            if let Err(error) = self.publish_list(list.id).await {
                problem.get_or_insert(error);
            }
        }
        problem.map_or(Ok(()), Err)
    }

    /// Publishes a list as it is now, unless the ledger has it. Who calls has the turn.
    pub(super) async fn publish_list(&self, id: i64) -> Result<()> {
        let tried = self.follow_up(id).await?;
        let restored = self.look(move |reader| Ok(reader.status_list(id)?)).await?.filter(|row| row.restored);
        if let Some(row) = restored {
            self.catch_up_status_list(&row).await?;
        }
        let found = self
            .look(move |reader| {
                let Some(row) = reader.status_list(id)? else {
                    return Err(AgentError::not_found("status list", id.to_string()));
                };
                let places = reader.set_status_places(id)?;
                Ok((row, places))
            })
            .await?;
        let (row, places) = found;
        if row.published >= row.revision {
            return Ok(());
        }
        let (content, key) = self.signed_list(&row, &places).await?;
        // What was given to the ledger and then forgotten here may be on it.
        let update = row.published >= 0 || (tried && self.dereference(&row.url, Freshness::Now).await.is_ok());
        let (resource, revision) = (Uuid::new_v4(), row.revision);
        let named = resource.to_string();
        self.store()
            .write(move |tx| Ok::<_, AgentError>(tx.begin_status_publication(id, &named, revision, &key)?))
            .await?;
        self.publish_resource(PublishResource {
            did: row.did.clone(),
            name: row.name.clone(),
            resource_type: row.form.clone(),
            version: Some(format!("{revision}-{resource}")),
            content,
            id: Some(resource),
            update,
        })
        .await?;
        self.published(&row, revision).await
    }

    /// Finds out what became of a publication that was begun and whose end was not seen; whether there was one.
    async fn follow_up(&self, id: i64) -> Result<bool> {
        let row = self.look(move |reader| Ok(reader.status_list(id)?)).await?;
        let Some(row) = row else { return Ok(false) };
        let (Some(resource), Some(revision)) = (row.resource_id.clone(), row.publishing) else { return Ok(false) };
        let filter =
            LedgerJobFilter { did: Some(row.did.clone()), resource_id: Some(resource), ..LedgerJobFilter::default() };
        if let Some(job) = self.ledger_jobs(filter, Page::newest(1)).await?.pop() {
            let on_ledger = match job.state {
                JobState::Finished { .. } => true,
                // It may be on the ledger already, or come there: it is seen to its end.
                JobState::Planned { .. } | JobState::Asked { .. } | JobState::Sent { .. } => {
                    let job = self.resume_ledger_job(&job.id).await?;
                    if job.is_under_way() {
                        return Err(AgentError::NotNow {
                            state: job.state_word().to_owned(),
                            reason: format!("an earlier version of a status list of {} is still under way", row.did),
                        });
                    }
                    matches!(job.state, JobState::Finished { .. })
                }
                // What is published now is newer; this one must not come after it.
                JobState::Refused { .. } | JobState::Interrupted { .. } => {
                    self.dismiss_ledger_job(&job.id).await?.is_some()
                }
            };
            if on_ledger {
                self.published(&row, revision).await?;
                return Ok(true);
            }
        }
        self.store().write(move |tx| Ok::<_, AgentError>(tx.drop_status_publication(id)?)).await?;
        Ok(true)
    }

    async fn published(&self, row: &StatusListRow, revision: i64) -> Result<()> {
        let (id, now) = (row.id, self.now());
        let committed = self
            .commit(move |unit| {
                unit.tx().end_status_publication(id, revision, now)?;
                unit.tell(Event::IssuedStatus { exchange_ids: Vec::new() })
            })
            .await?;
        self.settle(committed).await;
        Ok(())
    }
}
