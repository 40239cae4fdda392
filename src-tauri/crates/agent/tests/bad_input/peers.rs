//! Peers whose endpoints misbehave, and strangers that knock without end.

use std::time::{Duration, Instant};

use futures::StreamExt;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use vouchsafe_agent::{Agent, Config, Limits, Page};
use vouchsafe_didcomm::{SigningKey, pack};
use vouchsafe_protocols::connection::Handshake;
use vouchsafe_store::{CredentialFilter, Store};

use super::forger::{Forger, a_flow_works, http, message, post};
use super::support::network::{Network, Weather};
use super::support::{
    automatic, connect, detail, did_key, exchange_in, impatient, invitation, policy, start, until, wallet,
};

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_misbehaves_delays_its_own_messages_and_nobody_elses() {
    let (issuer, holder) = (wallet("Issuer", automatic()).await, wallet("Holder", automatic()).await);
    let bystander = wallet("Bystander", automatic()).await;
    impatient(&issuer);
    impatient(&holder);
    let network = Network::before(&holder).await;
    let elsewhere = Network::before(&wallet("Elsewhere", policy()).await).await;
    let (ours, _) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    let (with_bystander, _) = connect(&issuer, &bystander, invitation(Handshake::DidExchange11)).await;
    let did = did_key(&issuer).await;
    let weathers = [
        Weather::Status(500),
        Weather::Status(404),
        Weather::Status(429),
        Weather::Redirect(format!("http://{}/", elsewhere.address)),
        Weather::Hang(Duration::from_millis(400)),
        Weather::Answer(b"{\"protected\": \"garbage".to_vec()),
        Weather::Answer(vec![b'x'; 100_000]),
        Weather::Answer(vec![b'{'; 3 * 1024 * 1024]),
    ];
    let mut stored = 0;
    for weather in weathers {
        let before = network.seen.lock().len();
        network.turn(weather.clone());
        let offer = issuer.send_offer(start(Some(&ours), detail(&did, "Ada", "Ed25519Signature2020"))).await.unwrap();
        until("it was tried", || async { (network.seen.lock().len() > before).then_some(()) }).await;
        let other =
            issuer.send_offer(start(Some(&with_bystander), detail(&did, "Ada", "Ed25519Signature2020"))).await.unwrap();
        let begun = Instant::now();
        exchange_in(&bystander, &other.thread_id, "done").await;
        assert!(begun.elapsed() < Duration::from_secs(5), "{weather:?} held up somebody else");
        network.turn(Weather::Fair);
        exchange_in(&issuer, &offer.thread_id, "done").await;
        stored += 1;
        assert_eq!(
            holder.credentials(CredentialFilter::default(), Page::ALL).await.unwrap().len(),
            stored,
            "{weather:?}"
        );
    }
    assert!(elsewhere.seen.lock().is_empty(), "a redirect is not followed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_lasts_is_given_up_and_said() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    let mut config = Config::clone(&issuer.config());
    config.limits.first_retry_milliseconds = 1;
    issuer.set_config(config);
    let network = Network::before(&holder).await;
    let (ours, _) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    network.turn(Weather::Status(410));
    let mut events = issuer.subscribe();
    issuer.send_ping(&ours.id, None).await.unwrap();
    let reason = tokio::time::timeout(Duration::from_secs(10), async {
        loop {
            if let vouchsafe_agent::Event::Undeliverable { reason, .. } = events.recv().await.unwrap().as_ref() {
                return reason.clone();
            }
        }
    });
    assert!(reason.await.unwrap().contains("410"));
    network.turn(Weather::Fair);
    issuer.retry_connection(&ours.id).await.unwrap();
    a_flow_works(&issuer, &holder).await;
}

/// Resident memory of this process, in MiB.
fn resident() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    pages.split(' ').nth(1).and_then(|text| text.parse::<u64>().ok()).unwrap_or(0) * 4096 / 1024 / 1024
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_envelopes_at_once_neither_fill_the_memory_nor_stop_a_flow() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    let (ours, theirs) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    let forger = Forger::of(&holder, &theirs).await;
    let stranger = SigningKey::generate();
    let filler = "x".repeat(20_000);
    let text = |number: u32| {
        let body = json!({"content": format!("{number} {filler}")});
        message("https://didcomm.org/basicmessage/1.0/message", None, &body).to_bytes()
    };
    let replayed = forger.pack(&text(0));
    let for_another = pack(&text(0), Some(&stranger), &[stranger.verkey()]).unwrap();
    let garbage = vec![b'{'; 100_000];
    let before = resident();
    let flood = async {
        let http = http();
        futures::stream::iter(0..10_000_u32)
            .for_each_concurrent(200, |number| {
                let (http, url) = (http.clone(), forger.url.clone());
                let envelope = match number % 10 {
                    0..4 => garbage.clone(),
                    4..8 => for_another.clone(),
                    8 => replayed.clone(),
                    _ if number % 100 == 9 => forger.pack(&text(number)),
                    _ => replayed[..number as usize % replayed.len()].to_vec(),
                };
                async move {
                    let (status, _) = post(&http, &url, envelope).await;
                    assert!(matches!(status, 200 | 400 | 503), "{status}");
                }
            })
            .await;
    };
    let legitimate = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        a_flow_works(&issuer, &holder).await;
    };
    tokio::join!(flood, legitimate);
    let after = resident();
    assert!(after < before + 120, "from {before} MiB to {after} MiB");
    let kept = issuer.messages(&ours.id, Page::ALL).await.unwrap();
    assert_eq!(kept.len(), 101, "the ones that were new, each once");
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_never_end_do_not_keep_others_out() {
    let limits = Limits { request_seconds: 1, max_connections: 40, ..Limits::default() };
    let config = Config { label: "Issuer".to_owned(), policy: policy(), limits, ..Config::default() };
    let issuer = Agent::start(Store::temporary().unwrap(), config, Vec::new()).await.unwrap();
    let address = issuer.listen("127.0.0.1:0").await.unwrap();
    issuer.set_config(Config { endpoints: vec![format!("http://{address}")], ..Config::clone(&issuer.config()) });
    let holder = wallet("Holder", policy()).await;
    let mut slow = Vec::new();
    for number in 0..60 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let begun: &[u8] = match number % 3 {
            0 => b"",
            1 => b"POST / HTTP/1.1\r\nHost: x\r\nContent-Le",
            _ => b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/ssi-agent-wire\r\nContent-Length: 1000\r\n\r\n{",
        };
        stream.write_all(begun).await.unwrap();
        slow.push(stream);
    }
    a_flow_works(&issuer, &holder).await;
    // Each is hung up on.
    for mut stream in slow {
        let mut rest = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(8), stream.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "a connection is still open");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_a_peer_refuses_does_not_hold_up_those_after_it() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    let network = Network::before(&holder).await;
    let (ours, theirs) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    network.turn(Weather::Status(500));
    let before = network.seen.lock().len();
    issuer.send_message(&ours.id, "refused".to_owned()).await.unwrap();
    until("it was refused", || async { (network.seen.lock().len() > before).then_some(()) }).await;
    network.turn(Weather::Fair);
    issuer.send_message(&ours.id, "taken".to_owned()).await.unwrap();
    let texts = || async {
        let kept = holder.messages(&theirs.id, Page::ALL).await.unwrap();
        kept.iter().any(|text| text.content == "taken").then_some(kept.len())
    };
    assert_eq!(until("the second is there", texts).await, 1, "at once, before the first is tried again");
    let both = || async { (holder.messages(&theirs.id, Page::ALL).await.unwrap().len() == 2).then_some(()) };
    until("the first is there", both).await;
}
