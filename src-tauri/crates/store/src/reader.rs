//! What a job sees of the store: a [`Reader`] reads one consistent state, a [`Transaction`] reads and changes it. The
//! methods stand beside their rows, in `rows/`. The readers' pool is here too.

use std::cell::RefCell;
use std::ops::Deref;
use std::sync::Arc;

use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::StoreError;

/// Connections kept open for reading. SQLite readers do not wait for the writer, nor it for them.
pub(crate) const READERS: usize = 3;

/// One consistent state of the store, for reading.
pub struct Reader<'a> {
    pub(crate) sqlite: &'a Connection,
}

/// What a job has told once it is committed.
pub(crate) type AfterCommit = Box<dyn FnOnce() + Send>;

/// A change being made: all of it is kept or, when the job returns an error, none of it.
pub struct Transaction<'a> {
    reader: Reader<'a>,
    after: RefCell<Vec<AfterCommit>>,
}

impl<'a> Transaction<'a> {
    pub(crate) fn new(sqlite: &'a Connection) -> Self {
        Self { reader: Reader { sqlite }, after: RefCell::default() }
    }

    /// Calls `tell` once this change is committed, before its own caller hears of it, and never if it is not kept. All
    /// calls come from the one writer in the order of the changes. They must be quick, since the next commit waits for
    /// them, and must not panic.
    pub fn after_commit(&self, tell: impl FnOnce() + Send + 'static) {
        self.after.borrow_mut().push(Box::new(tell));
    }

    /// Does a part that may fail without the rest: when it returns an error, nothing of the part is kept.
    ///
    /// # Errors
    ///
    /// The part's own, and the disk's.
    pub fn attempt<T, E: From<StoreError>>(&self, part: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let execute = |statement| -> Result<(), StoreError> {
            self.sqlite.prepare_cached(statement)?.execute([])?;
            Ok(())
        };
        execute("SAVEPOINT part")?;
        let told = self.after.borrow().len();
        let done = part();
        // Whoever lost the whole transaction finds no savepoint any more; the writer says so to all of them.
        if done.is_err() && !self.sqlite.is_autocommit() {
            execute("ROLLBACK TO part")?;
        }
        if !self.sqlite.is_autocommit() {
            execute("RELEASE part")?;
        }
        if done.is_err() {
            self.after.borrow_mut().truncate(told);
        }
        done
    }

    /// What is to be told if the change is kept.
    pub(crate) fn into_after(self) -> Vec<AfterCommit> {
        self.after.into_inner()
    }
}

impl<'a> Deref for Transaction<'a> {
    type Target = Reader<'a>;

    fn deref(&self) -> &Reader<'a> {
        &self.reader
    }
}

/// The idle reading connections, and as many permits as there are connections.
pub(crate) struct Readers {
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(crate) fn new(connections: Vec<Connection>) -> Arc<Self> {
        Arc::new(Self { permits: Arc::new(Semaphore::new(connections.len())), idle: Mutex::new(connections) })
    }

    /// Runs `job` on a blocking thread, in a read transaction: all its queries see the same state.
    pub(crate) async fn read<T, E>(
        self: &Arc<Self>,
        job: impl FnOnce(&Reader<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| StoreError::Sealed)?;
        let readers = Arc::clone(self);
        tokio::task::spawn_blocking(move || {
            // Dropped last, after the connection is back: whoever gets the permit finds a connection.
            let _permit = permit;
            let connection = readers.idle.lock().pop().ok_or(StoreError::Sealed)?;
            let lent = Lent { readers: &readers, connection: Some(connection) };
            let Some(connection) = &lent.connection else {
                return Err(StoreError::Sealed.into());
            };
            let transaction = connection.unchecked_transaction().map_err(StoreError::from)?;
            let result = job(&Reader { sqlite: &transaction });
            // Nothing was written: how it ends makes no difference, only that it does.
            drop(transaction);
            result
        })
        .await
        .map_err(|_| StoreError::JobBroke)?
    }

    /// Refuses further reads, waits for those that run and closes the connections.
    pub(crate) async fn close(&self) {
        let all = u32::try_from(READERS).unwrap_or(u32::MAX);
        // Err: closed before.
        if let Ok(permits) = self.permits.acquire_many(all).await {
            self.permits.close();
            permits.forget();
        }
        self.close_idle();
    }

    /// Closes the connections that nobody reads with.
    pub(crate) fn close_idle(&self) {
        self.idle.lock().clear();
    }
}

/// A connection on loan, given back also when the job panics.
struct Lent<'a> {
    readers: &'a Readers,
    connection: Option<Connection>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        self.readers.idle.lock().extend(self.connection.take());
    }
}
