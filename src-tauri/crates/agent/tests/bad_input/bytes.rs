//! Bodies that are no envelopes, and envelopes that hold no messages or are for somebody else.

use serde_json::json;
use vouchsafe_didcomm::{SigningKey, pack};
use vouchsafe_protocols::connection::Handshake;

use super::forger::{Forger, a_flow_works, holdings, http, message, post};
use super::support::dice::Dice;
use super::support::{connect, invitation, policy, until, wallet};

const TEXT: &str = "https://didcomm.org/basicmessage/1.0/message";

fn nested(depth: usize) -> Vec<u8> {
    let mut bytes = b"[".repeat(depth);
    bytes.extend(b"]".repeat(depth));
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_envelope_is_refused_with_a_reason() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    let (_, theirs) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    let before = holdings(&issuer).await;
    let forger = Forger::of(&holder, &theirs).await;
    let envelope = forger.pack(&message(TEXT, None, &json!({"content": "cut short"})).to_bytes());
    let mut bodies = vec![
        Vec::new(),
        b"{".to_vec(),
        b"{}".to_vec(),
        b"null".to_vec(),
        b"\xff\xfe\x00\x80".repeat(50),
        nested(100_000),
        format!(r#"{{"protected":{}}}"#, String::from_utf8(nested(50_000)).unwrap()).into_bytes(),
        br#"{"protected":"e30","iv":"","ciphertext":"","tag":""}"#.to_vec(),
        br#"{"protected":7,"iv":[],"ciphertext":{},"tag":null}"#.to_vec(),
    ];
    bodies.extend((1..envelope.len()).step_by(37).map(|length| envelope[..length].to_vec()));
    // Every byte counts: one that is changed is a forgery.
    let mut dice = Dice::new(7);
    for _ in 0..60 {
        let mut changed = envelope.clone();
        let at = usize::try_from(dice.below(envelope.len() as u64)).unwrap();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        bodies.push(changed);
    }
    let http = http();
    for body in bodies {
        let brief = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let (status, reason) = post(&http, &forger.url, body).await;
        assert_eq!(status, 400, "{brief}");
        assert!(reason.len() > 10 && reason.len() < 400, "{brief}: {reason}");
    }
    for length in [1024 * 1024 + 1, 3 * 1024 * 1024] {
        let answer =
            http.post(&forger.url).header("content-type", "application/ssi-agent-wire").body(vec![b'{'; length]).send();
        // The wallet may hang up before all of it is sent.
        if let Ok(answer) = answer.await {
            assert_eq!(answer.status(), 413);
        }
    }
    let other_type =
        http.post(&forger.url).header("content-type", "text/html").body(envelope.clone()).send().await.unwrap();
    assert_eq!(other_type.status(), 415);
    assert_eq!(http.delete(&forger.url).send().await.unwrap().status(), 405);
    assert_eq!(holdings(&issuer).await, before);
    assert_eq!(forger.post(envelope).await.0, 200);
    a_flow_works(&issuer, &holder).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_message_is_refused_though_its_envelope_is_good() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    let (_, theirs) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    let before = holdings(&issuer).await;
    let forger = Forger::of(&holder, &theirs).await;
    let good = message(TEXT, None, &json!({"content": "x"})).to_bytes();
    let long_id = format!(r#"{{"@type":"{TEXT}","@id":"{}","content":"x"}}"#, "i".repeat(10_000));
    let deep = format!(r#"{{"@type":"{TEXT}","@id":"deep","content":{}}}"#, String::from_utf8(nested(200)).unwrap());
    let bodies: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"hello".to_vec(),
        b"[]".to_vec(),
        b"{}".to_vec(),
        br#"{"@type":"nonsense","@id":"1"}"#.to_vec(),
        br#"{"@type":7,"@id":"1"}"#.to_vec(),
        format!(r#"{{"@type":"{TEXT}"}}"#).into_bytes(),
        format!(r#"{{"@type":"{TEXT}","@id":{{}}}}"#).into_bytes(),
        b"\x80\x81\xfe\xff".to_vec(),
        nested(100_000),
        long_id.into_bytes(),
        deep.into_bytes(),
        good[..good.len() - 1].to_vec(),
    ];
    for body in bodies {
        let (status, reason) = forger.say_bytes(&body).await;
        assert_eq!(status, 400, "{}", String::from_utf8_lossy(&body[..body.len().min(60)]));
        assert!(reason.contains("no message"), "{reason}");
    }
    assert_eq!(holdings(&issuer).await, before);
    // What nobody understands is taken, and answered once with a report.
    assert_eq!(forger.say(&message("https://didcomm.org/chess/1.0/move", None, &json!({"move": "e4"}))).await, 200);
    let report = || async {
        let filter = vouchsafe_store::HistoryFilter::default();
        let lines =
            holder.store().read(move |reader| reader.history(&filter, vouchsafe_agent::Page::ALL)).await.unwrap();
        lines.into_iter().find(|line| line.what == "problem-reported")
    };
    let line = until("the report is there", report).await;
    assert!(line.outcome.contains("chess"), "{}", line.outcome);
    assert_eq!(holdings(&issuer).await, before);
    a_flow_works(&issuer, &holder).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn envelopes_for_others_from_others_from_nobody_or_twice_change_nothing() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    let (ours, theirs) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    let forger = Forger::of(&holder, &theirs).await;
    let text = || message(TEXT, None, &json!({"content": "once"})).to_bytes();

    let envelope = forger.pack(&text());
    assert_eq!(forger.post(envelope.clone()).await.0, 200);
    let before = holdings(&issuer).await;
    for _ in 0..5 {
        assert_eq!(forger.post(envelope.clone()).await.0, 200, "a duplicate is taken, and changes nothing");
    }
    let stranger = SigningKey::generate();
    let for_another = pack(&text(), Some(&forger.key), &[stranger.verkey()]).unwrap();
    let (status, reason) = forger.post(for_another).await;
    assert_eq!(status, 400);
    assert!(reason.contains("none of this wallet's keys"), "{reason}");
    for from in [Some(&stranger), None] {
        // Sealed rightly, by somebody who has nothing to say here.
        assert_eq!(forger.post(pack(&text(), from, &[forger.to]).unwrap()).await.0, 200);
    }
    // With a key of another connection of the same wallet.
    let (_, again) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    let other = Forger::of(&holder, &again).await;
    let crossed = pack(&text(), Some(&other.key), &[forger.to]).unwrap();
    let before_crossed = holdings(&issuer).await;
    assert_eq!(forger.post(crossed).await.0, 200);
    assert_eq!(holdings(&issuer).await, before_crossed);
    let kept = issuer.messages(&ours.id, vouchsafe_agent::Page::ALL).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_ne!(before, before_crossed, "the new connection is there");
    a_flow_works(&issuer, &holder).await;
}
