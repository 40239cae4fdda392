//! Attachments that come as a link (RFC 0017), from a real web server that does not always have what was promised.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "bad_input/forger.rs"]
#[allow(dead_code, reason = "a part is used")]
mod forger;
mod support;

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use vouchsafe_agent::connect::{CreateInvitation, InvitationAttachment, ReceiveInvitation};
use vouchsafe_agent::{Agent, AgentError, Config, LinkError, Page, Policy, PrivateAddresses};
use vouchsafe_didcomm::Message;
use vouchsafe_protocols::connection::{Connection, Handshake};
use vouchsafe_store::ExchangeFilter;

use forger::{Forger, PROTOCOL, message, requested};
use support::{connect, credential, did_key, exchange_in, invitation, policy, wallet};

/// A web server with one document and a few that are not there.
async fn served(document: Vec<u8>) -> String {
    let large = vec![b' '; 1024 * 1024 + 1];
    let router = Router::new()
        .route("/document", get(async || document))
        .route("/large", get(async || large))
        .route("/elsewhere", get(async || Redirect::temporary("/document")));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

fn hash(content: &[u8]) -> String {
    format!("{:x}", Sha256::digest(content))
}

fn linked(name: &str, member: &str, format: &str, thread: Option<&str>, data: &Value) -> Message {
    let body = json!({
        "formats": [{"attach_id": "it", "format": format}, {"attach_id": "other", "format": "somebody/else@v1"}],
        member: [
            {"@id": "other", "data": {"links": ["http://127.0.0.1:1/never-asked-for"]}},
            {"@id": "it", "mime-type": "application/json", "data": data},
        ],
    });
    message(&format!("{PROTOCOL}/{name}"), thread, &body)
}

fn offer(data: &Value) -> Message {
    linked("offer-credential", "offers~attach", "aries/ld-proof-vc-detail@v1.0", None, data)
}

async fn pair(holder: Policy) -> (Agent, Agent, Connection, Connection) {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", holder).await);
    let (ours, theirs) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    (issuer, holder, ours, theirs)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_and_its_credential_may_be_links_with_a_hash() {
    let (issuer, holder, ours, _) = pair(policy()).await;
    let forger = Forger::of(&issuer, &ours).await;
    let did = did_key(&issuer).await;
    let detail = json!({"credential": credential(&did, "Ada"), "options": {"proofType": "Ed25519Signature2020"}});
    let content = detail.to_string().into_bytes();
    let base = served(content.clone()).await;
    // The first address does not answer; any will do.
    let urls = [format!("{base}/nowhere"), format!("{base}/document")];
    let sent = offer(&json!({"links": urls, "sha256": hash(&content)}));
    assert_eq!(forger.say(&sent).await, 200);
    let offered = exchange_in(&holder, sent.id(), "offer-received").await;
    assert_eq!(offered.by_format()["cred_offer"]["ld_proof"]["credential"]["issuer"], did.as_str());

    // And a credential that is only linked is taken as if it were there.
    let (at_issuer, at_holder) = requested(&issuer, &holder, &ours).await;
    issuer.issue_credential(&at_issuer.id, None).await.unwrap();
    exchange_in(&holder, &at_issuer.thread_id, "credential-received").await;
    let credential = holder.exchange(&at_holder.id).await.unwrap().credential().unwrap();
    let (_, again) = requested(&issuer, &holder, &ours).await;
    let other = again.by_format()["cred_request"]["ld_proof"]["credential"].clone();
    let mut altered = credential;
    altered["issuer"] = other["issuer"].clone();
    altered["credentialSubject"] = other["credentialSubject"].clone();
    let content = altered.to_string().into_bytes();
    let base = served(content.clone()).await;
    let data = json!({"links": [format!("{base}/document")], "sha256": hash(&content)});
    let message =
        linked("issue-credential", "credentials~attach", "aries/ld-proof-vc@v1.0", Some(&again.thread_id), &data);
    assert_eq!(forger.say(&message).await, 200);
    exchange_in(&holder, &again.thread_id, "credential-received").await;
    // Its proof is another's: that is found out as for any.
    let refused = holder.store_credential(&again.id, None).await.unwrap();
    assert_eq!(refused.state_word(), "abandoned");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_link_does_not_lead_to_ends_the_exchange_with_its_own_sentence() {
    let (issuer, holder, ours, _) = pair(policy()).await;
    let forger = Forger::of(&issuer, &ours).await;
    let content = b"{}".to_vec();
    let base = served(content.clone()).await;
    let (right, wrong) = (hash(&content), hash(b"something else"));
    let cases = [
        (json!({"links": [format!("{base}/document")]}), "without a SHA-256 hash"),
        (json!({"links": [format!("{base}/document")], "sha256": "1234"}), "without a SHA-256 hash"),
        (json!({"links": [format!("{base}/document")], "sha256": wrong}), "does not match its SHA-256 hash"),
        (json!({"links": [format!("{base}/nowhere")], "sha256": right}), "answered HTTP 404"),
        (json!({"links": [format!("{base}/elsewhere")], "sha256": right}), "answered HTTP 307"),
        (json!({"links": [format!("{base}/large")], "sha256": right}), "larger than 1048576 bytes"),
        (json!({"links": ["ftp://example.org/x"], "sha256": right}), "neither http nor https"),
        (json!({"links": ["file:///etc/passwd"], "sha256": right}), "neither http nor https"),
        (json!({"links": ["http://127.0.0.1:1/"], "sha256": right}), "could not be fetched"),
        (json!({"links": [format!("{base}/document")], "sha256": right}), "missing"),
    ];
    for (data, sentence) in cases {
        // As an answer to a request of the holder's: the exchange ends at both sides.
        let (at_issuer, at_holder) = requested(&issuer, &holder, &ours).await;
        let thread = at_issuer.thread_id.as_str();
        let message = linked("issue-credential", "credentials~attach", "aries/ld-proof-vc@v1.0", Some(thread), &data);
        assert_eq!(forger.say(&message).await, 200, "{data}");
        let ended = exchange_in(&holder, thread, "abandoned").await;
        let reason = ended.error_msg.unwrap_or_default();
        if sentence != "missing" {
            assert!(reason.contains(sentence), "{data}: {reason}");
        }
        let told = exchange_in(&issuer, thread, "abandoned").await;
        assert!(told.error_msg.unwrap_or_default().contains(&reason["created problem report: ".len()..]), "{data}");
        assert_eq!(holder.exchange(&at_holder.id).await.unwrap().state_word(), "abandoned");

        // As an offer out of the blue: nothing is kept of it.
        let sent = offer(&data);
        assert_eq!(forger.say(&sent).await, 200);
        let filter = ExchangeFilter { thread_id: Some(sent.id().to_owned()), ..ExchangeFilter::default() };
        assert!(holder.exchanges(filter, Page::ALL).await.unwrap().is_empty(), "{data}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_this_computer_is_not_followed_where_that_was_not_allowed() {
    let (issuer, holder, ours, _) = pair(policy()).await;
    let forger = Forger::of(&issuer, &ours).await;
    let content = b"{}".to_vec();
    let base = served(content.clone()).await;
    let mut config = Config::clone(&holder.config());
    config.policy.private_addresses = PrivateAddresses::Ask;
    let (at_issuer, _) = requested(&issuer, &holder, &ours).await;
    holder.set_config(config);
    let thread = at_issuer.thread_id.as_str();
    let data = json!({"links": [format!("{base}/document")], "sha256": hash(&content)});
    let message = linked("issue-credential", "credentials~attach", "aries/ld-proof-vc@v1.0", Some(thread), &data);
    assert_eq!(forger.say(&message).await, 200);
    let reason = exchange_in(&holder, thread, "abandoned").await.error_msg.unwrap();
    assert!(reason.contains("on this computer"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_may_link_to_its_offer() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    let did = did_key(&issuer).await;
    let detail = support::detail(&did, "Ada", "Ed25519Signature2020");
    let made = issuer.create_offer(support::start(None, detail)).await.unwrap();
    let attachments = vec![InvitationAttachment { id: made.id.clone(), kind: "credential-offer".to_owned() }];
    let wanted = CreateInvitation { attachments, ..CreateInvitation::default() };
    let sent = issuer.create_invitation(wanted).await.unwrap();
    let mut value = serde_json::to_value(&sent.invitation).unwrap();
    let content = value["requests~attach"][0]["data"]["json"].to_string().into_bytes();
    let base = served(content.clone()).await;
    let hashed = |sha256: String| json!({"links": [format!("{base}/document")], "sha256": sha256});

    value["requests~attach"][0]["data"] = hashed(hash(b"another"));
    let refused = holder.receive_invitation(value.clone(), ReceiveInvitation::default()).await.unwrap_err();
    assert!(matches!(refused, AgentError::Link(LinkError::WrongHash)), "{refused}");

    value["requests~attach"][0]["data"] = hashed(hash(&content));
    holder.receive_invitation(value, ReceiveInvitation::default()).await.unwrap();
    exchange_in(&holder, &made.thread_id, "offer-received").await;
}
