//! The inbox decides in any order and only what was read; the timeline tells it; the report names nobody.

use super::{Person, membership, two, until};
use crate::view::connections::{ConnectionPhase, NewInvitation};
use crate::view::exchanges::ExchangePhase;
use crate::view::issue::{NewOffer, OfferTo};
use crate::view::offers::{OfferQuery, OfferState, OffersPage};
use crate::view::timeline::{ActivityKind, TimelineQuery};
use crate::view::{ListQuery, connections::Side};

impl Person {
    async fn offers(&self, closed: bool) -> OffersPage {
        self.profile.offers(OfferQuery { closed, offset: 0, limit: 50 }).await.unwrap()
    }
}

fn timeline(words: &str, kind: Option<ActivityKind>) -> TimelineQuery {
    TimelineQuery { kind, connection_id: None, words: words.to_owned(), minutes: 60, offset: 0, limit: 50 }
}

#[tokio::test(flavor = "multi_thread")]
async fn offers_are_accepted_together_where_they_were_read_and_the_report_names_nobody() {
    let (desk, alice) = two("City desk", "Alice").await;
    let wanted = NewInvitation { alias: None, goal: None, for_issuing: true, multi_use: false, expires_in_hours: None };
    let invitation = desk.profile.create_invitation(wanted).await.unwrap();
    alice.take(&invitation.url).await;
    let connection_id = until("the desk's connection", || async {
        let query = ListQuery { query: String::new(), offset: 0, limit: 10 };
        let rows = desk.profile.connections(query).await.unwrap().rows;
        rows.into_iter().find(|row| row.phase == ConnectionPhase::Connected).map(|row| row.id)
    })
    .await;
    for _ in 0..3 {
        let offer = NewOffer {
            credential: membership(),
            to: OfferTo::Connection { connection_id: connection_id.clone() },
            comment: Some("a word of Alice's".to_owned()),
            auto_issue: true,
        };
        desk.profile.offer_credential(offer).await.unwrap();
    }
    let page = until("three offers", || async { Some(alice.offers(false).await).filter(|page| page.total == 3) }).await;
    assert!(page.rows.iter().all(|row| row.state == OfferState::Waiting && !row.opened));
    assert_eq!((page.read.len(), page.closed), (0, 0));
    assert_eq!(alice.profile.take_arrivals().await.unwrap().len(), 0);

    // The messages are kept from now on; two are read, and all three asked for.
    alice.profile.keep_messages(true).await.unwrap();
    let ids: Vec<String> = page.rows.iter().map(|row| row.id.clone()).collect();
    alice.profile.open_offer(&ids[0]).await.unwrap();
    alice.profile.open_offer(&ids[2]).await.unwrap();
    assert_eq!(alice.offers(false).await.read.len(), 2);
    let accepted = alice.profile.accept_offers(ids.clone()).await.unwrap();
    let codes: Vec<Option<&str>> =
        accepted.iter().map(|one| one.problem.as_ref().map(|problem| problem.code)).collect();
    assert_eq!(codes, [None, Some("offer-not-read"), None]);
    until("two to be stored", || async { Some(alice.offers(true).await).filter(|page| page.total == 2) }).await;
    alice.profile.decline_offer(&ids[1], Some("Alice is misspelled".to_owned())).await.unwrap();
    let closed = alice.offers(true).await;
    let count = |state| closed.rows.iter().filter(|row| row.state == state).count();
    assert_eq!((count(OfferState::Stored), count(OfferState::Declined), closed.open), (2, 1, 0));

    // Told once, and not again after the wallet was closed.
    let arrivals = alice.profile.take_arrivals().await.unwrap();
    assert_eq!(arrivals.len(), 2);
    assert!(arrivals.iter().all(|one| one.other.as_deref() == Some("City desk")));
    assert_eq!(alice.profile.take_arrivals().await.unwrap().len(), 0);

    // The timeline, by kind and by words; each with its steps and messages.
    let all = alice.profile.timeline(timeline("", None)).await.unwrap();
    assert_eq!(all.total as usize, all.rows.len());
    assert_eq!(all.days.iter().map(|day| day.count).sum::<u32>(), all.total);
    assert_eq!(alice.profile.timeline(timeline("city", Some(ActivityKind::Received))).await.unwrap().total, 3);
    assert_eq!(alice.profile.timeline(timeline("zebra", None)).await.unwrap().total, 0);
    let view = alice.profile.timeline_entry(&format!("credential-exchange:{}", ids[0])).await.unwrap();
    assert_eq!((view.row.turn, view.here, view.waits.is_none()), (Side::Nobody, true, true));
    let whats: Vec<bool> = view.lines.iter().map(|line| line.message_id.is_some()).collect();
    assert_eq!(whats, [true, true, true, false]);
    let raw = alice.profile.raw_messages(&ids[0]).await.unwrap();
    assert!(raw.kept && raw.messages.iter().any(|message| message.sent));
    assert!(raw.messages.iter().any(|message| message.message_type.ends_with("/issue-credential")));

    // Nobody's name, value, reason, DID, key or address is in the report.
    for id in [None, Some(format!("credential-exchange:{}", ids[1]))] {
        let report = alice.profile.support_report(id).await.unwrap();
        let told: serde_json::Value = serde_json::from_str(&report).unwrap();
        assert_eq!(told["history"]["unbroken"], true);
        for canary in ["Alice", "Moore", "City", "misspelled", "word of", "127.0.0.1", "M-1", "oob", "key:z", "did:"]
            .into_iter()
            .chain(ids.iter().map(String::as_str))
        {
            assert!(!report.contains(canary), "{canary} is in {report}");
        }
    }

    // What was kept goes with its exchange, and all of it when none shall be kept.
    alice.profile.delete_exchange(&ids[0]).await.unwrap();
    assert!(alice.profile.raw_messages(&ids[0]).await.unwrap().messages.is_empty());
    alice.profile.keep_messages(false).await.unwrap();
    assert!(alice.profile.raw_messages(&ids[2]).await.unwrap().messages.is_empty());
    let forgotten = alice.profile.timeline_entry(&format!("credential-exchange:{}", ids[0])).await.unwrap();
    assert!(!forgotten.here && !forgotten.row.title.is_empty() && !forgotten.lines.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_cannot_be_sent_says_so_and_goes_on_by_itself() {
    let (desk, alice) = two("City desk", "Alice").await;
    let wanted = NewInvitation { alias: None, goal: None, for_issuing: true, multi_use: false, expires_in_hours: None };
    let invitation = desk.profile.create_invitation(wanted).await.unwrap();
    alice.take(&invitation.url).await;
    let connection_id = until("the desk's connection", || async {
        let query = ListQuery { query: String::new(), offset: 0, limit: 10 };
        let rows = desk.profile.connections(query).await.unwrap().rows;
        rows.into_iter().find(|row| row.phase == ConnectionPhase::Connected).map(|row| row.id)
    })
    .await;
    let offer = NewOffer {
        credential: membership(),
        to: OfferTo::Connection { connection_id },
        comment: None,
        auto_issue: true,
    };
    desk.profile.offer_credential(offer).await.unwrap();
    let id = until("the offer", || async { alice.offers(false).await.rows.first().map(|row| row.id.clone()) }).await;
    desk.profile.lock().await.unwrap();
    alice.profile.accept_offer(&id).await.unwrap();
    until("the inbox to say that it is not sent", || async {
        alice.offers(false).await.rows.first().filter(|row| row.state == OfferState::Unsent).map(drop)
    })
    .await;
    let view = alice.profile.exchange(&id).await.unwrap();
    assert!(view.row.sentence.contains("will be sent when City desk"), "{}", view.row.sentence);
    let waits = view.waits.unwrap();
    assert!(waits.whose == Side::Them && waits.deliveries[0].attempts > 0 && waits.deliveries[0].trouble.is_some());
    desk.profile.unlock_with_passphrase(super::PASSPHRASE.to_owned().into()).await.unwrap();
    alice.profile.retry(&id).await.unwrap();
    let view = alice.ended(&id).await;
    assert_eq!(view.row.phase, ExchangePhase::Done);
    assert!(view.waits.is_none_or(|waits| waits.deliveries.is_empty() || waits.whose == Side::Nobody));
}
