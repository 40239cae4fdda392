//! What history tells of: one row for each thing, its chain, and the messages that are kept with it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use jiff::{SignedDuration, Timestamp};
use vouchsafe_store::{ActivityFilter, ExchangeRow, HistoryRow, KeptMessageRow, Page, Store, StoreError, Transaction};

fn at(hours: i64) -> Timestamp {
    "2026-11-20T12:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
}

fn exchange(id: &str, role: &str) -> ExchangeRow {
    ExchangeRow {
        id: id.to_owned(),
        thread_id: id.to_owned(),
        parent_thread_id: None,
        connection_id: None,
        role: role.to_owned(),
        state: "offer-received".to_owned(),
        created_at: at(0),
        updated_at: at(0),
        body: "{}".to_owned(),
    }
}

fn line(subject: &str, subject_id: &str, hours: i64) -> HistoryRow {
    HistoryRow {
        id: 0,
        at: at(hours),
        subject: subject.to_owned(),
        subject_id: subject_id.to_owned(),
        connection_id: None,
        who: "them".to_owned(),
        what: "offer-received".to_owned(),
        outcome: String::new(),
    }
}

async fn write(store: &Store, job: impl FnOnce(&Transaction<'_>) -> Result<(), StoreError> + Send + 'static) {
    store.write(move |tx| job(tx)).await.unwrap();
}

#[tokio::test]
async fn what_history_tells_of_is_one_row_by_when_it_last_moved() {
    let store = Store::temporary().unwrap();
    write(&store, |tx| {
        tx.put_exchange(&exchange("a", "holder"))?;
        tx.put_exchange(&exchange("b", "issuer"))?;
        for (number, (subject, id, hours)) in [
            ("credential-exchange", "a", 0),
            ("credential-exchange", "b", 1),
            ("connection", "c", 2),
            ("credential-exchange", "a", 30),
        ]
        .into_iter()
        .enumerate()
        {
            let given = tx.add_history(&line(subject, id, hours))?;
            assert_eq!(given, i64::try_from(number).unwrap() + 1);
        }
        tx.name_activity("credential-exchange", "a", "Library card 50%")
    })
    .await;
    store
        .read(|reader| {
            let all = reader.activity(&ActivityFilter::default(), Page::newest(10))?;
            let ids: Vec<&str> = all.iter().map(|row| row.subject_id.as_str()).collect();
            assert_eq!(ids, ["a", "c", "b"]);
            assert_eq!((all[0].kind.as_str(), all[0].began_at, all[0].last_at), ("received", at(0), at(30)));
            assert_eq!((all[1].kind.as_str(), all[1].connection_id.as_deref()), ("connection", Some("c")));
            assert_eq!(all[2].kind, "issued");
            let days = reader.activity_days(&ActivityFilter::default(), 0)?;
            let days: Vec<(&str, u64)> = days.iter().map(|day| (day.day.as_str(), day.count)).collect();
            assert_eq!(days, [("2026-11-21", 1), ("2026-11-20", 2)]);
            let found = |words: &str, kind: Option<&str>| {
                let filter = ActivityFilter {
                    words: words.to_owned(),
                    kind: kind.map(str::to_owned),
                    ..ActivityFilter::default()
                };
                reader.activity(&filter, Page::newest(10)).unwrap().len()
            };
            assert_eq!([found("library", None), found("CARD lib", None), found("50%", None)], [1, 1, 1]);
            assert_eq!([found("%", Some("issued")), found("card", Some("issued")), found("\" OR *", None)], [0, 0, 0]);
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn the_chain_through_history_holds() {
    let store = Store::temporary().unwrap();
    write(&store, |tx| {
        for hours in 0..20 {
            tx.add_history(&line("connection", "c", hours))?;
        }
        Ok(())
    })
    .await;
    let chain = store
        .read(|reader| reader.history_chain().map(|chain| (chain.lines, chain.before, chain.broken_at)))
        .await
        .unwrap();
    assert_eq!(chain, (20, 0, None));
}

async fn kept_of(store: &Store) -> u64 {
    store
        .read(|reader| {
            let count = reader.count_kept_messages()?;
            Ok::<_, StoreError>(count)
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn kept_messages_go_with_their_exchange_and_with_time() {
    let store = Store::temporary().unwrap();
    let message = |exchange_id: &str, id: &str, hours: i64, size: usize| KeptMessageRow {
        exchange_id: exchange_id.to_owned(),
        direction: "sent".to_owned(),
        message_id: id.to_owned(),
        message_type: "https://didcomm.org/issue-credential/2.0/offer-credential".to_owned(),
        size: size as u64,
        body: Some(vec![b'x'; size]),
        at: at(hours),
    };
    let rows =
        [message("a", "1", 0, 10), message("a", "1", 1, 10), message("a", "2", 2, 100_000), message("b", "3", 3, 1)];
    write(&store, move |tx| {
        tx.put_exchange(&exchange("a", "holder"))?;
        rows.iter().try_for_each(|row| tx.keep_message(row))
    })
    .await;
    let kept = store.read(|reader| reader.kept_messages("a", 10)).await.unwrap();
    // The same one crossed twice, one is too large to be kept, one belongs to no exchange.
    assert_eq!(
        kept.iter().map(|row| (row.size, row.body.is_some())).collect::<Vec<_>>(),
        [(10, true), (100_000, false)]
    );
    write(&store, |tx| tx.forget_messages_before(at(1)).map(drop)).await;
    assert_eq!(kept_of(&store).await, 1);
    write(&store, |tx| tx.delete_exchange("a").map(drop)).await;
    assert_eq!(kept_of(&store).await, 0);
}

#[tokio::test]
async fn the_first_look_at_an_offer_counts() {
    let store = Store::temporary().unwrap();
    write(&store, |tx| {
        tx.put_exchange(&exchange("a", "holder"))?;
        assert_eq!(tx.exchange_opened("a")?, None);
        tx.open_exchange("a", at(1))?;
        tx.open_exchange("a", at(2))?;
        // A later step of the exchange leaves it.
        tx.put_exchange(&ExchangeRow { state: "request-sent".to_owned(), ..exchange("a", "holder") })
    })
    .await;
    assert_eq!(store.read(|reader| reader.exchange_opened("a")).await.unwrap(), Some(at(1)));
}
