//! What a connection speaks besides credentials: pings, texts, features, new DIDs, its end; and connecting by a public
//! DID without an invitation.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use std::sync::Arc;
use std::time::Duration;

use support::{automatic, connect, did_key, exchange_in, invitation, policy, start, until, wallet};
use tokio::sync::broadcast::Receiver;
use vouchsafe_agent::connect::{ConnectionFilter, CreateInvitation, ReceiveInvitation, RequestConnection};
use vouchsafe_agent::wallet_dids::CreateDid;
use vouchsafe_agent::{Agent, AgentError, Event, InvitationError, Page, Policy, PrivateAddresses};
use vouchsafe_protocols::connection::Handshake;

async fn next(events: &mut Receiver<Arc<Event>>, wanted: impl Fn(&Event) -> bool) -> Arc<Event> {
    tokio::time::timeout(Duration::from_secs(10), async {
        loop {
            let event = events.recv().await.unwrap();
            if wanted(&event) {
                return event;
            }
        }
    })
    .await
    .expect("the event comes")
}

async fn pair() -> (Agent, Agent, String, String) {
    let (one, other) = (wallet("One", policy()).await, wallet("Other", policy()).await);
    let (ours, theirs) = connect(&one, &other, invitation(Handshake::DidExchange11)).await;
    (one, other, ours.id, theirs.id)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ping_is_answered_and_a_text_arrives() {
    let (one, other, ours, theirs) = pair().await;
    let (mut at_one, mut at_other) = (one.subscribe(), other.subscribe());
    let thread = one.send_ping(&ours, Some("there?".to_owned())).await.unwrap();
    let back = next(&mut at_one, |event| matches!(event, Event::Ping { responded: true, .. })).await;
    assert!(matches!(back.as_ref(), Event::Ping { thread_id, .. } if *thread_id == thread));
    one.send_message(&ours, "Grüße 你好".to_owned()).await.unwrap();
    next(&mut at_other, |event| matches!(event, Event::BasicMessage { content, .. } if content == "Grüße 你好")).await;
    let kept = other.messages(&theirs, Page::default()).await.unwrap();
    assert_eq!((kept.len(), kept[0].direction.as_str()), (1, "received"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_peer_tells_which_protocols_it_speaks() {
    let (one, _other, ours, _) = pair().await;
    let mut events = one.subscribe();
    let thread =
        one.query_features(&ours, Some("https://didcomm.org/issue-credential/*".to_owned()), None).await.unwrap();
    let event = next(&mut events, |event| matches!(event, Event::Disclosures { .. })).await;
    let Event::Disclosures { thread_id, disclosures, .. } = event.as_ref() else { unreachable!() };
    assert_eq!(*thread_id, thread);
    assert_eq!(disclosures[0]["id"], "https://didcomm.org/issue-credential/2.0");
    assert_eq!(disclosures.as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_goes_on_under_a_new_did() {
    let (one, other, ours, theirs) = pair().await;
    let before = other.connection(&theirs).await.unwrap().their.unwrap().did;
    let did = one.rotate_did(&ours, None).await.unwrap();
    until("both are on the new DID", || async {
        let mine = one.connection(&ours).await.unwrap().my.unwrap().did == did;
        let seen = other.connection(&theirs).await.unwrap().their.unwrap().did;
        (mine && seen == did && seen != before).then_some(())
    })
    .await;
    let mut events = other.subscribe();
    other.send_ping(&theirs, None).await.unwrap();
    next(&mut events, |event| matches!(event, Event::Ping { responded: true, .. })).await;
    other.hangup(&theirs).await.unwrap();
    until("the other side has hung up", || async { one.connection(&ours).await.err() }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_did_is_an_invitation_to_everybody_where_that_is_allowed() {
    let open = Policy { public_invites: true, requests_through_public_did: true, ..automatic() };
    let (issuer, holder) = (wallet("Issuer", open).await, wallet("Holder", automatic()).await);
    let wanted = CreateDid { method: "did:peer:4".to_owned(), key_type: "ed25519".to_owned(), ..CreateDid::default() };
    let did = issuer.create_did(wanted).await.unwrap().did;
    issuer.set_public_did(&did).await.unwrap();
    let wanted = RequestConnection { their_public_did: did.clone(), ..RequestConnection::default() };
    let asked = holder.request_connection(wanted).await.unwrap();
    until("the connection stands", || async {
        (holder.connection(&asked.id).await.unwrap().rfc23_state() == "completed").then_some(())
    })
    .await;
    // The long did:peer:4 signs credentials too.
    let ours = until("the issuer's side", || async {
        let filter = ConnectionFilter { state: Some("completed".to_owned()), ..ConnectionFilter::default() };
        issuer.connections(filter, Page::default()).await.unwrap().into_iter().next()
    })
    .await;
    let offer =
        issuer.send_offer(start(Some(&ours), support::detail(&did, "Ada", "Ed25519Signature2020"))).await.unwrap();
    exchange_in(&holder, &offer.thread_id, "done").await;

    let shut = wallet("Shut", automatic()).await;
    let error =
        shut.create_invitation(CreateInvitation { use_public_did: true, ..invitation(Handshake::DidExchange11) }).await;
    assert!(matches!(error, Err(AgentError::Forbidden(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_address_is_contacted_only_after_a_person_said_so() {
    let issuer = wallet("Issuer", policy()).await;
    let careful = Policy { private_addresses: PrivateAddresses::Ask, ..automatic() };
    let holder = wallet("Holder", careful).await;
    let sent = issuer.create_invitation(invitation(Handshake::DidExchange11)).await.unwrap();
    let value = serde_json::to_value(&sent.invitation).unwrap();
    let view = holder.look_at_invitation(&issuer.invitation_url(&sent.invitation)).await.unwrap();
    assert!(view.private_address && !view.own && view.seen_before.is_none());
    assert_eq!(view.label.as_deref(), Some("Issuer"));
    assert!(matches!(
        holder.receive_invitation(value.clone(), ReceiveInvitation::default()).await,
        Err(AgentError::Delivery(_))
    ));
    let allowed = ReceiveInvitation { allow_private: true, ..ReceiveInvitation::default() };
    holder.receive_invitation(value, allowed).await.unwrap();
    let theirs = support::connection_in(&holder, &sent.invi_msg_id, "completed").await;
    let ours = support::connection_in(&issuer, &sent.invi_msg_id, "completed").await;
    let did = did_key(&issuer).await;
    let offer =
        issuer.send_offer(start(Some(&ours), support::detail(&did, "Ada", "Ed25519Signature2018"))).await.unwrap();
    exchange_in(&holder, &offer.thread_id, "request-sent").await;
    assert!(theirs.error_msg.is_none());
    let again = holder.look_at_invitation(&issuer.invitation_url(&sent.invitation)).await.unwrap();
    assert!(again.seen_before.is_some() && again.known_connection.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn expired_own_and_malformed_invitations_are_different_errors() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    let past = Some("2024-01-01T00:00:00Z".parse().unwrap());
    let expired = CreateInvitation { expires_at: past, ..invitation(Handshake::DidExchange11) };
    let expired = serde_json::to_value(&issuer.create_invitation(expired).await.unwrap().invitation).unwrap();
    let own =
        serde_json::to_value(&holder.create_invitation(invitation(Handshake::DidExchange11)).await.unwrap().invitation)
            .unwrap();
    let malformed = serde_json::json!({"@type": "https://didcomm.org/out-of-band/1.1/invitation", "@id": "12345678"});
    let mut foreign = own.clone();
    foreign["handshake_protocols"] = serde_json::json!(["https://example.org/hello/1.0"]);
    let take = |value| holder.receive_invitation(value, ReceiveInvitation::default());
    let refused = |result: Result<_, AgentError>| match result {
        Err(AgentError::Invitation(error)) => error,
        other => panic!("{:?}", other.map(|_: vouchsafe_protocols::out_of_band::OutOfBand| ())),
    };
    assert_eq!(refused(take(expired).await), InvitationError::Expired);
    assert_eq!(refused(take(own).await), InvitationError::Own);
    assert!(matches!(refused(take(malformed).await), InvitationError::Malformed(_)));
    assert!(matches!(refused(take(foreign).await), InvitationError::Unsupported(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_link_gives_an_invitation_by_redirect_or_as_json_and_nothing_else() {
    use axum::Router;
    use axum::response::Redirect;
    use axum::routing::get;
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    let sent = issuer.create_invitation(invitation(Handshake::DidExchange11)).await.unwrap();
    let (url, json) = (issuer.invitation_url(&sent.invitation), serde_json::to_string(&sent.invitation).unwrap());
    let site = Router::new()
        .route("/redirect", get(move || async move { Redirect::temporary(&url) }))
        .route("/json", get(move || async move { json }))
        .route("/twice", get(|| async { Redirect::temporary("/json") }))
        .route("/loop", get(|| async { Redirect::temporary("/loop") }))
        .route("/page", get(|| async { "<html>hello</html>" }))
        .route("/large", get(|| async { "x".repeat(3 * 1024 * 1024) }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, site).await });

    for path in ["redirect", "json", "twice"] {
        let link = format!("{base}/{path}");
        let view = holder.look_at_invitation(&link).await.unwrap();
        assert_eq!(view.kind, vouchsafe_agent::connect::InvitationKind::ShortUrl);
        let value = holder.fetch_invitation(&link, true).await.unwrap();
        assert_eq!(value["@id"], sent.invi_msg_id);
    }
    for path in ["loop", "page", "large", "absent"] {
        holder.fetch_invitation(&format!("{base}/{path}"), true).await.unwrap_err();
    }
    let careful = wallet("Careful", Policy { private_addresses: PrivateAddresses::Ask, ..policy() }).await;
    let refused = careful.fetch_invitation(&format!("{base}/json"), false).await;
    assert!(matches!(refused, Err(AgentError::Delivery(_))), "a private host is contacted only when a person says so");
}
