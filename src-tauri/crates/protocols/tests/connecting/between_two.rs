//! Whole handshakes between two wallets in memory.

use vouchsafe_didcomm::Message;
use vouchsafe_protocols::connection::{Connection, Event, Handshake, InvitationMode, SentInvitation};
use vouchsafe_protocols::connections::{invitee, inviter};
use vouchsafe_protocols::did_exchange::{requester, responder};
use vouchsafe_protocols::{InvitationProblem, ProtocolError};

use crate::world::*;

fn request(world: &mut World, protocol: Handshake) -> (Connection, Message) {
    let record = world.with(|c| requester::receive_invitation(received(protocol), c)).unwrap().record;
    assert_eq!((record.rfc160_state(), record.rfc23_state()), ("invitation", "invitation-received"));
    assert_eq!(record.their_target(), Some(invitation_target()));
    let step = world.with(|c| requester::advance(&record, requester::Input::Accept(&acceptance(protocol)), c)).unwrap();
    assert_eq!(step.event, Some(Event::RequestSent));
    (stored(&step.record), step.send[0].clone())
}

fn asked(world: &mut World, inviter: &Connection, message: &Message) -> Result<Connection, ProtocolError> {
    let verified = gathered(message, key(INVITEE_SEED).verkey()).unwrap();
    let input = responder::Input::Request { message, verified: &verified };
    world.with(|c| responder::advance(inviter, input, c)).map(|step| stored(&step.record))
}

fn answered(world: &mut World, inviter: &Connection, protocol: Handshake) -> (Connection, Message) {
    let answer = answer(protocol, INVITATION_SEED);
    let step = world.with(|c| responder::advance(inviter, responder::Input::Accept(&answer), c)).unwrap();
    (stored(&step.record), step.send[0].clone())
}

#[test]
fn did_exchange_completes_in_both_versions() {
    for protocol in [Handshake::DidExchange10, Handshake::DidExchange11] {
        let mut world = World::new();
        let inviter = world.with(|c| Connection::invite(sent(vec![protocol], InvitationMode::Once), c));
        assert_eq!((inviter.rfc160_state(), inviter.rfc23_state()), ("invitation", "invitation-sent"));
        let (invitee, asking) = request(&mut world, protocol);
        let inviter = asked(&mut world, &inviter, &asking).unwrap();
        assert_eq!(inviter.rfc23_state(), "request-received");
        assert_eq!(inviter.their_label.as_deref(), Some("Holder"));
        assert!(!inviter.is_ready());
        let (inviter, response) = answered(&mut world, &inviter, protocol);
        assert_eq!(inviter.rfc23_state(), "response-sent");
        assert!(inviter.is_ready());
        let verified = gathered(&response, key(INVITER_SEED).verkey()).unwrap();
        let input = requester::Input::Response { message: &response, verified: &verified };
        let step = world.with(|c| requester::advance(&invitee, input, c)).unwrap();
        assert_eq!(step.event, Some(Event::Completed));
        assert_eq!((step.record.rfc160_state(), step.record.rfc23_state()), ("active", "completed"));
        let complete = &step.send[0];
        assert_eq!(complete.thread_id(), asking.id());
        assert_eq!(complete.parent_thread_id(), Some("the-invitation"));
        let step = world.with(|c| responder::advance(&inviter, responder::Input::Complete(complete), c)).unwrap();
        assert!(step.record.is_completed());
        assert_eq!(step.record.protocol, Some(protocol));
    }
}

#[test]
fn a_single_use_invitation_is_used_up_once() {
    let protocol = Handshake::DidExchange11;
    let mut world = World::new();
    let inviter = world.with(|c| Connection::invite(sent(vec![protocol], InvitationMode::Once), c));
    let (_, first) = request(&mut world, protocol);
    let (_, second) = request(&mut world, protocol);
    let taken = asked(&mut world, &inviter, &first).unwrap();
    assert_eq!(asked(&mut world, &taken, &first), Ok(taken.clone()), "the same request again changes nothing");
    let error = asked(&mut world, &taken, &second).unwrap_err();
    assert!(matches!(&error, ProtocolError::Invitation { problem: InvitationProblem::Used, .. }), "{error}");
    assert_eq!(error.report().unwrap().code, "request_not_accepted");
}

