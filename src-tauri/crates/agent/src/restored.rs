//! A wallet that was restored from a backup is older than the world: what it had begun may be done, what it had signed
//! may be published, and what it knows to be the newest may not be. So nothing goes on by itself that could happen
//! twice or take something back; the ledger and the peers are asked first.

use jiff::Timestamp;
use vouchsafe_credentials::status::Purpose;
use vouchsafe_store::{LedgerJobFilter, Page, StatusListRow, StoreError, Transaction};

use crate::Agent;
use crate::cheqd::job::{Input, JobState, LedgerJob};
use crate::cheqd::{Freshness, LedgerError};
use crate::error::{AgentError, Result};
use crate::status::lists::purpose_of;

/// What stands with a run that was going on when the backup was made.
pub const RUN_RESTORED: &str =
    "restored from a backup: rows that wait here may have been offered after it was made; compare before going on";

/// Settles what a backup had under way, before the restored wallet first opens:
///
/// - Jobs for a ledger rest. The version ids that they had count as signed for, so going on looks on the ledger first
///   and never uses one again.
/// - Status lists are marked: no new place is taken in them, and they are published only after the ledger's version was
///   read.
/// - Runs are paused.
///
/// # Errors
/// What the store says.
pub fn settle_restored(tx: &Transaction<'_>, now: Timestamp) -> Result<(), StoreError> {
    let under_way = LedgerJobFilter { under_way: Some(true), ..LedgerJobFilter::default() };
    for row in tx.ledger_jobs(&under_way, Page::ALL)? {
        let unreadable = |error: AgentError| StoreError::Damaged(error.to_string());
        let mut job = LedgerJob::from_row(&row).map_err(unreadable)?;
        if let JobState::Planned { version_id } | JobState::Asked { version_id, .. } = &job.state
            && !job.sent.contains(version_id)
        {
            job.sent.push(version_id.clone());
        }
        let reason = "the wallet was restored from a backup that was made in the middle of it".to_owned();
        let error = LedgerError::OutcomeUnknown { did: job.did.clone(), reason };
        let job = job.advance(Input::Interrupted(error), now).map_err(unreadable)?;
        tx.put_ledger_job(&job.to_row().map_err(unreadable)?)?;
    }
    tx.mark_status_lists_restored()?;
    for run in tx.runs(Some("running"), Page::ALL)? {
        tx.set_run(run.id, "paused", RUN_RESTORED, now)?;
    }
    Ok(())
}

impl Agent {
    /// Takes over what the ledger's version of a restored list says: what it has set, and which suspensions it has
    /// lifted. Without it nothing is published: a list that this wallet remembers could take back what was revoked since.
    ///
    /// # Errors
    /// [`AgentError::NotNow`] while the ledger's version cannot be read.
    pub(crate) async fn catch_up_status_list(&self, row: &StatusListRow) -> Result<()> {
        let read = self.read_status_list(&row.url, &row.did, Freshness::Now).await;
        let (list, _) = read.map_err(|reason| AgentError::NotNow {
            state: "restored".to_owned(),
            reason: format!(
                "this wallet was restored from a backup, so a status list of {} is published only after the ledger's \
                 version was read: {reason}",
                row.did
            ),
        })?;
        // What is revoked stays revoked, whatever a ledger says.
        let lifts = purpose_of(row) == Purpose::Suspension;
        let state = if lifts { "suspended" } else { "revoked" };
        let (id, size) = (row.id, row.size);
        self.store()
            .write(move |tx| {
                let set = (0..size.min(list.bits().len())).filter(|place| list.bits().get(*place) == Some(true));
                Ok::<_, AgentError>(tx.adopt_status_places(id, set, state, lifts)?)
            })
            .await?;
        Ok(())
    }
}
