//! An issuer with a did:cheqd and a holder, connected, and the ledger that both read.

use serde_json::Value;
use vouchsafe_agent::issue::StartExchange;
use vouchsafe_agent::status::{CredentialStatus, Issued, IssuedFilter};
use vouchsafe_agent::{Agent, Config, Page};
use vouchsafe_protocols::connection::{Connection, Handshake};
use vouchsafe_protocols::issue_credential::CredentialExchange;
use vouchsafe_store::CredentialRow;

use crate::harness::{LedgerServer, create};
use crate::support::{automatic, connect, detail, exchange_in, invitation, start, wallet};

pub const SUITE: &str = "Ed25519Signature2020";

pub struct Pair {
    pub server: LedgerServer,
    pub issuer: Agent,
    pub holder: Agent,
    pub ours: Connection,
    pub did: String,
}

pub fn on(server: &LedgerServer, agent: &Agent) {
    let mut config = Config { networks: vec![server.network.clone()], ..Config::clone(&agent.config()) };
    config.limits.first_retry_milliseconds = 15;
    agent.set_config(config);
}

impl Pair {
    pub async fn new() -> Self {
        let server = LedgerServer::start().await;
        let (issuer, holder) = (wallet("Issuer", automatic()).await, wallet("Holder", automatic()).await);
        on(&server, &issuer);
        on(&server, &holder);
        let (ours, _) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
        let did = issuer.create_cheqd_did(create()).await.unwrap().did;
        Self { server, issuer, holder, ours, did }
    }

    pub fn revocable(&self, name: &str) -> StartExchange {
        StartExchange { revocable: true, ..start(Some(&self.ours), detail(&self.did, name, SUITE)) }
    }

    /// Issues a credential that can be taken back; the issuer's exchange and the holder's row.
    pub async fn issue(&self, name: &str) -> (CredentialExchange, CredentialRow) {
        let offer = self.issuer.send_offer(self.revocable(name)).await.unwrap();
        exchange_in(&self.issuer, &offer.thread_id, "done").await;
        let stored = exchange_in(&self.holder, &offer.thread_id, "done").await;
        let row = self.holder.credential(stored.credential_id().unwrap()).await.unwrap();
        (offer, row)
    }

    pub async fn issued(&self) -> Vec<Issued> {
        self.issuer.issued_credentials(IssuedFilter::default(), Page::ALL).await.unwrap()
    }

    /// What the holder kept of a credential's status.
    pub async fn kept(&self, record_id: &str) -> CredentialStatus {
        CredentialStatus::of_row(&self.holder.credential(record_id).await.unwrap().status)
    }

    /// How many versions each of the issuer's lists has on the ledger.
    pub async fn versions(&self) -> Vec<usize> {
        let metadata = self.server.get(&format!("{}/metadata", self.did)).await;
        let resources = metadata["didDocumentMetadata"]["linkedResourceMetadata"].as_array().cloned();
        let mut counts = std::collections::BTreeMap::new();
        for resource in resources.unwrap_or_default() {
            *counts.entry(resource["resourceName"].as_str().unwrap().to_owned()).or_insert(0) += 1;
        }
        counts.into_values().collect()
    }

    /// Places that are taken in the issuer's lists.
    pub async fn taken(&self) -> u64 {
        let did = self.did.clone();
        let read = self.issuer.store().read(move |reader| {
            let list = |purpose| reader.open_status_list(&did, "BitstringStatusListCredential", purpose);
            Ok::<_, vouchsafe_store::StoreError>(
                [list("revocation")?, list("suspension")?].into_iter().flatten().map(|list| list.taken).sum(),
            )
        });
        read.await.unwrap()
    }
}

/// The entries of a credential's status.
pub fn entries(credential: &Value) -> Vec<Value> {
    credential["credentialStatus"].as_array().cloned().unwrap_or_default()
}