#[test]
fn a_multi_use_invitation_makes_a_connection_for_each_request() {
    let protocol = Handshake::DidExchange11;
    let mut world = World::new();
    let both = vec![protocol, Handshake::DidExchange10];
    let inviter = world.with(|c| Connection::invite(sent(both, InvitationMode::Multi), c));
    assert_eq!(inviter.protocol, None, "the choice is the other side's");
    let (_, first) = request(&mut world, protocol);
    let (_, second) = request(&mut world, Handshake::DidExchange10);
    let one = asked(&mut world, &inviter, &first).unwrap();
    let other = asked(&mut world, &inviter, &second).unwrap();
    assert!(one.id != inviter.id && other.id != inviter.id && one.id != other.id);
    assert_eq!(one.invitation_mode, InvitationMode::Once);
    assert_eq!((one.protocol, other.protocol), (Some(protocol), Some(Handshake::DidExchange10)));
}

#[test]
fn a_response_that_the_invitations_key_does_not_vouch_for_is_refused() {
    for protocol in [Handshake::DidExchange10, Handshake::DidExchange11] {
        let mut world = World::new();
        let inviter = world.with(|c| Connection::invite(sent(vec![protocol], InvitationMode::Once), c));
        let (invitee, asking) = request(&mut world, protocol);
        let inviter = asked(&mut world, &inviter, &asking).unwrap();
        let forged = answer(protocol, STRANGER_SEED);
        let response =
            world.with(|c| responder::advance(&inviter, responder::Input::Accept(&forged), c)).unwrap().send[0].clone();
        let verified = gathered(&response, key(INVITER_SEED).verkey()).unwrap();
        let input = requester::Input::Response { message: &response, verified: &verified };
        let error = world.with(|c| requester::advance(&invitee, input, c)).unwrap_err();
        assert!(matches!(error, ProtocolError::PeerMisbehaved { .. }), "{error}");
        assert_eq!(error.report().unwrap().code, "response_not_accepted");

        let (_, honest) = answered(&mut world, &inviter, protocol);
        let mut verified = gathered(&honest, key(STRANGER_SEED).verkey()).unwrap();
        verified.their = party(INVITER_SEED, protocol == Handshake::DidExchange11);
        let input = requester::Input::Response { message: &honest, verified: &verified };
        assert!(world.with(|c| requester::advance(&invitee, input, c)).is_err(), "sent from another key");
    }
}

#[test]
fn an_unsigned_document_is_neither_taken_nor_sent() {
    let protocol = Handshake::DidExchange10;
    let mut world = World::new();
    let record = world.with(|c| requester::receive_invitation(received(protocol), c)).unwrap().record;
    let mut bare = acceptance(protocol);
    bare.did_doc.as_mut().unwrap().data.jws = None;
    let refused = world.with(|c| requester::advance(&record, requester::Input::Accept(&bare), c));
    assert!(matches!(refused, Err(ProtocolError::Unsendable(_))));

    let inviter = world.with(|c| Connection::invite(sent(vec![protocol], InvitationMode::Once), c));
    let (_, asking) = request(&mut world, protocol);
    let mut verified = gathered(&asking, key(INVITEE_SEED).verkey()).unwrap();
    verified.signatures.did_doc_signer = None;
    let input = responder::Input::Request { message: &asking, verified: &verified };
    assert!(world.with(|c| responder::advance(&inviter, input, c)).is_err());
}

#[test]
fn an_implied_invitation_is_named_by_the_public_did() {
    let protocol = Handshake::DidExchange11;
    let mut world = World::new();
    let public = key(INVITATION_SEED).verkey().to_did_key();
    let mut implied = received(protocol);
    implied.invitation_msg_id = None;
    implied.invitation_did = Some(public.clone());
    let record = world.with(|c| requester::receive_invitation(implied, c)).unwrap().record;
    let step = world.with(|c| requester::advance(&record, requester::Input::Accept(&acceptance(protocol)), c)).unwrap();
    assert_eq!(step.send[0].parent_thread_id(), Some(public.as_str()));
    let inviter = world.with(|c| {
        let invitation = SentInvitation {
            invitation_msg_id: None,
            invitation_did: Some(public.clone()),
            ..sent(Vec::new(), InvitationMode::Multi)
        };
        Connection::invite(invitation, c)
    });
    assert!(inviter.is_invited_by(&format!("{public}#didcomm-0")));
    let inviter = asked(&mut world, &inviter, &step.send[0]).unwrap();
    // The answer is by the public DID itself: nothing rotates, and the sender's key is the invitation's.
    let mut answer = answer(protocol, INVITATION_SEED);
    answer.my = party(INVITATION_SEED, true);
    answer.did_rotate = None;
    let answered = world.with(|c| responder::advance(&inviter, responder::Input::Accept(&answer), c)).unwrap();
    let response = &answered.send[0];
    let verified = gathered(response, key(INVITATION_SEED).verkey()).unwrap();
    let input = requester::Input::Response { message: response, verified: &verified };
    assert!(world.with(|c| requester::advance(&step.record, input, c)).unwrap().record.is_completed());
}

