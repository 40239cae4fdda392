//! What a wallet has the desktop told: that something came, from whom by the person's own name alone, and no more.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{Person, membership, two, until};
use crate::notify::{Kind, Notice, hear};
use crate::view::ListQuery;
use crate::view::connections::{ConnectionPhase, NewInvitation};
use crate::view::desktop::Screen;
use crate::view::exchanges::Role;
use crate::view::issue::{NewOffer, OfferTo};

/// What was told so far.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<Notice>>>);

impl Heard {
    fn of(person: &Person) -> Self {
        let heard = Self::default();
        let told = heard.clone();
        let agent = person.profile.agent().unwrap();
        tokio::spawn(hear(agent, move |notices| told.0.lock().extend(notices)));
        heard
    }

    async fn next(&self, kind: Kind) -> Notice {
        until(&format!("{kind:?}"), || async {
            let mut told = self.0.lock();
            let at = told.iter().position(|notice| notice.kind == kind)?;
            Some(told.remove(at))
        })
        .await
    }
}

async fn offer(desk: &Person, connection_id: &str) {
    let offer = NewOffer {
        credential: membership(),
        to: OfferTo::Connection { connection_id: connection_id.to_owned() },
        comment: Some("A word of the peer".to_owned()),
        auto_issue: true,
    };
    desk.profile.offer_credential(offer).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_in_is_told_by_the_persons_own_names_and_what_waits_for_nobody_is_not() {
    let (desk, alice) = two("City desk", "Alice").await;
    let wanted = NewInvitation { alias: None, goal: None, for_issuing: true, multi_use: false, expires_in_hours: None };
    let invitation = desk.profile.create_invitation(wanted).await.unwrap();
    let to_desk = alice.take(&invitation.url).await;
    let to_alice = until("the desk's connection", || async {
        let query = ListQuery { query: String::new(), offset: 0, limit: 10 };
        let rows = desk.profile.connections(query).await.unwrap().rows;
        rows.into_iter().find(|row| row.phase == ConnectionPhase::Connected).map(|row| row.id)
    })
    .await;
    let (at_desk, at_alice) = (Heard::of(&desk), Heard::of(&alice));

    // The name that the desk gave itself is no name to be told.
    offer(&desk, &to_alice).await;
    let told = at_alice.next(Kind::Offer).await;
    let id = alice.waiting_exchange(Role::Holder).await;
    assert_eq!((told.who, told.place.screen), (None, Screen::Offers));
    assert_eq!(told.place.open.map(|open| open.id), Some(id.clone()));

    alice.profile.rename_connection(&to_desk, "Town hall").await.unwrap();
    alice.profile.accept_offer(&id).await.unwrap();
    let view = alice.ended(&id).await;
    let told = at_alice.next(Kind::Credential).await;
    assert_eq!(told.who.as_deref(), Some("Town hall"));
    assert_eq!(told.place.open.map(|open| open.id), view.credential_id);

    desk.profile.send_message(&to_alice, "A word of the peer").await.unwrap();
    let told = at_alice.next(Kind::Message).await;
    assert_eq!((told.who.as_deref(), told.place.screen), (Some("Town hall"), Screen::Connections));

    // The desk issued by itself: nothing waited there for anybody.
    assert_eq!(*at_desk.0.lock(), []);
    assert_eq!(*at_alice.0.lock(), []);
}
