//! Practice stays on this computer: what an identity of the practice ledger signs is offered to nobody elsewhere, who could not look it up and might take it for real.

use std::net::{IpAddr, UdpSocket};

use url::Host;
use vouchsafe_agent::transport::address::parse_endpoint;

use super::Profile;
use super::wallet::Open;
use crate::commands::Answer;
use crate::view::Failure;
use crate::view::card::is_practice;
use crate::view::connections::name_of;

impl Profile {
    /// Whether this identity may sign for the peer of this connection; without one, for whoever uses an invitation.
    ///
    /// # Errors
    ///
    /// `practice-elsewhere`; what the store says.
    pub(super) async fn practice_stays_here(
        &self,
        open: &Open,
        issuer: &str,
        connection_id: Option<&str>,
    ) -> Answer<()> {
        if !is_practice(issuer) {
            return Ok(());
        }
        let Some(connection_id) = connection_id else {
            return if only_reached_from_here(open) { Ok(()) } else { Err(reached_from_elsewhere()) };
        };
        let connection = open.agent.connection(connection_id).await?;
        let endpoint = connection.their.as_ref().and_then(|their| their.endpoint.as_deref());
        let here = match endpoint.filter(|endpoint| parse_endpoint(endpoint).is_ok()) {
            Some(endpoint) => is_this_computer(endpoint),
            // Reached by the way that it opens itself: from here, where nobody else can open one.
            None => only_reached_from_here(open),
        };
        if here { Ok(()) } else { Err(elsewhere(&name_of(&connection))) }
    }
}

fn only_reached_from_here(open: &Open) -> bool {
    let running = open.running.lock();
    let listens_here = running.listening.is_none_or(|bound| bound.ip().is_loopback());
    listens_here && running.address().is_none_or(|address| is_this_computer(&address))
}

/// Whether an address is one of this computer's own: the loopback, or one that it has itself.
fn is_this_computer(endpoint: &str) -> bool {
    let Ok(url) = parse_endpoint(endpoint) else { return false };
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

fn elsewhere(name: &str) -> Failure {
    Failure::new(
        "practice-elsewhere",
        "Practice stays on this computer",
        format!(
            "{name} is not on this computer, and a practice identity signs for nobody elsewhere: it could not be verified there."
        ),
        "Choose another identity to issue by, or offer it to a profile of this computer.",
    )
}

fn reached_from_elsewhere() -> Failure {
    Failure::new(
        "practice-elsewhere",
        "Practice stays on this computer",
        "Invitations of this wallet can be used from other computers, and a practice identity signs for nobody there.",
        "Choose another identity to issue by, or let the wallet be reached from this computer alone (in the settings).",
    )
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
