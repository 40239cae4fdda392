//! Ping, message, features, rotation.

use serde_json::json;
use vouchsafe_didcomm::Message;
use vouchsafe_protocols::connection::{Connection, Handshake, HandshakeState, InvitationMode, Party};
use vouchsafe_protocols::discover_features::{Feature, Query};
use vouchsafe_protocols::{basic_message, did_exchange, did_rotate, discover_features, trust_ping};

use crate::recorded::recorded;
use crate::world::*;

#[test]
fn a_ping_is_answered_if_it_wants_to_be() {
    let (ping, _) = recorded("connections-1.0/ping");
    let (event, answer) = World::new().with(|c| trust_ping::receive(&ping, c)).unwrap();
    let answer = answer.unwrap();
    assert_eq!(
        event,
        trust_ping::Event::PingReceived { thid: ping.id().to_owned(), comment: Some("hi".to_owned()), answered: true }
    );
    let (recorded_answer, _) = recorded("connections-1.0/ping_response");
    assert_eq!(answer.message_type(), recorded_answer.message_type());
    assert_eq!(answer.thread(), recorded_answer.thread());
    let quiet = World::new().with(|c| trust_ping::ping(None, false, c)).unwrap();
    assert!(World::new().with(|c| trust_ping::receive(&quiet, c)).unwrap().1.is_none());
    let (event, _) = World::new().with(|c| trust_ping::receive(&answer, c)).unwrap();
    assert!(matches!(event, trust_ping::Event::ResponseReceived { .. }));
}

#[test]
fn a_message_is_text_with_a_time() {
    let (message, _) = recorded("basicmessage");
    let read = basic_message::receive(&message).unwrap();
    assert_eq!(read.content, "Hello over DIDComm");
    assert_eq!(read.sent_time.unwrap().to_string(), "2026-11-23T09:45:39.666376Z");
    let ours = World::new().with(|c| basic_message::message("hi", c)).unwrap();
    assert_eq!(basic_message::receive(&ours).unwrap().content, "hi");
    assert!(World::new().with(|c| basic_message::message(&"x".repeat(100_000), c)).is_err());
}

#[test]
fn features_are_disclosed_as_they_match() {
    let own = [
        Feature::protocol("https://didcomm.org/didexchange/1.1"),
        Feature::protocol("https://didcomm.org/trust_ping/1.0"),
        Feature::goal_code("aries.vc.issue"),
    ];
    let ask = |matching: &str| {
        let query = Query { feature_type: "protocol".to_owned(), matching: matching.to_owned() };
        let question = World::new().with(|c| discover_features::queries(vec![query], c)).unwrap();
        let (_, answer) = World::new().with(|c| discover_features::receive(&question, &own, c)).unwrap();
        answer.unwrap().as_value()["disclosures"].as_array().unwrap().len()
    };
    assert_eq!((ask("*"), ask("https://didcomm.org/didexchange/*"), ask("https://didcomm.org/other/1.0")), (2, 1, 0));
    let (disclosures, _) = recorded("discover-features/disclosures");
    let (event, answer) = World::new().with(|c| discover_features::receive(&disclosures, &own, c)).unwrap();
    assert!(answer.is_none());
    let discover_features::Event::DisclosuresReceived { disclosures, thid } = event else { panic!("disclosures") };
    assert_eq!((disclosures.len(), thid.as_str()), (38, "x6"));
    let old = Message::build("https://didcomm.org/discover-features/1.0/query", "q-000001", &json!({ "query": "*" }));
    let (_, answer) = World::new().with(|c| discover_features::receive(&old.unwrap(), &own, c)).unwrap();
    assert_eq!(answer.unwrap().as_value()["protocols"].as_array().unwrap().len(), 2);
}

fn completed() -> Connection {
    let mut connection =
        World::new().with(|c| Connection::invite(sent(vec![Handshake::DidExchange11], InvitationMode::Once), c));
    connection.handshake = HandshakeState::Responder(did_exchange::responder::State::Completed);
    connection.my = Some(party(INVITER_SEED, true));
    connection.their = Some(party(INVITEE_SEED, true));
    connection
}

#[test]
fn a_rotation_takes_effect_when_it_is_acknowledged() {
    let mut world = World::new();
    let (ours, theirs) = (completed(), completed());
    let to = Party::own("did:key:zNew", key(9).verkey());
    let (rotation, message) = world.with(|c| did_rotate::rotate(&ours, None, to.clone(), c)).unwrap();
    assert!(world.with(|c| did_rotate::rotate(&ours, Some(&rotation), to.clone(), c)).is_err());
    assert_eq!(did_rotate::rotate_to(&message).unwrap(), "did:key:zNew");
    assert!(world.with(|c| did_rotate::they_rotate(&theirs, &message, party(STRANGER_SEED, true), c)).is_err());
    let step = world.with(|c| did_rotate::they_rotate(&theirs, &message, to.clone(), c)).unwrap();
    assert_eq!(step.record.their.unwrap().verkey, key(9).verkey());
    let step = world.with(|c| did_rotate::settle(&ours, &rotation, &step.send[0], c)).unwrap();
    assert_eq!((step.record.my, step.event), (Some(to), Some(did_rotate::Event::Rotated)));
    let refusal = world
        .with(|c| did_rotate::refuse(&message, did_rotate::problem::UNRESOLVABLE, "Cannot resolve it.", c))
        .unwrap();
    let step = world.with(|c| did_rotate::settle(&ours, &rotation, &refusal, c)).unwrap();
    assert_eq!(step.record, ours);
    let (hangup, _) = world.with(|c| did_rotate::hang_up(&ours, c)).unwrap();
    assert_eq!(did_rotate::they_hang_up(&hangup), Ok(did_rotate::Event::HungUp { by_peer: true }));
}
