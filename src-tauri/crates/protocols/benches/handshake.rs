//! The pure steps of a whole DID Exchange 1.1, both sides, from the invitation to `completed`: what the state machines
//! cost without resolving, packing and storing. The signature over the rotation is made once beforehand.
#![allow(missing_docs, clippy::expect_used, clippy::indexing_slicing, clippy::similar_names, reason = "bench")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use vouchsafe_didcomm::{Attachment, SigningKey};
use vouchsafe_protocols::Context;
use vouchsafe_protocols::connection::{
    Accept, Connection, Handshake, InvitationMode, Party, ReceivedInvitation, SentInvitation,
};
use vouchsafe_protocols::did_exchange::{Response, Rotation, Signatures, Verified, requester, responder};

struct Fixture {
    sent: SentInvitation,
    received: ReceivedInvitation,
    acceptance: requester::Acceptance,
    answer: responder::Answer,
    of_invitee: Verified,
    of_inviter: Verified,
}

fn fixture() -> Fixture {
    let invitation_key = SigningKey::from_seed(&[1; 32]);
    let party = |seed: u8| {
        let verkey = SigningKey::from_seed(&[seed; 32]).verkey();
        Party {
            did: verkey.to_did_key(),
            verkey,
            endpoint: Some("http://agent.example".to_owned()),
            recipient_keys: vec![verkey],
            routing_keys: Vec::new(),
        }
    };
    let (inviter, invitee, invited) = (party(2), party(3), party(1));
    let mut rotation = Attachment::base64("rotate", "text/string", inviter.did.as_bytes());
    rotation.sign(&invitation_key).expect("signs");
    let rotated = Rotation { did: inviter.did.clone(), signer: invitation_key.verkey() };
    Fixture {
        sent: SentInvitation {
            offered: vec![Handshake::DidExchange11],
            invitation_msg_id: Some("invitation".to_owned()),
            invitation_did: None,
            invitation_key: invitation_key.verkey(),
            mode: InvitationMode::Once,
            alias: None,
            my_label: None,
            accept: Accept::Auto,
            metadata: serde_json::Map::new(),
        },
        received: ReceivedInvitation {
            protocol: Handshake::DidExchange11,
            invitation_msg_id: Some("invitation".to_owned()),
            invitation_did: None,
            target: invited.target(),
            label: Some("Issuer".to_owned()),
            alias: None,
            my_label: None,
            accept: Accept::Auto,
            metadata: serde_json::Map::new(),
        },
        acceptance: requester::Acceptance {
            my: invitee.clone(),
            label: "Holder".to_owned(),
            did_doc: None,
            goal_code: None,
            goal: None,
        },
        answer: responder::Answer { my: inviter.clone(), did_doc: None, did_rotate: Some(rotation) },
        of_invitee: Verified { sender: Some(invitee.verkey), their: invitee, signatures: Signatures::default() },
        of_inviter: Verified {
            sender: Some(inviter.verkey),
            their: inviter,
            signatures: Signatures { did_doc_signer: None, did_rotate: Some(rotated) },
        },
    }
}

fn handshake(fixture: &Fixture) -> (Connection, Connection) {
    let mut counter = 0_u64;
    let mut ids = || {
        counter += 1;
        format!("00000000-0000-4000-8000-{counter:012}")
    };
    let context = &mut Context::new(Timestamp::UNIX_EPOCH, &mut ids);
    let inviter = Connection::invite(fixture.sent.clone(), context);
    let invitee = requester::receive_invitation(fixture.received.clone(), context).expect("received").record;
    let asked = requester::advance(&invitee, requester::Input::Accept(&fixture.acceptance), context).expect("asked");
    let input = responder::Input::Request { message: &asked.send[0], verified: &fixture.of_invitee };
    let inviter = responder::advance(&inviter, input, context).expect("request").record;
    let answered = responder::advance(&inviter, responder::Input::Accept(&fixture.answer), context).expect("answered");
    let input = requester::Input::Response { message: &answered.send[0], verified: &fixture.of_inviter };
    let completed = requester::advance(&asked.record, input, context).expect("response");
    let input = responder::Input::Complete(&completed.send[0]);
    let inviter = responder::advance(&answered.record, input, context).expect("complete").record;
    (inviter, completed.record)
}

fn bench(criterion: &mut Criterion) {
    let fixture = fixture();
    criterion.bench_function("did exchange 1.1, all steps of both sides", |bencher| {
        bencher.iter(|| black_box(handshake(black_box(&fixture))));
    });
    let response = {
        let mut ids = || "00000000-0000-4000-8000-000000000000".to_owned();
        let context = &mut Context::new(Timestamp::UNIX_EPOCH, &mut ids);
        let inviter = Connection::invite(fixture.sent.clone(), context);
        let invitee = requester::receive_invitation(fixture.received.clone(), context).expect("received").record;
        let asked =
            requester::advance(&invitee, requester::Input::Accept(&fixture.acceptance), context).expect("asked");
        let input = responder::Input::Request { message: &asked.send[0], verified: &fixture.of_invitee };
        let inviter = responder::advance(&inviter, input, context).expect("request").record;
        responder::advance(&inviter, responder::Input::Accept(&fixture.answer), context).expect("answered").send[0]
            .clone()
    };
    criterion.bench_function("did exchange response, read and verify", |bencher| {
        bencher.iter(|| Response::read(black_box(&response)).expect("reads").presented.verify().expect("verifies"));
    });
}

criterion_group!(benches, bench);
criterion_main!(benches);
