//! The lock: what goes on behind it where that was allowed, and that the window is shut all the same.

use super::{PASSPHRASE, Person, Role, membership, two};
use crate::view::ListQuery;
use crate::view::app::WalletState;
use crate::view::issue::{NewOffer, OfferTo};
use crate::view::lock::{LockReason, LockSettings};

/// An offer that the desk issues by itself once it is accepted, as its invitation.
async fn offered(desk: &Person) -> (String, String) {
    let offer =
        NewOffer { credential: membership(), to: OfferTo::Invitation { alias: None }, comment: None, auto_issue: true };
    let made = desk.profile.offer_credential(offer).await.unwrap();
    (made.exchange_id, made.invitation.unwrap().url)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_allowed_goes_on_behind_the_lock_and_the_window_is_shut() {
    let (desk, alice) = two("Desk", "Alice").await;
    let (exchange_id, url) = offered(&desk).await;
    let lock = LockSettings { keep_working: true, ..LockSettings::default() };
    assert_eq!(desk.profile.save_lock_settings(lock).await.unwrap().lock, lock);
    desk.profile.lock().await.unwrap();

    alice.take(&url).await;
    let offer = alice.waiting_exchange(Role::Holder).await;
    alice.profile.accept_offer(&offer).await.unwrap();
    alice.ended(&offer).await;
    assert_eq!(alice.credentials("").await, 1);

    // The window has nothing of it but that it goes on.
    let state = desk.profile.app_state().await.unwrap();
    assert_eq!((state.wallet, state.locked_because), (WalletState::Locked, Some(LockReason::Asked)));
    assert_eq!((state.label.as_str(), state.waiting.offers, state.lock), ("", 0, None));
    assert!(state.working.is_some());
    assert_eq!(desk.profile.exchange(&exchange_id).await.unwrap_err().code, "wallet-locked");
    let all = ListQuery { query: String::new(), offset: 0, limit: 10 };
    assert_eq!(desk.profile.connections(all).await.unwrap_err().code, "wallet-locked");

    // Only the passphrase brings it back, and a wrong one costs what it always does.
    let wrong = desk.profile.unlock_with_passphrase("not this one at all".to_owned().into()).await.unwrap_err();
    assert_eq!((wrong.code, wrong.retry_after), ("wrong-passphrase", Some(1)));
    assert_eq!(desk.profile.app_state().await.unwrap().retry_after, Some(1));
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    desk.profile.unlock_with_passphrase(PASSPHRASE.to_owned().into()).await.unwrap();
    let state = desk.profile.app_state().await.unwrap();
    assert_eq!((state.wallet, state.locked_because), (WalletState::Open, None));
    desk.ended(&exchange_id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sleep_stops_what_goes_on_behind_the_lock_too() {
    let (desk, alice) = two("Desk", "Alice").await;
    let (_, url) = offered(&desk).await;
    let lock = LockSettings { keep_working: true, ..LockSettings::default() };
    desk.profile.save_lock_settings(lock).await.unwrap();
    desk.profile.lock_because(LockReason::ScreenLock).await.unwrap();
    assert!(desk.profile.app_state().await.unwrap().working.is_some());
    desk.profile.lock_because(LockReason::Sleep).await.unwrap();
    let state = desk.profile.app_state().await.unwrap();
    assert!(state.working.is_none());
    assert_eq!(state.locked_because, Some(LockReason::Sleep));

    // Nobody is there any more; what Alice sends waits on her side until the desk is opened.
    let found = alice.profile.look_at(&url).await.unwrap();
    let crate::view::add::Found::Invitation { invitation } = found else { panic!("no invitation") };
    let connect = crate::view::add::Connect { text: invitation.text, alias: None, allow_private: true, reuse: false };
    alice.profile.connect(connect).await.unwrap();
    desk.profile.unlock_with_passphrase(PASSPHRASE.to_owned().into()).await.unwrap();
    alice.waiting_exchange(Role::Holder).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_locks_when_nobody_was_there_for_the_time_that_was_chosen() {
    let (desk, _) = two("Desk", "Alice").await;
    desk.profile.presence.set_away(std::time::Duration::from_mins(4));
    desk.profile.lock_if_idle().await;
    assert_eq!(desk.profile.app_state().await.unwrap().wallet, WalletState::Open);
    let never = LockSettings { idle_minutes: None, ..LockSettings::default() };
    desk.profile.save_lock_settings(never).await.unwrap();
    desk.profile.presence.set_away(std::time::Duration::from_hours(1));
    desk.profile.lock_if_idle().await;
    assert_eq!(desk.profile.app_state().await.unwrap().wallet, WalletState::Open);
    desk.profile.save_lock_settings(LockSettings::default()).await.unwrap();
    desk.profile.lock_if_idle().await;
    let state = desk.profile.app_state().await.unwrap();
    assert_eq!((state.wallet, state.locked_because), (WalletState::Locked, Some(LockReason::Idle)));
    // Its own settings are found again.
    desk.profile.unlock_with_passphrase(PASSPHRASE.to_owned().into()).await.unwrap();
    assert_eq!(desk.profile.lock_settings().unwrap(), LockSettings::default());
}
