//! The profile's wallet: made, locked, unlocked, and how its key is kept. Deriving a key and asking the keyring block, so they run on threads of their own.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::OnceCell;
use vouchsafe_agent::Agent;
use vouchsafe_store::{Created, Keyring as _, OsKeyring, Passphrase, Protect, Store, StoreError, Vault};
use zeroize::Zeroizing;

use super::Profile;
use super::keep::{self, Kept};
use super::lock::Way;
use super::running::Running;
use crate::commands::Answer;
use crate::passphrase;
use crate::view::Failure;
use crate::view::app::{NewWallet, Protection, RecoveryWords, WalletState};

/// A keyring that has not answered by then is not there.
const KEYRING_PATIENCE: Duration = Duration::from_secs(3);
/// The longest name that others are shown.
pub const MAX_LABEL: usize = 100;

/// A wallet as this process has it.
#[derive(Default)]
pub enum Wallet {
    /// Not looked at yet, or not there.
    #[default]
    Unknown,
    /// Held by this process, its key not here.
    Locked(Arc<Vault>),
    /// Its window is locked, and what the person allowed goes on behind.
    Working(Arc<Open>),
    /// Open and running.
    Open(Arc<Open>),
}

/// An open wallet.
pub struct Open {
    pub(super) vault: Arc<Vault>,
    pub(super) agent: Agent,
    pub(super) running: Mutex<Running>,
    /// Held while what the window keeps is changed.
    pub(super) keeping: tokio::sync::Mutex<()>,
    /// Held while the first did:key is made.
    pub(super) making_key: tokio::sync::Mutex<()>,
    /// Held while the first identity is made.
    pub(super) making: Arc<tokio::sync::Mutex<()>>,
}

impl Profile {
    /// The running wallet.
    ///
    /// # Errors
    ///
    /// `wallet-locked`.
    pub(super) fn open(&self) -> Answer<Arc<Open>> {
        match &*self.wallet.lock() {
            Wallet::Open(open) => Ok(open.clone()),
            Wallet::Unknown | Wallet::Locked(_) | Wallet::Working(_) => Err(Failure::locked()),
        }
    }

    /// The agent of the running wallet.
    ///
    /// # Errors
    ///
    /// `wallet-locked`.
    pub(super) fn agent(&self) -> Answer<Agent> {
        Ok(self.open()?.agent.clone())
    }

    /// Whether the window shows an open wallet.
    pub fn is_open(&self) -> bool {
        matches!(&*self.wallet.lock(), Wallet::Open(_))
    }

    /// Whether there is a wallet, locked or open.
    pub fn has_wallet(&self) -> bool {
        matches!(self.wallet_state().0, WalletState::Locked | WalletState::Open)
    }

    /// What there is, and why it cannot be opened if it cannot.
    pub(super) fn wallet_state(&self) -> (WalletState, Option<Failure>, Option<Protection>) {
        let mut wallet = self.wallet.lock();
        if let Wallet::Unknown = &*wallet {
            match take_hold(&self.wallet_folder()) {
                Ok(Some(vault)) => *wallet = Wallet::Locked(vault),
                Ok(None) => return (WalletState::None, None, None),
                Err(error) => {
                    let state = match &error {
                        StoreError::InUse => WalletState::InUse,
                        StoreError::TooNew { .. } => WalletState::TooNew,
                        _ => WalletState::Damaged,
                    };
                    return (state, Some(error.into()), None);
                }
            }
        }
        match &*wallet {
            Wallet::Unknown => (WalletState::None, None, None),
            Wallet::Locked(vault) => (WalletState::Locked, None, Some(protection(vault))),
            Wallet::Working(open) => (WalletState::Locked, None, Some(protection(&open.vault))),
            Wallet::Open(open) => (WalletState::Open, None, Some(protection(&open.vault))),
        }
    }

    /// Make this profile's wallet and open it.
    ///
    /// # Errors
    ///
    /// A label or passphrase that cannot be used; what the keyring or the disk says.
    pub async fn create_wallet(&self, wallet: NewWallet) -> Answer<RecoveryWords> {
        let NewWallet { label, keyring, passphrase } = wallet;
        let passphrase = passphrase.map(Zeroizing::new);
        let label = checked_label(&label)?;
        if let Some(passphrase) = &passphrase {
            check_passphrase(passphrase)?;
        }
        let _changing = self.changing.lock().await;
        if !matches!(self.wallet_state().0, WalletState::None) {
            return Err(StoreError::AlreadyAWallet(self.wallet_folder()).into());
        }
        let folder = self.wallet_folder();
        let Created { vault, store, recovery_words } = blocking(move || {
            let passphrase = passphrase.map(|passphrase| Passphrase::new(passphrase.as_str()));
            Vault::create(&folder, &Protect { passphrase, keyring: keyring.then_some(&OsKeyring as _), recovery: true })
        })
        .await?;
        let kept = Kept { label, words_unconfirmed: true, first_identity: true, ..Kept::default() };
        keep::write(&store, &kept).await?;
        self.run(Arc::new(vault), store, kept).await?;
        Ok(self.show(recovery_words.as_ref()))
    }

    /// Open with the desktop's keyring.
    ///
    /// # Errors
    ///
    /// What the keyring or the disk says.
    pub async fn unlock_with_keyring(&self) -> Answer<()> {
        self.unlock(Way::Keyring).await
    }

