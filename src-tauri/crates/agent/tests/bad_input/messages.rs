//! Messages out of turn: on another's thread, in the wrong state, for the wrong role, again.

use serde_json::json;
use vouchsafe_didcomm::{Message, SigningKey, pack};
use vouchsafe_protocols::connection::Handshake;
use vouchsafe_protocols::issue_credential::Stage;

use super::forger::{Forger, PROTOCOL, a_flow_works_over, holdings, issue, message, request, requested};
use super::support::{connect, credential, exchange_in, invitation, policy, wallet};

/// Everything that this protocol knows, on one thread.
fn every_message(thread: &str) -> Vec<Message> {
    let detail = json!({"credential": credential("did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH", "Eve"),
        "options": {"proofType": "Ed25519Signature2020"}});
    let named = |name: &str, body| message(&format!("{PROTOCOL}/{name}"), Some(thread), &body);
    let carrying = |kind: &str, member: &str| {
        let mut value = request(Some(thread), &detail).as_value().clone();
        let attached = value.remove("requests~attach").unwrap();
        value.insert(member.to_owned(), attached);
        value.insert("@type".to_owned(), format!("{PROTOCOL}/{kind}").into());
        Message::from_value(value.into()).unwrap()
    };
    vec![
        carrying("propose-credential", "filters~attach"),
        carrying("offer-credential", "offers~attach"),
        request(Some(thread), &detail),
        issue(thread, &detail["credential"]),
        named("ack", json!({"status": "OK"})),
        named("ack", json!({"status": "FAIL"})),
        named("problem-report", json!({"description": {"code": "issuance-abandoned", "en": "no"}})),
        named("issue-credential", json!({})),
        named("ack", json!({"status": 7})),
        named("request-credential", json!({"formats": 1, "requests~attach": "x"})),
    ]
}

async fn all_of(forger: &Forger, messages: Vec<Message>) {
    for message in messages {
        let status = forger.say(&message).await;
        assert!(status == 200, "{} gets {status}", message.message_type());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_can_speak_on_the_thread_of_another_connection() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    let mallory = wallet("Mallory", policy()).await;
    let (ours, theirs) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    let (_, with_issuer) = connect(&issuer, &mallory, invitation(Handshake::DidExchange11)).await;
    let (with_holder, _) = connect(&mallory, &holder, invitation(Handshake::DidExchange11)).await;
    let forgers = [Forger::of(&mallory, &with_issuer).await, Forger::of(&mallory, &with_holder).await];

    let (at_issuer, at_holder) = requested(&issuer, &holder, &ours).await;
    let thread = at_issuer.thread_id.as_str();
    // A forger may begin exchanges of its own; this one and what it brings it cannot touch.
    let undisturbed = async || {
        let records = async || {
            let stored = holder
                .credentials(vouchsafe_store::CredentialFilter::default(), vouchsafe_agent::Page::ALL)
                .await
                .unwrap()
                .len();
            (issuer.exchange(&at_issuer.id).await.unwrap(), holder.exchange(&at_holder.id).await.unwrap(), stored)
        };
        let before = records().await;
        for forger in &forgers {
            all_of(forger, every_message(thread)).await;
        }
        assert_eq!(records().await, before);
    };
    undisturbed().await;
    issuer.issue_credential(&at_issuer.id, None).await.unwrap();
    exchange_in(&holder, thread, "credential-received").await;
    undisturbed().await;
    holder.store_credential(&at_holder.id, None).await.unwrap();
    exchange_in(&issuer, thread, "done").await;
    undisturbed().await;
    // Nor with its own messages, once the exchange is over.
    for (agent, connection) in [(&holder, &theirs), (&issuer, &ours)] {
        let before = [holdings(&issuer).await, holdings(&holder).await];
        all_of(&Forger::of(agent, connection).await, every_message(thread)).await;
        assert_eq!([holdings(&issuer).await, holdings(&holder).await], before);
    }
    a_flow_works_over(&issuer, &holder, &ours).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_gets_no_second_credential() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    let (ours, theirs) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    let forger = Forger::of(&holder, &theirs).await;
    let (at_issuer, at_holder) = requested(&issuer, &holder, &ours).await;
    let thread = at_issuer.thread_id.as_str();
    let detail = at_holder.payload(Stage::Request).unwrap().value.clone();
    let again = async || {
        // The same once more, and the same under another id.
        let sent = at_holder.cred_request().unwrap();
        assert_eq!(forger.say(sent).await, 200);
        assert_eq!(forger.say(&request(Some(thread), &detail)).await, 200);
    };
    again().await;
    issuer.issue_credential(&at_issuer.id, None).await.unwrap();
    again().await;
    assert!(issuer.issue_credential(&at_issuer.id, None).await.is_err());
    exchange_in(&holder, thread, "credential-received").await;
    holder.store_credential(&at_holder.id, None).await.unwrap();
    exchange_in(&issuer, thread, "done").await;
    again().await;
    assert!(holder.store_credential(&at_holder.id, None).await.is_err());
    let (one, other) = (holdings(&issuer).await, holdings(&holder).await);
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    assert_eq!((holdings(&issuer).await, holdings(&holder).await), (one, other));
    a_flow_works_over(&issuer, &holder, &ours).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_for_the_other_role_or_too_early_leaves_the_exchange_as_it_is() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    let (ours, theirs) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    let (at_issuer, at_holder) = requested(&issuer, &holder, &ours).await;
    let thread = at_issuer.thread_id.as_str();
    let forger = Forger::of(&holder, &theirs).await;
    let of_kind = |names: [&str; 2]| {
        every_message(thread)
            .into_iter()
            .filter(move |one| names.contains(&one.message_type().name.as_str()))
            .collect::<Vec<_>>()
    };
    // To the issuer: what only an issuer says, and an ack before anything was issued.
    let before = holdings(&issuer).await;
    all_of(&forger, of_kind(["offer-credential", "issue-credential"])).await;
    all_of(&forger, of_kind(["ack", "propose-credential"])).await;
    assert_eq!(holdings(&issuer).await, before);
    // To the holder: what only a holder says.
    let before = holdings(&holder).await;
    all_of(&Forger::of(&issuer, &ours).await, of_kind(["request-credential", "propose-credential"])).await;
    assert_eq!(holdings(&holder).await, before);
    issuer.issue_credential(&at_issuer.id, None).await.unwrap();
    exchange_in(&holder, thread, "credential-received").await;
    holder.store_credential(&at_holder.id, None).await.unwrap();
    exchange_in(&issuer, thread, "done").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stranger_or_nobody_says_is_taken_from_the_wire_and_changes_nothing() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    let (_, theirs) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    let forger = Forger::of(&holder, &theirs).await;
    let before = holdings(&issuer).await;
    let stranger = SigningKey::generate();
    for message in every_message("nobody's thread") {
        for sender in [None, Some(&stranger)] {
            // 200, as ACA-Py answers whatever it can open: the sender learns nothing of who is known here.
            let sealed = pack(&message.to_bytes(), sender, &[forger.to]).unwrap();
            assert_eq!(forger.post(sealed).await, (200, String::new()), "{}", message.message_type());
        }
    }
    assert_eq!(holdings(&issuer).await, before);
}
