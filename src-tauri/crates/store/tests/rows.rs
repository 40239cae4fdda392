//! Every table through the API that the other crates use.
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
use serde_json::json;
use vouchsafe_didcomm::{SigningKey, Verkey};
use vouchsafe_store::{
    BasicMessageRow, ConnectionFilter, ConnectionRow, CredentialFilter, CredentialRow, DUE, DidFilter, DidRow,
    ExchangeFilter, ExchangeRow, FAILED, HeldStatus, HistoryFilter, HistoryRow, InvitationFilter, InvitationRow,
    OutboxRow, Page, Reader, Store, StoreError, Transaction, WAITING, WebhookRow,
};

/// Seconds after some day.
fn at(seconds: u64) -> Timestamp {
    "2026-03-01T12:00:00.123456Z".parse::<Timestamp>().unwrap() + Duration::from_secs(seconds)
}

fn verkey(seed: u8) -> Verkey {
    SigningKey::from_seed(&[seed; 32]).verkey()
}

/// Runs `job` in a store of its own.
async fn within(job: impl FnOnce(&Transaction<'_>) -> Result<(), StoreError> + Send + 'static) {
    Store::temporary().unwrap().write(job).await.unwrap();
}

fn connection(id: &str, my: u8, their: u8, created: u64) -> ConnectionRow {
    ConnectionRow {
        id: id.into(),
        state: "active".into(),
        their_role: "invitee".into(),
        protocol: "didexchange/1.0".into(),
        alias: Some("Bob".into()),
        my_did: Some("did:peer:4a".into()),
        their_did: None,
        my_verkey: Some(verkey(my)),
        their_verkey: Some(verkey(their)),
        invitation_key: None,
        invitation_msg_id: Some("invitation".into()),
        request_id: Some("request".into()),
        created_at: at(created),
        updated_at: at(created),
        body: "{}".into(),
    }
}

#[tokio::test]
async fn a_key_that_a_peer_has_given_up_finds_its_connection_for_a_while() {
    within(|t| {
        t.put_connection(&connection("a", 1, 2, 10))?;
        t.put_connection(&ConnectionRow { updated_at: at(20), ..connection("a", 1, 3, 10) })?;
        // Ours, which waits for the peer's agreement.
        t.add_connection_key(&verkey(4), &verkey(3), "a")?;
        let found =
            |my: u8, their: u8| Ok::<_, StoreError>(t.connection_by_keys(&verkey(my), &verkey(their))?.is_some());
        assert_eq!(t.forget_former_keys_before(at(20))?, 0);
        assert!(found(1, 2)?, "what it sent before it moved");
        assert_eq!(t.forget_former_keys_before(at(21))?, 1);
        assert!(!found(1, 2)? && found(1, 3)? && found(4, 3)?);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn keys_are_found_by_their_public_half() {
    within(|t| {
        let key = SigningKey::from_seed(&[1; 32]);
        t.put_key(&key, at(0))?;
        t.put_key(&key, at(1))?;
        let found = t.first_signing_key(&[verkey(2), verkey(1)])?.unwrap();
        assert_eq!(found.verkey(), key.verkey());
        assert!(t.signing_key(&verkey(2))?.is_none());
        assert!(t.delete_key(&verkey(1))?);
        assert!(t.first_signing_key(&[verkey(1)])?.is_none());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_connection_is_found_by_id_keys_request_and_filter() {
    within(|t| {
        let mut row = connection("a", 1, 2, 0);
        t.put_connection(&row)?;
        t.put_connection(&connection("b", 1, 3, 5))?;
        assert_eq!(t.connection("a")?.as_ref(), Some(&row));
        row.state = "completed".into();
        row.updated_at = at(9);
        t.put_connection(&ConnectionRow { created_at: at(99), ..row.clone() })?;
        assert_eq!(t.connection_by_keys(&verkey(1), &verkey(2))?.as_ref(), Some(&row));
        assert_eq!(t.connection_by_keys(&verkey(2), &verkey(1))?, None);
        assert_eq!(t.connection_by_request("request", "invitee")?.unwrap().id, "b");
        assert_eq!(t.connection_by_request("request", "inviter")?, None);
        let filter = ConnectionFilter {
            id: Some("a".into()),
            state: Some("completed".into()),
            their_role: Some("invitee".into()),
            protocol: Some("didexchange/1.0".into()),
            alias: Some("Bob".into()),
            my_did: Some("did:peer:4a".into()),
            my_verkey: Some(verkey(1)),
            their_verkey: Some(verkey(2)),
            invitation_msg_id: Some("invitation".into()),
            request_id: Some("request".into()),
            ..ConnectionFilter::default()
        };
        assert_eq!(t.connections(&filter, Page::ALL)?, [row]);
        assert_eq!(t.count_connections(&filter)?, 1);
        let newest = t.connections(&ConnectionFilter::default(), Page::newest(1))?;
        assert_eq!(newest[0].id, "b");
        let second = Page { offset: 1, ..Page::default() };
        assert_eq!(t.connections(&ConnectionFilter::default(), second)?[0].id, "b");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn after_a_rotation_both_pairs_of_keys_find_the_connection() {
    within(|t| {
        t.put_connection(&connection("a", 1, 2, 0))?;
        t.put_connection(&connection("a", 1, 3, 0))?;
        t.add_connection_key(&verkey(4), &verkey(3), "a")?;
        for (my, their) in [(1, 2), (1, 3), (4, 3)] {
            assert_eq!(t.connection_by_keys(&verkey(my), &verkey(their))?.unwrap().id, "a");
        }
        t.put_connection(&connection("newer", 1, 3, 1))?;
        t.put_connection(&connection("a", 1, 3, 0))?;
        assert_eq!(t.connection_by_keys(&verkey(1), &verkey(3))?.unwrap().id, "newer");
        assert!(t.delete_connection("newer")?);
        assert_eq!(t.connection_by_keys(&verkey(1), &verkey(3))?, None);
        assert!(matches!(t.add_connection_key(&verkey(8), &verkey(9), "nobody"), Err(StoreError::Conflict(_))));
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn one_did_at_most_is_public() {
    within(|t| {
        let row = |name: &str, seed: u8| DidRow {
            did: format!("did:key:{name}"),
            method: "key".into(),
            key_type: "ed25519".into(),
            verkey: Some(verkey(seed)),
            posture: "wallet_only".into(),
            metadata: json!({"b": 1, "a": 2}),
            document: None,
            created_at: at(u64::from(seed)),
        };
        t.put_did(&row("a", 1))?;
        t.put_did(&DidRow { document: Some(json!({"id": "b"})), ..row("b", 2) })?;
        assert!(t.set_public_did("did:key:a")?);
        assert!(t.set_public_did("did:key:b")?);
        assert!(!t.set_public_did("did:key:c")?);
        assert_eq!(t.public_did()?.unwrap().did, "did:key:b");
        assert_eq!(t.did("did:key:a")?.unwrap().posture, "posted");
        assert_eq!(t.did("did:key:b")?.unwrap().document, Some(json!({"id": "b"})));
        let clash = t.put_did(&DidRow { posture: "public".into(), ..row("c", 3) });
        assert!(matches!(clash, Err(StoreError::Conflict(_))));
        let filter = DidFilter { method: Some("key".into()), posture: Some("posted".into()), ..DidFilter::default() };
        assert_eq!(t.dids(&filter, Page::ALL)?.len(), 1);
        assert!(t.delete_did("did:key:b")?);
        assert_eq!(t.public_did()?, None);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn invitations_and_exchanges_are_found_by_what_messages_name() {
    within(|t| {
        let invitation = InvitationRow {
            oob_id: "oob".into(),
            invi_msg_id: "message".into(),
            role: "sender".into(),
            state: "await-response".into(),
            connection_id: None,
            recipient_key: Some(verkey(1)),
            multi_use: true,
            created_at: at(0),
            updated_at: at(0),
            body: "{}".into(),
        };
        t.put_invitation(&invitation)?;
        assert_eq!(t.invitation("oob")?.as_ref(), Some(&invitation));
        assert_eq!(t.invitation_by_message("message", "sender")?.as_ref(), Some(&invitation));
        assert_eq!(t.invitation_by_message("message", "receiver")?, None);
        assert_eq!(t.invitation_by_key(&verkey(1))?, Some(invitation));
        let filter = InvitationFilter { multi_use: Some(false), ..InvitationFilter::default() };
        assert!(t.invitations(&filter, Page::ALL)?.is_empty());
        assert!(t.delete_invitation("oob")? && !t.delete_invitation("oob")?);

        let exchange = ExchangeRow {
            id: "x".into(),
            thread_id: "thread".into(),
            parent_thread_id: Some("message".into()),
            connection_id: Some("a".into()),
            role: "holder".into(),
            state: "offer-received".into(),
            created_at: at(0),
            updated_at: at(0),
            body: "{}".into(),
        };
        t.put_exchange(&exchange)?;
        t.put_exchange(&ExchangeRow { id: "y".into(), role: "issuer".into(), ..exchange.clone() })?;
        assert_eq!(t.exchange_by_thread("thread", "holder")?.as_ref(), Some(&exchange));
        let filter = ExchangeFilter { parent_thread_id: Some("message".into()), ..ExchangeFilter::default() };
        assert_eq!(t.exchanges(&filter, Page::newest(10))?.len(), 2);
        assert_eq!(t.exchange_counts()?.len(), 2);
        assert!(t.delete_exchange("x")?);
        assert_eq!(t.exchange("x")?, None);
        Ok(())
    })
    .await;
}

fn credential(number: u64) -> CredentialRow {
    CredentialRow {
        record_id: format!("record-{number}"),
        exchange_id: Some(format!("exchange-{number}")),
        connection_id: Some("a".into()),
        issuer_id: "did:key:z6MkIssuer".into(),
        title: format!("Führerschein {number}"),
        types: vec!["VerifiableCredential".into(), "License".into()],
        expanded_types: vec!["https://example.org/License".into()],
        contexts: vec!["https://www.w3.org/2018/credentials/v1".into()],
        subject_ids: vec![format!("did:key:subject-{number}")],
        proof_types: vec!["Ed25519Signature2020".into()],
        schema_ids: vec![],
        given_id: Some(format!("urn:credential:{number}")),
        tags: json!({"colour": if number.is_multiple_of(2) { "red" } else { "blue" }}),
        issued_at: Some(at(0)),
        expires_at: None,
        stored_at: at(number),
        favourite: false,
        verification: json!({"verified": true}),
        status: HeldStatus::default(),
        summary: json!({"title": "x"}),
        search_text: format!("Ana María number{number}"),
        cred: json!({"z": 1, "a": [true, null, 1.5]}),
    }
}

#[tokio::test]
async fn a_credential_is_stored_once_and_found_by_terms_and_words() {
    within(|t| {
        for number in 0..4 {
            t.put_credential(&credential(number))?;
        }
        assert_eq!(t.credential("record-1")?, Some(credential(1)), "the document keeps its order");
        assert_eq!(t.credential_by_exchange("exchange-1")?, Some(credential(1)));
        let again = CredentialRow { record_id: "other".into(), ..credential(1) };
        assert!(matches!(t.put_credential(&again), Err(StoreError::Conflict(_))));
        let count = |filter: CredentialFilter| t.count_credentials(&filter).unwrap();
        let text = |text: &str| count(CredentialFilter { text: Some(text.into()), ..CredentialFilter::default() });
        assert_eq!(text("fuhrer"), 4, "accents do not matter");
        assert_eq!(text("maria NUMBER2"), 1);
        assert_eq!(text("z6MkIssuer"), 4);
        assert_eq!(text("nothing"), 0);
        assert_eq!(text("\"*' OR NEAR( -"), 0);
        assert_eq!(text("'\"*"), 4, "no words are no condition");
        let filter = CredentialFilter {
            types: vec!["License".into(), "https://example.org/License".into()],
            tags: vec![("colour".into(), "red".into())],
            issuer_id: Some("did:key:z6MkIssuer".into()),
            ..CredentialFilter::default()
        };
        assert_eq!(count(filter.clone()), 2);
        let listed = t.credentials(&filter, Page::newest(1))?;
        assert_eq!(listed[0].record_id, "record-2");
        assert_eq!(t.whole_credentials(&filter, Page::ALL)?[1], credential(2));
        assert!(t.set_credential_favourite("record-2", true)?);
        assert!(t.set_credential_verification("record-2", &json!({"verified": false}))?);
        assert_eq!(count(CredentialFilter { favourite: Some(true), ..CredentialFilter::default() }), 1);
        assert!(t.delete_credential("record-2")? && !t.delete_credential("record-2")?);
        assert_eq!(count(filter), 1);
        assert_eq!(text("number2"), 0);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn the_outbox_gives_out_what_is_due_until_it_is_delivered() {
    within(|t| {
        let row = |next: u64| OutboxRow {
            id: 0,
            message_id: format!("m{next}"),
            connection_id: Some("a".into()),
            exchange_id: Some("x".into()),
            thread_id: None,
            recipient: Some(verkey(1)),
            target: json!({"endpoint": "http://localhost"}),
            payload: b"{}".to_vec(),
            created_at: at(0),
            attempts: 0,
            next_attempt_at: at(next),
            expires_at: Some(at(100)),
            last_error: None,
            state: DUE.into(),
        };
        let first = t.push_outbox(&row(1))?;
        let second = t.push_outbox(&row(2))?;
        let third = t.push_outbox(&row(3))?;
        let due: Vec<i64> = t.outbox_due_for(&verkey(1), at(2), 10)?.iter().map(|row| row.id).collect();
        assert_eq!(due, [first, second]);
        t.outbox_failed_attempt(first, "refused", at(50))?;
        let failed = t.outbox(first)?.unwrap();
        assert_eq!((failed.attempts, failed.last_error.as_deref()), (1, Some("refused")));
        t.outbox_wait(second)?;
        t.outbox_give_up(third, "gone")?;
        assert_eq!((t.count_outbox(DUE)?, t.count_outbox(WAITING)?, t.count_outbox(FAILED)?), (1, 1, 1));
        let waiting: Vec<i64> = t.outbox_waiting_for(&verkey(1))?.iter().map(|row| row.id).collect();
        assert_eq!(waiting, [first, second]);
        assert_eq!(t.outbox_expired(at(100), 10)?.len(), 2);
        assert_eq!(t.outbox_for_connection("a")?.len(), 3);
        assert_eq!(t.outbox_for_exchange("x")?.len(), 3);
        assert_eq!(t.outbox_retry_connection("a", at(5))?, 3);
        assert_eq!(t.outbox_due_for(&verkey(1), at(5), 10)?.len(), 3);
        assert!(t.outbox_delivered(first)? && !t.outbox_delivered(first)?);
        assert_eq!(t.delete_outbox_of_connection("a")?, 2);
        assert_eq!(t.outbox_due_for(&verkey(1), at(99), 10)?, []);
        assert!(t.push_outbox(&row(1))? > third, "numbers are not used again");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn webhooks_are_bounded_in_number_and_the_dropped_are_counted() {
    within(|t| {
        let row = WebhookRow {
            id: 0,
            url: "http://localhost".into(),
            topic: "connections".into(),
            body: "{}".into(),
            created_at: at(0),
            attempts: 0,
            next_attempt_at: at(0),
        };
        let ids: Vec<i64> = (0..5).map(|_| t.push_webhook(&row, 3).unwrap()).collect();
        let due: Vec<i64> = t.webhooks_of("http://localhost", 0, 10)?.iter().map(|row| row.id).collect();
        assert_eq!(due, ids[2..]);
        assert_eq!(t.webhooks_dropped()?, 2);
        t.webhook_failed_attempt(ids[2], at(9))?;
        t.webhook_give_up(ids[3])?;
        assert!(t.webhook_delivered(ids[4])?);
        assert_eq!(t.webhooks_of("http://localhost", 0, 10)?[0].next_attempt_at, at(9));
        assert_eq!(t.webhooks_dropped()?, 3);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_message_is_new_once_and_what_is_remembered_is_bounded() {
    within(|t| {
        let (me, them) = (verkey(1), verkey(2));
        assert!(t.mark_seen(&me, Some(&them), "a", at(0))?);
        assert!(!t.mark_seen(&me, Some(&them), "a", at(1))?);
        assert!(t.mark_seen(&me, None, "a", at(1))?, "an anonymous message is another one");
        assert!(t.mark_seen(&them, Some(&them), "a", at(2))?);
        assert_eq!(t.forget_seen_before(at(1))?, 1);
        assert!(t.mark_seen(&me, Some(&them), "a", at(3))?);
        assert_eq!(t.forget_seen_beyond(2)?, 1);
        assert_eq!(t.forget_seen_beyond(2)?, 0);
        assert!(!t.mark_seen(&me, Some(&them), "a", at(4))?);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn history_documents_messages_and_settings_come_back_as_they_went_in() {
    within(|t| {
        let event = HistoryRow {
            id: 0,
            at: at(1),
            subject: "connection".into(),
            subject_id: "a".into(),
            connection_id: Some("a".into()),
            who: "them".into(),
            what: "request".into(),
            outcome: "accepted".into(),
        };
        let id = t.add_history(&event)?;
        let filter = HistoryFilter { subject_id: Some("a".into()), since: Some(at(1)), ..HistoryFilter::default() };
        assert_eq!(t.history(&filter, Page::ALL)?, [HistoryRow { id, ..event }]);
        let later = HistoryFilter { since: Some(at(2)), ..HistoryFilter::default() };
        assert!(t.history(&later, Page::ALL)?.is_empty());

        t.put_did_document("did:web:x", &json!({"v": 1}), at(0))?;
        t.put_did_document("did:web:x", &json!({"v": 2}), at(1))?;
        assert_eq!(t.did_document("did:web:x")?, Some((json!({"v": 2}), at(1))));
        assert!(t.delete_did_document("did:web:x")?);

        let message = BasicMessageRow {
            id: "m".into(),
            connection_id: "a".into(),
            direction: "sent".into(),
            content: "hello".into(),
            sent_at: at(0),
        };
        t.put_basic_message(&message)?;
        assert!(matches!(t.put_basic_message(&message), Err(StoreError::Conflict(_))));
        assert_eq!(t.basic_messages("a", Page::ALL)?, [message]);

        t.put_setting("label", &"Alice")?;
        assert_eq!(t.setting::<String>("label")?.as_deref(), Some("Alice"));
        assert!(matches!(t.setting::<u32>("label"), Err(StoreError::Damaged(_))));
        assert!(t.delete_setting("label")?);
        assert_eq!(t.setting::<String>("label")?, None);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_reader_sees_one_state_however_long_it_looks() {
    let store = Store::temporary().unwrap();
    let writer = store.clone();
    let handle = tokio::runtime::Handle::current();
    let both = move |reader: &Reader<'_>| {
        let before: Option<i32> = reader.setting("x")?;
        handle.block_on(writer.write(|t| t.put_setting("x", &1)))?;
        Ok::<_, StoreError>((before, reader.setting::<i32>("x")?))
    };
    assert_eq!(store.read(both).await, Ok((None, None)));
    assert_eq!(store.read(|r| r.setting::<i32>("x")).await, Ok(Some(1)));
}

#[tokio::test]
async fn a_peer_is_busy_put_off_and_woken_as_a_whole() {
    within(|t| {
        let row = |peer: Option<u8>, next: u64| OutboxRow {
            id: 0,
            message_id: "m".into(),
            connection_id: None,
            exchange_id: None,
            thread_id: None,
            recipient: peer.map(verkey),
            target: json!({}),
            payload: b"{}".to_vec(),
            created_at: at(0),
            attempts: 0,
            next_attempt_at: at(next),
            expires_at: None,
            last_error: None,
            state: DUE.into(),
        };
        let first = t.push_outbox(&row(Some(1), 0))?;
        let second = t.push_outbox(&row(Some(1), 1))?;
        let other = t.push_outbox(&row(Some(2), 1))?;
        let nobody = t.push_outbox(&row(None, 2))?;
        let due = |time: u64, busy: &[Verkey]| -> Vec<i64> {
            t.outbox_due_except(at(time), busy, 10).unwrap().iter().map(|row| row.id).collect()
        };
        assert_eq!(due(2, &[]), [first, second, other, nobody]);
        assert_eq!(due(2, &[verkey(1)]), [other, nobody]);
        assert_eq!(due(2, &[verkey(1), verkey(2)]), [nobody]);
        assert_eq!(t.outbox_postpone_peer(&verkey(1), at(60))?, 2);
        assert_eq!(due(2, &[]), [other, nobody]);
        assert_eq!(t.outbox_next_due_after(at(2))?, Some(at(60)));
        t.outbox_wait(first)?;
        assert_eq!(t.outbox_wake_peer(&verkey(1), at(3))?, 2);
        assert_eq!(due(3, &[verkey(2)]), [nobody, first, second], "a peer's messages keep their order");
        assert_eq!(t.outbox_next_due_after(at(3))?, None);
        Ok(())
    })
    .await;
}
