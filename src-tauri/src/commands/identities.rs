//! Identities: the list, what will be published before it is, and what is on its way to a ledger.

use tauri::{State, WebviewWindow};

use super::Answer;
use crate::profiles::Profiles;
use crate::view::identities::{IdentityPlan, IdentityRow, IdentityService, IdentityView, LedgerJobView, NewIdentity};
use crate::view::{ListQuery, Page};

/// Identities, the usual one first, then the newest.
#[tauri::command]
#[specta::specta]
pub async fn identities(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    query: ListQuery,
) -> Answer<Page<IdentityRow>> {
    profiles.of(&window)?.identities(query).await
}

/// One identity.
#[tauri::command]
#[specta::specta]
pub async fn identity(window: WebviewWindow, profiles: State<'_, Profiles>, did: String) -> Answer<IdentityView> {
    profiles.of(&window)?.identity(&did).await
}

/// What would be published for a new identity. Nothing is signed or sent.
#[tauri::command]
#[specta::specta]
pub async fn plan_identity(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    identity: NewIdentity,
) -> Answer<IdentityPlan> {
    profiles.of(&window)?.plan_identity(identity).await
}

/// Make an identity. Answers once the ledger has it; `ledger_jobs` tells how far it is meanwhile.
#[tauri::command]
#[specta::specta]
pub async fn create_identity(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    identity: NewIdentity,
) -> Answer<IdentityView> {
    profiles.of(&window)?.create_identity(identity).await
}

/// Make the identity on the practice ledger that a new wallet should have, now.
#[tauri::command]
#[specta::specta]
pub async fn make_first_identity(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<()> {
    profiles.of(&window)?.make_first_identity().await
}

/// Give an identity another name. It is the person's own and never published.
#[tauri::command]
#[specta::specta]
pub async fn rename_identity(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    did: String,
    name: String,
) -> Answer<IdentityView> {
    profiles.of(&window)?.rename_identity(&did, &name).await
}

/// Issue by this identity from now on, unless another one is chosen.
#[tauri::command]
#[specta::specta]
pub async fn use_identity(window: WebviewWindow, profiles: State<'_, Profiles>, did: String) -> Answer<IdentityView> {
    profiles.of(&window)?.use_identity(&did).await
}

/// What would be published for an identity with these services and no others. Nothing is signed or sent.
#[tauri::command]
#[specta::specta]
pub async fn plan_services(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    did: String,
    services: Vec<IdentityService>,
) -> Answer<IdentityPlan> {
    profiles.of(&window)?.plan_services(&did, services).await
}

/// Publish an identity's document with these services and no others.
#[tauri::command]
#[specta::specta]
pub async fn save_services(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    did: String,
    services: Vec<IdentityService>,
) -> Answer<IdentityView> {
    profiles.of(&window)?.save_services(&did, services).await
}

/// Publish a new key in place of the old one. What the old one signed can no longer be verified by the newest document.
#[tauri::command]
#[specta::specta]
pub async fn rotate_key(window: WebviewWindow, profiles: State<'_, Profiles>, did: String) -> Answer<IdentityView> {
    profiles.of(&window)?.rotate_key(&did).await
}

/// Deactivate an identity, for good.
#[tauri::command]
#[specta::specta]
pub async fn deactivate_identity(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    did: String,
) -> Answer<IdentityView> {
    profiles.of(&window)?.deactivate_identity(&did).await
}

/// Read an identity's document from its ledger, now.
#[tauri::command]
#[specta::specta]
pub async fn check_identity(window: WebviewWindow, profiles: State<'_, Profiles>, did: String) -> Answer<IdentityView> {
    profiles.of(&window)?.check_identity(&did).await
}

/// What is on its way to a ledger or got stuck on it, newest first; at most 50.
#[tauri::command]
#[specta::specta]
pub async fn ledger_jobs(window: WebviewWindow, profiles: State<'_, Profiles>) -> Answer<Vec<LedgerJobView>> {
    profiles.of(&window)?.ledger_jobs().await
}

/// Go on with what was interrupted. Answers once it is done.
#[tauri::command]
#[specta::specta]
pub async fn retry_ledger_job(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    id: String,
) -> Answer<Vec<LedgerJobView>> {
    profiles.of(&window)?.retry_ledger_job(&id).await
}

/// Forget what got stuck. What is on the ledger stays there.
#[tauri::command]
#[specta::specta]
pub async fn dismiss_ledger_job(
    window: WebviewWindow,
    profiles: State<'_, Profiles>,
    id: String,
) -> Answer<Vec<LedgerJobView>> {
    profiles.of(&window)?.dismiss_ledger_job(&id).await
}
