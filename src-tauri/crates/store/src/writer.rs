//! The one thread that writes. Jobs queue up; the thread takes what is waiting (at most [`BATCH`]), runs each in a
//! savepoint of one transaction, commits once and only then hands out the results. So a hundred steps that wait cost one
//! fsync, and no one hears of a change that a power cut could still take back.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::reader::Transaction;
use crate::StoreError;

/// Jobs committed together at most: keeps the first of them from waiting long for the last.
const BATCH: usize = 256;

/// Jobs that may wait before callers have to.
pub(crate) const QUEUE: usize = 1024;

/// A job with its caller's types hidden.
pub(crate) trait Job: Send {
    /// Runs the job and keeps its result back; whether its changes stay.
    fn run(&mut self, transaction: &Transaction<'_>) -> bool;
    /// Hands the result out, or the error that took it away.
    fn answer(self: Box<Self>, outcome: Result<(), StoreError>);
}

/// A job, its result while it waits for the commit, and where the result goes.
pub(crate) struct Pending<T, E, F> {
    job: Option<F>,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Pending<T, E, F> {
    pub(crate) fn new(job: F) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (reply, answer) = oneshot::channel();
        (Self { job: Some(job), result: None, reply }, answer)
    }
}

impl<T, E, F> Job for Pending<T, E, F>
where
    T: Send,
    E: From<StoreError> + Send,
    F: FnOnce(&Transaction<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, transaction: &Transaction<'_>) -> bool {
        let Some(job) = self.job.take() else { return false };
        // Unwind safe: a job that panics is rolled back, and nothing of it is looked at again.
        let result: Result<Result<T, E>, Box<dyn Any + Send>> = catch_unwind(AssertUnwindSafe(|| job(transaction)));
        let result = result.unwrap_or_else(|_| Err(StoreError::JobBroke.into()));
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn answer(self: Box<Self>, outcome: Result<(), StoreError>) {
        let result = match outcome {
            Ok(()) => self.result.unwrap_or_else(|| Err(StoreError::JobBroke.into())),
            Err(error) => Err(error.into()),
        };
        // The caller may have gone; what is committed stays so.
        drop(self.reply.send(result));
    }
}

/// Takes jobs until every sender is gone, then closes the connection.
pub(crate) fn run(mut sqlite: Connection, mut queue: mpsc::Receiver<Box<dyn Job>>) {
    let mut batch = Vec::new();
    while queue.blocking_recv_many(&mut batch, BATCH) > 0 {
        commit(&mut sqlite, std::mem::take(&mut batch));
    }
    if let Err((_, error)) = sqlite.close() {
        tracing::warn!(%error, "the store did not close cleanly; the next start recovers it");
    }
}

/// Runs `jobs` in one transaction and answers them.
fn commit(sqlite: &mut Connection, jobs: Vec<Box<dyn Job>>) {
    let mut jobs = jobs.into_iter();
    // Usually once: a second time only when SQLite itself gave up the whole transaction in the middle of it.
    while jobs.len() > 0 {
        let mut ran = Vec::with_capacity(jobs.len());
        let outcome = transact(sqlite, &mut jobs, &mut ran);
        if outcome.is_err() && ran.is_empty() {
            // The transaction could not even begin.
            ran.extend(jobs.by_ref());
        }
        for job in ran {
            job.answer(outcome.clone());
        }
    }
}

/// One transaction: jobs move from `jobs` to `ran` as they run.
fn transact(
    sqlite: &mut Connection,
    jobs: &mut impl Iterator<Item = Box<dyn Job>>,
    ran: &mut Vec<Box<dyn Job>>,
) -> Result<(), StoreError> {
    sqlite.execute_batch("BEGIN IMMEDIATE")?;
    let result = run_in_savepoints(sqlite, jobs, ran).and_then(|()| Ok(sqlite.execute_batch("COMMIT")?));
    if result.is_err() && !sqlite.is_autocommit() {
        sqlite.execute_batch("ROLLBACK")?;
    }
    result
}

fn run_in_savepoints(
    sqlite: &Connection,
    jobs: &mut impl Iterator<Item = Box<dyn Job>>,
    ran: &mut Vec<Box<dyn Job>>,
) -> Result<(), StoreError> {
    for mut job in jobs {
        let opened = sqlite.prepare_cached("SAVEPOINT job").and_then(|mut statement| statement.execute([]));
        let keep = opened.is_ok() && job.run(&Transaction::new(sqlite));
        ran.push(job);
        opened?;
        // On a full disk or a failing one SQLite may have rolled back everything: the jobs before are lost with this one.
        if sqlite.is_autocommit() {
            return Err(StoreError::Disk("the transaction was given up by the disk".into()));
        }
        if !keep {
            sqlite.prepare_cached("ROLLBACK TO job")?.execute([])?;
        }
        sqlite.prepare_cached("RELEASE job")?.execute([])?;
    }
    Ok(())
}
