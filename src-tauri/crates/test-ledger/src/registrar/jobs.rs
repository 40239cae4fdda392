//! Jobs: what was asked for and waits for its signatures. Kept in memory for ten minutes, as the driver does, and
//! bounded in number and in bytes, so that nobody fills this computer's memory with things never signed. A restart
//! forgets them; the ledger was not touched, so the wallet begins again.

use std::{collections::HashMap, time::Duration};

use jiff::Timestamp;
use parking_lot::Mutex;
use serde_json::Value;
use thiserror::Error;
use uuid::Uuid;

use crate::{payload::ResourcePayload, transaction::Operation};

/// How long, how many, how large.
#[derive(Clone, Copy, Debug)]
pub struct JobLimits {
    /// How long a job waits for its signatures.
    pub lifetime: Duration,
    /// The most jobs that wait at once.
    pub jobs: usize,
    /// The most bytes of payload that wait at once.
    pub bytes: usize,
}

impl Default for JobLimits {
    fn default() -> Self {
        Self { lifetime: Duration::from_mins(10), jobs: 1000, bytes: 64 * 1024 * 1024 }
    }
}

/// Too much waits already; it passes as jobs expire.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("too many jobs wait for signatures; try again later")]
pub struct TooManyJobs;

/// What a job is about.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A document, as JSON, to create, to update to, or to deactivate.
    Document { document: Value, version_id: String },
    /// A resource of a DID.
    Resource { did: String, resource: ResourcePayload },
}

/// A job.
#[derive(Clone, Debug)]
pub struct Job {
    /// The payload's bytes, fixed when the job was made.
    pub payload: Vec<u8>,
    pub operation: Operation,
    pub subject: Subject,
    /// Whether the ledger has it; only creations are marked, as in the driver.
    pub finished: bool,
}

struct Kept {
    job: Job,
    until: Timestamp,
}

/// All jobs.
pub struct Jobs {
    limits: JobLimits,
    kept: Mutex<HashMap<String, Kept>>,
}

impl Jobs {
    pub fn new(limits: JobLimits) -> Self {
        Self { limits, kept: Mutex::default() }
    }

    /// How long a job waits.
    pub fn lifetime(&self) -> Duration {
        self.limits.lifetime
    }

    /// A job by its id, if it has not expired and is of this operation.
    pub fn get(&self, id: &str, operation: Operation, now: Timestamp) -> Option<Job> {
        let kept = self.kept.lock();
        let found = kept.get(id).filter(|kept| kept.until > now && kept.job.operation == operation)?;
        Some(found.job.clone())
    }

    /// Keeps a job under `id`, or under a new one.
    pub fn put(&self, id: Option<String>, job: Job, now: Timestamp) -> Result<String, TooManyJobs> {
        let mut kept = self.kept.lock();
        kept.retain(|_, kept| kept.until > now);
        let id = id.unwrap_or_else(|| Uuid::new_v4().to_string());
        kept.remove(&id);
        let bytes: usize = kept.values().map(|kept| kept.job.payload.len()).sum();
        if kept.len() >= self.limits.jobs || bytes.saturating_add(job.payload.len()) > self.limits.bytes {
            return Err(TooManyJobs);
        }
        let until = now.checked_add(self.limits.lifetime).unwrap_or(Timestamp::MAX);
        kept.insert(id.clone(), Kept { job, until });
        Ok(id)
    }
}
