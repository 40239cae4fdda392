//! A peer that lays claim to the messages of another: where a wallet is known to both by one DID, only the keys tell
//! them apart.

use serde_json::json;
use vouchsafe_agent::Agent;
use vouchsafe_agent::Page;
use vouchsafe_agent::connect::{AcceptRequest, CreateInvitation};
use vouchsafe_agent::wallet_dids::CreateDid;
use vouchsafe_protocols::connection::{Connection, Handshake};

use super::forger::{Forger, message};
use super::support::{automatically, connection_in, invitation, policy, until, wallet};

/// Connects `other` to the public DID of `one`; both records.
async fn connect_publicly(one: &Agent, other: &Agent) -> (Connection, Connection) {
    let wanted = CreateInvitation { auto_accept: Some(false), ..invitation(Handshake::DidExchange11) };
    let sent = one.create_invitation(wanted).await.unwrap();
    let value = serde_json::to_value(&sent.invitation).unwrap();
    other.receive_invitation(value, automatically()).await.unwrap();
    let asked = connection_in(one, &sent.invi_msg_id, "request-received").await;
    let wanted = AcceptRequest { use_public_did: true, ..AcceptRequest::default() };
    one.accept_request(&asked.id, wanted).await.unwrap();
    let theirs = connection_in(other, &sent.invi_msg_id, "completed").await;
    (connection_in(one, &sent.invi_msg_id, "completed").await, theirs)
}

async fn texts(agent: &Agent, connection: &Connection) -> Vec<String> {
    let kept = agent.messages(&connection.id, Page::ALL).await.unwrap();
    kept.into_iter().map(|text| text.content).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_moves_to_the_did_of_another_is_not_taken_for_it() {
    let (one, ada) = (wallet("One", policy()).await, wallet("Ada", policy()).await);
    let mallory = wallet("Mallory", policy()).await;
    let method =
        || CreateDid { method: "did:peer:4".to_owned(), key_type: "ed25519".to_owned(), ..CreateDid::default() };
    let public = one.create_did(method()).await.unwrap();
    one.set_public_did(&public.did).await.unwrap();
    let (with_ada, adas) = connect_publicly(&one, &ada).await;
    let (with_mallory, mallorys) = connect_publicly(&one, &mallory).await;
    let forger = Forger::of(&mallory, &mallorys).await;
    let to = json!({"to_did": adas.my.as_ref().unwrap().did});
    assert_eq!(forger.say(&message("https://didcomm.org/did-rotate/1.0/rotate", None, &to)).await, 200);

    assert_eq!(one.connection(&with_mallory.id).await.unwrap().their, with_mallory.their, "it stays where it was");
    ada.send_message(&adas.id, "from Ada".to_owned()).await.unwrap();
    until("Ada is heard", || async { (!texts(&one, &with_ada).await.is_empty()).then_some(()) }).await;
    assert_eq!(texts(&one, &with_ada).await, ["from Ada"]);
    assert!(texts(&one, &with_mallory).await.is_empty());
    // Its own DID it may change as before.
    let did = mallory.rotate_did(&mallorys.id, None).await.unwrap();
    until("it has moved", || async {
        (one.connection(&with_mallory.id).await.unwrap().their.unwrap().did == did).then_some(())
    })
    .await;
}
