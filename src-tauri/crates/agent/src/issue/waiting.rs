//! Offers that wait for whoever uses an invitation. The invitation does not carry them, so that its code stays small
//! and nobody reads an offer before being connected; they go out in the commit that completes the connection, so that
//! no stop in between can lose one or send it twice.

use vouchsafe_protocols::issue_credential::{CredentialExchange, State, issuer};
use vouchsafe_store::{ExchangeFilter, Page};

use super::{practice, steps};
use crate::error::Result;
use crate::records::ReadRecords;
use crate::unit::Unit;

/// Ties an offer that was made without a connection to the invitation whose user will get it.
///
/// # Errors
/// [`crate::AgentError::NotNow`] if the offer is on its way already, or is no offer any more.
pub(crate) fn await_connection(unit: &mut Unit<'_>, exchange_id: &str, invitation_id: &str) -> Result<()> {
    let exchange = unit.tx().exchange_record(exchange_id)?;
    let input = issuer::Input::AwaitConnection { invitation_id: invitation_id.to_owned() };
    let step = unit.step(|context| issuer::advance(exchange, input, context))?;
    unit.save_exchange(&step.record)
}

/// Sends what waited for the connection that an invitation has led to.
///
/// # Errors
/// What the store says.
pub(crate) fn deliver(unit: &mut Unit<'_>, invitation_id: &str, connection_id: &str) -> Result<()> {
    for exchange in waiting(unit, invitation_id)? {
        let connection = unit.tx().connection_record(connection_id)?;
        if !practice::may_reach(unit.config(), &exchange, &connection) {
            tracing::warn!(exchange = exchange.id, "an offer to practise with stays on this computer");
            continue;
        }
        let input = issuer::Input::Deliver { connection_id: connection_id.to_owned() };
        let step = unit.step(|context| issuer::advance(exchange, input, context))?;
        steps::commit(unit, &step)?;
    }
    Ok(())
}

fn waiting(unit: &Unit<'_>, invitation_id: &str) -> Result<Vec<CredentialExchange>> {
    let filter = ExchangeFilter {
        parent_thread_id: Some(invitation_id.to_owned()),
        role: Some("issuer".to_owned()),
        ..ExchangeFilter::default()
    };
    let mut found = unit.tx().exchange_records(&filter, Page::ALL)?;
    found.retain(|exchange| matches!(exchange.state, State::Issuer(issuer::State::OfferWaiting(_))));
    Ok(found)
}
