//! The lock: it falls when the person asks, goes away or the desktop says so. The window hears of it first and shows
//! nothing from then on; then the agent stops, the store is sealed and its key dropped, within a second. Where the
//! person allowed it, what is under way goes on behind the lock instead: then the key stays in memory, and only the
//! window is shut.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use parking_lot::Mutex;
use vouchsafe_store::{DUE, OsKeyring, Passphrase, Reader, RecoveryWords, Store, StoreError, Vault, WAITING};
use zeroize::Zeroizing;

use super::Profile;
use super::api::Served;
use super::wallet::{Open, Wallet};
use crate::commands::Answer;
use crate::view::Topic;
use crate::view::lock::{LockReason, LockSettings, WorkingBehind};
use crate::view::settings::SettingsView;

/// Time that work under way gets to finish before its store is sealed.
const PATIENCE: Duration = Duration::from_millis(400);
/// For tests, which cannot wait for minutes.
const IDLE_VARIABLE: &str = "VOUCHSAFE_IDLE_SECONDS";

/// When the person was last seen, by two clocks: one stands still while the computer sleeps, the other can be set.
pub struct Presence(Mutex<(Instant, SystemTime)>);

impl Default for Presence {
    fn default() -> Self {
        Self(Mutex::new((Instant::now(), SystemTime::now())))
    }
}

impl Presence {
    fn touch(&self) {
        *self.0.lock() = (Instant::now(), SystemTime::now());
    }

    /// As if the last input had been so long ago.
    #[cfg(test)]
    pub(super) fn set_away(&self, away: Duration) {
        self.0.lock().1 = SystemTime::now() - away;
    }

    fn away(&self) -> Duration {
        let (instant, time) = *self.0.lock();
        instant.elapsed().max(time.elapsed().unwrap_or_default())
    }
}

/// What a person or the desktop has to open the wallet with.
pub enum Way {
    /// The desktop's keyring.
    Keyring,
    /// The passphrase.
    Passphrase(Zeroizing<String>),
    /// The recovery words.
    Words(Zeroizing<String>),
}

impl Way {
    /// Opens the store of a locked wallet.
    pub(super) fn open(&self, vault: &Vault) -> Result<Store, StoreError> {
        match self {
            Self::Keyring => vault.unlock_with_keyring(&OsKeyring),
            Self::Passphrase(text) => vault.unlock_with_passphrase(&Passphrase::new(text.as_str())),
            Self::Words(text) => vault.unlock_with_recovery_words(&RecoveryWords::parse(text)?),
        }
    }

    /// Tells whether it would: for a wallet whose store is open behind the lock.
    pub(super) fn confirm(&self, vault: &Vault) -> Result<(), StoreError> {
        match self {
            Self::Keyring => vault.confirm_keyring(&OsKeyring),
            Self::Passphrase(text) => vault.confirm_passphrase(&Passphrase::new(text.as_str())),
            Self::Words(text) => vault.try_recovery_words(&RecoveryWords::parse(text)?),
        }
    }
}

impl Profile {
    /// The person is there: input in the window.
    pub fn touch(&self) {
        self.presence.touch();
    }

    /// Lock because the person was away for the time they chose, if they were.
    pub async fn lock_if_idle(&self) {
        let Ok(settings) = self.lock_settings() else { return };
        let Some(minutes) = settings.idle_minutes else { return };
        let limit = std::env::var(IDLE_VARIABLE)
            .ok()
            .and_then(|seconds| seconds.parse().ok())
            .map_or_else(|| Duration::from_secs(u64::from(minutes) * 60), Duration::from_secs);
        if self.presence.away() >= limit {
            let _ = self.lock_because(LockReason::Idle).await;
        }
    }

