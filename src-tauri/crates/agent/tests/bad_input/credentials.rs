//! Credentials that are not what was requested, or not what they claim to be; offers and requests that cannot be meant.

use serde_json::{Value, json};
use vouchsafe_agent::Agent;
use vouchsafe_credentials::{ProofOptions, Suite, sign};
use vouchsafe_didcomm::SigningKey;
use vouchsafe_protocols::connection::{Connection, Handshake};
use vouchsafe_protocols::issue_credential::{CredentialExchange, Stage};
use vouchsafe_store::CredentialFilter;

use super::forger::{Forger, a_flow_works_over, issue, key_of, offer, request, requested};
use super::support::{automatic, connect, credential, did_key, exchange_in, invitation, policy, until, wallet};
use vouchsafe_agent::Page;

const SUITE: Suite = Suite::Ed25519Signature2020;

struct Signer {
    key: SigningKey,
    method: String,
}

impl Signer {
    async fn of(agent: &Agent, did: &str) -> Self {
        let row = agent.did(did).await.unwrap();
        let fragment = did.strip_prefix("did:key:").unwrap();
        Self { key: key_of(agent, row.verkey.unwrap()).await, method: format!("{did}#{fragment}") }
    }

    fn sign(&self, credential: &Value) -> Value {
        sign(credential, SUITE, &self.key, &self.method, jiff::Timestamp::now(), &ProofOptions::default()).unwrap()
    }
}

/// The credential that was requested, before its proof.
fn wanted(exchange: &CredentialExchange) -> Value {
    exchange.payload(Stage::Request).unwrap().ld_proof_detail().unwrap().credential().clone()
}

