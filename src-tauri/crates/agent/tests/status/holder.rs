//! The holder: what it refuses, and what it keeps when it looks by schedule.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use jiff::SignedDuration;
use parking_lot::Mutex;
use serde_json::{Value, json};
use vouchsafe_agent::status::{IssuedStatus, StatusState};
use vouchsafe_agent::{AgentError, Config, Page, Policy};
use vouchsafe_credentials::status::{Bits, Form, NewList, Purpose, entry, list_credential};
use vouchsafe_credentials::{ProofOptions, Suite, sign};
use vouchsafe_didcomm::SigningKey;
use vouchsafe_store::CredentialFilter;

use crate::harness::{Fault, Step};
use crate::pair::Pair;
use crate::support::{automatic, exchange_in, policy, silent_wallet};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_back_before_it_is_stored_is_refused() {
    let pair = Pair::new().await;
    let storing = Policy { auto_store_credential: false, ..automatic() };
    pair.holder.set_config(Config { policy: storing, ..Config::clone(&pair.holder.config()) });
    for (to, sentence) in
        [(IssuedStatus::Revoked, "its issuer has revoked it"), (IssuedStatus::Suspended, "its issuer has suspended it")]
    {
        let offer = pair.issuer.send_offer(pair.revocable("Ada")).await.unwrap();
        let received = exchange_in(&pair.holder, &offer.thread_id, "credential-received").await;
        exchange_in(&pair.issuer, &offer.thread_id, "credential-issued").await;
        pair.issuer.set_status(vec![offer.id], to, true).await.unwrap();
        let refused = pair.holder.store_credential(&received.id, None).await.unwrap();
        assert_eq!(refused.state_word(), "abandoned");
        assert!(refused.error_msg.as_deref().unwrap_or_default().contains(sentence), "{:?}", refused.error_msg);
        let told = exchange_in(&pair.issuer, &offer.thread_id, "abandoned").await;
        assert!(told.error_msg.as_deref().unwrap_or_default().contains(sentence), "{:?}", told.error_msg);
    }
    assert!(pair.holder.credentials(CredentialFilter::default(), Page::default()).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_fetch_serves_all_credentials_of_a_list() {
    let pair = Pair::new().await;
    let mut offers = Vec::new();
    for name in ["Ada", "Ben", "Cy"] {
        offers.push(pair.issue(name).await);
    }
    let round = pair.holder.check_statuses(SignedDuration::from_hours(6)).await.unwrap();
    assert_eq!(round.looked_at, 0, "they were looked at when they were stored");
    pair.issuer.set_status(vec![offers[1].0.id.clone()], IssuedStatus::Suspended, true).await.unwrap();

    pair.server.hook(|_, _| {});
    let round = pair.holder.check_statuses(SignedDuration::ZERO).await.unwrap();
    assert_eq!((round.looked_at, round.changed, round.unread), (3, 1, 0));
    let asked = pair.server.door.count.load(std::sync::atomic::Ordering::SeqCst);
    assert!(asked <= 6, "two lists, not six: {asked} requests");
    assert_eq!(pair.kept(&offers[0].1.record_id).await.state, StatusState::Valid);
    assert_eq!(pair.kept(&offers[1].1.record_id).await.state, StatusState::Suspended);

    pair.issuer.set_status(vec![offers[1].0.id.clone()], IssuedStatus::Revoked, true).await.unwrap();
    pair.holder.check_statuses(SignedDuration::ZERO).await.unwrap();
    let round = pair.holder.check_statuses(SignedDuration::ZERO).await.unwrap();
    assert_eq!(round.looked_at, 2, "what is revoked stays revoked");
}

#[tokio::test(flavor = "multi_thread")]
async fn offline_the_last_known_state_stays_with_its_time() {
    let pair = Pair::new().await;
    let (_, row) = pair.issue("Ada").await;
    let before = pair.kept(&row.record_id).await;
    let down = || std::iter::repeat_n(Fault::Down, 50);
    pair.server.meet(Step::Read, down());
    let seen = pair.holder.check_status(&row.record_id).await.unwrap();
    assert_eq!((seen.state, seen.checked_at), (StatusState::Valid, before.checked_at));
    assert!(
        seen.detail.starts_with("its issuer lets it stand; since then it could not be looked up: "),
        "{}",
        seen.detail
    );
    let again = pair.holder.check_status(&row.record_id).await.unwrap();
    assert_eq!(again.detail, seen.detail, "the reasons do not pile up");
    pair.server.fair();
    let seen = pair.holder.check_status(&row.record_id).await.unwrap();
    assert_eq!((seen.state, seen.detail.as_str()), (StatusState::Valid, "its issuer lets it stand"));
    assert!(seen.checked_at > before.checked_at);
}

/// An issuer elsewhere, by a did:key, whose list is on a web server.
struct Elsewhere {
    key: SigningKey,
    url: String,
    list: Arc<Mutex<String>>,
}

impl Elsewhere {
    async fn new() -> Self {
        let list = Arc::new(Mutex::new(String::new()));
        let served = Arc::clone(&list);
        let app = Router::new().route("/list", get(move || async move { served.lock().clone() }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/list", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        let elsewhere = Self { key: SigningKey::from_seed(&[5; 32]), url, list };
        elsewhere.revoke(&[]);
        elsewhere
    }

    fn signed(&self, plain: &Value) -> Value {
        let method = self.key.verkey().to_did_key_reference();
        let now = jiff::Timestamp::now();
        sign(plain, Suite::Ed25519Signature2020, &self.key, &method, now, &ProofOptions::default()).unwrap()
    }

    fn revoke(&self, indexes: &[u64]) {
        let mut bits = Bits::new(0);
        assert!(indexes.iter().all(|index| bits.set(*index, true)));
        let list = list_credential(&NewList {
            form: Form::Bitstring,
            purpose: &Purpose::Revocation,
            id: &self.url,
            issuer: &self.key.verkey().to_did_key(),
            bits: &bits,
            made_at: jiff::Timestamp::now(),
        });
        *self.list.lock() = self.signed(&list).to_string();
    }

    fn credential(&self, index: u64) -> Value {
        self.signed(&json!({
            "@context": ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/security/suites/ed25519-2020/v1"],
            "type": ["VerifiableCredential"],
            "issuer": self.key.verkey().to_did_key(),
            "credentialSubject": {"id": "did:example:holder"},
            "credentialStatus": entry(Form::Bitstring, &Purpose::Revocation, &self.url, index),
        }))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_on_a_web_server_is_read_where_the_address_policy_lets_it() {
    let elsewhere = Elsewhere::new().await;
    let holder = silent_wallet("Holder", policy()).await;
    let record_id = holder.keep_credential(elsewhere.credential(7)).await.unwrap();
    assert_eq!(holder.check_status(&record_id).await.unwrap().state, StatusState::Valid);
    elsewhere.revoke(&[7]);
    assert_eq!(holder.check_status(&record_id).await.unwrap().state, StatusState::Revoked);
    let refused = holder.keep_credential(elsewhere.credential(7)).await.unwrap_err();
    assert!(matches!(&refused, AgentError::Credential(reason) if reason.starts_with("its issuer has revoked it")));

    let careful = silent_wallet("Careful", Policy::default()).await;
    let record_id = careful.keep_credential(elsewhere.credential(8)).await.unwrap();
    let status = careful.check_status(&record_id).await.unwrap();
    assert_eq!((status.state, status.detail.as_str()), (StatusState::Unknown, "its status list has no https address"));
}
