//! The open store: hands jobs to the writer and to the readers, and forgets the key when it is sealed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;

use parking_lot::Mutex;
use rusqlite::Connection;
use tokio::sync::mpsc;

use crate::reader::{READERS, Reader, Readers, Transaction};
use crate::sqlite::{self, Durability, Salt, VaultKey};
use crate::vault::FolderLock;
use crate::writer::{self, CommitMoment, Job, Pending, QUEUE, Watch};
use crate::{StoreError, schema};

/// The open store of one wallet. Cheap to clone; all clones are the same store.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    writer: Mutex<Option<mpsc::Sender<Box<dyn Job>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    readers: Arc<Readers>,
    key: Mutex<Option<VaultKey>>,
    /// Who is told of each commit.
    watch: Arc<OnceLock<Watch>>,
    /// The wallet's folder, kept from other processes while the store is open.
    lock: Mutex<Option<Arc<FolderLock>>>,
    /// The store's file.
    path: PathBuf,
    /// Of a temporary store: taken away with it.
    folder: Option<PathBuf>,
}

impl Store {
    /// Makes a new store file, with every table.
    pub(crate) fn create(path: &Path, key: VaultKey, salt: &Salt, durability: Durability) -> Result<Self, StoreError> {
        let mut connection = sqlite::create(path, &key, salt, durability)?;
        schema::migrate(&mut connection, path, schema::STEPS, true)?;
        Self::start(connection, path, key, None)
    }

    /// Opens a store file, and brings it to this version's schema.
    pub(crate) fn open(path: &Path, key: VaultKey, salt: Option<&Salt>) -> Result<Self, StoreError> {
        sqlite::inspect(path, salt)?;
        let mut connection = sqlite::open(path, &key, Durability::Full)?;
        schema::migrate(&mut connection, path, schema::STEPS, false)?;
        Self::start(connection, path, key, None)
    }

