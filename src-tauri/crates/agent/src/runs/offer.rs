//! One row's offer, and its taking back: the exchange, the invitation and the row in one commit.

use vouchsafe_protocols::connection::Handshake;
use vouchsafe_store::RunItemRow;

use super::{Frame, RunRow, To};
use crate::Agent;
use crate::connect::{self, CreateInvitation};
use crate::error::{AgentError, Result};
use crate::event::Event;
use crate::issue::{self, StartExchange};
use crate::records::ReadRecords;
use crate::status::asks_for_status;
use crate::unit::Unit;

/// Offers a row that waits. False where it does not wait any more, or its run does not run.
///
/// # Errors
/// That it cannot be offered; what the store says.
pub(super) async fn offer(agent: &Agent, run: &RunRow, frame: &Frame, to: To, row: RunItemRow) -> Result<bool> {
    let subject = row.subject.clone().ok_or_else(|| AgentError::invalid("row", "its values are gone"))?;
    let detail = frame.detail_for(&subject, agent.now())?;
    let revocable = frame.revocable || asks_for_status(&detail);
    let wanted = StartExchange {
        connection_id: row.connection_id.clone().filter(|_| to == To::Connections),
        detail: detail.clone(),
        preview: None,
        comment: frame.comment.clone(),
        auto_issue: Some(frame.auto_issue),
        auto_offer: None,
        auto_remove: Some(false),
        holder_did: None,
        revocable,
    };
    let (detail, places) = agent.ready(detail, revocable).await?;
    let (id, place, frame) = (run.id, row.place, frame.clone());
    let committed = agent
        .commit(move |unit| {
            let runs = unit.tx().run(id)?.is_some_and(|run| run.state == "running");
            let waits = unit.tx().run_row(id, place)?.filter(|row| row.state == "waiting");
            let (true, Some(mut row)) = (runs, waits) else { return Ok(false) };
            let exchange = issue::open_offer(unit, wanted, detail, places, to == To::Connections)?;
            if to == To::Connections {
                "offered".clone_into(&mut row.state);
            } else {
                let invitation = connect::create_in(unit, invitation(&frame, row.name.clone(), &exchange.id))?;
                row.oob_id = Some(invitation.id);
                "invited".clone_into(&mut row.state);
            }
            row.exchange_id = Some(exchange.id);
            row.reason = String::new();
            row.changed_at = unit.now();
            unit.tx().put_run_row(id, &row)?;
            unit.tell(Event::Runs)?;
            Ok::<_, AgentError>(true)
        })
        .await?;
    Ok(agent.settle(committed).await)
}

fn invitation(frame: &Frame, alias: Option<String>, exchange_id: &str) -> CreateInvitation {
    CreateInvitation {
        alias,
        goal: frame.goal.clone(),
        handshake_protocols: vec![Handshake::DidExchange11, Handshake::DidExchange10, Handshake::Connections10],
        auto_accept: Some(true),
        metadata: frame.metadata.clone(),
        offers: vec![exchange_id.to_owned()],
        ..CreateInvitation::default()
    }
}

/// Takes back the invitation of a row that nobody has used, with its offer; the row goes to `state`. One that somebody
/// is using stays, unless with `force`: what they were to get has not left, and is then another's.
///
/// # Errors
/// What the store says.
pub(super) fn withdraw(unit: &mut Unit<'_>, run: i64, place: u32, state: &str, force: bool) -> Result<bool> {
    let Some(mut row) = unit.tx().run_row(run, place)?.filter(|row| row.state == "invited") else { return Ok(false) };
    let (exchange, invitation) = (row.exchange_id.take(), row.oob_id.take());
    if let Some(invitation) = &invitation
        && !force
        && connect::is_taken(unit.tx(), invitation)?
    {
        return Ok(false);
    }
    state.clone_into(&mut row.state);
    row.changed_at = unit.now();
    unit.tx().put_run_row(run, &row)?;
    if let Some(exchange) = exchange {
        let exchange = unit.tx().exchange_record(&exchange)?;
        issue::forget_offer(unit, &exchange)?;
    }
    match invitation.map(|invitation| connect::take_back(unit, &invitation)) {
        None | Some(Ok(()) | Err(AgentError::NotFound { .. })) => Ok(true),
        Some(Err(error)) => Err(error),
    }
}
