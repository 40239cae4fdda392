//! Two wallets on loopback, and waiting for them without sleeping longer than needed.
#![allow(dead_code, reason = "each test file uses a part")]

pub mod dice;
pub mod network;

use std::time::Duration;

use serde_json::{Value, json};
use vouchsafe_agent::connect::{ConnectionFilter, CreateInvitation, ReceiveInvitation};
use vouchsafe_agent::issue::StartExchange;
use vouchsafe_agent::wallet_dids::CreateDid;
use vouchsafe_agent::{Agent, Config, Page, Policy, PrivateAddresses};
use vouchsafe_protocols::connection::{Connection, Handshake};
use vouchsafe_protocols::issue_credential::{CredentialExchange, LdProofDetail};
use vouchsafe_store::{ExchangeFilter, Store};

pub fn policy() -> Policy {
    Policy { private_addresses: PrivateAddresses::Allow, preserve_exchange_records: true, ..Policy::default() }
}

pub fn automatic() -> Policy {
    Policy {
        auto_accept_invites: true,
        auto_accept_requests: true,
        auto_respond_credential_offer: true,
        auto_respond_credential_proposal: true,
        auto_respond_credential_request: true,
        auto_store_credential: true,
        ..policy()
    }
}

/// A wallet that listens on a free port.
pub async fn wallet(label: &str, policy: Policy) -> Agent {
    wallet_on(label, policy, "http").await
}

pub async fn wallet_on(label: &str, policy: Policy, scheme: &str) -> Agent {
    let agent = silent_wallet(label, policy).await;
    let address = agent.listen("127.0.0.1:0").await.unwrap();
    let config = Config { endpoints: vec![format!("{scheme}://{address}")], ..Config::clone(&agent.config()) };
    agent.set_config(config);
    agent
}

/// A wallet in this store that listens on a free port.
pub async fn wallet_in(label: &str, policy: Policy, store: Store) -> Agent {
    let config = Config { label: label.to_owned(), policy, ..Config::default() };
    let agent = Agent::start(store, config, Vec::new()).await.unwrap();
    let address = agent.listen("127.0.0.1:0").await.unwrap();
    agent.set_config(Config { endpoints: vec![format!("http://{address}")], ..Config::clone(&agent.config()) });
    agent
}

/// A wallet that nobody can call.
pub async fn silent_wallet(label: &str, policy: Policy) -> Agent {
    let config = Config { label: label.to_owned(), policy, ..Config::default() };
    Agent::start(Store::temporary().unwrap(), config, Vec::new()).await.unwrap()
}

/// Tries again soon what was not delivered.
pub fn impatient(agent: &Agent) {
    let mut config = Config::clone(&agent.config());
    config.limits.first_retry_milliseconds = 15;
    agent.set_config(config);
}

pub fn invitation(handshake: Handshake) -> CreateInvitation {
    CreateInvitation { handshake_protocols: vec![handshake], auto_accept: Some(true), ..CreateInvitation::default() }
}

pub fn automatically() -> ReceiveInvitation {
    ReceiveInvitation { auto_accept: Some(true), ..ReceiveInvitation::default() }
}

/// How long a test waits for what must come: far more than it takes on a machine that has nothing else to do.
const PATIENCE: Duration = Duration::from_mins(1);

pub async fn until<T, F>(what: &str, mut probe: impl FnMut() -> F) -> T
where
    F: Future<Output = Option<T>>,
{
    let probing = async {
        loop {
            if let Some(found) = probe().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(PATIENCE, probing).await.unwrap_or_else(|_| panic!("in vain: {what}"))
}

pub async fn connection_in(agent: &Agent, invitation_msg_id: &str, state: &str) -> Connection {
    until(&format!("{} has a connection in {state}", agent.config().label), || async {
        let filter = ConnectionFilter {
            invitation_msg_id: Some(invitation_msg_id.to_owned()),
            state: Some(state.to_owned()),
            ..ConnectionFilter::default()
        };
        agent.connections(filter, Page::default()).await.unwrap().into_iter().next()
    })
    .await
}

/// Connects the holder to the issuer and gives both connections.
pub async fn connect(issuer: &Agent, holder: &Agent, wanted: CreateInvitation) -> (Connection, Connection) {
    let sent = issuer.create_invitation(wanted).await.unwrap();
    let value = serde_json::to_value(&sent.invitation).unwrap();
    holder.receive_invitation(value, automatically()).await.unwrap();
    let theirs = connection_in(holder, &sent.invi_msg_id, "completed").await;
    let ours = connection_in(issuer, &sent.invi_msg_id, "active").await;
    (ours, theirs)
}

pub async fn did_key(agent: &Agent) -> String {
    let wanted = CreateDid { method: "key".to_owned(), key_type: "ed25519".to_owned(), ..CreateDid::default() };
    agent.create_did(wanted).await.unwrap().did
}

pub fn credential(issuer: &str, name: &str) -> Value {
    json!({
        "@context": [
            "https://www.w3.org/2018/credentials/v1",
            {"ex": "https://example.org/vocab#", "Diploma": "ex:Diploma", "name": "ex:name", "degree": "ex:degree"}
        ],
        "type": ["VerifiableCredential", "Diploma"],
        "issuer": issuer,
        "issuanceDate": "2024-01-01T00:00:00Z",
        "credentialSubject": {"name": name, "degree": "BSc"}
    })
}

pub fn detail(issuer: &str, name: &str, proof_type: &str) -> LdProofDetail {
    LdProofDetail::new(credential(issuer, name), proof_type).unwrap()
}

pub fn start(connection: Option<&Connection>, detail: LdProofDetail) -> StartExchange {
    StartExchange {
        connection_id: connection.map(|connection| connection.id.clone()),
        detail,
        preview: None,
        comment: None,
        auto_issue: None,
        auto_offer: None,
        auto_remove: Some(false),
        holder_did: None,
        revocable: false,
    }
}

pub async fn exchange_in(agent: &Agent, thread_id: &str, state: &str) -> CredentialExchange {
    until(&format!("{} has an exchange in {state}", agent.config().label), || async {
        let filter = ExchangeFilter {
            thread_id: Some(thread_id.to_owned()),
            state: Some(state.to_owned()),
            ..ExchangeFilter::default()
        };
        agent.exchanges(filter, Page::default()).await.unwrap().into_iter().next()
    })
    .await
}
