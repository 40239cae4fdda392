//! What is on its way to a ledger, or got stuck on it.

use vouchsafe_store::{LedgerJobFilter, Page as StorePage, Reader, StoreError};

use super::Profile;
use super::records::IdentityNames;
use super::wallet::Open;
use crate::commands::Answer;
use crate::view::Failure;
use crate::view::card::is_practice;
use crate::view::identities::LedgerJobView;

/// Jobs that are shown.
const SHOWN: usize = 50;
/// Jobs that are looked at, of each state.
const LOOKED_AT: u32 = 200;
/// The states of jobs that are not done.
const UNFINISHED: [&str; 5] = ["planned", "asked", "sent", "refused", "interrupted"];
/// Those of them that go on no more by themselves.
const STUCK: [&str; 2] = ["refused", "interrupted"];

impl Profile {
    /// What is on its way to a ledger or got stuck on it, newest first.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn ledger_jobs(&self) -> Answer<Vec<LedgerJobView>> {
        let mut jobs = self.open()?.unfinished_jobs(None).await?;
        jobs.truncate(SHOWN);
        Ok(jobs)
    }

    /// Go on with what was interrupted.
    ///
    /// # Errors
    ///
    /// Why it stopped again; `not-found`, `wallet-locked`; what the store says.
    pub async fn retry_ledger_job(&self, id: &str) -> Answer<Vec<LedgerJobView>> {
        let open = self.open()?;
        let job = open.agent.ledger_job(id).await?;
        if is_practice(&job.did) && open.running.lock().kept.practice {
            self.start_practice(&open).await?;
        }
        open.agent.resume_ledger_job(id).await?;
        self.ledger_jobs().await
    }

    /// Forget what got stuck. What is on the ledger stays there.
    ///
    /// # Errors
    ///
    /// `not-now` while it is under way, `not-found`, `wallet-locked`; what the store says.
    pub async fn dismiss_ledger_job(&self, id: &str) -> Answer<Vec<LedgerJobView>> {
        self.open()?.agent.dismiss_ledger_job(id).await?;
        self.ledger_jobs().await
    }
}

impl Open {
    /// The jobs that are not done, of one DID or of all, newest first.
    pub(super) async fn unfinished_jobs(&self, did: Option<&str>) -> Answer<Vec<LedgerJobView>> {
        let mut jobs = Vec::new();
        for state in UNFINISHED {
            let filter = LedgerJobFilter {
                did: did.map(str::to_owned),
                state: Some(state.to_owned()),
                ..LedgerJobFilter::default()
            };
            jobs.extend(self.agent.ledger_jobs(filter, StorePage::newest(LOOKED_AT)).await?);
        }
        jobs.sort_by_key(|job| std::cmp::Reverse(job.created_at));
        self.agent
            .store()
            .read(move |reader| {
                let mut names = IdentityNames::default();
                jobs.iter()
                    .map(|job| Ok(LedgerJobView::of(job, names.of(reader, Some(&job.did))?.as_deref())))
                    .collect::<Result<_, StoreError>>()
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))
    }

    /// How many wait for the person.
    pub(super) async fn stuck_jobs(&self) -> Answer<u32> {
        self.agent.store().read(stuck).await.map_err(|error: StoreError| Failure::from(error))
    }
}

/// How many jobs go on no more by themselves.
///
/// # Errors
///
/// What the store says.
pub fn stuck(reader: &Reader<'_>) -> Result<u32, StoreError> {
    let mut stuck = 0;
    for state in STUCK {
        let filter = LedgerJobFilter { state: Some(state.to_owned()), ..LedgerJobFilter::default() };
        stuck += reader.ledger_jobs(&filter, StorePage::newest(LOOKED_AT))?.len();
    }
    Ok(u32::try_from(stuck).unwrap_or(u32::MAX))
}