#[test]
fn a_rejected_request_abandons_both_sides_with_the_reason() {
    let protocol = Handshake::DidExchange11;
    let mut world = World::new();
    let inviter = world.with(|c| Connection::invite(sent(vec![protocol], InvitationMode::Once), c));
    let (invitee, asking) = request(&mut world, protocol);
    let inviter = asked(&mut world, &inviter, &asking).unwrap();
    let step = world.with(|c| responder::advance(&inviter, responder::Input::Reject("We are closed."), c)).unwrap();
    assert!(step.record.is_abandoned());
    assert_eq!(step.send[0].message_type().to_string(), "https://didcomm.org/didexchange/1.1/problem_report");
    let step = world.with(|c| requester::advance(&invitee, requester::Input::ProblemReport(&step.send[0]), c)).unwrap();
    assert_eq!(step.record.rfc160_state(), "abandoned");
    assert_eq!(step.record.error_msg.as_deref(), Some("We are closed. (request_not_accepted)"));
}

#[test]
fn connections_1_0_completes_by_the_invitees_ping() {
    let mut world = World::new();
    let inviter_record =
        world.with(|c| Connection::invite(sent(vec![Handshake::Connections10], InvitationMode::Once), c));
    let invitee_record =
        world.with(|c| invitee::receive_invitation(received(Handshake::Connections10), c)).unwrap().record;
    let step = world
        .with(|c| invitee::advance(&invitee_record, invitee::Input::Accept(&connections_acceptance()), c))
        .unwrap();
    let (invitee_record, asking) = (stored(&step.record), step.send[0].clone());
    let verified = gathered_connections(&asking, key(INVITEE_SEED).verkey()).unwrap();
    let input = inviter::Input::Request { message: &asking, verified: &verified };
    let inviter_record = stored(&world.with(|c| inviter::advance(&inviter_record, input, c)).unwrap().record);
    assert_eq!(inviter_record.rfc23_state(), "request-received");

    let forged = connections_answer(&world, STRANGER_SEED);
    assert!(world.with(|c| inviter::advance(&inviter_record, inviter::Input::Accept(&forged), c)).is_err());
    let answer = connections_answer(&world, INVITATION_SEED);
    let step = world.with(|c| inviter::advance(&inviter_record, inviter::Input::Accept(&answer), c)).unwrap();
    let (inviter_record, response) = (stored(&step.record), step.send[0].clone());
    assert_eq!((inviter_record.rfc160_state(), inviter_record.is_ready()), ("response", true));

    let mut verified = gathered_connections(&response, key(INVITER_SEED).verkey()).unwrap();
    verified.signer = Some(key(STRANGER_SEED).verkey());
    let input = invitee::Input::Response { message: &response, verified: &verified };
    assert!(world.with(|c| invitee::advance(&invitee_record, input, c)).is_err());
    let verified = gathered_connections(&response, key(INVITER_SEED).verkey()).unwrap();
    let input = invitee::Input::Response { message: &response, verified: &verified };
    let step = world.with(|c| invitee::advance(&invitee_record, input, c)).unwrap();
    assert!(step.record.is_completed());
    assert!(step.send[0].message_type().is("trust_ping", 1, "ping"));
    let step = world.with(|c| inviter::advance(&inviter_record, inviter::Input::AnyMessage, c)).unwrap();
    assert!(step.record.is_completed());
}

#[test]
fn a_peer_speaks_from_the_key_that_it_has_shown_and_not_from_one_that_its_document_names() {
    let protocol = Handshake::DidExchange11;
    let mut world = World::new();
    let inviter = world.with(|c| Connection::invite(sent(vec![protocol], InvitationMode::Once), c));
    let (_, asking) = request(&mut world, protocol);
    let (shown, anothers) = (key(INVITEE_SEED).verkey(), key(STRANGER_SEED).verkey());
    let mut verified = gathered(&asking, shown).unwrap();
    verified.their.verkey = anothers;
    verified.their.recipient_keys = vec![anothers, shown];
    let input = responder::Input::Request { message: &asking, verified: &verified };
    let their = world.with(|c| responder::advance(&inviter, input, c)).unwrap().record.their.unwrap();
    assert_eq!(their.verkey, shown);
    assert_eq!(their.target().recipient_keys, [anothers, shown], "where it wants its messages is its own business");
}
