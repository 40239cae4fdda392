//! What was issued is revoked, suspended and restored, and the holder's card says so.

use super::{Computer, PASSPHRASE, Person, Role, membership, until};
use crate::view::ListQuery;
use crate::view::card::CardState;
use crate::view::credentials::{CredentialView, StatusState};
use crate::view::exchanges::detail_of;
use crate::view::issue::{NewOffer, OfferTo};
use crate::view::issued::{IssuedQuery, IssuedState, StatusChange};

fn everything() -> IssuedQuery {
    IssuedQuery { query: String::new(), state: None, pending: false, offset: 0, limit: 50 }
}

impl Person {
    /// Offers a credential that can be suspended and revoked to `holder`, who takes it. Gives the exchange and the
    /// holder's credential.
    async fn issues_to(&self, holder: &Self) -> (String, CredentialView) {
        self.issues(holder, true).await
    }

    async fn issues(&self, holder: &Self, suspendable: bool) -> (String, CredentialView) {
        let mut credential = membership();
        (credential.revocable, credential.suspendable) = (true, suspendable);
        let offer = NewOffer { credential, to: OfferTo::Invitation { alias: None }, comment: None, auto_issue: true };
        let made = self.profile.offer_credential(offer).await.unwrap();
        holder.take(&made.invitation.unwrap().url).await;
        let offered = holder.waiting_exchange(Role::Holder).await;
        holder.profile.accept_offer(&offered).await.unwrap();
        let view = holder.ended(&offered).await;
        assert!(view.row.revocable, "{:?}", view.problem);
        let stored = holder.profile.credential(&view.credential_id.unwrap()).await.unwrap();
        self.ended(&made.exchange_id).await;
        (made.exchange_id, stored)
    }

