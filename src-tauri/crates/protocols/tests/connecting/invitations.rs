//! Invitations: recorded ones, what a person may paste, and the records on both sides.

use proptest::prelude::*;
use serde_json::{Value, json};
use vouchsafe_didcomm::Message;
use vouchsafe_protocols::connection::Handshake;
use vouchsafe_protocols::connections;
use vouchsafe_protocols::out_of_band::record::{Event, State};
use vouchsafe_protocols::out_of_band::{
    Draft, Found, InlineService, Invitation, InvitationText, NotAnInvitation, OutOfBand, Service, receiver, sender,
};
use vouchsafe_protocols::{InvitationProblem, ProtocolError};

use crate::recorded::recorded;
use crate::world::*;

const INVITATIONS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/vectors/acapy/invitations.json"));

fn draft() -> Draft {
    Draft {
        label: Some("Issuer".to_owned()),
        handshake_protocols: vec![Handshake::DidExchange11, Handshake::DidExchange10],
        services: vec![Service::Inline(InlineService::of(&invitation_target()))],
        ..Draft::default()
    }
}

fn built(draft: &Draft) -> Invitation {
    World::new().with(|c| Invitation::build(draft, c)).unwrap()
}

fn found(text: &str) -> Invitation {
    match InvitationText::classify(text) {
        Found::OutOfBand(invitation) => *invitation,
        other => panic!("{other:?}"),
    }
}

