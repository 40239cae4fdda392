//! How a wallet behaves: what it calls itself, where it can be reached, and which steps it takes by itself. Every
//! automatic step is off unless someone asked for it; the protocols know none of this, the agent supplies the input
//! that a person would have given.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::cheqd::{Network, UniversalResolver};
use crate::error::{AgentError, Result};
use crate::transport::address::{is_evidently_private, parse_endpoint};

/// What can be changed while the wallet runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Config {
    /// The name shown to peers.
    pub label: String,
    /// Addresses where peers reach this wallet, the preferred one first. Empty: by return route only.
    pub endpoints: Vec<String>,
    /// The picture that invitations and requests carry, if any.
    pub image_url: Option<String>,
    /// Steps taken without asking.
    pub policy: Policy,
    /// Bounds on what strangers can make the wallet do.
    pub limits: Limits,
    /// The did:cheqd networks that are read and written.
    pub networks: Vec<Network>,
    /// Who resolves DIDs of methods that this wallet does not know itself, if anybody.
    pub universal_resolver: Option<UniversalResolver>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            label: "Vouchsafe".to_owned(),
            endpoints: Vec::new(),
            image_url: None,
            policy: Policy::default(),
            limits: Limits::default(),
            networks: Network::defaults(),
            universal_resolver: None,
        }
    }
}

impl Config {
    /// The network of a namespace.
    ///
    /// # Errors
    /// [`AgentError::Invalid`] if this wallet knows none of that name.
    pub fn network(&self, namespace: &str) -> Result<&Network> {
        self.networks.iter().find(|network| network.namespace == namespace).ok_or_else(|| {
            let known: Vec<&str> = self.networks.iter().map(|network| network.namespace.as_str()).collect();
            AgentError::invalid(
                "network",
                format!("this wallet knows no did:cheqd network {namespace:.64}; it knows {}", known.join(", ")),
            )
        })
    }

    /// Whether peers on this computer or its network are answered when they come to us: they are expected where we
    /// ourselves are reached at such an address.
    pub fn answers_private(&self) -> bool {
        let private = |endpoint: &String| parse_endpoint(endpoint).is_ok_and(|url| is_evidently_private(&url));
        self.policy.private_addresses == PrivateAddresses::Allow || self.endpoints.iter().any(private)
    }
}

/// Steps taken without asking, named as ACA-Py's flags.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own, as in the admin API")]
pub struct Policy {
    /// Answer received invitations with a request.
    pub auto_accept_invites: bool,
    /// Answer connection requests with a response.
    pub auto_accept_requests: bool,
    /// Ping once a connection stands.
    pub auto_ping_connection: bool,
    /// Answer basic messages with a receipt.
    pub auto_respond_messages: bool,
    /// Answer credential proposals with an offer.
    pub auto_respond_credential_proposal: bool,
    /// Answer credential offers with a request.
    pub auto_respond_credential_offer: bool,
    /// Answer credential requests with the credential.
    pub auto_respond_credential_request: bool,
    /// Store received credentials that verify.
    pub auto_store_credential: bool,
    /// Keep exchange records when an exchange is done, unless it says otherwise.
    pub preserve_exchange_records: bool,
    /// Invitations may name the public DID.
    pub public_invites: bool,
    /// Strangers may connect through the public DID without an invitation.
    pub requests_through_public_did: bool,
    /// Keep the messages of exchanges as they crossed, decrypted.
    pub keep_messages: bool,
    /// Whether peers on loopback and private addresses are contacted.
    pub private_addresses: PrivateAddresses,
}

/// What to do with peers whose address is on this computer or this network. Such an address in an invitation can make
/// a wallet knock on doors that only it can reach (server-side request forgery).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrivateAddresses {
    /// Contact them only where a person allowed it for that connection.
    #[default]
    Ask,
    /// Contact them always.
    Allow,
}

/// Bounds on what strangers can make the wallet do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Largest envelope taken, in bytes.
    pub max_message_bytes: usize,
    /// Envelopes unpacked and answered at the same time.
    pub max_inbound: usize,
    /// WebSockets held open for others.
    pub max_sockets: usize,
    /// Deliveries under way at the same time.
    pub max_outbound: usize,
    /// Connections held open by others.
    pub max_connections: usize,
    /// Seconds for a request's head to arrive, and for the whole of it to be answered, return route included.
    pub request_seconds: u64,
    /// Seconds for one delivery.
    pub delivery_seconds: u64,
    /// Seconds that an answer by return route is waited for.
    pub return_route_seconds: u64,
    /// Milliseconds before the second try of a delivery; each further delay is twice the one before, up to an hour.
    pub first_retry_milliseconds: u64,
    /// Days after which an undelivered message is given up.
    pub give_up_days: i64,
}

/// The longest delay between two tries.
const LONGEST_RETRY: Duration = Duration::from_hours(1);

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_message_bytes: 1024 * 1024,
            max_inbound: 64,
            max_sockets: 256,
            max_outbound: 32,
            // File descriptors are often limited to 1024, and others need some.
            max_connections: 512,
            request_seconds: 35,
            delivery_seconds: 20,
            return_route_seconds: 3,
            first_retry_milliseconds: 2000,
            give_up_days: 14,
        }
    }
}

impl Limits {
    /// Time for a request to arrive and be answered.
    pub fn request(&self) -> Duration {
        Duration::from_secs(self.request_seconds)
    }

    /// Time for one delivery.
    pub fn delivery(&self) -> Duration {
        Duration::from_secs(self.delivery_seconds)
    }

    /// The delay after so many failed tries.
    pub fn retry_after(&self, attempts: u32) -> Duration {
        let doublings = attempts.saturating_sub(1).min(31);
        Duration::from_millis(self.first_retry_milliseconds.saturating_mul(1_u64 << doublings)).min(LONGEST_RETRY)
    }

    /// Time that an answer by return route is waited for.
    pub fn return_route(&self) -> Duration {
        Duration::from_secs(self.return_route_seconds)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{LONGEST_RETRY, Limits};

    #[test]
    fn the_delay_doubles_up_to_an_hour() {
        let limits = Limits::default();
        assert_eq!([1, 2, 3, 4].map(|attempts| limits.retry_after(attempts)), [2, 4, 8, 16].map(Duration::from_secs));
        assert_eq!(limits.retry_after(12), LONGEST_RETRY);
        assert_eq!(limits.retry_after(u32::MAX), LONGEST_RETRY);
    }
}
