//! Fetching a status list. Where its address holds a DID URL, the wallet's own resolver of that network is asked,
//! whatever host the credential names; any other https address is fetched under the address policy, bounded, redirects
//! not followed. A host that answers with an older version than it gave before is not believed.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use url::Url;
use vouchsafe_credentials::IssuerKeys;
use vouchsafe_credentials::status::{Origin, StatusList};
use vouchsafe_dids::cheqd::CheqdUrl;

use crate::Agent;
use crate::cheqd::Freshness;
use crate::config::PrivateAddresses;

/// Time for one list.
const PATIENCE: Duration = Duration::from_secs(20);
/// What is asked for: W3C's media types for credentials, then any JSON.
const ACCEPT: &str = "application/vc, application/vc+ld+json, application/ld+json, application/json";

/// A list that was read, and when it was fetched.
pub(crate) type ReadList = (Arc<StatusList>, Timestamp);

struct Fetched {
    content: Vec<u8>,
    /// The DID under which a ledger has it.
    ledger_did: Option<String>,
    at: Timestamp,
}

impl Agent {
    /// Fetches and checks a list for credentials of `issuer`; if it cannot be believed or had, why, as a clause.
    pub(crate) async fn read_status_list(
        &self,
        url: &str,
        issuer: &str,
        freshness: Freshness,
    ) -> Result<ReadList, String> {
        let (fetched, keys) = tokio::join!(self.fetch_list(url, freshness), self.issuer_keys(issuer));
        let fetched = fetched?;
        let keys: Option<IssuerKeys> = keys.ok();
        let (now, at) = (self.now(), fetched.at);
        let (address, issuer) = (url.to_owned(), issuer.to_owned());
        let reading = move || {
            let origin = Origin { url: &address, ledger_did: fetched.ledger_did.as_deref() };
            StatusList::read(&fetched.content, &issuer, keys.as_ref(), origin, now)
        };
        let list = tokio::task::spawn_blocking(reading)
            .await
            .map_err(|_| "the wallet is stopping".to_owned())?
            .map_err(|problem| problem.to_string())?;
        self.not_older(url, &list).await?;
        Ok((Arc::new(list), at))
    }

    async fn fetch_list(&self, url: &str, freshness: Freshness) -> Result<Fetched, String> {
        let fetching = async {
            if let Ok(did_url) = CheqdUrl::within(url) {
                let did = did_url.did().to_string();
                let found = self
                    .dereference(&did_url.without_fragment().to_string(), freshness)
                    .await
                    .map_err(|error| format!("its status list could not be read: {error}"))?;
                return Ok(Fetched { content: found.content, ledger_did: Some(did), at: found.fetched_at });
            }
            self.fetch_from_host(url).await
        };
        tokio::time::timeout(PATIENCE, fetching)
            .await
            .unwrap_or_else(|_| Err("its status list could not be read: no answer in time".to_owned()))
    }

    async fn fetch_from_host(&self, url: &str) -> Result<Fetched, String> {
        let allow_private = self.config().policy.private_addresses == PrivateAddresses::Allow;
        let address: Url = url.parse().map_err(|_| "its status list has no address that can be fetched".to_owned())?;
        if address.scheme() != "https" && !(allow_private && address.scheme() == "http") {
            return Err("its status list has no https address".to_owned());
        }
        let fetched = self
            .client()
            .get(&address, ACCEPT, allow_private)
            .await
            .map_err(|error| format!("its status list could not be read: {error}"))?;
        if fetched.status != 200 {
            let host = address.host_str().unwrap_or_default();
            return Err(format!("its status list could not be read: {host} answered HTTP {}", fetched.status));
        }
        Ok(Fetched { content: fetched.body, ledger_did: None, at: self.now() })
    }

    /// An old version of a list would make revoked credentials stand again.
    async fn not_older(&self, url: &str, list: &StatusList) -> Result<(), String> {
        let Some(made) = list.valid_from() else { return Ok(()) };
        let address = url.to_owned();
        let unreadable = |error: vouchsafe_store::StoreError| error.to_string();
        let known = {
            let address = address.clone();
            self.store().read(move |reader| reader.status_list_read(&address)).await.map_err(unreadable)?
        };
        match known {
            Some(newest) if made < newest => Err(format!(
                "its status list was given in a version of {made}, older than that of {newest} which was read before"
            )),
            Some(newest) if made == newest => Ok(()),
            _ => self.store().note(move |tx| tx.note_status_list_read(&address, made)).await.map_err(unreadable),
        }
    }
}