fn why_not(text: &str) -> NotAnInvitation {
    match InvitationText::classify(text) {
        Found::NotAnInvitation(reason) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn acapys_invitations_are_read_and_kept_as_they_came() {
    for entry in vector(INVITATIONS).as_array().unwrap() {
        let url = entry["url"].as_str().unwrap();
        let invitation = found(url);
        assert_eq!(Value::Object(invitation.message().as_value().clone()), entry["invitation"], "{}", entry["name"]);
        let again: Invitation = serde_json::from_str(&serde_json::to_string(&invitation).unwrap()).unwrap();
        assert_eq!(again, invitation);
        let connectionless = entry["name"] == "invitation-connectionless-offer";
        assert_eq!(invitation.choose_handshake().unwrap().is_none(), connectionless);
        for message in invitation.attached_messages().unwrap() {
            assert_eq!(message.parent_thread_id(), Some(invitation.id()));
        }
    }
}

#[test]
fn ours_says_what_acapys_says() {
    let all = vector(INVITATIONS);
    let theirs = all.as_array().unwrap().iter().find(|entry| entry["name"] == "invitation-inline-accept-goal").unwrap();
    let theirs = found(theirs["url"].as_str().unwrap());
    let Service::Inline(service) = &theirs.services()[0] else { panic!("inline") };
    let ours = Draft {
        label: Some("Lbl".to_owned()),
        goal_code: Some("issue-vc".to_owned()),
        goal: Some("To issue a credential".to_owned()),
        accept: vec!["didcomm/aip1".to_owned(), "didcomm/aip2;env=rfc19".to_owned()],
        services: vec![Service::Inline(InlineService::of(&service.target()))],
        ..draft()
    };
    let ours = Invitation::build_with_id(&ours, theirs.id().to_owned()).unwrap();
    assert_eq!(serde_json::to_string(&ours).unwrap(), serde_json::to_string(&theirs).unwrap());
}

#[test]
fn one_invitation_is_found_in_every_wrapping() {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};
    let invitation = built(&draft());
    let bytes = invitation.message().to_bytes();
    let url = InvitationText::oob_url("https://agent.example/path", &invitation);
    let padded = URL_SAFE.encode(&bytes);
    let broken = format!("{}\r\n  {}", &url[..80], &url[80..]);
    for text in [
        url.clone(),
        format!("  {url}\n"),
        broken,
        format!("https://agent.example?a=b&oob={padded}"),
        format!("https://agent.example?oob={}", padded.replace('=', "%3D")),
        format!("https://agent.example/#/invite?oob={padded}"),
        format!("didcomm://invite?oob={padded}"),
        format!("didcomm://?oob={}", STANDARD.encode(&bytes)),
        padded.clone(),
        STANDARD.encode(&bytes),
        String::from_utf8(bytes.clone()).unwrap(),
        serde_json::to_string_pretty(invitation.message()).unwrap(),
    ] {
        assert_eq!(found(&text), invitation, "{text}");
    }
}

#[test]
fn a_connections_invitation_is_found_too() {
    let mut world = World::new();
    let invitation = world.with(|c| connections::Invitation::build("Issuer", &invitation_target(), None, c)).unwrap();
    let url = InvitationText::c_i_url("https://agent.example", &invitation);
    assert_eq!(InvitationText::classify(&url), Found::Connections(Box::new(invitation)));
}

#[test]
fn what_is_no_invitation_is_told_why() {
    let invitation = built(&draft());
    let url = InvitationText::oob_url("https://agent.example", &invitation);
    assert_eq!(why_not(""), NotAnInvitation::Empty);
    assert_eq!(why_not(" \n"), NotAnInvitation::Empty);
    assert_eq!(why_not("hello there"), NotAnInvitation::Unrecognised);
    assert_eq!(why_not(&"x".repeat(2_000_000)), NotAnInvitation::TooLarge);
    for length in [url.len() - 1, url.len() - 2, url.len() - 3, url.len() / 2] {
        assert_eq!(why_not(&url[..length]), NotAnInvitation::CutShort, "{length}");
    }
    let text = serde_json::to_string(&invitation).unwrap();
    assert_eq!(why_not(&text[..text.len() - 4]), NotAnInvitation::CutShort);
    let (ping, _) = recorded("connections-1.0/ping");
    assert!(matches!(why_not(&serde_json::to_string(&ping).unwrap()), NotAnInvitation::OtherMessage(_)));
    assert_eq!(
        why_not("openid-credential-offer://?credential_offer_uri=x"),
        NotAnInvitation::OtherProtocol("openid-credential-offer".to_owned())
    );
    assert!(matches!(InvitationText::classify("https://s.example/abc"), Found::ShortUrl(_)));
    let no_service = json!({
        "@type": "https://didcomm.org/out-of-band/1.1/invitation", "@id": "12345678",
        "handshake_protocols": ["https://didcomm.org/didexchange/1.1"], "services": [],
    });
    assert!(matches!(why_not(&no_service.to_string()), NotAnInvitation::Malformed(InvitationProblem::Malformed(_))));
    let next_major = no_service.to_string().replace("/1.1/invitation", "/2.0/invitation");
    assert!(matches!(why_not(&next_major), NotAnInvitation::Malformed(_)));
}

#[test]
fn the_first_handshake_that_is_spoken_here_is_chosen() {
    let with = |names: &[&str]| {
        let mut body = built(&draft()).message().as_value().clone();
        body.insert("handshake_protocols".to_owned(), json!(names));
        Invitation::read(Message::from_value(Value::Object(body)).unwrap()).unwrap()
    };
    let chosen = |names: &[&str]| with(names).choose_handshake();
    assert_eq!(
        chosen(&["https://didcomm.org/other/1.0", "https://didcomm.org/connections/1.0"]),
        Ok(Some(Handshake::Connections10))
    );
    assert_eq!(
        chosen(&["did:sov:BzCbsNYhMrjHiqZDTUASHg;spec/didexchange/1.0", "https://didcomm.org/didexchange/1.1"]),
        Ok(Some(Handshake::DidExchange10))
    );
    assert_eq!(chosen(&["https://didcomm.org/didexchange/1.7"]), Ok(Some(Handshake::DidExchange11)));
    assert!(matches!(chosen(&["https://didcomm.org/didexchange/2.0"]), Err(ProtocolError::PeerIncompatible { .. })));
}

fn sender_record(world: &mut World, draft: &Draft, multi_use: bool) -> OutOfBand {
    let invitation = world.with(|c| Invitation::build(draft, c)).unwrap();
    world.with(|c| sender::create(invitation, Some("c-1".to_owned()), key(INVITATION_SEED).verkey(), multi_use, c))
}

#[test]
fn used_expired_and_deleted_are_told_apart() {
    let mut world = World::new();
    let request = sender::Input::Request { connection_id: "c-1" };
    let record = sender_record(&mut world, &draft(), false);
    assert_eq!(record.state.word(), "await-response");
    let used = world.with(|c| sender::advance(&record, request, c)).unwrap();
    assert_eq!((used.record.state.word(), used.event), ("done", Some(Event::Used)));
    let problem = |outcome: Result<_, ProtocolError>| match outcome {
        Err(ProtocolError::Invitation { problem, .. }) => problem,
        other => panic!("{other:?}"),
    };
    assert_eq!(problem(world.with(|c| sender::advance(&used.record, request, c))), InvitationProblem::Used);

    let at = "2026-11-23T11:59:59Z".parse().unwrap();
    let late = sender_record(&mut world, &Draft { expires_at: Some(at), ..draft() }, true);
    assert_eq!(problem(world.with(|c| sender::advance(&late, request, c))), InvitationProblem::Expired { at });
    let received = late.invitation.clone();
    assert_eq!(problem(world.with(|c| receiver::receive(received, c))), InvitationProblem::Expired { at });

    let deleted = world.with(|c| sender::advance(&record, sender::Input::Delete, c)).unwrap().record;
    assert_eq!(problem(world.with(|c| sender::advance(&deleted, request, c))), InvitationProblem::Unknown);

    let many = sender_record(&mut world, &draft(), true);
    let once = world.with(|c| sender::advance(&many, request, c)).unwrap().record;
    assert!(world.with(|c| sender::advance(&once, request, c)).is_ok());
}

#[test]
fn a_connection_is_reused_as_acapy_does() {
    let mut world = World::new();
    let ours = sender_record(&mut world, &draft(), false);
    let theirs = world.with(|c| receiver::receive(ours.invitation.clone(), c)).unwrap().record;
    assert_eq!(theirs.state, State::Initial);
    let step = world.with(|c| receiver::advance(&theirs, receiver::Input::Reuse { connection_id: "old" }, c)).unwrap();
    assert_eq!(step.record.state.word(), "await-response");
    let reuse = &step.send[0];
    let (recorded_reuse, _) = recorded("reuse-did-peer-4/handshake-reuse");
    assert_eq!(reuse.message_type(), recorded_reuse.message_type());
    assert_eq!((reuse.thread_id(), reuse.parent_thread_id()), (reuse.id(), Some(ours.invi_msg_id.as_str())));

    let unknown = sender::Input::Reuse { message: reuse, connection: None };
    let error = world.with(|c| sender::advance(&ours, unknown, c)).unwrap_err();
    assert_eq!(error.report().unwrap().code, "no_existing_connection");
    let input = sender::Input::Reuse { message: reuse, connection: Some(("known", true)) };
    let accepted = world.with(|c| sender::advance(&ours, input, c)).unwrap();
    assert_eq!(accepted.record.state.word(), "done");
    let answer = &accepted.send[0];
    assert_eq!(answer.thread(), reuse.thread());
    let done = world.with(|c| receiver::advance(&step.record, receiver::Input::ReuseAccepted(answer), c)).unwrap();
    assert_eq!(done.record.state.word(), "reuse-accepted");

    let refused = world.with(|c| receiver::advance(&step.record, receiver::Input::NoAnswer, c)).unwrap();
    assert_eq!(refused.event, Some(Event::ReuseNotAccepted));
    let connecting = receiver::Input::Connecting { connection_id: "new" };
    assert_eq!(world.with(|c| receiver::advance(&refused.record, connecting, c)).unwrap().record.state, State::Done);
}

#[test]
fn records_come_back_from_the_store() {
    let mut world = World::new();
    let record = sender_record(&mut world, &draft(), false);
    let back: OutOfBand = serde_json::from_str(&serde_json::to_string(&record).unwrap()).unwrap();
    assert_eq!(back, record);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_the_classifier_panic(text in ".{0,300}") {
        let _ = InvitationText::classify(&text);
        let _ = InvitationText::classify(&format!("https://a.example?oob={text}"));
        let _ = InvitationText::classify(&format!("{{{text}"));
    }

    #[test]
    fn every_draft_survives_its_link(
        label in proptest::option::of(".{0,60}"),
        goal in proptest::option::of("[^\\p{C}]{0,60}"),
        version_1_0 in any::<bool>(),
    ) {
        let draft = Draft { label, goal, version_1_0, ..draft() };
        let invitation = built(&draft);
        prop_assert_eq!(found(&InvitationText::oob_url("https://a.example/x", &invitation)), invitation);
    }

    #[test]
    fn a_link_cut_anywhere_is_never_taken_for_whole(cut in 40_usize..400) {
        let url = InvitationText::oob_url("https://agent.example", &built(&draft()));
        let text = &url[..cut.min(url.len() - 1)];
        prop_assert!(matches!(InvitationText::classify(text), Found::NotAnInvitation(_)));
    }
}
