//! Status lists, what was issued, and how held credentials stand.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::HashSet;
use std::time::Duration;

use jiff::Timestamp;
use vouchsafe_didcomm::SigningKey;
use vouchsafe_store::{IssuedFilter, IssuedRow, Page, StatusListRow, Store, StoreError, Transaction};

fn at(seconds: u64) -> Timestamp {
    "2026-03-01T12:00:00Z".parse::<Timestamp>().unwrap() + Duration::from_secs(seconds)
}

async fn within(job: impl FnOnce(&Transaction<'_>) -> Result<(), StoreError> + Send + 'static) {
    Store::temporary().unwrap().write(job).await.unwrap();
}

fn list(purpose: &str, size: u64) -> StatusListRow {
    StatusListRow {
        id: 0,
        did: "did:cheqd:testnet:1".into(),
        form: "BitstringStatusListCredential".into(),
        purpose: purpose.into(),
        name: format!("{purpose}-1"),
        url: format!("https://example.org/{purpose}"),
        size,
        taken: 0,
        revision: 0,
        wanted: -1,
        published: -1,
        published_at: None,
        signed_by: None,
        resource_id: None,
        publishing: None,
        created_at: at(0),
        restored: false,
    }
}

fn issued(exchange_id: &str, state: &str) -> IssuedRow {
    IssuedRow {
        exchange_id: exchange_id.into(),
        connection_id: Some("a".into()),
        other: Some("Ärztekammer".into()),
        title: format!("Diploma {exchange_id}"),
        subject: Some("did:key:z1".into()),
        issuer: "did:cheqd:testnet:1".into(),
        issued_at: at(1),
        state: state.into(),
        pending: false,
    }
}

#[tokio::test]
async fn every_place_is_given_once_until_the_list_is_full() {
    within(|t| {
        let id = t.add_status_list(&list("revocation", 40))?;
        let mut places = HashSet::new();
        let mut state = 7_u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state >> 33
        };
        for number in 0..40 {
            let open = t.open_status_list("did:cheqd:testnet:1", "BitstringStatusListCredential", "revocation")?;
            let place = t.free_status_place(&open.unwrap(), &mut random)?.unwrap();
            t.reserve_status_place(id, place, &format!("exchange-{number}"))?;
            assert!(places.insert(place));
            let again = t.reserve_status_place(id, place, "another");
            assert!(matches!(again, Err(StoreError::Conflict(_))));
        }
        let full = t.status_list(id)?.unwrap();
        assert_eq!(full.taken, 40);
        assert_eq!(t.free_status_place(&full, &mut random)?, None);
        assert_eq!(t.open_status_list(&full.did, &full.form, "revocation")?, None);

        assert_eq!(t.keep_status_places("exchange-1")?, 1);
        assert_eq!(t.free_status_places("exchange-1")?, 0, "its credential has left");
        assert_eq!(t.free_status_places("exchange-2")?, 1);
        assert_eq!(t.open_status_list(&full.did, &full.form, "revocation")?.unwrap().taken, 39);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_change_is_pending_until_its_revision_is_published() {
    within(|t| {
        let id = t.add_status_list(&list("revocation", 100))?;
        assert_eq!(t.unpublished_status_lists(false)?.len(), 1, "not even the empty list is published");
        assert!(t.unpublished_status_lists(true)?.is_empty());
        t.end_status_publication(id, 0, at(2))?;
        for (number, place) in [("one", 3), ("two", 90)] {
            t.reserve_status_place(id, place, number)?;
            t.keep_status_places(number)?;
            t.add_issued(&issued(number, "valid"))?;
        }
        t.add_issued(&issued("three", "not_revocable"))?;
        assert!(t.unpublished_status_lists(false)?.is_empty());

        let revision = t.next_status_revision(id)?;
        t.set_status_value(id, 90, true, revision)?;
        t.set_issued_state("two", "revoked")?;
        assert_eq!(t.set_status_places(id)?, [90]);
        let pending = IssuedFilter { pending: true, ..IssuedFilter::default() };
        let found = t.issued(&pending, Page::ALL)?;
        assert_eq!(
            found.iter().map(|row| (row.exchange_id.as_str(), row.pending)).collect::<Vec<_>>(),
            [("two", true)]
        );
        assert_eq!(t.issued(&IssuedFilter::default(), Page::ALL)?.iter().filter(|row| row.pending).count(), 1);

        assert_eq!(t.want_status_published(Some(id))?, 1);
        let key = SigningKey::from_seed(&[1; 32]).verkey();
        t.begin_status_publication(id, "resource", revision, &key)?;
        // A change in the middle belongs to the next publication.
        let next = t.next_status_revision(id)?;
        t.set_status_value(id, 3, true, next)?;
        t.end_status_publication(id, revision, at(3))?;
        let row = t.status_list(id)?.unwrap();
        assert_eq!((row.published, row.revision, row.publishing, row.published_at), (1, 2, None, Some(at(3))));
        assert_eq!(row.signed_by, Some(key));
        assert_eq!(t.issued(&pending, Page::ALL)?[0].exchange_id, "one");
        assert!(t.unpublished_status_lists(true)?.is_empty(), "the second change was not asked to be published");
        assert_eq!(t.unpublished_status_lists(false)?.len(), 1);
        t.end_status_publication(id, next, at(4))?;
        assert_eq!(t.count_issued(&pending)?, 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_was_issued_is_found_by_words_and_state() {
    within(|t| {
        for (number, state) in [("one", "valid"), ("two", "revoked"), ("three", "not_revocable")] {
            t.add_issued(&issued(number, state))?;
        }
        assert!(matches!(t.add_issued(&issued("one", "valid")), Err(StoreError::Conflict(_))));
        let count = |filter: IssuedFilter| t.count_issued(&filter).unwrap();
        let text = |text: &str| count(IssuedFilter { text: Some(text.into()), ..IssuedFilter::default() });
        assert_eq!((text("DIPLOMA"), text("ärzte TWO"), text("100%"), text("")), (3, 1, 0, 3));
        assert_eq!(count(IssuedFilter { state: Some("revoked".into()), ..IssuedFilter::default() }), 1);
        assert_eq!(t.issued_state("three")?, Some(("not_revocable".to_owned(), Some("a".to_owned()))));
        assert_eq!(t.issued(&IssuedFilter::default(), Page::newest(1))?[0].exchange_id, "three");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_newest_version_of_a_list_is_remembered() {
    within(|t| {
        assert_eq!(t.status_list_read("u")?, None);
        t.note_status_list_read("u", at(5))?;
        t.note_status_list_read("u", at(3))?;
        assert_eq!(t.status_list_read("u")?, Some(at(5)));
        Ok(())
    })
    .await;
}
