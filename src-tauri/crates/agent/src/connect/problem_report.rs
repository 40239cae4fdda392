//! Problem reports outside any protocol (RFC 0035): noted and shown, never answered, never acted upon.

use vouchsafe_protocols::report_problem::ProblemReport;

use super::steps;
use crate::Agent;
use crate::dispatch::HandlerError;
use crate::event::Event;
use crate::inbound::Inbound;
use crate::unit::Who;

/// Takes a report.
pub(crate) async fn handle(agent: &Agent, inbound: Inbound) -> Result<Vec<Event>, HandlerError> {
    let committed = agent
        .commit(move |unit| {
            if !unit.first_sight(&inbound)? {
                return Ok(());
            }
            // An acknowledgement of nothing in particular (RFC 0015) goes under the same name.
            if !matches!(inbound.message.message_type().name.as_str(), "problem-report" | "problem_report") {
                return Ok(());
            }
            let report = ProblemReport::read(&inbound.message);
            if let Some(connection) = &inbound.connection {
                steps::line(unit, connection, Who::Them, "problem-reported", &report.to_string())?;
            }
            unit.tell(Event::ProblemReport {
                connection_id: inbound.connection.as_ref().map(|connection| connection.id.clone()),
                thread_id: inbound.message.thread_id().to_owned(),
                code: report.code,
                description: report.description,
            })?;
            Ok::<_, HandlerError>(())
        })
        .await?;
    Ok(committed.events)
}
