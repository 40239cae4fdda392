//! Practice stays on this computer: what a DID of a practice ledger signs is given to nobody elsewhere, who could not
//! look it up, or might take it for real. It is refused in the commit of the message that would leave, whoever asked for
//! it: a person, a controller or a policy.

use std::net::{IpAddr, UdpSocket};

use serde_json::Value;
use url::Host;
use vouchsafe_credentials::issuer_of;
use vouchsafe_dids::cheqd::CheqdDid;
use vouchsafe_protocols::connection::Connection;
use vouchsafe_protocols::issue_credential::{CredentialExchange, Role, Stage};

use crate::config::Config;
use crate::error::{AgentError, Result};
use crate::transport::address::parse_endpoint;

/// Refuses to give what a practice DID signs to a peer at `endpoint`, if that is elsewhere. A peer without an address
/// opens its own way to us: it is here if nobody elsewhere can.
///
/// # Errors
/// [`AgentError::Forbidden`].
pub(super) fn stays_here(config: &Config, exchange: &CredentialExchange, endpoint: Option<&str>) -> Result<()> {
    if exchange.role() != Role::Issuer || !is_signed_in_practice(config, exchange) {
        return Ok(());
    }
    let here = match endpoint.filter(|endpoint| parse_endpoint(endpoint).is_ok()) {
        Some(endpoint) => is_this_computer(endpoint),
        None => config.endpoints.iter().all(|endpoint| is_this_computer(endpoint)),
    };
    if here {
        return Ok(());
    }
    Err(AgentError::Forbidden(
        "the other side is not on this computer, and what a DID of the practice ledger signs is for this computer \
         alone: it could not be verified there. Issue by another DID"
            .to_owned(),
    ))
}

/// The same, for what waits until somebody is connected.
pub(super) fn may_reach(config: &Config, exchange: &CredentialExchange, connection: &Connection) -> bool {
    let endpoint = connection.their.as_ref().and_then(|their| their.endpoint.as_deref());
    stays_here(config, exchange, endpoint).is_ok()
}

fn is_signed_in_practice(config: &Config, exchange: &CredentialExchange) -> bool {
    let details = [Stage::Request, Stage::Offer].into_iter().filter_map(|stage| exchange.payload(stage));
    let credentials = details.filter_map(|payload| payload.value.get("credential").cloned());
    credentials.chain(exchange.credential()).any(|credential: Value| {
        let did = issuer_of(&credential).and_then(|issuer| issuer.parse::<CheqdDid>().ok());
        did.is_some_and(|did| config.network(did.namespace()).is_ok_and(|network| network.practice))
    })
}

/// Whether an address is one of this computer's own: the loopback, or one that this computer has itself.
pub fn is_this_computer(endpoint: &str) -> bool {
    let Ok(url) = parse_endpoint(endpoint) else { return false };
    // An address can be listened at where it is one's own; nothing is sent.
    let own = |ip: IpAddr| ip.is_loopback() || (!ip.is_unspecified() && UdpSocket::bind((ip, 0)).is_ok());
    match url.host() {
        Some(Host::Ipv4(ip)) => own(ip.into()),
        Some(Host::Ipv6(ip)) => own(IpAddr::from(ip).to_canonical()),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost")
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_this_computer;

    #[test]
    fn only_this_computers_own_addresses_are_here() {
        for here in ["http://127.0.0.1:8030", "ws://localhost/ws", "http://[::1]:8030", "http://127.1/"] {
            assert!(is_this_computer(here), "{here}");
        }
        for there in [
            "https://example.org",
            "http://192.0.2.7:8030",
            "http://localhost.example.org",
            "http://0.0.0.0:1",
            "didcomm:transport/queue",
            "",
        ] {
            assert!(!is_this_computer(there), "{there}");
        }
    }
}
