//! A peer that knows the keys of a wallet and says with them whatever a test wants.

use serde_json::{Value, json};
use vouchsafe_agent::Agent;
use vouchsafe_agent::issue::RequestCredential;
use vouchsafe_didcomm::{Attachment, Message, SigningKey, Thread, Verkey, pack};
use vouchsafe_protocols::connection::{Connection, Handshake};
use vouchsafe_protocols::issue_credential::CredentialExchange;
use vouchsafe_store::{ConnectionFilter, CredentialFilter, ExchangeFilter, InvitationFilter, StoreError};

use crate::support::{connect, detail, did_key, exchange_in, invitation, start, until};
use vouchsafe_agent::Page;

pub const PROTOCOL: &str = "https://didcomm.org/issue-credential/2.0";

pub fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

pub async fn key_of(agent: &Agent, verkey: Verkey) -> SigningKey {
    agent.store().read(move |reader| reader.signing_key(&verkey)).await.unwrap().unwrap()
}

/// Sends with the keys of one side of a connection.
pub struct Forger {
    pub key: SigningKey,
    pub to: Verkey,
    pub url: String,
    http: reqwest::Client,
}

impl Forger {
    /// Speaks as `agent` does over `connection`, which is its record of it.
    pub async fn of(agent: &Agent, connection: &Connection) -> Self {
        let their = connection.their.clone().unwrap();
        let key = key_of(agent, connection.my.as_ref().unwrap().verkey).await;
        Self { key, to: their.verkey, url: their.endpoint.unwrap(), http: http() }
    }

    pub async fn post(&self, envelope: Vec<u8>) -> (u16, String) {
        post(&self.http, &self.url, envelope).await
    }

    pub fn pack(&self, plaintext: &[u8]) -> Vec<u8> {
        pack(plaintext, Some(&self.key), &[self.to]).unwrap()
    }

    pub async fn say_bytes(&self, plaintext: &[u8]) -> (u16, String) {
        self.post(self.pack(plaintext)).await
    }

    pub async fn say(&self, message: &Message) -> u16 {
        self.say_bytes(&message.to_bytes()).await.0
    }
}

pub async fn post(http: &reqwest::Client, url: &str, envelope: Vec<u8>) -> (u16, String) {
    let sent = http.post(url).header("content-type", "application/ssi-agent-wire").body(envelope).send().await.unwrap();
    (sent.status().as_u16(), sent.text().await.unwrap())
}

pub fn message(kind: &str, thread: Option<&str>, body: &Value) -> Message {
    let id = uuid::Uuid::new_v4().to_string();
    let message = Message::build(kind, id, body).unwrap();
    match thread {
        Some(thid) => message.with_thread(Thread { thid: Some(thid.to_owned()), ..Thread::default() }),
        None => message,
    }
}

/// `issue-credential` with this credential.
pub fn issue(thread: &str, credential: &Value) -> Message {
    carrying("issue-credential", "credentials~attach", "aries/ld-proof-vc@v1.0", Some(thread), credential)
}

/// `offer-credential` of this detail.
pub fn offer(detail: &Value) -> Message {
    carrying("offer-credential", "offers~attach", "aries/ld-proof-vc-detail@v1.0", None, detail)
}

/// `request-credential` of this detail.
pub fn request(thread: Option<&str>, detail: &Value) -> Message {
    carrying("request-credential", "requests~attach", "aries/ld-proof-vc-detail@v1.0", thread, detail)
}

fn carrying(name: &str, member: &str, format: &str, thread: Option<&str>, content: &Value) -> Message {
    let attachment = Attachment::base64_json("it", content).unwrap();
    let body = json!({"formats": [{"attach_id": "it", "format": format}], member: [attachment]});
    message(&format!("{PROTOCOL}/{name}"), thread, &body)
}

/// How much a wallet holds: what a refused message must not change.
#[derive(Debug, PartialEq, Eq)]
pub struct Holdings {
    connections: usize,
    invitations: usize,
    exchanges: Vec<(String, &'static str)>,
    credentials: usize,
    messages: usize,
}

pub async fn holdings(agent: &Agent) -> Holdings {
    let counts = |reader: &vouchsafe_store::Reader<'_>| {
        let connections = reader.connections(&ConnectionFilter::default(), Page::ALL)?;
        let mut messages = 0;
        for connection in &connections {
            messages += reader.basic_messages(&connection.id, Page::ALL)?.len();
        }
        let invitations = reader.invitations(&InvitationFilter::default(), Page::ALL)?.len();
        Ok::<_, StoreError>((connections.len(), invitations, messages))
    };
    let (connections, invitations, messages) = agent.store().read(counts).await.unwrap();
    let exchanges = agent.exchanges(ExchangeFilter::default(), Page::ALL).await.unwrap();
    Holdings {
        connections,
        invitations,
        messages,
        exchanges: exchanges.into_iter().map(|one| (one.id.clone(), one.state_word())).collect(),
        credentials: agent.credentials(CredentialFilter::default(), Page::ALL).await.unwrap().len(),
    }
}

/// An exchange over this connection up to the request; both sides' records.
pub async fn requested(issuer: &Agent, holder: &Agent, ours: &Connection) -> (CredentialExchange, CredentialExchange) {
    let did = did_key(issuer).await;
    let sent = issuer.send_offer(start(Some(ours), detail(&did, "Ada", "Ed25519Signature2020"))).await.unwrap();
    let offered = exchange_in(holder, &sent.thread_id, "offer-received").await;
    holder.request_credential(&offered.id, RequestCredential::default()).await.unwrap();
    let requested = exchange_in(issuer, &sent.thread_id, "request-received").await;
    (requested, exchange_in(holder, &sent.thread_id, "request-sent").await)
}

/// A whole flow by hand: the wallets still work.
pub async fn a_flow_works(issuer: &Agent, holder: &Agent) {
    let (ours, _) = connect(issuer, holder, invitation(Handshake::DidExchange11)).await;
    a_flow_works_over(issuer, holder, &ours).await;
}

pub async fn a_flow_works_over(issuer: &Agent, holder: &Agent, ours: &Connection) {
    let (at_issuer, at_holder) = requested(issuer, holder, ours).await;
    // Automatic wallets may be quicker.
    let _ = issuer.issue_credential(&at_issuer.id, None).await;
    until("the credential is there", || async {
        let state = holder.exchange(&at_holder.id).await.unwrap().state_word();
        matches!(state, "credential-received" | "done").then_some(())
    })
    .await;
    let _ = holder.store_credential(&at_holder.id, None).await;
    exchange_in(holder, &at_holder.thread_id, "done").await;
    exchange_in(issuer, &at_issuer.thread_id, "done").await;
}
