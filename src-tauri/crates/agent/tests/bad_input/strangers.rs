//! Strangers that would have the wallet work for them: hold its connections, call addresses, keep what it cannot
//! deliver, hand over what waits for somebody else, sign what is no credential.

use std::time::Duration;

use futures::StreamExt;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpSocket};
use vouchsafe_agent::connect::{CreateInvitation, DidMethod, InvitationAttachment};
use vouchsafe_agent::{Agent, Config, Limits, Policy};
use vouchsafe_didcomm::{Message, ReturnRoute, SigningKey, Thread, Verkey, pack};
use vouchsafe_dids::{NewService, peer};
use vouchsafe_protocols::connection::Handshake;
use vouchsafe_protocols::out_of_band::Service;
use vouchsafe_store::{FAILED, Store};

use super::forger::{Forger, a_flow_works, http, message, post, request};
use super::support::network::{Network, Weather};
use super::support::{
    automatic, automatically, connect, detail, did_key, exchange_in, impatient, invitation, policy, silent_wallet,
    start, until, wallet,
};

#[tokio::test(flavor = "multi_thread")]
async fn those_who_read_no_answer_do_not_keep_others_out() {
    let limits = Limits { request_seconds: 1, max_connections: 2, ..Limits::default() };
    let config = Config { label: "Issuer".to_owned(), policy: policy(), limits, ..Config::default() };
    let issuer = Agent::start(Store::temporary().unwrap(), config, Vec::new()).await.unwrap();
    let address = issuer.listen("127.0.0.1:0").await.unwrap();
    issuer.set_config(Config { endpoints: vec![format!("http://{address}")], ..Config::clone(&issuer.config()) });
    let holder = wallet("Holder", policy()).await;
    let mut deaf = Vec::new();
    for _ in 0..2 {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(2048).unwrap();
        let mut stream = socket.connect(address).await.unwrap();
        let many = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(1000);
        // Until both directions are full and nothing moves any more.
        while let Ok(written) = tokio::time::timeout(Duration::from_millis(300), stream.write_all(&many)).await {
            written.unwrap();
        }
        deaf.push(stream);
    }
    a_flow_works(&issuer, &holder).await;
}

/// The key that an invitation names.
fn key_in(services: &[Service]) -> Verkey {
    match services.first() {
        Some(Service::Inline(inline)) => *inline.recipient_keys.first().unwrap(),
        _ => panic!("no inline service"),
    }
}

