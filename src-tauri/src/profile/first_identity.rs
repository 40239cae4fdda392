//! The identity that a new wallet gets by itself, on the practice ledger and named after the wallet: a newcomer issues at once, with no account and no internet. It is made in the background and shown; what was interrupted is gone on with at the next start and never begun twice.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value};
use tokio::sync::OwnedMutexGuard;
use vouchsafe_agent::cheqd::{CHEQD, CreateCheqdDid};
use vouchsafe_store::{DidFilter, Page as StorePage, StoreError};

use super::wallet::Open;
use super::{Announcer, Profile};
use crate::commands::Answer;
use crate::practice::{NAMESPACE, Practice};
use crate::view::app::FirstIdentity;
use crate::view::card::is_practice;
use crate::view::identities::{LedgerJobState, NAME};
use crate::view::{Failure, Topic};

/// How often a job of an earlier start is looked after, and for how long.
const LOOK: Duration = Duration::from_millis(100);
const LOOKS: u32 = 200;

impl Profile {
    /// Begin to make it, if this wallet is still without it.
    pub(super) fn begin_first_identity(&self, open: Arc<Open>) {
        {
            let mut running = open.running.lock();
            if !running.kept.first_identity || !running.kept.practice {
                return;
            }
            running.first_identity = FirstIdentity::Making;
        }
        // Taken before anything else can ask who signs.
        let Ok(making) = open.making.clone().try_lock_owned() else { return };
        let (practice, announcer) = (self.practice.clone(), self.announcer.clone());
        tokio::spawn(async move {
            let _ = open.make_first(&practice, &announcer, making).await;
        });
    }

    /// Make it now.
    ///
    /// # Errors
    ///
    /// `practice-…`, what the ledger says, `wallet-locked`; what the store says.
    pub async fn make_first_identity(&self) -> Answer<()> {
        let open = self.open()?;
        let making = open.making.clone().lock_owned().await;
        open.make_first(&self.practice, &self.announcer, making).await
    }
}

impl Open {
    async fn make_first(&self, practice: &Practice, announcer: &Announcer, _making: OwnedMutexGuard<()>) -> Answer<()> {
        if !self.running.lock().kept.first_identity {
            return Ok(());
        }
        self.running.lock().first_identity = FirstIdentity::Making;
        announcer.say([Topic::App]);
        let made = self.first_identity(practice).await;
        self.running.lock().first_identity = match &made {
            Ok(()) => FirstIdentity::Settled,
            Err(problem) => FirstIdentity::Failed { problem: Box::new(problem.clone()) },
        };
        announcer.say([Topic::App, Topic::Identities, Topic::Networks, Topic::Settings]);
        if let Err(failure) = &made {
            tracing::warn!(code = failure.code, reason = ?failure.detail, "the first identity was not made");
        }
        made
    }

    async fn first_identity(&self, practice: &Practice) -> Answer<()> {
        let network = practice.start().await?;
        if !self.agent.config().networks.contains(&network) {
            self.change_kept(Some(network.clone()), |_| {}).await?;
        }
        let did = if let Some(did) = self.begun_before().await? {
            did
        } else {
            let name = self.running.lock().kept.label.clone();
            let wanted = CreateCheqdDid {
                network: NAMESPACE.to_owned(),
                metadata: Map::from_iter([(NAME.to_owned(), Value::from(name))]),
                ..CreateCheqdDid::default()
            };
            self.agent.create_cheqd_did(wanted).await?.did
        };
        self.change_kept(Some(network), |kept| {
            kept.first_identity = false;
            kept.issuer_did.get_or_insert(did);
        })
        .await
    }

    /// The identity that an earlier start made, or has on its way.
    async fn begun_before(&self) -> Answer<Option<String>> {
        for _ in 0..LOOKS {
            let filter = DidFilter { method: Some(CHEQD.to_owned()), ..DidFilter::default() };
            let known = self
                .agent
                .store()
                .read(move |reader| reader.dids(&filter, StorePage::newest(1)))
                .await
                .map_err(|error: StoreError| Failure::from(error))?;
            if let Some(row) = known.into_iter().find(|row| is_practice(&row.did)) {
                return Ok(Some(row.did));
            }
            let jobs = self.unfinished_jobs(None).await?;
            let Some(job) = jobs.into_iter().find(|job| job.is_creation() && is_practice(&job.did)) else {
                return Ok(None);
            };
            match job.state {
                LedgerJobState::Refused => return Ok(None),
                LedgerJobState::Interrupted => drop(self.agent.resume_ledger_job(&job.id).await?),
                LedgerJobState::UnderWay => tokio::time::sleep(LOOK).await,
            }
        }
        Err(Failure::new(
            "ledger-slow",
            "Still on its way",
            "The identity is still on its way to the practice ledger.",
            "Wait a little; it is finished by itself.",
        ))
    }
}
