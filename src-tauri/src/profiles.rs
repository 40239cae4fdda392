//! Profiles.
#![allow(missing_docs, unused_variables, clippy::all, clippy::pedantic)]
use std::sync::Arc;
use tauri::WebviewWindow;
use zeroize::Zeroizing;
use crate::commands::Answer;
use crate::view::*;
use crate::view::{app::*, settings::*, add::*, connections::*, exchanges::*, credentials::*, issue::*, activity::*};
fn not_available() -> Failure { Failure::new("not-available", "Not available", "This is not available yet.", "Wait for the next version.") }
pub struct Profiles;
pub struct Profile0;
impl Profiles {
    pub fn of(&self, window: &WebviewWindow) -> Answer<Arc<Profile0>> { Ok(Arc::new(Profile0)) }
    pub fn list(&self, window: &WebviewWindow) -> Answer<Vec<Profile>> { Err(not_available()) }
    pub fn open_window(&self, window: &WebviewWindow, name: &str) -> Answer<()> { Err(not_available()) }
}
impl Profile0 {
    pub fn choose_theme(&self, t: Theme) -> Answer<()> { Err(not_available()) }
    pub fn choose_language(&self, t: Option<String>) -> Answer<()> { Err(not_available()) }
    pub fn take_handed_over(&self) -> Option<String> { None }
    pub async fn look_at_bytes(&self, t: Vec<u8>) -> Answer<Found> { Err(not_available()) }
    pub async fn look_at_pixels(&self, t: crate::desktop::Pixels) -> Answer<Found> { Err(not_available()) }
    pub async fn app_state(&self) -> Answer<AppState> { Err(not_available()) }
    pub async fn create_wallet(&self, _wallet: NewWallet) -> Answer<RecoveryWords> { Err(not_available()) }
    pub async fn confirm_recovery_words(&self, _words: &[WordTyped]) -> Answer<()> { Err(not_available()) }
    pub async fn unlock_with_keyring(&self) -> Answer<()> { Err(not_available()) }
    pub async fn unlock_with_passphrase(&self, _passphrase: Zeroizing<String>) -> Answer<()> { Err(not_available()) }
    pub async fn unlock_with_recovery_words(&self, _words: Zeroizing<String>) -> Answer<()> { Err(not_available()) }
    pub async fn lock(&self) -> Answer<()> { Err(not_available()) }
    pub async fn set_passphrase(&self, _current: Option<Zeroizing<String>>, _passphrase: Zeroizing<String>) -> Answer<()> { Err(not_available()) }
    pub async fn remove_passphrase(&self, _current: Zeroizing<String>) -> Answer<()> { Err(not_available()) }
    pub async fn use_keyring(&self, _on: bool) -> Answer<()> { Err(not_available()) }
    pub async fn new_recovery_words(&self) -> Answer<RecoveryWords> { Err(not_available()) }
    pub async fn settings(&self) -> Answer<SettingsView> { Err(not_available()) }
    pub async fn save_address(&self, _address: AddressSettings) -> Answer<SettingsView> { Err(not_available()) }
    pub async fn save_automatic_steps(&self, _steps: AutomaticSteps) -> Answer<SettingsView> { Err(not_available()) }
    pub async fn switch_api(&self, _on: bool) -> Answer<Option<ApiOpened>> { Err(not_available()) }
    pub async fn look_at(&self, _text: &str) -> Answer<Found> { Err(not_available()) }
    pub async fn look_at_image(&self, _image: String) -> Answer<Found> { Err(not_available()) }
    pub async fn resolve_short_url(&self, _url: &str, _allow_private: bool) -> Answer<Found> { Err(not_available()) }
    pub async fn connect(&self, _connect: Connect) -> Answer<Connecting> { Err(not_available()) }
    pub async fn keep_credential(&self, _text: &str) -> Answer<String> { Err(not_available()) }
    pub async fn connections(&self, _query: ListQuery) -> Answer<Page<ConnectionRow>> { Err(not_available()) }
    pub async fn connection(&self, _id: &str) -> Answer<ConnectionView> { Err(not_available()) }
    pub async fn accept_connection(&self, _id: &str) -> Answer<()> { Err(not_available()) }
    pub async fn rename_connection(&self, _id: &str, _name: &str) -> Answer<()> { Err(not_available()) }
    pub async fn delete_connection(&self, _id: &str) -> Answer<()> { Err(not_available()) }
    pub async fn invitations(&self, _offset: u32, _limit: u32) -> Answer<Page<InvitationRow>> { Err(not_available()) }
    pub async fn invitation(&self, _oob_id: &str) -> Answer<InvitationView> { Err(not_available()) }
    pub async fn create_invitation(&self, _invitation: NewInvitation) -> Answer<InvitationView> { Err(not_available()) }
    pub async fn delete_invitation(&self, _oob_id: &str) -> Answer<()> { Err(not_available()) }
    pub async fn exchanges(&self, _query: ExchangeQuery) -> Answer<Page<ExchangeRow>> { Err(not_available()) }
    pub async fn exchange(&self, _id: &str) -> Answer<ExchangeView> { Err(not_available()) }
    pub async fn accept_offer(&self, _id: &str) -> Answer<ExchangeView> { Err(not_available()) }
    pub async fn decline_offer(&self, _id: &str, _reason: Option<String>) -> Answer<ExchangeView> { Err(not_available()) }
    pub async fn issue_now(&self, _id: &str) -> Answer<ExchangeView> { Err(not_available()) }
    pub async fn store_now(&self, _id: &str) -> Answer<ExchangeView> { Err(not_available()) }
    pub async fn retry(&self, _id: &str) -> Answer<ExchangeView> { Err(not_available()) }
    pub async fn cancel_exchange(&self, _id: &str, _reason: Option<String>) -> Answer<ExchangeView> { Err(not_available()) }
    pub async fn delete_exchange(&self, _id: &str) -> Answer<()> { Err(not_available()) }
    pub async fn credentials(&self, _query: ListQuery) -> Answer<Page<CredentialRow>> { Err(not_available()) }
    pub async fn credential(&self, _id: &str) -> Answer<CredentialView> { Err(not_available()) }
    pub async fn check_again(&self, _id: &str) -> Answer<CredentialView> { Err(not_available()) }
    pub async fn set_favourite(&self, _id: &str, _favourite: bool) -> Answer<()> { Err(not_available()) }
    pub async fn delete_credential(&self, _id: &str) -> Answer<()> { Err(not_available()) }
    pub async fn issuers(&self) -> Answer<Vec<Issuer>> { Err(not_available()) }
    pub async fn preview_credential(&self, _credential: NewCredential) -> Answer<CredentialPreview> { Err(not_available()) }
    pub async fn offer_credential(&self, _offer: NewOffer) -> Answer<OfferMade> { Err(not_available()) }
    pub async fn activity(&self, _query: ActivityQuery) -> Answer<Page<HistoryEntry>> { Err(not_available()) }}