/// What is changed, and how.
type Change = (&'static str, fn(&mut Value, &str));

/// Sends `credential` in answer to the request, and gives the reason for which it was refused.
async fn refused(
    issuer: &Agent,
    holder: &Agent,
    ours: &Connection,
    exchange: &CredentialExchange,
    credential: &Value,
) -> String {
    let forger = Forger::of(issuer, ours).await;
    assert_eq!(forger.say(&issue(&exchange.thread_id, credential)).await, 200);
    let ended = exchange_in(holder, &exchange.thread_id, "abandoned").await;
    // The issuer is told, too.
    exchange_in(issuer, &exchange.thread_id, "abandoned").await;
    assert_eq!(holder.credentials(CredentialFilter::default(), Page::ALL).await.unwrap().len(), 0);
    ended.error_msg.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_that_is_not_what_was_requested_is_refused_with_a_reason() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", policy()).await);
    let (ours, _) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    let other = did_key(&issuer).await;
    let changes: [Change; 6] = [
        ("one character of a claim", |value, _| value["credentialSubject"]["name"] = "Adb".into()),
        ("the issuer", |value, other| value["issuer"] = other.into()),
        ("the subject", |value, other| value["credentialSubject"]["id"] = other.into()),
        ("the context's meaning of a term", |value, _| {
            value["@context"][1]["degree"] = "https://example.org/vocab#rank".into();
        }),
        ("a defined member more", |value, _| value["expirationDate"] = "2040-01-01T00:00:00Z".into()),
        ("a member less", |value, _| drop(value["credentialSubject"].as_object_mut().unwrap().remove("degree"))),
    ];
    for (what, change) in changes {
        let (_, exchange) = requested(&issuer, &holder, &ours).await;
        let mut forged = wanted(&exchange);
        change(&mut forged, &other);
        let issuer_did = forged["issuer"].as_str().unwrap().to_owned();
        let forged = Signer::of(&issuer, &issuer_did).await.sign(&forged);
        let reason = refused(&issuer, &holder, &ours, &exchange, &forged).await;
        assert!(reason.contains("not what was requested"), "{what}: {reason}");
    }
    a_flow_works_over(&issuer, &holder, &ours).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_that_is_not_what_it_claims_to_be_is_refused_with_a_reason() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", automatic_store()).await);
    let (ours, _) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    let stranger = SigningKey::generate();
    for case in ["undefined member", "another key", "another's method", "proof changed", "no proof", "unknown context"]
    {
        let (_, exchange) = requested(&issuer, &holder, &ours).await;
        let wanted = wanted(&exchange);
        let did = wanted["issuer"].as_str().unwrap().to_owned();
        let signer = Signer::of(&issuer, &did).await;
        let mut forged = signer.sign(&wanted);
        match case {
            "undefined member" => forged["credentialSubject"]["grade"] = "A".into(),
            "another key" => forged = Signer { key: stranger_key(&stranger), ..signer }.sign(&wanted),
            "another's method" => {
                let own = stranger.verkey().to_did_key();
                let method = format!("{own}#{}", own.strip_prefix("did:key:").unwrap());
                forged["proof"]["verificationMethod"] = method.into();
            }
            "proof changed" => {
                let proof = forged["proof"]["proofValue"].as_str().unwrap();
                let last = if proof.ends_with('2') { '3' } else { '2' };
                forged["proof"]["proofValue"] = format!("{}{last}", &proof[..proof.len() - 1]).into();
            }
            "no proof" => drop(forged.as_object_mut().unwrap().remove("proof")),
            _ => forged["@context"].as_array_mut().unwrap().push("https://example.org/unknown/v1".into()),
        }
        let reason = refused(&issuer, &holder, &ours, &exchange, &forged).await;
        assert!(reason.len() > 30 && reason.len() < 600, "{case}: {reason}");
    }
    a_flow_works_over(&issuer, &holder, &ours).await;
}

fn stranger_key(key: &SigningKey) -> SigningKey {
    SigningKey::from_seed(key.seed())
}

fn automatic_store() -> vouchsafe_agent::Policy {
    vouchsafe_agent::Policy { auto_store_credential: true, ..policy() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_no_signature_would_cover_is_declined_by_itself_with_a_reason() {
    let (issuer, holder) = (wallet("Issuer", policy()).await, wallet("Holder", automatic()).await);
    let (ours, theirs) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    let did = did_key(&issuer).await;
    let forger = Forger::of(&issuer, &ours).await;
    let detail =
        |credential: Value| json!({"credential": credential, "options": {"proofType": "Ed25519Signature2020"}});
    let mut undefined = credential(&did, "Ada");
    undefined["credentialSubject"]["grade"] = "A".into();
    let mut unknown = credential(&did, "Ada");
    unknown["@context"].as_array_mut().unwrap().push("https://example.org/unknown/v1".into());
    for (credential, word) in [(undefined, "grade"), (unknown, "unknown/v1")] {
        let offer = offer(&detail(credential));
        assert_eq!(forger.say(&offer).await, 200);
        let ended = exchange_in(&holder, offer.id(), "abandoned").await;
        assert!(ended.error_msg.as_deref().unwrap().contains(word), "{:?}", ended.error_msg);
    }
    // A request that is not what was offered.
    let sent = issuer
        .send_offer(super::support::start(Some(&ours), super::support::detail(&did, "Ada", "Ed25519Signature2020")));
    let thread = sent.await.unwrap().thread_id;
    let mut other = wanted(&exchange_in(&issuer, &thread, "request-received").await);
    other["credentialSubject"]["degree"] = "PhD".into();
    let second = issuer
        .send_offer(super::support::start(Some(&ours), super::support::detail(&did, "Ada", "Ed25519Signature2020")));
    let second = second.await.unwrap().thread_id;
    // The automatic holder is quick: then the forged request is a second one, and no better for it.
    Forger::of(&holder, &theirs).await.say(&request(Some(&second), &detail(other))).await;
    let asked = until("the issuer was asked", || async {
        let filter = vouchsafe_store::ExchangeFilter { thread_id: Some(second.clone()), ..Default::default() };
        let found = issuer.exchanges(filter, Page::ALL).await.unwrap().pop().unwrap();
        (found.state_word() != "offer-sent").then_some(found)
    })
    .await;
    match asked.state_word() {
        "abandoned" => assert!(asked.error_msg.unwrap().contains("not what was offered")),
        _ => assert_eq!(wanted(&asked)["credentialSubject"]["degree"], "BSc"),
    }
    // A request for somebody else's signature.
    let mut foreign = credential(&SigningKey::generate().verkey().to_did_key(), "Ada");
    foreign["credentialSubject"]["id"] = json!(did);
    let request = request(None, &detail(foreign));
    Forger::of(&holder, &theirs).await.say(&request).await;
    let exchange = exchange_in(&issuer, request.id(), "request-received").await;
    let error = issuer.issue_credential(&exchange.id, None).await.unwrap_err();
    assert_eq!(error.code(), "credential-refused", "{error}");
}