/// A request to connect, for an invitation that nobody made.
fn uninvited(key: &SigningKey, did: &str, to: &Verkey) -> Vec<u8> {
    let body = json!({"label": "Stranger", "did": did});
    let request = message("https://didcomm.org/didexchange/1.1/request", None, &body);
    let thread = Thread::of(request.id()).under("no-invitation");
    pack(&request.with_thread(thread).to_bytes(), Some(key), &[*to]).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_for_strangers_are_few_and_soon_forgotten() {
    let issuer = wallet("Issuer", policy()).await;
    impatient(&issuer);
    let sent = issuer.create_invitation(invitation(Handshake::DidExchange11)).await.unwrap();
    let (to, url) = (key_in(sent.invitation.services()), issuer.config().endpoints[0].clone());
    let nobody = wallet("Nobody", policy()).await;
    let network = Network::before(&nobody).await;
    network.turn(Weather::Hang(Duration::from_secs(30)));
    let http = http();
    let knock = async |endpoint: &str| {
        let key = SigningKey::generate();
        let did = peer::create_peer4(&key.verkey(), &[NewService::at(endpoint)]).unwrap().long;
        assert_eq!(post(&http, &url, uninvited(&key, did.as_str(), &to)).await.0, 200);
    };
    let waiting = async || issuer.store().read(|reader| reader.count_outbox_of_nobody(10_000)).await.unwrap();
    let hanging = format!("http://{}", network.address);
    futures::stream::iter(0..120).for_each_concurrent(16, |_| knock(&hanging)).await;
    assert_eq!(waiting().await, 100);
    let expiry = issuer.now() + Duration::from_mins(11);
    let expired = issuer.store().read(move |reader| reader.outbox_expired(expiry, 10_000)).await.unwrap();
    assert_eq!(expired.len(), 100, "in a quarter of an hour none of them is tried any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_a_stranger_does_not_take_leaves_nothing_behind() {
    let issuer = wallet("Issuer", policy()).await;
    let mut config = Config::clone(&issuer.config());
    config.limits.first_retry_milliseconds = 1;
    issuer.set_config(config);
    let sent = issuer.create_invitation(invitation(Handshake::DidExchange11)).await.unwrap();
    let (to, url) = (key_in(sent.invitation.services()), issuer.config().endpoints[0].clone());
    let network = Network::before(&wallet("Nobody", policy()).await).await;
    network.turn(Weather::Status(410));
    let key = SigningKey::generate();
    let service = NewService::at(format!("http://{}", network.address));
    let did = peer::create_peer4(&key.verkey(), &[service]).unwrap().long;
    post(&http(), &url, uninvited(&key, did.as_str(), &to)).await;
    until("it was given up", || async {
        let tried = network.seen.lock().len() >= 10;
        let left = issuer.store().read(|reader| reader.count_outbox_of_nobody(10)).await.unwrap();
        (tried && left == 0).then_some(())
    })
    .await;
    assert_eq!(issuer.store().read(|reader| reader.count_outbox(FAILED)).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_has_the_wallet_look_up_a_did_without_an_invitation() {
    let issuer = wallet("Issuer", policy()).await;
    let sent = issuer.create_invitation(invitation(Handshake::DidExchange11)).await.unwrap();
    let (to, url) = (key_in(sent.invitation.services()), issuer.config().endpoints[0].clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let did = format!("did:web:127.0.0.1%3A{}", listener.local_addr().unwrap().port());
    let key = SigningKey::generate();
    assert_eq!(post(&http(), &url, uninvited(&key, &did, &to)).await.0, 200);
    let response = message("https://didcomm.org/didexchange/1.1/response", Some("no-request"), &json!({"did": did}));
    post(&http(), &url, pack(&response.to_bytes(), Some(&key), &[to]).unwrap()).await;
    let called = tokio::time::timeout(Duration::from_millis(300), listener.accept()).await;
    assert!(called.is_err(), "it was called");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_repeats_a_recorded_message_does_not_take_away_what_waits_for_its_sender() {
    let issuer = wallet("Issuer", automatic()).await;
    let holder = silent_wallet("Silent", automatic()).await;
    let (ours, theirs) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    let forger = Forger::of(&holder, &theirs).await;
    let mine = forger.key.verkey();
    let ping = || {
        let body = json!({"response_requested": false});
        let ping = message("https://didcomm.org/trust_ping/1.0/ping", None, &body);
        forger.pack(&ping.with_return_route(ReturnRoute::All).to_bytes())
    };
    let recorded = ping();
    forger.post(recorded.clone()).await;
    issuer.send_message(&ours.id, "for Silent alone".to_owned()).await.unwrap();
    let waiting = async || issuer.store().read(move |reader| reader.outbox_waiting_for(&mine)).await.unwrap();
    until("it waits", || async { waiting().await.iter().any(|row| row.state == "waiting").then_some(()) }).await;
    forger.post(recorded).await;
    assert_eq!(waiting().await.len(), 1, "it waits still");
    // A message that was not seen before is the sender's own.
    let (_, answer) = forger.post(ping()).await;
    assert!(answer.contains("ciphertext"));
    until("it is handed over", || async { waiting().await.is_empty().then_some(()) }).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_link_leads_no_further_into_this_network_than_was_agreed() {
    let holder = silent_wallet("Holder", Policy::default()).await;
    let (near, far) = (wallet("Near", policy()).await, wallet("Far", policy()).await);
    let (near, far) = (Network::before(&near).await, Network::before(&far).await);
    near.turn(Weather::Redirect(format!("http://{}/secret", far.address)));
    let link = format!("http://{}/i", near.address);
    let error = holder.fetch_invitation(&link, true).await.unwrap_err();
    assert_eq!(error.code(), "address-refused", "{error}");
    assert!(far.seen.lock().is_empty() && near.seen.lock().len() == 1);
    assert_eq!(holder.fetch_invitation(&link, false).await.unwrap_err().code(), "address-refused");
    assert_eq!(near.seen.lock().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_signed_but_as_a_credential() {
    let (issuer, holder) = (wallet("Issuer", automatic()).await, wallet("Holder", automatic()).await);
    let (_, theirs) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    let forger = Forger::of(&holder, &theirs).await;
    let asked = detail(&did_key(&issuer).await, "Eve", "Ed25519Signature2018");
    let asked = asked.with_option("proofPurpose", json!("authentication")).unwrap();
    let asked = asked.with_option("challenge", json!("log me in")).unwrap();
    let request: Message = request(None, &asked.into_value());
    assert_eq!(forger.say(&request).await, 200);
    let refused = exchange_in(&issuer, request.id(), "abandoned").await;
    assert!(refused.error_msg.unwrap().contains("purpose"));
    assert!(refused.state.view().cred_issue.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_without_a_handshake_is_answered_where_the_inviters_did_says() {
    let (issuer, holder) = (wallet("Issuer", automatic()).await, wallet("Holder", automatic()).await);
    let did = did_key(&issuer).await;
    let offer = issuer.create_offer(start(None, detail(&did, "Ada", "Ed25519Signature2018"))).await.unwrap();
    let wanted = CreateInvitation {
        attachments: vec![InvitationAttachment { id: offer.id, kind: "credential-offer".to_owned() }],
        use_did_method: Some(DidMethod::Peer4),
        ..CreateInvitation::default()
    };
    let sent = issuer.create_invitation(wanted).await.unwrap();
    assert!(matches!(sent.invitation.services(), [Service::Did(_)]));
    holder.receive_invitation(serde_json::to_value(&sent.invitation).unwrap(), automatically()).await.unwrap();
    exchange_in(&holder, &offer.thread_id, "done").await;
    exchange_in(&issuer, &offer.thread_id, "done").await;
}