    async fn issued_states(&self) -> Vec<(IssuedState, bool)> {
        let page = self.profile.issued(everything()).await.unwrap();
        page.rows.into_iter().map(|row| (row.state, row.pending)).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_credential_is_revoked_on_the_holders_card() {
    let computer = Computer::new();
    let (desk, alice) = (computer.person("City desk").await, computer.person("Alice").await);
    let (first, stored) = desk.issues_to(&alice).await;
    assert_eq!((stored.status.state, stored.card.state), (StatusState::Valid, CardState::Signed));
    assert!(stored.status.checked_at.is_some() && stored.card.practice);
    assert_eq!(stored.export_name(), "practice Membership card");
    let (second, kept) = desk.issues_to(&alice).await;
    let page = desk.profile.issued(everything()).await.unwrap();
    assert_eq!((page.total, page.pending), (2, 0));
    assert_eq!((page.rows[0].exchange_id.as_str(), page.rows[0].other.as_str()), (second.as_str(), "Alice"));
    assert_eq!(page.rows[0].issuer.name, "City desk");

    // Suspended without publishing: the holder does not see it yet.
    let changed = desk.profile.set_status(vec![first.clone()], StatusChange::Suspend, false).await.unwrap();
    assert_eq!((changed.changed, changed.pending), (1, 1));
    assert_eq!(desk.profile.app_state().await.unwrap().waiting.status_changes, 1);
    assert_eq!(alice.profile.check_again(&stored.id).await.unwrap().status.state, StatusState::Valid);
    let published = desk.profile.publish_status().await.unwrap();
    assert_eq!((published.changed, published.pending), (1, 0), "{:?}", published.problem);
    let seen = alice.profile.check_again(&stored.id).await.unwrap();
    assert_eq!((seen.status.state, seen.card.state), (StatusState::Suspended, CardState::Suspended));
    desk.profile.set_status(vec![first.clone()], StatusChange::Restore, true).await.unwrap();
    assert_eq!(alice.profile.check_again(&stored.id).await.unwrap().card.state, CardState::Signed);

    // Revoked, after both were closed and opened again.
    for person in [&desk, &alice] {
        person.profile.lock().await.unwrap();
        person.profile.unlock_with_passphrase(PASSPHRASE.to_owned().into()).await.unwrap();
    }
    let changed = desk.profile.set_status(vec![first.clone()], StatusChange::Revoke, true).await.unwrap();
    assert_eq!((changed.changed, changed.pending), (1, 0), "{:?}", changed.problem);
    assert_eq!(changed.sentence, "1 credential revoked.");
    assert_eq!(desk.issued_states().await, [(IssuedState::Valid, false), (IssuedState::Revoked, false)]);
    let seen = alice.profile.check_again(&stored.id).await.unwrap();
    assert_eq!((seen.status.state, seen.card.state), (StatusState::Revoked, CardState::Revoked));
    assert!(!seen.verified);
    let rows = alice.profile.credentials(ListQuery { query: String::new(), offset: 0, limit: 10 }).await.unwrap().rows;
    assert!(rows.iter().any(|row| row.id == stored.id && row.state == CardState::Revoked && row.practice));
    assert_eq!(alice.profile.check_again(&kept.id).await.unwrap().card.state, CardState::Signed);
    let view = desk.profile.exchange(&first).await.unwrap();
    assert_eq!(view.card.state, CardState::Revoked);
    // Revoked is for good.
    let again = desk.profile.set_status(vec![first], StatusChange::Restore, true).await.unwrap();
    assert_eq!((again.changed, again.unchanged), (0, 1));
    let query = IssuedQuery { state: Some(IssuedState::Revoked), ..everything() };
    assert_eq!(desk.profile.issued(query).await.unwrap().total, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_revoked_alone_has_the_one_status_that_acapy_takes() {
    let computer = Computer::new();
    let (desk, alice) = (computer.person("Desk").await, computer.person("Alice").await);
    let (exchange, stored) = desk.issues(&alice, false).await;
    let open = desk.profile.open().unwrap();
    let detail = detail_of(&open.agent.exchange(&exchange).await.unwrap()).unwrap();
    assert_eq!(detail.credential()["credentialStatus"]["statusPurpose"], "revocation");
    assert_eq!(detail.credential_status().unwrap()["type"], "BitstringStatusListEntry");
    assert!(!desk.profile.issued(everything()).await.unwrap().rows[0].suspendable);
    let changed = desk.profile.set_status(vec![exchange.clone()], StatusChange::Suspend, true).await.unwrap();
    assert_eq!((changed.changed, changed.unchanged), (0, 1));
    desk.profile.set_status(vec![exchange], StatusChange::Revoke, true).await.unwrap();
    assert_eq!(alice.profile.check_again(&stored.id).await.unwrap().status.state, StatusState::Revoked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_kept_while_its_ledger_is_gone_and_published_when_it_is_back() {
    let computer = Computer::new();
    let (desk, alice) = (computer.person("Desk").await, computer.person("Alice").await);
    let (exchange, stored) = desk.issues_to(&alice).await;
    let other = crate::practice::Practice::new(computer.folder.path().join("practice"));
    computer.practice.stop().await;
    other.start().await.unwrap();
    let ids = vec![exchange];
    // Another program has the ledger at the same port: it is read and written there, as long as it is one of this computer.
    let changed = desk.profile.set_status(ids.clone(), StatusChange::Suspend, true).await.unwrap();
    assert_eq!(changed.changed, 1);
    other.stop().await;
    let changed = desk.profile.set_status(ids, StatusChange::Revoke, true).await.unwrap();
    assert_eq!((changed.changed, changed.pending), (1, 0), "{:?}", changed.problem);
    until("the holder to see it", || async {
        let seen = alice.profile.check_again(&stored.id).await.unwrap();
        (seen.card.state == CardState::Revoked).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_revocable_is_offered_while_the_ledger_cannot_be_written() {
    let computer = Computer::new();
    let desk = computer.person("Desk").await;
    until("the first identity", || async {
        (!desk.profile.issuers().await.unwrap().is_empty() && desk.profile.issuers().await.unwrap()[0].practice)
            .then_some(())
    })
    .await;
    desk.profile.switch_practice(false).await.unwrap();
    let mut credential = membership();
    credential.revocable = true;
    let offer = NewOffer { credential, to: OfferTo::Invitation { alias: None }, comment: None, auto_issue: true };
    let failure = desk.profile.offer_credential(offer).await.unwrap_err();
    assert_eq!(failure.code, "form-incomplete");
    assert_eq!(desk.profile.issued(everything()).await.unwrap().total, 0);
}
