//! Jobs for a ledger through the API that the agent uses.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::time::Duration;

use jiff::Timestamp;
use vouchsafe_store::{LedgerJobFilter, LedgerJobRow, Page, Store, StoreError};

fn at(seconds: u64) -> Timestamp {
    "2026-03-01T12:00:00Z".parse::<Timestamp>().unwrap() + Duration::from_secs(seconds)
}

fn job(id: &str, did: &str, created: u64) -> LedgerJobRow {
    LedgerJobRow {
        id: id.into(),
        network: "testnet".into(),
        did: did.into(),
        operation: "publish".into(),
        resource_id: Some(format!("resource of {id}")),
        state: "planned".into(),
        under_way: true,
        next_attempt_at: None,
        created_at: at(created),
        updated_at: at(created),
        body: "{}".into(),
    }
}

#[tokio::test]
async fn a_did_has_one_job_under_way_at_most() {
    let store = Store::temporary().unwrap();
    let first = job("a", "did:cheqd:testnet:1", 0);
    let row = first.clone();
    store.write(move |t| t.put_ledger_job(&row)).await.unwrap();
    let second = store.write(|t| t.put_ledger_job(&job("b", "did:cheqd:testnet:1", 1))).await;
    assert!(matches!(second, Err(StoreError::Conflict(_))), "{second:?}");
    store
        .write(move |t| {
            t.put_ledger_job(&job("c", "did:cheqd:testnet:2", 1))?;
            t.put_ledger_job(&LedgerJobRow { state: "finished".into(), under_way: false, ..first })?;
            t.put_ledger_job(&job("b", "did:cheqd:testnet:1", 1))?;
            assert_eq!(t.ledger_job_under_way("did:cheqd:testnet:1")?.unwrap().id, "b");
            assert_eq!(t.ledger_job("a")?.unwrap().state, "finished");
            let ids = |filter: LedgerJobFilter| -> Vec<String> {
                t.ledger_jobs(&filter, Page::ALL).unwrap().into_iter().map(|row| row.id).collect()
            };
            assert_eq!(ids(LedgerJobFilter::default()), ["a", "c", "b"]);
            let wanted = LedgerJobFilter { resource_id: Some("resource of b".into()), ..LedgerJobFilter::default() };
            assert_eq!(ids(wanted), ["b"]);
            let wanted = LedgerJobFilter { under_way: Some(true), ..LedgerJobFilter::default() };
            assert_eq!(ids(wanted), ["c", "b"]);
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn content_stays_beside_its_job_until_it_is_taken_away() {
    let store = Store::temporary().unwrap();
    store
        .write(|t| {
            let row = job("a", "did:cheqd:testnet:1", 0);
            t.put_ledger_job(&row)?;
            t.put_ledger_job_content("a", Some(&[0, 1, 2]))?;
            t.put_ledger_job(&LedgerJobRow { state: "sent".into(), updated_at: at(3), ..row })?;
            assert_eq!(t.ledger_job_content("a")?, Some(vec![0, 1, 2]));
            t.put_ledger_job_content("a", None)?;
            assert_eq!(t.ledger_job_content("a")?, None);
            assert_eq!(t.ledger_job_content("nowhere")?, None);
            assert!(t.delete_ledger_job("a")?);
            assert!(!t.delete_ledger_job("a")?);
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn jobs_are_due_in_their_order_and_old_ones_are_forgotten() {
    let store = Store::temporary().unwrap();
    store
        .write(|t| {
            assert_eq!(t.ledger_jobs_next()?, None);
            for (id, next) in [("a", 30), ("b", 10), ("c", 20)] {
                let row = job(id, &format!("did:cheqd:testnet:{id}"), next);
                t.put_ledger_job(&LedgerJobRow { next_attempt_at: Some(at(next)), ..row })?;
            }
            assert_eq!(t.ledger_jobs_next()?, Some(at(10)));
            let due: Vec<_> = t.ledger_jobs_due(at(20), 10)?.into_iter().map(|row| row.id).collect();
            assert_eq!(due, ["b", "c"]);
            for id in ["a", "b", "c"] {
                let row = t.ledger_job(id)?.unwrap();
                let done = LedgerJobRow { state: "finished".into(), under_way: false, next_attempt_at: None, ..row };
                t.put_ledger_job(&done)?;
            }
            t.forget_ledger_jobs_beyond("finished", 2)?;
            assert_eq!(t.ledger_jobs(&LedgerJobFilter::default(), Page::ALL)?.len(), 2);
            assert_eq!(t.ledger_job("b")?, None, "the oldest");
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
}