    /// A store with a random key in a folder of its own that goes when the last clone does. For tests: its commits
    /// survive the process, not a power cut.
    ///
    /// # Errors
    ///
    /// [`StoreError::Disk`] when the temporary folder cannot be written to.
    pub fn temporary() -> Result<Self, StoreError> {
        let folder = std::env::temp_dir().join(format!("vouchsafe-store-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&folder)?;
        let path = folder.join("wallet.sqlite");
        let (key, salt) = (VaultKey::generate()?, *uuid::Uuid::new_v4().as_bytes());
        let mut connection = sqlite::create(&path, &key, &salt, Durability::Process)?;
        schema::migrate(&mut connection, &path, schema::STEPS, true)?;
        Self::start(connection, &path, key, Some(folder))
    }

    fn start(writer: Connection, path: &Path, key: VaultKey, folder: Option<PathBuf>) -> Result<Self, StoreError> {
        let readers = (0..READERS).map(|_| sqlite::open_reader(path, &key)).collect::<Result<Vec<_>, _>>()?;
        let (sender, queue) = mpsc::channel(QUEUE);
        let watch = Arc::new(OnceLock::new());
        let watched = Arc::clone(&watch);
        let thread = std::thread::Builder::new()
            .name("vouchsafe-store".into())
            .spawn(move || writer::run(writer, queue, &watched))?;
        let inner = Inner {
            writer: Mutex::new(Some(sender)),
            thread: Mutex::new(Some(thread)),
            readers: Readers::new(readers),
            key: Mutex::new(Some(key)),
            watch,
            lock: Mutex::new(None),
            path: path.into(),
            folder,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Runs `job` in a transaction and returns its result once it is committed. A job that returns an error changes
    /// nothing. A job that was queued runs even if its caller no longer waits.
    ///
    /// # Errors
    ///
    /// The job's own; [`StoreError::DiskFull`] and [`StoreError::Disk`] when the commit failed, and then nothing of the
    /// job has happened; [`StoreError::JobBroke`] when the job panicked; [`StoreError::Sealed`].
    pub async fn write<T, E>(&self, job: impl FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.enqueue(job, true).await
    }

    /// As [`Store::write`], for what may be taken back by a power cut: it is seen at once by every reader and survives the
    /// end of the process, and is on the disk with the next write.
    ///
    /// # Errors
    ///
    /// As [`Store::write`].
    pub async fn note<T, E>(&self, job: impl FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.enqueue(job, false).await
    }

    async fn enqueue<T, E>(
        &self,
        job: impl FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
        lasting: bool,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let queue = self.inner.writer.lock().clone().ok_or(StoreError::Sealed)?;
        let (pending, answer) = Pending::new(job, lasting);
        queue.send(Box::new(pending)).await.map_err(|_| StoreError::Sealed)?;
        drop(queue);
        answer.await.map_err(|_| StoreError::Sealed)?
    }

    /// Runs `job` on one consistent state of the store, beside the writer.
    ///
    /// # Errors
    ///
    /// The job's own, and [`StoreError::Sealed`].
    pub async fn read<T, E>(&self, job: impl FnOnce(&Reader<'_>) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.inner.readers.read(job).await
    }

    /// Has `watch` called on the writer's thread around every commit from now on: for tests that end the process there.
    /// Only the first watch counts.
    pub fn watch_commits(&self, watch: impl Fn(CommitMoment) + Send + Sync + 'static) {
        // Err: there is one already.
        drop(self.inner.watch.set(Box::new(watch)));
    }

    /// Lets the file grow by `pages` of 4 KiB from now on; beyond that the disk is full. For tests.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub async fn limit_growth(&self, pages: u32) -> Result<(), StoreError> {
        self.write(move |transaction| {
            let count: i64 = transaction.sqlite.query_row("PRAGMA page_count", [], |row| row.get(0))?;
            let limit = count.saturating_add(pages.into());
            Ok(transaction.sqlite.execute_batch(&format!("PRAGMA max_page_count = {limit}"))?)
        })
        .await
    }

    /// Seals the vault: jobs that are queued finish, then the connections are closed and the key is dropped. Everything
    /// after is [`StoreError::Sealed`].
    pub async fn seal(&self) {
        drop(self.inner.writer.lock().take());
        self.inner.key.lock().take();
        self.inner.readers.close().await;
        let thread = self.inner.thread.lock().take();
        if let Some(thread) = thread {
            // Err: the blocking pool is shutting down with the program.
            drop(tokio::task::spawn_blocking(move || thread.join()).await);
        }
        self.inner.lock.lock().take();
    }

    /// Whether [`Store::seal`] was called.
    pub fn is_sealed(&self) -> bool {
        self.inner.writer.lock().is_none()
    }

    /// Keeps the wallet's folder for as long as the store is open.
    pub(crate) fn hold(&self, lock: Arc<FolderLock>) {
        *self.inner.lock.lock() = Some(lock);
    }

    /// Whether this is the open store of the wallet that `lock` keeps.
    pub(crate) fn holds(&self, lock: &Arc<FolderLock>) -> bool {
        self.inner.lock.lock().as_ref().is_some_and(|held| Arc::ptr_eq(held, lock))
    }

    /// Where the file is, and its key: for a copy of it.
    pub(crate) fn place(&self) -> Result<(PathBuf, VaultKey), StoreError> {
        Ok((self.inner.path.clone(), self.key()?))
    }

    /// The key, for wrapping it anew.
    pub(crate) fn key(&self) -> Result<VaultKey, StoreError> {
        self.inner.key.lock().clone().ok_or(StoreError::Sealed)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        drop(self.writer.lock().take());
        // Jobs still queued are finished before the last handle goes: the process may end right after.
        let thread = self.thread.lock().take();
        // A job may own the last handle; its thread cannot wait for itself.
        if let Some(thread) = thread
            && thread.thread().id() != std::thread::current().id()
            && thread.join().is_err()
        {
            tracing::error!("the store's writer broke off");
        }
        self.readers.close_idle();
        if let Some(folder) = &self.folder
            && let Err(error) = std::fs::remove_dir_all(folder)
        {
            tracing::debug!(%error, "a temporary store stays behind");
        }
    }
}