    /// Open with the passphrase.
    ///
    /// # Errors
    ///
    /// `wrong-passphrase`, `too-soon`; what the disk says.
    pub async fn unlock_with_passphrase(&self, passphrase: Zeroizing<String>) -> Answer<()> {
        self.unlock(Way::Passphrase(passphrase)).await
    }

    /// Open with the recovery words.
    ///
    /// # Errors
    ///
    /// `recovery-words-mistyped`, `wrong-recovery-words`, `too-soon`; what the disk says.
    pub async fn unlock_with_recovery_words(&self, words: Zeroizing<String>) -> Answer<()> {
        self.unlock(Way::Words(words)).await
    }

    async fn unlock(&self, way: Way) -> Answer<()> {
        let _changing = self.changing.lock().await;
        if let (_, Some(problem), _) = self.wallet_state() {
            return Err(problem);
        }
        let (vault, behind) = match &*self.wallet.lock() {
            Wallet::Open(_) => return Ok(()),
            Wallet::Locked(vault) => (vault.clone(), None),
            Wallet::Working(open) => (open.vault.clone(), Some(open.clone())),
            Wallet::Unknown => return Err(StoreError::NotAWallet(self.wallet_folder()).into()),
        };
        let unlocking = vault.clone();
        if let Some(open) = behind {
            blocking(move || way.confirm(&unlocking)).await?;
            self.come_back(open).await;
            return Ok(());
        }
        let store = blocking(move || way.open(&unlocking)).await?;
        let kept = keep::read(&store).await?;
        self.run(vault, store, kept).await
    }

    /// Start the agent over an open store.
    pub(super) async fn run(&self, vault: Arc<Vault>, store: Store, kept: Kept) -> Answer<()> {
        match Running::start(store.clone(), kept, &self.announcer, &self.practice).await {
            Ok((agent, running)) => {
                let open = Arc::new(Open {
                    vault,
                    agent,
                    running: Mutex::new(running),
                    keeping: tokio::sync::Mutex::default(),
                    making_key: tokio::sync::Mutex::default(),
                    making: Arc::default(),
                });
                *self.wallet.lock() = Wallet::Open(open.clone());
                self.begin_first_identity(open);
                self.opened();
                Ok(())
            }
            Err(failure) => {
                store.seal().await;
                *self.wallet.lock() = Wallet::Locked(vault);
                Err(failure)
            }
        }
    }

    /// Run the open wallet anew, as after a changed address: the store stays open, what is under way goes on from it.
    pub(super) async fn start_anew(&self) -> Answer<()> {
        let _changing = self.changing.lock().await;
        let open = self.open()?;
        open.running.lock().stop();
        open.agent.stop().await;
        let (store, kept) = (open.agent.store().clone(), open.running.lock().kept.clone());
        self.run(open.vault.clone(), store, kept).await
    }

    /// The window is gone or the program ends.
    pub async fn stop(&self) {
        self.lock_for_good().await;
        *self.wallet.lock() = Wallet::Unknown;
    }
}

/// Takes hold of a wallet's folder, so that no other process opens it; `None` where there is no wallet.
fn take_hold(folder: &Path) -> Result<Option<Arc<Vault>>, StoreError> {
    if !Vault::exists(folder) {
        return Ok(None);
    }
    Vault::open(folder).map(|vault| Some(Arc::new(vault)))
}

fn protection(vault: &Vault) -> Protection {
    let vouchsafe_store::Protection { passphrase, keyring, recovery_words } = vault.protection();
    Protection { keyring, passphrase, recovery_words }
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Answer<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(StoreError::JobBroke.into()),
    }
}

pub(super) fn check_passphrase(text: &str) -> Answer<()> {
    let advice = passphrase::advise(text);
    if advice.acceptable {
        Ok(())
    } else {
        Err(Failure::invalid("passphrase-weak", advice.sentence, "Choose another passphrase."))
    }
}

/// The name that others will see: not empty, on one line, of bounded length.
pub(super) fn checked_label(label: &str) -> Answer<String> {
    let label = label.trim();
    if label.is_empty() || label.chars().count() > MAX_LABEL || label.chars().any(char::is_control) {
        return Err(Failure::invalid(
            "label-invalid",
            format!("The name that others see has one line of at most {MAX_LABEL} characters, and is not empty."),
            "Choose another name.",
        ));
    }
    Ok(label.to_owned())
}

/// Whether the desktop has a keyring that answers; found out once.
pub(super) async fn keyring_available() -> bool {
    static AVAILABLE: OnceCell<bool> = OnceCell::const_new();
    *AVAILABLE
        .get_or_init(|| async {
            let asking = tokio::task::spawn_blocking(|| OsKeyring.get("availability").is_ok());
            matches!(tokio::time::timeout(KEYRING_PATIENCE, asking).await, Ok(Ok(true)))
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::checked_label;

    #[test]
    fn a_label_is_one_line_that_is_not_empty() {
        assert_eq!(checked_label("  City of Example ").unwrap(), "City of Example");
        for label in ["", "  ", "two\nlines", "x".repeat(101).as_str()] {
            assert_eq!(checked_label(label).unwrap_err().code, "label-invalid");
        }
    }
}
