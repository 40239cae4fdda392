//! What the rehearsal keeps beside its wallets: the passphrase that opens both, and when each step was taken. It guards
//! nothing that is worth anything, and lies in the folder that goes with it.

use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::view::rehearsal::RehearsalKey;

const FILE: &str = "rehearsal.json";
const MAX_BYTES: u64 = 64 * 1024;

/// What is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kept {
    /// Opens both wallets.
    pub passphrase: String,
    /// Both wallets were made, and the identity that signs.
    #[serde(default)]
    pub ready: bool,
    /// The steps that were taken.
    #[serde(default)]
    pub steps: Vec<Taken>,
}

/// A step that was taken.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Taken {
    /// Which.
    pub step: RehearsalKey,
    /// When.
    pub at: Timestamp,
    /// How long it took.
    pub millis: u32,
}

impl Kept {
    /// For a rehearsal that begins.
    pub fn fresh() -> Self {
        let passphrase = format!("rehearsal {}", uuid::Uuid::new_v4());
        Self { passphrase, ready: false, steps: Vec::new() }
    }

    /// What was kept; `None` where it cannot be read.
    pub fn read(folder: &Path) -> Option<Self> {
        let file = folder.join(FILE);
        if std::fs::metadata(&file).ok()?.len() > MAX_BYTES {
            return None;
        }
        serde_json::from_slice(&std::fs::read(file).ok()?).ok()
    }

    /// Keep it, whole or not at all, readable by its owner alone.
    ///
    /// # Errors
    ///
    /// What the disk says.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        use std::io::Write;
        let fresh = folder.join("rehearsal.json.new");
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&fresh)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        std::fs::rename(fresh, folder.join(FILE))
    }
}
