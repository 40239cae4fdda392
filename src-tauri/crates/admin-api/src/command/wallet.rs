//! Opening the wallet by the flags: making it where that was asked for, never over one that is there.

use std::path::Path;

use serde_json::Map;
use vouchsafe_agent::Agent;
use vouchsafe_agent::wallet_dids::CreateDid;
use vouchsafe_didcomm::SigningKey;
use vouchsafe_dids::legacy;
use vouchsafe_store::{OsKeyring, Protect, Store, StoreError, Vault};

use super::CommandError;
use super::settings::{Key, WalletSettings};

/// Opens the wallet, or makes it.
///
/// # Errors
/// What keeps it from opening, with what can be done.
pub(crate) fn open(wallet: WalletSettings) -> Result<Store, CommandError> {
    let folder = wallet.folder.as_path();
    let failed = |error: StoreError| CommandError::Wallet(folder.display().to_string(), error);
    if wallet.recreate {
        remove(folder).map_err(failed)?;
    }
    if Vault::exists(folder) {
        let vault = Vault::open(folder).map_err(failed)?;
        let store = match wallet.key {
            Key::Passphrase(passphrase) => vault.unlock_with_passphrase(&passphrase),
            Key::Keyring => vault.unlock_with_keyring(&OsKeyring),
        };
        return store.map_err(failed);
    }
    if !wallet.provision {
        return Err(CommandError::Usage(format!(
            "there is no wallet in {}; --auto-provision makes one",
            folder.display()
        )));
    }
    let protect = match wallet.key {
        Key::Passphrase(passphrase) => Protect { passphrase: Some(passphrase), ..Protect::default() },
        Key::Keyring => Protect { keyring: Some(&OsKeyring), ..Protect::default() },
    };
    Vault::create(folder, &protect).map(|created| created.store).map_err(failed)
}

/// Deletes a wallet: its own files only, and not while another process has it open.
fn remove(folder: &Path) -> Result<(), StoreError> {
    if !Vault::exists(folder) {
        return Ok(());
    }
    // Taking hold of it proves that nobody else has it; a damaged one may go.
    match Vault::open(folder) {
        Err(error @ StoreError::InUse) => return Err(error),
        held => {
            // The header goes first: without it there is no wallet, whatever else is left.
            for entry in ["vault.json", "wallet.sqlite", "wallet.sqlite-wal", "wallet.sqlite-shm", "attempts.json"] {
                match std::fs::remove_file(folder.join(entry)) {
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                    _ => {}
                }
            }
            drop(held);
        }
    }
    Ok(())
}

/// The DID of `--seed`, made at the first start.
///
/// # Errors
/// What keeps it from being made.
pub(crate) async fn seeded_did(agent: &Agent, seed: [u8; 32]) -> Result<String, CommandError> {
    let verkey = SigningKey::from_seed(&seed).verkey();
    let did = legacy::unqualified(&verkey)
        .map_err(|error| CommandError::Usage(format!("--seed makes no DID: {error}")))?
        .to_string();
    if agent.did(&did).await.is_ok() {
        return Ok(did);
    }
    let wanted = CreateDid {
        method: "sov".to_owned(),
        key_type: "ed25519".to_owned(),
        seed: Some(seed),
        did: None,
        metadata: Map::new(),
    };
    Ok(agent.create_did(wanted).await?.did)
}
