//! Trying again: the same message goes out once more, and nothing is done twice by it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use support::{connect, detail, did_key, exchange_in, invitation, policy, start, wallet};
use vouchsafe_agent::issue::RequestCredential;
use vouchsafe_agent::{AgentError, Page};
use vouchsafe_protocols::connection::Handshake;
use vouchsafe_store::{CredentialFilter, ExchangeFilter};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_once_more_is_known_again() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    let (ours, _) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    let did = did_key(&issuer).await;
    let detail = detail(&did, "Ada", "Ed25519Signature2020");
    let offer = issuer.send_offer(start(Some(&ours), detail)).await.unwrap();
    let offered = exchange_in(&holder, &offer.thread_id, "offer-received").await;
    // It is our own turn: there is nothing to send again.
    assert!(matches!(holder.retry_exchange(&offered.id).await, Err(AgentError::NotNow { .. })));
    issuer.retry_exchange(&offer.id).await.unwrap();
    holder.request_credential(&offered.id, RequestCredential::default()).await.unwrap();
    let requested = exchange_in(&issuer, &offer.thread_id, "request-received").await;
    holder.retry_exchange(&offered.id).await.unwrap();
    issuer.issue_credential(&requested.id, None).await.unwrap();
    let received = exchange_in(&holder, &offer.thread_id, "credential-received").await;
    issuer.retry_exchange(&offer.id).await.unwrap();
    holder.store_credential(&received.id, None).await.unwrap();
    exchange_in(&issuer, &offer.thread_id, "done").await;
    for agent in [&issuer, &holder] {
        assert_eq!(agent.exchanges(ExchangeFilter::default(), Page::default()).await.unwrap().len(), 1);
    }
    assert_eq!(holder.credentials(CredentialFilter::default(), Page::default()).await.unwrap().len(), 1);
}
