//! Practice stays on this computer: what an identity of the practice ledger signs is offered to nobody elsewhere. The agent refuses the message itself; here it is said before, with what to do instead.

use vouchsafe_agent::issue::is_this_computer;
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
