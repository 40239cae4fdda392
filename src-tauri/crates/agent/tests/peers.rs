//! What a person decides about a peer: a blocked one is neither heard nor told, and names that could be taken for one
//! another are found.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use std::time::Duration;

use support::{connect, invitation, policy, until, wallet};
use vouchsafe_agent::connect::look_alikes;
use vouchsafe_agent::{Agent, AgentError, Page};
use vouchsafe_protocols::connection::Handshake;
use vouchsafe_store::HistoryFilter;

async fn texts(agent: &Agent, connection: &str) -> Vec<String> {
    agent.messages(connection, Page::default()).await.unwrap().into_iter().map(|message| message.content).collect()
}

async fn unread(agent: &Agent, connection: &str) -> (u64, u64) {
    let id = connection.to_owned();
    agent.store().read(move |reader| reader.count_basic_messages(&id)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blocked_peer_is_not_heard_and_not_told_until_it_is_unblocked() {
    let (one, other) = (wallet("One", policy()).await, wallet("Other", policy()).await);
    let (ours, theirs) = connect(&one, &other, invitation(Handshake::DidExchange11)).await;
    one.block_connection(&ours.id).await.unwrap();
    one.block_connection(&ours.id).await.unwrap();
    assert_eq!(one.blocked_connections(Page::default()).await.unwrap(), std::slice::from_ref(&ours.id));

    other.send_message(&theirs.id, "let me in".to_owned()).await.unwrap();
    other.send_ping(&theirs.id, None).await.unwrap();
    other.hangup(&theirs.id).await.unwrap();
    // All three were taken off the peer's hands.
    until("the peer has nothing left to send", || async {
        let id = theirs.id.clone();
        let left = other.store().read(move |reader| reader.outbox_for_connection(&id)).await.unwrap();
        left.is_empty().then_some(())
    })
    .await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(texts(&one, &ours.id).await.is_empty());
    one.connection(&ours.id).await.expect("a blocked peer's hangup changes nothing");
    let refused = one.send_message(&ours.id, "no".to_owned()).await.unwrap_err();
    assert!(matches!(refused, AgentError::NotNow { .. }), "{refused}");

    one.unblock_connection(&ours.id).await.unwrap();
    assert!(one.blocked_since(&ours.id).await.unwrap().is_none());
    let id = ours.id.clone();
    let lines = one
        .store()
        .read(move |reader| {
            reader.history(&HistoryFilter { connection_id: Some(id), ..HistoryFilter::default() }, Page::newest(10))
        })
        .await
        .unwrap();
    let told: Vec<_> = lines.iter().map(|line| line.what.as_str()).filter(|what| what.ends_with("blocked")).collect();
    assert_eq!(told, ["unblocked", "blocked"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_are_counted_until_they_are_read_and_go_with_their_connection() {
    let (one, other) = (wallet("One", policy()).await, wallet("Other", policy()).await);
    let (ours, theirs) = connect(&one, &other, invitation(Handshake::DidExchange11)).await;
    other.send_message(&theirs.id, "one".to_owned()).await.unwrap();
    other.send_message(&theirs.id, "two".to_owned()).await.unwrap();
    until("both have come", || async { (unread(&one, &ours.id).await == (2, 2)).then_some(()) }).await;
    assert_eq!(unread(&other, &theirs.id).await, (2, 0), "one's own are not unread");
    one.read_messages(&ours.id).await.unwrap();
    assert_eq!(unread(&one, &ours.id).await, (2, 0));
    one.delete_connection(&ours.id).await.unwrap();
    assert_eq!(unread(&one, &ours.id).await, (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_could_be_taken_for_a_known_one_is_found() {
    let desk = wallet("Me", policy()).await;
    let (library, museum) = (wallet("City Library", policy()).await, wallet("Museum", policy()).await);
    let (_, to_library) = connect(&library, &desk, invitation(Handshake::DidExchange11)).await;
    let (_, to_museum) = connect(&museum, &desk, invitation(Handshake::DidExchange11)).await;
    desk.rename_connection(&to_museum.id, Some("Aunt Polly".to_owned())).await.unwrap();
    let forger = wallet("C\u{456}ty Library", policy()).await;
    let (_, to_forger) = connect(&forger, &desk, invitation(Handshake::DidExchange11)).await;

    let like = async |name: &'static str, except: Option<&str>| {
        let except = match except {
            Some(id) => Some(desk.connection(id).await.unwrap()),
            None => None,
        };
        let found = desk
            .store()
            .read(move |reader| Ok::<_, vouchsafe_store::StoreError>(look_alikes(reader, name, except.as_ref())));
        found.await.unwrap().unwrap()
    };
    let found = like("C\u{456}ty Library", Some(&to_forger.id)).await;
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].connection.id.as_str(), found[0].name.as_str(), found[0].same),
        (to_library.id.as_str(), "City Library", true)
    );
    assert!(like("City Library", Some(&to_library.id)).await.is_empty(), "the older one is not the look-alike");
    // The person's own name counts, the one that it gives itself still does, and a letter too many hides nothing.
    assert_eq!(like("aunt polly", None).await[0].connection.id, to_museum.id);
    assert_eq!(like("MUSEUM", None).await[0].connection.id, to_museum.id);
    assert!(!like("Auntt Polly", None).await[0].same);
    assert!(like("Uncle Polly", None).await.is_empty());
    desk.delete_connection(&to_library.id).await.unwrap();
    assert!(like("City Library", Some(&to_forger.id)).await.is_empty());
}
