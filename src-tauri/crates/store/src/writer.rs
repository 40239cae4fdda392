//! The one thread that writes. Jobs queue up; the thread takes what is waiting (at most [`BATCH`]), runs each in a
//! savepoint of one transaction, commits once and only then hands out the results. So a hundred steps that wait cost one
//! fsync, and no one hears of a change that a power cut could still take back. Notes, which may be lost with the power,
//! wait for no fsync of their own.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, OnceLock};
use std::vec::IntoIter;

use rusqlite::Connection;
use rusqlite::hooks::Wal;
use tokio::sync::{mpsc, oneshot};

use crate::StoreError;
use crate::error::take_last_complaint;
use crate::reader::{AfterCommit, Transaction};

/// Jobs committed together at most: keeps the first of them from waiting long for the last.
const BATCH: usize = 256;

/// Pages in the log (16 MiB) at which they are moved into the file. Most pages of a busy wallet are the same few over and
/// over: the later, the fewer are moved.
const LOG_PAGES: i32 = 4000;

/// Jobs that may wait before callers have to.
pub(crate) const QUEUE: usize = 1024;

/// A moment in the life of a commit. What a crash at the first leaves is what the commit before it left; a crash at the
/// second leaves a change that nobody has heard of yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitMoment {
    /// The jobs have run, nothing is committed.
    Before,
    /// It is committed, no result is handed out.
    After,
}

/// Called by the writer at each [`CommitMoment`].
pub(crate) type Watch = Box<dyn Fn(CommitMoment) + Send + Sync>;

