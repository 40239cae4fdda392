//! What every committed step of an exchange does: the record, the messages, a line of history, and, at the end, the
//! record's removal where that was asked for.

use vouchsafe_credentials::Summary;
use vouchsafe_protocols::issue_credential::{AbandonedBy, CredentialExchange, Event, ExchangeStep, Role, Stage};

use super::lane::Lane;
use super::practice;
use crate::error::{AgentError, Result};
use crate::event::Event as AgentEvent;
use crate::status;
use crate::unit::{About, History, Unit, Who};

/// Characters of a name that are kept.
const TITLE: usize = 120;

/// Writes what a step decided.
///
/// # Errors
/// What the store says, or that there is no way to the other side.
pub(super) fn commit(unit: &mut Unit<'_>, step: &ExchangeStep) -> Result<()> {
    let Some(event) = &step.event else {
        // Nothing happened, but the record may remember the message.
        return unit.keep_exchange(&step.record);
    };
    let exchange = &step.record;
    unit.save_exchange(exchange)?;
    if !step.send.is_empty() {
        let about = About { connection_id: exchange.connection_id.clone(), exchange_id: Some(exchange.id.clone()) };
        match Lane::of(unit, exchange) {
            Ok(lane) => {
                if matches!(event, Event::OfferSent | Event::CredentialIssued) {
                    practice::stays_here(unit.config(), exchange, lane.target.endpoint.as_deref())?;
                }
                for message in &step.send {
                    unit.send(&lane.dress(message), &lane.target, &about)?;
                }
            }
            // Given up before anybody answered: who comes later is told then.
            Err(AgentError::NotNow { .. })
                if exchange.connection_id.is_none() && matches!(event, Event::Abandoned { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    if matches!(event, Event::Abandoned { .. }) && exchange.role() == Role::Issuer {
        status::free(unit, &exchange.id)?;
    }
    let (who, what, outcome) = line(event, exchange.role());
    unit.history(History {
        subject: "credential-exchange",
        subject_id: &exchange.id,
        connection_id: exchange.connection_id.as_deref(),
        who,
        what,
        outcome,
    })?;
    if opens(event) {
        name(unit, exchange)?;
    }
    if matches!(event, Event::Done) && exchange.auto_remove {
        remove(unit, exchange)?;
    }
    Ok(())
}

/// Whether the step may have brought what the exchange is about.
fn opens(event: &Event) -> bool {
    matches!(
        event,
        Event::ProposalSent
            | Event::ProposalReceived
            | Event::OfferCreated
            | Event::OfferSent
            | Event::OfferReceived
            | Event::RequestSent
            | Event::RequestReceived
    )
}

/// Gives the exchange the name that it is found by among what happened.
fn name(unit: &Unit<'_>, exchange: &CredentialExchange) -> Result<()> {
    let detail = [Stage::Offer, Stage::Proposal, Stage::Request]
        .into_iter()
        .find_map(|stage| exchange.payload(stage))
        .and_then(|payload| payload.ld_proof_detail());
    let Some(detail) = detail else { return Ok(()) };
    let title: String = Summary::of(detail.credential()).title.chars().take(TITLE).collect();
    Ok(unit.tx().name_activity("credential-exchange", &exchange.id, &title)?)
}

/// Deletes an exchange's record; the credential and what is still to be delivered stay.
///
/// # Errors
/// What the store says.
pub(crate) fn remove(unit: &mut Unit<'_>, exchange: &CredentialExchange) -> Result<()> {
    unit.tx().delete_exchange(&exchange.id)?;
    status::free(unit, &exchange.id)?;
    unit.tell(AgentEvent::CredentialExchangeDeleted(Box::new(exchange.clone())))
}

fn line(event: &Event, role: Role) -> (Who, &'static str, &str) {
    match event {
        Event::ProposalSent => (Who::Us, "proposal-sent", ""),
        Event::ProposalReceived => (Who::Them, "proposal-received", ""),
        Event::OfferCreated => (Who::Us, "offer-created", ""),
        Event::OfferSent => (Who::Us, "offer-sent", ""),
        Event::OfferReceived => (Who::Them, "offer-received", ""),
        Event::RequestSent => (Who::Us, "request-sent", ""),
        Event::RequestReceived => (Who::Them, "request-received", ""),
        Event::CredentialIssued => (Who::Us, "credential-issued", ""),
        Event::CredentialReceived => (Who::Them, "credential-received", ""),
        Event::Done => (if role == Role::Holder { Who::Us } else { Who::Them }, "done", ""),
        Event::Abandoned { by, reason } => match by {
            AbandonedBy::Own => (Who::Person, "abandoned", reason),
            AbandonedBy::Checks => (Who::Us, "abandoned", reason),
            AbandonedBy::Peer => (Who::Them, "abandoned", reason),
        },
    }
}
