//! An invitation by its whole and by its short link, with the offer inside or waiting.

use super::{Person, Role, membership, two};
use crate::view::add::Found;
use crate::view::connections::{InvitationView, NewInvitation};
use crate::view::exchanges::ExchangePhase;
use crate::view::issue::{NewOffer, OfferTo};
use crate::view::settings::{AddressSettings, Listen};

async fn offered(desk: &Person, to: OfferTo) -> (String, InvitationView) {
    let offer = NewOffer { credential: membership(), to, comment: None, auto_issue: true };
    let made = desk.profile.offer_credential(offer).await.unwrap();
    (made.exchange_id, *made.invitation.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_inside_an_invitation_is_read_first_and_fetched_by_the_short_link() {
    let (desk, alice) = two("City desk", "Alice").await;
    let (exchange, invitation) = offered(&desk, OfferTo::Inside { alias: Some("Alice".to_owned()) }).await;
    assert_eq!(invitation.exchange_id.as_ref(), Some(&exchange));
    assert!(!invitation.qr_easy, "{} modules", invitation.qr_modules);
    let short = desk.profile.invitation(&invitation.oob_id).await.unwrap().short.unwrap();
    assert!(short.url.len() < 80 && short.qr_modules <= 60 && short.qr_svg.starts_with("<svg"), "{}", short.url);
    assert!(short.url.contains(&short.host), "{}", short.host);
    assert_eq!(short.url, invitation.short.unwrap().url, "it stays the same");

    // Nothing is asked of anybody before the person has seen which host.
    assert!(matches!(alice.profile.look_at(&short.url).await.unwrap(), Found::ShortLink { .. }));
    let Found::Invitation { invitation } = alice.profile.resolve_short_url(&short.url, true).await.unwrap() else {
        panic!("no invitation")
    };
    alice.take(&invitation.text).await;
    let waiting = alice.waiting_exchange(Role::Holder).await;
    alice.profile.accept_offer(&waiting).await.unwrap();
    let view = alice.ended(&waiting).await;
    assert_eq!(view.row.phase, ExchangePhase::Done, "{:?}", view.problem);
    assert_eq!(desk.ended(&exchange).await.row.phase, ExchangePhase::Done);
    assert_eq!(alice.credentials("").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_invitation_fits_its_code_and_its_page_prints_either() {
    let (desk, _) = two("City desk", "Alice").await;
    let (_, waiting) = offered(&desk, OfferTo::Invitation { alias: None }).await;
    let plain = NewInvitation {
        alias: None,
        goal: Some("To meet ".repeat(20)),
        for_issuing: false,
        multi_use: true,
        expires_in_hours: Some(24),
    };
    let plain = desk.profile.create_invitation(plain).await.unwrap();
    for invitation in [&waiting, &plain] {
        assert!(invitation.qr_easy, "{} modules", invitation.qr_modules);
        let short = invitation.short.as_ref().unwrap();
        let page = async |by_short| desk.profile.invitation_page(&invitation.oob_id, by_short, false).await.unwrap().1;
        let (whole, by_short) = (page(false).await, page(true).await);
        assert!(whole.contains(&invitation.qr_svg) && by_short.contains(&short.qr_svg));
        assert!(whole.contains(&short.url) && by_short.contains(&short.url), "nobody types the whole");
    }

    // Where the code of the whole is too dense for paper, the short one is not.
    let (_, inside) = offered(&desk, OfferTo::Inside { alias: None }).await;
    desk.profile.invitation_page(&inside.oob_id, true, true).await.unwrap();

    let nowhere = AddressSettings { label: "City desk".to_owned(), listen: Listen::Nowhere, endpoint: None };
    desk.profile.save_address(nowhere).await.unwrap();
    let invitation = desk.profile.invitation(&plain.oob_id).await.unwrap();
    assert!(invitation.short.is_none(), "nobody could fetch it");
    desk.profile.invitation_page(&plain.oob_id, true, true).await.unwrap();
}
