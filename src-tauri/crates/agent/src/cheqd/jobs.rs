//! The jobs for a ledger, as a person sees them: what is under way, what went wrong, and to go on with it or to let it
//! be. And whether a network's resolver and registrar answer at all.

use vouchsafe_store::{LedgerJobFilter, Page};

use super::LedgerError;
use super::finish::KEPT;
use super::job::{Input, JobState, LedgerJob};
use super::on_ledger::{Look, cheqd_did};
use super::registrar::Registrar;
use super::work::{Drive, new_version};
use crate::Agent;
use crate::error::{AgentError, Result};
use crate::event::Event;

/// Whether somebody answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// As it should.
    Answers,
    /// Not, or not as it should: why, in words.
    Fails(String),
    /// The settings name nobody.
    NotSet,
}

/// What a network's services said when they were asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkCheck {
    /// The resolver.
    pub resolver: Reach,
    /// The registrar.
    pub registrar: Reach,
}

impl Agent {
    /// Jobs for a ledger, in the order they were asked for.
    ///
    /// # Errors
    /// What the store says.
    pub async fn ledger_jobs(&self, filter: LedgerJobFilter, page: Page) -> Result<Vec<LedgerJob>> {
        let rows = self.look(move |reader| Ok(reader.ledger_jobs(&filter, page)?)).await?;
        rows.iter().map(LedgerJob::from_row).collect()
    }

    /// One job for a ledger.
    ///
    /// # Errors
    /// [`AgentError::NotFound`].
    pub async fn ledger_job(&self, id: &str) -> Result<LedgerJob> {
        let wanted = id.to_owned();
        let row = self.look(move |reader| Ok(reader.ledger_job(&wanted)?)).await?;
        LedgerJob::from_row(&row.ok_or_else(|| AgentError::not_found("ledger job", id))?)
    }

    /// Goes on with a job that was interrupted or refused, and waits: looks on the ledger first, and begins again where
    /// that does not have it.
    ///
    /// # Errors
    /// [`AgentError::Ledger`] says what became of it; [`AgentError::NotFound`].
    pub async fn resume_ledger_job(&self, id: &str) -> Result<LedgerJob> {
        let job = self.ledger_job(id).await?;
        let agent = self.clone();
        let working = self.tasks().spawn(async move {
            let _turn = agent.ledger_desk().turn(&job.did).await;
            let job = agent.ledger_job(&job.id).await?;
            agent.take_up(job, Drive { attended: true, again: true, anew: true }).await
        });
        let job = working.await.map_err(|_| AgentError::Stopping)??;
        match (&job.state, job.error()) {
            (JobState::Finished { .. }, _) | (_, None) => Ok(job),
            (_, Some(error)) => Err(error.clone().into()),
        }
    }

    /// Lets a job be: it is forgotten, and nothing more of it is sent. One that may have been published is looked for
    /// first; if the ledger has it, it is finished instead, and given.
    ///
    /// # Errors
    /// [`LedgerError::OutcomeUnknown`] while nobody can say whether it was published; [`AgentError::NotFound`].
    pub async fn dismiss_ledger_job(&self, id: &str) -> Result<Option<LedgerJob>> {
        let job = self.ledger_job(id).await?;
        let _turn = self.ledger_desk().turn(&job.did).await;
        let job = self.ledger_job(id).await?;
        if matches!(job.state, JobState::Finished { .. }) {
            self.forget_job(&job.id).await?;
            return Ok(None);
        }
        if !job.sent.is_empty() {
            match self.look_for(&cheqd_did(&job.did)?, &job).await {
                Look::There(result) => return self.save(job, Input::Found(result)).await.map(Some),
                Look::Absent => {}
                Look::Unreadable(reason) => return Err(LedgerError::OutcomeUnknown { did: job.did, reason }.into()),
            }
        }
        self.forget_job(&job.id).await?;
        Ok(None)
    }

    async fn forget_job(&self, id: &str) -> Result<()> {
        let id = id.to_owned();
        let committed = self
            .commit(move |unit| {
                unit.tx().delete_ledger_job(&id)?;
                unit.tell(Event::Dids)?;
                Ok::<_, AgentError>(())
            })
            .await?;
        self.settle(committed).await;
        Ok(())
    }

    /// Begins a job again that had ended: what it was signed for before is looked for first. The caller has the turn.
    pub(super) async fn begin_again(&self, job: LedgerJob) -> Result<LedgerJob> {
        let did = job.did.clone();
        if self.look(move |reader| Ok(reader.ledger_job_under_way(&did)?)).await?.is_some() {
            return Err(LedgerError::Busy { did: job.did }.into());
        }
        if !job.sent.is_empty() {
            match self.look_for(&cheqd_did(&job.did)?, &job).await {
                Look::There(result) => return self.save(job, Input::Found(result)).await,
                Look::Absent => {}
                Look::Unreadable(reason) => return Err(LedgerError::Unreadable { did: job.did, reason }.into()),
            }
        }
        if self.is_superseded(&job).await? {
            let name = job.resource().map(|resource| resource.name.clone()).unwrap_or_default();
            return Err(LedgerError::Superseded { name }.into());
        }
        self.save(job, Input::Again { version_id: new_version() }).await
    }

    /// Whether a later job published a resource of the same name and type: a status list that was interrupted and
    /// replaced would take back what was revoked since.
    async fn is_superseded(&self, job: &LedgerJob) -> Result<bool> {
        let Some(resource) = job.resource() else { return Ok(false) };
        let filter = LedgerJobFilter { state: Some("finished".to_owned()), ..LedgerJobFilter::default() };
        let finished = self.ledger_jobs(filter, Page::ALL).await?;
        // Where so much was done since that not all of it is remembered, nobody can tell.
        if finished.len() >= KEPT as usize && finished.first().is_some_and(|first| first.created_at > job.created_at) {
            return Ok(true);
        }
        Ok(finished.iter().filter(|other| other.created_at > job.created_at && other.did == job.did).any(|other| {
            other
                .resource()
                .is_some_and(|other| (&other.name, &other.resource_type) == (&resource.name, &resource.resource_type))
        }))
    }

    /// Asks a network's resolver and registrar whether they are there. Nothing is looked up or changed.
    ///
    /// # Errors
    /// [`AgentError::Invalid`] if this wallet knows no network of that name.
    pub async fn check_network(&self, namespace: &str) -> Result<NetworkCheck> {
        let network = self.config().network(namespace)?.clone();
        let reach = |greeting: Result<(), String>| match greeting {
            Ok(()) => Reach::Answers,
            Err(reason) => Reach::Fails(reason),
        };
        let registrar = async {
            if network.registrar.is_none() {
                return Reach::NotSet;
            }
            match Registrar::of(self.client(), &network, "", self.may_be_private()) {
                Ok(registrar) => reach(registrar.greet().await),
                Err(error) => Reach::Fails(error.to_string()),
            }
        };
        let (resolver, registrar) = tokio::join!(self.greet_resolver(namespace), registrar);
        Ok(NetworkCheck { resolver: reach(resolver), registrar })
    }
}
