//! Working on a job: ask the registrar, sign exactly what was asked for, give the signatures away, look on the ledger.
//! Each step is committed before the next begins; from the moment before the signatures leave, only the ledger's word
//! counts, not the registrar's. A job that is interrupted anywhere goes on from its last commit.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;
use vouchsafe_dids::cheqd::CheqdDid;

use super::job::{Input, JobState, LedgerJob};
use super::on_ledger::{Look, cheqd_did};
use super::registrar::{Registrar, Unsent};
use super::{LedgerError, finish};
use crate::Agent;
use crate::error::{AgentError, Result};

/// Beginnings of one job in one go, when the registrar forgets it or the ledger proves not to have it.
const ROUNDS: usize = 3;
/// Tries by itself before it is left to a person.
const TRIES: u32 = 24;
/// Looks on the ledger while somebody waits.
const LOOKS: [Duration; 5] = [
    Duration::ZERO,
    Duration::from_millis(200),
    Duration::from_millis(800),
    Duration::from_secs(2),
    Duration::from_secs(4),
];
/// A transaction that was given to a real network may still come into a block for so long.
const SETTLING: SignedDuration = SignedDuration::from_secs(90);

/// For whom a job is worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Drive {
    /// Somebody waits, and is told what goes wrong instead of having it tried again.
    pub attended: bool,
    /// It may begin again once the ledger proves not to have it.
    pub again: bool,
    /// Its tries are counted anew.
    pub anew: bool,
}

/// Whether there is more to do now.
enum Go {
    On(LedgerJob),
    Rest(LedgerJob),
}

impl Agent {
    /// Goes on with a job, in its DID's turn.
    pub(super) async fn go_on(&self, id: &str, did: &str, drive: Drive) -> Result<LedgerJob> {
        let _turn = self.ledger_desk().turn(did).await;
        let job = self.ledger_job(id).await?;
        self.drive(job, drive).await
    }

    /// Works on a job until it has ended or has to rest. The caller has the DID's turn.
    pub(super) async fn drive(&self, mut job: LedgerJob, drive: Drive) -> Result<LedgerJob> {
        if drive.anew {
            job.attempts = 0;
        }
        for _ in 0..ROUNDS {
            let go = match &job.state {
                JobState::Planned { version_id } | JobState::Asked { version_id, .. } => {
                    let version_id = version_id.clone();
                    self.attempt(job, &version_id, drive).await?
                }
                JobState::Sent { .. } => {
                    self.settle_job(job, drive, "the wallet was interrupted before it heard".to_owned()).await?
                }
                JobState::Finished { .. } | JobState::Refused { .. } | JobState::Interrupted { .. } => return Ok(job),
            };
            job = match go {
                Go::On(job) => job,
                Go::Rest(job) => return Ok(job),
            };
        }
        let registrar = self.config().network(&job.network).ok().and_then(|network| network.registrar.clone());
        let error = LedgerError::Forgotten { registrar: registrar.unwrap_or_default() };
        if job.is_under_way() { self.fail(job, error, drive).await } else { Ok(job) }
    }

    /// From the plan to the ledger.
    async fn attempt(&self, job: LedgerJob, version_id: &str, drive: Drive) -> Result<Go> {
        let unreadable =
            |error: AgentError| LedgerError::Unreadable { did: job.did.clone(), reason: error.to_string() };
        let did = cheqd_did(&job.did)?;
        let network = match self.config().network(&job.network) {
            Ok(network) => network.clone(),
            Err(error) => {
                let error = unreadable(error);
                return self.fail(job, error, drive).await.map(Go::Rest);
            }
        };
        let registrar = match Registrar::of(self.client(), &network, &job.did, self.may_be_private()) {
            Ok(registrar) => registrar,
            Err(error) => {
                let error = unreadable(error);
                return self.fail(job, error, drive).await.map(Go::Rest);
            }
        };
        let current = match self.document_to_change(&did, &job).await? {
            Ok(current) => current,
            Err(error) => return self.fail(job, error, drive).await.map(Go::Rest),
        };
        let operation = self.operation_of(&job, &did, version_id).await?;
        let (signers, keys) = match self.signers_of(&did, &job, current.as_ref()).await? {
            Ok(signers) => signers,
            Err(error) => return self.fail(job, error, drive).await.map(Go::Rest),
        };
        let asked = match self.unless_stopped(registrar.ask(&operation)).await? {
            Ok(asked) => asked,
            Err(LedgerError::Exists { reason }) => return self.exists(job, &did, reason, drive).await,
            Err(error) => return self.fail(job, error, drive).await.map(Go::Rest),
        };
        let signatures = match signers.sign(&registrar.name(), &operation, &asked.requests, &keys) {
            Ok(signatures) => signatures,
            Err(error) => return self.fail(job, error, drive).await.map(Go::Rest),
        };
        drop(keys);
        let job = self.save(job, Input::Asked { registrar_job: asked.job_id.clone() }).await?;
        let job = self.save(job, Input::Sending).await?;
        match self.unless_stopped(registrar.send(&operation, &asked.job_id, &signatures)).await? {
            Ok(()) => {
                self.settle_job(
                    job,
                    drive,
                    "the registrar says that it is done, and the resolver does not show it".to_owned(),
                )
                .await
            }
            Err(Unsent::Unknown(LedgerError::OutcomeUnknown { reason, .. })) => {
                self.settle_job(job, drive, reason).await
            }
            Err(Unsent::Expired) => self.save(job, Input::Again { version_id: new_version() }).await.map(Go::On),
            Err(Unsent::Exists(LedgerError::Exists { reason })) => self.exists(job, &did, reason, drive).await,
            Err(Unsent::Nothing(error) | Unsent::Unknown(error) | Unsent::Exists(error)) => {
                // A registrar's word alone does not end what was signed for.
                match self.look_once(&did, &job).await? {
                    Look::There(result) => self.save(job, Input::Found(result)).await.map(Go::Rest),
                    _ => self.fail(job, error, drive).await.map(Go::Rest),
                }
            }
        }
    }

