//! The wallet's key: making a wallet, locking and unlocking, passphrase, keyring and recovery words.

use tauri::{State, WebviewWindow};
use zeroize::Zeroizing;

use super::Answer;
use crate::profiles::Profiles;
use crate::view::app::{NewWallet, PassphraseAdvice, RecoveryWords, WordTyped};
use crate::view::lock::LockSettings;
use crate::view::settings::SettingsView;

/// What is thought of a passphrase before it is used.
#[tauri::command]
#[specta::specta]
pub async fn advise_passphrase(passphrase: String) -> Answer<PassphraseAdvice> {
    Ok(crate::passphrase::advise(&Zeroizing::new(passphrase)))
}

/// Make this profile's wallet and open it. The words are shown once.
#[tauri::command]
#[specta::specta]
pub async fn create_wallet(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    wallet: NewWallet,
) -> Answer<RecoveryWords> {
    profiles.of(&window)?.create_wallet(wallet).await
}

/// The person typed the words that were asked for.
#[tauri::command]
#[specta::specta]
pub async fn confirm_recovery_words(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    words: Vec<WordTyped>,
) -> Answer<()> {
    profiles.of(&window)?.confirm_recovery_words(&words).await
}

/// Open the wallet with the key in the desktop's keyring.
#[tauri::command]
#[specta::specta]
pub async fn unlock_with_keyring(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<()> {
    profiles.of(&window)?.unlock_with_keyring().await
}

/// Open the wallet with its passphrase. A wrong one is answered with `wrong-passphrase` and `retryAfter`.
#[tauri::command]
#[specta::specta]
pub async fn unlock_with_passphrase(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    passphrase: String,
) -> Answer<()> {
    profiles.of(&window)?.unlock_with_passphrase(Zeroizing::new(passphrase)).await
}

/// Open the wallet with its recovery words, separated by spaces.
#[tauri::command]
#[specta::specta]
pub async fn unlock_with_recovery_words(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    words: String,
) -> Answer<()> {
    profiles.of(&window)?.unlock_with_recovery_words(Zeroizing::new(words)).await
}

/// Lock: the keys are dropped and nothing can be read until it is unlocked.
#[tauri::command]
#[specta::specta]
pub async fn lock(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<()> {
    profiles.of(&window)?.lock().await
}

/// The person is there: said now and then while there is input in the window.
#[tauri::command]
#[specta::specta]
pub async fn touched(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<()> {
    profiles.of(&window)?.touch();
    Ok(())
}

/// Choose when the wallet locks by itself and what it hides.
#[tauri::command]
#[specta::specta]
pub async fn save_lock_settings(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    lock: LockSettings,
) -> Answer<SettingsView> {
    profiles.of(&window)?.save_lock_settings(lock).await
}

/// Set or change the passphrase of the open wallet. `current` is needed where there is one.
#[tauri::command]
#[specta::specta]
pub async fn set_passphrase(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    current: Option<String>,
    passphrase: String,
) -> Answer<()> {
    profiles.of(&window)?.set_passphrase(current.map(Zeroizing::new), Zeroizing::new(passphrase)).await
}

/// Remove the passphrase; refused where the keyring does not hold the key.
#[tauri::command]
#[specta::specta]
pub async fn remove_passphrase(window: WebviewWindow, profiles: State<'_, Profiles>, current: String) -> Answer<()> {
    profiles.of(&window)?.remove_passphrase(Zeroizing::new(current)).await
}

/// Keep the key in the desktop's keyring, or no longer; refused where nothing else would open the wallet.
#[tauri::command]
#[specta::specta]
pub async fn use_keyring(window: WebviewWindow, profiles: State<'_, Profiles>, on: bool) -> Answer<()> {
    profiles.of(&window)?.use_keyring(on).await
}

/// Make new recovery words; the old ones open nothing any more.
#[tauri::command]
#[specta::specta]
pub async fn new_recovery_words(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<RecoveryWords> {
    profiles.of(&window)?.new_recovery_words().await
}