    /// Seconds until the next try to unlock is taken.
    pub(super) fn retry_after(&self) -> Option<u32> {
        let wait = match &*self.wallet.lock() {
            Wallet::Locked(vault) => vault.retry_after(),
            Wallet::Working(open) => open.vault.retry_after(),
            Wallet::Unknown | Wallet::Open(_) => None,
        };
        wait.map(|wait| u32::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u32::MAX))
    }

    /// The settings of the lock of the open wallet.
    ///
    /// # Errors
    ///
    /// `wallet-locked`.
    pub fn lock_settings(&self) -> Answer<LockSettings> {
        Ok(self.open()?.running.lock().kept.lock)
    }

    /// Choose when the wallet locks by itself and what it hides.
    ///
    /// # Errors
    ///
    /// `lock-settings`, `wallet-locked`; what the store says.
    pub async fn save_lock_settings(&self, settings: LockSettings) -> Answer<SettingsView> {
        let settings = settings.checked()?;
        let open = self.open()?;
        self.change_kept(&open, |kept| kept.lock = settings).await?;
        self.announcer.say([Topic::App, Topic::Settings]);
        self.settings().await
    }

    /// Lock, as the person asked.
    ///
    /// # Errors
    ///
    /// None so far.
    pub async fn lock(&self) -> Answer<()> {
        self.lock_because(LockReason::Asked).await
    }

    /// Lock for this reason.
    ///
    /// # Errors
    ///
    /// None so far.
    pub async fn lock_because(&self, reason: LockReason) -> Answer<()> {
        let _changing = self.changing.lock().await;
        // Nothing works while the computer sleeps, and its memory may be written to the disk: no key stays for it.
        let open = self.shut(reason != LockReason::Sleep);
        if open.is_some() {
            *self.locked_because.lock() = Some(reason);
        }
        self.announcer.locked();
        self.say_all();
        if let Some(Shut::Stop(open)) = &open {
            open.stop(PATIENCE).await;
        }
        if let Some(Shut::Behind(open)) = &open {
            open.stop_api();
        }
        Ok(())
    }

    /// Lock for good: nothing goes on.
    pub(super) async fn lock_for_good(&self) {
        let _changing = self.changing.lock().await;
        let open = self.shut(false);
        self.announcer.locked();
        if let Some(Shut::Stop(open)) = open {
            open.stop(PATIENCE * 3).await;
        }
    }

    /// Shuts the window's way to the wallet at once; what is to be stopped after is handed back.
    fn shut(&self, may_go_on: bool) -> Option<Shut> {
        let mut wallet = self.wallet.lock();
        let (was_open, open) = match &*wallet {
            Wallet::Open(open) => (true, open.clone()),
            Wallet::Working(open) => (false, open.clone()),
            Wallet::Unknown | Wallet::Locked(_) => return None,
        };
        *self.unconfirmed.lock() = None;
        *self.table.lock() = super::table::Desktop::default();
        if may_go_on && open.running.lock().kept.lock.keep_working {
            *wallet = Wallet::Working(open.clone());
            return was_open.then_some(Shut::Behind(open));
        }
        *wallet = Wallet::Locked(open.vault.clone());
        Some(Shut::Stop(open))
    }

    /// Back to the window what went on behind the lock.
    pub(super) async fn come_back(&self, open: Arc<Open>) {
        let api = Served::resume(&open.agent).await;
        open.running.lock().api = api;
        *self.wallet.lock() = Wallet::Open(open);
        self.opened();
    }

    /// The wallet is open: the person is there.
    pub(super) fn opened(&self) {
        self.touch();
        *self.locked_because.lock() = None;
        self.say_all();
    }

    /// How much goes on behind the lock, where anything may.
    pub(super) async fn working(&self) -> Option<WorkingBehind> {
        let open = match &*self.wallet.lock() {
            Wallet::Working(open) => open.clone(),
            _ => return None,
        };
        let store = open.agent.store().clone();
        let jobs = store
            .read(|reader: &Reader<'_>| {
                let undelivered = reader.count_outbox(DUE)? + reader.count_outbox(WAITING)?;
                let issuing: u64 = reader
                    .exchange_counts()?
                    .iter()
                    .filter(|count| count.role == "issuer" && count.state == "request-received")
                    .map(|count| count.count)
                    .sum();
                Ok::<_, StoreError>(undelivered + issuing)
            })
            .await
            .unwrap_or_default();
        let publications = open.pending_changes().await.unwrap_or_default();
        Some(WorkingBehind { jobs: u32::try_from(jobs).unwrap_or(u32::MAX).saturating_add(publications) })
    }
}

enum Shut {
    /// To be stopped.
    Stop(Arc<Open>),
    /// It goes on behind the lock.
    Behind(Arc<Open>),
}

impl Open {
    async fn stop(&self, patience: Duration) {
        self.running.lock().stop();
        self.agent.stop_within(patience).await;
        self.agent.store().seal().await;
    }

    /// Other programs are locked out with the window.
    fn stop_api(&self) {
        if let Some(api) = self.running.lock().api.take() {
            api.stop();
        }
    }
}