/// A job with its caller's types hidden.
pub(crate) trait Job: Send {
    /// Whether it must be on the disk before its result is handed out.
    fn is_lasting(&self) -> bool;
    /// Runs the job and keeps its result back; whether its changes stay.
    fn run(&mut self, transaction: &Transaction<'_>) -> bool;
    /// Hands the result out, or the error that took it away.
    fn answer(self: Box<Self>, outcome: Result<(), StoreError>);
}

/// A job, its result while it waits for the commit, and where the result goes.
pub(crate) struct Pending<T, E, F> {
    job: Option<F>,
    lasting: bool,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Pending<T, E, F> {
    pub(crate) fn new(job: F, lasting: bool) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (reply, answer) = oneshot::channel();
        (Self { job: Some(job), lasting, result: None, reply }, answer)
    }
}

impl<T, E, F> Job for Pending<T, E, F>
where
    T: Send,
    E: From<StoreError> + Send,
    F: FnOnce(&Transaction<'_>) -> Result<T, E> + Send,
{
    fn is_lasting(&self) -> bool {
        self.lasting
    }

    fn run(&mut self, transaction: &Transaction<'_>) -> bool {
        let Some(job) = self.job.take() else {
            return false;
        };
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
pub(crate) fn run(mut sqlite: Connection, mut queue: mpsc::Receiver<Box<dyn Job>>, watch: &OnceLock<Watch>) {
    let mut durability = Durability::of(&sqlite);
    let log = Log::of(&mut sqlite);
    let mut batch: Vec<Box<dyn Job>> = Vec::new();
    while queue.blocking_recv_many(&mut batch, BATCH) > 0 {
        durability.fit(&sqlite, batch.iter().any(|job| job.is_lasting()));
        commit(&mut sqlite, std::mem::take(&mut batch), watch);
        log.shorten(&sqlite);
    }
    if let Err((_, error)) = sqlite.close() {
        tracing::warn!(%error, "the store did not close cleanly; the next start recovers it");
    }
}

/// Whether the next commit waits for the disk. What a commit that did not wait has written is on the disk with the next
/// one that does: both are in the one log.
struct Durability {
    /// Nothing in this store waits: it is a temporary one.
    never: bool,
    waits: bool,
}

impl Durability {
    fn of(sqlite: &Connection) -> Self {
        let level = sqlite.pragma_query_value(None, "synchronous", |row| row.get::<_, i64>(0));
        Self { never: level.is_ok_and(|level| level == 0), waits: true }
    }

    fn fit(&mut self, sqlite: &Connection, waits: bool) {
        if self.never || self.waits == waits {
            return;
        }
        match sqlite.pragma_update(None, "synchronous", if waits { "FULL" } else { "NORMAL" }) {
            Ok(()) => self.waits = waits,
            Err(error) => tracing::error!(%error, "the store cannot change how it waits for the disk"),
        }
    }
}

/// The write-ahead log, moved into the file between commits: SQLite by itself would do so inside one, while its callers
/// wait.
struct Log {
    pages: Arc<AtomicI32>,
}

impl Log {
    fn of(sqlite: &mut Connection) -> Self {
        let pages = Arc::new(AtomicI32::new(0));
        let length = Arc::clone(&pages);
        let noted = sqlite.wal_hook(Some(move |_: &mut Wal, pages| {
            length.store(pages, Ordering::Relaxed);
            Ok(())
        }));
        if let Err(error) = noted {
            tracing::warn!(%error, "the store's log is shortened by SQLite itself");
        }
        Self { pages }
    }

    fn shorten(&self, sqlite: &Connection) {
        if self.pages.load(Ordering::Relaxed) < LOG_PAGES {
            return;
        }
        // Readers are not waited for: what they still need is moved next time.
        if let Err(error) = sqlite.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())) {
            tracing::warn!(%error, "the store's log could not be shortened");
        }
        // Should readers keep the log from starting over, it is looked at again after as many pages more.
        self.pages.store(0, Ordering::Relaxed);
    }
}

/// Runs `jobs` in one transaction and answers them.
fn commit(sqlite: &mut Connection, jobs: Vec<Box<dyn Job>>, watch: &OnceLock<Watch>) {
    let mut jobs = jobs.into_iter();
    // Usually once: a second time only when SQLite itself gave up the whole transaction in the middle of it.
    while jobs.len() > 0 {
        let mut ran = Vec::with_capacity(jobs.len());
        let outcome = transact(sqlite, &mut jobs, &mut ran, watch);
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
    jobs: &mut IntoIter<Box<dyn Job>>,
    ran: &mut Vec<Box<dyn Job>>,
    watch: &OnceLock<Watch>,
) -> Result<(), StoreError> {
    let tell = |moment| {
        if let Some(watch) = watch.get() {
            watch(moment);
        }
    };
    execute(sqlite, "BEGIN IMMEDIATE")?;
    let result = run_all(sqlite, jobs, ran).and_then(|(end, after)| {
        tell(CommitMoment::Before);
        execute(sqlite, end)?;
        tell(CommitMoment::After);
        for told in after {
            told();
        }
        Ok(())
    });
    if result.is_err() && !sqlite.is_autocommit() {
        sqlite.execute_batch("ROLLBACK")?;
    }
    result
}

/// Runs the jobs, each in a savepoint if there are several; how the transaction is to end, and what is told then.
fn run_all(
    sqlite: &Connection,
    jobs: &mut IntoIter<Box<dyn Job>>,
    ran: &mut Vec<Box<dyn Job>>,
) -> Result<(&'static str, Vec<AfterCommit>), StoreError> {
    let alone = jobs.len() == 1;
    let mut told = Vec::new();
    for mut job in jobs {
        take_last_complaint();
        let opened = if alone { Ok(()) } else { execute(sqlite, "SAVEPOINT job") };
        let transaction = Transaction::new(sqlite);
        let keep = opened.is_ok() && job.run(&transaction);
        ran.push(job);
        opened?;
        // On a full disk or a failing one SQLite may have rolled back everything: the jobs before are lost with this one.
        if sqlite.is_autocommit() {
            let complaint = take_last_complaint();
            return Err(complaint.unwrap_or_else(|| StoreError::Disk("the transaction was given up".into())));
        }
        match (alone, keep) {
            (true, false) => return Ok(("ROLLBACK", Vec::new())),
            (false, false) => execute(sqlite, "ROLLBACK TO job")?,
            (_, true) => told.extend(transaction.into_after()),
        }
        if !alone {
            execute(sqlite, "RELEASE job")?;
        }
    }
    Ok(("COMMIT", told))
}

/// Runs one of the few statements that come with every commit.
fn execute(sqlite: &Connection, statement: &str) -> Result<(), StoreError> {
    sqlite.prepare_cached(statement)?.execute([])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::{Store, StoreError, Transaction};

    const BIG: usize = 256 * 1024;

    async fn limit_pages(store: &Store, more: i64) {
        store
            .write(move |transaction| {
                let pages: i64 = transaction.sqlite.query_row("PRAGMA page_count", [], |row| row.get(0))?;
                transaction.sqlite.execute_batch(&format!("PRAGMA max_page_count = {}", pages + more))?;
                Ok::<_, StoreError>(())
            })
            .await
            .unwrap();
    }

    /// Keeps the writer busy for a while, so that what comes next shares a batch.
    async fn hold(store: &Store) -> tokio::task::JoinHandle<()> {
        let store = store.clone();
        let held = tokio::spawn(async move {
            let sleep = |_: &Transaction<'_>| {
                std::thread::sleep(Duration::from_millis(100));
                Ok::<_, StoreError>(())
            };
            store.write(sleep).await.unwrap();
        });
        tokio::time::sleep(Duration::from_millis(30)).await;
        held
    }

    #[tokio::test]
    async fn a_full_disk_is_said_so_and_loses_nothing_that_was_committed() {
        let store = Store::temporary().unwrap();
        store.write(|t| t.put_setting("before", &1)).await.unwrap();
        limit_pages(&store, 8).await;
        let big = store.write(|t| t.put_setting("big", &"x".repeat(BIG)));
        let small = store.write(|t| t.put_setting("small", &2));
        let (big, small) = tokio::join!(big, small);
        assert_eq!(big, Err(StoreError::DiskFull));
        small.unwrap();
        limit_pages(&store, 1000).await;
        store.write(|t| t.put_setting("big", &"x".repeat(BIG))).await.unwrap();
        let kept = store
            .read(|r| Ok::<_, StoreError>((r.setting::<i32>("before")?, r.setting::<i32>("small")?)))
            .await
            .unwrap();
        assert_eq!(kept, (Some(1), Some(2)));
    }

    #[tokio::test]
    async fn when_the_transaction_is_lost_every_job_of_the_batch_hears_of_it() {
        let store = Store::temporary().unwrap();
        let held = hold(&store).await;
        let first = store.write(|t| t.put_setting("first", &1));
        let lost = store.write(|t| Ok::<_, StoreError>(t.sqlite.execute_batch("ROLLBACK")?));
        let later = store.write(|t| t.put_setting("later", &2));
        let (first, lost, later) = tokio::join!(first, lost, later);
        held.await.unwrap();
        assert!(matches!(first, Err(StoreError::Disk(_))), "{first:?}");
        assert!(matches!(lost, Err(StoreError::Disk(_))), "{lost:?}");
        later.unwrap();
        let found = store.read(|r| Ok::<_, StoreError>((r.setting::<i32>("first")?, r.setting::<i32>("later")?)));
        assert_eq!(found.await.unwrap(), (None, Some(2)));
    }

    #[tokio::test]
    async fn what_is_told_after_a_commit_is_told_in_order_and_only_of_what_was_kept() {
        let store = Store::temporary().unwrap();
        let told = std::sync::Arc::new(parking_lot::Mutex::new(Vec::new()));
        let job = |number: u32, fails: bool| {
            let (store, told) = (store.clone(), told.clone());
            async move {
                let write = move |t: &Transaction<'_>| {
                    t.after_commit(move || told.lock().push(number));
                    if fails { Err(StoreError::Conflict("x".into())) } else { t.put_setting("number", &number) }
                };
                assert_eq!(store.write(write).await.is_err(), fails);
            }
        };
        tokio::join!(job(0, true));
        assert!(told.lock().is_empty(), "alone in its transaction");
        let held = hold(&store).await;
        tokio::join!(job(1, false), job(2, true), job(3, false));
        held.await.unwrap();
        assert_eq!(*told.lock(), [1, 3]);
    }

    #[tokio::test]
    async fn a_part_that_fails_leaves_the_rest() {
        let store = Store::temporary().unwrap();
        let told = std::sync::Arc::new(parking_lot::Mutex::new(Vec::new()));
        let ear = told.clone();
        let write = move |t: &Transaction<'_>| {
            let tell = |word| {
                let ear = ear.clone();
                t.after_commit(move || ear.lock().push(word));
            };
            t.put_setting("whole", &1)?;
            tell("whole");
            let failed = t.attempt(|| {
                t.put_setting("failed", &2)?;
                tell("failed");
                Err::<(), _>(StoreError::Conflict("x".into()))
            });
            assert!(failed.is_err());
            t.attempt(|| {
                tell("kept");
                t.put_setting("kept", &3)
            })
        };
        store.write(write).await.unwrap();
        let found = store.read(|r| {
            Ok::<_, StoreError>((r.setting::<i32>("whole")?, r.setting::<i32>("failed")?, r.setting::<i32>("kept")?))
        });
        assert_eq!(found.await.unwrap(), (Some(1), None, Some(3)));
        assert_eq!(*told.lock(), ["whole", "kept"]);
    }

    #[tokio::test]
    async fn jobs_that_wait_share_a_commit() {
        let store = Store::temporary().unwrap();
        let held = hold(&store).await;
        let jobs: Vec<_> = (0..50_u32)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move {
                    store
                        .write(move |transaction| {
                            std::thread::sleep(Duration::from_millis(1));
                            transaction.put_setting(&number.to_string(), &number)
                        })
                        .await
                })
            })
            .collect();
        held.await.unwrap();
        let mut seen = 0_i64;
        while seen == 0 {
            let count = |reader: &crate::Reader<'_>| {
                Ok::<_, StoreError>(reader.sqlite.query_row("SELECT count(*) FROM settings", [], |row| row.get(0))?)
            };
            seen = store.read(count).await.unwrap();
        }
        assert_eq!(seen, 50, "all of them appear at once");
        for job in jobs {
            job.await.unwrap().unwrap();
        }
    }
}