    /// The ledger has it already: ours, from a try that nobody answered, or somebody else's.
    async fn exists(&self, job: LedgerJob, did: &CheqdDid, reason: String, drive: Drive) -> Result<Go> {
        match self.look_once(did, &job).await? {
            Look::There(result) => self.save(job, Input::Found(result)).await.map(Go::Rest),
            Look::Unreadable(_) if !job.sent.is_empty() => self.settle_job(job, drive, reason).await,
            Look::Absent | Look::Unreadable(_) => {
                self.fail(job, LedgerError::Exists { reason }, drive).await.map(Go::Rest)
            }
        }
    }

    /// The signatures are given away: looks on the ledger what became of them.
    async fn settle_job(&self, job: LedgerJob, drive: Drive, mut reason: String) -> Result<Go> {
        let did = cheqd_did(&job.did)?;
        let network = self.config().network(&job.network).cloned();
        let practice = network.as_ref().is_ok_and(|network| network.practice);
        let looks = match (drive.attended, practice) {
            (true, false) => LOOKS.len(),
            // A ledger on this computer has it at once, or not.
            (true, true) => 2,
            (false, _) => 1,
        };
        let mut absent = false;
        for delay in LOOKS.iter().take(looks) {
            self.unless_stopped(tokio::time::sleep(*delay)).await?;
            if let Err(error) = &network {
                reason = error.to_string();
                break;
            }
            match self.look_once(&did, &job).await? {
                Look::There(result) => return self.save(job, Input::Found(result)).await.map(Go::Rest),
                Look::Absent => absent = true,
                Look::Unreadable(why) => {
                    absent = false;
                    reason = format!("{reason}; {why}");
                }
            }
        }
        let sent_at = match &job.state {
            JobState::Sent { sent_at, .. } => *sent_at,
            _ => self.now(),
        };
        let settled = practice || self.now().duration_since(sent_at) >= SETTLING;
        if drive.again && absent && settled {
            return self.save(job, Input::Again { version_id: new_version() }).await.map(Go::On);
        }
        let error = LedgerError::OutcomeUnknown { did: job.did.clone(), reason: reason.chars().take(600).collect() };
        let at = self.next_try(&job);
        self.save(job, Input::Later(error, at)).await.map(Go::Rest)
    }

    /// It did not come about: an end, or, where nobody waits and time may help, another try later.
    async fn fail(&self, job: LedgerJob, error: LedgerError, drive: Drive) -> Result<LedgerJob> {
        let may_help =
            error.is_passing() || matches!(error, LedgerError::NoRegistrar { .. } | LedgerError::NotOnLedger { .. });
        if !may_help {
            return self.save(job, Input::Refused(error)).await;
        }
        match self.next_try(&job) {
            Some(at) if !drive.attended => self.save(job, Input::Later(error, Some(at))).await,
            _ => self.save(job, Input::Interrupted(error)).await,
        }
    }

    fn next_try(&self, job: &LedgerJob) -> Option<Timestamp> {
        let tries = job.attempts.saturating_add(1);
        let delay = self.config().limits.retry_after(tries);
        (tries <= TRIES).then(|| self.now().checked_add(delay).ok()).flatten()
    }

    /// Commits a step of a job, with all that follows from its end.
    pub(super) async fn save(&self, job: LedgerJob, input: Input) -> Result<LedgerJob> {
        let committed = self
            .commit(move |unit| {
                let job = job.advance(input, unit.now())?;
                unit.tx().put_ledger_job(&job.to_row()?)?;
                finish::follow(unit, &job)?;
                Ok::<_, AgentError>(job)
            })
            .await?;
        let job = self.settle(committed).await;
        if let JobState::Finished { .. } = job.state
            && let Ok(did) = job.did.parse()
        {
            self.resolver().forget(&did);
        }
        if job.next_attempt_at.is_some() {
            self.ledger_desk().wake();
        }
        Ok(job)
    }

    async fn look_once(&self, did: &CheqdDid, job: &LedgerJob) -> Result<Look> {
        self.unless_stopped(self.look_for(did, job)).await
    }

    /// Waits for the network, but not for longer than the wallet runs.
    pub(super) async fn unless_stopped<T>(&self, waiting: impl Future<Output = T>) -> Result<T> {
        let stop = self.stopping();
        tokio::select! {
            biased;
            () = stop.cancelled() => Err(AgentError::Stopping),
            done = waiting => Ok(done),
        }
    }
}

/// A version id that was never used.
pub(super) fn new_version() -> String {
    Uuid::new_v4().to_string()
}
