//! The six steps between two wallets over real sockets: every handshake, every start, every way that an invitation can
//! say where to answer.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use support::{
    automatic, automatically, connect, connection_in, credential, detail, did_key, exchange_in, invitation, policy,
    silent_wallet, start, wallet, wallet_on,
};
use vouchsafe_agent::connect::{
    AcceptInvitation, AcceptRequest, CreateInvitation, DidMethod, InvitationAttachment, ReceiveInvitation,
};
use vouchsafe_agent::issue::RequestCredential;
use vouchsafe_agent::{Agent, Page};
use vouchsafe_protocols::connection::{Connection, Handshake};
use vouchsafe_store::CredentialFilter;

const HANDSHAKES: [Handshake; 3] = [Handshake::DidExchange10, Handshake::DidExchange11, Handshake::Connections10];

async fn issue_by_hand(issuer: &Agent, holder: &Agent, ours: &Connection, proof_type: &str) {
    let did = did_key(issuer).await;
    let offer = issuer.send_offer(start(Some(ours), detail(&did, "Ada", proof_type))).await.unwrap();
    let offered = exchange_in(holder, &offer.thread_id, "offer-received").await;
    holder.request_credential(&offered.id, RequestCredential::default()).await.unwrap();
    let requested = exchange_in(issuer, &offer.thread_id, "request-received").await;
    issuer.issue_credential(&requested.id, None).await.unwrap();
    let received = exchange_in(holder, &offer.thread_id, "credential-received").await;
    let stored = holder.store_credential(&received.id, None).await.unwrap();
    assert_eq!(stored.state_word(), "done");
    exchange_in(issuer, &offer.thread_id, "done").await;
    let row = holder.credential(stored.credential_id().unwrap()).await.unwrap();
    assert_eq!(row.issuer_id, did);
    assert!(row.subject_ids[0].starts_with("did:key:z6Mk"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_handshake_leads_to_a_stored_credential() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    for handshake in HANDSHAKES {
        let (ours, theirs) = connect(&issuer, &holder, invitation(handshake)).await;
        assert_eq!(theirs.protocol, Some(handshake));
        assert_eq!(ours.their_label.as_deref(), Some("Holder"));
        assert_eq!(theirs.their_label.as_deref(), Some("Issuer"));
        for proof_type in ["Ed25519Signature2018", "Ed25519Signature2020"] {
            issue_by_hand(&issuer, &holder, &ours, proof_type).await;
        }
    }
    assert_eq!(holder.credentials(CredentialFilter::default(), Page::default()).await.unwrap().len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn websockets_carry_it_too() {
    let (issuer, holder) = (wallet_on("Issuer", policy(), "ws").await, wallet_on("Holder", policy(), "ws").await);
    let (ours, _) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    issue_by_hand(&issuer, &holder, &ours, "Ed25519Signature2018").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_can_be_taken_by_hand() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    for handshake in HANDSHAKES {
        let wanted = CreateInvitation { auto_accept: Some(false), ..invitation(handshake) };
        let sent = issuer.create_invitation(wanted).await.unwrap();
        let value = serde_json::to_value(&sent.invitation).unwrap();
        holder.receive_invitation(value, ReceiveInvitation::default()).await.unwrap();
        let theirs = connection_in(&holder, &sent.invi_msg_id, "invitation-received").await;
        holder.accept_invitation(&theirs.id, AcceptInvitation::default()).await.unwrap();
        let ours = connection_in(&issuer, &sent.invi_msg_id, "request-received").await;
        issuer.accept_request(&ours.id, AcceptRequest::default()).await.unwrap();
        connection_in(&holder, &sent.invi_msg_id, "completed").await;
        connection_in(&issuer, &sent.invi_msg_id, "completed").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_automatic_wallets_an_offer_ends_as_a_stored_credential() {
    let (issuer, holder) = (wallet("Issuer", automatic()).await, wallet("Holder", automatic()).await);
    let (ours, theirs) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    let did = did_key(&issuer).await;
    let offer = issuer.send_offer(start(Some(&ours), detail(&did, "Ada", "Ed25519Signature2020"))).await.unwrap();
    exchange_in(&issuer, &offer.thread_id, "done").await;
    exchange_in(&holder, &offer.thread_id, "done").await;

    let proposal =
        holder.send_proposal(start(Some(&theirs), detail(&did, "Ben", "Ed25519Signature2018"))).await.unwrap();
    exchange_in(&issuer, &proposal.thread_id, "done").await;
    let request = holder.send_request(start(Some(&theirs), detail(&did, "Cy", "eddsa-rdfc-2022"))).await.unwrap();
    exchange_in(&issuer, &request.thread_id, "done").await;
    assert_eq!(holder.credentials(CredentialFilter::default(), Page::default()).await.unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_may_name_a_did_and_its_connection_is_reused() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    for method in [DidMethod::Peer2, DidMethod::Peer4] {
        let wanted = CreateInvitation { use_did_method: Some(method), ..invitation(Handshake::DidExchange11) };
        let (_, theirs) = connect(&issuer, &holder, wanted.clone()).await;
        // The same DID again, by which the holder knows it.
        let again = issuer.create_invitation(wanted).await.unwrap();
        let value = serde_json::to_value(&again.invitation).unwrap();
        let wanted = ReceiveInvitation { use_existing_connection: true, ..automatically() };
        let record = holder.receive_invitation(value, wanted).await.unwrap();
        assert_eq!(record.state.word(), "reuse-accepted");
        assert_eq!(record.connection_id, Some(theirs.id));
        assert_eq!(issuer.invitation(&again.id).await.unwrap().state.word(), "done");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_rides_along_with_or_without_a_handshake() {
    let (issuer, holder) = (wallet("Issuer", automatic()).await, wallet("Holder", automatic()).await);
    let did = did_key(&issuer).await;
    for handshakes in [vec![Handshake::DidExchange11], vec![]] {
        let offer = issuer.create_offer(start(None, detail(&did, "Ada", "Ed25519Signature2018"))).await.unwrap();
        let wanted = CreateInvitation {
            handshake_protocols: handshakes,
            attachments: vec![InvitationAttachment { id: offer.id.clone(), kind: "credential-offer".to_owned() }],
            auto_accept: Some(true),
            ..CreateInvitation::default()
        };
        let sent = issuer.create_invitation(wanted).await.unwrap();
        assert_eq!(sent.invitation.goal_code(), Some("aries.vc.issue"));
        holder.receive_invitation(serde_json::to_value(&sent.invitation).unwrap(), automatically()).await.unwrap();
        exchange_in(&holder, &offer.thread_id, "done").await;
        exchange_in(&issuer, &offer.thread_id, "done").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_waits_for_the_connection_of_its_invitation_and_leaves_once() {
    let (issuer, holder) = (wallet("Issuer", automatic()).await, wallet("Holder", automatic()).await);
    let did = did_key(&issuer).await;
    for handshake in HANDSHAKES {
        let offer = issuer.create_offer(start(None, detail(&did, "Ada", "Ed25519Signature2018"))).await.unwrap();
        let wanted = CreateInvitation { offers: vec![offer.id.clone()], ..invitation(handshake) };
        let sent = issuer.create_invitation(wanted.clone()).await.unwrap();
        assert_eq!(sent.invitation.goal_code(), Some("aries.vc.issue"));
        assert!(sent.invitation.attached_messages().unwrap().is_empty(), "nobody reads it before being connected");
        let waiting = issuer.exchange(&offer.id).await.unwrap();
        assert_eq!((waiting.state_word(), waiting.connection_id), ("offer-sent", None));
        assert!(issuer.create_invitation(wanted).await.is_err(), "it waits for one invitation");

        holder.receive_invitation(serde_json::to_value(&sent.invitation).unwrap(), automatically()).await.unwrap();
        let held = exchange_in(&holder, &offer.thread_id, "done").await;
        assert_eq!(held.parent_thread_id.as_ref(), Some(&sent.invi_msg_id));
        let done = exchange_in(&issuer, &offer.thread_id, "done").await;
        assert!(done.connection_id.is_some());
        assert_eq!(holder.credentials(CredentialFilter::default(), Page::default()).await.unwrap().len(), 1);
        holder.delete_credential(held.credential_id().unwrap()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_waits_goes_over_a_connection_that_is_reused() {
    let (issuer, holder) = (wallet("Issuer", automatic()).await, wallet("Holder", automatic()).await);
    let by_did = CreateInvitation { use_did_method: Some(DidMethod::Peer4), ..invitation(Handshake::DidExchange11) };
    let (ours, _) = connect(&issuer, &holder, by_did.clone()).await;
    let did = did_key(&issuer).await;
    let offer = issuer.create_offer(start(None, detail(&did, "Ada", "Ed25519Signature2018"))).await.unwrap();
    let again = issuer.create_invitation(CreateInvitation { offers: vec![offer.id], ..by_did }).await.unwrap();
    let value = serde_json::to_value(&again.invitation).unwrap();
    let reusing = ReceiveInvitation { use_existing_connection: true, ..automatically() };
    holder.receive_invitation(value, reusing).await.unwrap();
    exchange_in(&holder, &offer.thread_id, "done").await;
    let done = exchange_in(&issuer, &offer.thread_id, "done").await;
    assert_eq!(done.connection_id, Some(ours.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_wallet_has_its_peers_come_again() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    let (_, theirs) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    issuer.store().seal().await;
    holder.send_ping(&theirs.id, None).await.unwrap();
    let waiting = support::until("a try in vain", || async {
        let id = theirs.id.clone();
        let rows = holder.store().read(move |reader| reader.outbox_for_connection(&id)).await.unwrap();
        rows.into_iter().find_map(|row| row.last_error)
    })
    .await;
    assert!(waiting.contains("503"), "{waiting}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_nobody_has_answered_is_taken_back() {
    let (issuer, holder) = (wallet("Issuer", automatic()).await, wallet("Holder", automatic()).await);
    let did = did_key(&issuer).await;
    let offer =
        || async { issuer.create_offer(start(None, detail(&did, "Ada", "Ed25519Signature2018"))).await.unwrap() };
    let waiting = offer().await;
    let wanted = invitation(Handshake::DidExchange11);
    let wanted = CreateInvitation { offers: vec![waiting.id.clone()], ..wanted };
    let sent = issuer.create_invitation(wanted).await.unwrap();
    issuer.abandon_exchange(&waiting.id, None).await.unwrap();
    holder.receive_invitation(serde_json::to_value(&sent.invitation).unwrap(), automatically()).await.unwrap();
    connection_in(&issuer, &sent.invi_msg_id, "active").await;
    assert_eq!(issuer.exchange(&waiting.id).await.unwrap().state_word(), "abandoned");

    let attached = offer().await;
    let wanted = CreateInvitation {
        attachments: vec![InvitationAttachment { id: attached.id.clone(), kind: "credential-offer".to_owned() }],
        ..invitation(Handshake::DidExchange11)
    };
    let sent = issuer.create_invitation(wanted).await.unwrap();
    issuer.abandon_exchange(&attached.id, None).await.unwrap();
    holder.receive_invitation(serde_json::to_value(&sent.invitation).unwrap(), automatically()).await.unwrap();
    exchange_in(&holder, &attached.thread_id, "abandoned").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_that_nobody_can_call_gets_its_answers_on_the_way_back() {
    let issuer = wallet("Issuer", automatic()).await;
    for scheme in ["http", "ws"] {
        let config = issuer.config();
        let endpoint =
            config.endpoints[0].replace("http://", &format!("{scheme}://")).replace("ws://", &format!("{scheme}://"));
        issuer.set_config(vouchsafe_agent::Config {
            endpoints: vec![endpoint],
            ..vouchsafe_agent::Config::clone(&config)
        });
        let holder = silent_wallet("Silent", automatic()).await;
        let (_, theirs) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
        let did = did_key(&issuer).await;
        let request =
            holder.send_request(start(Some(&theirs), detail(&did, "Ada", "Ed25519Signature2018"))).await.unwrap();
        exchange_in(&holder, &request.thread_id, "done").await;
        exchange_in(&issuer, &request.thread_id, "done").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_decline_and_its_reason_reach_the_other_side() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    let (ours, _) = connect(&issuer, &holder, invitation(Handshake::DidExchange10)).await;
    let did = did_key(&issuer).await;
    let offer = issuer.send_offer(start(Some(&ours), detail(&did, "Ada", "Ed25519Signature2018"))).await.unwrap();
    let offered = exchange_in(&holder, &offer.thread_id, "offer-received").await;
    holder.abandon_exchange(&offered.id, Some("not mine".to_owned())).await.unwrap();
    let declined = exchange_in(&issuer, &offer.thread_id, "abandoned").await;
    assert!(declined.error_msg.unwrap().contains("not mine"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_for_many_serves_many_and_one_for_one_serves_one() {
    let issuer = wallet("Issuer", policy()).await;
    let (first, second) = (wallet("First", policy()).await, wallet("Second", policy()).await);
    let many = CreateInvitation { multi_use: true, ..invitation(Handshake::DidExchange11) };
    let many = issuer.create_invitation(many).await.unwrap();
    let once = issuer.create_invitation(invitation(Handshake::DidExchange11)).await.unwrap();
    for holder in [&first, &second] {
        holder.receive_invitation(serde_json::to_value(&many.invitation).unwrap(), automatically()).await.unwrap();
        connection_in(holder, &many.invi_msg_id, "completed").await;
    }
    let value = serde_json::to_value(&once.invitation).unwrap();
    first.receive_invitation(value.clone(), automatically()).await.unwrap();
    connection_in(&first, &once.invi_msg_id, "completed").await;
    second.receive_invitation(value, automatically()).await.unwrap();
    let refused = connection_in(&second, &once.invi_msg_id, "abandoned").await;
    assert!(refused.error_msg.unwrap().contains("used"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_context_defines_is_not_offered() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    let (ours, _) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    let did = did_key(&issuer).await;
    let mut forged = credential(&did, "Ada");
    forged["credentialSubject"]["grade"] = "A".into();
    let detail = vouchsafe_protocols::issue_credential::LdProofDetail::new(forged, "Ed25519Signature2018").unwrap();
    let error = issuer.send_offer(start(Some(&ours), detail)).await.unwrap_err();
    assert!(error.to_string().contains("grade"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_that_repeats_itself_is_answered_again() {
    use vouchsafe_didcomm::{Message, ReturnRoute, pack};
    let (issuer, holder) = (wallet("Issuer", policy()).await, silent_wallet("Silent", policy()).await);
    let (_, theirs) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    let (my, their) = (theirs.my.unwrap(), theirs.their.unwrap());
    let key = holder.store().read(move |reader| reader.signing_key(&my.verkey)).await.unwrap().unwrap();
    let ping = Message::build("https://didcomm.org/trust_ping/1.0/ping", "ping-once-twice", &serde_json::json!({}))
        .unwrap()
        .with_return_route(ReturnRoute::All);
    let client = reqwest::Client::new();
    let endpoint = issuer.config().endpoints[0].clone();
    for _ in 0..2 {
        let packed = pack(&ping.to_bytes(), Some(&key), &their.recipient_keys).unwrap();
        let answer = client.post(&endpoint).body(packed).send().await.unwrap().bytes().await.unwrap();
        assert!(answer.starts_with(b"{"), "the answer is handed each time");
    }
}
